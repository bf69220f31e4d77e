"""A bad record is told by its reason and is never anything but `Unreadable` (law 8); what it holds does not get into what is said of it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts import wire
from contracts.generate.example import example
from contracts.generate.words import Word, words
from contracts.model import Attributes, Command
from contracts.wire import UnknownType, Unreadable, header, read
from tests.contracts.poison import READ_TOPICS, SECRET, Poison, corpus, encoded, good
from tests.contracts.strategies import json_values

TABLE = [(topic, poison) for topic in READ_TOPICS for poison in corpus(topic)]
DEADLY = [(topic, poison) for topic, poison in TABLE if poison.reason]
HARMLESS = [(topic, poison) for topic, poison in TABLE if not poison.reason]


def named(cases: list[tuple[str, Poison]]) -> list[str]:
    return [f"{topic}: {poison.name}" for topic, poison in cases]


@pytest.mark.parametrize(("topic", "poison"), DEADLY, ids=named(DEADLY))
def test_poison_is_unreadable_for_its_reason_and_its_values_are_not_told(topic: str, poison: Poison) -> None:
    with pytest.raises(Unreadable) as caught:
        read(topic, poison.value)
    assert caught.value.reason == poison.reason
    assert isinstance(caught.value, UnknownType) == (poison.reason == "unknown_type")
    assert SECRET not in f"{caught.value} {caught.value.detail} {caught.value!r}"
    assert len(caught.value.detail) <= 300


@pytest.mark.parametrize(("topic", "poison"), HARMLESS, ids=named(HARMLESS))
def test_hostile_headers_and_unknown_fields_change_nothing(topic: str, poison: Poison) -> None:
    envelope, message = read(topic, poison.value)
    _, plain = read(topic, good(topic))
    assert message == plain
    assert envelope.id == json.loads(poison.value or b"")["id"]
    for name, _ in poison.headers:
        assert header(poison.headers, name) is None or isinstance(header(poison.headers, name), str)


OPEN = {"opens": "09:00", "closes": "18:00"}
NESTED: dict[str, tuple[str, dict[str, Any], str]] = {
    "a field of a part": ("intake", {"customer": {"language": "中文"}}, "customer.language: string_pattern_mismatch"),
    "a field of a part in a list": (
        "intake",
        {"customer": {"contact_windows": [{"days": [1], **OPEN}, {"days": [1, 9], **OPEN, "opens": "9"}]}},
        "customer.contact_windows.1.days.1: less_than_equal; customer.contact_windows.1.opens: string_pattern_mismatch",
    ),
    "a field that is missing in a part": ("intake", {"product": {"price": {"currency": "CNY"}}}, "product.price.amount_minor: missing"),
    "a part that is none": ("intake", {"customer": SECRET}, "customer: model_type"),
}


@pytest.mark.parametrize(("service", "changes", "detail"), NESTED.values(), ids=NESTED)
def test_what_is_invalid_is_named_down_to_the_field_of_the_part(service: str, changes: dict[str, Any], detail: str) -> None:
    told = {"type": "intake.submit_complaint.v1", "id": "1", "source": "crm", "source_ref": "T-1", "channel": "phone"}
    with pytest.raises(Unreadable) as caught:
        read(f"{service}.commands.v1", encoded(told | changes))
    assert caught.value.detail == detail


class Mapped(Command):
    attributes: Attributes


def test_a_senders_own_key_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "vocabulary", lambda topic: {"x.mapped.v1": Mapped})
    with pytest.raises(Unreadable) as caught:
        read("x.commands.v1", encoded({"type": "x.mapped.v1", "id": "1", "source": "crm", "attributes": {f"k{SECRET}": "\x00"}}))
    assert caught.value.detail == "attributes: string_pattern_mismatch"


def test_every_topic_has_poison_of_every_reason_that_the_reader_knows() -> None:
    expected = {"empty", "too_large", "not_json", "not_an_object", "no_type", "unknown_type", "invalid", None}
    assert {topic: {poison.reason for poison in corpus(topic)} for topic in READ_TOPICS} == dict.fromkeys(READ_TOPICS, expected)


@pytest.mark.parametrize("key", ["$where", "a.b", ".", "$", "", "客户", "a\x00b", "x" * 65])
def test_a_free_map_has_no_keys_that_a_database_would_read_as_its_own(key: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Attributes).validate_python({key: "value"})


def encoded_leniently(told: Any) -> bytes:
    """With NaN and half surrogate pairs, as a careless sender would."""
    return json.dumps(told).encode()


@given(topic=st.sampled_from(READ_TOPICS), value=st.binary(max_size=200) | json_values.map(encoded_leniently))
def test_any_bytes_are_a_message_or_unreadable(topic: str, value: bytes) -> None:
    try:
        read(topic, value)
    except Unreadable as error:
        assert error.reason


@given(word=st.sampled_from(list(words())), data=st.data(), replacement=json_values)
def test_a_message_with_any_field_replaced_is_a_message_or_invalid(word: Word, data: st.DataObject, replacement: Any) -> None:
    told = example(word)
    name = data.draw(st.sampled_from(sorted(told.keys() - {"type"})))
    within = told[name] if isinstance(told[name], dict) and data.draw(st.booleans()) else told
    place = data.draw(st.sampled_from(sorted(within))) if within is not told else name
    within[place] = replacement
    value = encoded_leniently(told)
    try:
        read(word.topic.name, value)
    except Unreadable as error:
        assert error.reason in ("invalid", "not_json")


@pytest.mark.parametrize("word", list(words()), ids=lambda word: word.name)
def test_no_field_of_any_message_tells_its_value_when_it_is_wrong(word: Word) -> None:
    told = example(word)
    for name in told.keys() - {"type"}:
        for wrong in ([SECRET, {SECRET: SECRET}], f"\x00{SECRET}"):
            with pytest.raises(Unreadable) as caught:
                read(word.topic.name, encoded(told | {name: wrong}))
            assert SECRET not in str(caught.value) and name in caught.value.detail
            assert caught.value.reason == "invalid"
