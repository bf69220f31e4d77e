"""Whole lives through all four services: every figure counted again, straight from the events, in another way."""

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import pytest

from contracts.callback import CallbackAbandoned, CallbackBroken, CallbackCancelled, CallbackCompleted, CallbackPromised
from contracts.common import CommandRefused
from contracts.feedback import FeedbackReceived, SurveyRequested
from contracts.intake import ComplaintRegistered
from contracts.model import type_name
from contracts.routing import (
    ClockBreached,
    ClockMet,
    ClockStarted,
    ComplaintEscalated,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintRouted,
    RemedyIssued,
    RemedyProposed,
    WorkAccepted,
)
from services.backtest.fact import Fact
from services.backtest.report import Summary, compare
from services.backtest.report.lines import lines
from tests.core.backtest_report.history import facts_of_lives, report_of

HISTORIES = (("demo", 1.0), ("default", 40.0))
"""Policies, and how much slower than in the demonstration customers and staff act."""


class Told(NamedTuple):
    facts: Sequence[Fact]
    summary: Summary

    def all(self, kind):
        return [fact.message for fact in self.facts if isinstance(fact.message, kind)]


@pytest.fixture(scope="module", params=HISTORIES, ids=[name for name, _ in HISTORIES])
def told(request) -> Told:
    facts = facts_of_lives(*request.param)
    return Told(facts, report_of(facts).summary())


def test_there_is_something_to_count(told):
    kinds = {type(fact.message) for fact in told.facts}
    assert {ClockMet, ClockBreached, CallbackCompleted, CallbackBroken, ComplaintReopened, FeedbackReceived, CommandRefused} <= kinds


def test_events_and_refusals(told):
    events = Counter(type_name(fact.service, type(fact.message)) for fact in told.facts)
    assert dict(told.summary.events) == events
    refused = Counter(
        (fact.service, fact.message.command_type, fact.message.reason) for fact in told.facts if isinstance(fact.message, CommandRefused)
    )
    assert dict(told.summary.refusals) == refused


def test_complaints(told):
    registered = told.all(ComplaintRegistered)
    volumes = told.summary.course.volumes
    assert volumes.complaints == len({each.complaint_id for each in registered}) == len(registered)
    assert dict(volumes.by_kind) == Counter(each.classes.kind for each in registered)
    led: dict[str, str] = {}
    for routed in told.all(ComplaintRouted):
        led.setdefault(routed.complaint_id, routed.lead)
    assert dict(volumes.by_department) == Counter(led.get(each.complaint_id, "(nobody)") for each in registered)


def test_clocks(told):
    clocks = told.summary.clocks
    met, breached = told.all(ClockMet), told.all(ClockBreached)
    assert {name: row.met for (name,), row in clocks.by_clock if row.met} == Counter(each.clock for each in met)
    assert {name: row.breached for (name,), row in clocks.by_clock if row.breached} == Counter(each.clock for each in breached)
    assert clocks.all.used.worst == max(each.used_seconds for each in met)


def test_clocks_by_priority_are_of_the_last_word_of_it_before(told):
    found: Counter[str] = Counter()
    for place, fact in enumerate(told.facts):
        if isinstance(fact.message, ClockMet):
            before = (
                each.message
                for each in reversed(told.facts[:place])
                if getattr(each.message, "complaint_id", "") == fact.message.complaint_id
            )
            found[f"P{next(each.priority for each in before if hasattr(each, 'priority'))}"] += 1
    assert {name: row.met for (name,), row in told.summary.clocks.by_priority if row.met} == found


def test_late_acceptances(told):
    breaches = {(each.complaint_id, each.work): each.due for each in told.all(ClockBreached) if each.clock.endswith("acceptance")}
    late = sorted(
        int(fact.at.timestamp()) - int(due.timestamp())
        for fact in told.facts
        if isinstance(fact.message, WorkAccepted) and (due := breaches.get((fact.message.complaint_id, fact.message.work)))
    )
    rows = [row for (name,), row in told.summary.clocks.by_clock if name.endswith("acceptance")]
    assert sum(row.late.number for row in rows) == len(late)
    assert max((row.late.worst for row in rows if row.late.worst is not None), default=None) == (late[-1] if late else None)


def test_every_clock_that_started_ended_once_or_runs(told):
    for _, row in told.summary.clocks.by_clock:
        assert row.started == row.met + row.breached + row.stopped + row.running and row.running >= 0
    assert told.summary.clocks.all.started == len(told.all(ClockStarted))


