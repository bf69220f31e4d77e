"""What callback's policy does, in words."""

from collections.abc import Iterable, Iterator

from services.callback.policy import CallbackPolicy
from services.callback.rules import Outcome, Rung
from services.cli.policy.phrases import counted, exactly, listed, plainly
from services.cli.show.forms import money


def calling(policy: CallbackPolicy) -> Iterator[str]:
    between = f"between {exactly(policy.earliest_after_seconds)} and {exactly(policy.latest_after_seconds)} after the resolution"
    yield f"The customer is called {between}, at most {counted(policy.max_attempts, 'time')}."
    yield f"It is given up {exactly(policy.abandon_after_seconds)} after the resolution."
    yield from _allowed(policy)
    yield f"By {_rungs(policy.ladder)}; who is vulnerable by {_rungs(policy.ladder_for_vulnerable)}."
    yield from _purposes(policy)
    for name, outcome in policy.outcomes.items():
        yield f"{plainly(name)}: {_follows(outcome)}."
    late = policy.lateness
    most, tolerated = money(late.compensation.model_dump(), {}), exactly(late.tolerance_seconds)
    yield f"Being late costs up to {most}, reached {tolerated} after the promise."


def _allowed(policy: CallbackPolicy) -> Iterator[str]:
    desk = f"In the hours of {policy.desk}" if policy.desk else "At any time"
    law = policy.legal_hours
    hours = f", where the customer is from {listed((f'{opens} to {closes}' for opens, closes in law.hours), 'and')}" if law else ""
    yield f"{desk}{hours}, at most {counted(policy.limit.attempts, 'time')} in {exactly(policy.limit.within_seconds)}."


def _rungs(ladder: Iterable[Rung]) -> str:
    return listed((rung.channel for rung in ladder), "then")


def _purposes(policy: CallbackPolicy) -> Iterator[str]:
    if progress := policy.progress:
        told = listed(map(plainly, progress.clocks), "or")
        yield f"Within {exactly(progress.window.latest_after_seconds)}: who chases, or whose {told} is in danger or missed."
    if care := policy.care:
        yield f"{exactly(care.window.earliest_after_seconds)} after a confirmed recovery: {listed(care.tiers, 'and')} customers, for care."
    if look := policy.supervise:
        yield f"{look.per_ten_thousand} of 10000 confirmed recoveries are looked at with the customer."


def _follows(outcome: Outcome) -> str:
    if outcome.reaches:
        return "the promise is kept"
    again = listed(map(exactly, outcome.pauses_seconds), "then")
    follows = f"again after {again}" if again else "left in peace" if outcome.ends else "the next channel"
    return follows + ("" if outcome.counted else ", not counted as an attempt")
