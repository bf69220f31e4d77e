"""How a policy puts things right, in words: what is owed on which conditions, and who may give how much besides."""

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from services.cli.policy.phrases import counted, listed, plainly, when
from services.cli.show.forms import money
from services.routing.policy import RoutingPolicy
from services.routing.remedies.rules import Band, Basis, Entitlement, Grant, Option, Within

_SUMS: dict[Basis, str] = {
    "price": "the price", "price_and_costs": "the price and costs up to", "declared_value": "what was declared",
    "stated": "up to", "fixed": "",
}  # fmt: skip


def remedies(policy: RoutingPolicy) -> Iterator[str | Table]:
    if not policy.entitlements:
        yield "Nothing is owed by a rule."
    for name, table in policy.entitlements.items():
        yield _owed(name, table)
    if not policy.goodwill:
        yield "Nothing is given that is not owed."
    for currency, goodwill in policy.goodwill.items():
        bands = listed(_given(band, currency) for band in goodwill.bands)
        yield f"Given besides, in {currency}: {bands}; all of it together at most {_money(goodwill.cap_minor, currency)} a complaint."


def _owed(name: str, table: Entitlement) -> Table:
    said = [f"Owed: {name}", when(table.when) if table.when else "", f"once a {table.once}" if table.once else ""]
    said.append(f"no less than {table.extends}" if table.extends else "")
    shown = Table("by", "where", "on", "the customer chooses", title="; ".join(filter(None, said)), title_justify="left")
    for grant in table.grants:
        chosen = listed(map(_option, grant.options), "or") + (", to be paid for" if grant.is_charged else "")
        shown.add_row(*map(Text, (grant.basis, _where(grant), listed(map(plainly, grant.evidence)), chosen)))
    return shown


def _where(grant: Grant) -> str:
    asked = [_within(grant.within)] if grant.within else []
    asked += [f"{counted(grant.repairs, 'repair')} done"] if grant.repairs else []
    asked += [listed(map(plainly, grant.given))] if grant.given else []
    asked += [f"not {listed(map(plainly, grant.unless), 'or')}"] if grant.unless else []
    return ", ".join(asked) or "always"


def _within(within: Within) -> str:
    return f"{counted(within.days, 'day')} from the {within.since}" + (" (in use)" if within.excludes_out_of_use else "")


def _option(option: Option) -> str:
    sums = listed((_money(minor, currency) for currency, minor in option.sums.items()), "or")
    least = f"at least {sums}" if sums and option.sum == "price" else sums
    words = [_SUMS[option.sum] if option.sum else "", f"{option.times} times" if option.times > 1 else "", least]
    said = " ".join(filter(None, words))
    return plainly(option.kind) + (f" ({said})" if said else "")


def _given(band: Band, currency: str) -> str:
    below = "" if band.below_minor is None else f" to below {_money(band.below_minor, currency)}"
    whose = f"approved by {listed(band.approvers, 'or')}" if band.approvers else "by who proposes it"
    return f"from {_money(band.from_minor, currency)}{below} {whose}"


def _money(minor: int, currency: str) -> str:
    return money({"amount_minor": minor, "currency": currency}, {})
