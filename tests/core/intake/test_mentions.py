"""§1.13: who adds to an anonymous complaint and says who it is can have it erased, though it is a file of its own."""

from typing import Any

import pytest

from contracts.catalogue import PARTITIONS
from contracts.common import CommandRefused
from contracts.intake import AddInformation, Customer, DossierErased, EraseCustomer, LinkCustomers, NoteComplaint
from contracts.model import Command
from contracts.wire import read
from services.intake import service
from services.platform.kernel.record import partition_of
from services.platform.kernel.service import own_source
from tests.core.intake.desk import POLICY, SECRET, SMITH, START, WANG, Desk, id_of, names, refusal, submission
from tests.core.intake.scattered import Scattered
from tests.core.intake.test_linking import held

NOBODY = Customer(name="路人")
SAID = {"customer": WANG, "narrative": "是我打的电话，冰箱还是不制冷。"}


def mentioned(**own: Any) -> Desk:
    """An anonymous complaint to which Ms Wang has added."""
    desk = Desk()
    desk.submit("T-1", NOBODY)
    if own:
        desk.submit("T-2", WANG, **own)
    assert "InformationAdded" in names(desk.add("T-1", day=1, **SAID))
    return desk


def sent(desk: Desk | Scattered, kind: type[Command]) -> list[Any]:
    log = desk.run.log if isinstance(desk, Desk) else desk.log
    read_ones = (read(record.topic, record.value) for record in log if record.topic == "intake.commands.v1")
    return [message for envelope, message in read_ones if type(message) is kind and envelope.source == own_source("intake")]


@pytest.mark.parametrize("own", [{}, {"product": {"order_no": "D-2"}}], ids=["known only so", "with a complaint of her own"])
@pytest.mark.parametrize("now", [True, False])
def test_an_erasure_reaches_the_anonymous_complaints_in_which_the_customer_is_named(own: dict[str, Any], now: bool):
    desk = mentioned(**own)
    told = desk.erase(WANG, day=2, now=now)
    if not now:
        told += [event for ref in ("T-1", "T-2")[: 1 + bool(own)] for event in desk.close(ref, day=3)]
    assert {event.complaint_id for event in told if isinstance(event, DossierErased)} == {id_of("T-1"), *([id_of("T-2")] if own else [])}
    assert held(desk) == "" and desk.dossiers("T-1") == {id_of("T-1"): None}


def test_an_erasure_that_waits_can_be_hurried_and_none_is_asked_for_twice():
    desk = mentioned()
    for day in (2, 3, 4):
        desk.erase(WANG, day=day)
    assert [each.now for each in sent(desk, EraseCustomer)] == [False]
    for day in (5, 6, 7):
        desk.erase(WANG, day=day, now=True)
    assert [each.now for each in sent(desk, EraseCustomer)] == [False, True]
    assert refusal(desk.erase(WANG, day=8)) == ("erased", None)


def test_each_customer_is_noted_once_and_nobody_is_noted_who_tells_no_identity():
    desk = Desk()
    desk.submit("T-1", NOBODY)
    for day, customer in enumerate([NOBODY, WANG, WANG, Customer(name="小王"), SMITH, WANG], 1):
        desk.add("T-1", day=day, customer=customer, is_chasing=True)
    assert len({each.customer for each in sent(desk, NoteComplaint)}) == len(sent(desk, NoteComplaint)) == 2
    desk.submit("T-2", WANG, day=7)
    desk.add("T-2", day=8, customer=WANG, is_chasing=True)
    assert len(sent(desk, NoteComplaint)) == 2, "in her own file she is found anyway"


def test_either_customer_who_is_named_may_erase_it():
    desk = mentioned()
    desk.add("T-1", day=2, customer=SMITH)
    assert names(desk.erase(SMITH, day=3, now=True))[-1] == "DossierErased"
    assert names(desk.erase(WANG, day=4, now=True))[-1] == "CommandRefused", "what is erased already is asked for once more"
    assert held(desk) == ""


def test_what_is_noted_of_a_customer_goes_over_with_the_file():
    desk = mentioned()
    desk.send(LinkCustomers(request="L", customer=WANG, into=SMITH), day=2)
    assert names(desk.erase(SMITH, day=3, now=True))[-1] == "DossierErased"
    assert desk.dossiers("T-1") == {id_of("T-1"): None}


@pytest.mark.parametrize("now", [True, False])
@pytest.mark.parametrize("is_linked", [True, False])
def test_an_erasure_that_overtakes_the_note_reaches_the_complaint_too(now: bool, is_linked: bool):
    run = Scattered(service(SECRET), POLICY)

    def take(command: Command) -> None:
        run.send("intake", command, at=run.now or START, key="k")
        run.until(run.now or START)
        run.read_next(run.waiting.index(("intake.commands.v1", partition_of("k", PARTITIONS))))

    take(submission("T-1", NOBODY))
    take(submission("T-2", WANG))
    if is_linked:
        take(LinkCustomers(request="L", customer=WANG, into=SMITH))
    take(AddInformation(request="A", source_ref="T-1", **SAID))
    take(EraseCustomer(request="E", customer=WANG, now=now))
    run.drain()
    assert id_of("T-1") in run.shelves["intake"].aliases
    told = [name for event in run.events if (name := type(event.message).__name__) in ("DossierErased", "ErasurePending")]
    assert told == ["DossierErased" if now else "ErasurePending"] * 2


def test_only_intake_notes_where_a_customer_is_named():
    desk = mentioned()
    (note,) = sent(desk, NoteComplaint)
    (told,) = desk.send(note.model_copy(update={"source_ref": "T-9"}), day=2, source=own_source("intake"))
    assert isinstance(told, CommandRefused) and told.reason == "only_intake"
