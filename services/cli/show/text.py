"""An event as a sentence.  Pure; an event is what its JSON says, so that one of a later version can be told too."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from services.cli.show.forms import FORMS, Told, plain, staff
from services.cli.show.words import WORDS

ENVELOPE = frozenset({"type", "id", "at", "seq", "cause", "complaint_id", "customer", "by"})
_PIECE = re.compile(r"\[(?P<optional>[^\[\]]*)\]|\{(?P<field>[a-z_.]+)(?::(?P<form>[^{}]*))?\}")
_STEERS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def sentence(event: Told) -> str:
    """What happened and who did it; a type without words is told by its name and fields."""
    template = WORDS.get(str(event.get("type")))
    said = _filled(template, event) if template else _unknown(event)
    by = event.get("by")
    return printable(f"{said} By {staff(by, event)}." if isinstance(by, Mapping) else said)


def printable(text: str) -> str:
    """Without what could steer a terminal, or turn its text around: contracts let some of that through."""
    text = _STEERS.sub("�", text.replace("\t", " "))
    return "".join("�" if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in text)


def _filled(template: str, event: Told) -> str:
    return _PIECE.sub(lambda piece: _piece(piece, event), template)


def _piece(piece: re.Match[str], event: Told) -> str:
    if piece["field"]:
        return _field(piece["field"], piece["form"] or "", event)
    inner = list(_PIECE.finditer(piece["optional"]))
    is_said = all(_found(field["field"], event) is not None for field in inner)
    return _filled(piece["optional"], event) if is_said else ""


def _found(path: str, event: Told) -> Any:
    """What the event says in this field, None where it says nothing."""
    value: Any = event
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return None if value == [] else value


def _field(path: str, form: str, event: Told) -> str:
    value = _found(path, event)
    if "|" in form:
        return form.split("|")[0 if value else 1]
    if value is None:
        return "?"
    try:
        return FORMS[form](value, event)
    except (TypeError, ValueError, AttributeError, KeyError):       # of a later version, perhaps, and of another shape
        return plain(value, event)


def _unknown(event: Told) -> str:
    name = str(event.get("type"))
    said = ", ".join(f"{field}: {brief(value)}" for field, value in event.items() if field not in ENVELOPE)
    return f"{name}{f' ({said})' if said else ''}."


def brief(value: Any) -> str:
    """`amount_minor 5, currency CNY`: a value of any shape, without what is empty in it."""
    match value:
        case Mapping():
            return ", ".join(f"{name} {brief(inner)}" for name, inner in value.items() if inner not in (None, [], {}))
        case Sequence() if not isinstance(value, str):
            return "; ".join(map(brief, value))
    return str(value)
