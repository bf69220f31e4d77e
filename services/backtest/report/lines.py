"""A summary as one list of named figures, to lay one report beside another."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from typing import NamedTuple

from services.backtest.report.clocks import Rows
from services.backtest.report.figures import Counts, Mean, Share, Spread, Sums
from services.backtest.report.satisfaction import Opinion
from services.backtest.report.summary import Summary

Value = Fraction | None
Named = tuple[str, str, Value]
"""Name, unit, value."""


class Line(NamedTuple):
    """`unit` is number, percent, seconds, score, or a currency, whose minor units are told."""

    group: str
    name: str
    unit: str
    value: Value


def lines(summary: Summary) -> Iterator[Line]:
    groups = (
        ("complaints", _complaints(summary)), ("clocks", _clocks(summary)), ("departments", _kept(summary.clocks.by_department)),
        ("priorities", _kept(summary.clocks.by_priority)), ("escalations", _escalations(summary)), ("calls", _calls(summary)),
        ("remedies", _remedies(summary)), ("satisfaction", _satisfaction(summary)),
    )  # fmt: skip
    return (Line(group, *named) for group, found in groups for named in found)


def _number(name: str, value: int) -> Named:
    return name, "number", Fraction(value)


def _share(name: str, share: Share) -> Named:
    return name, "percent", None if share.ratio is None else 100 * share.ratio


def _mean(name: str, mean: Mean, times: int = 1) -> Named:
    return name, "score", None if mean.value is None else times * mean.value


def _spread(name: str, spread: Spread) -> Iterator[Named]:
    for which, value in (("p50", spread.p50), ("p90", spread.p90), ("worst", spread.worst)):
        yield f"{name}, {which}", "seconds", None if value is None else Fraction(value)


def _sums(name: str, sums: Sums) -> Iterator[Named]:
    return ((name, currency, Fraction(minor)) for currency, minor in sums)


def _counts(counts: Counts) -> Iterator[Named]:
    return (_number(name, number) for name, number in counts)


def _complaints(summary: Summary) -> Iterable[Named]:
    course = summary.course
    spans = (("first answer", course.times.to_answer), ("resolution", course.times.to_resolve), ("closing", course.times.to_close))
    return chain(
        [_number("all", course.volumes.complaints)],
        _counts(course.volumes.by_end),
        (_number(f"{name} at first", number) for name, number in course.volumes.by_priority),
        (_number(f"led first by {name}", number) for name, number in course.volumes.by_department),
        [
            _share("promised resolutions kept", course.rounds.resolutions), _share("reopened", course.rounds.reopened),
            _share("resolved at first contact", course.repeats.first_contact),
        ],
        (_number(f"reopened because: {reason}", number) for reason, number in course.rounds.by_reason),
        chain.from_iterable(_spread(f"until {name}", span) for name, span in spans),
    )  # fmt: skip


def _clocks(summary: Summary) -> Iterable[Named]:
    clocks = summary.clocks
    detail = (
        chain([_number(f"{name} breached", row.breached)], _spread(f"{name} used", row.used), _spread(f"{name} late", row.late))
        for (name,), row in clocks.by_clock
    )
    all = [_share("all kept", clocks.all.kept), _number("all breached", clocks.all.breached)]
    return chain(all, _kept(clocks.by_clock), chain.from_iterable(detail))


def _kept(rows: Rows) -> Iterator[Named]:
    return (_share(f"{name} kept", row.kept) for (name,), row in rows)


def _escalations(summary: Summary) -> Iterable[Named]:
    found = summary.escalations
    by_level = (_number(f"level {level}, {to}", number) for level, to, number in found.by_level)
    return chain([_number("complaints", found.complaints.part)], by_level, _counts(found.by_reason))


def _calls(summary: Summary) -> Iterable[Named]:
    for (name,), row in ((("all",), summary.callbacks.all), *summary.callbacks.by_purpose):
        yield _share(f"{name} in time", row.in_time)
        steps = (("promised", row.promised), ("late", row.late), ("broken", row.broken), ("given up", row.abandoned))
        yield from (_number(f"{name} {what}", number) for what, number in steps)
        yield from _spread(f"{name} late by", row.late_by)
        yield from _sums(f"{name} cost of lateness", row.cost)


def _remedies(summary: Summary) -> Iterable[Named]:
    for name, row in ((("all",), summary.remedies.all), *summary.remedies.by_kind):
        whose = " ".join(name)
        steps = (("proposed", row.proposed), ("issued", row.issued), ("done", row.done), ("rejected", row.rejected))
        yield from (_number(f"{whose} {what}", number) for what, number in steps)
        yield from _sums(f"{whose} issued", row.sums_issued)
        yield from _sums(f"{whose} done", row.sums_done)


def _satisfaction(summary: Summary) -> Iterable[Named]:
    found = summary.satisfaction
    surveys = (_share(f"{each.kind} survey answered", each.response) for each in found.surveys)
    return chain(
        [_number("recoveries confirmed", found.confirmed)],
        (_number(f"dissatisfied: {why}", number) for why, number in found.dissatisfied),
        surveys,
        chain.from_iterable(map(_opinion, found.opinions)),
    )


def _opinion(found: Opinion) -> Iterable[Named]:
    yield _number(f"{found.group}: answers", found.answers)
    yield from (_share(f"{found.group}: {name}", share) for name, share in found.shares)
    yield from (_mean(f"{found.group}: {name}", mean) for name, mean in found.means)
    yield _mean(f"{found.group}: net promoter score", found.promoters_less_detractors, times=100)
    yield _mean(f"{found.group}: gap", found.gap)
