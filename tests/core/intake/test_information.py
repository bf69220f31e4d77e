"""More about a complaint that is on file: which one is meant, what is told and kept of it, and why some is refused."""

from typing import Any

import pytest

from contracts.ids import reference_number
from contracts.intake import (
    AddInformation,
    ContactWindow,
    Customer,
    CustomerProfileChanged,
    InformationAdded,
    LaterContact,
    PriorRepairs,
    Reachable,
    RepeatFactsChanged,
    Severity,
)
from contracts.model import Event, Money, Staff
from services.intake.complaint import Addition
from services.intake.registration import COMPLAINT_BYTES
from tests.core.intake.desk import SMITH, WANG, Desk, id_of, names, policy, refusal

REFERENCE = reference_number(id_of("T-1"))
AGENT = Staff(staff="s-7", role="agent", department="desk")
NEWS: dict[str, Any] = {"narrative": "昨晚又漏水了"}


def with_complaint(customer: Customer = WANG, **fields: Any) -> Desk:
    desk = Desk()
    desk.submit(customer=customer, **fields)
    return desk


def added(events: list[Event]) -> InformationAdded:
    assert isinstance(events[0], InformationAdded)
    return events[0]


def test_new_facts_are_told_without_a_word_of_what_was_said_and_kept_in_the_dossier():
    desk, stake = with_complaint(), Money(amount_minor=9_900, currency="CNY")
    signs: dict[str, Any] = {"hazards": ("electric_leak",), "has_public_exposure": True, "amount_at_stake": stake}
    event = added(desk.add(day=1, **NEWS, attachments=("p1", "p2"), by=AGENT, **signs))
    assert (event.complaint_id, event.customer, event.by) == (id_of("T-1"), desk.file().customer, AGENT)
    assert event.severity == Severity(**signs)
    assert (event.has_narrative, event.attachments, event.is_chasing, event.contacts) == (True, 2, False, 1)
    assert event.reachable == Reachable(phone=True, mail=True, post=True)
    assert (event.do_not_call, event.is_vulnerable) == (False, False)
    assert desk.dossier().later_contacts == (LaterContact(narrative="昨晚又漏水了", attachments=("p1", "p2")),)


def test_severity_of_added_information_is_only_what_this_message_says():
    desk = with_complaint(hazards=("fire",))
    assert added(desk.add(**NEWS)).severity == Severity()


# -- which complaint ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "named",
    [
        {"reference": REFERENCE},
        {"reference": REFERENCE.lower().replace("-", " ")},
        {"source_ref": "T-1"},
        {"source_ref": "T-1", "complaint_source": "crm", "source": "chat"},
        {"source_ref": "T-1", "reference": REFERENCE},
        {"customer": WANG},
        {"customer": Customer(phone="+86-138-0013-8000")},
        {"reference": REFERENCE, "customer": WANG},
        {"reference": REFERENCE, "customer": Customer(name="王秀英")},
        {"reference": REFERENCE, "customer": Customer(id="C-9", email="Xiuying.Wang@example.com")},
        {"source_ref": "T-2"},
    ],
)
def test_a_complaint_is_named_by_reference_by_source_ref_or_by_its_customer_alone(named: dict[str, Any]):
    """`T-2` was merged into it."""
    desk = with_complaint()
    desk.submit("T-2", day=1)
    desk.submit("X-1", SMITH, day=1)
    source = {"source": named.pop("source", "crm")}
    assert added(desk.add(named.pop("source_ref", None), day=2, **NEWS, **named, **source)).complaint_id == id_of("T-1")


