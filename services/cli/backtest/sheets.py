"""The report as sheets of text, which a terminal and a page show alike.  Headings and notes follow services/backtest/report/README.md."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from services.backtest.report import Summary
from services.backtest.report.callbacks import CallbackFigures
from services.backtest.report.clocks import ClockFigures, Rows
from services.backtest.report.course import Repeats, Rounds
from services.backtest.report.figures import Counts
from services.backtest.report.remedies import RemedyFigures
from services.cli.backtest.words import NOTHING, count, part_of, percent, said, spread, sums
from services.cli.show.forms import spoken

LINE = "\n"
"""Between the sums in several currencies."""
MOST_REFUSALS = 10
"""On a screen."""


class Sheet(NamedTuple):
    """`names` are the headings of words, `figures` those of the columns that stand right."""

    title: str
    note: str
    names: Sequence[str]
    figures: Sequence[str]
    rows: Sequence[Sequence[str]]
    is_detail: bool = False
    """Too much for a screen."""
    is_extract: bool = False
    """Of another sheet, for a screen alone."""


def volumes(summary: Summary) -> Iterator[Sheet]:
    found = summary.course.volumes
    by = {"kind": found.by_kind, "channel": found.by_channel, "priority": found.by_priority, "department": found.by_department}
    rows = [row for name, counts in (by | {"now": found.by_end}).items() for row in _shares(name, counts, found.complaints)]
    note = "Priority and department as first told; now: how they stand when the history ends."
    yield Sheet("Complaints", note, ("by", ""), ("complaints", "share"), rows)


def _shares(name: str, counts: Counts, of: int) -> Iterator[tuple[str, ...]]:
    """The name stands only in its first row."""
    for place, (word, number) in enumerate(counts):
        yield "" if place else name, spoken(word), count(number), f"{100 * number / of:.1f} %" if of else NOTHING


def coming_again(summary: Summary) -> Iterator[Sheet]:
    repeats, rounds = summary.course.repeats, summary.course.rounds
    if not summary.course.volumes.complaints:
        return
    yield Sheet(
        "Coming again", "At first contact: resolved, never reopened, and no further word of the customer, of all that were resolved.",
        ("",), ("", "share"), [
            ("resolved at first contact", part_of(repeats.first_contact), percent(repeats.first_contact)),
            ("reopened", part_of(rounds.reopened), percent(rounds.reopened)),
            ("the same cause as before", part_of(repeats.same_cause), percent(repeats.same_cause)),
            *((name, count(number), "") for name, number in _times_again(repeats, rounds) if number),
        ],
    )  # fmt: skip


def _times_again(repeats: Repeats, rounds: Rounds) -> Iterator[tuple[str, int]]:
    yield from ((f"reopened because: {spoken(reason)}", number) for reason, number in rounds.by_reason)
    yield "rounds used up, with the head", rounds.with_head
    yield "complaints about what was closed before", repeats.complaints
    yield "contacts about what is open", repeats.contacts
    yield "chases", repeats.chases
    yield "contacts too late to reopen", repeats.returned


def times(summary: Summary) -> Iterator[Sheet]:
    found = summary.course.times
    spans = (("first answer", found.to_answer), ("first resolution", found.to_resolve), ("closing", found.to_close))
    rows = [(name, count(span.number), *spread(span)) for name, span in spans if span.number]
    yield Sheet("Time from the registration", "Elapsed, nights and holidays too.", ("until",), ("complaints", "p50", "p90", "worst"), rows)


CLOCK = ("met", "breached", "kept", "used p50", "used p90", "late p50", "late p90", "late worst")
WHOSE = {
    "department": "Whose it was when it ended: the department that was asked, triage's desk, or else the lead.",
    "priority": "What the complaint had when the clock ended.",
}


def clocks(summary: Summary) -> Iterator[Sheet]:
    found = summary.clocks
    note = (
        "Kept: met, of met and breached. Used: open seconds of the clock's own calendar less pauses, of those met. Late: elapsed from the"
        " due until what it measures came, of those breached."
    )
    yield Sheet("Clocks", note, ("clock",), CLOCK, _with_all(_clock_rows(found.by_clock), _clock(found.all)))
    for heading, rows in (("department", found.by_department), ("priority", found.by_priority)):
        yield Sheet(f"Clocks by {heading}", WHOSE[heading], (heading,), CLOCK, _clock_rows(rows))
    for heading, rows in (("department", found.by_department_and_clock), ("priority", found.by_priority_and_clock)):
        yield Sheet(f"Each clock by {heading}", WHOSE[heading], (heading, "clock"), CLOCK, _clock_rows(rows), is_detail=True)
    headings = ("started", "running", "stopped", "paused", "extended", "warned", "never came")
    note = "Running: when the history ends. Stopped: neither met nor breached. Never came: breached, and what it measures has not come."
    on_their_way = [
        (*said(name), *map(count, (row.started, row.running, row.stopped, row.paused, row.extended, row.warned, row.never_came)))
        for name, row in found.by_clock
    ]
    yield Sheet("Clocks on their way", note, ("clock",), headings, on_their_way, is_detail=True)


def _clock_rows(rows: Rows) -> list[tuple[str, ...]]:
    return [(*said(name), *_clock(row)) for name, row in rows]


def _clock(row: ClockFigures) -> tuple[str, ...]:
    return count(row.met), count(row.breached), percent(row.kept), *spread(row.used)[:2], *spread(row.late)


def _with_all(rows: list[tuple[str, ...]], all: tuple[str, ...]) -> list[tuple[str, ...]]:
    """With a last row for the sum, where there are several."""
    return [*rows, ("all", *[""] * (len(rows[0]) - len(all) - 1), *all)] if len(rows) > 1 else rows


def escalations(summary: Summary) -> Iterator[Sheet]:
    found = summary.escalations
    by_level = [(str(level), spoken(to), count(number)) for level, to, number in found.by_level]
    yield Sheet("Escalations", f"{part_of(found.complaints)} complaints were escalated.", ("level", "to"), ("times",), by_level)
    rows = [(spoken(reason), count(number)) for reason, number in found.by_reason]
    yield Sheet("Escalations by reason", "", ("reason",), ("times",), rows, is_detail=True)


def callbacks(summary: Summary) -> Iterator[Sheet]:
    found = summary.callbacks
    note = (
        "Kept: the customer was reached, not a second after the promised latest. Broken: not by then, but later (late) or never. In time:"
        " kept, of kept and broken. Impossible: never promised, for nothing led to the customer. Cost: of lateness, as told by the fact"
        " that ended the call."
    )
    calls = [(name, row) for (name,), row in found.by_purpose]
    headings = ("promised", "kept", "late", "broken", "in time", "impossible", "cost")
    rows = [(spoken(name), *_callback(row)) for name, row in calls]
    yield Sheet("Promised calls", note, ("purpose",), headings, _with_all(rows, _callback(found.all)))
    headings = ("late p50", "late p90", "late worst", "given up", "called off", "open", "moved")
    note = "Late: of those that reached the customer late. Open: when the history ends."
    yield Sheet("How calls ended", note, ("purpose",), headings, [(spoken(name), *_ends(row)) for name, row in calls], is_detail=True)
    for title, heading, counts in (("Attempts", "outcome", found.attempts), ("Why nobody was reached", "reason", found.why_not)):
        yield Sheet(title, "", (heading,), ("times",), [(spoken(word), count(number)) for word, number in counts], is_detail=True)


def _callback(row: CallbackFigures) -> tuple[str, ...]:
    return *map(count, (row.promised, row.kept, row.late, row.broken)), percent(row.in_time), count(row.impossible), sums(row.cost, LINE)


def _ends(row: CallbackFigures) -> tuple[str, ...]:
    return *spread(row.late_by), *map(count, (row.abandoned, row.cancelled, row.open, row.moved))


REMEDY = ("proposed", "rejected", "issued", "done", "sum issued", "sum done")


def remedies(summary: Summary) -> Iterator[Sheet]:
    found = summary.remedies
    note = "Entitlement is owed, goodwill is given; neither nets out the other. Each currency stands for itself."
    rows = [(*said(name), *_remedy(row)) for name, row in found.by_kind]
    yield Sheet("Remedies", note, ("ground", "kind"), REMEDY, _with_all(rows, _remedy(found.all)))
    rows = [(*said(name), *map(count, (row.chosen, row.approved, row.failed, row.cancelled, row.pending))) for name, row in found.by_kind]
    yield Sheet(
        "Remedies on their way", "", ("ground", "kind"), ("chosen", "approved", "failed", "cancelled", "pending"), rows, is_detail=True
    )
    rows = [(*said(name), *_remedy(row)) for name, row in found.by_cause]
    note = "What was found in the round in which it was proposed; several causes together are one row."
    yield Sheet("Remedies by cause", note, ("ground", "cause"), REMEDY, rows, is_detail=True)


def _remedy(row: RemedyFigures) -> tuple[str, ...]:
    steps = (row.proposed, row.rejected, row.issued, row.done)
    return *map(count, steps), sums(row.sums_issued, LINE), sums(row.sums_done, LINE)


def events(summary: Summary) -> Iterator[Sheet]:
    rows = [(service, command, spoken(reason), count(number)) for (service, command, reason), number in summary.refusals]
    note, headings, more = "Commands that were understood and broke a rule.", ("by", "command", "reason"), rows[MOST_REFUSALS:]
    rest = sum(number for _, number in summary.refusals[MOST_REFUSALS:])
    most = [*rows[:MOST_REFUSALS], *([("", f"and {len(more)} other kinds", "", count(rest))] if more else [])]
    yield Sheet("Most refusals", note, headings, ("times",), most, is_extract=True)
    yield Sheet("Refusals", note, headings, ("times",), rows, is_detail=True)
    rows_of_types = [(name, count(number)) for name, number in summary.events]
    yield Sheet("Facts", "All events, by type.", ("event",), ("facts",), rows_of_types, is_detail=True)


def all_sheets(summary: Summary, more: Iterable[Sheet]) -> Iterator[Sheet]:
    """Those that have a row, in the order of a complaint's life; `more` before the events."""
    parts = (volumes, times, clocks, escalations, callbacks, remedies, coming_again)
    every = (*(sheet for part in parts for sheet in part(summary)), *more, *events(summary))
    return (sheet for sheet in every if sheet.rows)
