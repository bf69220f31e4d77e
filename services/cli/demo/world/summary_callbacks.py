"""How promises to call were kept, in words and sums, counted from the topics."""

from collections import Counter

from contracts.callback import CallbackAttempted, CallbackImpossible, CallbackPromised
from contracts.common import CommandRefused
from services.cli.demo.world.accounts import attempts, costs, promises, settled_besides
from services.cli.demo.world.counts import counts, sums, total
from services.cli.demo.world.ledger import Ledger


def called_back(ledger: Ledger) -> str:
    """What for, and what came of it; each promise has one end."""
    calls, purposes = promises(ledger), Counter(event.purpose for event in ledger.all(CallbackPromised))
    impossible = Counter(event.reason for event in ledger.all(CallbackImpossible) if not event.goes_on)
    return (
        f"{len(calls.promised)} calls promised ({counts(purposes)}): {len(calls.kept)} completed, {len(calls.given_up)} given up,"
        f" {len(calls.fell_away)} no longer wanted, {len(calls.promised) - len(calls.ended)} still to come; not possible at all"
        f" {total(impossible)}"
    )


def kept(ledger: Ledger) -> str:
    """Every promise once; and of those that were broken at their time, what became of them afterwards."""
    calls = promises(ledger)
    late, never, away = (len(calls.broken & ended.keys()) for ended in (calls.kept, calls.given_up, calls.fell_away))
    return (
        f"{len(calls.kept) - len(calls.kept_late)} in time, {len(calls.kept_late)} late, {len(calls.given_up)} never,"
        f" {len(calls.fell_away)} fell away; {len(calls.broken)} of all were broken when their time was up: {late} were kept late,"
        f" {never} never, {away} fell away afterwards"
    )


def lateness(ledger: Ledger) -> str:
    """At the end of each promise, kept or not."""
    calls = promises(ledger)
    late, never, away, all = (
        sums(costs(ended.values())) for ended in (calls.kept, calls.given_up, calls.fell_away, calls.ended)
    )  # fmt: skip
    return (
        f"{all} in all: {late} for promises kept late, {never} for those never kept, {away} for those that fell away after their time;"
        f" {sum(end.is_intolerable for end in calls.ended.values())} ended later than is tolerable"
    )


def claimed(ledger: Ledger) -> str:
    """A claim is one dialer's, whoever else reaches for it."""
    tried, lost = attempts(ledger), sum(event.reason == "claimed" for event in ledger.all(CommandRefused))
    return (
        f"{tried.claims.total()} times, {lost} more were lost to a colleague; {tried.vanished} leases ran out without a word,"
        f" {tried.overtaken.total()} claims ended unreported, since their callback ended meanwhile"
    )


def attempted(ledger: Ledger) -> str:
    """From claims to attempts, and from attempts to callbacks completed: neither pair of numbers is the same, and why."""
    tried, told = attempts(ledger), ledger.all(CallbackAttempted)
    besides, completed = len(settled_besides(ledger)), len(promises(ledger).kept)
    return (
        f"{len(told)} times ({counts(Counter(event.channel or 'unknown' for event in told))}): {tried.claims.total()} claims less"
        f" {tried.overtaken.total()} unreported, and {tried.unclaimed.total()} who wrote back, which needs no claim;"
        f" {counts(Counter(event.outcome for event in told))}; with {besides} settled in a conversation about another call {completed} are"
        " completed"
    )
