"""How the canary's process ends where it cannot begin."""

import socket
from pathlib import Path

import pytest

from tests.cli.test_mistakes import redress

NOWHERE = {"REDRESS_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"}


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "named"),
    [
        ([], NOWHERE, 75, "REDRESS_KAFKA_BOOTSTRAP_SERVERS"),
        ([], {"REDRESS_POLICIES": "nosuch"}, 2, "nosuch"),
        ([], {"REDRESS_CANARY_SECONDS": "0"}, 2, "REDRESS_CANARY_SECONDS"),
    ],
)
def test_what_is_wrong_or_away_is_told_by_its_exit_code_and_a_sentence(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], code: int, named: str
) -> None:
    ended = redress(["canary", *arguments], tmp_path, **environment)
    assert ended.returncode == code and named in ended.stderr.splitlines()[-1]


def test_one_alone_needs_no_port_so_it_can_run_beside_the_one_that_stays(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = redress(["canary", "--once"], tmp_path, **NOWHERE, REDRESS_HTTP_PORT=str(taken.getsockname()[1]))
    assert ended.returncode == 75 and "REDRESS_KAFKA_BOOTSTRAP_SERVERS" in ended.stderr.splitlines()[-1]
