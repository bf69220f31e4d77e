"""What the departments did, in words and numbers, counted from the topics."""

from collections import Counter

from contracts.routing import (
    ClockBreached,
    ClockExtended,
    ClockMet,
    ClockPaused,
    ClockStopped,
    ClockWarned,
    ComplaintEscalated,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintSentToTriage,
    Contained,
    ContainmentRequested,
    PriorityChanged,
    ProgressReported,
    WorkAccepted,
    WorkDeclined,
    WorkPaused,
)
from services.cli.demo.world.counts import counts, total
from services.cli.demo.world.ledger import Ledger


def contained(ledger: Ledger) -> str:
    asked = {event.complaint_id for event in ledger.all(ContainmentRequested)}
    late = sum(event.clock == "containment" for event in ledger.all(ClockBreached))
    return f"{len(ledger.all(Contained))} times, {late} of them late; asked for in {len(asked)} complaints, before anything else"


def routed(ledger: Ledger) -> str:
    """The priority is the one at the start."""
    to_triage = [event for event in ledger.all(ComplaintSentToTriage) if event.work is None]
    by_rule = [event for event in ledger.all(ComplaintRouted) if event.by is None and event.round == 1]
    priorities = Counter(f"P{priority}" for priority in [event.priority for event in by_rule] + [event.priority for event in to_triage])
    changed = ledger.all(PriorityChanged)
    return (
        f"{len(by_rule)} by rule, {len(to_triage)} by people in triage; at first {counts(dict(sorted(priorities.items())), after=False)};"
        f" the priority changed {len(changed)} times ({counts(Counter(event.reason for event in changed))})"
    )


def worked_on(ledger: Ledger) -> str:
    declined = Counter(event.reason for event in ledger.all(WorkDeclined))
    return (
        f"accepted {len(ledger.all(WorkAccepted))} times, declined {total(declined)}; progress told {len(ledger.all(ProgressReported))}"
        f" times; put to rest {total(Counter(event.reason for event in ledger.all(WorkPaused)))}"
    )


def in_time(ledger: Ledger) -> str:
    """By clock, how many were met of those that were met or missed."""
    met, missed = (Counter(event.clock for event in ledger.all(kind)) for kind in (ClockMet, ClockBreached))
    told = "; ".join(f"{clock.replace('_', ' ')} {met[clock]} of {met[clock] + missed[clock]}" for clock in sorted(met | missed))
    return (
        f"{told}; warned {len(ledger.all(ClockWarned))} times, rested {len(ledger.all(ClockPaused))} times, given more time"
        f" {len(ledger.all(ClockExtended))} times, stopped {len(ledger.all(ClockStopped))} times"
    )


def escalated(ledger: Ledger) -> str:
    escalated = ledger.all(ComplaintEscalated)
    to, why = (Counter(getattr(event, field) for event in escalated) for field in ("to", "reason"))
    return f"{len(escalated)} times: to {counts(to)}; because of {counts(why)}" if escalated else "0 times"


def resolved(ledger: Ledger) -> str:
    resolved = ledger.all(ComplaintResolved)
    late = sum(event.is_late for event in resolved)
    return f"{len(resolved)} times, {late} of them late: {counts(Counter(event.finding for event in resolved))}"