@pytest.mark.parametrize(
    ("named", "reason"),
    [
        ({"reference": "8YFA-MW4F-467Z-E"}, "no_complaint"),
        ({"reference": "my complaint"}, "no_complaint"),
        ({"reference": reference_number(id_of("X-9"))}, "no_complaint"),
        ({"source_ref": "X-9"}, "no_complaint"),
        ({"source_ref": "T-1", "source": "chat"}, "no_complaint"),
        ({"source_ref": "X-9", "customer": WANG}, "no_complaint"),
        ({"source_ref": "X-9", "reference": REFERENCE}, "no_complaint"),
        ({"source_ref": "N-1", "reference": REFERENCE}, "no_complaint"),
        ({"source_ref": "N-1", "reference": "8YFA-MW4F-467Z-E"}, "no_complaint"),
        ({}, "no_complaint"),
        ({"customer": Customer()}, "no_complaint"),
        ({"customer": Customer(phone="139 0013 9000")}, "no_complaint"),
        ({"customer": WANG}, "ambiguous"),
        ({"reference": REFERENCE, "customer": SMITH}, "customers_differ"),
        ({"source_ref": "T-1", "customer": Customer(phone="139 0013 9000")}, "customers_differ"),
        ({"source_ref": "T-1", "customer": Customer(time_zone="Asia/Chongqing-City")}, "unknown_zone"),
        ({"source_ref": "T-1", "customer": Customer(country="ZZ")}, "unknown_country"),
    ],
)
def test_where_no_complaint_or_more_than_one_is_meant_nothing_is_added(named: dict[str, Any], reason: str):
    desk = with_complaint()
    desk.submit("N-1", complaint_type="noise")
    desk.submit("X-1", SMITH)
    before, source = desk.file(), {"source": named.pop("source", "crm")}
    see = "LinkCustomers" if reason == "customers_differ" else None
    assert refusal(desk.add(named.pop("source_ref", None), day=1, **NEWS, **named, **source)) == (reason, see)
    assert desk.file() == before


def test_of_a_customer_who_is_named_alone_only_what_is_open_and_stays_is_meant():
    desk = with_complaint()
    desk.submit("N-1", complaint_type="noise")
    desk.close("N-1", day=1)
    assert added(desk.add(None, day=2, customer=WANG, **NEWS)).complaint_id == id_of("T-1")
    desk.erase(day=3)
    assert refusal(desk.add(None, day=4, customer=WANG, **NEWS)) == ("to_be_erased", None)
    desk.submit("T-2", day=5)
    assert added(desk.add(None, day=6, customer=WANG, **NEWS)).complaint_id == id_of("T-2")
    desk.close("T-1", day=7)
    desk.close("T-2", day=7)
    assert refusal(desk.add(None, day=8, customer=WANG, **NEWS)) == ("no_complaint", None)


def test_whoever_has_the_number_of_an_anonymous_complaint_may_add_to_it_and_be_reached_from_then_on():
    desk = with_complaint(Customer())
    event = added(desk.add(reference=REFERENCE, customer=Customer(phone="138 0013 8000", name="王秀英")))
    assert event.reachable == Reachable(phone=True) and event.customer == id_of("T-1")
    assert desk.dossier().later_contacts == (LaterContact(customer=Customer(phone="138 0013 8000", name="王秀英")),)


@pytest.mark.parametrize("named", [{"ref": "T-1"}, {"ref": "T-2"}, {"ref": None, "reference": REFERENCE}])
@pytest.mark.parametrize("end", ["closed", "withdrawn", "to_be_erased", "erased", "left behind"])
def test_what_is_over_or_to_be_forgotten_takes_nothing_in_and_says_why(named: dict[str, Any], end: str):
    desk = with_complaint()
    desk.submit("T-2", day=1)
    match end:
        case "closed":
            desk.close(day=2)
        case "withdrawn":
            desk.withdraw(day=2)
        case "left behind":
            desk.withdraw(day=2)
            desk.submit("N-1", complaint_type="noise", day=200)
        case _:
            desk.erase(day=2, now=end == "erased")
    reason = "closed" if end == "left behind" else end
    assert refusal(desk.add(named["ref"], day=3, reference=named.get("reference"), **NEWS)) == (reason, None)


