"""What a fault is."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Literal, NamedTuple

from tests.chaos.schedule import Strike
from tests.chaos.world import World

Kind = Literal["kafka", "mongodb", "service", "other"]


class Impossible(Exception):
    """This machine cannot do it: one sentence."""


class Broken(NamedTuple):
    """What was broken; of whom it is asked whether they have recovered (none: of all services)."""

    what: str
    services: tuple[str, ...] = ()


class Breaking(NamedTuple):
    """`begin` gets the world and the strike of the schedule that it is; raises `Impossible`."""

    name: str
    kind: Kind
    """Whose budget of recovery holds."""
    begin: Callable[[World, Strike], AbstractAsyncContextManager[Broken]]
    heals_itself: bool = False
    """Nobody mends it: recovery counts from when it was broken, and what was taken away comes back later."""
    takes_turns: bool = False
    """It begins only when the one before of its kind is healed: for two on the same server would be in each other's way."""
    brokers: int = 1
    """At least so many."""
