"""Dead letters as an operator sees them: each once, open until handled, replayed as the next attempt."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.model import Staff
from contracts.routing import AcceptWork
from contracts.wire import Unreadable, header, write_command
from services.cli.dead import _readable
from services.cli.dead.letters import Letter, Outgoing, letters, mark, replayed
from services.platform.kernel.dead import letter, wake_letter
from services.platform.kernel.document import Answer, Document
from services.platform.kernel.record import ATTEMPT, Record

NOW = datetime(2026, 3, 1, tzinfo=UTC)
COMPLAINT = str(uuid4())
ACCEPT = write_command("routing", AcceptWork(complaint_id=COMPLAINT, work="w1", by=Staff(staff="s", role="agent")), id="1", source="crm")


class Topic:
    """A dead-letter topic in memory."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def append(self, key: bytes | None, value: bytes | None, headers: tuple[tuple[str, bytes], ...]) -> None:
        n = len(self.records)
        self.records.append(Record("routing.dlq.v1", 0, n, NOW + timedelta(seconds=n), key, value, headers))

    def bury(self, answer: Answer) -> None:
        self.append(answer.key, answer.value, answer.headers)

    def mark(self, letter: Letter, how: str) -> None:
        record = mark(letter, how)
        assert record.topic == "routing.dlq.v1"
        self.append(record.key, record.value, record.headers)

    @property
    def open(self) -> list[Letter]:
        return [letter for letter in letters(self.records) if not letter.handled]


@pytest.fixture
def topic() -> Topic:
    return Topic()


def record(value: bytes | None = ACCEPT.value, offset: int = 7, key: bytes = b"wrong", attempt: int = 0) -> Record:
    headers = (*ACCEPT.headers, *(((ATTEMPT, str(attempt).encode()),) if attempt else ()))
    return Record("routing.commands.v1", 3, offset, NOW, key, value, headers)


def died(reason: str = "wrong_key", attempt: int = 0, **how: object) -> Answer:
    return letter(record(attempt=attempt, **how), "routing", reason, attempt)


def parked() -> Answer:
    return wake_letter(Document(COMPLAINT), NOW, "undecidable.KeyError", "routing")


def test_a_letter_tells_where_its_record_stood_and_why_it_died(topic: Topic) -> None:
    topic.bury(died())
    (found,) = topic.open
    assert (found.service, found.reason, found.topic, found.partition, found.offset) == (
        "routing", "wrong_key", "routing.commands.v1", "3", "7",
    )  # fmt: skip
    assert found.id.startswith("routing-") and found.type == "routing.accept_work.v1" and not found.is_wake


@pytest.mark.parametrize("value", [ACCEPT.value, b"{", None, b"[]", b'{"type": {"a": 1}}'])
def test_a_letters_type_is_what_its_body_says_and_unknown_where_it_says_nothing(topic: Topic, value: bytes | None) -> None:
    topic.bury(letter(record(value)._replace(headers=()), "routing", "wrong_key"))
    (found,) = topic.open
    assert found.type == ("routing.accept_work.v1" if value == ACCEPT.value else "unknown")


def test_a_body_is_shown_without_what_could_steer_a_terminal_and_not_for_ever() -> None:
    assert _readable(b"\x1b]0;stolen\x07 \xc2\x9b31m") == "�]0;stolen� �31m"
    assert len(_readable(b"x" * 600_000)) < 4_200 and "--save" in _readable(b"x" * 600_000)


def test_a_letter_written_again_after_a_crash_is_the_same(topic: Topic) -> None:
    topic.bury(died())
    topic.bury(died())
    topic.bury(died(offset=8))
    assert len({found.id for found in topic.open}) == len(topic.open) == 2


def test_a_handled_letter_stays_handled_even_if_it_is_written_again(topic: Topic) -> None:
    topic.bury(died())
    topic.mark(topic.open[0], "discarded")
    topic.bury(died())
    assert not topic.open and [found.handled for found in letters(topic.records)] == ["discarded"]


def test_a_replay_that_dies_too_is_a_letter_of_its_own(topic: Topic) -> None:
    topic.bury(died("undecidable.KeyError"))
    topic.mark(topic.open[0], "replayed")
    topic.bury(died("undecidable.KeyError", attempt=1, offset=9))
    (again,) = topic.open
    assert again.attempt == 1


def test_a_wake_that_parks_its_document_again_is_open_again(topic: Topic) -> None:
    topic.bury(parked())
    topic.mark(topic.open[0], "replayed")
    assert not topic.open
    topic.bury(parked())
    assert [found.is_wake for found in topic.open] == [True]


def test_what_no_service_of_ours_wrote_is_no_letter(topic: Topic) -> None:
    topic.append(b"k", b"v", ())
    topic.append(b"k", b"v", (("redress-dead-service", b"billing"), ("redress-dead-topic", b"../etc")))
    assert letters(topic.records) == []


def replay(topic: Topic, repaired: bytes | None = None) -> Outgoing:
    return replayed(topic.open[0], repaired)


def test_a_replay_is_the_original_with_the_next_attempt_under_the_key_of_its_complaint(topic: Topic) -> None:
    topic.bury(died(attempt=2))
    again = replay(topic)
    assert again == Outgoing("routing.commands.v1", COMPLAINT.encode(), ACCEPT.value, (*ACCEPT.headers, (ATTEMPT, b"3")))


def test_a_parked_wake_is_replayed_as_a_new_wake_record_of_its_document(topic: Topic) -> None:
    topic.bury(parked())
    again = replay(topic)
    assert again.topic == "routing.commands.v1" and again.key == COMPLAINT.encode()
    assert header(again.headers, "ce_type") == "routing.wake.v1" and b'"count":0' in (again.value or b"")


def test_intakes_commands_keep_the_key_that_their_sender_chose(topic: Topic) -> None:
    value = b'{"type":"intake.submit_complaint.v1","id":"1","source":"crm","source_ref":"T-1","channel":"phone"}'
    origin = Record("intake.commands.v1", 0, 0, NOW, b"household-7", value, ())
    topic.bury(letter(origin, "intake", "undecidable.KeyError"))
    assert replay(topic).key == b"household-7"


@pytest.mark.parametrize("value", [b"{", b"", None, b'{"type":"routing.fly.v1"}'])
def test_what_would_only_die_again_is_not_replayed_as_it_is(topic: Topic, value: bytes | None) -> None:
    topic.bury(died("not_json", value=value))
    with pytest.raises(Unreadable):
        replay(topic)
    assert replay(topic, ACCEPT.value).value == ACCEPT.value


def test_a_repair_that_cannot_be_read_is_refused(topic: Topic) -> None:
    topic.bury(died("not_json", value=b"{"))
    with pytest.raises(Unreadable):
        replay(topic, b"[]")
