"""Histories of all four services that hold whatever may happen: the demonstration's stand-ins play, and a prankster beside them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from contracts.ids import complaint_id
from contracts.intake import AddInformation, Customer, EraseCustomer, LinkCustomers, SetCustomerProfile, SubmitComplaint
from contracts.model import Command, Event, Staff
from contracts.routing import AcceptWork, ReopenComplaint, WithdrawComplaint
from contracts.wire import write_command
from services.backtest.command import Timed
from services.cli.demo.world import Agenda, Heard, World, entries
from services.cli.registry import NAMES, find_service
from services.platform.chassis.policies import load
from services.platform.chassis.settings import read_settings
from services.platform.kernel.record import ATTEMPT
from services.platform.kernel.run import Run
from services.platform.kernel.service import Cause, Practice, Service

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class History(NamedTuple):
    """The commands as they were sent, and what the kernel's run made of them."""

    practices: tuple[Practice, ...]
    commands: list[Timed]
    run: Run


@cache
def practices(policies: str, poison: int = 0) -> tuple[Practice, ...]:
    """`poison`: about one in so many decisions crashes, and always the same ones."""
    services = [find_service(name, read_settings()) for name in NAMES]
    return tuple(Practice(_poisoned(each, poison) if poison else each, load(policies, each)) for each in services)


def _poisoned(service: Service, poison: int) -> Service:
    def decide(state: Any, cause: Cause, policy: Any) -> Any:
        if int.from_bytes(blake2b(f"{service.name} {cause.id} {cause.document}".encode(), digest_size=4).digest(), "big") % poison == 0:
            raise ZeroDivisionError
        return service.decide(state, cause, policy)

    return replace(service, decide=decide)


@cache
def wild(seed: int, policies: str, complaints: int, pace: float, poison: int = 0, pranks: float = 0.3) -> History:
    """Of so many complaints: the stand-ins act `pace` times slower than in the demonstration."""
    draw, who = Random(seed), practices(policies, poison)
    run, world, agenda, sent = Run(who), World(draw.sample(entries(), complaints), seed), Agenda(), list[Timed]()
    agenda.add(0, world.opening)
    heard = 0
    while agenda:
        seconds = min(when for when, _, _ in agenda._waiting)
        for _, asked in list(agenda.due(seconds)):
            at = START + timedelta(seconds=round(seconds * pace, 1))
            own = Timed(at, asked.service, asked.command, asked.id, asked.source, None)
            for one in (own, *_pranks(draw, own, sent, pranks)):
                run.send(one.service, one.command, at=one.at, id=one.id, source=one.source, key=one.key)
                sent.append(one)
        run.until(at)
        for told in run.events[heard:]:
            if isinstance(told.message, Event):
                agenda.add(seconds, world.hear(Heard(told.envelope.id, at, told.message)))
        heard = len(run.events)
    commands = sorted(sent, key=lambda one: one.at)
    return History(who, commands, replayed(who, commands))


def replayed(practices: Iterable[Practice], commands: Iterable[Timed], until: datetime | None = None) -> Run:
    """All of them appended before it begins, so that a command goes before a wake at its instant."""
    run = Run(practices)
    for one in commands:
        wire = write_command(one.service, one.command, id=one.id, source=one.source, key=one.key)
        attempt = ((ATTEMPT, str(one.attempt).encode()),) if one.attempt else ()
        run.put(f"{one.service}.commands.v1", wire.key, one.value or wire.value, at=one.at, headers=(*wire.headers, *attempt))
    run.until(until) if until else run.to_the_end()
    return run


def _pranks(draw: Random, own: Timed, sent: list[Timed], share: float) -> Iterator[Timed]:
    """Sent twice, under another's id, before its time, to nobody; and customers who are linked, erased, and known better."""
    if draw.random() > share:
        return
    later = own.at + timedelta(seconds=draw.choice([0, 0.1, 30, 3_000, 86_400]))
    other = draw.choice(sent) if sent else own
    match draw.randrange(10):
        case 0:
            yield own._replace(at=later)
        case 1:
            yield other._replace(at=later, attempt=draw.randrange(2))
        case 2 if other.service == own.service:
            yield own._replace(at=later, id=other.id, source=other.source)
        case 3 if isinstance(own.command, SubmitComplaint):
            yield from _about(own, draw, own.at)
        case 4 | 5 | 6 if isinstance(own.command, SubmitComplaint):
            yield own._replace(at=later, id=_uuid(draw), command=own.command.model_copy(update={"source_ref": f"again {draw.random()}"}))
        case 4:
            yield _new(draw, later, AcceptWork(complaint_id=_uuid(draw), work="1-repairs", by=Staff(staff="s1", role="agent")))
        case 5 if (customer := _customer(draw, sent)) and (into := _customer(draw, sent)):
            yield _new(draw, later, LinkCustomers(request=f"L{draw.random()}", customer=customer, into=into))
        case 6 if customer := _customer(draw, sent):
            yield _new(draw, later, EraseCustomer(request=f"E{draw.random()}", customer=customer, now=draw.random() < 0.5))
        case 7 if customer := _customer(draw, sent):
            yield _new(draw, later, SetCustomerProfile(request=f"P{draw.random()}", customer=customer, do_not_call=draw.random() < 0.5))
        case _ if submitted := [one for one in sent if isinstance(one.command, SubmitComplaint)]:
            yield from _about(draw.choice(submitted), draw, later)


def _about(submitted: Timed, draw: Random, at: datetime) -> Iterator[Timed]:
    assert isinstance(submitted.command, SubmitComplaint)
    id = complaint_id(submitted.source, submitted.command.source_ref)
    commands: list[Command] = [
        ReopenComplaint(complaint_id=id, reason="not_fixed"), WithdrawComplaint(complaint_id=id, reason="changed_mind"),
        AddInformation(request=f"I{draw.random()}", source_ref=submitted.command.source_ref, is_chasing=True, channel="phone"),
    ]  # fmt: skip
    yield _new(draw, at, draw.choice(commands))._replace(source=submitted.source)


def _customer(draw: Random, sent: list[Timed]) -> Customer | None:
    named = [one.command.customer for one in sent if isinstance(one.command, SubmitComplaint) and one.command.customer]
    known = [customer for customer in named if customer.phone or customer.email]
    return draw.choice(known) if known else None


def _new(draw: Random, at: datetime, command: Command) -> Timed:
    service = type(command).__module__.rpartition(".")[2]
    return Timed(at, service, command, _uuid(draw), "prankster", None)


def _uuid(draw: Random) -> str:
    return str(UUID(int=draw.getrandbits(128)))
