"""A healthy history keeps every promise; and whatever is falsified in it by hand is caught, by the invariants that it concerns."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from contracts.callback import CallbackAttemptStarted, CallbackBroken, CallbackPromised
from contracts.common import CommandRefused
from contracts.ids import derived_id
from contracts.intake import ComplaintRegistered
from contracts.model import Event
from contracts.routing import (
    ClockBreached,
    ClockMet,
    ClockStarted,
    ComplaintClosed,
    RemedyIssued,
    WorkAccepted,
    WorkRequested,
)
from contracts.wire import write_event
from services.platform.kernel.document import Document
from services.platform.kernel.record import Record
from tests.chaos.history import Fault, History
from tests.chaos.invariants import INVARIANTS, NAMES, check
from tests.chaos.invariants.facts import Fact, all_of, facts, once
from tests.chaos.mutants.lives import ZHANG, complaint, lives
from tests.chaos.mutants.memory import play

SECOND = timedelta(seconds=1)
Change = Callable[[History], History]


@pytest.fixture(scope="module")
def healthy() -> History:
    return asyncio.run(play(lives(1), 20))


def test_every_invariant_has_a_name_of_its_own_and_a_sentence():
    assert len({*NAMES}) == len(INVARIANTS) and all(invariant.promise.endswith(".") for invariant in INVARIANTS)


def test_a_healthy_history_keeps_every_promise(healthy):
    assert check(healthy) == []


def test_kills_and_repeats_change_that_for_no_seed():
    histories = [asyncio.run(play(lives(1), 12, chance=0.05, seed=seed)) for seed in (1, 2)]
    assert [found for history in histories for found in check(history)] == []
    assert all(len(facts(history)) > len(once(history)) for history in histories), "nothing was said again"


def test_what_the_invariants_are_about_has_happened(healthy):
    """Else they would hold for want of anything to be wrong."""
    for kind in (ComplaintClosed, ClockBreached, ClockMet, RemedyIssued, CallbackAttemptStarted, CallbackBroken, CallbackPromised):
        assert all_of(healthy, kind), kind.__name__
    assert {event.reason for _, event in all_of(healthy, CommandRefused)} >= {"id_taken", "claimed", "already_registered", "withdrawn"}
    assert any(document.waiting or document.asked for documents in healthy.documents.values() for document in documents)


# -- ways to falsify a history ----------------------------------------------------------------------------------------------------------


def first(history: History, kind: type[Event], ref: str = "", **like: Any) -> Fact:
    """The first fact of this class, of the complaint of this reference, with these values."""
    found = (fact for fact, event in all_of(history, kind) if not ref or fact.complaint == complaint(ref))
    return next(fact for fact in found if all(getattr(fact.message, name) == value for name, value in like.items()))


def without(history: History, record: Record) -> History:
    """Its place stays, with somebody else's record in it: else every later offset would be another."""
    return replaced(history, record, record._replace(value=None, key=b"gone", headers=()))


def replaced(history: History, before: Record, after: Record) -> History:
    """Nor does anybody tell its counters: these are falsified by themselves."""
    assert before in history.records
    return history._replace(scrapes=(), records=tuple(after if record is before else record for record in history.records))


def appended(history: History, record: Record) -> History:
    """At the end of its partition, and committed by whoever hears it."""
    line = [each for each in history.records if (each.topic, each.partition) == (record.topic, record.partition)]
    place = history.records.index(line[-1]) + 1
    new = record._replace(offset=len(line))
    offsets = tuple(
        each._replace(committed=len(line) + 1, end=len(line) + 1) if (each.topic, each.partition) == (new.topic, new.partition) else each
        for each in history.offsets
    )
    return history._replace(records=(*history.records[:place], new, *history.records[place:]), offsets=offsets, scrapes=())


def worded(fact: Fact, **changes: Any) -> Record:
    """The fact's record, with other words."""
    said = {"id": fact.envelope.id, "at": fact.envelope.at, "seq": fact.envelope.seq, "cause": fact.envelope.cause}
    envelope = {name: changes.pop(name, value) for name, value in said.items()}
    value, headers = write_event(fact.record.topic.split(".")[0], fact.message.model_copy(update=changes), **envelope)
    return fact.record._replace(value=value, headers=headers)


def next_of(history: History, fact: Fact, message: Event) -> Record:
    """What the service says last of that complaint, in its numbers: nothing but the message is wrong with it."""
    service = fact.record.topic.split(".")[0]
    last = max((each for each in once(history, service) if each.complaint == fact.complaint), key=lambda each: each.envelope.seq)
    return worded(
        last._replace(message=message), id=derived_id("forged", fact.envelope.id), seq=last.envelope.seq + 1, at=last.envelope.at
    )  # fmt: skip


