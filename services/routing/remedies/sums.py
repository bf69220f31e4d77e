"""How much an option of an entitlement comes to, by the policy's words and what is known of the goods."""

from collections.abc import Iterable, Mapping

from contracts.model import Money
from contracts.money import in_figures
from services.platform.kernel.service import listed
from services.routing.remedies.ledger import Goods
from services.routing.remedies.rules import Option
from services.routing.transitions import refused

MOST_MINOR = 10**15
"""As much money as can be told."""


def sum_of(option: Option, goods: Goods, stated: Money | None) -> Money | None:
    """Raises `Refused` where it depends on what nobody told."""
    match option.sum:
        case "price":
            price = _known(goods.price)
            return _money(max(price.amount_minor * option.times, option.sums.get(price.currency, 0)), price.currency)
        case "price_and_costs":
            return _with_costs(_known(goods.price), option.sums, stated)
        case "declared_value":
            return _known(goods.declared_value)
        case "stated":
            return _stated(option.sums, stated)
        case "fixed":
            return _fixed(option.sums, [each.currency for each in (stated, goods.price, goods.declared_value) if each])
    return None


def _known(money: Money | None) -> Money:
    if money is None or money.amount_minor == 0:
        raise refused("price_unknown")
    return money


def _money(minor: int, currency: str) -> Money:
    if minor > MOST_MINOR:
        raise refused("amount_too_large")
    return Money(amount_minor=minor, currency=currency)


def _with_costs(price: Money, most: Mapping[str, int], costs: Money | None) -> Money:
    if costs is None or costs.amount_minor == 0:
        return price
    if costs.currency != price.currency:
        raise refused("currency_differs")
    costs = _stated(most, costs)
    return _money(price.amount_minor + costs.amount_minor, price.currency)


def _stated(most: Mapping[str, int], stated: Money | None) -> Money:
    if stated is None or stated.amount_minor == 0:
        raise refused("amount_missing")
    if stated.currency not in most:
        raise refused("unknown_currency", listed(most))
    if stated.amount_minor > most[stated.currency]:
        raise refused("over_the_cap", in_figures(Money(amount_minor=most[stated.currency], currency=stated.currency)))
    return stated


def _fixed(sums: Mapping[str, int], currencies: Iterable[str]) -> Money:
    """In the currency of what was told, else in the only one that there is."""
    known = list(currencies) or (list(sums) if len(sums) == 1 else [])
    if not known:
        raise refused("currency_missing", listed(sums))
    if known[0] not in sums:
        raise refused("unknown_currency", listed(sums))
    return _money(sums[known[0]], known[0])
