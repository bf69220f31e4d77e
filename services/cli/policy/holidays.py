"""`redress policy holidays COUNTRY YEAR`: holidays and make-up days, written into a calendar file so that no update moves a due date."""

from typing import Annotated

import typer

from services.cli.policy.calendar_file import Change, apply, change, find_file, read_calendar
from services.cli.policy.days_off import DaysOff, days_off

EXAMPLE = '[["09:00", "17:00"]]'


def holidays(
    country: Annotated[str, typer.Argument(help="CN, DE, or a region of it: GB-ENG.")],
    year: Annotated[int, typer.Argument()],
    calendar: Annotated[str | None, typer.Option(help="The calendars.yaml to write into, or its policy set; else: print.")] = None,
    name: Annotated[str | None, typer.Option(help="Which calendar of the file, where it holds several.")] = None,
) -> None:
    """Write a year's holidays, and the weekend days that are worked instead, into a calendar; what is there already stays."""
    days = days_off(country, year)
    print(_into_file(days, calendar, name) if calendar else _to_paste(days))
    if days.more_to_come:
        print(f"# No make-up days of {days.country} in {year} are known yet, and days off may be moved: they are marked provisional.")
        print("# Once they are announced, update the library `holidays` and run this again: it replaces what is so marked.")
    if days.regions:
        print(f"# These are only what all regions of {days.country} share: name one for its own days too: {', '.join(days.regions)}.")


def _into_file(days: DaysOff, calendar: str, name: str | None) -> str:
    file = find_file(calendar)
    name, rules = read_calendar(file, name)
    wanted = change(rules, days)
    if wanted.holidays or wanted.overrides or wanted.taken_back:
        apply(file, name, wanted)
    return "\n".join(_told(wanted, f"{file}: {name}", days))


def _told(wanted: Change, where: str, days: DaysOff) -> list[str]:
    return [
        *(f"taken back {day}  was provisional" for day in wanted.taken_back),
        *(f"holidays   {day}  {name}" for day, name in wanted.holidays.items()),
        *(f"overrides  {day}  {_hours(spans)}" for day, spans in wanted.overrides.items()),
        *(f"kept       {day}  as it stands in {field}" for day, field in wanted.kept.items()),
        f"{where}: wrote {len(wanted.holidays)} holidays and {len(wanted.overrides)} make-up days of {days.country} in {days.year}.",
    ]


def _hours(spans: tuple[tuple[str, str], ...]) -> str:
    return " ".join("-".join(span) for span in spans)


def _to_paste(days: DaysOff) -> str:
    lines = ["holidays:", *(f"  {day}: {_quoted(name)}" for day, name in days.holidays.items())]
    if days.made_up:
        lines += ["# Worked instead: give each the hours of a working day.", "overrides:"]
        lines += [f"  {day}: {EXAMPLE}" for day in days.made_up]
    return "\n".join(lines)


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
