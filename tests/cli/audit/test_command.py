"""`redress audit` as it is typed."""

import pytest

from services.cli import execute
from services.cli.audit.topics import OutOfRoom
from tests.cli.audit.world import lived


@pytest.mark.parametrize(("arguments", "named"), [(["nonsense"], "'nonsense'"), (["--service", "billing"], "'billing'")])
def test_a_mistake_is_one_sentence_and_exit_code_2(capsys, arguments, named):
    assert execute(["audit", *arguments]) == 2
    said = capsys.readouterr()
    assert named in said.err and len(said.err.strip().splitlines()) == 1 and not said.out


def test_where_kafka_is_away_it_says_so_in_one_sentence(capsys, monkeypatch):
    monkeypatch.setenv("REDRESS_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9")
    assert execute(["audit"]) == 75
    said = capsys.readouterr()
    assert "REDRESS_KAFKA_BOOTSTRAP_SERVERS" in said.err and len(said.err.strip().splitlines()) == 1 and not said.out


def test_a_full_disk_is_told_and_is_no_difference(capsys, monkeypatch):
    async def full(*_: object) -> None:
        raise OutOfRoom("database or disk is full")

    monkeypatch.setattr("services.cli.audit.examine", full)
    assert execute(["audit"]) == 2
    assert "TMPDIR" in capsys.readouterr().err


def test_a_full_disk_does_not_count_as_a_document_that_cannot_be_folded():
    world = lived()
    with world.topics() as topics, pytest.raises(OutOfRoom):
        topics.database.close()
        world.examine("routing", topics, world.bounds("routing"))
