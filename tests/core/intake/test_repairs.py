"""Repairs that were done are counted of the product (§1.7), beside those that papers prove; an exchange begins the count anew (§2.5)."""

from typing import Any

import pytest

from contracts.intake import ComplaintRegistered, Customer, LinkCustomers, PriorRepairs, Product, RepeatFactsChanged
from contracts.model import Event, Staff
from contracts.routing import RemedyDone
from tests.core.intake.desk import SMITH, WANG, Desk, id_of, names

HEATER, OTHER = Product(serial="SN-1", order_no="A-1"), Product(serial="SN-2", order_no="A-1")


def finished(desk: Desk, ref: str = "T-1", kind: str = "repair", remedy: str = "1-guarantee", day: float = 0, **more: Any) -> list[Event]:
    told = RemedyDone(
        complaint_id=id_of(ref), customer=desk.file(ref).customer, round=1, remedy=remedy, ground="entitlement", kind=kind,
        by=Staff(staff="s1", role="agent"), **more,
    )  # fmt: skip
    return desk.hear(told, day=day)


def counts(events: list[Event]) -> dict[str, tuple[int, str]]:
    return {each.complaint_id: (each.repairs_so_far, each.because) for each in events if isinstance(each, RepeatFactsChanged)}


def desk(product: Product = HEATER, **more: Any) -> Desk:
    begun = Desk()
    begun.submit(product=product, **more)
    return begun


def registered(events: list[Event]) -> ComplaintRegistered:
    return next(each for each in events if isinstance(each, ComplaintRegistered))


def test_each_repair_that_is_done_counts_once_more() -> None:
    begun = desk()
    assert counts(finished(begun)) == {id_of("T-1"): (1, "repair_done")}
    assert counts(finished(begun, remedy="1-guarantee.2", day=1)) == {id_of("T-1"): (2, "repair_done")}


@pytest.mark.parametrize("kind", ["refund", "compensation", "paid_repair", "apology", "spare_part"])
def test_nothing_else_that_is_done_is_a_repair(kind: str) -> None:
    assert finished(desk(), kind=kind) == []


def test_repairs_done_come_on_top_of_those_that_papers_prove() -> None:
    begun = desk(prior_repairs=PriorRepairs(count=2, evidence=("R-1",)))
    assert counts(finished(begun)) == {id_of("T-1"): (2, "repair_done")}
    added = begun.add(prior_repairs=PriorRepairs(count=1, evidence=("R-2",)), day=1)
    assert counts(added) == {id_of("T-1"): (3, "proof_added")}


def test_a_later_complaint_about_the_same_item_knows_them() -> None:
    begun = desk()
    finished(begun)
    begun.close(day=1)
    again = registered(begun.submit("T-2", product=HEATER, day=30))
    assert (again.repairs_so_far, again.predecessors) == (1, (id_of("T-1"),))
    assert registered(begun.submit("T-3", product=OTHER, day=31)).repairs_so_far == 0
    assert counts(finished(begun, "T-2", day=32)) == dict.fromkeys((id_of("T-1"), id_of("T-2")), (2, "repair_done"))


def test_a_complaint_about_another_item_of_the_order_hears_nothing() -> None:
    begun = desk()
    begun.submit("T-2", product=OTHER, day=0.1)
    assert counts(finished(begun, day=1)) == {id_of("T-1"): (1, "repair_done")}


def test_every_complaint_about_the_item_hears_of_it_for_a_closed_one_may_be_reopened() -> None:
    begun = desk()
    begun.submit("T-2", complaint_type="late delivery", product=HEATER, day=0.1)
    begun.close("T-2", day=0.2)
    assert set(counts(finished(begun, day=1))) == {id_of("T-1"), id_of("T-2")}


def test_what_names_no_item_is_counted_for_its_complaint_alone() -> None:
    begun = desk(product=Product(category="water_heater"))
    begun.submit("T-2", complaint_type="late delivery", product=Product(category="water_heater"), day=0.1)
    assert counts(finished(begun, day=1)) == {id_of("T-1"): (1, "repair_done")}


def test_a_closed_complaint_hears_of_its_own_repair_for_it_may_be_reopened() -> None:
    begun = desk()
    begun.close(day=1)
    assert counts(finished(begun, day=2)) == {id_of("T-1"): (1, "repair_done")}


def test_an_exchange_begins_the_count_anew() -> None:
    begun = desk(prior_repairs=PriorRepairs(count=1, evidence=("R-1",)))
    finished(begun)
    assert counts(finished(begun, kind="exchange", remedy="1-guarantee.2", day=1)) == {id_of("T-1"): (0, "exchanged")}
    assert counts(finished(begun, remedy="2-guarantee", day=2)) == {id_of("T-1"): (1, "repair_done")}
    begun.close(day=3)
    assert registered(begun.submit("T-2", product=HEATER, day=4)).repairs_so_far == 1


def test_an_exchange_of_what_was_never_repaired_changes_no_count() -> None:
    assert finished(desk(), kind="exchange") == []


@pytest.mark.parametrize("customer", [WANG, SMITH, Customer()])
def test_it_is_found_by_the_complaint_whoever_its_customer_is(customer: Customer) -> None:
    begun = Desk()
    begun.submit(customer=customer, product=HEATER)
    assert names(finished(begun)) == ["RepeatFactsChanged"]


def test_of_a_complaint_that_was_erased_nothing_is_said() -> None:
    begun = desk()
    begun.close(day=1)
    begun.erase(day=2)
    assert finished(begun, day=3) == []


def test_repairs_go_over_with_a_file_and_later_ones_are_told_there() -> None:
    """The item is complained of under two names; before and after the files become one it is repaired."""
    begun, other = desk(), Customer(phone="139 0013 9000")
    begun.submit("T-2", other, product=HEATER, day=0.1)
    finished(begun, day=1)
    linked = begun.send(LinkCustomers(request="L-1", customer=WANG, into=other), day=2)
    assert {each: told[0] for each, told in counts(linked).items()} == {id_of("T-1"): 1, id_of("T-2"): 1}
    assert set(counts(finished(begun, "T-1", remedy="1-guarantee.2", day=3)).values()) == {(2, "repair_done")}
