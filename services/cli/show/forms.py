"""A field of an event in the form that people read.  Pure; a form may ask the event it stands in."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from contracts.ids import reference_number
from contracts.model import cut
from contracts.money import minor_digits
from services.cli.show.refusals import Told, command, refusal

_PURPOSES = {
    "progress": "to tell of the progress", "confirm": "to ask whether it helped", "care": "for care", "supervise": "to look at the work",
}  # fmt: skip
_GAPS = {1: "management's idea", 2: "specification", 3: "delivery", 4: "communication", 5: "the customer's perception"}


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


def plain(value: Any, event: Told) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def words(value: Any, event: Told) -> str:
    """Codes as one would say them."""
    return spoken(plain(value, event))


def spoken(code: str) -> str:
    """`no_answer` is no answer, `re_delivery` re-delivery."""
    return re.sub(r"\bre_", "re-", code).replace("_", " ")


def purpose(value: Any, event: Told) -> str:
    """What a call is for: `a call to ask whether it helped`; a policy's own word is told as it is."""
    return _PURPOSES.get(value, f"to {words(value, event)}")


def when(value: Any, event: Told) -> str:
    return moment(value)


def until(value: Any, event: Told) -> str:
    """A deadline, and how far it was from the event."""
    seconds = round((_instant(value) - _instant(event["at"])).total_seconds())
    distance = f"in {span(seconds)}" if seconds > 0 else f"{span(-seconds)} ago" if seconds < 0 else "now"
    return f"{moment(value)} ({distance})"


def window(value: Any, event: Told) -> str:
    """How long a closed complaint can be reopened; a final position can be at no time."""
    return f"It can be reopened until {until(value, event)}" if _instant(value) > _instant(event["at"]) else "Nothing reopens it"


def late(value: Any, event: Told) -> str:
    """What came in time cost nothing: that goes without saying."""
    cost = f" (which cost {money(event['cost'], event)})" if "cost" in event else ""
    return f"{span(value)} late{cost}" if value else "in time"


def nth(value: Any, event: Told) -> str:
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


def attempts(value: Any, event: Told) -> str:
    return _counted(value, "attempt")


def repairs(value: Any, event: Told) -> str:
    return _counted(value or "no", "repair")


def papers(value: Any, event: Told) -> str:
    """Where none came that goes without saying."""
    return f", with {_counted(value, 'paper')}" if value else ""


def _counted(number: Any, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def target(value: Any, event: Told) -> str:
    """A clock's target in its unit: `40 h of office time`, `7 business days by the calendar office`, `8 weeks`."""
    calendar = event.get("calendar")
    if event["unit"] == "seconds":
        return f"{used(value, event)} of {calendar} time" if calendar else span(value)
    by = f" by the calendar {calendar}" if calendar else ""
    return f"{_counted(value, words(event['unit'], event).removesuffix('s'))}{by}"


def used(value: Any, event: Told) -> str:
    """A span of a clock.  Of a calendar's open time it is told in hours: a day of it would be taken for a date's."""
    if not event.get("calendar") or value < 3_600:
        return span(value)
    minutes = round(value / 60)
    return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")


def resting(value: Any, event: Told) -> str:
    """Where it never rested that goes without saying."""
    return f", having rested {span(value)}" if value else ""


def gap(value: Any, event: Told) -> str:
    """Where a cause lies between what customers expect and what they get."""
    return "; ".join(_GAPS.get(each, str(each)) for each in (value if isinstance(value, list) else [value]))


def money(value: Any, event: Told) -> str:
    currency = value["currency"]
    digits = minor_digits(currency)
    return f"{value['amount_minor'] / 10**digits:,.{digits}f} {currency}"


def options(value: Any, event: Told) -> str:
    """`refund of 199.00 CNY or exchange`."""
    return " or ".join(worth(each, event) for each in value)


def remedies(value: Any, event: Told) -> str:
    """`refund of 199.00 CNY (issued), what the customer chooses (proposed)`."""
    return ", ".join(f"{worth(each, event) if each.get('kind') else 'what the customer chooses'} ({each['standing']})" for each in value)


def worth(value: Any, event: Told) -> str:
    """`refund of 199.00 CNY`."""
    return words(value["kind"], event) + (f" of {money(value['amount'], event)}" if value.get("amount") else "")


def either(value: Any, event: Told) -> str:
    return " or ".join(words(each, event) for each in value)


def answers(value: Any, event: Told) -> str:
    """`solved: no, csat: 2`."""
    said = {True: "yes", False: "no"}
    parts = [f"{name.replace('_', ' ')}: {said[one] if isinstance(one, bool) else one}" for name, one in value.items() if one is not None]
    return ", ".join(parts) or "nothing answered"


def points(value: Any, event: Told) -> str:
    """`-0.858` of ten-thousandths."""
    return f"{int(value) / 10_000:+.4f}".rstrip("0").rstrip(".")


def staff(value: Any, event: Told) -> str:
    """`li (agent, repairs)`."""
    return f"{value.get('staff')} ({', '.join(str(part) for part in (value.get('role'), value.get('department')) if part)})"


def reference(value: Any, event: Told) -> str:
    return f"{reference_number(value)} ({value})"


def references(value: Any, event: Told) -> str:
    return ", ".join(map(reference_number, value))


def complaints(value: Any, event: Told) -> str:
    return _counted(len(value), "complaint")


def moments(value: Any, event: Told) -> str:
    return ", ".join(map(moment, value))


Form = Callable[[Any, Told], str]
FORMS: Mapping[str, Form] = {
    "": plain, "words": words, "span": span, "when": when, "moments": moments, "until": until, "window": window, "late": late, "nth": nth,
    "target": target, "used": used, "resting": resting, "money": money, "answers": answers, "staff": staff, "gap": gap,
    "reference": reference, "references": references, "attempts": attempts, "repairs": repairs, "papers": papers,
    "complaints": complaints, "command": command, "refusal": refusal, "points": points, "options": options, "remedies": remedies,
    "either": either, "purpose": purpose,
}  # fmt: skip
"""Beside these, `{is_late:late|in time}` chooses by a truth value."""


def _instant(text: str) -> datetime:
    return cut(datetime.fromisoformat(text))
