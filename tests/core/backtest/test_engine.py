"""A backtest says, byte for byte, what the kernel's run says."""

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import count

import pytest

from contracts.common import Wake
from services.backtest.engine import Backtest
from services.backtest.fact import Fact
from services.platform.kernel.plain import Plain, Said
from services.platform.kernel.run import Run
from tests.core.backtest.wild import replayed, wild


class Drawer:
    """A cold place in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}
        self.asked = 0

    def get(self, service: str, id: str) -> bytes | None:
        found = self.kept.get((service, id))
        self.asked += found is not None
        return found

    def put(self, service: str, documents: Iterable[tuple[str, bytes]]) -> None:
        self.kept |= {(service, id): document for id, document in documents}


def said(run: Run) -> list[tuple[str, bytes]]:
    return [(record.topic, record.value or b"") for record in run._said]


def told(facts: Iterable[Fact]) -> list[tuple[str, bytes]]:
    return [(f"{fact.service}.events.v1", fact.value) for fact in facts]


HISTORIES = [("demo", 1, 0), ("demo", 1, 40), ("default", 3600, 0), ("default", 9000, 90)]
SEEDS = range(int(os.environ.get("EXAMPLES", 0)) or 3)
"""The same ones in every run of the gate; EXAMPLES=100 tries more."""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("policies", "pace", "poison"), HISTORIES)
def test_whatever_happens_a_backtest_says_what_the_run_says(seed, policies, pace, poison):
    history = wild(seed, policies, 12, pace, poison)
    backtest = Backtest(history.practices)
    assert told(backtest.play(history.commands)) == said(history.run)
    assert backtest.dead == Counter((dead.service, dead.reason) for dead in history.run.dead)


@pytest.mark.parametrize("seed", range(2))
def test_documents_that_are_put_away_and_fetched_again_change_no_byte(seed):
    history, drawer = wild(seed, "demo", 12, 1, 60), Drawer()
    assert told(Backtest(history.practices, drawer, room=2).play(history.commands)) == said(history.run)
    assert drawer.asked > 100


@pytest.mark.parametrize("cap", range(3_000, 8_000, 556))
def test_what_has_room_for_no_more_is_full_for_both(cap):
    """Around the cap each byte counts: of headers too, and of the entry to come."""
    history = wild(0, "demo", 3, 1, 0, 0.0)
    tight = [replace(each, limits=replace(each.limits, document_bytes=cap, ceiling_bytes=4 * cap)) for each in history.practices]
    assert told(Backtest(tight).play(history.commands)) == said(replayed(tight, history.commands))


def test_a_wake_that_somebody_sends_is_left_to_the_kernel():
    """It says whether anybody asked for it; intake, which asks for none, would take it in as one more message."""
    history = wild(0, "demo", 3, 1, 0, 0.0)
    for practice in history.practices:
        name = practice.service.name
        found = [each.copy() for each in history.run.shelves[name].documents.values() if practice.service.is_open(each.state)]
        assert found
        for document in found:
            document.asked = None
            at = document.time or document.at
            wake = Wake(document=document.id, count=0, due=at)
            heard = Said(f"{name}.commands.v1", 1, at, document.id, b"{}", None, name, "w", wake, at, True)
            assert Plain(practice, count()).hear(document, heard) is None


def test_up_to_an_instant_it_says_what_the_run_has_said_by_then():
    practices, commands, _ = wild(0, "demo", 12, 1, 0)
    for instant in (commands[0].at, commands[len(commands) // 2].at, commands[-1].at):
        assert told(Backtest(practices).play(commands, instant)) == said(replayed(practices, commands, instant))


def test_the_histories_hold_what_is_hard():
    told = Counter(name for one in HISTORIES for seed in range(3) for name in wild(seed, one[0], 12, *one[1:]).run.told())
    hard = {
        "CommandRefused", "SubmissionMerged", "CustomersLinked", "DossierErased", "RemedyIssued", "ComplaintReopened", "CallbackBroken",
        "ClockBreached", "SurveyExpired",
    }  # fmt: skip
    assert hard <= set(told), hard - set(told)
    dead = Counter(dead.reason for one in HISTORIES for seed in range(3) for dead in wild(seed, one[0], 12, *one[1:]).run.dead)
    assert dead["undecidable.ZeroDivisionError"] > 20 and len(dead) > 1, dead
