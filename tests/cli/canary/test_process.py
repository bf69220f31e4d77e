"""The canary's two works, playing and counting, wait for Kafka each on its own account; clocks are compared where that can be done."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.cli.canary import process
from services.cli.canary.course import Words, submission
from services.cli.canary.process import Canary
from services.cli.canary.telling import Telling
from services.platform.chassis.clients import Unavailable
from services.platform.chassis.health import Pulse
from services.platform.chassis.settings import read_settings
from services.platform.kernel.record import Record


@pytest.fixture
def canary(monkeypatch: pytest.MonkeyPatch) -> Canary:
    """One that consumes, and to which the topics of dead letters are shown at the second attempt."""
    attempts = iter((Unavailable("no right"), None))

    async def follow(*_: object) -> AsyncIterator[Sequence[Record]]:
        if away := next(attempts):
            raise away
        yield []

    monkeypatch.setattr(process, "follow", follow)
    monkeypatch.setattr(process, "AGAIN_SECONDS", 0.0)
    return Canary(read_settings(), Words("d", "c", "r"), Telling(60), Pulse(consuming=True))


async def test_when_the_dead_letters_can_be_counted_again_nobody_waits_for_kafka(canary: Canary) -> None:
    await canary._insist(canary._count, asyncio.Event())
    assert canary.pulse.waiting is None


async def test_that_they_can_be_counted_says_nothing_of_the_playing(canary: Canary) -> None:
    canary._miss(canary._play)
    await canary._insist(canary._count, asyncio.Event())
    assert canary.pulse.waiting == "kafka"


NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


class Sender:
    """Kafka appends what is sent so many seconds after noon."""

    def __init__(self, seconds: float) -> None:
        self.appended = NOON + timedelta(seconds=seconds)

    async def send(self, *_: object, **__: object) -> None: ...


@pytest.mark.parametrize(("took", "appended", "skew"), [(1, 30.5, 30), (1, -29.5, -30), (60, 60, 0)])
async def test_only_what_was_acknowledged_at_once_says_how_far_clocks_are_apart(
    monkeypatch: pytest.MonkeyPatch, canary: Canary, took: float, appended: float, skew: float
) -> None:
    instants = iter((NOON, NOON + timedelta(seconds=took)))
    monkeypatch.setattr(process, "now", lambda: next(instants))
    sender: Any = Sender(appended)
    await canary._send(sender, [submission("slot", NOON)])
    told = canary.telling.series.registry.get_sample_value("redress_clock_skew_seconds", {"service": "canary"})
    assert (told or 0) == skew
