"""§1.4: two files of one customer become one, and whoever names either finds it; nothing is lost on the way, or told twice."""

from typing import Any

import pytest

from contracts.catalogue import PARTITIONS
from contracts.common import CommandRefused
from contracts.intake import (
    AddInformation,
    AdoptFile,
    ComplaintRegistered,
    ContactRepeated,
    Customer,
    CustomerProfileChanged,
    CustomersLinked,
    DossierErased,
    ErasurePending,
    ForgetFile,
    GiveUpFile,
    KeepFile,
    LinkCustomers,
    PassOn,
    RepeatFactsChanged,
    SetCustomerProfile,
)
from contracts.model import Command, Event
from contracts.routing import ComplaintWithdrawn
from contracts.wire import read
from services.intake import service
from services.intake.linking import between_files
from services.intake.state import MOST_BYTES, CustomerFile
from services.platform.kernel.record import partition_of
from services.platform.kernel.run import Run
from services.platform.kernel.service import Cause, Limits, Practice
from tests.core.intake.desk import POLICY, SECRET, SMITH, START, WANG, Desk, id_of, names, refusal, submission
from tests.core.intake.scattered import Scattered

OTHER = Customer(name="王小姐", phone="139 0013 9000", email="other@example.com")
THIRD = Customer(phone="137 0013 7000")
NOBODY = Customer(name="路人")
ORDER = {"product": {"order_no": "D-1"}}


def link(desk: Desk, customer: Customer, into: Customer, day: float = 0) -> list[Event]:
    return desk.send(LinkCustomers(request="L", customer=customer, into=into), day=day)


def file_of(desk: Desk, customer: Customer) -> CustomerFile:
    """The document of its own key, wherever that leads."""
    key = desk.service.address(LinkCustomers(request="L", customer=customer, into=customer), "crm").id
    kept = desk.run.shelves["intake"].whole(key)
    assert kept is not None
    found: CustomerFile = kept.state
    return found


def linked() -> Desk:
    """One complaint under each name, about different orders."""
    desk = Desk()
    desk.submit("T-1", OTHER, **ORDER)
    desk.submit("T-2", WANG, product={"order_no": "D-2"})
    link(desk, OTHER, WANG)
    return desk


# -- the story ------------------------------------------------------------------------------------------------------------------------


def test_three_calls_about_one_order_one_under_another_number_are_one_customers_once_linked():
    desk = Desk()
    assert names(desk.submit("T-1", WANG, **ORDER)) == ["ComplaintRegistered"]
    assert names(desk.submit("T-2", WANG, day=1, **ORDER)) == ["ContactRepeated", "SubmissionMerged"]
    assert names(desk.submit("T-3", OTHER, day=2, **ORDER)) == ["ComplaintRegistered"]

    told = link(desk, OTHER, WANG, day=3)
    assert names(told) == ["CustomersLinked", "RepeatFactsChanged", "RepeatFactsChanged"]
    gone, *facts = told
    here = desk.file().customer
    assert isinstance(gone, CustomersLinked) and (gone.into, gone.complaints) == (here, (id_of("T-3"),))
    asked = [record for record in desk.run.log if record.topic == "intake.commands.v1" and b"link_customers" in (record.value or b"")]
    assert [read(record.topic, record.value)[0].id for record in asked] == [gone.command_id]
    assert [(fact.complaint_id, fact.same_matter, fact.customer) for fact in facts] == [
        (id_of("T-1"), (id_of("T-3"),), here), (id_of("T-3"), (id_of("T-1"),), here),
    ]  # fmt: skip

    repeated, _ = desk.submit("T-4", OTHER, day=4, **ORDER)
    assert isinstance(repeated, ContactRepeated)
    assert (repeated.complaint_id, repeated.customer, repeated.contacts) == (id_of("T-3"), here, 2), "the one heard of last"

    assert names(desk.erase(OTHER, day=5, now=True)) == ["DossierErased", "DossierErased"]
    assert held(desk) == ""


