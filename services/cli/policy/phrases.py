"""How the parts of policies are said: hours, targets, conditions, lists."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from services.cli.show import forms as show_forms
from services.platform.business_time import WEEKDAYS, CalendarRules, Target
from services.routing.rules import When

_NAMES = {
    "class_kind": "kind", "failed_right": "failed right", "service_class": "service class", "complaint_type": "type",
    "product_category": "product", "sign": "a sign of severity",
}  # fmt: skip
"""Of conditions, where the field's own name would not be understood."""


def listed(words: Iterable[str], last: str = "and") -> str:
    """`a, b and c`."""
    every = list(words)
    return f" {last} ".join([", ".join(every[:-1]), every[-1]] if len(every) > 1 else every)


def plainly(code: str) -> str:
    """A code as one would say it."""
    return show_forms.spoken(code)


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def exactly(seconds: int, days: bool = True) -> str:
    """`20 d 23 h 59 min 59 s`: what a policy says is never rounded.  A calendar's open time is told without days."""
    parts = list[str]()
    for name, size in {"d": 86_400, "h": 3_600, "min": 60, "s": 1}.items():
        if seconds >= size and (days or name != "d"):
            parts.append(f"{seconds // size} {name}")
            seconds %= size
    return " ".join(parts) or "0 s"


def target(target: Target, calendar: str | None) -> str:
    if target.unit == "seconds":
        return exactly(target.amount, not calendar) + (f" of {calendar} time" if calendar else "")
    return show_forms.target(target.amount, {"unit": target.unit, "calendar": calendar})


def targets(every: Mapping[int, Target], calendar: str | None) -> str:
    """`P1 4 h, P2 8 h`; once, where all are the same."""
    by = (f" of {calendar} time" if every[min(every)].unit == "seconds" else f" by the calendar {calendar}") if calendar else ""
    if len(set(every.values())) == 1 and len(every) > 1:
        return _amount(every[min(every)], calendar) + by
    return ", ".join(f"P{priority} {_amount(every[priority], calendar)}" for priority in sorted(every)) + by


def _amount(target: Target, calendar: str | None) -> str:
    """Of a calendar's open time in hours: a day of it would be taken for a date's."""
    if target.unit == "seconds":
        return exactly(target.amount, not calendar)
    return show_forms.target(target.amount, {"unit": target.unit})


def when(condition: When) -> str:
    """`kind is quality, hazard is fire or gas`; all of it must be so."""
    return ", ".join(f"{_NAMES.get(field, field)} is {listed(words, 'or')}" for field, words in condition if words)


def weekly(rules: CalendarRules) -> str:
    """`mon-fri 09:00-12:00, 13:00-17:00; sat 09:00-12:00`."""
    hours = [(day, _spans(rules.weekly.get(day, ()))) for day in WEEKDAYS]
    runs = [(said, [day for day, _ in run]) for said, run in groupby(hours, key=lambda each: each[1])]
    return "; ".join(f"{_from_to(days)} {said}" for said, days in runs if said) or "closed, but for single dates"


def _from_to(days: Sequence[str]) -> str:
    return days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}"


def _spans(times: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{opens}-{closes}" for opens, closes in times)


def exceptions(rules: CalendarRules) -> str:
    """`in 2026 33 dates off, 6 with hours of their own`."""
    kinds = {"off": rules.holidays, "with hours of their own": rules.overrides, "with breaks": rules.breaks}
    years = sorted({day[:4] for days in kinds.values() for day in days})
    return "; ".join(f"in {year} {_exceptions_of(year, kinds)}" for year in years) or "no date is an exception"


def _exceptions_of(year: str, kinds: Mapping[str, Iterable[str]]) -> str:
    numbers = {what: sum(day.startswith(year) for day in days) for what, days in kinds.items()}
    return ", ".join(f"{counted(number, 'date')} {what}" for what, number in numbers.items() if number)
