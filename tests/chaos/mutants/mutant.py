"""A mutant: the real service, with one of its promises taken out at a named place."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple


class Patch(NamedTuple):
    """`place`: `package.module:name` or `package.module:Class.name`; `instead`: what takes the place of what it is given."""

    place: str
    instead: Callable[[Any], Any]


class Mutant(NamedTuple):
    name: str
    told: str
    """What it does wrong."""
    patches: tuple[Patch, ...]
    caught_by: tuple[str, ...]
    """The invariants that must catch it; others may as well."""
    scenario: str = "lives"
    """What shows it: see `scenarios.py`."""


def found(place: str) -> tuple[Any, str, Any]:
    """Whose attribute it is, its name, and what stands there; raises where nothing does."""
    module, _, path = place.partition(":")
    *outer, name = path.split(".")
    owner = import_module(module)
    for each in outer:
        owner = getattr(owner, each)
    return owner, name, vars(owner)[name]


def apply(patches: Iterable[Patch]) -> None:
    for patch in patches:
        owner, name, before = found(patch.place)
        setattr(owner, name, patch.instead(before))


@contextmanager
def applied(patches: Iterable[Patch]) -> Iterator[None]:
    """For as long as the block."""
    kept = [found(patch.place) for patch in patches]
    try:
        apply(patches)
        yield
    finally:
        for owner, name, before in kept:
            setattr(owner, name, before)
