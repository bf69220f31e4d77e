"""The same customer about the same matter: a repeated contact while it is open, a predecessor when it is over."""

from typing import Any

import pytest

from contracts.ids import reference_number
from contracts.intake import ComplaintRegistered, ContactRepeated, Customer, LaterContact, SubmissionMerged
from contracts.routing import ClockStarted, ContactReturned
from services.intake.registration import COMPLAINT_BYTES
from tests.core.intake.desk import SMITH, START, Desk, id_of, names, policy, refusal

REPEATED = ["ContactRepeated", "SubmissionMerged"]
REGISTERED = ["ComplaintRegistered"]


def test_a_second_contact_is_told_of_the_open_complaint_and_lives_on_in_it():
    desk = Desk()
    desk.submit()
    repeated, merged = desk.submit(
        "T-2", day=1, channel="chat", narrative="还是不制冷，而且漏电！", hazards=("electric_leak",), attachments=("p2",)
    )
    assert isinstance(repeated, ContactRepeated) and isinstance(merged, SubmissionMerged)
    assert (repeated.complaint_id, repeated.submission, repeated.source_ref) == (id_of("T-1"), id_of("T-2"), "T-2")
    assert (repeated.contacts, repeated.channel, repeated.severity.hazards) == (2, "chat", ("electric_leak",))
    assert (merged.complaint_id, merged.into, merged.reference) == (id_of("T-2"), id_of("T-1"), reference_number(id_of("T-1")))
    assert repeated.customer == merged.customer == desk.file().customer
    later = LaterContact(submission=id_of("T-2"), narrative="还是不制冷，而且漏电！", attachments=("p2",))
    assert desk.dossier().later_contacts == (later,)


def test_contacts_are_counted():
    """§1.6: a second contact raises the priority, so each is numbered."""
    desk = Desk()
    desk.submit()
    told = [desk.submit(f"T-{n}", day=n)[0] for n in range(2, 5)]
    assert [each.contacts for each in told if isinstance(each, ContactRepeated)] == [2, 3, 4]


def test_a_merged_submission_sent_again_is_told_where_it_lives_on():
    desk = Desk()
    desk.submit()
    desk.submit("T-2", day=1)
    there = ("merged", reference_number(id_of("T-1")))
    assert refusal(desk.submit("T-2", day=2)) == there
    assert refusal(desk.submit("T-2", day=2, customer=SMITH, complaint_type="late delivery")) == there


@pytest.mark.parametrize(("days", "told"), [(30, REPEATED), (30.0001, REGISTERED)])
def test_thirty_days_after_the_last_contact_it_is_a_new_complaint(days: float, told: list[str]):
    """§1.6."""
    desk = Desk()
    desk.submit()
    assert names(desk.submit("T-2", day=days)) == told


def test_each_contact_starts_the_thirty_days_anew():
    desk = Desk()
    desk.submit()
    assert [names(desk.submit(f"T-{n}", day=29 * n)) for n in range(2, 5)] == [REGISTERED, REPEATED, REPEATED]


