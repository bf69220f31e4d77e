"""What the CRM or a person knows of a customer: on file once, and told to every open complaint."""

from typing import Any

import pytest

from contracts.common import Expectation
from contracts.intake import ComplaintRegistered, Customer, CustomerProfileChanged, CustomerProfileSet
from contracts.model import Event, Staff
from tests.core.intake.desk import SMITH, WANG, Desk, id_of, names, refusal

ANNA = Staff(staff="s-1", role="manager")
HIGH = Expectation(core=5, information=4)


def told(events: list[Event]) -> list[dict[str, Any]]:
    """What is said of the customer, by each event that says it."""
    said = [each for each in events if isinstance(each, CustomerProfileSet | CustomerProfileChanged)]
    return [each.model_dump(include={"tier", "is_vulnerable", "do_not_call", "expectation"}, exclude_defaults=True) for each in said]


def known(tier: str = "general", is_vulnerable: bool = False, do_not_call: bool = False, **more: Any) -> dict[str, Any]:
    return {"tier": tier, "is_vulnerable": is_vulnerable, "do_not_call": do_not_call, **more}


def registered(events: list[Event]) -> ComplaintRegistered:
    assert isinstance(events[0], ComplaintRegistered)
    return events[0]


def test_a_profile_may_come_before_the_first_complaint_which_then_tells_it():
    desk = Desk()
    events = desk.set_profile(tier="key", is_vulnerable=True, do_not_call=True, expectation=HIGH, by=ANNA)
    assert names(events) == ["CustomerProfileSet"]
    assert isinstance(events[0], CustomerProfileSet) and events[0].by == ANNA
    assert told(events) == [known("key", True, True, expectation={"core": 5, "information": 4})]
    event = registered(desk.submit(day=1))
    assert event.customer == events[0].customer
    assert (event.tier, event.is_vulnerable, event.do_not_call, event.expectation) == ("key", True, True, HIGH)


def test_every_open_complaint_and_every_one_that_was_closed_lately_hears_all_of_it_as_it_is_now():
    """It may be reopened, and its customer be called about it; of what is withdrawn nothing more can come."""
    desk = Desk()
    for ref, type in (("T-1", "noise"), ("T-2", "rats"), ("T-3", "smell"), ("T-4", "dust")):
        desk.submit(ref, complaint_type=type)
    desk.close("T-2", day=1)
    desk.withdraw("T-4", day=1)
    events = desk.set_profile(day=2, tier="suitable", by=ANNA)
    assert [each.key for each in events] == [desk.file().customer, *map(id_of, ("T-1", "T-2", "T-3"))]
    assert told(events) == [known("suitable")] * 4
    assert told(desk.set_profile(day=3, do_not_call=True)) == [known("suitable", do_not_call=True)] * 4


@pytest.mark.parametrize("reopenable, last", [(21, 61), (90, 91)])
def test_closed_it_hears_for_sixty_days_or_as_long_as_it_may_be_reopened(reopenable: int, last: int):
    desk = Desk()
    desk.submit()
    desk.close(day=1, reopenable_days=reopenable)
    assert names(desk.set_profile(day=last, tier="key")) == ["CustomerProfileSet", "CustomerProfileChanged"]
    assert names(desk.set_profile(day=last + 0.01, tier="general")) == ["CustomerProfileSet"]


def test_reopened_it_hears_again_however_long_that_lasts():
    desk = Desk()
    desk.submit()
    desk.close(day=1)
    desk.reopen(day=20)
    assert names(desk.set_profile(day=200, tier="key")) == ["CustomerProfileSet", "CustomerProfileChanged"]


def test_what_protects_a_customer_stands_until_the_complaint_is_erased_though_the_profile_is_forgotten():
    desk = Desk()
    desk.submit()
    desk.set_profile(day=1, is_vulnerable=True, do_not_call=True)
    desk.erase(day=2)
    assert told(desk.set_profile(day=3, tier="key")) == [known("key"), known("key", True, True)]
    assert not registered(desk.submit("T-2", complaint_type="noise", day=4)).do_not_call


def test_so_does_what_another_complaint_said_that_is_erased_at_once():
    desk = Desk()
    desk.submit("T-1", WANG.model_copy(update={"do_not_call": True, "vulnerable": True}), complaint_type="noise")
    desk.withdraw("T-1", day=1)
    desk.submit("T-2", complaint_type="rats", day=2)
    desk.erase(day=3)
    assert told(desk.set_profile(day=4, tier="key"))[1:] == [known("key", True, True)]


def test_what_changes_nothing_is_told_once_and_bothers_no_complaint():
    desk = Desk()
    desk.submit()
    assert names(desk.set_profile(day=1, tier="key")) == ["CustomerProfileSet", "CustomerProfileChanged"]
    assert names(desk.set_profile(day=2, tier="key")) == ["CustomerProfileSet"]


def test_what_the_submission_states_of_its_expectation_goes_before_what_the_profile_knows():
    """§1.12: stated to the CRM is stated; stated with the complaint is stated of it."""
    desk = Desk()
    desk.set_profile(expectation=HIGH)
    low = Expectation(core=2)
    assert registered(desk.submit("T-1", complaint_type="noise", expectation=low)).expectation == low
    assert registered(desk.submit("T-2", complaint_type="rats", expectation=Expectation())).expectation == HIGH
    events = desk.set_profile(day=1, expectation=Expectation(core=3))
    assert [(each.key, each.expectation) for each in events[1:] if isinstance(each, CustomerProfileChanged)] == [
        (id_of("T-2"), Expectation(core=3))
    ]


