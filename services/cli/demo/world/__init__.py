"""The outside world of a demonstration: stand-ins for all who talk to Redress, each in a file of its own.

They know what outsiders know: they hear events and send commands.  What each does is drawn from the seed, the complaint and what was
heard about it, never from the order in which things arrive, so the same seed plays the same world.  Nothing here waits or looks at a
clock: a stand-in says after how many seconds it will send, and `services.cli.demo` (or a test, in virtual time) does it.
"""

from collections.abc import Sequence

from services.cli.demo.world.asking import Agenda, Asking, Heard
from services.cli.demo.world.call_centre import opening
from services.cli.demo.world.case_desk import CaseDesk
from services.cli.demo.world.chance import Chance
from services.cli.demo.world.claimants import Claimants
from services.cli.demo.world.crm import knowledge
from services.cli.demo.world.customers import Customers
from services.cli.demo.world.departments import Departments
from services.cli.demo.world.dialer import Dialer
from services.cli.demo.world.emergency import Emergency
from services.cli.demo.world.fulfilment import Fulfilment
from services.cli.demo.world.heads import Heads
from services.cli.demo.world.respondents import Respondents
from services.cli.demo.world.sample import Entry, entries
from services.cli.demo.world.shop_floor import ShopFloor
from services.cli.demo.world.triage import Triage

__all__ = ["Agenda", "Asking", "Entry", "Heard", "World", "entries"]


class World:
    """All stand-ins together."""

    def __init__(self, sample: Sequence[Entry], seed: int) -> None:
        self.sample, self._heard, chance = sample, set[str](), Chance(seed)
        customers, desk, floor = Customers(chance), CaseDesk(chance), ShopFloor(chance)
        self._people = (
            customers, Respondents(chance, customers), Departments(chance), Emergency(chance), Triage(chance), Heads(chance),
            desk, Claimants(chance, desk), Fulfilment(chance), Dialer(chance, customers), floor,
        )  # fmt: skip
        self.opening = (*opening(sample, chance), *knowledge(sample, chance), *floor.opening())
        """What the call centre will hand in, what the customer database will say, and what ordinary customers do."""

    def hear(self, heard: Heard) -> list[Asking]:
        """What everybody does about an event; about its repeat nothing."""
        if heard.id in self._heard:
            return []
        self._heard.add(heard.id)
        return [asked for one in self._people for asked in one.hear(heard)]
