"""What compose.yaml and the overlay `dev` tell Kafka's and MongoDB's images, told to the servers themselves: they start, are found by their
names, and a service works with them.

In a network namespace of its own, where every port is free and the names lead here.  Kafka's image turns its environment into settings by
a program of Kafka's own jars, which is run here too.  What this cannot show: the images' users and file systems, and the commands that ask
for health.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from services.platform.stack.jars import kafka_jars
from services.platform.stack.kafka import new_cluster
from services.platform.stack.tools import find_java, find_mongod
from tests.deploy import composed
from tests.deploy.manifests import container, environment, one, overlay

NAMES = "127.0.0.1 localhost kafka mongodb\n"
WORLD = ("unshare", "-rmn", "bash", "-c", 'ip link set lo up && mount --bind "$1" /etc/hosts && echo there && exec sleep infinity', "bash")
FORM = """
import sys, pymongo
with pymongo.MongoClient("mongodb://mongodb:27017/?directConnection=true", serverSelectionTimeoutMS=30_000) as client:
    client.admin.command("replSetInitiate", {"_id": sys.argv[1], "members": [{"_id": 0, "host": sys.argv[2]}]})
"""
PATIENCE = 180.0
"""Seconds, on a machine with much else to do."""


@pytest.fixture(autouse=True, scope="module")
def _can_have_a_network_of_its_own() -> None:
    """A right that some kernels give nobody but root, and no tool that could be fetched."""
    if subprocess.run([*WORLD[:4], "ip link set lo up"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody make a network of his own (`unshare -rmn`, `ip`)")


class Told(NamedTuple):
    kafka: Mapping[str, str]
    mongodb: Sequence[str]
    """Its command."""
    replica_set: tuple[str, str]
    """Its name and its member."""
    ours: Mapping[str, str]


def by_compose() -> Told:
    key = {"REDRESS_CUSTOMER_KEY_FILE": str(composed.FILE.parent / composed.WHOLE["secrets"]["customer-key"]["file"])}
    return Told(composed.KAFKA | {"CLUSTER_ID": new_cluster()}, composed.SERVICES["mongodb"]["command"],
                (composed.FORMED, composed.MEMBER), composed.WHOLE["x-settings"] | key)  # fmt: skip


def by_dev() -> Told:
    objects = overlay("dev")
    kafka, mongodb = (container(one(objects, "StatefulSet", name)) for name in ("kafka", "mongodb"))
    here = {"REDRESS_POLICIES": "default", "REDRESS_CUSTOMER_KEY": "of this drill, and of no other"}
    ours = {name: value for name, value in environment(one(objects, "Deployment", "routing"), objects).items() if "HTTP" not in name}
    return Told({each["name"]: each["value"] for each in kafka["env"]}, mongodb["command"], ("rs0", "mongodb:27017"), ours | here)


class World(NamedTuple):
    """`inside`: how a command is put there."""

    inside: Sequence[str]
    directory: Path

    def start(self, name: str, *command: str | Path, **said: str) -> "subprocess.Popen[bytes]":
        with (self.directory / f"{name}.log").open("wb") as log:
            return subprocess.Popen([*self.inside, *command], env=os.environ | said, stdout=log, stderr=subprocess.STDOUT)

    def run(self, *command: str | Path, **said: str) -> "subprocess.CompletedProcess[str]":
        done = [*self.inside, *command]
        return subprocess.run(done, env=os.environ | said, capture_output=True, text=True, timeout=PATIENCE, check=False)


@contextmanager
def world(directory: Path) -> Iterator[World]:
    (hosts := directory / "hosts").write_text(NAMES, "ascii")
    with subprocess.Popen([*WORLD, hosts], stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout and holder.stdout.readline() == "there\n"
            yield World(("nsenter", f"--target={holder.pid}", "-U", "-m", "-n", "--preserve-credentials"), directory)
        finally:
            holder.kill()


@contextmanager
def servers(world: World, told: Told) -> Iterator[None]:
    with ExitStack() as ending:
        mongodb = world.start("mongodb", find_mongod(), *told.mongodb[1:], "--dbpath", _new(world.directory / "documents"))
        ending.callback(_end, mongodb)
        ending.callback(_end, _kafka(world, told.kafka))
        formed = world.run(sys.executable, "-c", FORM, *told.replica_set)
        assert formed.returncode == 0, formed.stderr
        yield


def _kafka(world: World, told: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """As the image does it: settings of the environment, a formatted disk, the broker."""
    java = find_java()
    classes = (java, "-cp", f"{kafka_jars(java, print)}/*")
    default, mounted, final = (_new(world.directory / name) for name in ("default", "mounted", "final"))
    for file in ("server.properties", "log4j2.yaml", "tools-log4j2.yaml"):
        (default / file).touch()
    said = {**told, "KAFKA_LOG_DIRS": str(world.directory / "log")}
    done = world.run(*classes, "kafka.docker.KafkaDockerWrapper", "setup", "-D", default, "-M", mounted, "-F", final, **said)
    assert done.returncode == 0, done.stderr
    return world.start("kafka", *classes, *told["KAFKA_HEAP_OPTS"].split(), "kafka.Kafka", final / "server.properties")


def _new(directory: Path) -> Path:
    directory.mkdir()
    return directory


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(PATIENCE)


@pytest.mark.parametrize("told", [by_compose, by_dev])
def test_kafka_and_mongodb_start_by_what_they_are_told_and_a_service_works_with_them(told: Callable[[], Told], tmp_path: Path) -> None:
    it, redress = told(), (sys.executable, "-m", "services.cli")
    with world(tmp_path) as here, servers(here, it):
        until_it_succeeds(here, *redress, "topics", "--create", **it.ours)
        assert here.run(*redress, "topics", "--check", **it.ours).stdout == "All topics are as the catalogue says.\n"
        listening = {**it.ours, "REDRESS_HTTP_PORT": "8080"}
        service = here.start("intake", *redress, "service", "intake", **listening)
        until_it_succeeds(here, *redress, "probe", "ready", **listening)
        _end(service)
        assert service.returncode == 0


def until_it_succeeds(here: World, *command: str, **said: str) -> None:
    """Each attempt takes a while by itself."""
    end = time.monotonic() + PATIENCE
    while (done := here.run(*command, **said)).returncode:
        assert time.monotonic() < end, done.stdout + done.stderr