def test_a_reopened_complaint_takes_in_again():
    desk = with_complaint()
    desk.close(day=1)
    desk.reopen(day=2)
    assert added(desk.add(day=3, **NEWS)).complaint_id == id_of("T-1")


# -- what is said ---------------------------------------------------------------------------------------------------------------------


def test_where_the_customer_is_and_when_to_call_is_news_and_told_as_stated_last():
    """§3.2: nobody is called by the hours of the place that the customer has left."""
    desk, evening = with_complaint(), (ContactWindow(days=(1, 2), opens="18:00", closes="20:00"),)
    event = added(desk.add(day=1, customer=Customer(time_zone="America/Los_Angeles", country="US", contact_windows=evening)))
    assert (event.time_zones, event.country, event.contact_windows) == (("America/Los_Angeles",), "US", evening)
    for again in ({"time_zone": "America/Los_Angeles"}, {"country": "US"}, {"contact_windows": evening}):
        assert refusal(desk.add(day=2, customer=Customer(**again))) == ("nothing_said", None)
    for n, new in enumerate(({"time_zone": "Asia/Urumqi"}, {"country": "CN"}, {"contact_windows": evening * 2})):
        assert added(desk.add(day=3 + n, customer=Customer(**new)))
    assert added(desk.add(day=9, is_chasing=True)).time_zones == ("Asia/Urumqi",)


@pytest.mark.parametrize(
    "said",
    [
        {}, {"channel": "chat", "by": AGENT}, {"narrative": " \n"}, {"prior_repairs": {"count": 0}}, {"customer": WANG},
        {"customer": WANG.model_copy(update={"language": "en"})},
    ],
)  # fmt: skip
def test_what_adds_nothing_is_refused(said: dict[str, Any]):
    assert refusal(with_complaint().add(**said)) == ("nothing_said", None)


@pytest.mark.parametrize(
    "said",
    [
        NEWS, {"is_chasing": True}, {"attachments": ("p1",)}, {"hazards": ("gas",)}, {"has_public_exposure": True},
        {"amount_at_stake": {"amount_minor": 0, "currency": "CNY"}}, {"prior_repairs": {"count": 1}},
        {"prior_repairs": {"count": 0, "evidence": ("slip",)}}, {"customer": Customer(post="中山路 1 号")},
        {"customer": Customer(do_not_call=True)}, {"customer": Customer(vulnerable=True)},
    ],
)  # fmt: skip
def test_any_one_fact_is_something(said: dict[str, Any]):
    assert names(with_complaint().add(**said)) == ["InformationAdded"]


def test_only_who_is_chasing_is_counted_as_a_further_contact():
    """§1.6: each contact counts, a paper that is handed in later does not."""
    desk = with_complaint()
    told = [desk.add(day=1, is_chasing=True), desk.add(day=2, attachments=("p1",)), desk.add(day=3, is_chasing=True)]
    assert [added(each).contacts for each in told] == [2, 2, 3]
    repeated = desk.submit("T-2", day=4)[0]
    assert getattr(repeated, "contacts", None) == 4
    assert added(desk.add(day=5, is_chasing=True)).contacts == 5
    paper, repeat = desk.dossier().later_contacts
    assert (paper, repeat.submission) == (LaterContact(attachments=("p1",)), id_of("T-2"))


@pytest.mark.parametrize("said", [{"is_chasing": True}, {"attachments": ("p1",)}])
def test_each_message_starts_the_thirty_days_of_the_last_contact_anew(said: dict[str, Any]):
    desk = with_complaint()
    desk.add(day=29, **said)
    assert names(desk.submit("T-2", day=58)) == ["ContactRepeated", "SubmissionMerged"]


