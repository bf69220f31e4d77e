"""What the services keep and say is what the log makes of it: an audit of healthy lives finds nothing."""

import shutil

import pytest

from services.platform.chassis.policies import find_set, load
from tests.cli.audit.world import CUSTOMERS, SERVICES, World, found, submission
from tests.system.hurried import change, policy


@pytest.mark.parametrize("seed", range(4))
async def test_random_lives_with_erasures_links_poison_and_restarts_are_equal(seed):
    world = World()
    await world.live(120, seed, restarts=["demo", "demo"])
    tallies = world.audit()
    assert found(tallies) == []
    for tally in tallies.values():
        assert tally.documents == tally.equal > 0 and tally.present > 0
        assert +tally.unchecked == {}


async def test_a_process_that_started_before_new_rules_takes_over_what_was_begun_under_them(tmp_path):
    """As in a rolling restart: else facts would depend on when a process started."""
    world = World()
    world.put("intake", submission("T-0", CUSTOMERS[2], "o0"))
    await world.drain()
    older = world.processes
    world.start(dict(_hurried(tmp_path / "later")))
    world.put("intake", submission("T-1", CUSTOMERS[0], "o1"))
    await world.drain()
    world.processes = older
    for name, process in older.items():
        process.member.positions |= {place: world.groups[name].committed[place] for place in process.member.places}
    for seconds in (2, 3, 4, 5, 20, 30):
        await world.pass_(seconds)
    assert found(world.audit()) == []


def _hurried(directory):
    """The demonstration's rules, which age and answer otherwise."""
    shutil.copytree(find_set("demo"), directory)
    clocks = policy(directory, "routing")["clocks"]
    change(directory, "routing", ageing={"after_seconds": [3, 6], "at_most": 1},
           clocks=clocks | {"first_answer": clocks["first_answer"] | {"targets": "5s"}})  # fmt: skip
    return ((name, load(str(directory), service)) for name, service in SERVICES.items())
