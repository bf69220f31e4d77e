"""The demonstration's end, in words and numbers; all of them are counted from the topics."""

from collections import Counter
from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from contracts.callback import (
    CallbackAbandoned,
    CallbackAttempted,
    CallbackBroken,
    CallbackCancelled,
    CallbackCompleted,
    CallbackImpossible,
    CallbackPromised,
)
from contracts.common import CommandRefused
from contracts.feedback import (
    DissatisfactionReported,
    FeedbackReceived,
    RecoveryConfirmed,
    SurveyCancelled,
    SurveyExpired,
    SurveyRequested,
)
from contracts.intake import ComplaintRegistered, ContactRepeated, SubmissionMerged
from contracts.routing import (
    ClockBreached,
    ClockMet,
    ClockStopped,
    ClockWarned,
    ComplaintClosed,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintSentToTriage,
    ComplaintWithdrawn,
    ContactReturned,
    PriorityChanged,
    ProgressReported,
    WorkAccepted,
)
from services.cli.show import lines
from services.cli.show_story import Story, story
from services.cli.world.ledger import Ledger

LANGUAGES = {"zh": "Chinese", "en": "English"}
LONGEST = 34
"""Events of a story that one still likes to read."""
TURNS = {"feedback.dissatisfaction_reported.v1", "feedback.recovery_confirmed.v1"}


