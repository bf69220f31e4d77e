"""Intake takes one customer's file in any partition: two processes may hold it at once, and a name may lead elsewhere tomorrow."""

import asyncio

from contracts.common import CommandRefused
from contracts.intake import Customer, DossierErased, EraseCustomer, SubmitComplaint
from contracts.model import Command, Event
from contracts.wire import read, write_command
from services.intake import service
from services.intake.policy import IntakePolicy
from services.platform.kernel.service import Practice
from tests.chassis.engine.memory import Log, Process, Shelves

INTAKE = Practice(service(b"a secret of sixteen bytes"), IntakePolicy())
COMMANDS, EVENTS, DOSSIERS = (f"intake.{kind}.v1" for kind in ("commands", "events", "dossiers"))
WANG = Customer(name="王", phone="+8613912345678")


def put(log: Log, partition: int, command: Command, id: str) -> None:
    wire = write_command("intake", command, id=id, source="crm", key="k")
    log.append(COMMANDS, partition, wire.key.encode(), wire.value, wire.headers)


def told(log: Log, kind: type[Event]) -> list[Event]:
    said = (read(record.topic, record.value)[1] for record in log.all(EVENTS))
    return [message for message in said if type(message) is kind]


def submission(ref: str, **more: object) -> SubmitComplaint:
    return SubmitComplaint(source_ref=ref, channel="phone", customer=WANG, narrative="又坏了。", **more)


async def test_law10_the_dossier_that_an_erasure_overtook_is_not_the_last_word() -> None:
    log, shelves = Log(), Shelves(INTAKE)
    go_on, has_stored = asyncio.Event(), asyncio.Event()

    async def held_up(point: str) -> None:
        if point == "stored":
            has_stored.set()
            await go_on.wait()

    slow = Process(log, shelves, [(COMMANDS, 0)], practice=INTAKE, points=held_up)
    quick = Process(log, shelves, [(COMMANDS, 1)], practice=INTAKE)
    put(log, 0, submission("T-1"), "m1")
    taking = asyncio.create_task(slow.take())
    await has_stored.wait()
    put(log, 1, EraseCustomer(request="r", customer=WANG, now=True), "m2")
    await quick.take()
    go_on.set()
    await taking
    assert [record.value is None for record in log.all(DOSSIERS)] == [True, False, True]


async def test_law3_a_repeat_goes_to_the_document_that_took_it_whatever_its_names_lead_to_by_now() -> None:
    log, shelves = Log(), Shelves(INTAKE)
    process = Process(log, shelves, practice=INTAKE)
    early = EraseCustomer(request="r", complaint_source="crm", source_ref="T-1", now=True)
    for command, id in ((early, "m1"), (submission("T-1"), "m2"), (early, "m1")):
        put(log, 0, command, id)
        await process.take()
    assert {event.reason for event in told(log, CommandRefused)} == {"no_customer"} and told(log, DossierErased) == []
