"""Shared by all layers: one local Kafka and MongoDB for the whole run of tests, a tenant (topic prefix) of its own for each test."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.platform.stack import Stack, start_stack

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Real Kafka and MongoDB, as `make run` starts them, on fresh data."""
    with start_stack(tmp_path_factory.mktemp("stack")) as started:
        yield started


@pytest.fixture
def prefix() -> str:
    """A tenant that no other test has: its own topics, consumer groups and databases."""
    return f"t{secrets.token_hex(4)}"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real inputs and published cases; they are not part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the real input files are not at {SHARED_DATA}")
    return SHARED_DATA
