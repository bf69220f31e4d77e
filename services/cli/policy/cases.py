"""`redress policy cases FILE`: published cases of business-time arithmetic, or those of one's own contract, against ours."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError

from contracts.model import Part
from services.cli.errors import CommandError
from services.cli.policy.case_kinds import AnyCase, answer, expected
from services.platform.business_time import Calendar, CalendarRules

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


def cases(file: Annotated[Path, typer.Argument(help="Cases in the form of sla_cases.json.")]) -> None:
    """Answer each case: a line of JSON with id, expected, got and ok; exit code 1 if one differs."""
    found = list(outcomes(file))
    for outcome in found:
        print(json.dumps(outcome, ensure_ascii=False))
    if not all(outcome["ok"] for outcome in found):
        raise typer.Exit(1)


def outcomes(file: Path) -> Iterator[dict[str, Any]]:
    """In the order of the file; raises CommandError naming the calendar or case that cannot be read."""
    said = _read(file)
    calendars = {name: _rules(written, f"{file}: calendar {name}") for name, written in said["calendars"].items()}
    for number, written in enumerate(said["cases"], 1):
        yield _outcome(written, calendars, f"{file}: case {_name(written, number)}")


def _outcome(written: Any, calendars: Mapping[str, CalendarRules], where: str) -> dict[str, Any]:
    try:
        case = _CASE.validate_python(written)
        if case.calendar not in calendars:
            raise ValueError(f"calendar: there is none called {case.calendar!r}")
        calendar = Calendar.of(calendars[case.calendar])
        wanted, got = expected(case, calendar), answer(case, calendar)
    except ValueError as error:
        raise CommandError(f"{where}: {_fault(error)}.") from None
    return {"id": case.id, "expected": wanted, "got": got, "ok": wanted == got}


def _rules(written: Any, where: str) -> CalendarRules:
    try:
        return PublishedCalendar.model_validate(written).rules()
    except ValueError as error:
        raise CommandError(f"{where}: {_fault(error)}.") from None


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
