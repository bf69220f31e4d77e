"""Every test in this directory is a drill, whether it says so or not: none may end up in `make test`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drill.secured import Secured, secured_stack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("drill")


@pytest.fixture(scope="session")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """Real Kafka and MongoDB with TLS, passwords and rights, for the tenants whose files are in deploy/."""
    with secured_stack(tmp_path_factory.mktemp("secured"), ("redress", "acme")) as stack:
        yield stack
