"""What must hold for every object that is built, each rule a function from the objects to what is wrong with them, a sentence each."""

from collections.abc import Callable, Iterator

from services.platform.chassis.connections import broker
from services.platform.chassis.settings import PREFIX, Settings
from tests.deploy.manifests import (
    SECRETS,
    SERVICES,
    Objects,
    container,
    containers,
    deployments,
    environment,
    labels,
    mounted,
    name,
    of,
    pod,
    projected,
    selects,
    workloads,
)
from tests.deploy.network_rules import NETWORK_RULES
from tests.deploy.scaling_rules import SCALING_RULES

DRAINS_IN: float = broker(Settings())["graceful_timeout"]
LARGEST_SEEN_MIB = 149
"""Of memory, under a backlog: tests/bench/README.md."""
SETTINGS = {PREFIX + field.upper() for field in Settings.model_fields}
SPREAD_OVER = {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
A_WISH = {"maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway", "matchLabelKeys": ["pod-template-hash"]}
"""Among pods of one version: else a rolling update may leave both new ones where only one of the old ones was."""
SAID_BY_CONTAINERS = {"allowPrivilegeEscalation", "capabilities", "privileged", "readOnlyRootFilesystem"}
"""Whatever else stood there would go before what the pod says: another user, no seccomp."""
VOLUMES = {"configMap", "emptyDir", "name", "projected"}
MONITORED = {"port": "http", "path": "/metrics", "honorLabels": True}

Rule = Callable[[Objects], Iterator[str]]


def is_disrupted_one_at_a_time(objects: Objects) -> Iterator[str]:
    """And not at all kept from it while it is not ready, as all are while Kafka is away."""
    for each in deployments(objects):
        budgets = [budget["spec"] for budget in of(objects, "PodDisruptionBudget") if selects(budget["spec"]["selector"], labels(each))]
        if len(budgets) != 1 or budgets[0].get("maxUnavailable") != 1 or budgets[0].get("unhealthyPodEvictionPolicy") != "AlwaysAllow":
            yield f"{name(each)}: needs one PodDisruptionBudget, of maxUnavailable 1 and AlwaysAllow."


def asks_for_life_and_readiness(objects: Objects) -> Iterator[str]:
    for each in deployments(objects):
        it, port = container(each), int(environment(each, objects)["REDRESS_HTTP_PORT"])
        if {"name": "http", "containerPort": port} not in it.get("ports", ()):
            yield f"{name(each)}: the port `http` must be REDRESS_HTTP_PORT."
        for probe, path, patience in (("startupProbe", "/live", 60), ("livenessProbe", "/live", 60), ("readinessProbe", "/ready", 5)):
            asked = it.get(probe) or {}
            if asked.get("httpGet") != {"path": path, "port": "http"}:
                yield f"{name(each)}: {probe} must ask {path} at port `http`."
            elif asked["periodSeconds"] * asked["failureThreshold"] < patience or asked.get("timeoutSeconds", 1) < 5:
                yield f"{name(each)}: {probe} loses patience before {patience} s, or before an answer may come."
            elif "initialDelaySeconds" in asked:
                yield f"{name(each)}: {probe} must ask from the first; the startup probe waits for the others."


def spreads(objects: Objects) -> Iterator[str]:
    for each in deployments(objects):
        rules = [rule for rule in pod(each).get("topologySpreadConstraints", ()) if rule.items() >= A_WISH.items()]
        own = [rule for rule in rules if rule["labelSelector"].get("matchLabels") and selects(rule["labelSelector"], labels(each))]
        if {rule["topologyKey"] for rule in own} != SPREAD_OVER:
            yield f"{name(each)}: must spread over {' and '.join(sorted(SPREAD_OVER))}."


def has_memory_enough_and_the_cpu_that_is_there(objects: Objects) -> Iterator[str]:
    for each in workloads(objects):
        for resources in (it.get("resources") or {} for it in containers(each)):
            requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
            if not {"cpu", "memory"} <= requests.keys() or "memory" not in limits:
                yield f"{name(each)}: must request CPU and memory, and limit memory."
            if "cpu" in limits:
                yield f"{name(each)}: a limit of the CPU starves heartbeats."
    for each in deployments(objects):
        if _mebibytes((container(each).get("resources") or {}).get("limits", {}).get("memory", "0Mi")) < 2 * LARGEST_SEEN_MIB:
            yield f"{name(each)}: its memory ends near what was measured."


def has_an_account_without_a_token(objects: Objects) -> Iterator[str]:
    accounts = {name(account): account for account in of(objects, "ServiceAccount")}
    for each in workloads(objects):
        if pod(each).get("automountServiceAccountToken") is not False:
            yield f"{name(each)}: gets a token for Kubernetes."
    for each in deployments(objects):
        account = accounts.get(pod(each).get("serviceAccountName", ""))
        if account is None or name(account) != name(each) or account.get("automountServiceAccountToken") is not False:
            yield f"{name(each)}: needs a ServiceAccount of its name, without a token."


def is_given_time_to_end(objects: Objects) -> Iterator[str]:
    for each in deployments(objects):
        if pod(each).get("terminationGracePeriodSeconds", 30) < 2 * DRAINS_IN:
            yield f"{name(each)}: is killed while it drains, which may take {DRAINS_IN} s, and leaving its group besides."


def is_replaced_one_by_one(objects: Objects) -> Iterator[str]:
    for each in deployments(objects):
        if name(each) in SERVICES and each["spec"].get("minReadySeconds", 0) < 10:
            yield f"{name(each)}: counts as good before it has had its first batch."
        if name(each) in SERVICES and each["spec"].get("strategy") != {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}:
            yield f"{name(each)}: must come one by one, before its like goes."
        if name(each) == "canary" and (each["spec"]["strategy"], each["spec"].get("replicas")) != ({"type": "Recreate"}, 1):
            yield "canary: there may be one at a time."


def is_restricted(objects: Objects) -> Iterator[str]:
    """Pod Security's `restricted`; and what it does not ask: a root that nobody writes to, but for Kafka's image."""
    for namespace in of(objects, "Namespace"):
        if namespace["metadata"]["labels"].get("pod-security.kubernetes.io/enforce") != "restricted":
            yield f"Namespace {name(namespace)}: must enforce `restricted`."
    for each in workloads(objects):
        whole = pod(each).get("securityContext") or {}
        if not (whole.get("runAsNonRoot") and whole.get("runAsUser") and whole.get("seccompProfile") == {"type": "RuntimeDefault"}):
            yield f"{name(each)}: must run as somebody, under seccomp."
        if reaching := {"hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"} & pod(each).keys():
            yield f"{name(each)}: reaches out of its container by {', '.join(sorted(reaching))}."
        if strange := {kind for volume in pod(each).get("volumes", ()) for kind in volume} - VOLUMES:
            yield f"{name(each)}: has a volume of the kind {', '.join(sorted(strange))}."
        for own in (it.get("securityContext") or {} for it in containers(each)):
            if own.get("capabilities") != {"drop": ["ALL"]} or own.get("allowPrivilegeEscalation") is not False or own.get("privileged"):
                yield f"{name(each)}: must have no capabilities, and get none."
            if strange := own.keys() - SAID_BY_CONTAINERS:
                yield f"{name(each)}: a container says {', '.join(sorted(strange))}, which is the pod's to say."
            if not own.get("readOnlyRootFilesystem") and (each["kind"], name(each)) != ("StatefulSet", "kafka"):
                yield f"{name(each)}: can write to its own program."


def reads_its_secrets_alone(objects: Objects) -> Iterator[str]:
    """The files are root's: they are read by the group, which is the process's own."""
    for each in deployments(objects):
        whole = pod(each)["securityContext"]
        if not whole.get("fsGroup") == whole.get("runAsGroup") == whole.get("runAsUser"):
            yield f"{name(each)}: cannot read its secrets, which belong to root and the group fsGroup."
        if any(volume.get("defaultMode") != 0o440 for volume in projected(each)):
            yield f"{name(each)}: its secrets must be for owner and group to read."


def is_told_apart(objects: Objects) -> Iterator[str]:
    """Each selector finds its own pods and no others; what scales, scales something."""
    for each in of(objects, "Deployment", "StatefulSet"):
        if found := [name(other) for other in workloads(objects) if selects(each["spec"]["selector"], labels(other))] != [name(each)]:
            yield f"{name(each)}: its selector finds {found}."
    for service in of(objects, "Service"):
        if sum(selects({"matchLabels": service["spec"]["selector"]}, labels(each)) for each in workloads(objects)) != 1:
            yield f"Service {name(service)}: leads to no pods, or to several kinds."
    for each in of(objects, "PodMonitor"):
        if {name(found) for found in workloads(objects) if selects(each["spec"]["selector"], labels(found))} != {*SERVICES, "canary"}:
            yield f"PodMonitor {name(each)}: must find the services and the canary."
        (asked,) = each["spec"]["podMetricsEndpoints"]
        if not asked.items() >= MONITORED.items() or each["spec"].get("jobLabel") != "app.kubernetes.io/name":
            yield f"PodMonitor {name(each)}: must ask {MONITORED}, and call the job like the service."


def names_its_image(objects: Objects) -> Iterator[str]:
    images = {it["image"].rpartition("/")[2] for each in workloads(objects) for it in containers(each)}
    if len(ours := {image for image in images if image.startswith("redress:")}) != 1:
        yield f"there must be one image of ours, not {sorted(ours)}."
    for image in sorted(images):
        if image.partition(":")[2].partition("@")[0] in {"", "latest"}:
            yield f"{image}: the tag must be a version."


def is_told_what_it_can_be_told(objects: Objects) -> Iterator[str]:
    for each in workloads(objects):
        ours = {variable for variable in environment(each, objects) if variable.startswith(PREFIX)}
        if unknown := ours - SETTINGS:
            yield f"{name(each)}: {', '.join(sorted(unknown))} is no setting."


def mounts_what_it_names(objects: Objects) -> Iterator[str]:
    """A …FILE variable names a file that a Secret gives; no Secret is a variable; a Secret's file is named."""
    for each in deployments(objects):
        files = {value for variable, value in environment(each, objects).items() if variable.endswith("FILE")}
        if files != set(mounted(each)):
            yield f"{name(each)}: mounts {sorted(mounted(each))} and names {sorted(files)}."
        if any(not file.startswith(f"{SECRETS}/") for file in mounted(each)):
            yield f"{name(each)}: secrets belong under {SECRETS}."
        if any("valueFrom" in variable for variable in container(each).get("env", ())):
            yield f"{name(each)}: a secret must not be a variable."


RULES: tuple[Rule, ...] = (
    *NETWORK_RULES,
    *SCALING_RULES,
    is_disrupted_one_at_a_time,
    asks_for_life_and_readiness,
    spreads,
    has_memory_enough_and_the_cpu_that_is_there,
    has_an_account_without_a_token,
    is_given_time_to_end,
    is_replaced_one_by_one,
    is_restricted,
    reads_its_secrets_alone,
    is_told_apart,
    names_its_image,
    is_told_what_it_can_be_told,
    mounts_what_it_names,
)


def _mebibytes(quantity: str) -> int:
    return int(quantity.removesuffix("Mi")) if quantity.endswith("Mi") else 1024 * int(quantity.removesuffix("Gi"))

