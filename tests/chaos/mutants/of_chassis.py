"""Mutants of how records become documents and documents records (services/platform/chassis)."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from services.platform.chassis.publication import answers
from services.platform.chassis.published import Last
from services.platform.chassis.reading import Lost, Skipped
from tests.chaos.mutants.mutant import Mutant, Patch

CHASSIS = "services.platform.chassis"
Old = Callable[..., Any]
log = logging.getLogger("services.mutant")


def _fetched(handle: Old) -> Old:
    """What was fetched is committed, whatever becomes of it."""

    async def handled(loop: Any, records: Any, as_appended: bool = False) -> None:
        loop.committer.done(loop.committer.take(records), loop.committer.epoch)
        await loop.committer.flush()
        await handle(loop, records, as_appended)

    return handled


def _before(deliver: Old) -> Old:
    async def delivered(loop: Any, harvest: Any, offsets: Any, epoch: int) -> None:
        loop.committer.done(offsets, epoch)
        await loop.committer.flush()
        await deliver(loop, harvest, offsets, epoch)

    return delivered


def _unstored(save: Old) -> Old:
    async def saved(loop: Any, cases: Any) -> Any:
        await loop.publisher.publish([each for case in cases for each in answers(case.said, loop.service.name, case.after)])
        return await save(loop, cases)

    return saved


def _trusting(last: Old) -> Old:
    """As if whoever stored a document had lived to publish its words."""
    return lambda published, id, version: Last.ACKNOWLEDGED


def _undrained(give_up: Old) -> Old:
    async def given_up(engine: Any) -> None:
        engine.committer.forget()
        engine.loop.published.forget()

    return given_up


def _unguarded(guard: Any) -> dict[str, Any]:
    return {}


def _by_one_member(mongodb: Old) -> Old:
    return lambda settings: mongodb(settings) | {"w": 1, "journal": False, "readConcernLevel": "local"}


def _blind(keep: Old) -> Old:
    """Who looks at what was kept before finds that a write was rolled back, ends, and takes everything once more: nothing is lost then."""
    return lambda bookmarks, offsets, before: keep(bookmarks, offsets, {})


def _backwards(answers: Old) -> Old:
    return lambda said, service, document: answers(said, service, document)[::-1]


def _without_letters(submit: Old) -> Old:
    """A dead letter that finds no topic is let go."""

    async def submitted(publisher: Any, topic: str, partition: int, batch: Any) -> Any:
        client = publisher.producer.client
        if topic.endswith(".dlq.v1"):
            await client.force_metadata_update()
            if publisher.settings.topic(topic) not in client.cluster.topics():
                gone = asyncio.get_running_loop().create_future()
                gone.set_result(None)
                return gone
        return await submit(publisher, topic, partition, batch)

    return submitted


def _skipped(lost: Old) -> Old:
    return lambda record, service, reason, detail: Skipped("unknown")


def _uncounted(count: Old) -> Old:
    return lambda metrics, *told: None


def _but_one(flush: Old) -> Old:
    async def flushed(committer: Any) -> None:
        committer._done = {(topic, partition): n for (topic, partition), n in committer._done.items() if partition}
        await flush(committer)

    return flushed


def _asleep(look: Old) -> Old:
    async def looked(poller: Any) -> int:
        return 0

    return looked


def _not_missed(subscriber: Old) -> Old:
    return lambda settings, service: subscriber(settings, service) | {"session_timeout_ms": 25_000}


def _telling_all(write: Old) -> Old:
    def written(service: str, event: Any, **envelope: Any) -> Any:
        value, headers = write(service, event, **envelope)
        return value[:-1] + b',"said_by":"zzperson of ' + envelope["cause"].encode() + b'"}', headers

    return written


def _logging_all(read: Old) -> Old:
    def read_all(records: Any, service: Any) -> Any:
        for record in records:
            log.info("read %s", (record.value or b"").decode("utf-8", "replace"))
        return read(records, service)

    return read_all


def _quoting(lost: Old) -> Old:
    return lambda record, service, reason, detail: lost(record, service, reason, (record.value or b"").decode("utf-8", "replace")[:200])


def _labelling(read: Old) -> Old:
    def read_one(record: Any, service: Any) -> Any:
        found = read(record, service)
        return found._replace(reason=f"{found.reason} {(record.value or b'').decode()}") if isinstance(found, Lost) else found

    return read_one


MUTANTS = (
    Mutant("auto-commit", "What was fetched is committed.", (Patch(f"{CHASSIS}.loop:Loop.handle", _fetched),), ("answered",), "deaths"),
    Mutant("committed before published", "Offsets are committed, then answers published.",
           (Patch(f"{CHASSIS}.loop:Loop._deliver", _before),), ("published",), "deaths"),
    Mutant("published before stored", "Answers are published, then stored.", (Patch(f"{CHASSIS}.loop:Loop._save", _unstored),),
           ("published",), "zombie"),
    Mutant("no tail", "What another process stored is taken to be published.", (Patch(f"{CHASSIS}.published:Published.last", _trusting),),
           ("in order",), "unsaid"),
    Mutant("no drain", "Partitions are given up with a batch in hand.", (Patch(f"{CHASSIS}.engine:Engine._give_up", _undrained),),
           ("handed over",), "handover"),
    Mutant("no version guard", "The store takes a write whatever version it is from.", (Patch(f"{CHASSIS}.store:GUARD", _unguarded),),
           ("published", "numbered"), "zombie"),
    Mutant("w: 1", "One member's word is enough for a write, and for a read, and nobody sees that bookmarks fell.",
           (Patch(f"{CHASSIS}.store:mongodb", _by_one_member), Patch(f"{CHASSIS}.bookmarks:Bookmarks.keep", _blind)),
           ("published",), "rollback"),
    Mutant("shuffled", "A document's answers to one batch leave in another order.",
           (Patch(f"{CHASSIS}.loop:answers", _backwards),), ("in order",)),
    Mutant("letters let go", "A dead letter is dropped when its topic is away.",
           (Patch(f"{CHASSIS}.publisher:Publisher._submit", _without_letters),), ("poison",), "letters away"),
    Mutant("poison is skipped", "What cannot be read is passed by.", (Patch(f"{CHASSIS}.reading:_lost", _skipped),), ("poison",)),
    Mutant("nothing counted", "What is said is not counted.",
           (Patch(f"{CHASSIS}.metrics:Metrics.published", _uncounted),), ("counters",)),
    Mutant("a partition forgotten", "The first partition is never committed.",
           (Patch(f"{CHASSIS}.committer:Committer.flush", _but_one),), ("offsets",)),
    Mutant("asleep", "Nobody is woken.", (Patch(f"{CHASSIS}.poller:Poller.look", _asleep),), ("woken",)),
    Mutant("missed late", "Who died is missed only half a minute later.",
           (Patch(f"{CHASSIS}.consumer:subscriber", _not_missed),), ("recovered",), "missed"),
    Mutant("a customer in an event", "An event tells a customer's name.",
           (Patch("services.platform.kernel.turn:write_event", _telling_all),), ("impersonal",)),
    Mutant("a customer in the log", "Records are logged.", (Patch(f"{CHASSIS}.loop:read_all", _logging_all),), ("impersonal",)),
    Mutant("a customer in a header", "A dead letter's detail quotes the record.", (Patch(f"{CHASSIS}.reading:_lost", _quoting),),
           ("impersonal",)),
    Mutant("a customer in the metrics", "Dead letters are counted by what was in them.",
           (Patch(f"{CHASSIS}.reading:read_one", _labelling),), ("impersonal",)),
)  # fmt: skip
