"""What is owed: the first line of the policy's table that fits what was found, when, and how often it was repaired."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from contracts.routing import ProposeRemedy, RemedyOption
from services.platform.kernel.service import listed
from services.routing.clock.choice import fits, known_of
from services.routing.clock.clock import whole
from services.routing.policy import RoutingPolicy
from services.routing.promise import is_missed
from services.routing.remedies.days import last_instant, whole_days
from services.routing.remedies.ledger import EXCHANGE, Goods, Remedy
from services.routing.remedies.once import still_owed
from services.routing.remedies.rules import Entitlement, Grant, Within
from services.routing.remedies.sums import sum_of
from services.routing.remedies.table import Case, fitting
from services.routing.rules import Facts
from services.routing.state import Complaint
from services.routing.transitions import refused

MOST_TABLES = 20
"""As many as a policy has."""
PROOF = "proof_of_purchase"
PROMISE_MISSED, DISTANCE_SALE, NO_PROOF = "promise_missed", "distance_sale", "no_proof"
"""Circumstances that nobody has to find: a promise was missed (nobody may say so either); what the complaint came with."""


def names(known: Facts, policy: RoutingPolicy) -> tuple[str, ...]:
    """Which of the policy's tables are for a complaint."""
    return tuple(name for name, table in policy.entitlements.items() if fits(table.when, known))


def learnt(before: Complaint, complaint: Complaint, policy: RoutingPolicy) -> Complaint:
    """With the tables that fit what is known now and did not fit what was; none is taken away."""
    fitted = names(known_of(before), policy)
    new = [name for name in names(known_of(complaint), policy) if name not in fitted]
    return complaint.but(entitlements=tuple(dict.fromkeys((*new, *complaint.entitlements)))[:MOST_TABLES]) if new else complaint


def proposal(
    complaint: Complaint, asked: ProposeRemedy, id: str, instant: datetime, policy: RoutingPolicy
) -> tuple[Remedy, dict[str, Any]]:
    """And its working.  Raises `Refused`."""
    table = _table(complaint, asked, policy)
    missed = _missed(complaint, instant, policy)
    round = _round(complaint, asked.entitlement, table, missed)
    _must_be_open(complaint, asked.entitlement, table, round)
    goods, found = _goods(complaint, asked, instant), _circumstances(complaint, asked, table, round in missed)
    case = Case(found, complaint.repairs, lambda within: _claimed(complaint) <= _until(complaint, asked, goods, within, policy))
    grant = fitting(table.grants, case)
    if grant is None:
        raise refused("not_entitled")
    remedy = Remedy(
        id=id, round=complaint.round, ground="entitlement", entitlement=asked.entitlement, basis=grant.basis, options=(),
        makes_good=tuple(each.kind for each in grant.options if each.makes_good), evidence_needed=grant.evidence, evidence=asked.evidence,
        proposed_by=asked.by.staff, policy=policy.reference, promised_in=round if PROMISE_MISSED in table.circumstances else None,
    )  # fmt: skip
    options = still_owed(complaint, remedy, grant.options)
    remedy = remedy.but(options=tuple(RemedyOption(kind=each.kind, amount=sum_of(each, goods, asked.amount)) for each in options))
    return remedy, _working(complaint, asked, goods, grant, found, policy)


def _table(complaint: Complaint, asked: ProposeRemedy, policy: RoutingPolicy) -> Entitlement:
    known = [name for name in complaint.entitlements if name in policy.entitlements]
    if asked.entitlement is None or asked.entitlement not in known:
        raise refused("unknown_entitlement", listed(known))
    if asked.kind is not None:
        raise refused("kind_contradicts")
    return policy.entitlements[asked.entitlement]


def _must_be_open(complaint: Complaint, name: str | None, table: Entitlement, round: int) -> None:
    """One at a time, and no oftener than it is owed."""
    for each in complaint.remedies:
        if each.entitlement == name and each.counts and (table.once != "round" or (each.promised_in or each.round) == round):
            if each.is_under_way:
                raise refused("remedy_pending", each.id)
            if table.once:
                raise refused("already_given", each.id)


# -- the facts ----------------------------------------------------------------------------------------------------------------------------