def product(**names: str) -> dict[str, Any]:
    waybill = names.pop("waybill", None)
    return {"product": names or None, "shipment": {"waybill": waybill} if waybill else None}


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ({}, {}, REPEATED),
        ({"order_no": "O-1"}, {"order_no": "O-1"}, REPEATED),
        ({"order_no": "O-1"}, {"order_no": "O-2"}, REGISTERED),
        ({"order_no": "O-1"}, {}, REGISTERED),
        ({}, {"sku": "K-1"}, REGISTERED),
        ({"order_no": "O-1"}, {"sku": "K-1"}, REGISTERED),
        ({"order_no": "O-1", "sku": "K-1"}, {"sku": "K-1"}, REPEATED),
        ({"order_no": "O-1", "sku": "K-1"}, {"order_no": "O-2", "sku": "K-1"}, REGISTERED),
        ({"order_no": "O-1", "serial": "S-1"}, {"order_no": "O-1", "serial": "S-2"}, REGISTERED),
        ({"order_no": "O-1", "serial": "S-1"}, {"order_no": "O-2", "serial": "S-1"}, REPEATED),
        ({"waybill": "W-1"}, {"waybill": "W-2"}, REGISTERED),
        ({"waybill": "W-1"}, {"waybill": "W-1"}, REPEATED),
        ({"category": "fridge"}, {"category": "fridge"}, REPEATED),
        ({"category": "fridge"}, {"category": "oven"}, REGISTERED),
        ({"category": "fridge"}, {}, REPEATED),
    ],
)
def test_the_most_exact_name_of_the_thing_that_both_give_decides(first: dict[str, str], second: dict[str, str], told: list[str]):
    desk = Desk()
    desk.submit(**product(**first))
    assert names(desk.submit("T-2", day=1, **product(**second))) == told


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("不能开机", "late delivery", REGISTERED),
        ("不能开机", "something else", REGISTERED),
        ("noise", "noise", REPEATED),
        ("noise", "rats", REGISTERED),
        (None, None, REPEATED),
        (None, "noise", REGISTERED),
    ],
)
def test_another_class_is_another_complaint_and_two_unclassified_need_the_same_words(first: str, second: str, told: list[str]):
    desk = Desk()
    desk.submit(complaint_type=first)
    assert names(desk.submit("T-2", day=1, complaint_type=second)) == told


def test_other_customers_never_meet():
    desk = Desk()
    desk.submit()
    assert names(desk.submit("T-2", SMITH)) == REGISTERED
    assert desk.file("T-1").customer != desk.file("T-2").customer


def test_the_same_customer_is_known_under_any_spelling_of_the_number():
    desk = Desk()
    desk.submit()
    spelt_otherwise = Customer(phone="+86-13800138000", name="王女士")
    assert names(desk.submit("T-2", spelt_otherwise, day=1)) == REPEATED


@pytest.mark.parametrize("end", ["close", "withdraw"])
def test_what_is_over_takes_in_no_more_contacts_until_it_is_reopened(end: str):
    desk = Desk()
    desk.submit()
    assert getattr(desk, end)(day=2) == []
    assert names(desk.submit("T-2", day=3)) == REGISTERED
    desk.withdraw("T-2", day=4)
    desk.reopen(day=5)
    repeated = desk.submit("T-3", day=6)
    assert names(repeated) == REPEATED and repeated[0].key == id_of("T-1")


def test_of_two_open_complaints_about_one_matter_the_one_last_heard_of_takes_the_contact():
    desk = Desk()
    desk.submit()
    desk.close(day=1)
    desk.submit("T-2", day=2)
    desk.reopen(day=3)
    assert desk.submit("T-3", day=4)[0].key == id_of("T-2")


def test_a_stale_or_repeated_end_or_reopening_changes_nothing():
    desk = Desk()
    desk.submit()
    desk.reopen(day=1, round=3)
    desk.close(day=2, round=2)
    assert names(desk.submit("T-2", day=3)) == REPEATED
    desk.close(day=4, round=3)
    ended = desk.file()
    desk.close(day=5, round=3)
    desk.reopen(day=6, round=3)
    assert desk.file() == ended


def test_a_complaint_soon_after_an_answered_one_names_it_as_its_predecessor():
    """§1.7: 90 days."""
    desk = Desk()
    desk.submit()
    desk.close(day=1)
    desk.submit("T-2", day=2)
    desk.close("T-2", day=50)
    (event,) = desk.submit("T-3", day=91)
    assert isinstance(event, ComplaintRegistered) and event.predecessors == (id_of("T-1"), id_of("T-2"))
    (event,) = desk.submit("T-4", day=91, complaint_type="late delivery")
    assert isinstance(event, ComplaintRegistered) and event.predecessors == ()
    desk.close("T-3", day=91)
    (event,) = desk.submit("T-5", day=92)
    assert isinstance(event, ComplaintRegistered) and event.predecessors == (id_of("T-2"), id_of("T-3"))


