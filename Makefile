# Every target sets up what it needs in .venv, and does so again only when the lock files changed.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCK := $(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
TOOLS ?= .redress/tools
KUSTOMIZE := sigs.k8s.io/kustomize/kustomize/v5@v5.8.1
ACTIONLINT := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
COMPOSE_SPEC := github.com/compose-spec/compose-go/v2/cmd@v2.16.2
IMAGE ?= redress:0.1.0
BUILD ?= 0.1.0+$(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
TOOLS_READY := $(addprefix $(TOOLS)/,bin/kustomize bin/actionlint bin/compose-spec bin/prometheus venv/.ready)

.PHONY: help run demo test check check-deploy drill image sbom tools contracts bench bench-full chaos chaos-mutants chaos-soak lock clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Redress needs Python 3.11 or newer: set PYTHON=/path/to/python3."; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

run: $(READY)  ## Kafka, MongoDB and the four services in one terminal, with a live table; Ctrl-C ends it, a second run resumes
	$(BIN)/redress run

demo: $(READY)  ## two minutes: some 350 submissions from call to closed, played by stand-ins for callers, departments and dialers
	$(BIN)/redress demo

test: check  ## all tests: rules in seconds, then the four services on real Kafka and MongoDB (.ci/run does this)
	$(BIN)/python -m pytest -n 3 --dist worksteal -m "not tools and not drill"

check: $(READY)  ## lint, types, the import rules, and whether what is generated is fresh
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m contracts.generate --check
	$(BIN)/python -m deploy.generate --check

check-deploy: $(READY) tools  ## everything under deploy/ without running it: manifests, rules, dashboards, image, workflows
	$(BIN)/python -m pytest -n 2 tests/deploy

drill: $(READY) tools  ## ten minutes: rights, restoring, monitoring and exports, tried on real Kafka, MongoDB and Prometheus
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/drill

image:  ## build the image (needs Docker): one for every service and command
	docker build -f deploy/Dockerfile --build-arg BUILD=$(BUILD) -t $(IMAGE) .

sbom: $(TOOLS)/venv/.ready  ## what the image is made of, in .redress/sbom.cdx.json (CycloneDX): each locked package with its hashes
	$(TOOLS)/venv/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --mc-type application --output-reproducible \
	  -o .redress/sbom.cdx.json

tools: $(TOOLS_READY)  ## fetch what check-deploy and drill need beside Python; what is on PATH is taken from there

$(TOOLS)/bin/kustomize $(TOOLS)/bin/actionlint: $(TOOLS)/bin/%:
	@mkdir -p $(@D)
	@if found=$$(command -v $*); then ln -sf "$$found" $@; \
	elif command -v go >/dev/null; then GOBIN=$(abspath $(@D)) go install $(if $(filter kustomize,$*),$(KUSTOMIZE),$(ACTIONLINT)); \
	else echo "There is neither $* nor Go here to build it with: install one of the two."; exit 2; fi

$(TOOLS)/bin/compose-spec:  # the Compose Specification's own loader, where there is no docker with the compose plugin
	@mkdir -p $(@D)
	@command -v go >/dev/null || { echo "compose.yaml is looked at with a program in Go: install Go."; exit 2; }
	@GOBIN=$(abspath $(@D))/new go install $(COMPOSE_SPEC) && mv $(@D)/new/cmd $@ && rmdir $(@D)/new

$(TOOLS)/bin/prometheus:  # with promtool; unpacked from Debian's package, so that no root is needed and no daemon starts
	@mkdir -p $(@D)
	@if found=$$(command -v prometheus) && promtool=$$(command -v promtool); then ln -sf "$$promtool" "$$found" $(@D); \
	elif command -v apt-get dpkg-deb >/dev/null; then \
	  cd $(@D) && { apt-get download -qq prometheus 2>/dev/null || { apt-get update -qq && apt-get download -qq prometheus; } \
	    || { echo "Debian's package lists are missing: run apt-get update as root, or install prometheus and promtool."; exit 2; }; } \
	  && dpkg-deb -x prometheus_*.deb unpacked && mv unpacked/usr/bin/* . && rm -r unpacked prometheus_*.deb; \
	else echo "There is neither prometheus (with promtool) nor apt-get here to fetch it with: install prometheus."; exit 2; fi

$(TOOLS)/venv/.ready: requirements-tools.lock
	@$(PYTHON) -m venv $(TOOLS)/venv
	@$(TOOLS)/venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-tools.lock
	@touch $@

contracts: $(READY)  ## regenerate what follows from the models: JSON Schemas, AsyncAPI, and what is generated under deploy/
	$(BIN)/python -m contracts.generate
	$(BIN)/python -m deploy.generate

bench: $(READY)  ## ten minutes: hops beside a raw pipe, whole lives, latency, memory, growth; each against its bar
	$(BIN)/python -m tests.bench

bench-full: $(READY)  ## the same with more rounds, longer, and with a million of everything: an hour, and ten gigabytes
	$(BIN)/python -m tests.bench --full

chaos: $(READY)  ## ten minutes: kills, freezes, outages, cut wires and full disks under load, and what must be true all the same
	$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED))

chaos-mutants: $(READY)  ## services with a fault built in, one after another: each must be caught
	$(BIN)/python -m tests.chaos.mutants

chaos-soak: $(READY)  ## faults at random for as long as you like: make chaos-soak SECONDS=3600
	$(BIN)/python -m tests.chaos --seconds $(or $(SECONDS),1800) $(if $(SEED),--seed $(SEED))

lock: $(READY)  ## pin the newest versions the ranges in pyproject.toml allow (hashes, no addresses)
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) --extra dev pyproject.toml -o requirements-dev.lock
	$(LOCK) --group tools --no-emit-package pandas --no-emit-package pyarrow -o requirements-tools.lock
	$(LOCK) --group build -o requirements-build.lock

clean:  ## remove the environment, the local stack's data and every cache
	rm -rf $(VENV) .redress build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