def _goods(complaint: Complaint, asked: ProposeRemedy, instant: datetime) -> Goods:
    """As the papers show, else as registered; what was exchanged begins anew."""
    anew = _exchanged_at(complaint.remedies)
    names = ("sold_at", "received_at", "price", "declared_value")
    told = {name: value for name in names if (value := getattr(asked, name)) is not None}
    goods = complaint.goods.model_copy(update=told)
    for name in ("sold_at", "received_at"):
        if (at := getattr(goods, name)) and at > instant:
            raise refused("date_wrong", name)
    later = {name: max(filter(None, (getattr(goods, name), anew))) for name in ("sold_at", "received_at")} if anew else {}
    return goods.model_copy(update=later)


def _exchanged_at(remedies: Iterable[Remedy]) -> datetime | None:
    return max((each.done_at for each in remedies if each.kind == EXCHANGE and each.done_at), default=None)


def _claimed(complaint: Complaint) -> datetime:
    """When the customer came: what the house takes long over is not the customer's loss.  Of what was exchanged, when they came again."""
    came_again = complaint.round_began if _exchanged_at(complaint.remedies) else None
    return whole(came_again or complaint.counts_from)


def _until(complaint: Complaint, asked: ProposeRemedy, goods: Goods, within: Within, policy: RoutingPolicy) -> datetime:
    start = _start(goods, within)
    if start is None:
        raise refused("date_unknown", "sold_at" if within.since == "sale" else "received_at")
    without = _days_out_of_use(complaint, asked) if within.excludes_out_of_use else 0
    return last_instant(start, within.days, policy.calendar(within.calendar), without)


def _start(goods: Goods, within: Within) -> datetime | None:
    return goods.sold_at if within.since == "sale" else goods.received_at


def _days_out_of_use(complaint: Complaint, asked: ProposeRemedy) -> int:
    """Since it was last exchanged: of the item before, no paper counts either."""
    anew = _exchanged_at(complaint.remedies)
    repairs = [each for each in complaint.remedies if each.done_at and (anew is None or each.done_at > anew)]
    before = asked.out_of_use_days if anew is None else 0
    return before + whole_days(sum(each.out_of_use_seconds for each in repairs))


def _missed(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> tuple[int, ...]:
    """The rounds in which a promise was missed, the present one's included that is past."""
    now = (complaint.round,) if is_missed(complaint, instant, policy) else ()
    return (*complaint.promises_missed, *now)


def _round(complaint: Complaint, name: str | None, table: Entitlement, missed: Iterable[int]) -> int:
    """The round that it is for: of a missed promise the first that this table has given nothing for, else the present one."""
    if PROMISE_MISSED not in table.circumstances:
        return complaint.round
    paid = {each.promised_in for each in complaint.remedies if each.entitlement == name and each.counts}
    return next((round for round in missed if round not in paid), complaint.round)


def _circumstances(complaint: Complaint, asked: ProposeRemedy, table: Entitlement, is_promise_missed: bool) -> frozenset[str]:
    """A misspelt one would be none, and something else owed: it is refused."""
    if PROMISE_MISSED in asked.circumstances:
        raise refused("found_by_the_clock", "promised_resolution")
    known = [word for word in table.circumstances if word != PROMISE_MISSED]
    if not set(asked.circumstances) <= set(known):
        raise refused("unknown_circumstance", listed(known))
    return frozenset((*asked.circumstances, *_known_already(complaint, asked, is_promise_missed)))


def _known_already(complaint: Complaint, asked: ProposeRemedy, is_promise_missed: bool) -> Iterator[str]:
    if is_promise_missed:
        yield PROMISE_MISSED
    if complaint.goods.is_distance_sale:
        yield DISTANCE_SALE
    if complaint.goods.has_proof_of_purchase is False and PROOF not in asked.evidence:
        yield NO_PROOF


def _working(
    complaint: Complaint, asked: ProposeRemedy, goods: Goods, grant: Grant, found: frozenset[str], policy: RoutingPolicy
) -> dict[str, Any]:
    within = grant.within
    return {
        "counted_from": _start(goods, within) if within else None,
        "counted_until": _until(complaint, asked, goods, within, policy) if within else None,
        "repairs_so_far": complaint.repairs,
        "circumstances": tuple(sorted(found))[:20],
    }
