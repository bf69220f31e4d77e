from datetime import UTC, datetime, timedelta

import pytest

from tests.chaos.history import Fault
from tests.chaos.recovery import Recovery, recovery

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def fault(kind: str, start: float, heal: float, well: float | None, name: str = "broken", **more) -> Fault:
    return Fault(name, kind, *(at if at is None else NOW + timedelta(seconds=at) for at in (start, heal, well)), **more)


CUT = fault("kafka", 0, 8, 30)


@pytest.mark.parametrize(("besides", "told"), [
    ([], Recovery(22, 15)),
    ([fault("kafka", 4, 20, 30)], Recovery(10, 15)),                             # still broken when the wire was whole again
    ([fault("mongodb", 9, 20, 31)], Recovery(10, 20)),                           # and somebody who may take longer
    ([fault("mongodb", 9, 12, 31), fault("kafka", 10, 25, 31)], Recovery(5, 20)),
    ([fault("kafka", 0, 7, 30)], Recovery(22, 15)),                              # whole before it
    ([fault("kafka", 20, 40, 50)], Recovery(22, 15)),                            # all was well in spite of it
    ([fault("service", 4, 20, 30, "roll")], Recovery(22, 15)),                   # whoever goes in order is in nobody's way
    ([fault("other", 4, 20, 30)], Recovery(22, 15)),
    ([fault("kafka", 4, 20, 30, is_left_out=True)], Recovery(22, 15)),
])  # fmt: skip
def test_recovering_counts_from_the_last_healing_before_all_was_well(besides, told):
    assert recovery(CUT, [CUT, *besides]) == told


def test_what_never_was_well_has_no_seconds_and_what_has_no_budget_is_never_late():
    assert recovery(fault("kafka", 0, 8, None), []) == Recovery(None, 15)
    assert not recovery(fault("other", 0, 8, 1_000), []).is_late
    assert [recovery(fault("kafka", 0, 8, 8 + took), []).is_late for took in (15, 15.1)] == [False, True]
