"""The loop that every service runs: read → load → decide → store → publish → commit (architecture §4).

1. Consume    `subscriber.py` hands over what it fetched.
2. Read       each record on its own (`reading.py`).
3. Load       the batch's documents in one query (`store.py`).
4. Decide     message by message (`docket.py` and the kernel).
5. Store      in one version-guarded write.  Who lost against another process is loaded and decided again, alone.
6. Publish    all answers, and wait for every acknowledgement (`publisher.py`).
7. Commit     beside the loop (`committer.py`).

Steps 6 and 7 of a batch run beside steps 2 to 5 of the next, whose own step 6 waits for them: so the words of a document leave in their
order, and nothing is committed before it is published.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from zlib import crc32

from contracts.wire import Headers
from services.platform.chassis.breaker import Breaker
from services.platform.chassis.committer import Committer
from services.platform.chassis.docket import Case, Docket, LacksJournal
from services.platform.chassis.dossiers import dossiers, present
from services.platform.chassis.errors import Oversized, StoreFailed
from services.platform.chassis.health import Pulse
from services.platform.chassis.metrics import Metrics
from services.platform.chassis.patience import Patience
from services.platform.chassis.ports import Documents, Place, Points, Publishing, no_points
from services.platform.chassis.publication import Publication, answers, dead_letter
from services.platform.chassis.published import Published
from services.platform.chassis.reading import Call, Lost, Skipped, in_order, read_all
from services.platform.chassis.stalls import Stalls
from services.platform.chassis.store import Saved, Write
from services.platform.kernel.dead import REASON, letter
from services.platform.kernel.record import Record
from services.platform.kernel.service import Cause, Decision, Practice, Service
from services.platform.kernel.turn import NameTaken

log = logging.getLogger(__name__)
LANES = 4
WORTH_LANES = 50


@dataclass
class Harvest:
    """What a batch leads to, in order, once it is stored."""

    publications: list[Publication] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    """The documents whose last answers are among them."""
    dossiers: dict[str, int] = field(default_factory=dict)
    """The documents whose dossiers are among them, and of which version."""
    events: list[tuple[bytes, Headers]] = field(default_factory=list)
    """Said for the first time."""

    def add(self, other: "Harvest") -> None:
        self.publications += other.publications
        self.versions |= other.versions
        self.dossiers |= other.dossiers
        self.events += other.events


class Loop:
    def __init__(
        self, practice: Practice, documents: Documents, publisher: Publishing, committer: Committer, breaker: Breaker, patience: Patience,
        metrics: Metrics, pulse: Pulse, points: Points = no_points,
    ) -> None:  # fmt: skip
        self.practice, self.service = practice, practice.service
        self.documents, self.publisher, self.committer = documents, publisher, committer
        self.breaker, self.patience, self.metrics, self.pulse, self.points = breaker, patience, metrics, pulse, points
        self.published = Published()
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Gets the error with which the process must end."""
        self._hand = asyncio.Lock()
        self._in_hand = deque[float]()
        """The oldest append time of each batch that is not done with."""
        self._delivery: asyncio.Task[None] | None = None
        self._ended = False
        self._lost = set[str]()
        """Versions of the policy that documents name and that nobody keeps."""

    async def handle(self, records: Sequence[Record], as_appended: bool = False) -> None:
        """One batch.  Returns when it is stored.  Raises nothing: what cannot be handled ends the process, with the batch uncommitted.

        `as_appended`: it is taken once more, and comes in the order in which it was taken first, as far as the log tells (`in_order.py`).
        """
        offsets, epoch = self.committer.take(records), self.committer.epoch
        try:
            async with self._hand:
                if self._ended or epoch != self.committer.epoch:
                    return
                self.pulse.take()
                appended = [record.appended for record in records]
                self._in_hand.append(min(appended).timestamp())
                self.metrics.appended(max(appended).timestamp())
                self.metrics.oldest(self._in_hand[0])
                harvest = await self.settle(records, as_appended)
                await self._delivered()
                self._delivery = asyncio.create_task(self._deliver(harvest, offsets, epoch))
        except Exception as error:
            self.fail(error)

    def fail(self, error: BaseException) -> None:
        """The first error is the one to tell; nothing is taken any more."""
        self._ended = True
        if not self.failed.done():
            self.failed.set_exception(error)

    async def drain(self) -> None:
        """Returns when the batch in hand is stored, published and committed."""
        async with self._hand:
            await self._delivered()
            await self.committer.flush()

    def end(self) -> None:
        """Take no further batch."""
        self._ended = True

    # -- steps 2 to 5 -----------------------------------------------------------------------------------------------------------------

    async def settle(self, records: Sequence[Record], as_appended: bool = False) -> Harvest:
        """Steps 2 to 5, in lanes: while one lane waits for MongoDB another decides."""
        with self.metrics.stage("read"):
            calls, lost, skipped = read_all(records, self.service)
            calls = calls if as_appended else in_order(calls)
        lanes = [self._settle(lane) for lane in lanes_of(calls, self.service)]
        harvest = Harvest()
        for outcome in await asyncio.gather(*lanes, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome
            harvest.add(outcome)
        self._give_up(lost, skipped, harvest)
        return harvest

    async def _settle(self, calls: Sequence[Call]) -> Harvest:
        harvest, stalls = Harvest(), Stalls(self.patience)
        while calls:
            calls = await self.patience.insist(partial(self._attempt, calls, harvest, stalls))
        return harvest

    async def _attempt(self, calls: Sequence[Call], harvest: Harvest, stalls: Stalls) -> list[Call]:
        """Load, decide and store; returns the calls that must be taken again.  After `Away` all must: what was written is recalled."""
        docket = await self._decide(calls)
        cases = [case for case in docket.cases.values() if case.calls]
        self.breaker.weigh([crashed for case in cases for crashed in case.crashes])
        await self.points("decided")
        saved = await self._save(cases)
        await self.points("stored")
        self._reap([case for case in cases if case.before.id not in saved.conflicts and case.before.id not in saved.poison], harvest)
        stalled = {id: NameTaken() for id in saved.taken if await stalls.is_for_good(docket.cases[id])}
        for id, error in (saved.poison | stalled).items():
            await self._pin_down(docket.cases[id].calls, error, harvest)
        return [call for id in saved.conflicts if id not in stalled for call in docket.cases[id].calls]

    async def _decide(self, calls: Sequence[Call]) -> Docket:
        whole = set[str]()
        while True:
            with self.metrics.stage("load"):
                docket = await self._load(calls, whole)
            await self.points("loaded")
            try:
                with self.metrics.stage("decide"):
                    for call in calls:
                        docket.take(call)
                if not await self._learns(docket):
                    return docket
            except LacksJournal as lack:
                whole.add(lack.id)

    async def _learns(self, docket: Docket) -> bool:
        """Whether all must be decided again, since a complaint began under rules that came with a process younger than this one, and that
        are known only now.  What nobody keeps is not asked for twice."""
        missed = docket.practice.policy.missed - self._lost
        if missed and docket.practice is self.practice:
            known = {policy.reference: policy for policy in await self.documents.versions()}
            self._lost |= missed - known.keys()
            self.practice = replace(self.practice, policy=self.practice.policy.knowing(known.values()))
        return not missed <= self._lost

    async def _load(self, calls: Sequence[Call], also: Collection[str] = ()) -> Docket:
        """The documents, with as much of their journals as the calls (and `also`) need."""
        ids = {call.address.id for call in calls} | set(also)
        aliases = {alias for call in calls for alias in call.address.aliases}
        while True:
            docket = Docket(await self.documents.load(ids, aliases), self.practice, self.published)
            if aliases and (further := docket.led_to() - ids):
                ids |= further
                continue
            whole, tails = docket.lacking(calls, also)
            if not (whole or tails) or await self.documents.load_entries(whole, tails):
                return docket

    async def _save(self, cases: Sequence[Case]) -> Saved:
        with self.metrics.stage("store"):
            saved = await self.documents.save([Write(case.before, case.after) for case in cases if case.is_changed])
        if saved.conflicts:
            self.metrics.conflicts(len(saved.conflicts))
        return saved

    def _reap(self, cases: Sequence[Case], harvest: Harvest) -> None:
        """What these documents say, now that it is stored."""
        outcomes = Counter[tuple[str, str]]()
        for case in cases:
            harvest.publications += answers(case.said, self.service.name, case.after)
            if held := list(dossiers(case, self.service)):
                harvest.publications += held
                harvest.dossiers[case.before.id] = case.version
            harvest.versions[case.before.id] = case.version
            harvest.events += [(answer.value or b"", answer.headers) for answer in case.fresh if answer.to == "events"]
            outcomes.update(case.outcomes)
            self.breaker.note(case.crashes)
            self._count_dead(case)
        self.published.taken({case.before.id: case.version for case in cases})
        for (type, outcome), count in outcomes.items():
            self.metrics.messages(type, outcome, count)
            if outcome == "repeated":
                self.metrics.repeats(count)

    def _count_dead(self, case: Case) -> None:
        for answer in case.fresh:
            if answer.dead:
                self.metrics.dead(next(value.decode() for name, value in answer.headers if name == REASON))

    def _give_up(self, lost: Sequence[Lost], skipped: Sequence[Skipped], harvest: Harvest) -> None:
        """Records that belong to no document."""
        for each in lost:
            harvest.publications.append(dead_letter(each.letter, self.service.name, each.record.partition))
            self.metrics.dead(each.reason)
            self.metrics.messages("unknown", "dead")
        for type, count in Counter(each.type for each in skipped).items():
            self.metrics.messages(type, "skipped", count)

    # -- law 9: what neither passes nor can be stored ---------------------------------------------------------------------------------

    async def _pin_down(self, calls: Sequence[Call], error: Exception, harvest: Harvest) -> None:
        """One of these makes its document such that it cannot be stored: each is taken alone, and the one that does it is dead."""
        log.error("a document cannot be stored (%s): its messages are taken one by one", type(error).__name__)
        for call in calls:
            await self.patience.insist(partial(self._take_alone, call, harvest))

    async def _take_alone(self, call: Call, harvest: Harvest) -> None:
        refused: Exception | None = None
        stalls = Stalls(self.patience)
        while True:
            docket = await self._load([call])
            case = docket.take(call, refused and refusing(self.practice, call.message.body, refused))
            if await self._learns(docket):
                continue
            self.breaker.weigh(case.crashes)
            saved = await self._save([case])
            if not saved.conflicts and not saved.poison:
                return self._reap([case], harvest)
            if saved.taken and await stalls.is_for_good(case):
                refused = NameTaken()
            for error in saved.poison.values():
                if refused and isinstance(error, Oversized):
                    return self._give_up([self._unstored(call.message.record)], (), harvest)
                if refused:
                    told = f"MongoDB takes neither a document nor a dead letter in its place ({type(error).__name__})"
                    raise StoreFailed(f"{told}: correct that, then start again.") from error
                refused = error

    def _unstored(self, record: Record) -> Lost:
        """No document has room for its dead letter."""
        return Lost(record, "document_full", letter(record, self.service.name, "document_full"))

    # -- steps 6 and 7 ----------------------------------------------------------------------------------------------------------------

    async def _deliver(self, harvest: Harvest, offsets: dict[Place, int], epoch: int) -> None:
        try:
            with self.metrics.stage("publish"):
                await self.publisher.publish(harvest.publications)
                await self._overtaken(harvest.dossiers)
            await self.points("published")
            self.published.acknowledged(harvest.versions)
            self.committer.done(offsets, epoch)
            self.metrics.published(harvest.events)
            self._in_hand.popleft()
            self.metrics.oldest(self._in_hand[0] if self._in_hand else None)
            if not self._in_hand:
                self.pulse.release()
        except Exception as error:
            self.fail(error)

    async def _overtaken(self, held: dict[str, int]) -> None:
        """Law 10: if another process published a later dossier before ours came, the present one is said again, until it is the last;
        where the document has given its dossiers up meanwhile, by the one that has them."""
        while held and (ids := await self.patience.insist(partial(self.documents.gone_on, held))):
            newer = await self.patience.insist(partial(self.documents.load, ids, ()))
            await self.publisher.publish([each for document in newer for each in present(document, self.service)])
            further = {id for document in newer if document.state is not None and (id := self.service.dossiers_in(document.state))}
            held = {document.id: document.version for document in newer} | dict.fromkeys(further, 0)

    async def _delivered(self) -> None:
        """The batch before is published; raises what it failed with, for then nothing later may be."""
        if self._delivery:
            await asyncio.shield(self._delivery)             # who gives up waiting does not undo it
        if self.failed.done():
            self.failed.result()


def lanes_of(calls: Sequence[Call], service: Service) -> list[list[Call]]:
    """By the document, so its messages stay together, in order; by partition the lanes of a backlog, which is fetched partition after
    partition, would be unequal.  Small batches are not worth it, nor are documents of which one may lead to another."""
    if len(calls) < WORTH_LANES or service.owner.any_partition:
        return [list(calls)]
    lanes: list[list[Call]] = [[] for _ in range(LANES)]
    for call in calls:
        lanes[crc32(call.address.id.encode()) % LANES].append(call)
    return lanes


def refusing(practice: Practice, body: Any, error: Exception) -> Practice:
    """The same practice, but one message makes decide fail: so the kernel buries it as it buries any."""

    def decide(state: Any, cause: Cause, policy: Any) -> Decision:
        if cause.message is body:
            raise error
        return practice.service.decide(state, cause, policy)

    return replace(practice, service=replace(practice.service, decide=decide))
