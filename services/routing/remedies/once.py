"""One item is put right once, whichever table owes it: what was given for it bars what stands for it as well."""

from collections.abc import Iterable, Iterator

from contracts.model import Money
from services.platform.kernel.service import Refused
from services.routing.remedies.ledger import REPAIR, Remedy
from services.routing.remedies.rules import GOODWILL, Option
from services.routing.state import Complaint
from services.routing.transitions import refused

REFUND, PRICE_DIFFERENCE, EXCHANGE_OR_ANEW = "refund", "price_difference", ("exchange", "re_delivery")


def must_be_free(complaint: Complaint, remedy: Remedy, kind: str) -> None:
    """Two tables may owe the price, or the price and the goods: the customer has one of them, and what is gone is not repaired."""
    if before := next(_bars(complaint, remedy, kind), None):
        raise _barred(before)


def still_owed(complaint: Complaint, remedy: Remedy, options: Iterable[Option]) -> tuple[Option, ...]:
    """Less what can no longer be had.  What has to wait for a repair is offered, as long as something else has not; if nothing is to be had
    now, raises `Refused`."""
    barred = [(option, next(_bars(complaint, remedy, option.kind), None)) for option in options]
    if all(before for _, before in barred):
        raise _barred(min((before for _, before in barred if before), key=lambda before: before.kind != REPAIR))
    return tuple(option for option, before in barred if before is None or before.kind == REPAIR)


def less_what_differed(complaint: Complaint, kind: str, amount: Money | None) -> Money | None:
    """A refund without what of the price was paid back before, because it differed."""
    if kind != REFUND or amount is None:
        return amount
    before = [each.amount for each in complaint.remedies if each.kind == PRICE_DIFFERENCE and each.standing in ("issued", "done")]
    paid = sum(money.amount_minor for money in before if money and money.currency == amount.currency)
    return amount.model_copy(update={"amount_minor": max(0, amount.amount_minor - paid)})


def has_lapsed(complaint: Complaint, remedy: Remedy) -> bool:
    """Whether none of its options can ever be chosen: what bars them was carried out, so that it cannot fail any more."""
    return all(any(before.standing == "done" for before in _bars(complaint, remedy, option.kind)) for option in remedy.options)


def _barred(before: Remedy) -> Refused:
    return refused("remedy_pending" if before.kind == REPAIR else "already_given", before.id)


def _bars(complaint: Complaint, remedy: Remedy, kind: str) -> Iterator[Remedy]:
    remedy = remedy.but(kind=kind)
    for before in complaint.remedies:
        if before.ground != GOODWILL and before.counts and before.id != remedy.id and _excludes(before, remedy):
            yield before


def _excludes(before: Remedy, remedy: Remedy) -> bool:
    """What was paid back stays so, and nothing is left of the price to differ; where the price differed the rest of it may still be paid
    back; other goods may fail in their turn, which the same table or a later round tells; and what is being repaired is not given back
    meanwhile."""
    if PRICE_DIFFERENCE in (before.kind, remedy.kind):
        return before.kind == REFUND
    if before.kind not in before.makes_good or remedy.kind not in remedy.makes_good:
        return False
    if before.kind in EXCHANGE_OR_ANEW:
        return before.is_under_way or (before.round == remedy.round and before.entitlement != remedy.entitlement)
    return before.is_under_way if before.kind == REPAIR else True
