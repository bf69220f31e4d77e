"""Two sets of policies on one history: each figure beside the other, and the complaints that would have ended otherwise."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from rich.console import Console
from rich.text import Text

from contracts.ids import reference_number
from contracts.model import write_instant
from services.backtest.report import Comparison
from services.backtest.report.comparison import Beside
from services.backtest.report.course import urgency
from services.backtest.report.differences import Aim, Change, Difference, Ending
from services.backtest.report.figures import Share
from services.backtest.report.keeping import instant
from services.cli.backtest.headline import Source
from services.cli.backtest.sheets import Sheet
from services.cli.backtest.tables import print_sheet
from services.cli.backtest.words import NOTHING, count, day, decimal, money, percent, seconds
from services.cli.show.forms import spoken, target

ON_SCREEN, OF_EACH = 10, 6
"""Of the gravest complaints, and of the changes of each; the page has more of them, the CSV all."""


def show_comparison(console: Console, found: Comparison, one: Source, other: Source) -> None:
    console.print(Text(verdict(found, one, other), style="bold"))
    for sheet in comparison_sheets(found, one, other, ON_SCREEN, OF_EACH):
        if sheet.rows and not sheet.is_detail:
            console.print()
            print_sheet(console, sheet)


def verdict(found: Comparison, one: Source, other: Source) -> str:
    """In one sentence."""
    names = f"under {other.policies} instead of {one.policies}"
    if not found.changed:
        return f"None of {count(found.complaints)} complaints would have ended otherwise {names}."
    share = percent(Share(found.changed, found.complaints))
    return f"{count(found.changed)} of {count(found.complaints)} complaints ({share}) would have ended otherwise {names}."


def comparison_sheets(found: Comparison, one: Source, other: Source, most: int, of_each: int) -> Iterator[Sheet]:
    """`most`: of how many complaints the changes are told one by one, and how many `of_each`."""
    names = (one.policies, other.policies)
    turned = [(spoken(name), count(worse), count(better)) for name, worse, better in found.turned]
    yield Sheet("Promises that would have turned", "", ("promise",), ("kept → broken", "broken → kept"), turned)
    note = "Complaints in which at least one of these ended otherwise."
    yield Sheet("What would have ended otherwise", note, ("what",), ("complaints",), [(name, count(n)) for name, n in found.by_aspect])
    note = "What the facts name: whose it was, how urgent, or what the clock was aimed at."
    yield Sheet("Because of another", note, ("",), ("complaints",), [(name, count(n)) for name, n in found.because])
    changed = [each for each in found.figures if each.difference]
    brief = [each for each in changed if each.unit != "seconds"]
    yield Sheet("Figures that differ", "", ("", "figure"), (*names, "difference"), list(_besides(brief)))
    yield Sheet("All figures", "", ("", "figure"), (*names, "difference"), list(_besides(found.figures)), is_detail=True)
    note = f"The {len(found.gravest[:most])} gravest of {count(found.changed)}: first where most promises turned."
    headings = ("complaint", "what", *names, "because")
    rows = [row for each in found.gravest[:most] for row in change_rows(each, of_each)]
    yield Sheet("Complaint by complaint", note, headings, (), rows)


def _besides(found: Sequence[Beside]) -> Iterator[tuple[str, ...]]:
    """The group stands only in its first row."""
    group = ""
    for each in found:
        values = (figure(value, each.unit) for value in (each.one, each.other))
        yield "" if each.group == group else each.group, spoken(each.name), *values, difference(each)
        group = each.group


def figure(value: Fraction | None, unit: str) -> str:
    if value is None:
        return NOTHING
    match unit:
        case "number":
            return count(int(value))
        case "percent":
            return f"{float(value):.1f} %"
        case "seconds":
            return seconds(int(value))
        case "score":
            return decimal(value)
        case currency:
            return money(int(value), currency)


def difference(beside: Beside) -> str:
    """With its sign; of shares in points."""
    value = beside.difference
    if not value:
        return NOTHING if value is None else "="
    told = figure(abs(value), beside.unit).removesuffix(" %") + (" points" if beside.unit == "percent" else "")
    return f"{'+' if value > 0 else '−'}{told}"


def change_rows(change: Change, most: int) -> Iterator[tuple[str, ...]]:
    """The complaint stands only in its first row."""
    for place, each in enumerate(change.differences[:most]):
        reference = "" if place else reference_number(change.complaint_id)
        what = f"{each.aspect} {spoken(each.name)}".strip()
        yield reference, what, ending(each.one), ending(each.other), ", ".join(because(each))
    if (more := len(change.differences) - most) > 0:
        yield "", f"… and {more} more", "", "", ""


def ending(told: Ending | None) -> str:
    """`late 1 h 3 min, 2.50 CNY`, `refund issued, 199.00 CNY`, `silence, 2026-03-22 10:30`."""
    if told is None:
        return NOTHING
    parts = [spoken(told.word) + (f" {seconds(told.seconds)}" if told.seconds else "")]
    if told.minor and told.currency:
        parts.append(money(told.minor, told.currency))
    if told.at is not None:
        parts.append(day(instant(told.at)))
    return ", ".join(parts)


def because(told: Difference) -> Iterator[str]:
    """`target 8 h → 4 h of desk time`, `department billing → network`; where only one is known, what is different by its name."""
    aims = (told.one and told.one.aim, told.other and told.other.aim)
    for what in told.because:
        one, other = (each and _aim(each, what) for each in aims)
        yield f"{what} {one} → {other}" if one and other else f"another {what}"


def _aim(aim: Aim, what: str) -> str:
    match what:
        case "target":
            return target(aim.target, {"unit": aim.unit, "calendar": aim.calendar})
        case "priority":
            return urgency(aim.priority)
        case "calendar":
            return aim.calendar or "none, by the wall"
        case _:
            return spoken(getattr(aim, what))


COLUMNS = (
    "complaint_id", "reference", "what", "name", "one", "one_late_seconds", "one_minor", "one_currency", "one_closed_at", "other",
    "other_late_seconds", "other_minor", "other_currency", "other_closed_at", "turned", "because",
)  # fmt: skip
"""Of the CSV: `turned` is `broken` where a promise was kept under the one set only, `kept` where under the other only."""


def csv_rows(change: Change) -> Iterator[tuple[object, ...]]:
    reference = reference_number(change.complaint_id)
    for each in change.differences:
        turned = {1: "broken", -1: "kept"}.get(each.turned, "")
        ends = (*_cells(each.one), *_cells(each.other))
        yield change.complaint_id, reference, each.aspect, each.name, *ends, turned, "; ".join(because(each))


def _cells(told: Ending | None) -> tuple[object, ...]:
    if told is None:
        return ("",) * 5
    has_sum = told.currency is not None
    closed_at = write_instant(instant(told.at)) if told.at is not None else ""
    return told.word, told.seconds or "", told.minor if has_sum else "", told.currency or "", closed_at
