"""The books of the callbacks and of what customers said of the recovery: figures of different topics that must meet in the end."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from contracts.callback import (
    CallbackAbandoned,
    CallbackAttempted,
    CallbackAttemptStarted,
    CallbackBroken,
    CallbackCancelled,
    CallbackCompleted,
    CallbackPromised,
)
from contracts.feedback import DissatisfactionReported, FeedbackReceived, RecoveryConfirmed
from contracts.model import Money
from services.cli.demo.world.ledger import Ledger

Named = tuple[str, str]
"""A callback: its complaint and its name."""
End = CallbackCompleted | CallbackAbandoned | CallbackCancelled


class Promises(NamedTuple):
    """What became of every promise to call; each has one end, or is still open."""

    promised: frozenset[Named]
    kept: Mapping[Named, CallbackCompleted]
    given_up: Mapping[Named, CallbackAbandoned]
    fell_away: Mapping[Named, CallbackCancelled]
    broken: frozenset[Named]

    @property
    def ended(self) -> Mapping[Named, End]:
        return {**self.kept, **self.given_up, **self.fell_away}

    @property
    def kept_late(self) -> frozenset[Named]:
        return _late(self.kept)

    @property
    def late(self) -> frozenset[Named]:
        return _late(self.ended)


def promises(ledger: Ledger) -> Promises:
    return Promises(
        promised=frozenset(map(_named, ledger.all(CallbackPromised))),
        kept={_named(event): event for event in ledger.all(CallbackCompleted)},
        given_up={_named(event): event for event in ledger.all(CallbackAbandoned)},
        fell_away={_named(event): event for event in ledger.all(CallbackCancelled)},
        broken=frozenset(map(_named, ledger.all(CallbackBroken))),
    )


def _named(event: CallbackPromised | CallbackBroken | End) -> Named:
    return event.complaint_id, event.callback


def _late(ended: Mapping[Named, End]) -> frozenset[Named]:
    return frozenset(name for name, end in ended.items() if end.late_by_seconds)


def costs(ended: Iterable[End]) -> list[Money]:
    """Of the lateness at each one's end."""
    return [end.cost for end in ended if end.cost is not None]


class Attempts(NamedTuple):
    """By claim and attempt: what was claimed and told, only claimed, only told."""

    claims: Counter[Named]
    told: Counter[Named]
    vanished: int
    """Of those told: the lease ran out before anybody said what came of it."""
    overtaken: Counter[Named]
    """The callback ended while the call was under way: what is told of it then is refused."""
    unclaimed: Counter[Named]
    """What customers wrote back, for which nobody needs a claim."""


def attempts(ledger: Ledger) -> Attempts:
    claimed = Counter((event.complaint_id, event.callback, event.attempt) for event in ledger.all(CallbackAttemptStarted))
    told = Counter((event.complaint_id, event.callback, event.attempt) for event in ledger.all(CallbackAttempted))
    vanished = sum(event.outcome == "lost" for event in ledger.all(CallbackAttempted))
    return Attempts(_by_name(claimed), _by_name(told), vanished, _by_name(claimed - told), _by_name(told - claimed))


def _by_name(found: Counter[tuple[str, str, int]]) -> Counter[Named]:
    names = Counter[Named]()
    for (complaint, callback, _), number in found.items():
        names[complaint, callback] += number
    return names


def settled_besides(ledger: Ledger) -> frozenset[Named]:
    """Callbacks that were completed without an attempt of their own: in a conversation about another."""
    own = {(event.complaint_id, event.callback, event.outcome) for event in ledger.all(CallbackAttempted)}
    return frozenset(_named(event) for event in ledger.all(CallbackCompleted) if (*_named(event), event.outcome) not in own)


class Unhappy(NamedTuple):
    """Complaints whose customers were not satisfied with a round; `won_back`: those of them who accepted a later one."""

    all: frozenset[str]
    won_back: frozenset[str]


def unhappy(ledger: Ledger) -> Unhappy:
    last: dict[str, int] = {}
    for event in ledger.all(DissatisfactionReported):
        last[event.complaint_id] = max(event.round, last.get(event.complaint_id, 0))
    accepted = (event for event in ledger.all(RecoveryConfirmed) if event.complaint_id in last)
    return Unhappy(frozenset(last), frozenset(event.complaint_id for event in accepted if event.round > last[event.complaint_id]))


def contradictions(ledger: Ledger) -> Iterator[str]:
    """What does not add up, in words; nothing, where all of it was told."""
    calls, tried = promises(ledger), attempts(ledger)
    if odd := calls.broken ^ calls.late:
        yield f"{len(odd)} callbacks are broken and did not end late, or ended late and were not broken"
    if odd := settled_besides(ledger) - calls.broken:
        yield f"{len(odd)} callbacks are completed, and no attempt reached anybody"
    if odd := tried.overtaken.keys() - calls.ended.keys():
        yield f"{len(odd)} callbacks were claimed, nobody told what came of it, and they have not ended"
    if odd := tried.unclaimed.keys() - calls.kept.keys():
        yield f"{len(odd)} callbacks were attempted without a claim, and nobody was reached"
    verdicts = [*ledger.all(DissatisfactionReported), *ledger.all(RecoveryConfirmed)]
    said = {(event.complaint_id, event.round) for event in ledger.all(FeedbackReceived)}
    if odd := {(event.complaint_id, event.round) for event in verdicts} - said:
        yield f"{len(odd)} verdicts on a recovery are told, and no answer"
