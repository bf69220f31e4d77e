"""The demonstration's end, in words and numbers; all of them are counted from the topics."""

from collections import Counter
from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

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
from contracts.routing import ComplaintReopened, ContactReturned
from services.cli.demo.world.counts import counts, total
from services.cli.demo.world.ledger import Ledger
from services.cli.demo.world.summary_callbacks import attempted, called_back, claimed, kept, lateness
from services.cli.demo.world.summary_feedback import answered, asked, compared, relationship, won_back
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
    yield "Called back", called_back(ledger)
    yield "Promises kept", kept(ledger)
    yield "Lateness cost", lateness(ledger)
    yield "Claimed", claimed(ledger)
    yield "Attempted", attempted(ledger)
    yield "Asked", asked(ledger)
    yield "Answered", answered(ledger)
    yield "Won back", won_back(ledger)
    yield "Compared", compared(ledger)
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


def _reopened(ledger: Ledger) -> str:
    reopened = ledger.all(ComplaintReopened)
    rounds = max((event.round for event in reopened), default=1)
    heads = sum(event.is_with_head for event in reopened)
    return f"{total(Counter(event.reason for event in reopened))}; at most {rounds} rounds; {heads} of them the head's"


def _ended(ledger: Ledger) -> str:
    return f"{len(ledger.over)} complaints: {counts(Counter(ledger.over.values()))}"


def _commands(ledger: Ledger) -> str:
    refused = Counter(event.reason for event in ledger.all(CommandRefused))
    return f"{len(ledger.commands):,} sent, {ledger.unanswered} without an answer, refused {total(refused)}"
