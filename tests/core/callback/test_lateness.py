"""A promise breaks at its instant, and lateness has a price."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.callback import CallbackBroken, CallbackCancelled, CallbackCompleted
from contracts.model import Money
from services.callback.cost import cost_of
from services.callback.rules import Lateness
from tests.core.callback.desk import MS, SECOND, Desk, promised
from tests.core.heard import hour, reopened, withdrawn

RULE = Lateness()
HOUR = 3600
seconds = st.integers(0, 10**7)


def cost(late_by_seconds: int, rule: Lateness = RULE) -> int:
    return cost_of(late_by_seconds, rule.tolerance_seconds, rule.compensation).amount_minor


@pytest.mark.parametrize("hours, minor", [
    (0, 0),
    (0.5, 63),         # 62.5: half a cent upwards
    (1, 250),          # k = 2.5 an hour squared
    (1.5, 563),        # 562.5
    (2, 1000),
    (2.5, 1000),
    (1000, 1000),
])  # fmt: skip
def test_lateness_costs_what_taguchi_says(hours: float, minor: int):
    assert cost(int(hours * HOUR)) == minor


@pytest.mark.parametrize("hours, total", [(0, 20), (0.5, 18.125), (1, 17.5), (1.5, 18.125), (2, 20)])
def test_with_the_cost_of_control_an_hour_is_cheapest(hours: float, total: float):
    fine = Money(amount_minor=10_000_000, currency="USD")
    lateness = Fraction(cost_of(int(hours * HOUR), 2 * HOUR, fine).amount_minor, 1_000_000)
    assert 20 - 5 * Fraction(hours) + lateness == Fraction(total)


@given(seconds, seconds, st.integers(1, 10**6), st.integers(0, 10**6))
def test_the_later_the_dearer_up_to_the_compensation(one: int, other: int, tolerance: int, compensation: int):
    rule = Lateness(tolerance_seconds=tolerance, compensation=Money(amount_minor=compensation, currency="CNY"))
    assert cost(min(one, other), rule) <= cost(max(one, other), rule) <= compensation
    assert cost(0, rule) == 0 and cost(tolerance, rule) == cost(tolerance + one, rule) == compensation


@given(seconds, st.integers(1, 10**6), st.integers(0, 10**6))
def test_the_cost_is_the_nearest_whole_minor_unit(late: int, tolerance: int, compensation: int):
    exact = Fraction(compensation * min(late, tolerance) ** 2, tolerance**2)
    found = cost(late, Lateness(tolerance_seconds=tolerance, compensation=Money(amount_minor=compensation, currency="CNY")))
    assert -Fraction(1, 2) < found - exact <= Fraction(1, 2)


def completed(at: float) -> tuple[Desk, CallbackCompleted]:
    desk = promised().claims(at - 0.1).reports("reached", at).to_the_end()
    (told,) = desk.run.all(CallbackCompleted)
    return desk, told


@pytest.mark.parametrize("at, late_by_seconds, minor, is_intolerable", [
    (24.1, 0, 0, False),
    (72, 0, 0, False),
    (72 + 0.999 * SECOND, 0, 0, False),
    (72 + SECOND, 1, 0, False),
    (73, 3600, 250, False),
    (74, 7200, 1000, False),
    (74 + SECOND, 7201, 1000, True),
    (100, 28 * 3600, 1000, True),
])  # fmt: skip
def test_late_is_counted_in_whole_seconds_from_the_promised_latest(at: float, late_by_seconds: int, minor: int, is_intolerable: bool):
    desk, told = completed(at)
    assert (told.late_by_seconds, told.is_intolerable) == (late_by_seconds, is_intolerable)
    assert told.cost == Money(amount_minor=minor, currency="USD")
    assert desk.told.count("Broken") == (late_by_seconds > 0), "late is broken, and nothing else is"


def test_a_promise_breaks_at_the_first_second_after_its_latest_and_is_called_broken_when_late_words_have_settled():
    desk = promised().until(73)
    (broken,) = desk.run.all(CallbackBroken)
    assert (broken.callback, broken.purpose, broken.broken_at) == ("1-confirm", "confirm", hour(72 + SECOND))
    assert ("Broken", hour(72 + 6 * SECOND)) in desk.stamps


def test_it_breaks_whatever_is_running_and_the_call_may_still_be_completed():
    desk = promised().claims(71.9).reports("reached", 72.1).to_the_end()
    assert desk.told[-4:] == ["AttemptStarted", "Broken", "Attempted", "Completed"]
    assert desk.run.all(CallbackCompleted)[0].late_by_seconds == 360


def test_it_breaks_once_for_ever():
    desk = promised().calls("busy", 73).calls("busy", 75).calls("busy", 80).to_the_end()
    assert desk.told.count("Broken") == 1 and desk.told[-1] == "Abandoned"


def test_a_call_completed_before_the_break_was_judged_does_not_hide_it():
    desk, told = completed(72 + 3 * SECOND)
    assert desk.stamps[-3:] == [(name, hour(72 + 3 * SECOND)) for name in ("Broken", "Attempted", "Completed")]
    assert desk.run.all(CallbackBroken)[0].broken_at == hour(72 + SECOND) and told.late_by_seconds == 3


def test_an_end_after_the_latest_does_not_hide_the_break_though_it_was_not_judged_yet():
    gone = promised().claims(72).reports("refused", 72 + 2 * SECOND).to_the_end()
    assert gone.told[-3:] == ["Broken", "Attempted", "Abandoned"]
    assert promised().hears(withdrawn(), 72 + 2 * SECOND).to_the_end().told[-2:] == ["Broken", "Cancelled"]


@pytest.mark.parametrize("dated", [70, 72, 72 + SECOND - MS])
def test_what_ends_the_promise_in_time_is_heard_though_it_comes_a_little_late(dated: float):
    desk = promised().hears(reopened(2), at=72 + 5 * SECOND, dated=dated).to_the_end()
    assert "Broken" not in desk.told and desk.told[-1] == "Cancelled"


def test_what_is_broken_is_late_also_by_the_word_of_a_cause_that_lags():
    """A reopening dated a second before the break, read after it was told."""
    desk = promised().until(72.1).hears(reopened(2), 72.1, dated=72 - SECOND).until(72.2)
    (broken,), (cancelled,) = desk.run.all(CallbackBroken), desk.run.all(CallbackCancelled)
    assert (cancelled.late_by_seconds, cancelled.cost) == (broken.late_by_seconds, broken.cost) == (1, broken.cost)


def test_what_is_given_up_before_its_latest_was_never_broken():
    assert "Broken" not in promised().calls("refused", 30).to_the_end().told
