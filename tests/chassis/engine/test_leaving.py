"""Who leaves its group because it was asked to end is not taken for one whom the group has lost."""

import pytest

from services.platform.chassis.engine import Engine
from services.platform.chassis.errors import LoopFailed
from services.platform.chassis.metrics import Metrics
from services.platform.chassis.settings import read_settings
from tests.core.kernel.toy import TOY


class Left:
    """A client whose membership has ended."""

    def check(self) -> None:
        raise LoopFailed("Kafka's client has left its group for good (NoneType): start again.")


@pytest.mark.parametrize("is_asked_to_end", [False, True])
async def test_a_membership_that_has_ended_is_a_fault_unless_it_was_ended(is_asked_to_end: bool) -> None:
    engine = Engine(TOY, read_settings(), Metrics("routing", "test", TOY.service.inputs))
    engine.consumer = Left()  # type: ignore[assignment]
    engine.pulse.draining = is_asked_to_end
    if is_asked_to_end:
        await engine._observe()
    else:
        with pytest.raises(LoopFailed):
            await engine._observe()
