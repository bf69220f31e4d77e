"""Whatever is falsified in a healthy history is caught, by the invariants that it concerns and by no other."""

import asyncio
from typing import Any

import pytest

from contracts.callback import CallbackAttemptStarted, CallbackBroken, CallbackCompleted, CallbackPromised
from contracts.common import CommandRefused
from contracts.ids import derived_id
from contracts.intake import ComplaintRegistered
from contracts.routing import ClockBreached, ClockMet, ClockStarted, ComplaintClosed, RemedyIssued, WorkAccepted, WorkRequested
from services.platform.kernel.document import Document
from tests.chaos.history import Fault, History
from tests.chaos.invariants import NAMES, check
from tests.chaos.invariants.facts import all_of, once
from tests.chaos.invariants.falsifying import (
    SECOND,
    Change,
    appended,
    changed,
    first,
    next_of,
    of_document,
    replaced,
    said_besides,
    without,
    worded,
    worded_so,
)
from tests.chaos.mutants.lives import ZHANG, complaint, lives
from tests.chaos.mutants.memory import play


@pytest.fixture(scope="module")
def healthy() -> History:
    return asyncio.run(play(lives(1), 20))


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


def call_about_a_closed_complaint_is_forgotten(history: History) -> History:
    closed = {fact.complaint for fact, _ in all_of(history, ComplaintClosed)}
    promised = next(f for f, told in all_of(history, CallbackPromised) if f.complaint in closed and told.callback.endswith("-confirm"))
    return without(history, promised.record)


def letter_is_missing(history: History) -> History:
    return without(history, next(record for record in history.records if record.topic == "routing.dlq.v1"))


def letter_of_the_innocent(history: History) -> History:
    letter = next(record for record in history.records if record.topic == "callback.dlq.v1")
    headers = tuple((name, b"0" if name == "redress-dead-offset" else value) for name, value in letter.headers)
    return appended(history, letter._replace(headers=headers))


def letter_is_emptied(history: History) -> History:
    """Small enough to be sent on, and yet not in it."""
    letter = next(record for record in history.records if record.topic == "routing.dlq.v1" and record.value)
    return replaced(history, letter, letter._replace(value=None))


def letter_has_more_headers(history: History) -> History:
    letter = next(record for record in history.records if record.topic == "routing.dlq.v1" and record.value)
    return replaced(history, letter, letter._replace(headers=(*letter.headers, ("x", b"not the sender's"))))


def nobody_asked_how_far(history: History) -> History:
    return history._replace(offsets=())


def not_committed(history: History) -> History:
    last = next(each for each in history.offsets if each.end)
    return history._replace(offsets=tuple(each._replace(committed=each.end - 1) if each is last else each for each in history.offsets))


def counted_otherwise(history: History) -> History:
    def more(text: str) -> str:
        return text.replace('redress_callbacks_total{outcome="reached",service="callback"} 1.0',
                            'redress_callbacks_total{outcome="reached",service="callback"} 2.0')  # fmt: skip

    return history._replace(scrapes=tuple(each._replace(text=more(each.text)) for each in history.scrapes))


def taken_twice(history: History) -> History:
    """By a process of feedback, to which nothing came twice but one call's end."""
    told = 'redress_repeats_total{service="feedback"} '
    return history._replace(scrapes=tuple(each._replace(text=each.text.replace(told, told + "9")) for each in history.scrapes))


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
    "said again in other words": (said_again_in_other_words, {"published", "numbered"}),
    "promised twice": (said_besides(CallbackPromised, "given-0"), {"one promise", "published"}),
    "nobody promised to call": (call_is_forgotten, {"promised", "published", "numbered", "fold"}),
    "nobody promised to call, before the complaint was closed": (
        call_about_a_closed_complaint_is_forgotten, {"promised", "published", "numbered", "fold"},
    ),
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
    "a dead letter without what died": (letter_is_emptied, {"poison"}),
    "a dead letter with a header that nobody sent": (letter_has_more_headers, {"poison"}),
    "nobody knows how far they are": (nobody_asked_how_far, {"offsets"}),
    "issued by other rules than proposed": (
        worded_so(RemedyIssued, "", policy=lambda told: "other/routing@1"), {"remedies", "published", "pure run"},
    ),
    "completed late, and never broken": (
        worded_so(CallbackCompleted, "", late_by_seconds=lambda told: 1), {"broken calls", "published", "fold", "numbered"},
    ),
    "an offset that is not committed": (not_committed, {"offsets"}),
    "a customer in a log": (lambda history: history._replace(logs={"routing": "Zoe zzperson called"}), {"impersonal"}),
    "a customer in an event": (
        worded_so(WorkRequested, "silent-0", department=lambda told: "zzperson"), {"impersonal", "published", "pure run"},
    ),
    "a callback counted twice": (counted_otherwise, {"counters"}),
    "too slow, and never": (slow, {"recovered"}),
    "a record taken twice": (taken_twice, {"handed over"}),
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
