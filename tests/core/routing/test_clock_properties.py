"""§2.3, whatever happens and whenever: pauses never shorten a due, a breach never un-breaches, each warning and level comes once."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.model import Command, Event
from contracts.routing import (
    ClockAimed,
    ClockBreached,
    ClockExtended,
    ClockMet,
    ClockPaused,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    ClockWarned,
    ComplaintEscalated,
    PriorityChanged,
)
from services.platform.business_time import Calendar, CalendarRules, Target
from services.routing.clock.clock import Clock
from services.routing.clock.marks import marked
from tests.core.routing.clockwork import CALENDARS, clock, day, policy_with
from tests.core.routing.house import (
    House,
    accept,
    called,
    confirmed,
    contact,
    contain,
    decline,
    extend,
    pause,
    progress,
    reopen,
    resolution,
    resume,
    set_priority,
    withdraw,
)

HOUR = 3600
LEVELS = [{"level": 1, "seconds": -HOUR}, {"level": 2, "seconds": 0}, {"level": 3, "seconds": 4 * HOUR}]
MORE: dict[str, Any] = {"warnings_percent": [25, 75], "levels": LEVELS, "pauses_for": ["customer", "parts"]}
EXTENSIONS = {"extensions": {"reasons": ["parts"], "approvers": ["head"], "at_most": 60 * HOUR, "times": 3}}
RULES = policy_with(
    clock({1: "2h", 2: "4h", 3: "8h", 4: "16h"}, calendar="desk", **MORE, **EXTENSIONS),
    {
        "signing": clock("1h", "acceptance", calendar="desk", levels=LEVELS[1:]),
        "answer": clock("30m", "first_answer", levels=LEVELS),
        "whole": clock({1: "10h", 2: "20h", 3: "30h", 4: "40h"}, "total_resolution", calendar="desk", **MORE),
        "danger": clock("1h", "containment", levels=LEVELS[1:]),
        "desk": clock("1h", "triage", calendar="desk", levels=LEVELS[1:]),
        "days": clock("3 days", "legal", calendar="new_york", **MORE),
        "workdays": clock("2 business days", "legal", calendar="beijing", starts="accepted", escalation_calendar="night_and_day", **MORE),
        "elapsed": clock("30h", "legal", met_by="answered", pauses_for=["parts"]),
    },
    ageing={"after_seconds": [4 * HOUR, 9 * HOUR], "at_most": 2},
)


def commands(n: int, round: int) -> st.SearchStrategy[Command | Event]:
    works = st.sampled_from([f"{round}-billing", f"{round}-network"])
    reasons = st.sampled_from(["customer", "parts", "weather"])
    return st.one_of(
        works.map(accept), works.map(decline), st.builds(pause, works, reasons), works.map(resume), works.map(resolution),
        st.builds(extend, st.integers(1, 60 * HOUR), st.sampled_from(["resolution", "whole"]), next_update=st.just(day("2026-04-01"))),
        st.builds(set_priority, st.integers(1, 4)), works.map(lambda work: progress(work, is_told_to_customer=True)),
        st.sampled_from([reopen(), withdraw(), contain(), called(), contact(submission=f"T-{n}"), contact("fire", submission=f"H-{n}")]),
        st.just(confirmed(round)),
    )  # fmt: skip


@st.composite
def lives(draw: st.DrawFn) -> House:
    house, now = House(RULES, type="Both"), 0.0
    for n in range(draw(st.integers(1, 14))):
        now += draw(st.one_of(st.floats(0, 3 * HOUR), st.floats(0, 40 * HOUR)))
        message = draw(commands(n, house.complaint.round))
        house = house.takes(message, now) if isinstance(message, Command) else house.hears(message, now)
    return house.until(now + draw(st.sampled_from([0, 5 * HOUR, 2_000 * HOUR])))


def by_instance(house: House) -> Iterator[tuple[str, list[Event]]]:
    said = [told.message for told in house.run.events if getattr(told.message, "instance", None)]
    for instance in dict.fromkeys(event.instance for event in said):  # type: ignore[attr-defined]
        yield instance, [event for event in said if isinstance(event, Event) and getattr(event, "instance", None) == instance]


def a_clock_lives_once_and_a_breach_is_for_ever(house: House) -> None:
    for instance, events in by_instance(house):
        kinds = [type(event) for event in events]
        assert kinds[0] is ClockStarted and kinds.count(ClockStarted) == 1, instance
        ends = [n for n, kind in enumerate(kinds) if kind in (ClockMet, ClockBreached, ClockStopped)]
        assert len(ends) <= 1, (instance, kinds)
        assert set(kinds[ends[0] + 1 :]) <= {ComplaintEscalated} if ends else True, (instance, kinds)
        if ends and kinds[ends[0]] is not ClockBreached:
            assert ends[0] == len(kinds) - 1, (instance, kinds)


def each_warning_and_level_comes_once_and_never_before_it_is_true(house: House) -> None:
    marks = Counter(
        (event.instance, type(event), event.percent if isinstance(event, ClockWarned) else event.level)
        for event in (told.message for told in house.run.events)
        if isinstance(event, ClockWarned | ComplaintEscalated) and getattr(event, "instance", None)
    )
    assert set(marks.values()) <= {1}
    for told in house.run.events:
        for field in ("warned_at", "breached_at", "escalated_at", "met_at", "paused_at", "resumed_at"):
            assert getattr(told.message, field, told.envelope.at) <= told.envelope.at


def a_pause_moves_a_due_to_later_or_not_at_all_and_only_what_may_move_it_does(house: House) -> None:
    for _, events in by_instance(house):
        for before, after in pairwise(event for event in events if not isinstance(event, ComplaintEscalated)):
            if isinstance(after, ClockResumed):
                assert isinstance(before, ClockPaused | ClockAimed | ClockExtended) and after.due >= before.due  # type: ignore[union-attr]
            elif isinstance(after, ClockMet | ClockStopped):        # perhaps while it rested
                assert after.due >= before.due  # type: ignore[attr-defined]
            elif not isinstance(after, ClockAimed | ClockExtended):
                assert after.due == before.due  # type: ignore[attr-defined]


def met_is_in_time_and_breached_is_not(house: House) -> None:
    for event in (told.message for told in house.run.events):
        if isinstance(event, ClockMet) and event.unit == "seconds":
            assert event.used_seconds <= event.target
        if isinstance(event, ClockMet) and event.calendar is None and event.unit == "seconds":
            assert event.met_at <= event.due
        if isinstance(event, ClockBreached):
            assert event.breached_at > event.due
            assert event.unit != "seconds" or event.used_seconds == event.target + 1


def priority_never_falls_by_itself(house: House) -> None:
    changes = house.run.all(PriorityChanged)
    assert all(each.priority < each.before for each in changes if each.by is None)


def what_is_over_is_silent_and_the_state_stays_small(house: House) -> None:
    clocks = house.complaint.clocks
    assert len({each.instance for each in clocks}) == len(clocks) <= 12
    assert all(not each.marks and each.next is None for each in clocks if each.is_over)
    assert all(len(each.model_dump_json()) < 1500 for each in clocks)


LAWS = (
    a_clock_lives_once_and_a_breach_is_for_ever,
    each_warning_and_level_comes_once_and_never_before_it_is_true,
    a_pause_moves_a_due_to_later_or_not_at_all_and_only_what_may_move_it_does,
    met_is_in_time_and_breached_is_not,
    priority_never_falls_by_itself,
    what_is_over_is_silent_and_the_state_stays_small,
)


@settings(max_examples=150, deadline=None)
@given(lives())
def test_whatever_happens_and_whenever_each_of_the_laws_holds(house: House) -> None:
    for law in LAWS:
        law(house)


@settings(deadline=None)
@given(
    target=st.one_of(
        st.integers(1, 400 * HOUR).map(lambda n: Target(amount=n, unit="seconds")),
        st.builds(Target, amount=st.integers(1, 60), unit=st.sampled_from(["calendar_days", "business_days", "weeks"])),
    ),
    calendar=st.sampled_from([None, *CALENDARS]),
    start=st.integers(0, 300 * 86_400),
    pauses=st.lists(st.tuples(st.integers(0, 200 * HOUR), st.integers(0, 400 * HOUR)), max_size=6),
)
def test_every_pause_of_any_clock_moves_its_due_to_no_sooner(
    target: Target, calendar: str | None, start: int, pauses: list[tuple[int, int]]
) -> None:
    """And in open seconds by just as many as it rested before it was missed."""
    began = day("2026-01-01") + timedelta(seconds=start)
    running = marked(_clock(target, calendar, began), RULES)
    now, rested, late, hours = began, 0, 0, RULES.calendar(calendar)
    for wait, length in pauses:
        since = now + timedelta(seconds=wait)
        now = since + timedelta(seconds=length)
        counts = target.unit != "seconds" or running.used(since, hours) <= target.amount
        after = marked(running.but(paused_at=since).resumed(now), RULES)
        assert after.due >= running.due
        assert [mark.at for mark in after.marks] == sorted(mark.at for mark in after.marks)
        running, rested, late = after, rested + hours.between(since, now), late + (0 if counts else hours.between(since, now))
    if target.unit == "seconds":
        assert hours.between(began, running.due) == target.amount + rested - late
    assert running.used(now, hours) == hours.between(began, now) - rested


def _clock(target: Target, calendar: str | None, began: Any) -> Clock:
    return Clock(
        name="resolution", instance="resolution", kind="resolution", met_by="resolved", priority=4, started_from=began, target=target,
        calendar=calendar, policy=RULES.reference,
    )  # fmt: skip


def test_the_calendars_of_these_tests_open() -> None:
    assert all(Calendar.of(CalendarRules.model_validate(rules)).next_open(day("2026-03-02")) for rules in CALENDARS.values())