@pytest.mark.parametrize("said", [{}, {"by": ANNA}, {"expectation": Expectation()}])
def test_a_profile_that_sets_nothing_is_refused(said: dict[str, Any]):
    assert refusal(Desk().set_profile(**said)) == ("nothing_said", None)


@pytest.mark.parametrize("customer", [Customer(), Customer(name="王秀英"), Customer(id="n/a", phone="不详")])
def test_a_profile_of_nobody_is_refused(customer: Customer):
    assert refusal(Desk().set_profile(customer, tier="key")) == ("no_customer", None)


def test_only_a_profile_takes_back_what_contacts_said_and_for_good():
    desk = Desk()
    desk.submit("T-1", WANG.model_copy(update={"do_not_call": True, "vulnerable": True}))
    desk.submit("T-2", WANG.model_copy(update={"do_not_call": True}), day=1)
    assert told(desk.set_profile(day=2, do_not_call=False)) == [known(is_vulnerable=True)] * 2
    assert desk.dossier().customer == WANG.model_copy(update={"vulnerable": True})
    assert told(desk.set_profile(day=3, is_vulnerable=False)) == [known()] * 2
    desk.withdraw(day=4)
    assert not registered(desk.hand_back("T-1", "T-2", day=5)).do_not_call
    desk.submit("N-1", complaint_type="noise", day=6)
    desk.erase(day=7)
    desk.close("T-2", day=8)
    assert (desk.file().do_not_call, desk.file().is_vulnerable) == (False, False)
    assert not registered(desk.submit("N-9", complaint_type="rats", day=9)).do_not_call


def test_a_contact_that_says_it_again_is_heeded_again():
    desk = Desk()
    desk.submit("T-1", WANG.model_copy(update={"do_not_call": True}))
    desk.set_profile(day=1, do_not_call=False)
    event = desk.submit("T-2", WANG.model_copy(update={"do_not_call": True}), day=2)[0]
    assert getattr(event, "do_not_call", None) is True


def test_what_a_submission_is_the_first_to_say_the_other_complaints_hear():
    """§1.10."""
    desk = Desk()
    desk.submit("T-1", complaint_type="noise")
    desk.submit("T-2", complaint_type="rats")
    desk.close("T-2", day=1)
    events = desk.submit("T-3", WANG.model_copy(update={"vulnerable": True}), complaint_type="smell", day=2, by=ANNA)
    assert [each.key for each in events] == [id_of("T-3"), id_of("T-1"), id_of("T-2")]
    assert events[1] == CustomerProfileChanged(
        complaint_id=id_of("T-1"), customer=desk.file().customer, tier="general", is_vulnerable=True, do_not_call=False, by=ANNA
    )
    repeated = desk.submit("T-4", WANG.model_copy(update={"do_not_call": True}), complaint_type="smell", day=3)
    assert [(type(each).__name__, each.key) for each in repeated] == [
        ("ContactRepeated", id_of("T-3")), ("SubmissionMerged", id_of("T-4")),
        *(("CustomerProfileChanged", id_of(ref)) for ref in ("T-1", "T-2")),
    ]  # fmt: skip
    assert names(desk.submit("T-5", WANG.model_copy(update={"do_not_call": True}), complaint_type="dust", day=4)) == ["ComplaintRegistered"]


def test_an_erasure_empties_the_profile_at_once_and_says_so():
    desk = Desk()
    desk.set_profile(tier="key", is_vulnerable=True, do_not_call=True, expectation=HIGH)
    desk.submit(day=1)
    events = desk.erase(day=2, by=ANNA)
    assert names(events) == ["ErasurePending", "CustomerProfileSet"] and told(events) == [known()]
    assert [getattr(each, "by", None) for each in events] == [ANNA, ANNA]
    assert (registered(desk.submit("T-2", day=3)).tier, desk.file().profile.expectation) == ("general", None)
    desk.close(day=4)
    assert names(desk.erase(day=5, now=True)) == ["DossierErased"]


def test_a_customer_of_whom_only_a_profile_is_known_can_be_erased_once():
    desk = Desk()
    customer = desk.set_profile(SMITH, tier="key")[0].key
    assert names(desk.erase(SMITH, day=1)) == ["CustomerProfileSet"]
    assert refusal(desk.erase(SMITH, day=2)) == ("erased", None)
    document = desk.run.document("intake", str(customer))
    assert document is not None and "key" not in document.state.model_dump_json()


def test_a_profile_that_is_set_after_the_request_outlives_an_erasure_that_waited():
    desk = Desk()
    desk.submit()
    desk.erase(day=1)
    assert names(desk.set_profile(day=2, tier="key", do_not_call=True)) == ["CustomerProfileSet", "CustomerProfileChanged"]
    assert names(desk.close(day=3)) == ["DossierErased"]
    event = registered(desk.submit("T-2", day=4))
    assert (event.tier, event.do_not_call) == ("key", True)
