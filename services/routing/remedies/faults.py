"""What a policy may not say of remedies, though it is well formed: a band with a gap, a table below the law's, words that nobody knows."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from services.routing.remedies.below import below
from services.routing.remedies.rules import GOODWILL, Band, Entitlement, Goodwill, Grant, Kinds

if TYPE_CHECKING:
    from services.routing.policy import RoutingPolicy

Fault = tuple[str, str]


def of_remedies(policy: "RoutingPolicy") -> Iterator[Fault]:
    for currency, goodwill in policy.goodwill.items():
        yield from ((f"goodwill.{currency}.{field}", sentence) for field, sentence in _of_goodwill(goodwill, policy))
    for name, table in policy.entitlements.items():
        yield from ((f"entitlements.{name}{field}", sentence) for field, sentence in _of_table(name, table, policy))


# -- goodwill -----------------------------------------------------------------------------------------------------------------------------


def _of_goodwill(goodwill: Goodwill, policy: "RoutingPolicy") -> Iterator[Fault]:
    yield from _of_gaps(goodwill)
    known = {*policy.levels.values(), *policy.heads}
    for n, band in enumerate(goodwill.bands):
        for role in band.approvers:
            if role not in known:
                yield f"bands.{n}.approvers", f"nobody has the role {role}: levels and heads name {', '.join(sorted(known))}."
    for n, (lower, band) in enumerate(pairwise(goodwill.bands), start=1):
        if lower.approvers and not band.approvers:
            yield f"bands.{n}.approvers", "it needs nobody's approval, though smaller sums do."
        elif lower.approvers and _lowest(band, policy) <= _lowest(lower, policy):
            yield f"bands.{n}.approvers", "it needs nobody higher than the smaller sums of the band before do."


def _lowest(band: Band, policy: "RoutingPolicy") -> int:
    """The level of the lowest role that may approve it; heads that no level names stand above all."""
    ranks = {role: level for level, role in sorted(policy.levels.items(), reverse=True)}
    return min(ranks.get(role, max(ranks.values()) + 1) for role in band.approvers)


def _of_gaps(goodwill: Goodwill) -> Iterator[Fault]:
    bands = goodwill.bands
    if bands[0].from_minor > 0:
        yield "bands.0.from_minor", f"the bands have a gap: nobody may give less than {bands[0].from_minor}."
    for n, (lower, band) in enumerate(pairwise(bands), start=1):
        if lower.below_minor != band.from_minor:
            yield f"bands.{n}.from_minor", f"it begins at {band.from_minor}, and {_ends(lower)}: {_between(lower, band)}."
    for n, band in enumerate(bands):
        if band.below_minor is not None and band.below_minor <= band.from_minor:
            yield f"bands.{n}.below_minor", f"no sum is in it: it begins at {band.from_minor} and ends below {band.below_minor}."
        if band.from_minor > goodwill.cap_minor:
            yield f"bands.{n}.from_minor", f"no sum is in it: it begins at {band.from_minor}, beyond the cap of {goodwill.cap_minor}."
    last = bands[-1].below_minor
    if last is not None and last <= goodwill.cap_minor:
        yield f"bands.{len(bands) - 1}.below_minor", f"the bands have a gap: the cap is {goodwill.cap_minor}, and they end below {last}."


def _ends(band: Band) -> str:
    return "the band before has no end" if band.below_minor is None else f"the band before ends below {band.below_minor}"


def _between(lower: Band, band: Band) -> str:
    is_gap = lower.below_minor is not None and lower.below_minor < band.from_minor
    return "a gap, in which nobody may approve" if is_gap else "both hold for one sum"


# -- entitlements -------------------------------------------------------------------------------------------------------------------------


def _of_table(name: str, table: Entitlement, policy: "RoutingPolicy") -> Iterator[Fault]:
    if name == GOODWILL:
        yield "", "goodwill is what is not owed: call the table by what it owes."
    for n, grant in enumerate(table.grants):
        yield from ((f".grants.{n}.{field}", sentence) for field, sentence in _of_grant(grant, policy))
    yield from _of_the_law(name, table, policy)


def _of_grant(grant: Grant, policy: "RoutingPolicy") -> Iterator[Fault]:
    if grant.within and grant.within.calendar and grant.within.calendar not in policy.calendars:
        calendars = ", ".join(policy.calendars) or "none"
        yield "within.calendar", f"there is no calendar {grant.within.calendar}; there is {calendars}."
    if both := sorted({*grant.given} & {*grant.unless}):
        yield "unless", f"it can never fit: {', '.join(both)} must be found and must not."
    if len({option.kind for option in grant.options}) < len(grant.options):
        yield "options", "a kind is named twice: the customer chooses among different ones."
    for n, option in enumerate(grant.options):
        yield from ((f"options.{n}.{field}", told) for field, told in _of_kind(option.kind, option.sum is not None, policy.remedies))


def _of_kind(kind: str, has_sum: bool, kinds: Kinds) -> Iterator[Fault]:
    if kind not in kinds.all:
        yield "kind", f"there is no remedy {kind}; there is {', '.join(kinds.all) or 'none'}."
    elif kind in kinds.money and not has_sum:
        yield "sum", f"{kind} is paid in money: say how much."
    elif kind in kinds.other and has_sum:
        yield "sum", f"{kind} costs nothing."


def _of_the_law(name: str, table: Entitlement, policy: "RoutingPolicy") -> Iterator[Fault]:
    tables = policy.entitlements
    law = tables.get(table.extends) if table.extends else None
    if table.extends and (law is None or law is table):
        others = ", ".join(other for other in tables if other != name) or "none"
        yield ".extends", f"there is no other table {table.extends}; there is {others}."
    elif law and (less := below(table, law, policy.calendars)):
        yield ".extends", f"it is below the law that it extends: {less}."
