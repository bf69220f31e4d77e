"""The table of mutants is whole: each invariant has one, each breaks something that is there; and one of each is caught, in memory.

`make chaos-mutants` runs them all, on real Kafka and MongoDB.
"""

import asyncio

import pytest

from tests.chaos.invariants import NAMES, check
from tests.chaos.mutants.lives import lives
from tests.chaos.mutants.memory import play
from tests.chaos.mutants.mutant import Mutant, applied, found
from tests.chaos.mutants.scenarios import SCENARIOS
from tests.chaos.mutants.table import MUTANTS, TABLE

IN_MEMORY = {"lives": 0.0, "deaths": 0.05}
"""Scenarios that memory can play → the chance of a death at each point."""


def test_every_invariant_has_a_mutant_that_it_must_catch():
    assert {name for mutant in TABLE for name in mutant.caught_by} == {*NAMES}


def test_every_mutant_has_a_name_of_its_own_a_sentence_and_a_scenario_and_must_be_caught():
    assert len(MUTANTS) == len(TABLE)
    for mutant in TABLE:
        assert mutant.told.endswith(".") and mutant.caught_by and mutant.scenario in SCENARIOS, mutant.name


def test_every_scenario_shows_some_mutant():
    assert {mutant.scenario for mutant in TABLE} == {*SCENARIOS}


@pytest.mark.parametrize("place", sorted({patch.place for mutant in TABLE for patch in mutant.patches}))
def test_what_a_mutant_breaks_is_there(place):
    assert found(place)[2] is not None


def one_for_each() -> list[Mutant]:
    """As few as catch everything that memory can show."""
    chosen: list[Mutant] = []
    for mutant in TABLE:
        if mutant.scenario in IN_MEMORY and not {*mutant.caught_by} <= {name for each in chosen for name in each.caught_by}:
            chosen.append(mutant)
    return chosen


@pytest.mark.parametrize("mutant", one_for_each(), ids=lambda mutant: mutant.name)
def test_a_mutant_is_caught_in_memory(mutant):
    with applied(mutant.patches):
        history = asyncio.run(play(lives(1), 20, IN_MEMORY[mutant.scenario]))
    assert {*mutant.caught_by} <= {violation.invariant for violation in check(history)}