def said_besides(kind: type[Event], ref: str = "") -> Change:
    """The first of this kind is said once more, as a new fact."""

    def change(history: History) -> History:
        fact = first(history, kind, ref)
        return appended(history, next_of(history, fact, fact.message))

    return change


def of_document(service: str, ref: str, **changes: Any) -> Change:
    def change(history: History) -> History:
        documents = tuple(changed(each, **changes) if each.id == complaint(ref) else each for each in history.documents[service])
        return history._replace(documents={**history.documents, service: documents})

    return change


def changed(document: Document, **changes: Any) -> Document:
    new = document.copy()
    new.__dict__.update({name: value(document) if callable(value) else value for name, value in changes.items()})
    return new


def submission_is_gone(history: History) -> History:
    sent = next(each for each in history.sent if each.service == "intake" and each.id == "silent-0")
    return without(history, next(r for r in history.records if r.origin == (sent.topic, sent.partition, sent.offset)))


def registered_again(history: History) -> History:
    fact = first(history, ComplaintRegistered, "silent-0")
    return appended(history, worded(fact, id=derived_id("again")))


def refusal_is_missing(history: History) -> History:
    return without(history, first(history, CommandRefused, "called-0", reason="id_taken").record)


def closed_without_being_resolved(history: History) -> History:
    closed = first(history, ComplaintClosed)
    fact = first(history, WorkAccepted, "resting-0")
    told = closed.message.model_copy(update={"complaint_id": fact.message.complaint_id, "customer": fact.message.customer})
    return appended(history, next_of(history, fact, told))


def last_word_is_missing(history: History) -> History:
    """Of a complaint of which nothing came twice."""
    said = [fact for fact in once(history, "routing") if fact.complaint == complaint("resting-0")]
    return without(history, max(said, key=lambda fact: fact.envelope.seq).record)


def state_is_another(document: Document) -> Any:
    return document.state.but(repeats=document.state.repeats + 1)


def worded_otherwise_everywhere(history: History) -> History:
    """On the topic and in the journal."""
    fact = first(history, WorkRequested, "silent-0")
    new = worded(fact, department="contracts")
    journals = {
        document.id: {
            n: entry._replace(
                answers=tuple(answer._replace(value=new.value) if answer.value == fact.record.value else answer for answer in entry.answers)
            )
            for n, entry in document.journal.items()
        }
        for document in history.documents["routing"]
    }
    documents = tuple(changed(document, journal=journals[document.id]) for document in history.documents["routing"])
    return replaced(history._replace(documents={**history.documents, "routing": documents}), fact.record, new)


def two_in_each_others_place(history: History) -> History:
    """Which nobody hears."""
    one, other = first(history, WorkRequested, "silent-0").record, first(history, ClockStarted, "silent-0").record
    mark = one._replace(value=b"mark")
    swapped = replaced(history, one, mark)
    swapped = replaced(swapped, other, other._replace(value=one.value, headers=one.headers))
    return replaced(swapped, mark, one._replace(value=other.value, headers=other.headers))


def said_again_in_other_words(history: History) -> History:
    fact = first(history, WorkRequested, "silent-0")
    return appended(history, worded(fact, department="contracts"))


def claimed_by_two(history: History) -> History:
    """Who came second was not refused."""
    refusal, claim = first(history, CommandRefused, "called-0", reason="claimed"), first(history, CallbackAttemptStarted, "called-0")
    return replaced(history, refusal.record, worded(refusal._replace(message=claim.message.model_copy(update={"by": ZHANG}))))


def nobody_has_it(history: History) -> History:
    """No call is to come, and no survey either."""
    history = of_document("callback", "given-0", state=lambda document: document.state.but(promises=()))(history)
    return of_document("feedback", "given-0", state=lambda document: document.state.but(awaited_call=None, surveys=()))(history)


def call_is_forgotten(history: History) -> History:
    return without(history, first(history, CallbackPromised, "given-0").record)


def worded_so(kind: type[Event], ref: str, **changes: Callable[[Any], Any]) -> Change:
    def change(history: History) -> History:
        fact = first(history, kind, ref)
        return replaced(history, fact.record, worded(fact, **{name: value(fact.message) for name, value in changes.items()}))

    return change


def letter_is_missing(history: History) -> History:
    return without(history, next(record for record in history.records if record.topic == "routing.dlq.v1"))


