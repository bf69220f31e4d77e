"""§1.13: closed complaints are forgotten at once, open ones when they close or at once with `now`, and nothing brings them back."""

import pytest

from contracts.common import CommandRefused
from contracts.intake import Customer, DossierErased, EraseCustomer, PassOn
from contracts.model import Staff
from services.platform.kernel.run import Run
from services.platform.kernel.service import Limits, Practice
from tests.core.intake.desk import POLICY, SMITH, START, WANG, Desk, id_of, names, refusal

SECRETS = ("王秀英", "13800138000", "138 0013 8000", "xiuying", "民权路", "不制冷", "又坏了", "SN-00017", "JD-81", "photo-1", "SF-9")
PERSONAL = {
    "product": {"serial": "SN-00017", "order_no": "JD-81"},
    "shipment": {"waybill": "SF-9"},
    "attachments": ("photo-1",),
    "place": "民权路 18 号",
}


def holds(desk: Desk, ref: str = "T-1") -> list[str]:
    """Which of the secrets the document still holds: in its state, its journal, what waits and what folds begin with."""
    document = desk.run.document("intake", id_of(ref))
    assert document is not None
    held = document.state.model_dump_json() + repr((document.journal, document.waiting, document.base, document.next))
    return [secret for secret in SECRETS if secret in held]


def test_the_secrets_are_held_until_they_are_erased():
    desk = Desk()
    desk.submit(**PERSONAL)
    desk.submit("T-2", day=1, narrative="又坏了", **PERSONAL)
    assert {"王秀英", "138 0013 8000", "不制冷", "又坏了", "SN-00017"} <= set(holds(desk))


def test_a_closed_complaint_is_erased_at_once():
    desk = Desk()
    desk.submit(**PERSONAL)
    desk.submit("T-2", day=1, narrative="又坏了", **PERSONAL)
    desk.close(day=2)
    assert desk.erase(day=3) == [DossierErased(complaint_id=id_of("T-1"), customer=desk.file().customer, is_open=False)]
    assert holds(desk) == []
    assert desk.dossiers() == {id_of("T-1"): None}


def test_an_open_complaint_waits_for_its_end_and_is_erased_then():
    desk = Desk()
    desk.submit(**PERSONAL)
    assert names(desk.erase(day=1)) == ["ErasurePending"]
    assert desk.dossier().customer == WANG
    assert desk.close(day=2) == [DossierErased(complaint_id=id_of("T-1"), customer=desk.file().customer, is_open=False)]
    assert holds(desk) == [] and desk.dossiers() == {id_of("T-1"): None}


def test_an_erasure_that_waits_is_done_at_a_withdrawal_and_not_at_a_stale_end():
    desk = Desk()
    desk.submit()
    desk.reopen(day=1, round=2)
    desk.erase(day=2)
    assert desk.close(day=3, round=1) == []
    assert names(desk.withdraw(day=4, round=2)) == ["DossierErased"]


@pytest.mark.parametrize("end", ["close", "withdraw"])
def test_a_contact_that_comes_while_an_erasure_waits_is_a_complaint_of_its_own_and_outlives_it(end: str):
    desk = Desk()
    desk.submit()
    desk.erase(day=1)
    assert names(desk.submit("T-2", day=2, narrative="又坏了")) == ["ComplaintRegistered"]
    assert names(desk.submit("T-3", day=2)) == ["ContactRepeated", "SubmissionMerged"]
    assert [each.key for each in getattr(desk, end)(day=3)] == [id_of("T-1")]
    assert desk.dossiers()[id_of("T-1")] is None
    assert desk.dossier("T-2").narrative == "又坏了" and desk.dossier("T-2").customer == WANG


