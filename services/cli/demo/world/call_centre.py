"""The call centre: hands in every complaint of the sample, some of them twice by mistake."""

from collections.abc import Iterator, Sequence

from services.cli.demo.world.asking import Asking, asking
from services.cli.demo.world.chance import Chance
from services.cli.demo.world.sample import Entry

SOURCE = "call-centre"
EACH = 0.1
"""Seconds from one complaint to the next, so that the whole sample takes half a minute."""
EARLY = 0.4
"""An anonymous complaint is kept for as long as it could be reopened, so those come early: all are over at about the same time."""
PRESSED_TWICE = 0.02


def opening(sample: Sequence[Entry], chance: Chance) -> Iterator[Asking]:
    """All that will be handed in; a customer's further contact comes a while after the first."""
    seconds, moments = EACH * len(sample), dict[str, float]()
    for entry in sample:
        ref = entry.command.source_ref
        if entry.again in moments:
            moments[ref] = moments[entry.again] + chance.between(3, 25, "again", ref)
        else:
            moments[ref] = chance.between(0, seconds * (EARLY if _is_anonymous(entry) else 1), "moment", ref)
        yield asking(SOURCE, "intake", entry.command, moments[ref], ref)
        if chance.happens(PRESSED_TWICE, "pressed twice", ref):
            yield asking(SOURCE, "intake", entry.command, moments[ref] + 1.5, ref, "pressed twice")


def _is_anonymous(entry: Entry) -> bool:
    who = entry.command.customer
    return not (who.phone or who.email or who.post)
