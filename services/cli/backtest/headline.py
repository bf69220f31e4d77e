"""What one wants to know first, a line each."""

from collections.abc import Iterator
from typing import NamedTuple

from services.backtest.report import Summary
from services.backtest.report.figures import Mean, Share
from services.cli.backtest.words import NOTHING, count, day, mean, part_of, percent, sums
from services.cli.show.forms import spoken


class Source(NamedTuple):
    """What the run was given."""

    policies: str
    """The set, or the directory, as it was named."""
    input: str
    """The file, or what the commands came from."""


def headline(summary: Summary) -> Iterator[tuple[str, str, str]]:
    """What, how much, and out of what."""
    course, clocks, calls, remedies = summary.course, summary.clocks.all, summary.callbacks.all, summary.remedies.all
    ends = ", ".join(f"{count(number)} {spoken(how)}" for how, number in course.volumes.by_end)
    yield "complaints", count(course.volumes.complaints), ends
    if refused := sum(number for _, number in summary.refusals):
        (_, command, reason), most = summary.refusals[0]
        yield "commands refused", count(refused), f"most: {count(most)} {spoken(command.split('.')[1])}, {spoken(reason)}"
    yield "clocks kept", percent(clocks.kept), f"{part_of(clocks.kept)}; {count(clocks.breached)} breached, {count(clocks.running)} running"
    resolutions = course.rounds.resolutions
    yield "promised resolutions kept", percent(resolutions), part_of(resolutions)
    yield "promised calls kept", percent(calls.in_time), f"{part_of(calls.in_time)}; {count(calls.broken)} broken"
    yield "cost of late calls", sums(calls.cost), ""
    yield "remedies issued", count(remedies.issued), sums(remedies.sums_issued) if remedies.sums_issued else ""
    yield "reopened", percent(course.rounds.reopened), part_of(course.rounds.reopened)
    yield "at first contact", percent(course.repeats.first_contact), part_of(course.repeats.first_contact)
    solved, csat = recovered(summary)
    yield "solved, say customers", percent(solved), part_of(solved) if solved.whole else "nobody was heard"
    yield "how satisfied (1–5)", mean(csat), f"said by {count(csat.of)}" if csat.of else ""


def recovered(summary: Summary) -> tuple[Share, Mean]:
    """Solved and CSAT of those whose complaint was resolved when they said so."""
    found = next((each for each in summary.satisfaction.opinions if each.group == "recovered"), None)
    return (found.shares[0][1], found.means[0][1]) if found else (Share(0, 0), Mean(0, 0))


def origin(summary: Summary, source: Source) -> Iterator[tuple[str, str]]:
    """Policies with their versions, the input, and the time that it covers."""
    yield "policies", f"{source.policies} ({', '.join(summary.policies)})" if summary.policies else source.policies
    yield "input", source.input
    period = f"{day(summary.since)} to {day(summary.until)} UTC" if summary.since else NOTHING
    yield "period", f"{period}, {count(sum(number for _, number in summary.events))} facts"
