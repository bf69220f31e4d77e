"""How it was put right, in words and sums, counted from the topics."""

from collections import Counter
from collections.abc import Iterable

from contracts.model import Money
from contracts.routing import (
    RemedyApproved,
    RemedyCancelled,
    RemedyChosen,
    RemedyDone,
    RemedyFailed,
    RemedyIssued,
    RemedyProposed,
    RemedyRejected,
)
from services.cli.demo.world.counts import counts, sums, total
from services.cli.demo.world.ledger import Ledger

GROUNDS = {"entitlement": "owed", "goodwill": "by goodwill"}


def put_right(ledger: Ledger) -> str:
    """From proposals to what was carried out; both ends meet, or the demonstration fails."""
    proposed, issued, failed = ledger.all(RemedyProposed), ledger.all(RemedyIssued), ledger.all(RemedyFailed)
    ended = len(ledger.all(RemedyRejected)) + len(ledger.all(RemedyCancelled))
    done = Counter(event.kind for event in ledger.all(RemedyDone))
    return (
        f"{len(proposed)} remedies proposed ({counts(Counter(GROUNDS[event.ground] for event in proposed))}):"
        f" {len(ledger.all(RemedyChosen))} chosen by the customer, {len(ledger.all(RemedyApproved))} approved by somebody higher,"
        f" {ended} turned down or cancelled, {len(proposed) - len(issued) - ended} still to be decided; {len(issued)} issued:"
        f" {total(done)} carried out, {len(failed)} failed, {len(issued) - done.total() - len(failed)} under way"
    )


def given(ledger: Ledger) -> str:
    """In money; what failed was not given."""
    done = ledger.all(RemedyDone)
    owed, goodwill = (_money(event.amount for event in done if event.ground == ground) for ground in GROUNDS)
    return f"owed {owed}; by goodwill {goodwill}; issued, but failed: {_money(event.amount for event in ledger.all(RemedyFailed))}"


def _money(amounts: Iterable[Money | None]) -> str:
    return sums(amount for amount in amounts if amount)