@pytest.mark.parametrize("named", [WANG, OTHER], ids=["the new name", "the old name"])
@pytest.mark.parametrize("now", [True, False])
def test_law10_an_erasure_by_either_name_forgets_all(named: Customer, now: bool):
    desk = linked()
    told = desk.erase(named, day=1, now=now)
    if not now:
        told = [*desk.close("T-1", day=2), *desk.close("T-2", day=2)]
    assert {event.complaint_id for event in told} == {id_of("T-1"), id_of("T-2")} and set(names(told)) == {"DossierErased"}
    assert held(desk) == ""


def held(desk: Desk) -> str:
    """What of the customers is in any document: its state, its journal, its snapshots."""
    documents = [desk.run.shelves["intake"].whole(id) for id in desk.run.shelves["intake"].documents]
    text = repr([(d.state, d.journal, d.base, d.waiting) for d in documents if d]) + repr(desk.run.shelves["intake"].nexts)
    marks = ("王秀英", "xiuying", "13800138000", "138 0013", "王小姐", "other@", "139 0013", "137 0013", "冰箱", "D-1", "D-2")
    return " ".join(mark for mark in marks if mark in text or mark.encode().hex() in text or str(mark.encode())[2:-1] in text)


# -- what the old name finds ----------------------------------------------------------------------------------------------------------


def test_the_old_file_keeps_only_its_names_and_no_copy_of_what_it_sent():
    desk = linked()
    old = file_of(desk, OTHER)
    assert (old.complaints, old.linked_to, old.on_the_way, list(old.lives_in)) == ((), file_of(desk, WANG).customer, 0, [id_of("T-1")])
    kept = desk.run.shelves["intake"].whole(old.customer)
    assert kept and all(answer.to == "events" for entry in kept.journal.values() for answer in entry.answers)


def test_a_submission_that_the_old_file_knew_is_the_same_for_ever():
    desk = linked()
    for customer in (OTHER, WANG, THIRD):
        assert refusal(desk.submit("T-1", customer, day=1, **ORDER))[0] == "already_registered"


def test_what_routing_says_finds_an_adopted_complaint_under_its_old_key():
    desk = linked()
    desk.close("T-1", day=1)
    complaint = desk.file("T-1").find(id_of("T-1"))
    assert complaint and not complaint.is_open
    desk.reopen("T-1", day=2)
    assert names(desk.submit("T-3", OTHER, day=3, **ORDER)) == ["ContactRepeated", "SubmissionMerged"]
    desk.close("T-1", day=4, round=2)
    assert names(desk.hand_back("T-1", "T-3", day=5)) == ["ComplaintRegistered"]
    assert names(desk.send(AddInformation(request="A", reference=reference(desk, "T-3"), is_chasing=True), day=6)) == ["InformationAdded"]


def reference(desk: Desk, ref: str) -> str:
    return next(event.reference for event in desk.run.all(ComplaintRegistered) if event.complaint_id == id_of(ref))


def test_information_finds_an_adopted_complaint_by_its_reference_number_and_by_either_customer():
    desk = linked()
    for customer in (None, OTHER, WANG):
        told = desk.send(AddInformation(request="A", reference=reference(desk, "T-1"), customer=customer, is_chasing=True), day=1)
        assert names(told)[0] == "InformationAdded" and told[0].customer == desk.file("T-2").customer


def test_the_dossier_of_an_adopted_complaint_is_the_new_files_and_the_old_one_says_nothing_of_it():
    desk = linked()
    assert set(desk.dossiers("T-2")) == {id_of("T-1"), id_of("T-2")}
    assert desk.service.dossiers(file_of(desk, OTHER)) == {}


