"""A document would have a name that another one has.  Mostly that one is met when the names are looked up again; sometimes never."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from services.platform.chassis.docket import Case
from services.platform.chassis.patience import Patience, pauses

MOST = 6
"""Pauses: a second and more, for what another process wrote is not read before the majority has it."""


class Stalls:
    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self._pauses = defaultdict[tuple[str, int], Iterator[float]](lambda: islice(pauses(), MOST))

    async def is_for_good(self, case: Case) -> bool:
        """Waits a little longer each time; true when that led nowhere: the same document in the same version came to it each time."""
        pause = next(self._pauses[case.before.id, case.before.version], None)
        if pause is not None:
            await self.patience.sleep(pause)
        return pause is None
