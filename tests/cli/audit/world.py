"""The four services over a log and stores in memory, under the rules of the demo, and lives in them."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

from bson import decode, encode

from contracts.callback import RecordAttempt, StartAttempt
from contracts.catalogue import PARTITIONS
from contracts.common import Answers, Wake
from contracts.feedback import AnswerSurvey
from contracts.ids import complaint_id, derived_id
from contracts.intake import Customer, EraseCustomer, LinkCustomers, Product, SetCustomerProfile, SubmitComplaint
from contracts.model import Command, Staff
from contracts.routing import AcceptWork, ReportProgress, ReportResolution, WithdrawComplaint
from contracts.wire import write_command
from services import callback, feedback, intake, routing
from services.cli.audit.examination import examined
from services.cli.audit.look import Bounds
from services.cli.audit.tally import Tally
from services.cli.audit.topics import Topics
from services.platform.chassis.policies import canonical, load
from services.platform.chassis.ports import Place
from services.platform.chassis.rows import OPTIONS
from services.platform.kernel.record import Record, partition_of
from services.platform.kernel.service import Practice, own_source
from tests.chassis.engine.memory import Log, Process, Shelves

SERVICES = {each.name: each for each in (intake.service(b"a secret of sixteen bytes"), routing.SERVICE, callback.SERVICE, feedback.SERVICE)}
BY = Staff(staff="s1", role="agent", department="quality")
CUSTOMERS = [Customer(name="周伯通", phone=f"+861380013800{n}") for n in range(3)]
PARTS = ("acknowledgement", "apology", "explanation", "prevention", "appreciation", "invitation")


class Group(Log):
    """The same topics; what this group has committed of them."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        del self.now
        self.log, self.records = log, log.records

    def __getattr__(self, name: str) -> Any:
        return getattr(self.log, name)