def test_whoever_asked_for_it_is_named_where_it_is_done_or_waits_and_not_where_an_end_brings_it():
    desk, anna = Desk(), Staff(staff="s-1", role="privacy_officer")
    desk.submit()
    desk.submit("N-1", complaint_type="noise")
    desk.close("N-1", day=1)
    told = [*desk.erase(day=2, by=anna), *desk.close(day=3)]
    assert [(type(each).__name__, getattr(each, "by", anna)) for each in told] == [
        ("ErasurePending", anna), ("DossierErased", anna), ("DossierErased", None),
    ]  # fmt: skip


def test_requests_without_end_leave_room_for_routings_word_and_for_the_end():
    """Refused ones too: anybody may name another's complaint."""
    limits = Limits(document_bytes=20_000, ceiling_bytes=80_000)
    desk = Desk()
    desk.run = Run([Practice(desk.service, POLICY, limits=limits)])
    desk.submit()
    file = desk.file().customer
    link = {"link": id_of("x"), "customer": "c-b", "into": file}
    fake = PassOn(**link, message='{"request":"E"}', message_type="intake.erase_customer.v1", message_id=id_of("E"), message_source="x",
                  message_at=START)  # fmt: skip
    for n in range(150):
        erasure = EraseCustomer(request=f"E-{n}", customer=SMITH if n % 2 else WANG, complaint_source="crm", source_ref="T-1")
        for message in (erasure, fake):
            desk.run.send("intake", message, at=desk._instant(0), source="redress.intake")
        desk.run.until(desk._instant(0))
    document = desk.run.document("intake", file)
    assert document and 22_000 < document.size < 25_000 and {dead.reason for dead in desk.run.dead} == {"document_full"}
    assert {event.reason for event in desk.run.all(CommandRefused)} == {"customers_differ", "erasure_pending", "only_intake"}
    desk.run.dead.clear()
    desk.said = len(desk.run.events)
    assert names(desk.erase(now=True)) == ["DossierErased"]


def test_another_request_reaches_what_came_after_the_first():
    desk = Desk()
    desk.submit()
    desk.erase(day=1)
    desk.submit("T-2", day=2)
    assert [each.key for each in desk.erase(day=3)] == [id_of("T-2")], "nothing that is known is told again"
    assert names(desk.submit("T-3", day=4)) == ["ComplaintRegistered"]


@pytest.mark.parametrize("is_end_heard_first", [True, False])
def test_a_contact_from_before_the_request_is_erased_with_the_complaint_and_not_handed_back(is_end_heard_first: bool):
    desk = Desk()
    desk.submit()
    desk.submit("T-2", day=1, narrative="又坏了")
    desk.erase(day=2)
    if is_end_heard_first:
        desk.withdraw(day=3)
    assert desk.hand_back("T-1", "T-2", day=4) == []
    desk.withdraw(day=5)
    assert holds(desk) == [] and desk.dossiers() == {id_of("T-1"): None}


def test_with_now_an_open_complaint_is_erased_at_once_and_goes_on_without_a_customer():
    desk = Desk()
    desk.submit(**PERSONAL)
    assert desk.erase(day=1, now=True) == [DossierErased(complaint_id=id_of("T-1"), customer=desk.file().customer, is_open=True)]
    assert holds(desk) == []
    assert desk.close(day=2) == [] and desk.reopen(day=3) == []


def test_a_request_that_waits_may_be_made_again_or_hurried():
    desk = Desk()
    desk.submit()
    assert names(desk.erase(day=1)) == ["ErasurePending"]
    assert refusal(desk.erase(day=2)) == ("erasure_pending", None)
    assert names(desk.erase(day=3, now=True)) == ["DossierErased"]
    assert refusal(desk.erase(day=4)) == ("erased", None)


def test_every_complaint_of_the_customer_is_erased_each_with_a_word_of_its_own():
    desk = Desk()
    desk.submit("T-1")
    desk.submit("T-2", complaint_type="late delivery")
    desk.submit("T-3", complaint_type="noise")
    desk.close("T-1", day=1)
    desk.withdraw("T-3", day=1)
    told = desk.erase(day=2)
    assert names(told) == ["DossierErased", "ErasurePending", "DossierErased"]
    assert [each.key for each in told] == [id_of("T-1"), id_of("T-2"), id_of("T-3")]


