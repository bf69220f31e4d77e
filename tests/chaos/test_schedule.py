"""The schedule: from the seed alone, and nothing that can be broken is left out."""

import pytest

from tests.chaos.faults import FAULTS
from tests.chaos.scenarios import CUT, LONG, NAMED, SCENARIOS, at_random, of_cluster
from tests.chaos.schedule import Strike, schedule
from tests.chaos.service import POINTS

MINUTE = 60.0


def test_the_same_seed_is_the_same_schedule_and_another_is_another():
    assert schedule(7, SCENARIOS) == schedule(7, SCENARIOS) != schedule(8, SCENARIOS)
    assert at_random(7, 600) == at_random(7, 600) != at_random(8, 600)


def test_every_fault_is_struck_in_the_named_scenarios():
    assert {strike.fault for scenario in SCENARIOS for strike in scenario.strikes} == FAULTS.keys()


def test_a_service_dies_at_every_point_of_its_loop():
    assert {f"kill_{point}" for point in POINTS} <= FAULTS.keys()


def test_every_mode_of_the_load_is_in_them():
    modes = {mode.name for scenario in SCENARIOS for mode in scenario.modes}
    assert modes == {"flood", "hot", "poison_30", "poison_100", "clock_ahead", "clock_behind"}


def test_all_of_it_leaves_two_and_a_half_of_ten_minutes_for_starting_resting_and_checking():
    assert sum(scenario.seconds for scenario in SCENARIOS) <= 7.5 * MINUTE


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_names_what_there_is_on_its_own_cluster_and_ends_in_its_time(scenario):
    for strike in scenario.strikes:
        assert FAULTS[strike.fault].brokers <= scenario.brokers
        assert strike.at + strike.seconds + 10 <= scenario.seconds
    assert all(mode.end <= scenario.seconds for mode in scenario.modes)


def test_what_is_cut_or_away_is_so_for_longer_than_a_session_and_for_a_minute():
    assert CUT > 6 and LONG == MINUTE
    away = [strike for strike in NAMED["away"].strikes if strike.fault in ("brokers_away", "members_away")]
    assert [strike.seconds for strike in away] == [LONG, LONG]


def test_scenarios_follow_each_other_each_in_its_own_time():
    drawn = schedule(7, of_cluster(3))
    assert drawn.seconds == sum(scenario.seconds for scenario in of_cluster(3))
    assert sorted(strike.fault for strike in drawn.strikes) == sorted(s.fault for scenario in of_cluster(3) for s in scenario.strikes)
    assert all(strike.at >= 0 and strike.at + strike.seconds < drawn.seconds for strike in drawn.strikes)


def test_faults_at_random_fill_the_time():
    assert 3600 <= sum(scenario.seconds for scenario in at_random(7, 3600)) < 3700


def test_a_choice_is_the_strikes_own():
    assert [Strike(0, "kill", chance=chance).pick("abc") for chance in (0.0, 0.34, 0.999)] == ["a", "b", "c"]


def test_of_two_faults_at_random_no_two_are_of_one_service():
    for scenario in at_random(7, 3600):
        services = [strike.service for strike in scenario.strikes]
        assert len({*services}) == len(services) <= 2