@pytest.mark.parametrize(
    ("type", "days", "is_repeat"),
    [("late delivery", 90, True), ("late delivery", 91, False), ("不能开机", 91, True), ("不能开机", 365, True), ("不能开机", 366, False)],
)
def test_a_product_that_fails_again_is_a_repeat_for_as_long_as_it_is_under_warranty(type: str, days: int, is_repeat: bool):
    """§1.7: 90 days after closing; product failures: the warranty term.  `不能开机` is of the class quality."""
    desk = Desk(policy(repeat_days_by_kind={"quality": 365}))
    desk.submit(complaint_type=type)
    desk.close(day=1, reopenable_days=0)
    (event,) = desk.submit("T-2", complaint_type=type, day=1 + days)
    assert isinstance(event, ComplaintRegistered) and event.predecessors == ((id_of("T-1"),) if is_repeat else ())


def test_a_complaint_that_was_taken_back_is_nobodys_predecessor():
    desk = Desk()
    desk.submit()
    desk.withdraw(day=1)
    (event,) = desk.submit("T-2", day=2)
    assert isinstance(event, ComplaintRegistered) and event.predecessors == ()


# -- routing has the last word --------------------------------------------------------------------------------------------------------


def test_a_contact_that_routing_hands_back_is_registered_anew_with_the_content_it_had():
    desk = Desk()
    desk.submit()
    desk.submit("T-2", day=1, narrative="又坏了", channel="chat")
    desk.withdraw(day=2)
    (event,) = desk.hand_back("T-1", "T-2", day=3)
    assert isinstance(event, ComplaintRegistered)
    assert (event.complaint_id, event.source_ref, event.channel) == (id_of("T-2"), "T-2", "chat")
    assert desk.dossier("T-1").later_contacts == ()
    assert desk.dossier("T-2").narrative == "又坏了"
    assert refusal(desk.submit("T-2", day=4)) == ("already_registered", reference_number(id_of("T-2")))


def test_a_contact_is_handed_back_once_however_often_it_is_said():
    desk = Desk()
    desk.submit()
    desk.submit("T-2", day=1)
    desk.close(day=2)
    assert names(desk.hand_back("T-1", "T-2", day=3)) == REGISTERED
    assert desk.hand_back("T-1", "T-2", day=4) == []
    assert desk.hand_back("T-1", "T-9", day=4) == []


def test_two_contacts_that_are_handed_back_are_one_new_complaint():
    desk = Desk()
    desk.submit()
    desk.submit("T-2", day=1)
    desk.submit("T-3", day=1)
    desk.withdraw(day=2)
    assert names(desk.hand_back("T-1", "T-2", day=3)) == REGISTERED
    repeated = desk.hand_back("T-1", "T-3", day=3)
    assert names(repeated) == REPEATED and repeated[0].key == id_of("T-2")


def test_a_contact_is_not_merged_again_into_the_complaint_that_it_was_handed_back_from():
    """Even where the end of that complaint has not been heard of."""
    desk = Desk()
    desk.submit()
    desk.submit("T-2", day=1)
    assert names(desk.hand_back("T-1", "T-2", day=2)) == REGISTERED


def test_a_contact_that_no_longer_fits_into_the_dossier_is_a_complaint_of_its_own():
    desk = Desk()
    told = [names(desk.submit(f"T-{n}", narrative="漏" * 20_000)) for n in range(12)]
    assert told[:2] == [REGISTERED, REPEATED] and told.count(REGISTERED) == 2
    sizes = [len(each.model_dump_json().encode()) for each in desk.dossiers("T-0").values() if each]
    assert len(sizes) == 2 and max(sizes) <= COMPLAINT_BYTES


def test_other_words_of_routing_are_none_of_intakes_business():
    desk = Desk()
    desk.submit()
    before = desk.file()
    clock = ClockStarted(
        complaint_id=id_of("T-1"), customer=before.customer, round=1, clock="resolution", kind="resolution", instance="resolution",
        target=1, unit="seconds", due=START, started_from=START, registered_at=START, policy="p",
    )  # fmt: skip
    assert desk.hear(clock, day=1) == []
    assert desk.hear(ContactReturned(complaint_id=id_of("X-1"), customer=before.customer, round=1, submission=id_of("X-2")), day=1) == []
    assert desk.file() == before
    document = desk.run.document("intake", id_of("T-1"))
    assert document is not None and document.length == 2
