"""The local stack itself: it resumes, it is alone on its data, and it leaves nothing running, however its runner ends."""

import os
import signal
import subprocess
import sys
import time

import pytest
from pymongo import MongoClient

from services.platform.stack import StackError, start_stack

pytestmark = pytest.mark.system

RUNNER = """
import sys, time
from pathlib import Path
from services.platform.stack import start_stack
stack = start_stack(Path(sys.argv[1]), say=lambda _: None)
print(*([stack.kafka.pid, stack.mongodb.pid] if stack.is_local else []), flush=True)
time.sleep(600)
"""


@pytest.fixture
def local(monkeypatch):
    """Whatever the environment names: these tests are about local processes."""
    for name in ("REDRESS_KAFKA_BOOTSTRAP_SERVERS", "REDRESS_MONGODB_URL"):
        monkeypatch.delenv(name, raising=False)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(holds, seconds=60):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.1)


def test_a_second_start_finds_data_and_ports_as_the_first_left_them_and_two_at_once_are_refused(tmp_path, local):
    with start_stack(tmp_path / "stack") as first:
        if not first.is_local:
            pytest.skip("a Docker engine answers here: containers begin empty by design")
        with MongoClient(first.addresses.mongodb) as client:
            client.notes.notes.insert_one({"_id": 1})
        with pytest.raises(StackError, match="Another stack runs on"):
            start_stack(tmp_path / "stack")
    with start_stack(tmp_path / "stack") as second:
        assert second.addresses == first.addresses
        with MongoClient(second.addresses.mongodb) as client:
            assert client.notes.notes.count_documents({}) == 1
        second.kafka.kill()
        second.kafka.start()
        assert second.kafka.running
    assert not second.kafka.running and not second.mongodb.running


def test_kill_9_of_the_runner_takes_both_servers_with_it(tmp_path, local):
    runner = subprocess.Popen([sys.executable, "-c", RUNNER, str(tmp_path / "stack")], stdout=subprocess.PIPE, text=True)
    servers = [int(pid) for pid in runner.stdout.readline().split()]
    if not servers:
        runner.kill()
        pytest.skip("a Docker engine answers here: testcontainers ends them")
    assert all(is_alive(pid) for pid in servers)
    runner.send_signal(signal.SIGKILL)
    runner.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in servers))
