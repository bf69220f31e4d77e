"""The gate lets additions pass and names everything that somebody who relies on a release would notice."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from contracts.generate.__main__ import schemas
from contracts.generate.gate import breaking, changes, unreadable

Schema = dict[str, Any]
Change = Callable[[Schema], Any]


DAYS: Schema = {"type": "array", "items": {"type": "integer"}}


def released(is_event: bool = False) -> Schema:
    head: Schema = {"type": {"const": "x.y.v1"}, "id": {"type": "string"}} | ({"seq": {"type": "integer"}} if is_event else {})
    return {
        "type": "object",
        "properties": head
        | {
            "name": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^a"},
            "phone": {"anyOf": [{"type": "string", "maxLength": 20}, {"type": "null"}]},
            "count": {"type": "integer", "minimum": 0, "maximum": 10},
            "finding": {"enum": ["upheld", "partly"], "type": "string"},
            "at": {"type": "string", "format": "date-time"},
            "price": {"$ref": "#/$defs/Money"},
            "windows": {"type": "array", "items": {"$ref": "#/$defs/Window"}, "maxItems": 5},
            "extra": {"type": "object", "patternProperties": {"^k": {"type": "string", "maxLength": 9}}},
        },
        "required": ["type", "id", *(["seq"] if is_event else []), "name", "finding"],
        "$defs": {
            "Money": {"type": "object", "properties": {"amount": {"type": "integer"}}, "required": ["amount"]},
            "Window": {"type": "object", "properties": {"opens": {"type": "string"}, "days": DAYS}},
        },
    }


def field(name: str, **new: Any) -> Change:
    return lambda schema: schema["properties"][name].update(new)


def put(name: str, node: Schema) -> Change:
    return lambda schema: schema["properties"].__setitem__(name, node)


def drop(name: str, key: str) -> Change:
    return lambda schema: schema["properties"][name].pop(key)


def part(name: str, change: Change) -> Change:
    return lambda schema: change(schema["$defs"][name])


def both(*each: Change) -> Change:
    return lambda schema: [change(schema) for change in each]


ALLOWED: dict[str, Change] = {
    "nothing at all": lambda schema: None,
    "a new optional field": put("new", {"type": "string"}),
    "a new optional field of a part": part("Money", put("currency", {"type": "string"})),
    "a new optional part with required fields": put("new", {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}),
    "a new optional list of required parts": put("new", {"type": "array", "items": {"type": "string"}}),
    "another description": field("name", description="Said better."),
    "a part under another name": both(
        lambda schema: schema["$defs"].__setitem__("Amount", schema["$defs"].pop("Money")), put("price", {"$ref": "#/$defs/Amount"})
    ),
    "a part spelt out": put("price", {"type": "object", "properties": {"amount": {"type": "integer"}}, "required": ["amount"]}),
    "the same fields in another order": lambda schema: schema.update(properties=dict(reversed(schema["properties"].items()))),
    "a longer text": field("name", maxLength=300),
    "no bound any more": drop("name", "maxLength"),
    "no pattern any more": drop("name", "pattern"),
    "a larger number": field("count", maximum=11),
    "a longer list": field("windows", maxItems=6),
}
ALLOWED_IN_COMMANDS: dict[str, Change] = {
    "a required field that becomes optional": lambda schema: schema["required"].remove("name"),
    "one more word": field("finding", enum=["upheld", "partly", "not_upheld"]),
    "any word": put("finding", {"type": "string"}),
    "one more type": field("count", type=["integer", "null"]),
    "an optional field of a part": part("Money", lambda money: money.pop("required")),
}
BREAKING: dict[str, tuple[Change, str]] = {
    "a field removed": (lambda schema: schema["properties"].pop("phone"), "phone is gone"),
    "a field renamed": (both(lambda s: s["properties"].pop("phone"), put("telephone", {"type": "string"})), "phone is gone"),
    "a field of a part removed": (part("Money", lambda money: money["properties"].pop("amount")), "price.amount is gone"),
    "a field in a list's part removed": (part("Window", lambda window: window["properties"].pop("opens")), "windows[].opens is gone"),
    "a part removed": (lambda schema: schema["properties"].pop("price"), "price is gone"),
    "another type": (field("count", type="string"), "count was integer"),
    "another type of the items": (part("Window", field("days", items={"type": "string"})), "windows[].days[] was integer"),
    "another type in a map": (field("extra", patternProperties={"^k": {"type": "integer"}}), "extra{} was string"),
    "a part that becomes a text": (put("price", {"type": "string"}), "price was object"),
    "null no longer": (put("phone", {"type": "string", "maxLength": 20}), "phone was null"),
    "a new required field": (both(put("new", {"type": "string"}), lambda s: s["required"].append("new")), "new is new and required"),
    "a new required field of a part": (
        part("Money", both(put("currency", {"type": "string"}), lambda money: money["required"].append("currency"))),
        "price.currency is new and required",
    ),
    "an optional field that is required": (lambda schema: schema["required"].append("count"), "count was optional and is required"),
    "a word less": (field("finding", enum=["upheld"]), 'finding allows only "upheld" now'),
    "a list of words for a free text": (put("at", {"type": "string", "format": "date-time", "enum": ["x"]}), "at allows only"),
    "another constant": (put("type", {"const": "x.y.v2"}), 'type allows only "x.y.v2" now'),
    "a shorter text": (field("name", maxLength=199), "name has a narrower maxLength: 199, it was 200"),
    "a longer least": (field("name", minLength=2), "name has a narrower minLength"),
    "a shorter text behind null": (
        put("phone", {"anyOf": [{"type": "string", "maxLength": 19}, {"type": "null"}]}),
        "phone has a narrower maxLength",
    ),
    "a new bound": (field("at", maxLength=30), "at has a narrower maxLength: 30, it was free"),
    "a higher minimum": (field("count", minimum=1), "count has a narrower minimum"),
    "a lower maximum": (field("count", maximum=9), "count has a narrower maximum"),
    "a shorter list": (field("windows", maxItems=4), "windows has a narrower maxItems"),
    "another pattern": (field("name", pattern="^[ab]"), "name has a narrower pattern"),
    "a new format": (field("name", format="uuid"), "name has a narrower format"),
    "a tighter value of a map": (
        field("extra", patternProperties={"^k": {"type": "string", "maxLength": 8}}),
        "extra{} has a narrower maxLength",
    ),
}


def faults(change: Change, is_event: bool) -> list[str]:
    new = copy.deepcopy(released(is_event))
    change(new)
    return changes(released(is_event), new)


@pytest.mark.parametrize("is_event", [False, True], ids=["command", "event"])
@pytest.mark.parametrize("what", ALLOWED)
def test_an_addition_passes(what: str, is_event: bool) -> None:
    assert faults(ALLOWED[what], is_event) == []


@pytest.mark.parametrize("what", ALLOWED_IN_COMMANDS)
def test_a_command_may_become_easier_to_send_but_an_event_no_vaguer(what: str) -> None:
    assert faults(ALLOWED_IN_COMMANDS[what], is_event=False) == []
    assert len(faults(ALLOWED_IN_COMMANDS[what], is_event=True)) == 1


@pytest.mark.parametrize("is_event", [False, True], ids=["command", "event"])
@pytest.mark.parametrize("what", BREAKING)
def test_what_breaks_is_named(what: str, is_event: bool) -> None:
    change, expected = BREAKING[what]
    assert [fault for fault in faults(change, is_event) if fault.startswith(expected)]


def test_a_lost_part_is_named_once_and_not_with_each_of_its_fields() -> None:
    assert faults(lambda schema: schema["properties"].pop("price"), is_event=False) == ["price is gone (removed or renamed)."]


def test_a_new_type_passes_and_a_lost_one_is_named() -> None:
    assert breaking({"x.y.v1": released()}, {"x.y.v1": released(), "x.z.v1": released()}) == []
    assert breaking({"x.y.v1": released()}, {}) == ["x.y.v1 is gone; keep the type, it may be on the topics still."]


def test_a_part_that_holds_parts_of_its_own_kind_is_compared_once() -> None:
    node = {"type": "object", "properties": {"inner": {"$ref": "#/$defs/Node"}}}
    schema = {"type": "object", "properties": {"tree": {"$ref": "#/$defs/Node"}}, "$defs": {"Node": node}}
    assert changes(schema, schema) == []


def test_todays_schemas_break_nothing_of_today() -> None:
    assert breaking(schemas(), schemas()) == []


def test_dropping_any_field_of_any_message_is_noticed() -> None:
    for name, schema in schemas().items():
        for lost in schema["properties"]:
            without = schema | {"properties": {field: node for field, node in schema["properties"].items() if field != lost}}
            assert [fault for fault in breaking({name: schema}, {name: without}) if fault.startswith(f"{name}: {lost} is gone")]


def test_a_released_example_that_cannot_be_read_is_named_without_its_values() -> None:
    told = {"type": "routing.accept_work.v1", "id": "1", "source": "desk", "complaint_id": "13800138000", "work": "w", "by": {}}
    fault = unreadable("routing.accept_work.v1", told)
    assert fault is not None
    assert "complaint_id: string_pattern_mismatch" in fault
    assert "13800138000" not in fault
