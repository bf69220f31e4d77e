"""What any contact says of the customer is heard: it is true of the complaint, and of those that come later."""

from typing import Any

import pytest

from contracts.intake import ComplaintRegistered, ContactRepeated, Customer, Reachable
from tests.core.intake.desk import Desk, id_of

KNOWN = Customer(id="C-1")
PHONE, MAIL, POST = "+86 138 0013 8000", "li.na@example.com", "民权路 18 号"


def known(**more: Any) -> Customer:
    return KNOWN.model_copy(update=more)


def repeated(desk: Desk, ref: str = "T-2", **more: Any) -> ContactRepeated:
    event = desk.submit(ref, known(**more), day=1)[0]
    assert isinstance(event, ContactRepeated)
    return event


def registered(desk: Desk, ref: str = "N-1", **more: Any) -> ComplaintRegistered:
    event = desk.submit(ref, known(**more), day=2, complaint_type=f"another matter {ref}")[0]
    assert isinstance(event, ComplaintRegistered)
    return event


@pytest.mark.parametrize(
    ("first", "second", "heeded"),
    [
        ({}, {}, (False, False)),
        ({}, {"do_not_call": True}, (True, False)),
        ({}, {"vulnerable": True}, (False, True)),
        ({"do_not_call": True, "vulnerable": True}, {}, (True, True)),
        ({"do_not_call": True, "vulnerable": True}, {"do_not_call": False, "vulnerable": False}, (True, True)),
        ({"vulnerable": False}, {"vulnerable": True}, (False, True)),
    ],
)
def test_what_is_said_once_is_told_with_every_contact_and_every_complaint_after_it(
    first: dict[str, Any], second: dict[str, Any], heeded: tuple[bool, bool]
):
    desk = Desk()
    desk.submit("T-1", known(**first))
    contact = repeated(desk, **second)
    assert (contact.do_not_call, contact.is_vulnerable) == heeded
    complaint = registered(desk)
    assert (complaint.do_not_call, complaint.is_vulnerable) == heeded


def test_another_complaints_word_is_heeded_too():
    desk = Desk()
    desk.submit("T-1", KNOWN)
    registered(desk, do_not_call=True, vulnerable=True)
    contact = repeated(desk)
    assert contact.do_not_call and contact.is_vulnerable


def test_what_was_said_outlives_the_content_and_not_an_erasure():
    desk = Desk()
    desk.submit("T-1", known(do_not_call=True, vulnerable=True))
    desk.withdraw(day=1)
    (event,) = desk.submit("N-1", KNOWN, day=500, complaint_type="noise")
    assert isinstance(event, ComplaintRegistered) and event.do_not_call and event.is_vulnerable
    desk.erase(KNOWN, day=501, now=True)
    (event,) = desk.submit("N-2", KNOWN, day=502, complaint_type="noise")
    assert isinstance(event, ComplaintRegistered) and not event.do_not_call and not event.is_vulnerable


def test_an_erasure_that_waited_takes_its_own_words_and_leaves_those_said_later():
    desk = Desk()
    desk.submit("T-1", known(do_not_call=True))
    desk.erase(KNOWN, day=1)
    registered(desk, vulnerable=True)
    desk.withdraw(day=3)
    assert (desk.file().do_not_call, desk.file().is_vulnerable) == (False, True)


def test_a_way_to_reach_the_customer_that_only_a_later_contact_brings_is_told_and_kept():
    desk = Desk()
    desk.submit("T-1", KNOWN)
    assert repeated(desk, "T-2", phone=PHONE, name="李娜").reachable == Reachable(phone=True)
    assert repeated(desk, "T-3", email=MAIL, phone="不详").reachable == Reachable(phone=True, mail=True)
    assert repeated(desk, "T-4", post=POST).reachable == Reachable(phone=True, mail=True, post=True)
    assert repeated(desk, "T-5").reachable == Reachable(phone=True, mail=True, post=True)
    later = [each.customer for each in desk.dossier().later_contacts]
    assert later == [
        Customer(name="李娜", phone=PHONE), Customer(phone=PHONE, email=MAIL),
        *[Customer(phone=PHONE, email=MAIL, post=POST)] * 2,
    ]  # fmt: skip


def test_a_later_contact_shows_only_what_is_other_than_at_first():
    desk = Desk()
    desk.submit("T-1", known(name="李娜", phone=PHONE))
    repeated(desk, "T-2", name="李娜", phone="+86 139 0013 9000", language="zh")
    repeated(desk, "T-3", phone=PHONE)
    assert [each.customer for each in desk.dossier().later_contacts] == [Customer(phone="+86 139 0013 9000"), None]


def test_a_new_complaint_is_answered_where_the_customer_was_last_to_be_reached():
    desk = Desk()
    desk.submit("T-1", known(phone="+86 139 0013 9000", post=POST))
    repeated(desk, "T-2", phone=PHONE)
    assert registered(desk, email=MAIL).reachable == Reachable(phone=True, mail=True, post=True)
    assert desk.dossier("N-1").customer == known(phone=PHONE, email=MAIL, post=POST)
    assert desk.dossier("T-1").customer == known(phone="+86 139 0013 9000", post=POST)


def test_a_complaint_that_is_to_be_erased_lends_a_later_one_nothing():
    desk = Desk()
    desk.submit("T-1", known(phone=PHONE))
    desk.erase(KNOWN, day=1)
    assert registered(desk).reachable == Reachable()
    desk.withdraw(day=3)
    assert PHONE not in desk.file().model_dump_json() and set(desk.file().lives_in) == {id_of("T-1"), id_of("N-1")}
