"""Kafka's jars, fetched once by Maven as `pom.xml` says."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from services.platform.stack.errors import StackError
from services.platform.stack.lock import locked
from services.platform.stack.tools import find_maven

POM = Path(__file__).with_name("pom.xml")
HOME = Path(".redress/kafka-4.3.1")
MINUTES = 10


def kafka_jars(java: str, say: Callable[[str], None], home: Path = HOME) -> Path:
    """The directory that holds the jars; fetches them (44 MB) if they are not there or `pom.xml` has changed since."""
    home = home.absolute()
    busy = f"Another process has been fetching Kafka into {home} for {MINUTES} minutes: end it and try again."
    with locked(home, busy, patience=60 * MINUTES):
        libs, stamp = home / "libs", home / "pom.xml"
        if not (libs.is_dir() and stamp.exists() and stamp.read_bytes() == POM.read_bytes()):
            say("Fetching Kafka 4.3.1 (44 MB, this once) …")
            stamp.unlink(missing_ok=True)
            shutil.rmtree(libs, ignore_errors=True)
            _fetch(find_maven(), java, libs, home / "maven.log")
            shutil.copyfile(POM, stamp)  # last: a fetch that was cut short is done again
    return libs


def _fetch(maven: str, java: str, libs: Path, log: Path) -> None:
    command = [maven, "-q", "-B", "-f", str(POM), "dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={libs}"]
    # Maven looks for Java by itself, and would not find the one in the wheel.
    environment = {"JAVA_HOME": str(Path(java).resolve().parents[1]), **os.environ}
    with log.open("wb") as output:
        try:
            subprocess.run(command, env=environment, stdout=output, stderr=subprocess.STDOUT, timeout=60 * MINUTES, check=True)
        except subprocess.SubprocessError:
            raise StackError(f"Maven could not fetch Kafka's jars: see {log}, and check that it reaches a Maven repository.") from None
