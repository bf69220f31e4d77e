"""An output that cannot be written is one sentence, whatever the command; never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli import UNWRITTEN

ROOT = Path(__file__).parents[2]
FULL = Path("/dev/full")
COMMAND = [sys.executable, "-c", "from services.cli import main; main()"]
ASKED = {"advice": ["advise", "lateness"], "help": ["--help"], "a group's help": ["policy", "--help"]}


@pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("arguments", ASKED.values(), ids=ASKED)
def test_a_full_disk_is_one_sentence(arguments: list[str]) -> None:
    with FULL.open("wb") as full:
        done = subprocess.run([*COMMAND, *arguments], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == UNWRITTEN
    assert done.stderr.startswith("The output could not be written: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", ASKED.values(), ids=ASKED)
def test_a_reader_that_has_gone_ends_it_without_a_traceback(arguments: list[str]) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    try:
        done = subprocess.run([*COMMAND, *arguments], cwd=ROOT, stdout=writes, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writes)
    assert done.returncode in {1, UNWRITTEN}
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
