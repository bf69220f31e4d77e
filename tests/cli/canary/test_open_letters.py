"""Dead letters that nobody has handled are counted as `redress dead list` lists them, in whatever order they are read."""

from datetime import timedelta
from random import Random

import pytest

from services.cli.canary.open_letters import OpenLetters
from services.cli.dead.letters import letters
from services.platform.kernel.record import Record
from tests.cli.test_dead_letters import NOW, Topic, died, parked


def counted(records: list[Record], after: timedelta = timedelta(0)) -> tuple[int, object]:
    found = OpenLetters()
    for record in records:
        found.hear(record)
    return found.now(NOW + after)["routing"]


@pytest.fixture
def topic() -> Topic:
    """Two handled, one of them dead again; a wake that was replayed and crashed again; one twice; one that nobody looked at."""
    made = Topic()
    made.bury(died(offset=1))
    made.bury(died(offset=2))
    made.bury(parked())
    for letter in list(made.open):
        made.mark(letter, "replayed")
    made.bury(died(offset=2, attempt=1))
    made.bury(parked())
    made.bury(died(offset=3))
    made.bury(died(offset=3))
    return made


@pytest.mark.parametrize("seed", range(10))
def test_what_is_open_is_what_the_list_says(topic: Topic, seed: int) -> None:
    records = list(topic.records)
    Random(seed).shuffle(records)
    open = [letter for letter in letters(topic.records) if not letter.handled]
    assert counted(records) == (len(open), min(letter.died for letter in open)) == counted(topic.records)
    assert len(open) == 3


def test_what_is_marked_is_open_no_longer_and_what_the_topic_has_dropped_neither(topic: Topic) -> None:
    assert counted(topic.records, after=timedelta(days=8)) == (0, None)
    for letter in list(topic.open):
        topic.mark(letter, "discarded")
    assert counted(topic.records) == (0, None)


def test_a_service_without_any_has_none(topic: Topic) -> None:
    found = OpenLetters()
    for record in topic.records:
        found.hear(record)
    assert {owner: open.letters for owner, open in found.now(NOW).items()} == {"intake": 0, "routing": 3, "callback": 0, "feedback": 0}