def test_a_submission_of_an_erased_complaint_brings_nothing_back():
    desk = Desk()
    desk.submit()
    desk.submit("T-2", day=1, narrative="又坏了")
    desk.erase(day=2, now=True)
    for customer in (WANG, SMITH, Customer()):
        assert refusal(desk.submit("T-1", customer, day=3)) == ("erased", None)
        assert refusal(desk.submit("T-2", customer, day=3, narrative="又坏了")) == ("erased", None)
    assert holds(desk) == [] and desk.dossiers() == {id_of("T-1"): None}


def test_a_new_complaint_of_an_erased_customer_starts_anew_under_the_same_key():
    desk = Desk()
    desk.submit()
    desk.erase(day=1, now=True)
    (event,) = desk.submit("T-2", day=2)
    assert names([event]) == ["ComplaintRegistered"]
    assert desk.file("T-2").customer == desk.file("T-1").customer
    assert set(desk.dossiers("T-2")) == {id_of("T-1"), id_of("T-2")} and desk.dossier("T-2").narrative


@pytest.mark.parametrize(
    "named",
    [
        {"customer": None, "source_ref": "T-1"},
        {"customer": None, "complaint_source": "crm", "source_ref": "T-1", "source": "operator"},
        {"customer": WANG, "source_ref": "T-1"},
        {"customer": WANG, "source_ref": "X-9"},
        {"customer": Customer(name="王秀英"), "source_ref": "T-1"},
        {"customer": Customer(phone="0086-13800138000")},
    ],
)
def test_a_customer_is_named_as_in_a_submission_or_by_a_complaint(named: dict[str, object]):
    desk = Desk()
    desk.submit()
    assert names(desk.erase(day=1, now=True, **named)) == ["DossierErased"]
    assert holds(desk) == []


@pytest.mark.parametrize("ref", ["T-1", "A-1"])
def test_a_customer_and_a_complaint_of_another_file_are_not_erased_one_for_the_other(ref: str):
    desk = Desk()
    desk.submit()
    desk.submit("T-2", SMITH)
    desk.submit("A-1", Customer(name="王秀英"))
    assert refusal(desk.erase(SMITH, day=1, source_ref=ref, now=True)) == ("customers_differ", None)
    assert desk.dossier("T-1").narrative and desk.dossier("T-2").narrative and desk.dossier("A-1").narrative


def test_an_anonymous_complaint_is_erased_by_its_number():
    desk = Desk()
    desk.submit("A-1", Customer(name="王秀英"))
    assert names(desk.erase(None, day=1, source_ref="A-1", now=True)) == ["DossierErased"]
    assert holds(desk, "A-1") == []


@pytest.mark.parametrize(
    "named", [{"customer": SMITH}, {"customer": None}, {"customer": Customer()}, {"customer": None, "source_ref": "X-9"}]
)
def test_where_nobody_is_found_nothing_is_erased_and_the_sender_hears_so(named: dict[str, object]):
    desk = Desk()
    desk.submit()
    assert refusal(desk.erase(day=1, **named)) == ("no_customer", None)
    assert desk.dossier().customer == WANG


def test_a_customer_whom_nobody_knew_at_the_erasure_can_complain_later():
    desk = Desk()
    desk.erase()
    assert names(desk.submit(day=1)) == ["ComplaintRegistered"]


def test_no_snapshot_from_before_outlives_an_erasure_that_waited():
    """Snapshots to fold from are taken as months go by; the erasure that a closing brings leaves none."""
    desk = Desk()
    desk.submit(**PERSONAL)
    desk.reopen(day=30)
    desk.erase(day=31)
    desk.reopen(day=60, round=3)
    assert any("王秀英" in repr(snapshot) for snapshot in desk.run.shelves["intake"].nexts.values())
    desk.close(day=61, round=3)
    assert holds(desk) == [] and desk.run.shelves["intake"].nexts == {}