def letter_of_the_innocent(history: History) -> History:
    letter = next(record for record in history.records if record.topic == "callback.dlq.v1")
    headers = tuple((name, b"0" if name == "redress-dead-offset" else value) for name, value in letter.headers)
    return appended(history, letter._replace(headers=headers))


def not_committed(history: History) -> History:
    last = next(each for each in history.offsets if each.end)
    return history._replace(offsets=tuple(each._replace(committed=each.end - 1) if each is last else each for each in history.offsets))


def counted_otherwise(history: History) -> History:
    def more(text: str) -> str:
        return text.replace('redress_callbacks_total{outcome="reached",service="callback"} 1.0',
                            'redress_callbacks_total{outcome="reached",service="callback"} 2.0')  # fmt: skip

    return history._replace(scrapes=tuple(each._replace(text=more(each.text)) for each in history.scrapes))


def slow(history: History) -> History:
    at = history.began
    took = Fault("mongodb away", "mongodb", at, at, at + 21 * SECOND), Fault("killed", "service", at, at, None, what="routing-2")
    return history._replace(faults=took)


FALSIFIED: dict[str, tuple[Change, set[str]]] = {
    "an acknowledged submission is not in the log": (submission_is_gone, {"one complaint", "fold"}),
    "a complaint is registered twice": (registered_again, {"one complaint", "published"}),
    "a refusal is missing": (refusal_is_missing, {"answered", "published", "numbered"}),
    "a wake was due and did not come": (
        of_document("routing", "resting-0", asked=lambda document: document.at - SECOND), {"woken", "fold"},
    ),
    "a message waits for nothing": (of_document("routing", "resting-0", asked=None), {"fold"}),
    "a parked document": (of_document("feedback", "silent-0", parked="KeyError"), {"woken", "fold"}),
    "nobody is to go on": (nobody_has_it, {"in hand", "fold"}),
    "an illegal move": (closed_without_being_resolved, {"legal", "published"}),
    "a state that nothing explains": (of_document("routing", "silent-0", state=state_is_another), {"fold"}),
    "the last word is missing": (last_word_is_missing, {"published", "fold"}),
    "another department, on the topic and in the journal": (worded_otherwise_everywhere, {"fold", "pure run"}),
    "two words in each other's place": (two_in_each_others_place, {"in order"}),
    "said again in other words": (said_again_in_other_words, {"published", "numbered", "handed over"}),
    "promised twice": (said_besides(CallbackPromised, "given-0"), {"one promise", "published"}),
    "nobody promised to call": (call_is_forgotten, {"promised", "published", "numbered", "fold"}),
    "claimed by two": (claimed_by_two, {"one winner", "published"}),
    "issued twice": (said_besides(RemedyIssued), {"remedies", "published"}),
    "breached too late": (
        worded_so(ClockBreached, "silent-0", breached_at=lambda told: told.breached_at + SECOND), {"deadlines", "published", "fold"},
    ),
    "met too late": (worded_so(ClockMet, "resting-0", met_at=lambda told: told.due + 2 * SECOND), {"deadlines", "published", "pure run"}),
    "a call broken too late": (
        worded_so(CallbackBroken, "silent-0", broken_at=lambda told: told.broken_at + SECOND), {"broken calls", "published", "fold"},
    ),
    "a dead letter is missing": (letter_is_missing, {"poison"}),
    "a dead letter of what was good": (letter_of_the_innocent, {"poison"}),
    "an offset that is not committed": (not_committed, {"offsets"}),
    "a customer in a log": (lambda history: history._replace(logs={"routing": "Zoe zzperson called"}), {"impersonal"}),
    "a customer in an event": (
        worded_so(WorkRequested, "silent-0", department=lambda told: "zzperson"), {"impersonal", "published", "pure run"},
    ),
    "a callback counted twice": (counted_otherwise, {"counters"}),
    "too slow, and never": (slow, {"recovered"}),
    "said again though it came once": (
        lambda history: appended(history, first(history, WorkRequested, "silent-0").record), {"handed over"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSIFIED)
def test_what_is_falsified_is_caught_by_what_it_concerns_and_by_nothing_else(healthy, name):
    change, concerned = FALSIFIED[name]
    assert {found.invariant for found in check(change(healthy))} == concerned


def test_every_invariant_catches_something_that_was_falsified():
    assert {name for _, concerned in FALSIFIED.values() for name in concerned} == {*NAMES}


def test_no_violation_quotes_a_customer(healthy):
    found = [violation for change, _ in FALSIFIED.values() for violation in check(change(healthy))]
    assert found and not any("zzperson" in " ".join(violation) for violation in found)