def test_how_to_reach_the_customer_is_known_from_then_on_to_this_and_later_complaints():
    desk = with_complaint(Customer(id="C-1", phone="138 0013 8000"))
    event = added(desk.add(day=1, customer=Customer(id="C-1", email="li.na@example.com", phone="不详")))
    assert event.reachable == Reachable(phone=True, mail=True)
    assert desk.dossier().later_contacts == (LaterContact(customer=Customer(email="li.na@example.com")),)
    desk.submit("N-1", Customer(id="C-1"), complaint_type="noise", day=2)
    assert desk.dossier("N-1").customer == Customer(id="C-1", phone="138 0013 8000", email="li.na@example.com")


def test_what_it_says_first_of_the_customer_the_other_open_complaints_hear():
    desk = with_complaint(Customer(id="C-1"))
    desk.submit("N-1", Customer(id="C-1"), complaint_type="noise")
    told = desk.add(day=1, customer=Customer(do_not_call=True, vulnerable=True), by=AGENT)
    assert names(told) == ["InformationAdded", "CustomerProfileChanged"]
    assert added(told).do_not_call and added(told).is_vulnerable
    other = told[1]
    assert isinstance(other, CustomerProfileChanged)
    assert (other.complaint_id, other.do_not_call, other.is_vulnerable, other.by) == (id_of("N-1"), True, True, AGENT)
    assert names(desk.add(day=2, customer=Customer(do_not_call=True), **NEWS)) == ["InformationAdded"]


# -- proofs of repairs ----------------------------------------------------------------------------------------------------------------


def repairs(count: int, *papers: str) -> dict[str, Any]:
    return {"prior_repairs": PriorRepairs(count=count, evidence=papers)}


@pytest.mark.parametrize(
    ("first", "later", "known"),
    [
        (repairs(1, "a"), [repairs(1, "b")], [2]),
        (repairs(1, "a"), [repairs(2, "a", "b")], [2]),
        (repairs(3, "a"), [repairs(3, "b", "c")], [3]),
        (repairs(1, "a", "a2"), [repairs(1, "a2")], [None]),
        (repairs(1, "a", "a2"), [repairs(2, "a", "a2")], [2]),
        (repairs(2, "a", "b"), [repairs(2, "a", "b"), repairs(1, "c")], [None, 3]),
        (repairs(2), [repairs(2), repairs(1, "a")], [None, 1]),
        (repairs(0, "a"), [repairs(1)], [1]),
        ({}, [NEWS, repairs(5, "a", "b")], [None, 2]),
    ],
)
def test_papers_that_come_late_prove_repairs_each_once(first: dict[str, Any], later: list[dict[str, Any]], known: list[int | None]):
    """§1.7: prior repairs with evidence; late news is told."""
    desk = with_complaint(**first)
    for day, (said, repairs_so_far) in enumerate(zip(later, known, strict=True), 1):
        told = desk.add(day=day, **said)[1:]
        assert [each.repairs_so_far for each in told if isinstance(each, RepeatFactsChanged)] == [n for n in [repairs_so_far] if n]
        assert all(isinstance(each, RepeatFactsChanged) and each.because == "proof_added" for each in told)


def test_more_repairs_than_can_be_told_are_told_as_the_most():
    papers = (tuple(f"{letter}-{n}" for n in range(50)) for letter in range(300))
    told = [AddInformation.model_validate({"request": "I-1", **repairs(1000, *each)}) for each in papers]
    (complaint,) = with_complaint().file().complaints
    assert complaint.model_copy(update={"later": tuple(map(Addition.of, told))}).proven_repairs == 10_000


def test_a_repeated_contact_brings_papers_too_and_predecessors_stay_told():
    desk = Desk(policy(repeat_days=90))
    desk.submit()
    desk.close(day=1)
    desk.submit("T-2", day=2, **repairs(1, "a"))
    told = desk.submit("T-3", day=3, **repairs(2, "a", "b"))
    assert names(told) == ["ContactRepeated", "SubmissionMerged", "RepeatFactsChanged"]
    facts = told[2]
    assert isinstance(facts, RepeatFactsChanged)
    assert (facts.complaint_id, facts.repairs_so_far, facts.predecessors) == (id_of("T-2"), 2, (id_of("T-1"),))
    assert desk.dossier("T-2").later_contacts[0].evidence_of_repairs == ("a", "b")


