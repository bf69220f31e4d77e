"""Law 8's breaker: senders' faults never stop a service, but when most messages crash in our own code, the fault is ours."""

from collections import deque
from collections.abc import Sequence

from services.platform.chassis.errors import BreakerTripped

WINDOW = 200
"""The last messages that could be read and were new."""
MOST = 10


class Breaker:
    def __init__(self, is_on: bool = True) -> None:
        self.is_on = is_on
        self.window: deque[bool] = deque(maxlen=WINDOW)
        """Which of the last ones crashed."""

    def weigh(self, crashes: Sequence[bool]) -> None:
        """Raises BreakerTripped.  Asked before a batch is stored: the one that trips the breaker stays on the topic as it was."""
        window = [*self.window, *crashes][-max(WINDOW, len(crashes)) :]
        crashed = sum(window)
        if self.is_on and crashed > MOST and 2 * crashed > len(window):
            raise BreakerTripped(
                f"{crashed} of the last {len(window)} messages made our own code fail: correct it or the policy, "
                "or start once with REDRESS_DEAD_LETTER_BREAKER=off to let them go to the dead letters."
            )

    def note(self, crashes: Sequence[bool]) -> None:
        """These are stored."""
        self.window.extend(crashes)
