"""callback's rules as data.  The defaults are real life's; a policy set names what it changes."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.model import Code, Money, Part
from services.platform.kernel.service import Policy

LOST = "lost"
"""The outcome of an attempt whose claimant vanished."""
ERASED, DO_NOT_CALL, NO_PHONE = "erased", "do_not_call", "no_phone"
"""Why a customer is not called, or no more."""
USED_UP, TIME_UP = "attempts_used_up", "time_up"
"""Why a callback is given up that no outcome ended."""
RESERVED = frozenset({LOST, ERASED, DO_NOT_CALL, NO_PHONE, USED_UP, TIME_UP})
"""callback's own words: no outcome of a call may sound like one of them."""

HOUR, DAY = 3600, 24 * 3600
Pause = Annotated[int, Field(ge=1, le=30 * DAY)]
Span = Annotated[int, Field(ge=1, le=60 * DAY)]


class Outcome(Part):
    """What follows from one outcome of a call."""

    reaches: bool = False
    """Whether the customer was reached: the promise is kept."""
    counted: bool = True
    """Whether it counts towards the limit of attempts."""
    pauses_seconds: Annotated[tuple[Pause, ...], Field(max_length=10)] = ()
    """Until the next attempt after the first, second, … such outcome; when they are used up the callback is abandoned."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.reaches and self.pauses_seconds:
            raise ValueError("an outcome that reaches the customer ends the callback: give it no pauses_seconds")
        if list(self.pauses_seconds) != sorted(self.pauses_seconds):
            raise ValueError("pauses_seconds grow: put them in ascending order")
        return self


class Lateness(Part):
    """What being late costs: k · d² with k = compensation / tolerance², beyond the tolerance the compensation."""

    tolerance_seconds: Span = 2 * HOUR
    compensation: Money = Money(amount_minor=1000, currency="USD")


def _outcomes() -> dict[str, Outcome]:
    return {
        "reached": Outcome(reaches=True),
        "busy": Outcome(pauses_seconds=(900, HOUR)),
        "no_answer": Outcome(pauses_seconds=(3 * HOUR, DAY)),
        "voicemail": Outcome(pauses_seconds=(DAY, 2 * DAY)),
        "failed": Outcome(counted=False, pauses_seconds=(600,)),
        "wrong_number": Outcome(),
        "refused": Outcome(),
    }


class CallbackPolicy(Policy):
    """All spans are elapsed seconds; those named `…_after` count from the resolution."""

    earliest_after_seconds: Annotated[int, Field(ge=0, le=60 * DAY)] = DAY
    latest_after_seconds: Span = 3 * DAY
    abandon_after_seconds: Span = 6 * DAY
    allowed_seconds: Span = 8 * HOUR
    """How long a due may be claimed."""
    again_seconds: Span = HOUR
    """How long a due that nobody claimed in its time rests before dialers are told again."""
    lease_seconds: Span = 900
    """How long a claim holds."""
    max_attempts: Annotated[int, Field(ge=1, le=100)] = 3
    settle_seconds: Annotated[int, Field(ge=0, le=60)] = 5
    """How long a word of another service that undoes the promise may be under way before the promise is called broken."""
    outcomes: Mapping[Code, Outcome] = Field(default_factory=_outcomes)
    lateness: Lateness = Lateness()

    @model_validator(mode="after")
    def _times_are_in_order(self) -> Self:
        if self.latest_after_seconds < self.earliest_after_seconds:
            raise ValueError("latest_after_seconds lies before earliest_after_seconds: no call could keep the promise")
        if self.abandon_after_seconds <= self.latest_after_seconds:
            raise ValueError("abandon_after_seconds must be beyond latest_after_seconds: a promise is not given up before it is broken")
        if self.lease_seconds > self.allowed_seconds:
            raise ValueError("lease_seconds is longer than allowed_seconds: a claim that is lost could never be made again in time")
        return self

    @model_validator(mode="after")
    def _outcomes_can_work(self) -> Self:
        if not any(outcome.reaches for outcome in self.outcomes.values()):
            raise ValueError("no outcome has `reaches: true`: no callback could ever be completed")
        if taken := sorted(RESERVED & set(self.outcomes)):
            raise ValueError(f"`{taken[0]}` is a word of callback's own and cannot be an outcome of a call: name it otherwise")
        return self
