"""What was owed and what was given, by kind and cause, each currency for itself."""

import pytest

from contracts.model import Money
from contracts.routing import (
    RemedyApproved,
    RemedyCancelled,
    RemedyChosen,
    RemedyDone,
    RemedyFailed,
    RemedyIssued,
    RemedyOption,
    RemedyRejected,
)
from tests.core.backtest_report.history import Matter, heard

IT, NEXT = Matter(), Matter("T-2")
CNY, USD = Money(amount_minor=19_900, currency="CNY"), Money(amount_minor=500, currency="USD")
REFUND, EXCHANGE, GIFT = (
    RemedyOption(kind="refund", amount=CNY),
    RemedyOption(kind="exchange"),
    RemedyOption(kind="compensation", amount=USD),
)


def remedies(*told):
    return heard(*told).summary().remedies


def test_what_is_owed_and_what_is_given_never_share_a_row():
    owed = [IT.proposed(REFUND, EXCHANGE, ground="entitlement"), IT.remedy(RemedyChosen, "refund", CNY, "entitlement"),
            IT.remedy(RemedyIssued, "refund", CNY, "entitlement"), IT.remedy(RemedyDone, "refund", CNY, "entitlement")]  # fmt: skip
    given = [IT.proposed(REFUND), IT.remedy(RemedyApproved, "refund", CNY), IT.remedy(RemedyIssued, "refund", CNY),
             IT.remedy(RemedyFailed, "refund", CNY)]  # fmt: skip
    found = dict(remedies(*enumerate([*owed, *given])).by_kind)
    assert set(found) == {("entitlement", "refund"), ("goodwill", "refund")}
    one, other = found["entitlement", "refund"], found["goodwill", "refund"]
    assert (one.proposed, one.chosen, one.approved, one.issued, one.done, one.failed, one.pending) == (1, 1, 0, 1, 1, 0, 0)
    assert (other.proposed, other.chosen, other.approved, other.issued, other.done, other.failed) == (1, 0, 1, 1, 0, 1)
    assert one.sums_done == (("CNY", 19_900),) and other.sums_done == ()


def test_sums_stand_by_currency_and_are_never_added_across():
    told = [each.remedy(RemedyIssued, "compensation", amount) for each in (IT, NEXT) for amount in (CNY, USD)]
    assert remedies(*enumerate(told)).all.sums_issued == (("CNY", 39_800), ("USD", 1_000))


@pytest.mark.parametrize(("end", "pending"), [(None, 1), (RemedyRejected, 0), (RemedyCancelled, 0), (RemedyIssued, 0)])
def test_what_is_neither_issued_nor_over_is_pending(end, pending):
    ended = [(1, IT.remedy(end, "compensation"))] if end else []
    assert remedies((0, IT.proposed(GIFT)), *ended).all.pending == pending


def test_until_the_customer_chooses_its_kind_is_open_unless_there_is_but_one():
    found = remedies((0, IT.proposed(REFUND, EXCHANGE, ground="entitlement")), (1, NEXT.proposed(GIFT)))
    assert [name for name, _ in found.by_kind] == [("entitlement", "(not chosen)"), ("goodwill", "compensation")]


def test_the_cause_is_what_was_found_in_its_round_several_in_one_row():
    found = remedies(
        (0, IT.proposed(GIFT)), (1, IT.resolved(causes=("delivery", "worn_part"))), (2, IT.reopened()),
        (3, IT.proposed(GIFT, round=2)), (4, IT.resolved(round=2, causes=("training",))), (5, NEXT.proposed(GIFT)),
    )  # fmt: skip
    assert [(name[1], row.proposed) for name, row in found.by_cause] == [("(not found)", 1), ("delivery, worn_part", 1), ("training", 1)]
