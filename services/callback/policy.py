"""callback's rules as data.  The defaults are real life's; a policy set names what it changes."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from contracts.model import Code, Country
from services.callback.rules import (
    DAY,
    HOUR,
    Care,
    Lateness,
    LegalHours,
    Limit,
    Outcome,
    Progress,
    Rung,
    Span,
    Supervise,
    ladder,
    ladder_for_vulnerable,
    outcomes,
)
from services.platform.business_time import Calendar, CalendarRules, known_zone
from services.platform.kernel.service import Policy

LOST = "lost"
"""The outcome of an attempt whose claimant vanished."""
ERASED, DO_NOT_CALL, NO_PHONE, NO_ADDRESS, NO_HOURS = "erased", "do_not_call", "no_phone", "no_address", "no_hours"
"""Why a customer is not reached by a channel, or no more."""
USED_UP, TIME_UP, NOT_WANTED = "attempts_used_up", "time_up", "not_wanted"
"""Why a callback is given up that no outcome ended."""
BROKEN, REQUESTED = "callback_broken", "requested"
"""Why a callback is promised: to make up for a promise which was not kept; for somebody asked for it."""
RESERVED = frozenset({LOST, ERASED, DO_NOT_CALL, NO_PHONE, NO_ADDRESS, NO_HOURS, USED_UP, TIME_UP, NOT_WANTED})
"""callback's own words: no outcome of a call may sound like one of them."""


MOST_DUES = 200
"""Of one callback: more would fill its complaint's document with what is no fact about the customer."""


def _a_zone(name: str) -> str:
    if known_zone(name):
        return name
    raise ValueError(f"there is no time zone {name}")


def _no_rung_twice(rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
    if len({rung.channel for rung in rungs}) < len(rungs):
        raise ValueError("a channel is one rung of the ladder: name none twice")
    return rungs


Ladder = Annotated[tuple[Rung, ...], Field(min_length=1), AfterValidator(_no_rung_twice)]


class CallbackPolicy(Policy):
    """All spans are elapsed seconds; those named `…_after` count from the resolution."""

    calendars: Mapping[Code, CalendarRules] = {}
    """From the set's `calendars.yaml`."""
    desk: Code | None = None
    """The calendar of those who call, write and visit; None: day and night."""
    zone: Annotated[str, AfterValidator(_a_zone)] | None = None
    """Where a customer is taken to be of whom nothing tells; None: the customer's own hours are not asked then."""
    legal_hours: LegalHours | None = LegalHours()
    """None: at any time."""
    legal_hours_by_country: Mapping[Country, LegalHours] = {}
    earliest_after_seconds: Annotated[int, Field(ge=0, le=60 * DAY)] = DAY
    latest_after_seconds: Span = 3 * DAY
    abandon_after_seconds: Span = 6 * DAY
    allowed_seconds: Span = 8 * HOUR
    """How long a due may be claimed, at most."""
    again_seconds: Span = HOUR
    """How long a due that nobody claimed in its time rests before dialers are told again."""
    lease_seconds: Span = 900
    """How long a claim holds."""
    max_attempts: Annotated[int, Field(ge=1, le=100)] = 3
    """On one rung, where it names no other."""
    limit: Limit = Limit()
    settle_seconds: Annotated[int, Field(ge=0, le=60)] = 5
    """How long a word of another service that undoes the promise may be under way before the promise is called broken."""
    outcomes: Mapping[Code, Outcome] = Field(default_factory=outcomes)
    ladder: Ladder = Field(default_factory=ladder)
    ladder_for_vulnerable: Ladder = Field(default_factory=ladder_for_vulnerable)
    """Where the visit comes earlier."""
    progress: Progress | None = Progress()
    care: Care | None = Care()
    supervise: Supervise | None = Supervise()
    lateness: Lateness = Lateness()

    def rungs(self, is_vulnerable: bool) -> tuple[Rung, ...]:
        return self.ladder_for_vulnerable if is_vulnerable else self.ladder

    def law(self, country: str | None) -> LegalHours | None:
        return self.legal_hours_by_country.get(country or "", self.legal_hours)

    @property
    def desk_hours(self) -> CalendarRules | None:
        """Also day and night where an older promise's calendar was taken out of the set."""
        return self.calendars.get(self.desk) if self.desk else None

    def faults(self) -> Iterable[tuple[str, str]]:
        if self.desk and self.desk not in self.calendars:
            yield "desk", f"there is no calendar {self.desk}; there is {', '.join(sorted(self.calendars)) or 'none'}."
        elif (desk := self.desk_hours) is not None:
            yield from self._never_meeting(desk)

    def _never_meeting(self, desk: CalendarRules) -> Iterable[tuple[str, str]]:
        """Hours of the law that the desk is never at work in, wherever in the world the customer is."""
        everywhere = tuple(f"Etc/GMT{n:+d}" for n in range(-14, 13))
        laws = {f"legal_hours_by_country.{country}": (law, everywhere) for country, law in self.legal_hours_by_country.items()}
        if self.legal_hours:
            laws["legal_hours"] = (self.legal_hours, (self.zone or desk.zone,))
        for field, (law, zones) in laws.items():
            if not any(_meet(desk, law, zone) for zone in zones):
                yield field, f"the desk ({self.desk}) is never at work in these hours: nobody could ever be called."

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
    def _dues_are_few(self) -> Self:
        others = [each.window for each in (self.progress, self.care, self.supervise) if each]
        lives = [self.abandon_after_seconds - self.earliest_after_seconds]
        lives += [window.abandon_after_seconds - window.earliest_after_seconds for window in others]
        if (times := max(lives) // (self.allowed_seconds + self.again_seconds)) > MOST_DUES:
            raise ValueError(
                f"a callback that nobody claims would be told {times} times: make allowed_seconds or again_seconds longer, so that it is"
                f" {MOST_DUES} times at most"
            )
        return self

    @model_validator(mode="after")
    def _outcomes_can_work(self) -> Self:
        if not any(outcome.reaches for outcome in self.outcomes.values()):
            raise ValueError("no outcome has `reaches: true`: no callback could ever be completed")
        for channel in dict.fromkeys(rung.channel for rung in (*self.ladder, *self.ladder_for_vulnerable)):
            if not any(channel in outcome.channels for outcome in self.outcomes.values()):
                raise ValueError(f"no outcome can come by {channel}, a rung of the ladder: nobody could report what became of it")
        if taken := sorted(RESERVED & set(self.outcomes)):
            raise ValueError(f"`{taken[0]}` is a word of callback's own and cannot be an outcome of a call: name it otherwise")
        return self


def _meet(desk: CalendarRules, law: LegalHours, zone: str) -> bool:
    try:
        Calendar.of(desk).intersection(Calendar.of(CalendarRules(zone=zone, weekly=dict.fromkeys(law.days, law.hours))))
    except ValueError:
        return False
    return True
