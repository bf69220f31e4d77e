"""§5: how many agents a load of calls needs."""

from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import islice, pairwise, takewhile
from math import factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.planning.staffing import MOST_AGENTS, Demand, Standard, meets, needed, staffings, wait_probabilities

unhurried = settings(deadline=None)
"""Fractions are slow where much else runs."""
CALLS = Demand(calls=Fraction(100), interval=Fraction(1800), handling=Fraction(180))
ASKED = Standard(within=Fraction(20), target=Fraction("0.8"), max_occupancy=Fraction("0.85"), shrinkage=Fraction("0.3"))

demands = st.builds(
    Demand,
    calls=st.fractions(1, 500, max_denominator=10),
    interval=st.integers(900, 3600).map(Fraction),
    handling=st.fractions(1, 600, max_denominator=10),
)
standards = st.builds(
    Standard,
    within=st.integers(0, 300).map(Fraction),
    target=st.fractions(0, "99/100", max_denominator=100),
    max_occupancy=st.fractions("1/2", 1, max_denominator=100),
    shrinkage=st.fractions(0, "9/10", max_denominator=100),
)


def erlang_c(load: Fraction, agents: int) -> Fraction:
    """As the books print it."""
    queued = load**agents / factorial(agents) * agents / (agents - load)
    return queued / (sum(load**k / factorial(k) for k in range(agents)) + queued)


def test_a_hundred_calls_in_half_an_hour_need_14_agents_and_20_on_the_roster():
    found = needed(CALLS, ASKED)
    assert found is not None and CALLS.load == 10
    assert (found.agents, found.scheduled, found.occupancy) == (14, 20, Fraction(10, 14))
    assert found.service_level == pytest.approx(0.8883500191794669, rel=1e-15)
    assert found.wait_probability == pytest.approx(0.1741319335950498, rel=1e-15)
    assert found.average_speed_of_answer == pytest.approx(0.1741319335950498 * 180 / 4, rel=1e-15)


def test_13_would_be_too_few():
    by_agents = {each.agents: each for each in islice(staffings(CALLS, ASKED), 5)}
    assert not meets(by_agents[13], ASKED) and by_agents[13].service_level < 0.8 and meets(by_agents[14], ASKED)


@pytest.mark.parametrize("load", range(1, 100))
def test_exactly_the_target_is_enough_and_a_billionth_more_is_not(load: int):
    """Of calls to be answered without any wait the books give the share as an exact fraction."""
    agents = load + 1 + load // 5
    level = 1 - erlang_c(Fraction(load), agents)
    asked = Standard(within=Fraction(0), target=level, max_occupancy=Fraction(1), shrinkage=Fraction(0))
    busy = Demand(calls=Fraction(10 * load), interval=Fraction(1800), handling=Fraction(180))
    exact, more = needed(busy, asked), needed(busy, asked._replace(target=level * (1 + Fraction(1, 10**9))))
    assert exact is not None and more is not None
    assert (exact.agents, more.agents) == (agents, agents + 1)


@pytest.mark.parametrize(("occupancy", "agents"), [("10/14", 14), ("0.7142", 15), ("1", 14), ("0.5", 20)])
def test_nobody_is_busier_than_allowed_and_exactly_as_busy_is_allowed(occupancy: str, agents: int):
    found = needed(CALLS, ASKED._replace(max_occupancy=Fraction(occupancy)))
    assert found is not None and found.agents == agents


@pytest.mark.parametrize(("shrinkage", "scheduled"), [("0", 14), ("0.3", 20), ("0.31", 21), ("0.999", 14_000)])
def test_the_roster_makes_up_for_those_who_are_away(shrinkage: str, scheduled: int):
    found = needed(CALLS, ASKED._replace(shrinkage=Fraction(shrinkage)))
    assert found is not None and found.scheduled == scheduled


def test_as_many_agents_as_erlangs_never_catch_up():
    assert next(staffings(CALLS, ASKED)).agents == 11
    assert [wait for _, wait in islice(wait_probabilities(Fraction(10)), 10)] == [1.0] * 10


@pytest.mark.parametrize(
    ("calls", "occupancy", "agents"),
    [(84_990, "0.85", 9_999), (85_000, "0.85", 10_000), (85_001, "0.85", None), (100_000, "1", None), (10**12, "1", None)],
)
def test_what_ten_thousand_agents_cannot_carry_has_no_answer(calls: int, occupancy: str, agents: int | None):
    found = needed(CALLS._replace(calls=Fraction(calls)), ASKED._replace(max_occupancy=Fraction(occupancy)))
    assert (found and found.agents) == agents


def test_ten_thousand_agents_are_reckoned_as_exactly_as_ten():
    load, agents = 9_900, MOST_AGENTS
    with localcontext(prec=60):
        terms = [Decimal(1)]
        for k in range(1, agents + 1):
            terms.append(terms[-1] * load / k)
        queued = terms[agents] * agents / (agents - load)
        slowly = queued / (sum(terms[:agents]) + queued)
    *_, (last, wait) = wait_probabilities(Fraction(load))
    assert last == agents and wait == pytest.approx(float(slowly), rel=1e-10)


@unhurried
@given(st.integers(1, 40), st.fractions(0, 1, max_denominator=1000))
def test_the_recurrence_is_the_sum_in_the_books(agents: int, share: Fraction):
    load = agents * share
    if 0 < load < agents:
        *_, (_, wait) = islice(wait_probabilities(load), agents)
        assert wait == pytest.approx(float(erlang_c(load, agents)), rel=1e-12)


@unhurried
@given(demands, standards)
def test_each_agent_more_answers_more_calls_in_time(demand: Demand, standard: Standard):
    for fewer, more in pairwise(islice(staffings(demand, standard), 30)):
        assert fewer.service_level <= more.service_level and fewer.wait_probability >= more.wait_probability
        assert fewer.occupancy > more.occupancy and fewer.average_speed_of_answer >= more.average_speed_of_answer


@unhurried
@given(demands, standards)
def test_the_answer_meets_the_standard_and_one_agent_fewer_does_not(demand: Demand, standard: Standard):
    found = needed(demand, standard)
    assert found is not None and meets(found, standard)
    assert not any(meets(each, standard) for each in takewhile(lambda each: each.agents < found.agents, staffings(demand, standard)))
    assert found.scheduled * (1 - standard.shrinkage) >= found.agents > (found.scheduled - 1) * (1 - standard.shrinkage)