def test_a_customer_who_never_complained_is_linked_before_the_first_complaint():
    desk = Desk()
    assert names(link(desk, OTHER, WANG)) == ["CustomersLinked"]
    (told,) = desk.submit("T-1", OTHER, day=1)
    assert told.customer == file_of(desk, WANG).customer


# -- what is joined -------------------------------------------------------------------------------------------------------------------


def test_the_higher_tier_and_every_warning_hold_for_all_complaints_from_then_on():
    desk = Desk()
    desk.submit("T-1", OTHER.model_copy(update={"do_not_call": True}), **ORDER)
    desk.submit("T-2", WANG, product={"order_no": "D-2"})
    desk.send(SetCustomerProfile(request="P", customer=WANG, tier="suitable"))
    desk.send(SetCustomerProfile(request="P", customer=OTHER, tier="key"))
    told = link(desk, OTHER, WANG)
    changed = [event for event in told if isinstance(event, CustomerProfileChanged)]
    assert [(each.complaint_id, each.tier, each.do_not_call) for each in changed] == [(id_of("T-2"), "key", True)]
    (new,) = desk.submit("T-3", WANG, product={"order_no": "D-3"})
    assert (new.tier, new.do_not_call) == ("key", True)


def test_a_complaint_hears_of_its_predecessor_in_the_other_file():
    desk = Desk()
    desk.submit("T-1", OTHER, **ORDER)
    desk.close("T-1", day=1)
    desk.submit("T-2", WANG, day=2, **ORDER)
    (_, fact) = link(desk, OTHER, WANG, day=3)
    assert isinstance(fact, RepeatFactsChanged)
    assert (fact.complaint_id, fact.predecessors, fact.same_matter) == (id_of("T-2"), (id_of("T-1"),), ())


def test_an_erasure_that_waits_for_the_end_goes_over_with_its_complaint():
    desk = Desk()
    desk.submit("T-1", OTHER, **ORDER)
    assert names(desk.erase(OTHER, day=1)) == ["ErasurePending"]
    desk.submit("T-2", WANG, day=2, **ORDER)
    assert names(link(desk, OTHER, WANG, day=3)) == ["CustomersLinked"]
    (told,) = desk.close("T-1", day=4)
    assert isinstance(told, DossierErased) and id_of("T-2") in [each.id for each in desk.file("T-2").complaints]


# -- chains and rings -----------------------------------------------------------------------------------------------------------------


def test_a_chain_leads_to_its_end():
    desk = linked()
    desk.submit("T-3", THIRD)
    link(desk, WANG, THIRD, day=1)
    for ref in ("T-1", "T-2", "T-3"):
        assert desk.file(ref).customer == file_of(desk, THIRD).customer
    assert {event.complaint_id for event in desk.erase(OTHER, day=2, now=True)} == {id_of(f"T-{n}") for n in (1, 2, 3)}
    assert held(desk) == ""


@pytest.mark.parametrize(
    "customer, into, reason",
    [
        (WANG, OTHER, "same_customer"), (OTHER, WANG, "same_customer"), (WANG, WANG, "same_customer"), (OTHER, OTHER, "same_customer"),
        (NOBODY, WANG, "no_customer"), (WANG, NOBODY, "anonymous"), (NOBODY, NOBODY, "no_customer"),
    ],
)  # fmt: skip
def test_what_leads_to_one_file_already_or_to_nobody_is_refused(customer: Customer, into: Customer, reason: str):
    assert refusal(link(linked(), customer, into, day=1)) == (reason, None)


def test_a_ring_of_three_is_refused_where_it_would_close():
    desk = linked()
    link(desk, WANG, THIRD)
    assert refusal(link(desk, THIRD, OTHER)) == ("same_customer", None)


# -- limits and strangers -------------------------------------------------------------------------------------------------------------


