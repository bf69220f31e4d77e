"""Records that nobody should have sent, for any topic that a service reads: one corpus for the reader's tests and for the system's.

`reason` is what the reader must say of it, None where the record must be read as if nothing were wrong (hostile headers, unknown fields).
Values and senders' own keys carry SECRET, which must never show up in a reason or a detail.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from contracts.catalogue import MAX_RECORD_BYTES, TOPICS
from contracts.generate.example import COMPLAINT, example
from contracts.generate.words import Word, words

SECRET = "13800138000"
KEY = COMPLAINT.encode()
"""Of the record, where it matters in which partition a command stands."""
GOOD_ID = "27db12b7-6f70-537d-95b1-9cc469fc24ac"

Headers = tuple[tuple[str, bytes | None], ...]


class Poison(NamedTuple):
    name: str
    value: bytes | None
    headers: Headers
    reason: str | None


READ_TOPICS = tuple(name for name, topic in TOPICS.items() if topic.kind in ("commands", "events"))


def corpus(topic: str) -> tuple[Poison, ...]:
    """Every poison for this topic (named without the prefix)."""
    return (*_no_object(topic), *_no_message(topic), *_bad_fields(topic), *_harmless(topic))


def good(topic: str, **changes: Any) -> bytes:
    """A record of the word that every topic of this kind knows (`Wake`, `CommandRefused`), with these fields changed; `...` drops one."""
    told = example(common_word(topic)) | {"id": GOOD_ID} | changes
    return encoded({name: value for name, value in told.items() if value is not ...})


def common_word(topic: str) -> Word:
    return next(word for word in words() if word.topic.name == topic and word.model.__name__ in ("Wake", "CommandRefused"))


def encoded(told: Any, escaped: bool = False) -> bytes:
    return json.dumps(told, ensure_ascii=escaped).encode()


def _with(topic: str, name: str, raw: bytes) -> bytes:
    """A good record, with one more field whose JSON is spelt out."""
    return good(topic)[:-1] + b', "' + name.encode() + b'": ' + raw + b"}"


def _no_object(topic: str) -> Iterator[Poison]:
    whole = good(topic, note=SECRET)
    values: list[tuple[str, bytes | None, str]] = [
        ("a tombstone", None, "empty"),
        ("nothing", b"", "empty"),
        ("blanks", b" \n\t ", "not_json"),
        ("plain words", f"please call {SECRET}".encode(), "not_json"),
        ("a truncated object", whole[: len(whole) // 2], "not_json"),
        ("an object and more", whole + b"}", "not_json"),
        ("two objects", whole + b"\n" + whole, "not_json"),
        ("an array", encoded([SECRET]), "not_an_object"),
        ("a string", encoded(SECRET), "not_an_object"),
        ("a number", SECRET.encode(), "not_an_object"),
        ("null", b"null", "not_an_object"),
        ("a byte order mark", b"\xef\xbb\xbf" + whole, "not_json"),
        ("UTF-16", whole.decode().encode("utf-16"), "not_json"),
        ("GBK", good(topic, note=f"张三{SECRET}").decode().encode("gbk"), "not_json"),
        ("random bytes", bytes(range(256)), "not_json"),
        ("nothing but zeros", bytes(1000), "not_json"),
        ("NaN", _with(topic, SECRET, b"NaN"), "not_json"),
        ("Infinity", _with(topic, SECRET, b"Infinity"), "not_json"),
        ("minus Infinity", _with(topic, SECRET, b"-Infinity"), "not_json"),
        ("a 5,000-digit integer", _with(topic, SECRET, b"9" * 5000), "not_json"),
        ("100,000 arrays in each other", _with(topic, SECRET, b"[" * 100_000 + b"]" * 100_000), "not_json"),
        ("50,000 objects in each other", _with(topic, SECRET, b'{"a":' * 50_000 + b"1" + b"}" * 50_000), "not_json"),
        ("100,000 open brackets", b"[" * 100_000, "not_json"),
        ("half a surrogate pair, escaped", _with(topic, "note", rb'"\ud83d' + SECRET.encode() + b'"'), "not_json"),
        ("half a surrogate pair, as bytes", _with(topic, "note", b'"\xed\xa0\xbd' + SECRET.encode() + b'"'), "not_json"),
        ("a raw control character", _with(topic, "note", b'"\x00' + SECRET.encode() + b'"'), "not_json"),
        ("a byte too many", good(topic, note="x" * (MAX_RECORD_BYTES - len(good(topic, note="")) + 1)), "too_large"),
        ("a megabyte of blanks", b" " * 1_000_000, "too_large"),
    ]
    yield from (Poison(name, value, (), reason) for name, value, reason in values)


def _no_message(topic: str) -> Iterator[Poison]:
    values: list[tuple[str, bytes, str]] = [
        ("no type", good(topic, type=...), "no_type"),
        ("a type of null", good(topic, type=None), "no_type"),
        ("a number for a type", good(topic, type=int(SECRET)), "no_type"),
        ("an array for a type", good(topic, type=[SECRET]), "no_type"),
        ("an object for a type", good(topic, type={SECRET: SECRET}), "no_type"),
        ("an empty object", b"{}", "no_type"),
        ("a type of another world", good(topic, type=f"order.placed.{SECRET}"), "unknown_type"),
        ("a type of a later version", good(topic, type=common_word(topic).name.replace(".v1", ".v2")), "unknown_type"),
        ("a type in capitals", good(topic, type=common_word(topic).name.upper()), "unknown_type"),
        ("an enormous type", good(topic, type=SECRET * 40_000), "unknown_type"),
        ("a second, unknown type", _with(topic, "type", encoded(SECRET)), "unknown_type"),
    ]
    yield from (Poison(name, value, (), reason) for name, value, reason in values)


def _bad_fields(topic: str) -> Iterator[Poison]:
    is_command = ".commands." in topic
    instant, label, count = ("due", "source", "count") if is_command else ("at", "command_source", "seq")
    values: list[tuple[str, dict[str, Any]]] = [
        ("no id", {"id": ...}),
        ("an id of null", {"id": None}),
        ("a number for an id", {"id": int(SECRET)}),
        ("an empty id", {"id": ""}),
        ("a huge id", {"id": SECRET * 40_000}),
        ("an id with a line break", {"id": f"{SECRET}\n"}),
        ("the year 1", {instant: "0001-01-01T00:00:00Z"}),
        ("the year 9999", {instant: "9999-12-31T23:59:59.999Z"}),
        ("the year 10000", {instant: "+10000-01-01T00:00:00Z"}),
        ("a zone beyond the year 1", {instant: "0001-01-01T00:00:00+23:59"}),
        ("a zone beyond the year 9999", {instant: "9999-12-31T23:59:59-23:59"}),
        ("no zone", {instant: "2026-03-02T09:30:00"}),
        ("the 30th of February", {instant: "2026-02-30T09:30:00Z"}),
        ("words for an instant", {instant: SECRET}),
        ("an enormous number for an instant", {instant: 10**300}),
        ("control characters", {label: f"\x00\x1b[31m{SECRET}"}),
        ("a huge string", {label: "长" * 100_000}),
        ("a number for a string", {label: int(SECRET)}),
        ("an object for a string", {label: {SECRET: SECRET, "$where": SECRET}}),
        ("a list for a string", {label: [SECRET]}),
        ("words for a number", {count: SECRET + "x"}),
        ("a negative number", {count: -1}),
        ("a fraction", {count: 0.5}),
        ("a number that no database holds", {count: 10**4000}),
        ("true for a text", {label: True}),
    ]
    if not is_command:
        values += [("no cause", {"cause": ...}), ("an object for a cause", {"cause": {SECRET: SECRET}}), ("no seq", {"seq": ...})]
    yield from (Poison(name, good(topic, **changes), (), "invalid") for name, changes in values)
    yield Poison("a number beyond all floats", good(topic, **{count: ...})[:-1] + f', "{count}": 1e999}}'.encode(), (), "invalid")


def _harmless(topic: str) -> Iterator[Poison]:
    hostile: list[tuple[str, Headers]] = [
        ("a null header", (("ce_type", None), ("content-type", None))),
        ("headers that are not UTF-8", (("ce_id", b"\xff\xfe\xfd"), ("ce_type", b"\xed\xa0\xbd"), ("content-type", b"\x80"))),
        ("a header named in Chinese", (("投诉", b"1"),)),
        ("an empty header name", (("", b""),)),
        ("a reply_to", (("reply_to", b"redress.routing.commands.v1"), ("correlation_id", b"x"))),
        ("headers that say otherwise", (("ce_type", b"other"), ("ce_id", b"other"), ("content-type", b"application/x-protobuf"))),
        ("an attempt that is no number", (("redress-attempt", b"\xc2\xb2"), ("redress-attempt", b"9" * 5000))),
        ("forged headers of a dead letter", (("redress-dead-reason", b"forged"), ("redress-dead-offset", b"-1"))),
        ("a hundred headers", tuple((f"h{n}", b"x" * 100) for n in range(100))),
    ]
    for n, (name, headers) in enumerate(hostile):
        yield Poison(name, good(topic, id=f"{n:08x}{GOOD_ID[8:]}"), headers, None)
    unknown = {"$where": SECRET, "a.b": SECRET, "__proto__": {"$set": {"state": 1}}, "": SECRET, "deep": [[[[[[[[]]]]]]]]}
    yield Poison("unknown fields with $ and dots", good(topic, id="000000ff" + GOOD_ID[8:], **unknown), (), None)
    yield Poison("a field given twice", _with(topic, "id", encoded("000000fe" + GOOD_ID[8:])), (), None)
