"""The demonstration's end, in words and numbers; all of them are counted from the topics."""

from collections import Counter
from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from contracts.callback import (
    CallbackAbandoned,
    CallbackAttempted,
    CallbackAttemptStarted,
    CallbackBroken,
    CallbackCancelled,
    CallbackCompleted,
    CallbackImpossible,
    CallbackPromised,
)
from contracts.common import CommandRefused
from contracts.intake import (
    ComplaintRegistered,
    ContactRepeated,
    CustomerProfileSet,
    CustomersLinked,
    InformationAdded,
    RepeatFactsChanged,
    SubmissionMerged,
)
from contracts.routing import ComplaintClosed, ComplaintReopened, ComplaintWithdrawn, ContactReturned
from services.cli.demo.world.counts import counts, sums, total
from services.cli.demo.world.ledger import Ledger
from services.cli.demo.world.summary_feedback import answered, asked, compared, relationship
from services.cli.demo.world.summary_remedies import given, put_right
from services.cli.demo.world.summary_work import contained, escalated, in_time, resolved, routed, worked_on

LANGUAGES = {"zh": "Chinese", "en": "English"}


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
    yield "Known besides", _known_besides(ledger)
    yield "Contained", contained(ledger)
    yield "Routed", routed(ledger)
    yield "Worked on", worked_on(ledger)
    yield "In time", in_time(ledger)
    yield "Escalated", escalated(ledger)
    yield "Put right", put_right(ledger)
    yield "Given", given(ledger)
    yield "Resolved", resolved(ledger)
    yield "Called back", _called_back(ledger)
    yield "Attempted", _attempted(ledger)
    yield "Kept waiting", _kept_waiting(ledger)
    yield "Asked", asked(ledger)
    yield "Answered", answered(ledger)
    yield "Won back", compared(ledger)
    yield "Relationship", relationship(ledger)
    yield "Reopened", _reopened(ledger)
    yield "Ended", _ended(ledger)
    yield "Commands", _commands(ledger)
    yield "Dead letters", f"{ledger.dead}"


def _taken_in(ledger: Ledger) -> str:
    spoken = Counter(LANGUAGES.get(command.customer.language or "", "other") for command in ledger.submissions.values())
    merged, registered = len(ledger.all(SubmissionMerged)), len(ledger.all(ComplaintRegistered))
    follow, again = sum(bool(event.predecessors) for event in ledger.all(ComplaintRegistered)), len(ledger.all(ContactReturned))
    return (
        f"{len(ledger.submissions)} submissions ({counts(spoken)}): {registered} complaints registered, {follow} of them about a matter"
        f" that was closed before; {merged} recognised as a repeated contact"
        f"{f', {again} of those registered anew after all' if again else ''}"
    )


def _known_besides(ledger: Ledger) -> str:
    more, late_news = ledger.all(InformationAdded), ledger.all(RepeatFactsChanged)
    return (
        f"{len(ledger.all(ContactRepeated))} contacts about a known complaint, {len(more)} more words about one,"
        f" {sum(event.is_chasing for event in more)} of them to ask where it stands; {len(late_news)} times late news of what was before;"
        f" {len(ledger.all(CustomerProfileSet))} customers' profiles set, {len(ledger.all(CustomersLinked))} pairs of files linked"
    )


def _called_back(ledger: Ledger) -> str:
    """What for, what came of it, and by which rung of the ladder."""
    promised, completed, abandoned, cancelled = (
        ledger.all(kind) for kind in (CallbackPromised, CallbackCompleted, CallbackAbandoned, CallbackCancelled)
    )
    impossible = Counter(event.reason for event in ledger.all(CallbackImpossible) if not event.goes_on)
    return (
        f"{len(promised)} calls promised ({counts(Counter(event.purpose for event in promised))}): {len(completed)} completed,"
        f" {len(abandoned)} given up, {len(cancelled)} no longer wanted, {len(promised) - len(completed) - len(abandoned) - len(cancelled)}"
        f" still to come; impossible {total(impossible)}"
    )


def _attempted(ledger: Ledger) -> str:
    """By channel, and what came of each; a claim is one dialer's, whoever else reaches for it."""
    attempts = ledger.all(CallbackAttempted)
    lost = sum(event.reason == "claimed" for event in ledger.all(CommandRefused))
    return (
        f"{len(ledger.all(CallbackAttemptStarted))} claims, {lost} more lost to a colleague;"
        f" {total(Counter(event.channel for event in attempts))} attempts: {counts(Counter(event.outcome for event in attempts))}"
    )


def _kept_waiting(ledger: Ledger) -> str:
    late = [event for event in ledger.all(CallbackCompleted) if event.late_by_seconds]
    return (
        f"{len(ledger.all(CallbackBroken))} promises to call broken; {len(late)} customers called late after all, which cost"
        f" {sums(event.cost for event in late)} ({sum(event.is_intolerable for event in late)} beyond what is tolerable)"
    )


def _reopened(ledger: Ledger) -> str:
    reopened = ledger.all(ComplaintReopened)
    rounds = max((event.round for event in reopened), default=1)
    heads = sum(event.is_with_head for event in reopened)
    return f"{total(Counter(event.reason for event in reopened))}; at most {rounds} rounds; {heads} of them the head's"


def _ended(ledger: Ledger) -> str:
    """By the last end of each complaint: one that was reopened may have ended more than once."""
    how = {event.complaint_id: event.how for event in ledger.all(ComplaintClosed)}
    how |= {event.complaint_id: "withdrawn" for event in ledger.all(ComplaintWithdrawn)}
    return f"{len(ledger.over)} complaints: {counts(Counter(how[id] for id in ledger.over))}"


def _commands(ledger: Ledger) -> str:
    refused = Counter(event.reason for event in ledger.all(CommandRefused))
    return f"{len(ledger.commands):,} sent, {ledger.unanswered} without an answer, refused {total(refused)}"
