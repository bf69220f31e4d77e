"""The parts of callback's policy: outcomes, the ladder of channels, what each purpose is for, when the law lets a customer be called."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from contracts.model import Code, Money, Part
from services.platform.business_time import WEEKDAYS
from services.platform.business_time.rules import Times, Weekday

HOUR, DAY = 3600, 24 * 3600
MOST_ATTEMPTS = 100
"""That a limit may count."""
Pause = Annotated[int, Field(ge=1, le=30 * DAY)]
Span = Annotated[int, Field(ge=1, le=60 * DAY)]
Channel = Literal["phone", "message", "letter", "visit"]


EVERY: tuple[Channel, ...] = ("phone", "message", "letter", "visit")


class Outcome(Part):
    """What follows from one outcome of an attempt."""

    channels: Annotated[tuple[Channel, ...], Field(min_length=1)] = EVERY
    """By which it can come."""
    reaches: bool = False
    """Whether the customer was reached: the promise is kept."""
    counted: bool = True
    """Whether it counts towards the rung's attempts; the limit counts every call."""
    pauses_seconds: Annotated[tuple[Pause, ...], Field(max_length=10)] = ()
    """Until the next attempt after the first, second, … such outcome; when they are used up the next rung of the ladder comes."""
    ends: bool = False
    """Whether the customer is left in peace then: no further rung."""
    asks_for_phone: bool = False
    """Whether the number is of no use: the other rungs ask for a new one, and one that is told is called."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.reaches and self.pauses_seconds:
            raise ValueError("an outcome that reaches the customer ends the callback: give it no pauses_seconds")
        if list(self.pauses_seconds) != sorted(self.pauses_seconds):
            raise ValueError("pauses_seconds grow: put them in ascending order")
        if self.pauses_seconds and (self.ends or self.asks_for_phone):
            raise ValueError("after an outcome that `ends`, or `asks_for_phone`, nothing is tried again: give it no pauses_seconds")
        return self


class Lateness(Part):
    """What being late costs: k · d² with k = compensation / tolerance², beyond the tolerance the compensation."""

    tolerance_seconds: Span = 2 * HOUR
    compensation: Money = Money(amount_minor=1000, currency="USD")


class Rung(Part):
    """One channel of the ladder 电话 → 短信 → 信函 → 派人回访."""

    channel: Channel
    max_attempts: Annotated[int, Field(ge=1, le=100)] | None = None
    """None: the policy's."""
    rests_seconds: Annotated[int, Field(ge=0, le=30 * DAY)] = 0
    """After its last attempt, so that the customer can answer before the next rung."""


class Limit(Part):
    """At most so many attempts in so long, of all callbacks of a complaint together."""

    attempts: Annotated[int, Field(ge=1, le=MOST_ATTEMPTS)] = 7
    within_seconds: Span = 7 * DAY


class LegalHours(Part):
    """When a customer may be called by law, in the customer's own time."""

    hours: Annotated[Times, Field(min_length=1)] = (("08:00", "21:00"),)
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = WEEKDAYS


class Window(Part):
    """Counted from what made the callback needed."""

    earliest_after_seconds: Annotated[int, Field(ge=0, le=60 * DAY)]
    latest_after_seconds: Span
    abandon_after_seconds: Span

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.earliest_after_seconds < self.latest_after_seconds < self.abandon_after_seconds:
            return self
        raise ValueError("earliest_after_seconds, latest_after_seconds and abandon_after_seconds must each lie beyond the one before")


class Progress(Part):
    """A promise is about to be missed, or was; the customer chases it; a callback was promised and broken."""

    clocks: Annotated[tuple[Code, ...], Field(max_length=20)] = ("first_answer", "resolution", "total_resolution")
    """Of routing's, whose warning or breach the customer is told of."""
    window: Window = Window(earliest_after_seconds=0, latest_after_seconds=4 * HOUR, abandon_after_seconds=2 * DAY)


class Care(Part):
    """Days after a recovery that was confirmed, the customers who matter most hear from us."""

    tiers: Annotated[tuple[Code, ...], Field(min_length=1)] = ("key",)
    window: Window = Window(earliest_after_seconds=7 * DAY, latest_after_seconds=10 * DAY, abandon_after_seconds=14 * DAY)


class Supervise(Part):
    """A sample of staff's work is looked at with the customer."""

    per_ten_thousand: Annotated[int, Field(ge=1, le=10_000)] = 100
    window: Window = Window(earliest_after_seconds=DAY, latest_after_seconds=5 * DAY, abandon_after_seconds=7 * DAY)


def outcomes() -> Mapping[str, Outcome]:
    return {
        "reached": Outcome(reaches=True),
        "busy": Outcome(channels=("phone",), pauses_seconds=(900, HOUR)),
        "no_answer": Outcome(channels=("phone",), pauses_seconds=(3 * HOUR, DAY)),
        "voicemail": Outcome(channels=("phone",), pauses_seconds=(DAY, 2 * DAY)),
        "failed": Outcome(counted=False, pauses_seconds=(600,)),
        "wrong_number": Outcome(channels=("phone",), asks_for_phone=True),
        "refused": Outcome(ends=True),
        "sent": Outcome(channels=("message", "letter")),
        "not_home": Outcome(channels=("visit",)),
    }


def ladder() -> tuple[Rung, ...]:
    return (
        Rung(channel="phone"), Rung(channel="message", max_attempts=1, rests_seconds=DAY),
        Rung(channel="letter", max_attempts=1, rests_seconds=2 * DAY), Rung(channel="visit", max_attempts=1),
    )  # fmt: skip


def ladder_for_vulnerable() -> tuple[Rung, ...]:
    return (
        Rung(channel="phone"), Rung(channel="visit", max_attempts=1), Rung(channel="message", max_attempts=1, rests_seconds=DAY),
        Rung(channel="letter", max_attempts=1, rests_seconds=2 * DAY),
    )  # fmt: skip
