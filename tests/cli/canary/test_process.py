"""The canary's two works, playing and counting, wait for Kafka each on its own account."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from services.cli.canary import process
from services.cli.canary.course import Words
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
