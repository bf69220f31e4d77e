"""A file stays small: what nobody can ask for any more is left behind, and one that is full says so."""

from datetime import timedelta

from contracts.common import Expectation
from contracts.ids import reference_number
from contracts.intake import Customer, EraseCustomer
from contracts.model import Staff
from contracts.routing import ComplaintClosed
from services.intake.state import MOST_BYTES, CustomerFile
from tests.core.intake.desk import START, Desk, id_of, names, policy, refusal

LONGEST = Staff(staff="s" * 64, role="r" * 64, department="d" * 64)
MOST = Expectation(core=5, information=5, emotional=5)


def test_ninety_days_after_the_last_chance_to_reopen_only_the_ids_are_kept():
    desk = Desk(policy(kept_days=90))
    desk.submit()
    desk.submit("T-2", day=1)
    desk.close(day=2, reopenable_days=21)
    desk.submit("N-1", complaint_type="noise", day=2 + 21 + 90)
    assert len(desk.file().complaints) == 2
    desk.submit("N-2", complaint_type="rats", day=2 + 21 + 90.001)
    assert [each.id for each in desk.file().complaints] == [id_of("N-1"), id_of("N-2")]
    assert desk.held() == {id_of("N-1"), id_of("N-2")}


def test_content_is_left_behind_in_its_time_though_the_customer_never_comes_again():
    desk = Desk(policy(kept_days=90))
    desk.submit()
    desk.submit("N-1", complaint_type="noise")
    desk.close(day=2, reopenable_days=21)
    desk.run.until(START + timedelta(days=2 + 21 + 90))
    assert desk.held() == {id_of("T-1"), id_of("N-1")}
    desk.run.until(START + timedelta(days=2 + 21 + 90, seconds=1))
    assert desk.held() == {id_of("N-1")}
    desk.withdraw("N-1", day=200)
    said = len(desk.run.events)
    desk.run.to_the_end()
    assert desk.file().complaints == () and len(desk.run.events) == said and desk.run.now == START + timedelta(days=200 + 90, seconds=1)


def test_a_reopened_complaint_is_kept_until_it_ends_again():
    desk = Desk(policy(kept_days=90))
    desk.submit()
    desk.close(day=1, reopenable_days=21)
    desk.reopen(day=100)
    desk.run.to_the_end()
    assert desk.dossier().narrative
    desk.withdraw(day=400, round=2)
    desk.run.to_the_end()
    assert desk.file().complaints == ()


def test_two_that_end_within_a_second_are_left_behind_each_in_its_time():
    """And no wake comes twice: the kernel would park the file."""
    desk = Desk()
    desk.submit()
    desk.submit("N-1", complaint_type="noise")
    desk.submit("N-2", complaint_type="rats")
    for ref, millisecond in (("T-1", 0), ("N-1", 500), ("N-2", 1000)):
        about = {"complaint_id": id_of(ref), "customer": desk.file().customer}
        until = START + timedelta(days=21, milliseconds=millisecond)
        desk.hear(ComplaintClosed(**about, round=1, how="silence", reopenable_until=until, policy="p"), day=1)
    desk.run.until(START + timedelta(days=21 + 90, seconds=1))
    assert desk.held() == {id_of("N-2")}
    desk.run.to_the_end()
    assert desk.file().complaints == () and desk.run.dead == []


def test_what_was_left_behind_is_still_recognised_and_still_erased():
    desk = Desk()
    desk.submit()
    desk.submit("T-2", day=1)
    desk.withdraw(day=2)
    desk.submit("N-1", complaint_type="noise", day=100)
    reference = reference_number(id_of("T-1"))
    assert refusal(desk.submit("T-1", day=101)) == ("already_registered", reference)
    assert refusal(desk.submit("T-2", day=101)) == ("merged", reference)
    assert names(desk.erase(day=102)) == ["DossierErased", "ErasurePending"]
    assert desk.dossiers()[id_of("T-1")] is None
    assert refusal(desk.submit("T-2", day=103)) == ("erased", None)


def test_a_reopening_of_what_was_left_behind_and_a_contact_from_it_change_nothing():
    desk = Desk()
    desk.submit()
    desk.submit("T-2", day=1)
    desk.withdraw(day=2)
    desk.submit("N-1", complaint_type="noise", day=100)
    before = desk.file()
    assert desk.reopen(day=101) == desk.hand_back("T-1", "T-2", day=101) == []
    assert desk.file() == before


def test_an_old_complaint_weighs_next_to_nothing():
    desk = Desk()
    for n in range(50):
        desk.submit(f"T-{n}", complaint_type=f"type {n}", narrative="长" * 1000, day=n * 200)
        desk.withdraw(f"T-{n}", day=n * 200 + 1)
    desk.submit("T-last", day=50 * 200)
    size = len(desk.file("T-0").model_dump_json().encode())
    assert len(desk.file("T-0").lives_in) == 51 and size < 10_000
    assert desk.file("T-0").weight >= size


def test_a_file_is_never_larger_than_it_says_and_one_that_is_full_refuses_audibly_until_something_is_erased():
    desk = Desk()
    refused: tuple[str, str | None] | None = None
    for n in range(30):
        answer = desk.submit(f"T-{n}", complaint_type=f"type {n}", narrative="长" * 20_000)
        if names(answer) == ["CommandRefused"]:
            refused = refusal(answer)
            break
    assert refused == ("document_full", None) and n > 10
    assert len(desk.file("T-0").model_dump_json().encode()) <= desk.file("T-0").weight <= MOST_BYTES
    assert set(names(desk.send(EraseCustomer(request="E-1", source_ref="T-0", now=True)))) == {"DossierErased"}
    assert names(desk.submit("T-new")) == ["ComplaintRegistered"]


def test_the_fullest_file_can_still_be_erased_in_one_answer():
    ids = [id_of(f"T-{n}") for n in range(MOST_BYTES // 700)]
    file = CustomerFile(customer="c-1", lives_in=dict(zip(ids, ids, strict=True)))
    desk = Desk()
    desk.submit()
    document = desk.run.shelves["intake"].documents[desk.file().customer]
    document.state = file.model_copy(update={"customer": document.id})
    assert MOST_BYTES - 700 < document.state.weight <= MOST_BYTES
    assert refusal(desk.submit("T-last", narrative="长" * 100)) == ("document_full", None)
    assert names(desk.erase(day=1, by=LONGEST)) == ["DossierErased"] * len(ids)


def test_every_complaint_of_the_fullest_file_can_still_hear_of_a_profile_in_one_answer():
    desk = Desk()
    desk.submit(complaint_type=None, narrative=None, customer=Customer(id="C"))
    file = desk.file()
    (one,) = file.complaints
    each_weighs = file.weight
    ids = [id_of(f"T-{n}") for n in range(MOST_BYTES // each_weighs)]
    complaints = tuple(one.model_copy(update={"first": one.first.model_copy(update={"id": id})}) for id in ids)
    document = desk.run.shelves["intake"].documents[file.customer]
    document.state = file.model_copy(update={"complaints": complaints, "lives_in": dict(zip(ids, ids, strict=True))})
    assert MOST_BYTES - each_weighs < document.state.weight <= MOST_BYTES
    told = desk.set_profile(Customer(id="C"), day=1, tier="suitable", is_vulnerable=True, do_not_call=True, expectation=MOST, by=LONGEST)
    assert names(told) == ["CustomerProfileSet", *["CustomerProfileChanged"] * len(ids)]
