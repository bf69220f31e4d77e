"""What is written is read as it was meant; equal facts are equal bytes; writing is closed and reading is open."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.common import CommandRefused, Wake
from contracts.envelope import CommandHead, EventHead
from contracts.generate.example import example
from contracts.generate.schema import schema
from contracts.generate.words import Word, words
from contracts.ids import message_id
from contracts.model import Attributes, Command, Event, Instant, cut
from contracts.wire import event_headers, header, read, write_command, write_event
from tests.contracts.poison import GOOD_ID, encoded, good
from tests.contracts.strategies import allowed, instants, json_values, within

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
COMMANDS = [word for word in words() if issubclass(word.model, Command)]
EVENTS = [word for word in words() if issubclass(word.model, Event)]
EXAMPLES = {word.name: example(word) for word in words()}
SCHEMAS = {word.name: schema(word) for word in words()}
ANYTHING = {name: allowed(each, each) for name, each in SCHEMAS.items()}


def message_of(word: Word, told: Any) -> Any:
    return word.model.model_validate(told, extra="ignore")


@given(word=st.sampled_from(COMMANDS), data=st.data(), source=st.text("abXY市民热线.-_ ", min_size=1), id=st.text("ab1-投", min_size=1))
def test_every_command_is_read_as_it_was_written(word: Word, data: st.DataObject, source: str, id: str) -> None:
    command = message_of(word, data.draw(ANYTHING[word.name]))
    wire = write_command(word.topic.owner, command, id=id, source=source)
    envelope, again = read(word.topic.name, wire.value)
    assert (envelope.type, envelope.id, envelope.source, again) == (word.name, message_id(source, id), source, command)
    assert header(wire.headers, "ce_id") == envelope.id
    assert header(wire.headers, "ce_type") == word.name


@given(word=st.sampled_from(EVENTS), data=st.data(), at=instants, seq=st.integers(0, 2**53))
def test_every_event_is_read_as_it_was_written_and_again_byte_for_byte(word: Word, data: st.DataObject, at: datetime, seq: int) -> None:
    owner = word.topic.owner
    event = message_of(word, data.draw(ANYTHING[word.name]))
    value, headers = write_event(owner, event, id=GOOD_ID, at=cut(at), seq=seq, cause=GOOD_ID)
    envelope, again = read(word.topic.name, value)
    assert (envelope.at, envelope.seq, envelope.cause, envelope.source, again) == (cut(at), seq, GOOD_ID, owner, event)
    assert write_event(owner, again, id=envelope.id, at=envelope.at or NOON, seq=seq, cause=GOOD_ID) == (value, headers)
    assert event_headers(value) == headers


@pytest.mark.parametrize("word", EVENTS, ids=lambda word: word.name)
def test_equal_facts_are_equal_bytes_however_they_were_told(word: Word) -> None:
    told = EXAMPLES[word.name]
    backwards = dict(reversed(told.items()))
    zoned = json.loads(json.dumps(told).replace("09:30:00.000Z", "17:30:00.000999+08:00").replace(told["id"], told["id"].upper()))
    written = {write_event("s", message_of(word, t), id=GOOD_ID, at=NOON, seq=1, cause=GOOD_ID) for t in (told, backwards, zoned)}
    assert len(written) == 1


def test_a_free_map_is_written_in_the_order_of_its_keys() -> None:
    kept = TypeAdapter(Attributes)
    assert kept.dump_json(kept.validate_python({"b": "2", "a": "1"})) == kept.dump_json(kept.validate_python({"a": "1", "b": "2"}))


@pytest.mark.parametrize("word", list(words()), ids=lambda word: word.name)
def test_what_is_not_known_is_left_out_never_null(word: Word) -> None:
    required = SCHEMAS[word.name]["required"]
    message = message_of(word, {name: value for name, value in EXAMPLES[word.name].items() if name in required})
    value = (
        write_command("s", message, id="1", source="crm").value
        if isinstance(message, Command)
        else write_event("s", message, id=GOOD_ID, at=NOON, seq=1, cause=GOOD_ID)[0]
    )
    assert b"null" not in value


@given(word=st.sampled_from(list(words())), unknown=st.dictionaries(st.text().map("?".__add__), json_values, max_size=2))
def test_unknown_fields_are_ignored_when_read_at_every_depth(word: Word, unknown: dict[str, Any]) -> None:
    told = EXAMPLES[word.name]
    more = {name: within(value, unknown) for name, value in told.items()}
    assert read(word.topic.name, encoded({**unknown, **more}, escaped=True)) == read(word.topic.name, encoded(told))


@pytest.mark.parametrize("word", list(words()), ids=lambda word: word.name)
def test_a_misspelt_field_is_refused_when_we_write(word: Word) -> None:
    fields = {name: value for name, value in EXAMPLES[word.name].items() if name in word.model.model_fields}
    assert word.model.model_validate(fields)
    with pytest.raises(ValidationError, match="extra_forbidden"):
        word.model.model_validate(fields | {"complaintid": "x"})


@pytest.mark.parametrize("word", list(words()), ids=lambda word: word.name)
def test_no_field_of_a_message_is_named_like_one_of_its_envelope(word: Word) -> None:
    """The record is flat: the second of two fields of one name would win."""
    head = CommandHead if issubclass(word.model, Command) else EventHead
    assert not word.model.model_fields.keys() & {"type", *head.model_fields}


@pytest.mark.parametrize("source", ["", "x" * 201, "line\nbreak", "\ud800"])
def test_a_command_that_nobody_could_read_is_not_written(source: str) -> None:
    with pytest.raises((ValidationError, ValueError)):
        write_command("routing", Wake(document="d", count=0, due=NOON), id="1", source=source)


def test_an_instant_is_kept_in_utc_and_milliseconds() -> None:
    told = Wake(document="d", count=0, due=datetime.fromisoformat("2026-03-02T20:00:00.123999+08:00"))
    assert told.due == NOON + timedelta(milliseconds=123)
    assert b'"due":"2026-03-02T12:00:00.123Z"' in write_command("routing", told, id="1", source="routing").value


CENTURY = {
    "2000-01-01T00:00:00Z": True,
    "1999-12-31T23:59:59.999Z": False,
    "1999-12-31T23:30:00-01:00": True,
    "2000-01-01T00:30:00+01:00": False,
    "2099-12-31T23:59:59.999Z": True,
    "2100-01-01T00:00:00Z": False,
    "2100-01-01T00:30:00+01:00": True,
    "2099-12-31T23:30:00-01:00": False,
}


@pytest.mark.parametrize("told", CENTURY)
def test_the_century_begins_and_ends_in_utc(told: str) -> None:
    try:
        TypeAdapter(Instant).validate_python(told)
    except ValidationError:
        assert not CENTURY[told]
    else:
        assert CENTURY[told]


def test_two_sources_with_the_same_id_are_two_messages() -> None:
    wake = Wake(document="d", count=0, due=NOON)
    told = [read("routing.commands.v1", write_command("routing", wake, id="1", source=source).value)[0].id for source in ("crm", "web")]
    assert told[0] != told[1]


def test_the_largest_record_is_read() -> None:
    value = good("routing.events.v1", note="")
    whole = good("routing.events.v1", note="x" * (512 * 1024 - len(value)))
    assert len(whole) == 512 * 1024
    assert isinstance(read("routing.events.v1", whole)[1], CommandRefused)
