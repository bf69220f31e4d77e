"""`redress demo` as a user runs it, on real Kafka and MongoDB."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from services.platform.stack import Stack

ROOT = Path(__file__).parents[3]
MARK = "WHO_STARTED_IT"
"""A variable by which we find every process that the demonstration started."""

pytestmark = pytest.mark.system


def start(stack: Stack, directory: Path, mark: str, *arguments: str) -> "subprocess.Popen[str]":
    """In a directory of its own, without a terminal, in a locale that knows no Chinese."""
    environment = os.environ | {
        "REDRESS_KAFKA_BOOTSTRAP_SERVERS": stack.addresses.kafka, "REDRESS_MONGODB_URL": stack.addresses.mongodb,
        "PYTHONPATH": str(ROOT), "LC_ALL": "C", MARK: mark,
    }  # fmt: skip
    command = [sys.executable, "-m", "services.cli", "demo", *arguments]
    return subprocess.Popen(
        command, cwd=directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )


def left_running(mark: str) -> list[str]:
    told = f"{MARK}={mark}".encode()
    return [place.name for place in Path("/proc").glob("[0-9]*") if told in environment_of(place)]


def environment_of(place: Path) -> bytes:
    try:
        return (place / "environ").read_bytes()
    except OSError:
        return b""


def test_demo_ends_with_everything_accounted_for(stack: Stack, prefix: str, tmp_path: Path):
    demo = start(stack, tmp_path, prefix, "--complaints", "40")
    page, _ = demo.communicate(timeout=400)
    assert demo.returncode == 0 and "Accounted for: 40 of 40." in page, page
    assert any("\u4e00" <= sign <= "\u9fff" for sign in page) and "Traceback" not in page
    assert left_running(prefix) == []


def test_a_demonstration_that_is_interrupted_leaves_nothing_running(stack: Stack, prefix: str, tmp_path: Path):
    demo = start(stack, tmp_path, prefix, "--complaints", "40")
    assert demo.stdout
    for line in demo.stdout:
        if line.startswith("after "):
            break
    time.sleep(2)
    demo.send_signal(signal.SIGINT)
    rest, _ = demo.communicate(timeout=120)
    assert demo.returncode == 130 and "Traceback" not in rest, rest
    assert left_running(prefix) == []
