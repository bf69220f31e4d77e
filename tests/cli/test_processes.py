"""The services as processes: started, killed, started again, ended with their runner; and the command line that works on them."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contracts.model import Staff
from contracts.routing import AcceptWork
from contracts.wire import write_command
from services.cli import execute, local
from services.cli.processes import ServiceProcess, Services, start_services
from services.cli.supervisor import Supervisor
from services.platform.chassis.clients import open_sender, read_to_end
from services.platform.chassis.settings import Settings, read_settings
from services.platform.chassis.topics import create_topics
from services.platform.stack import Stack
from tests.cli.test_mistakes import ROOT, redress

ENOUGH = 60.0  # seconds, for a machine that is busy


def until(what: Callable[[], object], seconds: float = ENOUGH) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.2)


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


# -- the supervisor, without services ---------------------------------------------------------------------------------------------------


class Ended(ServiceProcess):
    """Ended with a given code; counts how often it is started again."""

    code = 0
    starts = 0

    @property
    def running(self) -> bool:
        return False

    @property
    def exit_code(self) -> int:
        return self.code

    def start(self) -> None:
        self.starts += 1


ENDINGS = {"something was away": (75, 1), "killed": (-9, 1), "a fault of ours": (1, 0), "a wrong setting": (2, 0), "asked to end": (0, 0)}


@pytest.mark.parametrize(("code", "starts"), ENDINGS.values(), ids=ENDINGS)
def test_only_what_may_pass_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, starts: int) -> None:
    monkeypatch.setattr("services.cli.supervisor.SHORTEST", 0.0)
    process = Ended("routing", 1, {}, tmp_path / "routing.log", port=1)
    process.code = code
    supervisor = Supervisor(Services([process]))
    (told,) = supervisor.tend()
    assert told.startswith("routing ") and "routing.log" in told
    assert list(supervisor.tend()) == [] and process.starts == starts


# -- on real Kafka and MongoDB ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def environment(stack: Stack, prefix: str) -> dict[str, str]:
    return local.variables(stack.addresses) | {"REDRESS_TOPIC_PREFIX": prefix, "REDRESS_KAFKA_SESSION_SECONDS": "6"}


@pytest.fixture
def settings(stack: Stack, prefix: str) -> Settings:
    return read_settings(kafka_bootstrap_servers=stack.addresses.kafka, mongodb_url=stack.addresses.mongodb, topic_prefix=prefix)


@pytest.fixture
def routing(environment: dict[str, str], settings: Settings, tmp_path: Path) -> Iterator[ServiceProcess]:
    asyncio.run(create_topics(settings))
    with start_services(["routing"], environment, tmp_path / "logs") as services:
        yield services.of("routing")


@pytest.mark.system
def test_a_service_is_killed_started_again_and_drains_when_asked_to_end(routing: ServiceProcess) -> None:
    assert routing.health("live")[0]
    routing.kill()
    assert routing.exit_code == -signal.SIGKILL and routing.health() == (False, "ended with exit code -9")
    routing.start()
    until(lambda: routing.health()[0])
    assert 'redress_build_info{build="0.1.0",service="routing"} 1.0' in routing.metrics()
    assert routing.stop() == 0
    assert json.loads(routing.log.read_text("utf-8").splitlines()[-1])["message"].startswith("ended")


@pytest.mark.system
@pytest.mark.parametrize(
    ("wrong", "code", "named"),
    [
        ({"REDRESS_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"}, 75, "REDRESS_KAFKA_BOOTSTRAP_SERVERS"),
        ({"REDRESS_MONGODB_URL": "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=1000"}, 75, "REDRESS_MONGODB_URL"),
        ({"REDRESS_TOPIC_PREFIX": "nobody"}, 75, "redress topics --create"),
        ({"REDRESS_POLICIES": "moon"}, 2, "moon"),
    ],
    ids=["Kafka", "MongoDB", "topics", "policies"],
)
def test_what_is_missing_at_the_start_is_one_clear_line_and_an_exit_code(
    environment: dict[str, str], settings: Settings, tmp_path: Path, wrong: dict[str, str], code: int, named: str
) -> None:
    if "REDRESS_TOPIC_PREFIX" not in wrong:
        asyncio.run(create_topics(settings))
    ended = redress(["service", "routing"], tmp_path, **environment | wrong)
    assert ended.returncode == code
    assert named in ended.stderr.splitlines()[-1] and "Traceback" not in ended.stderr


@pytest.mark.system
def test_submit_tells_how_to_find_the_complaint_and_the_same_one_twice_is_one_command(
    environment: dict[str, str], settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(create_topics(settings))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for _ in range(2):
        assert execute(["submit", "--ref", "T-1", "--source", "crm", "--narrative", "迟到一个半小时", "--name", "王"]) == 0
    assert "c402cbb8-ca3d-5e93-9479-eaa708f218ff" in (said := capsys.readouterr().out) and "redress show 8YFA-MW4F-467Z-D" in said
    first, second = asyncio.run(_records(settings, "intake.commands.v1"))
    assert first.value == second.value and "迟到".encode() in (first.value or b"")


async def _records(settings: Settings, name: str) -> list:
    return [record async for record in read_to_end(settings, [name])]


@pytest.mark.system
def test_dead_letters_are_listed_shown_repaired_replayed_and_discarded(
    routing: ServiceProcess, environment: dict[str, str], settings: Settings, tmp_path: Path, monkeypatch, capsys
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    complaint = "c402cbb8-ca3d-5e93-9479-eaa708f218ff"
    good = write_command("routing", AcceptWork(complaint_id=complaint, work="w1", by=Staff(staff="s", role="r")), id="1", source="t")
    asyncio.run(_put(settings, (complaint, b"{", ()), ("elsewhere-0", good.value, good.headers), (complaint, b"[]", ())))

    def letters(*options: str) -> list[str]:
        assert execute(["dead", "list", *options]) == 0
        return re.findall(r"routing-[0-9a-f]{8}", capsys.readouterr().out)

    until(lambda: len(letters()) == 3)
    assert execute(["dead", "list"]) == 0
    listed = {reason: id for id, reason in re.findall(r"(routing-\w{8}).*(not_json|wrong_key|not_an_object)", capsys.readouterr().out)}
    broken, misplaced, array = listed["not_json"], listed["wrong_key"], listed["not_an_object"]

    assert execute(["dead", "show", broken, "--save", str(tmp_path / "body")]) == 0 and (tmp_path / "body").read_bytes() == b"{"
    assert execute(["dead", "replay", broken]) == 2 and "--value" in capsys.readouterr().err
    (tmp_path / "body").write_bytes(good.value.replace(b'"id":"1"', b'"id":"2"'))
    assert execute(["dead", "replay", broken, "--value", str(tmp_path / "body")]) == 0
    assert execute(["dead", "replay", misplaced]) == 0
    assert execute(["dead", "discard", array]) == 0
    capsys.readouterr()
    assert letters() == [] and len(letters("--all")) == 3
    assert execute(["dead", "replay", misplaced]) == 2 and "already" in capsys.readouterr().err
    until(lambda: 'outcome="waiting",service="routing",type="routing.accept_work.v1"} 2.0' in routing.metrics())
    assert letters() == []


async def _put(settings: Settings, *records: tuple) -> None:
    async with open_sender(settings) as sender:
        for key, value, headers in records:
            await (await sender.put("routing.commands.v1", key.encode(), value, headers))


@pytest.mark.system
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_services_end_with_a_runner_that_was_killed(environment: dict[str, str], settings: Settings, tmp_path: Path) -> None:
    runner = subprocess.Popen(
        [sys.executable, "-m", "services.cli", "run"], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: len(_children(runner.pid)) == 4)
        children = _children(runner.pid)
    finally:
        runner.kill()
        runner.wait()
    until(lambda: not any(map(alive, children)), 10)


@pytest.mark.system
def test_a_run_ends_in_order_when_it_is_asked_to(environment: dict[str, str], settings: Settings, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "services.cli", "run"]
    runner = subprocess.Popen(command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)} | environment, stdout=subprocess.DEVNULL)
    logs = tmp_path / local.LOGS
    until(lambda: sum("partitions assigned" in log.read_text("utf-8") for log in logs.glob("*.log")) == 4)
    assert (tmp_path / local.ADDRESSES).exists()
    runner.send_signal(signal.SIGTERM)
    assert runner.wait(ENOUGH) == 0
    assert all('"message": "ended: ' in log.read_text("utf-8") for log in logs.glob("*.log"))
    assert not (tmp_path / local.ADDRESSES).exists()


def _children(pid: int) -> list[int]:
    return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
