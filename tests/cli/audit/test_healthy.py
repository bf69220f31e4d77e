"""What the services keep and say is what the log makes of it: an audit of healthy lives finds nothing."""

import pytest

from tests.cli.audit.world import World, found


@pytest.mark.parametrize("seed", range(4))
async def test_random_lives_with_erasures_links_poison_and_restarts_are_equal(seed):
    world = World()
    await world.live(120, seed, restarts=["demo", "demo"])
    tallies = world.audit()
    assert found(tallies) == []
    for tally in tallies.values():
        assert tally.documents == tally.equal > 0 and tally.present > 0
        assert +tally.unchecked == {}