def test_a_file_without_room_for_the_other_refuses_and_both_stay_as_they_are():
    desk = Desk()
    words = "词" * 19_000
    for customer, name in ((OTHER, "A"), (WANG, "B")):
        for n in range(15):
            desk.submit(f"{name}-{n}", customer, narrative=words, product={"order_no": f"{name}-{n}"})
    before = file_of(desk, OTHER), file_of(desk, WANG)
    assert refusal(link(desk, OTHER, WANG)) == ("document_full", None)
    assert (file_of(desk, OTHER), file_of(desk, WANG)) == before


def test_a_file_that_goes_over_in_many_pieces_is_whole_again():
    desk = Desk()
    for n in range(12):
        desk.submit(f"A-{n}", OTHER, narrative="词\"'\\😀" * 4_000, product={"order_no": f"A-{n}"})
    before = file_of(desk, OTHER).complaints
    link(desk, OTHER, SMITH)
    assert file_of(desk, SMITH).complaints == before
    assert sum(isinstance(each, AdoptFile) for each in sent(desk)) > 3


def sent(desk: Desk) -> list[Any]:
    return [read(record.topic, record.value)[1] for record in desk.run.log if record.topic == "intake.commands.v1"]


def test_several_files_may_come_at_once_and_the_same_one_only_once():
    run = Scattered(service(SECRET), POLICY)
    for n, customer in enumerate((OTHER, THIRD, OTHER)):
        run.send("intake", LinkCustomers(request=f"L-{n}", customer=customer, into=WANG), at=START, key="k")
    run.until(START)
    for _ in range(3):
        run.read_next(0)
    asked = [read(record.topic, record.value)[1] for record in run.log][3:]
    rooms = [each.room for each in asked if isinstance(each, GiveUpFile)]
    assert len(rooms) == 2 and rooms[0] >= 2 * rooms[1] and sum(rooms) < 2 * MOST_BYTES
    assert [event.reason for event in run.all(CommandRefused)] == ["being_linked"]
    run.drain()
    assert run.told().count("CustomersLinked") == 2


def test_law10_the_old_file_keeps_its_copy_until_the_last_record_has_arrived():
    run = Scattered(service(SECRET), POLICY)
    run.send("intake", submission("T-1", OTHER), at=START, key="k")
    run.send("intake", LinkCustomers(request="L", customer=OTHER, into=WANG), at=START, key="k")
    run.until(START)
    for _ in range(3):
        run.read_next(0)                                     # the file is on its way
    run.send("intake", submission("T-2", OTHER), at=run.now, key="k")
    run.until(run.now)
    run.read_next(run.waiting.index(("intake.commands.v1", partition_of("k", PARTITIONS))))
    old = run.shelves["intake"].aliases[id_of("T-1")]
    copies = [_copies(run, old)]
    while run.waiting:
        run.read_next(0)
        copies.append(_copies(run, old))
    assert copies[0] == copies[-2] == ["adopt_file", "pass_on"] and copies[-1] == []


def _copies(run: Scattered, id: str) -> list[str]:
    document = run.shelves["intake"].whole(id)
    assert document is not None
    said = (answer for entry in document.journal.values() for answer in entry.answers if answer.to == "commands")
    return [read("intake.commands.v1", answer.value)[0].type.split(".")[1] for answer in said]


KEYS = {"link": id_of("l"), "customer": "c-a", "into": "c-b"}
STRANGE: list[Command] = [
    GiveUpFile(**KEYS, linked_at=START, command_id=KEYS["link"], room=10**9, room_to_erase=10**6), KeepFile(**KEYS, reason="document_full"),
    AdoptFile(**KEYS, piece="{}", is_last=True, number=1, dossiers_from=1), ForgetFile(**KEYS, records=1),
    PassOn(**KEYS, message="{}", message_type="intake.submit_complaint.v1", message_id=id_of("m"), message_source="crm",
           message_at=START),
]  # fmt: skip


