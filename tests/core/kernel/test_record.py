"""Reading a record: what it says, when it happened, and whose document it is about."""

import random
from dataclasses import replace

import pytest
from aiokafka.partitioner import DefaultPartitioner, murmur2

from contracts.catalogue import PARTITIONS
from contracts.common import CommandRefused, Wake
from contracts.wire import UnknownType, Unreadable, write_command, write_event
from services.platform.kernel.record import AHEAD, ATTEMPT, Record, addressed, incoming, partition_of
from services.platform.kernel.service import Address, by_complaint
from tests.core.kernel.story import COMPLAINT, PARTITION, body, command, event, t, wake
from tests.core.kernel.toy import ROUTING, Lost, Submit

TWELVE = list(range(12))


@pytest.mark.parametrize(
    ("key", "hash"),
    [
        ("21", -973932308),
        ("foobar", -790332482),
        ("a-little-bit-long-string", -985981536),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        ("abc", 479470107),
    ],
)
def test_partitions_are_kafkas_own(key, hash):
    """The vectors of Kafka's own test of its murmur2 (as signed 32-bit integers)."""
    assert partition_of(key, PARTITIONS) == (hash & 0x7FFFFFFF) % PARTITIONS


def test_partitions_are_those_that_our_client_chooses():
    drawn, partitioner = random.Random(3), DefaultPartitioner()
    for _ in range(2000):
        key = "".join(drawn.choice("abc0123456789-投诉é") for _ in range(drawn.randrange(1, 60)))
        assert partition_of(key, 12) == (murmur2(key.encode()) & 0x7FFFFFFF) % 12 == partitioner(key.encode(), TWELVE, TWELVE)


def test_a_command_happens_when_it_is_appended_and_an_event_when_it_says():
    assert command("Report", 105, 0).instant == t(105)
    assert event("Called", 101, 0, appended=160).instant == t(101)


def test_law5_an_event_dated_more_than_five_minutes_after_its_own_append_is_unreadable():
    assert event("Called", 100 + AHEAD.total_seconds(), 0, appended=100).instant == t(400)
    with pytest.raises(Unreadable, match="dated_ahead"):
        event("Called", 100.001 + AHEAD.total_seconds(), 0, appended=100)


def test_the_same_body_has_the_same_fingerprint_and_another_has_another():
    assert command("Report", 1, 0, id="x").fingerprint == command("Report", 9, 5, id="x").fingerprint
    assert command("Report", 1, 0, id="x").fingerprint != command("Toggle", 1, 0, id="x").fingerprint


@pytest.mark.parametrize(("told", "attempt"), [(b"3", 3), (b"x", 0), (b"-1", 0), (b"9" * 7, 0), ("٣".encode(), 0), (b"", 0)])
def test_an_attempt_that_is_no_small_number_counts_as_none(told, attempt):
    record = command("Report", 1, 0).record
    assert incoming(record._replace(headers=((ATTEMPT, told),)), ROUTING).attempt == attempt


def test_every_wake_record_is_a_new_message_and_a_command_is_known_by_source_and_id():
    assert wake(0, 126, 126, 1).name != wake(0, 126, 126, 2).name
    assert command("Report", 1, 0, id="x").name == command("Toggle", 2, 7, id="x").name != command("Report", 1, 0, id="x", source="s").name


def test_an_unknown_type_and_a_broken_record_are_told_apart():
    record = command("Report", 1, 0).record
    with pytest.raises(UnknownType):
        incoming(record._replace(value=b'{"type":"routing.dance.v1"}'), ROUTING)
    with pytest.raises(Unreadable, match="not_json"):
        incoming(record._replace(value=b"\xff\xfe"), ROUTING)


# -- whose it is --------------------------------------------------------------------------------------------------------------------------


def test_a_message_is_about_the_complaint_that_it_names_and_a_wake_about_its_document():
    assert addressed(command("Report", 1, 0), ROUTING) == addressed(event("Called", 1, 0), ROUTING) == Address(COMPLAINT)
    assert addressed(wake(0, 126, 126, 0), ROUTING) == Address(COMPLAINT)


def test_an_event_that_names_no_complaint_and_a_refusal_by_another_service_are_nobodys_here():
    refusal = CommandRefused(complaint_id=COMPLAINT, command_id=COMPLAINT, command_type="x", command_source="x", reason="x")
    for useless in (Lost(), refusal):
        value, headers = write_event("callback", useless, id=COMPLAINT, at=t(1), seq=1, cause=COMPLAINT)
        record = Record("callback.events.v1", 0, 0, t(1), None, value, headers)
        assert addressed(incoming(record, ROUTING), ROUTING) is None


def test_a_command_in_another_partition_than_its_complaints_has_the_wrong_key():
    for message in (command("Report", 1, 0), wake(0, 126, 126, 0)):
        misplaced = message._replace(record=message.record._replace(partition=(PARTITION + 1) % PARTITIONS))
        with pytest.raises(Unreadable, match="wrong_key"):
            addressed(misplaced, ROUTING)


def test_a_command_whose_document_cannot_be_told_is_unreadable():
    for lost in (lambda message, source: None, lambda message, source: 1 / 0):
        with pytest.raises(Unreadable, match="no_address"):
            addressed(command("Report", 1, 0), replace(ROUTING, address=lost))


def test_by_complaint_is_the_key_of_the_message():
    assert by_complaint(body("Submit"), "crm") == Address(COMPLAINT)
    assert write_command("routing", Submit(complaint_id=COMPLAINT), id="1", source="crm").key == COMPLAINT
    assert by_complaint(Wake(document="file", count=0, due=t(1)), "") == Address("file")
