"""What shows the mutants: the smallest things that go wrong in which each of them does harm, and the real service does none.

A scenario plays on a tenant of its own.  Where only routing runs, intake's words are written by the scenario: nobody else's speed, and
nobody else's mistakes, are in it.
"""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import NamedTuple

from contracts.catalogue import OWNERS
from contracts.routing import WithdrawComplaint
from services.cli.processes import ServiceProcess
from services.platform.chassis.clients import open_admin
from services.platform.chassis.topics import create_topics
from tests.chaos.history import Fault, History
from tests.chaos.mutants.crash import MARK, REASON, crashing
from tests.chaos.mutants.lives import Step, complaint, lives, step
from tests.chaos.mutants.tenant import Tenant
from tests.chaos.mutants.words import accepted, chased, over, progress, registered
from tests.chaos.rest import ready

MANY = 24
"""Complaints: some are in every process's hands."""
SESSION = 6.0
"""Seconds after which a process that is silent is put out of its group."""


class Scenario(NamedTuple):
    told: str
    services: Sequence[str]
    play: Callable[[Tenant], Awaitable[None]]
    environment: Mapping[str, str] = {}
    judged: Callable[[History], History] = lambda history: history
    """What the invariants must know of it besides."""
    is_alone: bool = False
    """It breaks what all tenants share."""
    patience: float = 60.0
    """Seconds until it is quiet, or never will be."""


def refs(name: str) -> list[str]:
    return [f"{name}-{n}" for n in range(MANY)]


async def lived(tenant: Tenant) -> None:
    await tenant.play(lives(2), 17)


async def killed_again_and_again(tenant: Tenant) -> None:
    """One of two, at each point of its loop in turn, while there is work; no complaint is heard of any more when it is over."""
    began, names = datetime.now(UTC), refs("killed")
    steps = [registered(0, ref) for ref in names]
    for n, ref in enumerate(names):
        steps += [accepted(0.5 + n / 3, ref), progress(1 + n / 3, ref, 1), over(1.5 + n / 3, ref)]
    feeding = asyncio.create_task(tenant.play(sorted(steps, key=lambda each: each.after), 10))
    for n, point in enumerate(("stored", "committed", "decided", "published", "publishing", "stored", "committed", "loaded") * 2):
        victim = tenant.fleet.of("routing")[n % 2]
        tenant.fleet.order(victim, f"kill {point}")
        await asyncio.sleep(0.7)
    await feeding
    for process in tenant.fleet.processes:
        tenant.fleet.countermand(process)
    await ready(tenant.fleet, tenant.services)
    tenant.faults.append(Fault("kill", "other", began, datetime.now(UTC), None))


async def frozen_with_a_batch_in_hand(tenant: Tenant) -> None:
    """A process is stopped when it has decided; another one takes its work, and more of it; then it goes on where it was."""
    began, names = datetime.now(UTC), refs("frozen")
    await tenant.play([registered(0, ref) for ref in names], 0)
    await tenant.caught_up()
    zombie = tenant.fleet.of("routing")[0]
    tenant.fleet.order(zombie, "freeze decided")
    before = datetime.now(UTC)
    await tenant.play([accepted(0, ref) for ref in names], 1)
    await tenant.play([chased(ref, before) for ref in names], 0)
    await tenant.caught_up(SESSION + 20)
    await tenant.play([progress(0, ref, 1) for ref in names], 1)
    await tenant.caught_up(10)
    os.kill(zombie.pid, signal.SIGCONT)
    await asyncio.sleep(2)
    await tenant.play([progress(0, ref, 2) for ref in names], 1)
    await ready(tenant.fleet, tenant.services)
    tenant.faults.append(Fault("freeze", "other", began, datetime.now(UTC), None))


async def taken_over(tenant: Tenant) -> None:
    """A process dies when it has stored what it decided; who takes its work over hears first of what came before that."""
    began, names = datetime.now(UTC), refs("unsaid")
    await tenant.play([registered(0, ref) for ref in names], 0)
    await tenant.caught_up()
    victim = tenant.fleet.of("routing")[0]
    tenant.fleet.leave_alone(victim)
    tenant.fleet.order(victim, "kill stored")
    before = datetime.now(UTC)
    await tenant.play([accepted(0, ref) for ref in names], 1)
    await tenant.play([chased(ref, before) for ref in names], 0)
    await tenant.caught_up(SESSION + 20)
    tenant.fleet.start(victim)
    await ready(tenant.fleet, tenant.services)
    tenant.faults.append(Fault("kill_stored", "other", began, datetime.now(UTC), None))


async def handed_over(tenant: Tenant) -> None:
    """A second process comes, and goes, while the first one is slow with what it has in hand."""
    began, names = datetime.now(UTC), refs("handed")
    first = tenant.fleet.of("routing")[0]
    await tenant.play([registered(0, ref) for ref in names] + [accepted(1, ref) for ref in names], 2)
    working = asyncio.create_task(_worked_slowly(tenant, first, names))
    second = tenant.fleet.add("routing")
    await ready(tenant.fleet, tenant.services)
    await asyncio.sleep(3)
    await tenant.fleet.stop(second)
    await asyncio.sleep(3)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    tenant.fleet.countermand(first)
    tenant.fleet.remove(second)
    tenant.faults.append(Fault("scale", "other", began, datetime.now(UTC), None))


