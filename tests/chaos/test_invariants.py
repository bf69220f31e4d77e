"""A healthy history keeps every promise: the lives that mutants are shown, played in memory."""

import asyncio

from contracts.callback import CallbackAttemptStarted, CallbackBroken, CallbackPromised
from contracts.common import CommandRefused
from contracts.routing import ClockBreached, ClockMet, ComplaintClosed, RemedyIssued
from tests.chaos.invariants import INVARIANTS, NAMES, check
from tests.chaos.invariants.facts import all_of, facts, once
from tests.chaos.mutants.lives import lives
from tests.chaos.mutants.memory import play


def test_every_invariant_has_a_name_of_its_own_and_a_sentence():
    assert len({*NAMES}) == len(INVARIANTS) and all(invariant.promise.endswith(".") for invariant in INVARIANTS)


def test_a_healthy_history_keeps_every_promise_and_has_in_it_what_they_are_about():
    healthy = asyncio.run(play(lives(1), 20))
    assert check(healthy) == []
    for kind in (ComplaintClosed, ClockBreached, ClockMet, RemedyIssued, CallbackAttemptStarted, CallbackBroken, CallbackPromised):
        assert all_of(healthy, kind), kind.__name__
    assert {event.reason for _, event in all_of(healthy, CommandRefused)} >= {"id_taken", "claimed", "already_registered", "withdrawn"}
    assert any(document.waiting or document.asked for documents in healthy.documents.values() for document in documents)


def test_kills_and_repeats_change_that_for_no_seed():
    histories = [asyncio.run(play(lives(1), 12, chance=0.05, seed=seed)) for seed in (1, 2)]
    assert [found for history in histories for found in check(history)] == []
    assert all(len(facts(history)) > len(once(history)) for history in histories), "nothing was said again"