# -- room, and the end ----------------------------------------------------------------------------------------------------------------


def test_a_complaint_that_is_full_says_so_and_records_nothing():
    desk = with_complaint()
    answers = [names(desk.add(day=1, narrative="漏" * 20_000)) for _ in range(10)]
    assert answers[0] == ["InformationAdded"] and answers[-1] == ["CommandRefused"]
    before = desk.file()
    assert refusal(desk.add(day=2, narrative="漏" * 20_000)) == ("complaint_full", None)
    assert desk.file() == before and names(desk.add(day=3, is_chasing=True)) == ["InformationAdded"]
    assert len(desk.dossier().model_dump_json().encode()) <= COMPLAINT_BYTES
    assert len(desk.file().model_dump_json().encode()) <= desk.file().weight


def test_what_was_added_is_erased_with_the_complaint_and_a_repeat_brings_nothing_back():
    desk = with_complaint()
    said = {"narrative": "又坏了", "attachments": ("photo-1",), "customer": Customer(post="民权路")}
    command = AddInformation.model_validate({"request": "I-9", "source_ref": "T-1", **said})
    desk.run.send("intake", command, at=desk._instant(1), id="the-same")
    desk.run.to_the_end()
    assert "又坏了" in desk.file().model_dump_json()
    desk.erase(day=2, now=True)
    desk.run.send("intake", command, at=desk._instant(3), id="the-same")
    desk.run.to_the_end()
    document = desk.run.document("intake", id_of("T-1"))
    assert document is not None
    held = document.state.model_dump_json() + repr((document.journal, document.waiting, document.base, document.next))
    assert not any(secret in held for secret in ("又坏了", "photo-1", "民权路"))


def test_what_came_between_stays_where_it_was_said_when_a_contact_is_handed_back():
    desk = with_complaint()
    desk.submit("T-2", day=1, narrative="又坏了")
    desk.add(day=2, attachments=("p1",))
    desk.withdraw(day=3)
    assert names(desk.hand_back("T-1", "T-2", day=4)) == ["ComplaintRegistered"]
    assert desk.dossier("T-1").later_contacts == (LaterContact(attachments=("p1",)),)
    assert desk.dossier("T-2").later_contacts == ()
    assert added(desk.add("T-2", day=5, **NEWS)).complaint_id == id_of("T-2")


@pytest.mark.parametrize(("told", "is_new", "zones"), [
    (Customer(phone="+1 212 555 0123", email=WANG.email), True, ("America/New_York",)),
    (Customer(phone="138-0013-8000"), False, ("Asia/Shanghai",)),
    (Customer(phone="不详"), False, ("Asia/Shanghai",)),
    (Customer(time_zone="Europe/London"), False, ("Europe/London",)),
    (None, False, ("Asia/Shanghai",)),
])  # fmt: skip
def test_a_number_that_is_told_anew_is_told_with_where_it_may_be(told: Customer | None, is_new: bool, zones: tuple[str, ...]):
    event = added(with_complaint().add(day=1, **NEWS, **({"customer": told} if told else {})))
    assert (event.has_new_phone, event.time_zones) == (is_new, zones)


def test_a_repeated_contact_tells_so_too_and_the_registration_where_the_customer_may_be():
    desk = Desk()
    registered = desk.submit(customer=SMITH)[0]
    repeated = desk.submit("T-2", SMITH.model_copy(update={"phone": "+44 20 7946 0123"}), day=1)[0]
    assert (getattr(registered, "time_zones"), getattr(repeated, "time_zones")) == (("America/New_York",), ("Europe/London",))  # noqa: B009
    assert getattr(repeated, "has_new_phone") is True  # noqa: B009
