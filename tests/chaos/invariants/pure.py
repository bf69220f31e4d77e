"""Law 3: routing's facts are those that the kernel says, in memory and in virtual time, to the same log."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from contracts.common import Wake
from contracts.intake import ComplaintRegistered, SubmissionMerged
from services.platform.kernel.document import Document
from services.platform.kernel.record import Record
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice
from tests.chaos.history import History
from tests.chaos.invariants.facts import Fact, once, readable

EVER = datetime.max.replace(tzinfo=UTC)
OPENERS = (ComplaintRegistered, SubmissionMerged)


def is_the_pure_run(history: History) -> Iterator[tuple[str, str]]:
    """Byte for byte, up to the first word of another service after the opener: from there on the order in which two topics arrive may be
    a fact of its own, which the journal fixes (see the fold).  Left out is where they raced before."""
    if "routing" not in history.documents:
        return
    heard = readable(record for record in history.records if record.topic in history.practices["routing"].service.inputs)
    until = _first_words(heard, history.practices["routing"])
    raced = {document.id for document in history.documents["routing"] if _has_raced(document)}
    expected = {fact.envelope.id: fact for fact in readable(_pure_run(history, heard)) if _is_asked(fact, until, raced, history.quiet)}
    said = {fact.envelope.id: fact for fact in once(history, "routing") if _is_asked(fact, until, raced, history.quiet)}
    for id in {*expected, *said}:
        fact = said.get(id) or expected[id]
        if id not in said:
            yield f"routing {fact.complaint}", f"{fact.name} is missing"
        elif id not in expected:
            yield f"routing {fact.complaint}", f"{fact.name} is said by nobody who only knows the log"
        elif fact.record.value != expected[id].record.value:
            yield f"routing {fact.complaint}", f"{fact.name} is worded otherwise than the log says"


def _first_words(heard: list[Fact], under: Practice) -> Mapping[str, datetime]:
    """By complaint: the instant of the first event of another service that routing has a use for, and that does not open it."""
    first: dict[str, datetime] = defaultdict(lambda: EVER)
    for fact in heard:
        is_used = fact.envelope.at and under.service.address(fact.message, fact.envelope.source)
        if is_used and not isinstance(fact.message, OPENERS):
            first[fact.complaint] = min(first[fact.complaint], fact.envelope.at)
    return first


def _has_raced(document: Document) -> bool:
    """Whether a later cause of one topic was taken before an earlier one of another."""
    entries = [entry for _, entry in sorted(document.journal.items())]
    reached: dict[str, datetime] = {}
    for entry in entries:
        topic = entry.name[0]
        if any(instant > entry.instant for other, instant in reached.items() if other != topic):
            return True
        reached[topic] = max(entry.instant, reached.get(topic, entry.instant))
    return False


def _is_asked(fact: Fact, until: Mapping[str, datetime], raced: set[str], quiet: datetime) -> bool:
    return bool(fact.complaint) and fact.complaint not in raced and (fact.envelope.at or quiet) < min(until[fact.complaint], quiet)


def _pure_run(history: History, heard: list[Fact]) -> list[Record]:
    """Everything that routing heard, but for its own wakes: those come from itself."""
    run = Run([history.practices["routing"]])
    for record in _in_order([fact.record for fact in heard if not isinstance(fact.message, Wake)]):
        run.put(record.topic, (record.key or b"").decode(), record.value, at=record.appended, headers=record.headers)
    run.until(history.quiet)
    return [record for record in run.log if record.topic == "routing.events.v1"]


def _in_order(records: list[Record]) -> list[Record]:
    """By append time, which may fall within a partition when its leader changes; its order is that of its offsets all the same."""
    reached: dict[tuple[str, int], datetime] = {}
    placed = []
    for record in sorted(records, key=lambda each: (each.topic, each.partition, each.offset)):
        at = reached[record.topic, record.partition] = max(
            record.appended, reached.get((record.topic, record.partition), record.appended)
        )
        placed.append((at, record.topic, record.partition, record.offset, record))
    return [record for *_, record in sorted(placed, key=lambda each: each[:4])]
