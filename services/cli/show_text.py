"""An event as a sentence.  Pure; an event is what its JSON says, so that one of a later version can be told too."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts import common
from contracts.catalogue import OWNERS
from contracts.ids import reference_number
from contracts.model import cut
from services.cli.show_words import WORDS

Told = Mapping[str, Any]
ENVELOPE = frozenset({"type", "id", "at", "seq", "cause", "complaint_id", "customer", "by"})
_PIECE = re.compile(r"\[(?P<optional>[^\[\]]*)\]|\{(?P<field>[a-z_.]+)(?::(?P<form>[^{}]*))?\}")
_WHAT_SEE_IS = re.compile(r"; `see` is [^.;]*")
"""What the contracts' sentences say to a program about the field `see`; people are shown the field itself."""
_STEERS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_WITHOUT_MINOR = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF"})
_WITH_THREE = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


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


def moment(instant: str) -> str:
    """`2026-03-02 09:30:00`, UTC."""
    return f"{_instant(instant):%Y-%m-%d %H:%M:%S}"


def span(seconds: Any, event: Told | None = None) -> str:
    """`45 s`, `12 min 5 s`, `2 h 15 min`, `3 d 4 h`: the two largest units, rounded to the smaller."""
    sizes = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}
    rest, smallest = int(seconds), _smallest_told(int(seconds))
    rest = (rest + smallest // 2) // smallest * smallest
    parts = list[str]()
    for name, size in sizes.items():
        if rest >= size:
            parts.append(f"{rest // size} {name}")
            rest %= size
    return " ".join(parts) or "0 s"


def _smallest_told(seconds: int) -> int:
    """The seconds of the smaller of the two units in which so long a span is told."""
    return 3_600 if seconds >= 86_400 - 30 else 60 if seconds >= 3_600 else 1


# -- forms of a field -------------------------------------------------------------------------------------------------------------------


def plain(value: Any, event: Told) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def words(value: Any, event: Told) -> str:
    """Codes as one would say them: `no_answer` is no answer."""
    return plain(value, event).replace("_", " ")


def when(value: Any, event: Told) -> str:
    return moment(value)


def until(value: Any, event: Told) -> str:
    """A deadline, and how far it was from the event."""
    seconds = round((_instant(value) - _instant(event["at"])).total_seconds())
    distance = f"in {span(seconds)}" if seconds > 0 else f"{span(-seconds)} ago" if seconds < 0 else "now"
    return f"{moment(value)} ({distance})"


def late(value: Any, event: Told) -> str:
    """What came in time cost nothing: that goes without saying."""
    cost = f" (which cost {money(event['cost'], event)})" if "cost" in event else ""
    return f"{span(value)} late{cost}" if value else "in time"


def nth(value: Any, event: Told) -> str:
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


def attempts(value: Any, event: Told) -> str:
    return f"{value} attempt{'' if value == 1 else 's'}"


def money(value: Any, event: Told) -> str:
    currency = value["currency"]
    digits = 0 if currency in _WITHOUT_MINOR else 3 if currency in _WITH_THREE else 2
    return f"{value['amount_minor'] / 10**digits:,.{digits}f} {currency}"


def answers(value: Any, event: Told) -> str:
    """`solved: no, csat: 2`."""
    said = {True: "yes", False: "no"}
    parts = [f"{name.replace('_', ' ')}: {said[one] if isinstance(one, bool) else one}" for name, one in value.items() if one is not None]
    return ", ".join(parts) or "nothing answered"


def staff(value: Any, event: Told) -> str:
    """`li (agent, repairs)`."""
    return f"{value.get('staff')} ({', '.join(str(part) for part in (value.get('role'), value.get('department')) if part)})"


def reference(value: Any, event: Told) -> str:
    return f"{reference_number(value)} ({value})"


def command(value: Any, event: Told) -> str:
    """`start attempt` of `callback.start_attempt.v1`."""
    return f"the command {value.split('.')[1].replace('_', ' ')}" if value.count(".") == 2 else str(value)


def refusal(value: Any, event: Told) -> str:
    """The reason's sentence, where the contracts have one.  What it says of the field `see` is left out: that is shown."""
    owner = OWNERS.get(str(event.get("type")).partition(".")[0])
    reasons: Mapping[str, str] = {**common.REASONS, **(owner.words.REASONS if owner else {})}
    return _WHAT_SEE_IS.sub("", reasons.get(value, f"{value}."))


def refusal_sentence(event: Told) -> str:
    """Why a command was refused, and where to go instead."""
    return refusal(event.get("reason"), event) + (f" See {event['see']}." if event.get("see") else "")


Form = Callable[[Any, Told], str]
FORMS: Mapping[str, Form] = {
    "": plain, "words": words, "span": span, "when": when, "until": until, "late": late, "nth": nth, "money": money, "answers": answers,
    "reference": reference, "attempts": attempts, "command": command, "refusal": refusal,
}  # fmt: skip
"""Beside these, `{is_late:late|in time}` chooses by a truth value."""


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


def _instant(text: str) -> datetime:
    return cut(datetime.fromisoformat(text))
