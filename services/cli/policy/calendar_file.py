"""A file of calendars, edited as a person would: one calendar gets dates, in order, and all else stays as it is written."""

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from services.cli.errors import CommandError
from services.cli.policy.days_off import PROVISIONAL, DaysOff
from services.platform.business_time import WEEKDAYS, CalendarRules
from services.platform.chassis.plain_yaml import read_yaml
from services.platform.chassis.policies import find_set

Spans = tuple[tuple[str, str], ...]


class Change(NamedTuple):
    """What the file gets; `kept`: dates of that year that it had otherwise, under the field that says so."""

    holidays: Mapping[str, str]
    overrides: Mapping[str, Spans]
    kept: Mapping[str, str]
    taken_back: tuple[str, ...]
    """Dates that an earlier run wrote provisionally, and that are otherwise now."""


def find_file(file_or_set: str) -> Path:
    """The file itself, or that of a policy set or directory."""
    return Path(file_or_set) if Path(file_or_set).suffix in (".yaml", ".yml") else find_set(file_or_set) / "calendars.yaml"


def read_calendar(file: Path, name: str | None) -> tuple[str, CalendarRules]:
    """The calendar of this name, or the only one."""
    said = read_yaml(file)
    if not isinstance(said, dict) or not said:
        raise CommandError(f"{file} must hold calendars by name.")
    if name is None and len(said) > 1:
        raise CommandError(f"--name: {file} holds {', '.join(map(str, said))}: name the one that is meant.")
    name = name or next(iter(said))
    if name not in said:
        raise CommandError(f"--name: {file} has no calendar {name!r}, but {', '.join(map(str, said))}.")
    return name, _checked(said[name], f"{file}: {name}")


def change(rules: CalendarRules, days: DaysOff) -> Change:
    """What is missing of these days.  A date that the file speaks of already stays as it is, unless it was provisional and is otherwise."""
    provisional = {day: name for day, name in rules.holidays.items() if name.endswith(PROVISIONAL) and day.startswith(f"{days.year}-")}
    taken_back = tuple(sorted(day for day, name in provisional.items() if days.holidays.get(day) != name))
    there = {day: name for day, name in rules.holidays.items() if day not in taken_back}
    workday = next((rules.weekly[day] for day in WEEKDAYS[:5] if rules.weekly.get(day)), ())
    wanted = dict.fromkeys(days.made_up, workday) if workday else {}
    holidays = {day: name for day, name in days.holidays.items() if day not in there and day not in rules.overrides}
    overrides = {day: spans for day, spans in wanted.items() if day not in there and day not in rules.overrides}
    kept = {
        day: field
        for field, had, meant in (("holidays", there, days.holidays), ("overrides", rules.overrides, wanted))
        for day, value in had.items()
        if day.startswith(f"{days.year}-") and meant.get(day) != value
    }
    return Change(holidays, overrides, dict(sorted(kept.items())), taken_back)


def apply(file: Path, name: str, wanted: Change) -> None:
    """Writes it into the file; comments, order and quotes stay."""
    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 4096
    try:
        said = yaml.load(file.read_text("utf-8"))
    except YAMLError:
        raise CommandError(f"{file} cannot be edited: its YAML is out of the ordinary; print the dates without --calendar.") from None
    for day in [day for day in said[name].get("holidays") or () if str(day) in wanted.taken_back]:
        del said[name]["holidays"][day]
    _fill(said[name], "holidays", wanted.holidays)
    _fill(said[name], "overrides", {day: _flow(spans) for day, spans in wanted.overrides.items()})
    _checked(_plain(said[name]), f"{file}: {name}")
    text = io.StringIO()
    yaml.dump(said, text)
    try:
        file.write_text(text.getvalue(), "utf-8")
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}.") from None


def _fill(calendar: CommentedMap, field: str, days: Mapping[str, Any]) -> None:
    if days and not calendar.get(field):
        calendar[field] = CommentedMap()
    for day, value in days.items():
        place = next((i for i, other in enumerate(calendar[field]) if str(other) > day), len(calendar[field]))
        calendar[field].insert(place, date.fromisoformat(day), value)


def _flow(spans: Spans) -> CommentedSeq:
    found = CommentedSeq(CommentedSeq(map(DoubleQuotedScalarString, span)) for span in spans)
    for part in (found, *found):
        part.fa.set_flow_style()
    return found


def _plain(said: Any) -> Any:
    match said:
        case dict():
            return {str(key): _plain(value) for key, value in said.items()}
        case list():
            return [_plain(value) for value in said]
    return str(said)


def _checked(said: Any, where: str) -> CalendarRules:
    try:
        return CalendarRules.model_validate(said)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        field = ".".join((where, *map(str, fault["loc"])))
        raise CommandError(f"{field}: {fault['msg'].removeprefix('Value error, ')}.") from None
