"""Law 6 on the real stack: a command appended in time is never judged late, whatever the lag."""

import asyncio
import os
import signal
from datetime import timedelta

import pytest
import yaml

from contracts.feedback import SurveyExpired
from contracts.model import Message
from contracts.routing import ClockBreached, ClockMet, ClockStarted
from services.platform.chassis.clients import open_sender
from services.platform.chassis.plain_yaml import read_yaml
from services.platform.chassis.policies import find_set
from tests.system.deployment import Deployment, Fact, deploy, until
from tests.system.sending import accepted, complaint, registered, resolved, tell

pytestmark = pytest.mark.system
TARGET = 10
"""Seconds for every priority: enough to append before, short enough to wait for."""


@pytest.fixture
def hasty(tmp_path):
    """The demo's policies with one short target."""
    said = read_yaml(find_set("demo") / "routing.yaml")
    said["clocks"] = {"resolution": {"kind": "resolution", "targets": f"{TARGET}s"}}
    directory = tmp_path / "hasty"
    directory.mkdir()
    (directory / "routing.yaml").write_text(yaml.safe_dump(said), "utf-8")
    return str(directory)


def test_a_command_in_time_behind_a_frozen_consumer_and_a_later_event_is_in_time(stack, prefix, hasty):
    with deploy(stack, prefix, ["routing"], REDRESS_POLICIES=hasty) as deployment:
        asyncio.run(frozen(deployment))


async def frozen(deployment: Deployment) -> None:
    """One complaint resolved in time while its router is frozen, and one that nobody resolves; both judged long after."""
    router = deployment.services.of("routing")
    async with open_sender(deployment.settings) as sender:
        for ref in ("in-time", "late"):
            await tell(sender, "intake", registered(ref), ref)

        async def has_begun() -> bool:
            return len(await promises(deployment, ClockStarted)) == 2

        await until(has_begun)
        due = max(fact.message.due for fact in await promises(deployment, ClockStarted))
        os.kill(router.pid, signal.SIGSTOP)
        for command in (accepted("in-time"), resolved("in-time")):
            place = await sender.send("routing", command, id=type(command).__name__, source="departments")
        after = due + timedelta(seconds=4)
        await asyncio.sleep(TARGET + 4)
        expired = SurveyExpired(complaint_id=complaint("in-time"), customer="c-in-time", round=1, survey="1-survey")
        await tell(sender, "feedback", expired, "expired", at=after)
        os.kill(router.pid, signal.SIGCONT)
    await deployment.settled()
    appended = next(r.appended for r in await deployment.records("routing.commands.v1") if (r.partition, r.offset) == place[1:])
    assert appended <= due, "the test itself was late"

    async def is_judged() -> bool:
        return len(await promises(deployment, ClockBreached)) == 1

    await until(is_judged)
    [breached], [met] = await promises(deployment, ClockBreached), await promises(deployment, ClockMet)
    assert met.message.complaint_id == complaint("in-time") and met.message.met_at == appended.replace(microsecond=0)
    assert breached.message.complaint_id == complaint("late")
    assert breached.message.breached_at == breached.message.due + timedelta(seconds=1) == breached.envelope.at


async def promises(deployment: Deployment, kind: type[Message]) -> list[Fact]:
    """What the clock said by which the complaint was to be resolved."""
    return [fact for fact in await deployment.told(kind) if fact.message.clock == "resolution"]