@pytest.mark.parametrize("command", STRANGE, ids=lambda command: type(command).__name__)
def test_nobody_but_intake_writes_from_file_to_file(command: Command):
    desk = linked()
    for of, into in ((OTHER, WANG), (WANG, OTHER)):
        keys = {"customer": file_of(desk, of).customer, "into": file_of(desk, into).customer}
        assert refusal(desk.send(command.model_copy(update=keys), day=1)) == ("only_intake", None)
    assert desk.file("T-1").customer == desk.file("T-2").customer


def test_a_file_that_is_asked_to_go_over_to_itself_stays_and_says_why():
    """A link that was asked for twice: the second question comes when the old name leads here already."""
    desk = linked()
    file = desk.file()
    keys = {"link": id_of("l"), "customer": file.customer, "into": file.customer}
    ask = GiveUpFile(**keys, linked_at=START, command_id=id_of("l"), room=1, room_to_erase=1)
    cause = Cause(ask, "l", "redress.intake", START, START, file.customer)
    after, (answer,) = between_files(lambda *_: (file, []), file, cause, POLICY)
    assert after is file and isinstance(answer, KeepFile) and answer.reason == "same_customer"


def test_pending_and_done_are_told_under_the_new_key():
    desk = linked()
    told = desk.erase(OTHER, day=1)
    assert all(isinstance(each, ErasurePending) and each.customer == file_of(desk, WANG).customer for each in told)


# -- no end in silence ----------------------------------------------------------------------------------------------------------------


def worn(utmost: int) -> Desk:
    """The old file's journal is above the ceiling: routing said much."""
    desk = Desk()
    desk.run = Run([Practice(desk.service, POLICY, limits=Limits(document_bytes=4_000, ceiling_bytes=6_000, utmost_bytes=utmost))])
    desk.submit("T-1", OTHER, **ORDER)
    desk.submit("T-2", WANG, product={"order_no": "D-2"})
    while not desk.run.dead:
        desk.run.tell("routing", ComplaintWithdrawn(**desk._about("T-1"), round=1, reason="solved_itself"), at=desk._instant(0))
        desk.run.until(desk._instant(0))
    desk.run.dead.clear()
    return desk


def test_a_file_with_a_full_journal_still_goes_over():
    assert names(link(worn(9_000), OTHER, WANG))[0] == "CustomersLinked"


def test_a_link_that_is_not_answered_is_refused_within_a_day_and_may_be_asked_for_again():
    desk = worn(6_000)
    for day in (1, 3):
        desk.run.send("intake", LinkCustomers(request="L", customer=OTHER, into=WANG), at=desk._instant(day), id=id_of(str(day)))
        desk.run.until(desk._instant(day))
        assert [dead.reason for dead in desk.run.dead] == ["document_full"] and refused(desk) == []
        desk.run.dead.clear()
        desk.run.until(desk._instant(day + 1.001))
        assert refused(desk) == [("not_given_up", id_of(str(day)))]
        desk.said = len(desk.run.events)
    desk.run.to_the_end()
    assert len(file_of(desk, WANG).expecting) == 2 and refused(desk) == []


def refused(desk: Desk) -> list[tuple[str, str]]:
    answers = [each.message for each in desk.run.events[desk.said :]]
    return [(each.reason, each.command_id) for each in answers if isinstance(each, CommandRefused)]


def test_what_was_given_up_and_comes_after_all_is_taken_in():
    desk = worn(6_000)
    desk.run.send("intake", LinkCustomers(request="L", customer=OTHER, into=WANG), at=desk._instant(1))
    desk.run.until(desk._instant(3))
    (dead,) = [each.letter for each in desk.run.dead]
    desk.run.practices["intake"] = Practice(desk.service, POLICY)
    desk.run.put("intake.commands.v1", (dead.key or b"").decode(), dead.value, at=desk._instant(4))
    desk.run.until(desk._instant(4))
    assert file_of(desk, WANG).expecting == {} and file_of(desk, WANG).find(id_of("T-1"))