def table(ledger: Ledger) -> Table:
    """A line for each step of a complaint's life."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column()
    for step, told in sentences(ledger):
        grid.add_row(f"  {step}", Text(told))
    return grid


def sentences(ledger: Ledger) -> Iterator[tuple[str, str]]:
    yield "Taken in", _taken_in(ledger)
    yield "Routed", _routed(ledger)
    yield "Worked on", _worked_on(ledger)
    yield "Resolved", _resolved(ledger)
    yield "Called back", _called_back(ledger)
    yield "Kept waiting", _kept_waiting(ledger)
    yield "Asked", _asked(ledger)
    yield "Answered", _answered(ledger)
    yield "Reopened", _reopened(ledger)
    yield "Ended", _ended(ledger)
    yield "Commands", _commands(ledger)
    yield "Dead letters", f"{ledger.dead}"


def _taken_in(ledger: Ledger) -> str:
    spoken = Counter(LANGUAGES.get(command.customer.language or "", "other") for command in ledger.submissions.values())
    merged, registered = len(ledger.all(SubmissionMerged)), len(ledger.all(ComplaintRegistered))
    follow, again = sum(bool(event.predecessors) for event in ledger.all(ComplaintRegistered)), len(ledger.all(ContactReturned))
    return (
        f"{len(ledger.submissions)} submissions ({_counts(spoken)}): {registered} complaints registered, {follow} of them about a matter"
        f" that was closed before; {merged} recognised as a repeated contact"
        f"{f', {again} of those registered anew after all' if again else ''}"
    )


def _routed(ledger: Ledger) -> str:
    """The priority is the one at the start."""
    to_triage, routed = ledger.all(ComplaintSentToTriage), ledger.all(ComplaintRouted)
    by_rule = [event for event in routed if event.by is None and event.round == 1]
    priorities = Counter(f"P{priority}" for priority in [event.priority for event in by_rule] + [event.priority for event in to_triage])
    return (
        f"{len(by_rule)} by rule, {len(to_triage)} by people in triage; at first {_counts(dict(sorted(priorities.items())), after=False)};"
        f" {len(ledger.all(PriorityChanged))} became more urgent"
    )


def _worked_on(ledger: Ledger) -> str:
    return (
        f"accepted {len(ledger.all(WorkAccepted))} times, progress told {len(ledger.all(ProgressReported))} times; the clock was met"
        f" {len(ledger.all(ClockMet))} times, missed {len(ledger.all(ClockBreached))} times, stopped {len(ledger.all(ClockStopped))} times,"
        f" and warned {len(ledger.all(ClockWarned))} times"
    )


def _resolved(ledger: Ledger) -> str:
    resolved = ledger.all(ComplaintResolved)
    late = sum(event.is_late for event in resolved)
    return f"{len(resolved)} times, {late} of them late: {_counts(Counter(event.finding for event in resolved))}"


def _called_back(ledger: Ledger) -> str:
    completed, abandoned = ledger.all(CallbackCompleted), ledger.all(CallbackAbandoned)
    attempts = Counter(event.outcome for event in ledger.all(CallbackAttempted))
    impossible = Counter(event.reason for event in ledger.all(CallbackImpossible))
    return (
        f"{len(ledger.all(CallbackPromised))} calls promised: {len(completed)} completed, {len(abandoned)} given up,"
        f" {len(ledger.all(CallbackCancelled))} no longer wanted; impossible {_total(impossible)}; attempts: {_counts(attempts)}"
    )


def _kept_waiting(ledger: Ledger) -> str:
    late = [event for event in ledger.all(CallbackCompleted) if event.late_by_seconds]
    beyond, costs = sum(event.is_intolerable for event in late), Counter[str]()
    for event in late:
        costs[event.cost.currency] += event.cost.amount_minor
    cost = " and ".join(f"{minor / 100:,.2f} {currency}" for currency, minor in costs.items()) or "nothing"
    return (
        f"{len(ledger.all(CallbackBroken))} promises to call broken; {len(late)} customers called late after all, which cost {cost}"
        f" ({beyond} beyond what is tolerable)"
    )


def _asked(ledger: Ledger) -> str:
    surveys = Counter(event.channel for event in ledger.all(SurveyRequested))
    return (
        f"in writing {_total(surveys)}: {sum(event.via == 'survey' for event in ledger.all(FeedbackReceived))} answered,"
        f" {len(ledger.all(SurveyExpired))} did not, {len(ledger.all(SurveyCancelled))} no longer wanted"
    )


def _answered(ledger: Ledger) -> str:
    via = Counter({"callback": "on the phone", "survey": "in writing"}[event.via] for event in ledger.all(FeedbackReceived))
    unhappy = Counter(event.because for event in ledger.all(DissatisfactionReported))
    return f"{_counts(via)}; satisfied {len(ledger.all(RecoveryConfirmed))}, not satisfied {_total(unhappy)}"


def _reopened(ledger: Ledger) -> str:
    reopened = ledger.all(ComplaintReopened)
    rounds = max((event.round for event in reopened), default=1)
    chased = len(ledger.all(ContactRepeated))
    return f"{_total(Counter(event.reason for event in reopened))}; at most {rounds} rounds; {chased} contacts about a known complaint"


def _ended(ledger: Ledger) -> str:
    """By the last end of each complaint: one that was reopened may have ended more than once."""
    how = {event.complaint_id: event.how for event in ledger.all(ComplaintClosed)}
    how |= {event.complaint_id: "withdrawn" for event in ledger.all(ComplaintWithdrawn)}
    return f"{len(ledger.over)} complaints: {_counts(Counter(how[id] for id in ledger.over))}"


def _commands(ledger: Ledger) -> str:
    refused = Counter(event.reason for event in ledger.all(CommandRefused))
    return f"{len(ledger.commands):,} sent, {ledger.unanswered} without an answer, refused {_total(refused)}"


def _total(counts: Counter[str]) -> str:
    """`12 (busy 8, no answer 4)`."""
    return f"{counts.total()} ({_counts(counts)})" if counts else "0"


def _counts(counts: dict[str, int], after: bool = True) -> str:
    """`8 busy, 4 no answer`, the most frequent first; with the word before the number the order is kept."""
    ranked = sorted(counts.items(), key=lambda one: -one[1]) if after else list(counts.items())
    return ", ".join(f"{number} {word.replace('_', ' ')}" if after else f"{word} {number}" for word, number in ranked)


# -- two stories ------------------------------------------------------------------------------------------------------------------------


def stories(ledger: Ledger) -> Iterator[Text]:
    """One complaint in each language, from the customer's own words to the end, as `redress show` tells it."""
    for language in LANGUAGES:
        told = [_story(ledger, event) for event in ledger.all(ComplaintRegistered) if event.language == language]
        if short := [one for one in told if len(one.events) <= LONGEST and one.id in ledger.submissions]:
            found = max(short, key=_eventful)
            yield Text(f"“{ledger.submissions[found.id].narrative}”", "italic")
            yield from lines(found)
            yield Text()


def _story(ledger: Ledger, registered: ComplaintRegistered) -> Story:
    return story(registered.complaint_id, ledger.records_of[registered.complaint_id])


def _eventful(one: Story) -> tuple[int, int]:
    """The best story is one in which a customer was not satisfied at first and was in the end; else the one of the most kinds of events."""
    kinds = {event["type"] for event in one.events}
    return len(kinds & TURNS), len(kinds)
