"""A history in the order of its instants, whether it fits into memory or not."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from contracts.routing import WithdrawComplaint
from services.backtest.command import Timed
from services.cli.backtest.spool import Spool

START = datetime(2026, 3, 2, tzinfo=UTC)
COMMAND = WithdrawComplaint(complaint_id="c402cbb8-ca3d-5e93-9479-eaa708f218ff", reason="changed_mind")


def commands(instants: list[int]) -> list[Timed]:
    return [Timed(START + timedelta(seconds=at), "routing", COMMAND, str(number), "crm", None) for number, at in enumerate(instants)]


@pytest.mark.parametrize("in_memory", [1, 2, 7, 100])
def test_commands_come_in_order_and_of_one_instant_as_they_were_given(in_memory):
    given = commands([Random(1).randrange(9) for _ in range(40)])
    spool = Spool(given, in_memory)
    assert list(spool) == sorted(given, key=lambda one: one.at) and spool.length == 40


def test_it_can_be_gone_through_again_also_after_a_run_that_stopped_half_way():
    spool = Spool(commands([3, 1, 2, 5, 4]), 2)
    half = iter(spool)
    assert [next(half).id, next(half).id] == ["1", "2"]
    assert [one.id for one in spool] == ["1", "2", "0", "4", "3"] == [one.id for one in spool]


def test_of_nothing_there_is_nothing():
    assert list(Spool([])) == [] and Spool([]).length == 0