class World:
    """`policies`: those of the services that start now.  Restart them for others."""

    def __init__(self, policies: str = "demo", names: Iterable[str] = SERVICES, build: str = "test") -> None:
        self.log, self.build, self.numbers = Log(), build, iter(range(10**9))
        self.names = tuple(names)
        self.policies: dict[str, dict[str, str]] = {name: {} for name in self.names}
        self.shelves: dict[str, Shelves] = {}
        self.groups = {name: Group(self.log) for name in self.names}
        self.start(policies)

    def start(self, policies: str | Mapping[str, Any]) -> None:
        """New processes: none knows what was published before."""
        self.processes = {}
        for name in self.names:
            service = SERVICES[name]
            policy = _loaded(policies, name) if isinstance(policies, str) else policies[name]
            self.policies[name].setdefault(policy.reference, canonical(policy))
            known = [service.policy.model_validate_json(text).model_copy(update={"reference": ref})
                     for ref, text in self.policies[name].items()]  # fmt: skip
            practice = Practice(service, policy.knowing(known), self.build)
            shelves = Shelves(practice)
            if name in self.shelves:
                shelves.rows, shelves.policies = self.shelves[name].rows, self.shelves[name].policies
            shelves.policies |= {each.reference: each for each in known}
            self.shelves[name] = shelves
            self.processes[name] = Process(self.groups[name], shelves, practice=practice)

    # -- what happens -----------------------------------------------------------------------------------------------------------------

    def put(self, service: str, command: Command, id: str | None = None) -> Record:
        """Onto the topic, now."""
        wire = write_command(service, command, id=id or f"c{next(self.numbers)}", source="crm", key=None if command.key else "k")
        return self.log.append(f"{service}.commands.v1", partition_of(wire.key, PARTITIONS), wire.key.encode(), wire.value, wire.headers)

    async def drain(self) -> None:
        """Until all is taken, and who is due was woken."""
        while sum(self._wake(name) for name in self.names) or any(map(self._lags, self.names)):
            for process in self.processes.values():
                await process.take(7)

    def _lags(self, name: str) -> bool:
        group = self.groups[name]
        return any(group.committed[place] < len(self.log.records[place]) for place in self.processes[name].member.places)

    def _wake(self, name: str) -> int:
        rows = [decode(row, OPTIONS) for row in self.shelves[name].rows.values()]
        due = [row for row in rows if row["wake_at"] and row["wake_at"] <= self.log.now.replace(tzinfo=None)]
        for row in due:
            wake = Wake(document=row["_id"], count=row["book"]["wakes"], due=row["wake_at"].replace(tzinfo=self.log.now.tzinfo))
            wire = write_command(name, wake, id=derived_id(name, row["_id"], "wake", wake.count), source=own_source(name))
            self.log.append(f"{name}.commands.v1", row["partition"], wire.key.encode(), wire.value, wire.headers)
        return len(due)

    async def pass_(self, seconds: float) -> None:
        self.log.now += timedelta(seconds=seconds)
        await self.drain()

    async def live(self, steps: int, seed: int, restarts: Iterable[str] = ()) -> None:
        """Random lives; restarts, each under a set of policies, are spread over them."""
        rng, restarts = Random(seed), list(restarts)
        at = {(n + 1) * steps // (len(restarts) + 1): policies for n, policies in enumerate(restarts)}
        for step in range(steps):
            if step in at:
                self.start(at[step])
            service, command = rng.choice(STEPS)(rng)
            if service in self.names:
                self.put(service, command, id=f"again{rng.randrange(40)}" if rng.random() < 0.1 else None)
            if rng.random() < 0.05:
                self.log.append(f"{rng.choice(self.names)}.commands.v1", rng.randrange(PARTITIONS), b"k", b"{poison")
            if rng.random() < 0.5:
                await self.pass_(rng.choice((0.2, 0.5, 1, 3, 7)))
        await self.drain()

    # -- what an auditor sees ---------------------------------------------------------------------------------------------------------

    def rows(self, name: str) -> list[dict[str, Any]]:
        return [decode(row, OPTIONS) for _, row in sorted(self.shelves[name].rows.items())]

    def change(self, name: str, row: Mapping[str, Any]) -> None:
        self.shelves[name].rows[row["_id"]] = encode(row)

    def bounds(self, name: str, begins: Mapping[Place, int] | None = None) -> Bounds:
        return Bounds(begins or {}, {place: len(line) for place, line in self.log.records.items()}, dict(self.groups[name].committed))

    def topics(self, begins: Mapping[Place, int] | None = None) -> Topics:
        """All that stands on them, from where they begin."""
        topics = Topics()
        for place, line in list(self.log.records.items()):
            topics.add(line[(begins or {}).get(place, 0) :])
        return topics

    def forget(self, before: timedelta, *topics: str) -> dict[Place, int]:
        """Where these topics would begin, had they dropped what is older."""
        young = self.log.now - before
        return {
            place: sum(record.appended < young for record in line) for place, line in self.log.records.items() if place[0] in topics
        }

    def copy(self) -> "World":
        """To be tampered with."""
        other = copy(self)
        other.log = copy(self.log)
        other.log.records = defaultdict(list, {place: list(line) for place, line in self.log.records.items()})
        other.policies = {name: dict(kept) for name, kept in self.policies.items()}
        other.shelves = {name: copy(shelves) for name, shelves in self.shelves.items()}
        for shelves in other.shelves.values():
            shelves.rows = dict(shelves.rows)
        return other

    def audit(self, *names: str, build: str | None = None, begins: Mapping[Place, int] | None = None) -> dict[str, Tally]:
        with self.topics(begins) as topics:
            return {name: self.examine(name, topics, self.bounds(name, begins), build) for name in names or self.names}

    def examine(self, name: str, topics: Topics, bounds: Bounds, build: str | None = None) -> Tally:
        return examined(SERVICES[name], self.policies[name], build or self.build, topics, bounds, self.rows(name))


async def _lived(steps: int, seed: int) -> World:
    world = World()
    await world.live(steps, seed, restarts=["demo"])
    return world


@cache
def lived(steps: int = 120, seed: int = 1) -> World:
    """Not to be touched: see `copy`."""
    return asyncio.run(_lived(steps, seed))


def found(tallies: Mapping[str, Tally]) -> list[tuple[str, str, int | None, str]]:
    return [(each.service, each.where, each.difference.ordinal, each.difference.part) for t in tallies.values() for each in t.findings]


@cache
def _loaded(policies: str, name: str) -> Any:
    return load(policies, SERVICES[name])


# -- steps of a life --------------------------------------------------------------------------------------------------------------------


def ref(rng: Random) -> str:
    return f"T-{rng.randrange(8)}"


def id_of(rng: Random) -> str:
    return complaint_id("crm", ref(rng))


def submission(ref: str, customer: Customer, order: str) -> SubmitComplaint:
    return SubmitComplaint(
        source_ref=ref, channel="phone", kind="quality", customer=customer, narrative="又坏了。", product=Product(order_no=order)
    )


def resolution(id: str, round: int = 1) -> ReportResolution:
    return ReportResolution(
        complaint_id=id, work=f"{round}-quality", finding="upheld", cause_code="worn_part", no_action_because="single_case",
        answer_parts=PARTS, by=BY,
    )  # fmt: skip


STEPS = (
    *[lambda r: ("intake", submission(ref(r), r.choice(CUSTOMERS), f"o{r.randrange(3)}"))] * 3,
    lambda r: ("intake", SetCustomerProfile(request=f"P{r.random()}", customer=r.choice(CUSTOMERS), tier="key")),
    lambda r: ("intake", LinkCustomers(request=f"L{r.random()}", customer=r.choice(CUSTOMERS), into=r.choice(CUSTOMERS))),
    lambda r: ("intake", EraseCustomer(request=f"E{r.random()}", customer=r.choice(CUSTOMERS), now=r.random() < 0.5)),
    *[lambda r: ("routing", AcceptWork(complaint_id=id_of(r), work=f"{r.choice((1, 1, 2))}-quality", by=BY))] * 2,
    lambda r: ("routing", ReportProgress(complaint_id=id_of(r), work="1-quality", is_told_to_customer=True, by=BY)),
    *[lambda r: ("routing", resolution(id_of(r), r.choice((1, 1, 2))))] * 2,
    lambda r: ("routing", WithdrawComplaint(complaint_id=id_of(r), reason="changed_mind")),
    *[lambda r: ("callback", StartAttempt(complaint_id=id_of(r), callback="1-confirm", by=BY))] * 2,
    lambda r: ("callback", RecordAttempt(complaint_id=id_of(r), callback="1-confirm", outcome=r.choice(("reached", "busy")), by=BY,
                                         answers=Answers(solved=r.random() < 0.5))),
    lambda r: ("feedback", AnswerSurvey(complaint_id=id_of(r), survey="1-recovery", answers=Answers(solved=True, csat=4))),
)  # fmt: skip
