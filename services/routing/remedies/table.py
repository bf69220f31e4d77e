"""Which line of a table of entitlements fits: pure, on facts that are known already or looked up on demand."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from services.routing.remedies.rules import Grant, Within


class Case(NamedTuple):
    circumstances: frozenset[str]
    repairs: int
    is_within: Callable[[Within], bool]
    """Asked only where all else of a line fits."""


def fitting(grants: Iterable[Grant], case: Case) -> Grant | None:
    """The first that fits."""
    return next((grant for grant in grants if fits(grant, case)), None)


def fits(grant: Grant, case: Case) -> bool:
    is_found = case.circumstances.issuperset(grant.given) and case.circumstances.isdisjoint(grant.unless)
    return is_found and case.repairs >= grant.repairs and (grant.within is None or case.is_within(grant.within))
