"""Repairs that were done are counted of the product (§1.7), beside those that papers prove; an exchange begins the count anew (§2.5)."""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.intake import ComplaintRegistered, Customer, DossierErased, LinkCustomers, PriorRepairs, Product, RepeatFactsChanged
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


def test_what_was_repaired_for_a_complaint_of_another_kind_is_heard_when_the_files_become_one() -> None:
    begun, other = desk(), Customer(phone="139 0013 9000")
    begun.submit("T-2", other, complaint_type="late delivery", product=HEATER, day=0.1)
    finished(begun, day=1)
    assert counts(begun.send(LinkCustomers(request="L-1", customer=WANG, into=other), day=2)) == {id_of("T-2"): (1, "customers_linked")}


def test_repairs_go_over_with_a_file_and_later_ones_are_told_there() -> None:
    """The item is complained of under two names; before and after the files become one it is repaired."""
    begun, other = desk(), Customer(phone="139 0013 9000")
    begun.submit("T-2", other, product=HEATER, day=0.1)
    finished(begun, day=1)
    linked = begun.send(LinkCustomers(request="L-1", customer=WANG, into=other), day=2)
    assert {each: told[0] for each, told in counts(linked).items()} == {id_of("T-1"): 1, id_of("T-2"): 1}
    assert set(counts(finished(begun, "T-1", remedy="1-guarantee.2", day=3)).values()) == {(2, "repair_done")}


def test_a_closed_complaint_hears_of_the_repairs_that_another_file_brings_for_it_may_be_reopened() -> None:
    begun, other = desk(), Customer(phone="139 0013 9000")
    begun.submit("T-2", other, product=HEATER, day=0.1)
    finished(begun, "T-2", day=0.2)
    begun.close("T-1", day=1)
    linked = begun.send(LinkCustomers(request="L-1", customer=WANG, into=other), day=2)
    assert {each: told[0] for each, told in counts(linked).items()}[id_of("T-1")] == 1


EXAMPLES = os.environ.get("EXAMPLES")
ITEMS, LI = (HEATER, OTHER), Customer(phone="139 0013 9000")
STEPS = st.one_of(
    st.tuples(st.just("complains"), st.booleans(), st.sampled_from([False, False, True]), st.sampled_from(["不能开机", "late delivery"])),
    st.tuples(st.sampled_from(["repair", "repair", "repair", "exchange", "closes", "reopens"]), st.integers(0, 3)),
    st.tuples(st.just("is forgotten"), st.booleans(), st.booleans()),
)


class Counted:
    """Repairs by the complaint that they were done for, as somebody would keep them who only hears what intake says."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.are_one = False
        self.refs: list[str] = []
        self.about: dict[str, tuple[bool, Product]] = {}
        """Whose, and which item: of what is registered and not forgotten."""
        self.done: dict[str, int] = {}
        self.forgotten: list[Product] = []
        """Of which some complaint was erased: nobody is told that it counts no more."""
        self.open: set[str] = set()
        self.told: dict[str, int] = {}

    def step(self, what: str, *how: Any) -> None:
        ref = self.refs[how[0] % len(self.refs)] if self.refs and how and type(how[0]) is int else None
        match what:
            case "complains":
                self.refs.append(f"T-{len(self.refs)}")
                self._complains(self.refs[-1], *how)
            case "repair" | "exchange" if ref:
                self._finished(ref, what)
            case "closes" if ref in self.open:
                self.open.discard(ref)
                self._hears(self.desk.close(ref))
            case "reopens" if ref in self.about and ref not in self.open:
                self.open.add(ref)
                self._hears(self.desk.reopen(ref))
            case "is forgotten":
                self._hears(self.desk.erase(LI if how[0] else WANG, now=how[1]))
            case "links" if not self.are_one:
                answers = self.desk.send(LinkCustomers(request="L-1", customer=WANG, into=LI))
                self.are_one = "CustomersLinked" in names(answers)
                self._hears(answers)

    def _complains(self, ref: str, is_li: bool, is_other: bool, of: str) -> None:
        answers = self.desk.submit(ref, LI if is_li else WANG, product=ITEMS[is_other], complaint_type=of)
        if any(isinstance(each, ComplaintRegistered) for each in answers):
            self.about[ref], self.done[ref] = (is_li, ITEMS[is_other]), 0
            self.open.add(ref)
        self._hears(answers)

    def _finished(self, ref: str, kind: str) -> None:
        if ref in self.about and kind == "repair":
            self.done[ref] += 1
        elif ref in self.about:
            self.done |= dict.fromkeys(self._with(ref), 0)
        if ref in self.about:
            self._hears(finished(self.desk, ref, kind))

    def _with(self, ref: str) -> list[str]:
        """Complaints of the same customer about the same item."""
        is_li, item = self.about[ref]
        return [each for each, (other, its) in self.about.items() if its == item and (other == is_li or self.are_one)]

    def _hears(self, answers: list[Event]) -> None:
        refs = {id_of(ref): ref for ref in self.refs}
        for event in answers:
            match event:
                case ComplaintRegistered() | RepeatFactsChanged():
                    self.told[refs[event.complaint_id]] = event.repairs_so_far
                case DossierErased() if refs[event.complaint_id] in self.about:
                    self.forgotten.append(self.about.pop(refs[event.complaint_id])[1])
                    self.open.discard(refs[event.complaint_id])
        for ref in self.open:
            done = sum(self.done[each] for each in self._with(ref))
            assert self.told[ref] >= done if self.about[ref][1] in self.forgotten else self.told[ref] == done, ref


@settings(max_examples=int(EXAMPLES or 100), derandomize=EXAMPLES is None, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=st.lists(STEPS, min_size=5, max_size=12), after=st.lists(STEPS, max_size=12))
def test_every_open_complaint_has_heard_how_often_its_item_was_repaired_whatever_was_linked_and_forgotten(
    before: list[tuple[Any, ...]], after: list[tuple[Any, ...]]
) -> None:
    counted = Counted()
    for step in (*before, ("links",), *after):
        counted.step(*step)
