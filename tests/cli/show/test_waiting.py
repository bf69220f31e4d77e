"""Which remedies wait for whom, in the last line of a complaint's story."""

from typing import Any

import pytest

from services.platform.kernel.record import Record
from tests.cli.show.support import POLICY, STAFF, event, registered, routed
from tests.cli.show.test_now import resolved, standing

YUAN = {"amount_minor": 60_000, "currency": "CNY"}
GIVEN = {"ground": "goodwill"}
OWED = {"ground": "entitlement", "entitlement": "guarantee", "basis": "cn.three_guarantees.9"}
HEAD = {"staff": "wang", "role": "head", "department": "repairs"}


def remedy(what: str, seq: int, id: str, **fields: Any) -> Record:
    return event(f"routing.remedy_{what}.v1", f"{what}-{id}", seq, seq, remedy=id, round=1, **fields)


def for_approval(seq: int, id: str = "1-goodwill", *approvers: str) -> Record:
    options = [{"kind": "partial_refund", "amount": YUAN}]
    return remedy("proposed", seq, id, **GIVEN, options=options, approvers=approvers or ("lead", "head"), by=STAFF, policy=POLICY)


def for_choice(seq: int, id: str = "1-guarantee", **papers: Any) -> Record:
    options = [{"kind": "refund", "amount": YUAN}, {"kind": "exchange"}]
    return remedy("proposed", seq, id, **OWED, options=options, by=STAFF, policy=POLICY, **papers)


def issued(seq: int, id: str = "1-guarantee", kind: str = "refund", **fields: Any) -> Record:
    return remedy("issued", seq, id, kind=kind, policy=POLICY, **OWED | fields)


def waiting(*records: Record) -> str:
    return standing(registered(), routed(), *records)


def test_goodwill_waits_for_a_role_and_not_for_whose_proposal_it_is() -> None:
    assert (
        " To put it right there wait: partial refund of 600.00 CNY (1-goodwill) for lead or head to approve,"
        " but not for li, whose proposal it is. "
    ) in waiting(for_approval(1))


def test_what_is_owed_waits_for_the_customers_choice_and_the_papers_not_yet_seen() -> None:
    owed = for_choice(1, evidence_needed=["invoice", "test_report"], evidence=["invoice"])
    assert "wait: refund of 600.00 CNY or exchange (1-guarantee) for the customer to choose, and test report to be seen. " in waiting(owed)
    assert "(1-guarantee) for the customer to choose. " in waiting(for_choice(1))


def test_what_is_issued_waits_to_be_carried_out() -> None:
    chosen = remedy("chosen", 2, "1-guarantee", **OWED, kind="refund", amount=YUAN)
    assert "wait: refund of 600.00 CNY (1-guarantee), issued, to be confirmed by whoever carries it out. " in waiting(
        for_choice(1), chosen, issued(3, amount=YUAN)
    )


def test_several_are_told_in_the_order_of_their_proposals() -> None:
    told = waiting(for_choice(1), for_approval(2, "1-goodwill", "head"), for_choice(3, "1-late"), issued(4, "1-late", "exchange"))
    assert told.count("To put it right there wait: ") == 1
    places = [told.index(f"({id})") for id in ("1-guarantee", "1-goodwill", "1-late")]
    assert places == sorted(places) and "; exchange (1-late), issued, " in told


@pytest.mark.parametrize(
    "over",
    [
        remedy("rejected", 4, "1-guarantee", **OWED, reason="changed_mind", by=HEAD),
        remedy("done", 4, "1-guarantee", **OWED, kind="refund", amount=YUAN, by=HEAD),
        remedy("failed", 4, "1-guarantee", **OWED, kind="refund", amount=YUAN, reason="account_closed", by=HEAD),
        remedy("cancelled", 4, "1-guarantee", **OWED, reason="withdrawn"),
    ],
    ids=["rejected", "done", "failed", "cancelled"],
)
def test_what_is_over_waits_no_longer(over: Record) -> None:
    assert "there wait" not in waiting(for_choice(1), over)


def test_what_still_waits_when_all_is_answered_is_told_beside_the_end() -> None:
    told = waiting(for_choice(1), issued(3, amount=YUAN), resolved())
    assert told.startswith("Now: resolved by repairs") and "there wait: refund of 600.00 CNY (1-guarantee), issued" in told