def test_calls(told):
    calls, completed = told.summary.callbacks.all, told.all(CallbackCompleted)
    assert calls.promised == len(told.all(CallbackPromised)) and calls.broken == len(told.all(CallbackBroken))
    assert calls.kept == sum(each.late_by_seconds == 0 for each in completed) and calls.late == len(completed) - calls.kept
    ends = [*completed, *told.all(CallbackAbandoned), *told.all(CallbackCancelled)]
    cost = Counter[str]()
    for each in ends:
        cost[each.cost.currency] += each.cost.amount_minor
    assert dict(calls.cost) == +cost and calls.open == calls.promised - len(ends)


def test_what_is_late_was_broken(told):
    assert told.summary.callbacks.all.late <= told.summary.callbacks.all.broken


def test_remedies(told):
    found, issued = told.summary.remedies.all, told.all(RemedyIssued)
    sums = Counter[str]()
    for each in issued:
        if each.amount:
            sums[each.amount.currency] += each.amount.amount_minor
    assert found.proposed == len(told.all(RemedyProposed)) and found.issued == len(issued) and dict(found.sums_issued) == +sums
    by_kind = Counter((each.ground, each.kind) for each in issued)
    assert {name: row.issued for name, row in told.summary.remedies.by_kind if row.issued} == by_kind


def test_rounds_and_escalations(told):
    resolved = told.all(ComplaintResolved)
    assert told.summary.course.rounds.resolutions == (sum(not each.is_late for each in resolved), len(resolved))
    assert dict(told.summary.course.rounds.by_reason) == Counter(each.reason for each in told.all(ComplaintReopened))
    levels = Counter(each.level for each in told.all(ComplaintEscalated))
    assert sum((Counter({level: number}) for level, _, number in told.summary.escalations.by_level), Counter()) == levels


def test_what_customers_said(told):
    for opinion in told.summary.satisfaction.opinions:
        said = [each.answers for each in told.all(FeedbackReceived) if each.group == opinion.group]
        solved = [each.solved for each in said if each.solved is not None]
        csat = [each.csat for each in said if each.csat is not None]
        assert opinion.answers == len(said) and dict(opinion.shares)["solved"] == (sum(solved), len(solved))
        assert dict(opinion.means)["csat"] == (sum(csat), len(csat))
    asked = [each for each in told.all(SurveyRequested) if each.kind == "recovery"]
    assert told.summary.satisfaction.surveys[0].requested == len(asked)


def test_the_order_between_services_and_complaints_makes_no_difference(told):
    """Each service's words about a complaint in their order: that is all that topics promise."""
    piles: dict[tuple[str, str], list[Fact]] = {}
    for fact in told.facts:
        piles.setdefault((fact.service, getattr(fact.message, "complaint_id", None) or ""), []).append(fact)
    draw, shuffled = Random(1), list[Fact]()
    waiting = [pile[::-1] for pile in piles.values()]
    while waiting:
        pile = draw.choice(waiting)
        shuffled.append(pile.pop())
        waiting = [each for each in waiting if each]
    assert report_of(shuffled).summary() == told.summary


def test_hearing_it_twice_gives_the_same_report_to_the_byte(told):
    one, other = (report_of(told.facts) for _ in range(2))
    assert repr(one.summary()) == repr(other.summary()) and repr(compare(one, one)) == repr(compare(other, other))


def test_a_history_that_is_cut_off_anywhere_can_be_told(told):
    for place in range(0, len(told.facts), len(told.facts) // 7):
        found = report_of(told.facts[:place]).summary()
        assert sum(count for _, count in found.events) == place


@pytest.mark.parametrize("seed", range(3))
def test_the_report_of_several_complaints_is_the_sum_of_theirs(told, seed):
    """Counts and sums add up, whichever complaints stand together."""
    draw, parts = Random(seed), ([], [])
    whose: dict[str, int] = {}
    for fact in told.facts:
        id = getattr(fact.message, "complaint_id", None) or ""
        parts[whose.setdefault(id, draw.randrange(2))].append(fact)
    ones, others, alls = ({line[:3]: line.value for line in lines(report_of(part).summary())} for part in (*parts, told.facts))
    for name, value in alls.items():
        if name[2] not in ("percent", "seconds", "score"):
            assert ones.get(name, 0) + others.get(name, 0) == value, name
