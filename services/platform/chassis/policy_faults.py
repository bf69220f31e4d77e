"""Every fault of a policy in one look: what is wrong with a field hides nothing that is wrong elsewhere.

Pydantic looks at the whole only when every part is well formed.  So what is faulty is mended, and the rest is looked at again, until it is
a policy that can say by itself what could never work.  What is told of a mended policy is true only if it is told however it was mended.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from services.platform.chassis.demands import Fault, demand, truths
from services.platform.chassis.mending import CALENDARS, NAME, Mending
from services.platform.chassis.stand_ins import MOST
from services.platform.kernel.service import Policy

__all__ = ["CALENDARS", "NAME", "Found", "examine"]
_ENTRY = re.compile(r"\b([a-z_]+)\.([0-9]+)\b")
"""`rules.8` in a sentence."""


class Found(NamedTuple):
    place: tuple[Any, ...]
    sentence: str


class Examined(NamedTuple):
    """`policy`: where there are faults it is mended, or there is none, and it is not to be used."""

    policy: Policy | None
    faults: list[Found]
    mending: Mending
    """Knows the numbers that the entries of lists had in the file."""


def examine(said: Mapping[str, Any], rules: type[Policy]) -> Examined:
    policy, found, mending = _look(said, rules, 0)
    for choice in range(1, MOST if found else 0):
        told = set(_look(said, rules, choice).faults)
        found = [each for each in found if each in told]
    places = {place for place, _ in found}
    misplaced = [fault for fault in truths(said, rules) if fault["loc"] not in places]
    return Examined(policy, [*found, *(_found(fault["loc"], fault, rules) for fault in misplaced)], mending)


def _look(said: Mapping[str, Any], rules: type[Policy], choice: int) -> Examined:
    """With one choice of stand-ins."""
    mending, found = Mending(said, rules, choice), list[Found]()
    policy, new = _read(mending.said, rules)
    while new:
        known = [place for place, _ in found]
        told = [(mending.place(fault["loc"]), fault) for fault in new]
        found += [_found(place, fault, rules) for place, fault in told if place not in known and not mending.has_bared(place, known)]
        if not mending.mend(new):
            break
        policy, new = _read(mending.said, rules)
    found = list(dict.fromkeys(found))
    return Examined(policy, [*found, *_never_working(policy, found, mending)], mending)


def _found(place: tuple[Any, ...], fault: Fault, rules: type[BaseModel]) -> Found:
    return Found(place, f"{demand(fault, rules)}.")


def _read(said: Mapping[str, Any], rules: type[Policy]) -> tuple[Policy | None, Sequence[Fault]]:
    try:
        return rules.model_validate(said), ()
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _never_working(policy: Policy | None, found: Sequence[Found], mending: Mending) -> Iterator[Found]:
    """What the policy says of itself, but not of what was mended."""
    for field, sentence in policy.faults() if policy else ():
        place = mending.numbered(field.split("."))
        if not any(place[: len(other)] == tuple(map(str, other)) for other, _ in found):
            yield Found(place, _ENTRY.sub(lambda entry: ".".join(mending.numbered(entry.groups())), sentence))
