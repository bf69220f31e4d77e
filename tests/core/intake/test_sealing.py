"""Who may send commands may call itself intake, and is refused all the same what only intake's files write to each other."""

from datetime import datetime, timedelta

import pytest

from contracts.common import CommandRefused
from contracts.intake import AdoptFile, ForgetFile, GiveUpFile, KeepFile, LinkCustomers, OfLink, PassOn
from contracts.wire import read
from services.intake import service
from services.intake.sealing import Seal
from services.platform.kernel.service import own_source
from tests.core.intake.desk import POLICY, SECRET, START, WANG, Desk, id_of, names, submission
from tests.core.intake.scattered import Scattered
from tests.core.intake.test_linking import OTHER, STRANGE, file_of, linked

SEAL = Seal.under(SECRET)


@pytest.mark.parametrize("command", STRANGE, ids=lambda command: type(command).__name__)
@pytest.mark.parametrize("seal", [None, "0" * 64, "another's"])
def test_who_calls_itself_intake_is_still_a_stranger(command: OfLink, seal: str | None):
    desk = linked()
    desk.submit("T-3", OTHER)
    keys = {"customer": file_of(desk, OTHER).customer, "into": file_of(desk, WANG).customer, "seal": seal}
    sent = command.model_copy(update=keys)
    if seal == "another's":
        sent = Seal.under(b"another secret").on(sent)
    before = file_of(desk, OTHER), file_of(desk, WANG)
    (told,) = desk.send(sent, day=1, source=own_source("intake"))
    assert isinstance(told, CommandRefused) and told.reason == "only_intake"
    assert (file_of(desk, OTHER), file_of(desk, WANG)) == before


def test_nobody_can_have_a_customers_file_given_up():
    desk = Desk()
    desk.submit("T-1", OTHER)
    old = file_of(desk, OTHER).customer
    room = {"linked_at": START, "command_id": id_of("q"), "room": 10**9, "room_to_erase": 10**6}
    sent = GiveUpFile(link=id_of("x"), customer=old, into="c-" + "a" * 32, **room)
    assert names(desk.send(sent, source=own_source("intake"))) == ["CommandRefused"]
    assert desk.dossier("T-1").customer.name == OTHER.name
    assert names(desk.submit("T-2", OTHER, day=1)) == ["ContactRepeated", "SubmissionMerged"]


@pytest.mark.parametrize("kind", [GiveUpFile, AdoptFile, PassOn, ForgetFile])
def test_intakes_own_seal_is_right_for_what_was_written_and_for_nothing_else(kind: type[OfLink]):
    sent = written()[kind]
    assert SEAL.is_on(sent)
    for name, value in sent:
        if name != "seal" and value and value is not True:
            other = START - timedelta(days=1) if isinstance(value, datetime) else value * 2
            assert not SEAL.is_on(sent.model_copy(update={name: other})), name
    assert not Seal.under(b"another secret").is_on(sent)


def test_what_is_said_alike_by_another_command_is_sealed_otherwise():
    keys = {"link": id_of("l"), "customer": "c-a", "into": "c-b"}
    told = [ForgetFile.model_construct(**keys), KeepFile.model_construct(**keys)]
    assert len({SEAL.on(each).seal for each in told}) == 2


def written() -> dict[type, OfLink]:
    """The last of each kind that the files wrote while they were linked and written to, as it was read."""
    run = Scattered(service(SECRET), POLICY)
    run.send("intake", submission("T-1", OTHER), at=START, key="k")
    run.send("intake", LinkCustomers(request="L", customer=OTHER, into=WANG), at=START, key="k")
    run.until(START)
    for _ in range(3):
        run.read_next(0)
    run.send("intake", submission("T-2", OTHER), at=run.now, key="k")
    run.until(run.now)
    run.read_next(len(run.waiting) - 1)
    run.drain()
    sent = [read(record.topic, record.value)[1] for record in run.log if record.topic == "intake.commands.v1"]
    return {type(each): each for each in sent if isinstance(each, OfLink)}
