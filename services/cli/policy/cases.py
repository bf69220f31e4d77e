"""`redress policy cases FILE`: published cases of business-time arithmetic, or those of one's own contract, against ours."""

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError

from contracts.model import Part
from services.cli.errors import CommandError
from services.cli.policy.case_kinds import AnyCase, answer, expected
from services.platform.business_time import Calendar, CalendarRules

EXAMPLE = "services/policies/cases.json"
_CASE = TypeAdapter[Any](AnyCase)


class PublishedCalendar(Part):
    """Hours as files of cases say them: holidays are dates without names, overrides are called date_overrides."""

    tz: str
    weekly: Mapping[str, Any] = {}
    date_overrides: Mapping[str, Any] = {}
    holidays: tuple[str, ...] = ()
    breaks: Mapping[str, Any] = {}
    note: str = ""

    def rules(self) -> CalendarRules:
        holidays = dict.fromkeys(self.holidays, "holiday")
        said = {"zone": self.tz, "weekly": self.weekly, "overrides": self.date_overrides, "holidays": holidays, "breaks": self.breaks}
        return CalendarRules.model_validate(said)


def cases(file: Annotated[Path, typer.Argument(help=f"Cases, as in {EXAMPLE}: one of each kind.")]) -> None:
    """Answer each case: a line of JSON with id, expected, got and ok; exit code 1 if one differs, 2 if one cannot be read."""
    faults = list[str]()
    found = list(outcomes(file, faults))
    for outcome in found:
        print(json.dumps(outcome, ensure_ascii=False))
    if faults:
        raise CommandError("\n".join(faults))
    if not all(outcome["ok"] for outcome in found):
        raise typer.Exit(1)


def outcomes(file: Path, faults: list[str]) -> Iterator[dict[str, Any]]:
    """In the order of the file.  Calendars and cases that cannot be read are named among the faults; raises CommandError where none can."""
    said = _read(file)
    calendars = dict[str, CalendarRules]()
    for name, written in said["calendars"].items():
        try:
            calendars[name] = PublishedCalendar.model_validate(written).rules()
        except ValueError as error:
            faults.append(f"{file}: calendar {name}: {_fault(error)}.")
    for number, written in enumerate(said["cases"], 1):
        try:
            yield from _outcome(written, calendars, said["calendars"].keys())
        except ValueError as error:
            faults.append(f"{file}: case {_name(written, number)}: {_fault(error)}.")


def _outcome(written: Any, calendars: Mapping[str, CalendarRules], named: Collection[str]) -> Iterator[dict[str, Any]]:
    """Nothing for a case whose calendar is faulty, for that was said."""
    case = _CASE.validate_python(written)
    if case.calendar not in named:
        raise ValueError(f"calendar: there is none called {case.calendar!r}")
    if case.calendar in calendars:
        calendar = Calendar.of(calendars[case.calendar])
        wanted, got = expected(case, calendar), answer(case, calendar)
        yield {"id": case.id, "expected": wanted, "got": got, "ok": wanted == got}


def _read(file: Path) -> Any:
    try:
        said = json.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise CommandError(f"{file} is not JSON.") from None
    match said:
        case {"calendars": dict(), "cases": list()}:
            return said
    raise CommandError(f"{file} must hold calendars by name, and a list of cases.")


def _name(written: Any, number: int) -> str:
    return str(written["id"]) if isinstance(written, dict) and "id" in written else f"number {number}"


def _fault(error: ValueError) -> str:
    """The first one, with its field."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False)[0]
    field = ".".join(map(str, first["loc"]))
    return f"{field}: {first['msg'].removeprefix('Value error, ')}" if field else first["msg"].removeprefix("Value error, ")
