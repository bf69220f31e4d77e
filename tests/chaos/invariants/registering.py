"""Nothing that was handed in is lost, taken twice, or left without an answer."""

from collections import Counter
from collections.abc import Iterator

from contracts.common import CommandRefused, Wake
from contracts.ids import complaint_id
from contracts.intake import ComplaintRegistered, PassOn, SubmissionMerged, SubmitComplaint
from contracts.routing import ContactReturned
from services.platform.kernel.service import own_source
from tests.chaos.history import History, digest_of
from tests.chaos.invariants.dead import origin_of
from tests.chaos.invariants.facts import Fact, all_of, by, commands, once


def _lost(history: History) -> Iterator[tuple[str, str]]:
    """What the broker acknowledged, and is not in the log."""
    log = {record.origin: record for record in history.records}
    for sent in history.sent:
        if sent.offset is None or sent.partition is None:
            continue
        record = log.get((sent.topic, sent.partition, sent.offset))
        if record is None or digest_of(record.value) != sent.hash:
            yield f"{sent.topic}/{sent.partition}/{sent.offset}", "was acknowledged and is not there"


def is_one_complaint(history: History) -> Iterator[tuple[str, str]]:
    """What was acknowledged is in the log; and each submission that can be read is one complaint, a contact of another one, or refused."""
    yield from _lost(history)
    if "intake" not in history.documents:
        return
    registered = Counter(event.complaint_id for _, event in all_of(history, ComplaintRegistered))
    merged = Counter(event.complaint_id for _, event in all_of(history, SubmissionMerged))
    returned = {event.submission for _, event in all_of(history, ContactReturned)}
    refused = {event.command_id for _, event in all_of(history, CommandRefused)}
    asked = by(
        (complaint_id(fact.envelope.source, fact.message.source_ref), fact.envelope.id)
        for fact in commands(history, "intake")
        if isinstance(fact.message, SubmitComplaint)
    )
    dead = {origin_of(record) for record in history.records if record.topic == "intake.dlq.v1"}
    buried = {fact.envelope.id for fact in commands(history, "intake") if fact.record.origin in dead}
    for complaint, ids in asked.items():
        if registered[complaint] > 1 or merged[complaint] > 1:
            yield complaint, f"was registered {registered[complaint]} and merged {merged[complaint]} times"
        if registered[complaint] and merged[complaint] and complaint not in returned:
            yield complaint, "is a complaint and a contact of another one"
        if not (registered[complaint] or merged[complaint] or {*ids} <= refused | buried):
            yield complaint, "was submitted, and nothing came of it"
    for complaint in registered.keys() - asked.keys():
        yield complaint, "was registered, and nobody submitted it"


def is_answered(history: History) -> Iterator[tuple[str, str]]:
    """Each command led to an event, to a refusal or to a dead letter, or waits for its complaint; a forged one is refused besides."""
    said = once(history)
    causes = {fact.envelope.cause for fact in said} | {getattr(fact.message, "command_id", None) for fact in said}
    taken = Counter(event.command_id for _, event in all_of(history, CommandRefused) if event.reason == "id_taken")
    dead = {origin_of(record) for record in history.records if record.topic.endswith(".dlq.v1")}
    passed = {message.message_id: message for message in _passed_on(history)}
    for service, documents in history.documents.items():
        waiting = {each.message.record.origin for document in documents for each in document.waiting}
        asked = [fact for fact in commands(history, service) if _is_from_outside(fact, service)]
        for id, same in by((fact.envelope.id, fact) for fact in asked).items():
            excused = [fact for fact in same if fact.record.origin in dead | waiting]
            if not (causes & {id} or id in passed or excused):
                yield f"{service} {same[0].name} {id}", "was never answered"
            bodies = {fact.record.value for fact in same if fact not in excused}
            if taken[id] < len(bodies) - 1:
                yield f"{service} {same[0].name} {id}", f"came with {len(bodies)} bodies, of which {taken[id]} were refused"


def _is_from_outside(fact: Fact, service: str) -> bool:
    return not isinstance(fact.message, Wake) and fact.envelope.source != own_source(service)


def _passed_on(history: History) -> Iterator[PassOn]:
    for fact in commands(history, "intake"):
        if isinstance(fact.message, PassOn):
            yield fact.message