async def _worked_slowly(tenant: Tenant, process: ServiceProcess, names: Sequence[str]) -> None:
    """A word on every complaint, again and again; what is stored is not published for a second."""
    for n in count():
        tenant.fleet.order(process, "stall stored 1")
        await tenant.play([progress(0, ref, n) for ref in names], 0.5)


async def crashed(tenant: Tenant) -> None:
    """Decide raises on messages that come when a wake is due, which the poller has not seen yet."""
    names = refs("crashed")
    steps = [registered(n / 6, ref) for n, ref in enumerate(names)]
    for n, ref in enumerate(names):
        crash = step(n / 6 + 7.3, "routing", WithdrawComplaint(complaint_id=complaint(ref), reason=MARK), f"{ref}/crash", "poison")
        steps += [crash._replace(reason=REASON), over(n / 6 + 8.5, ref)]
    await tenant.play(sorted(steps, key=lambda each: each.after), 13)


def judged_with_the_fault(history: History) -> History:
    """The fold must fail where the service did."""
    practices = {name: replace(under, service=crashing(under.service)) for name, under in history.practices.items()}
    return history._replace(practices=practices)


async def without_its_dead_letters(tenant: Tenant) -> None:
    """The topic of dead letters is deleted, there is poison, and the topic is there again."""
    began, names = datetime.now(UTC), refs("poisoned")[:6]
    await tenant.play([registered(0, ref) for ref in names], 1)
    name = tenant.settings.topic("routing.dlq.v1")
    async with open_admin(tenant.settings) as admin:
        await admin.delete_topics([name])
    await asyncio.sleep(1)
    poison = [Step(0.2, "routing", "", "", "", complaint(ref), b"{", (), "poison", "not_json") for ref in names]
    await tenant.play([*poison, *(accepted(0.4, ref) for ref in names)], 4)
    await create_topics(tenant.settings)
    tenant.faults.append(Fault("dead letters away", "other", began, datetime.now(UTC), None))


async def killed_and_missed(tenant: Tenant) -> None:
    """One of two is killed: the other has its work as soon as it is missed."""
    names = refs("missed")
    await tenant.play([registered(0, ref) for ref in names], 2)
    victim = tenant.fleet.of("routing")[0]
    tenant.fleet.leave_alone(victim)
    began = datetime.now(UTC)
    victim.kill()
    await tenant.play([accepted(0, ref) for ref in names], 0)
    tenant.faults.append(Fault("kill", "service", began, began, await _done(tenant), what="routing"))
    tenant.fleet.start(victim)
    await ready(tenant.fleet, tenant.services)


async def _done(tenant: Tenant) -> datetime | None:
    """When everything that stands in the topics now is committed."""
    ends, deadline = await tenant.measure.ends("routing"), time.monotonic() + 30
    while time.monotonic() < deadline:
        if await tenant.measure.has_reached("routing", ends):
            return datetime.now(UTC)
        await asyncio.sleep(0.2)
    return None


async def rolled_back(tenant: Tenant) -> None:
    """The primary takes writes that no other member has, is killed, and comes back when another one is primary.

    The others are killed, not frozen: what the primary streams to a frozen member stands in its socket, and is applied when it wakes.
    """
    began, names = datetime.now(UTC), refs("rolled")
    await tenant.play([registered(0, ref) for ref in names], 2)
    await tenant.caught_up()
    primary = await asyncio.to_thread(tenant.cluster.primary)
    others = [member for member in tenant.cluster.members if member is not primary]
    for member in others:
        await asyncio.to_thread(member.kill)
    await tenant.play([accepted(0, ref) for ref in names], 2.5)
    await asyncio.to_thread(primary.kill)
    for member in others:
        await asyncio.to_thread(member.start)
    healed = datetime.now(UTC)
    await asyncio.to_thread(tenant.cluster.primary)
    await asyncio.to_thread(primary.start)
    await asyncio.sleep(3)
    await tenant.play([progress(0, ref, 1) for ref in names], 1)
    tenant.faults.append(Fault("secondaries killed, then the primary", "other", began, healed, None))


ROUTING = ("routing",)
TWO = ("routing", "routing")
SCENARIOS = {
    "lives": Scenario("lives with repeats, forgeries and poison, through all four services", tuple(OWNERS), lived),
    "deaths": Scenario("two of routing, killed at every point of the loop in turn", TWO, killed_again_and_again),
    "zombie": Scenario("one of two is frozen with a batch in hand, and goes on later", TWO, frozen_with_a_batch_in_hand),
    "unsaid": Scenario("one of two is killed when it has stored, and said nothing", TWO, taken_over),
    "handover": Scenario("a second process comes and goes under load", ROUTING, handed_over),
    "crash": Scenario("decide raises while a wake is due", ROUTING, crashed, {"CHAOS_CRASH": "1", "REDRESS_POLL_SECONDS": "5"},
                      judged_with_the_fault),
    "letters away": Scenario("the topic of dead letters is deleted, and made again", ROUTING, without_its_dead_letters),
    "missed": Scenario("one of two is killed, and the other takes over", TWO, killed_and_missed),
    "rollback": Scenario("secondaries killed, then the primary", ROUTING, rolled_back, is_alone=True),
}  # fmt: skip
