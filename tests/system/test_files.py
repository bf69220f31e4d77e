"""Real files through the real stack: every row is accounted for, routed as its city did, and sent again changes nothing."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from contracts.common import CommandRefused
from contracts.intake import ComplaintRegistered, ContactRepeated
from contracts.routing import ComplaintResolved, ComplaintRouted, ComplaintSentToTriage
from tests.cli.replay import policy_from_nyc
from tests.system.deployment import DEAD, Deployment, deploy, redress

pytestmark = pytest.mark.system
COMCAST = "Comcast_telecom_complaints_data.csv.gz"


def test_the_citys_day_goes_to_the_agencies_that_its_morning_teaches_and_nothing_is_lost(stack, prefix, shared_data, tmp_path):
    learnt = policy_from_nyc.write_policies(shared_data / policy_from_nyc.FILE, tmp_path / "nyc")
    with deploy(stack, prefix, ["intake", "routing"], REDRESS_POLICIES=str(tmp_path / "nyc")) as deployment:
        asyncio.run(the_citys_day(deployment, learnt, shared_data / policy_from_nyc.FILE))


async def the_citys_day(deployment: Deployment, learnt: policy_from_nyc.Learnt, file: Path) -> None:
    sent = redress(deployment.settings, "replay", str(file), "--mapping", "nyc311")
    assert sent.returncode == 0, sent.stdout[-2000:] + sent.stderr[-2000:]
    await deployment.settled()

    registered = {fact.message.complaint_id: fact.message.source_ref for fact in await deployment.told(ComplaintRegistered)}
    repeated = await deployment.told(ContactRepeated)
    assert len(registered) + len(repeated) == len(learnt.expected) == 6_765
    routed = {registered[fact.message.complaint_id]: fact.message.departments for fact in await deployment.told(ComplaintRouted)}
    triage = {registered[fact.message.complaint_id] for fact in await deployment.told(ComplaintSentToTriage)}
    assert routed == {ref: (agency,) for ref, agency in learnt.expected.items() if agency}
    assert triage == {ref for ref, agency in learnt.expected.items() if not agency}
    assert await deployment.records(*DEAD) == []
    assert Counter(fact.message.reason for fact in await deployment.told(CommandRefused)).keys() <= {"in_triage"}
    resolved = {registered[fact.message.complaint_id] for fact in await deployment.told(ComplaintResolved)}
    assert resolved == learnt.closed - triage, "what the file closes and an agency owns is resolved, and nothing else"

    before = {fact.envelope.id: fact.record.value for fact in await deployment.facts()}
    assert redress(deployment.settings, "replay", str(file), "--mapping", "nyc311").returncode == 0
    await deployment.settled()
    assert {fact.envelope.id: fact.record.value for fact in await deployment.facts()} == before, "sent again, the file changed a fact"


def test_comcasts_swapped_dates_are_listed_and_left_out_and_every_ticket_is_a_complaint(stack, prefix, shared_data):
    with deploy(stack, prefix, ["intake"]) as deployment:
        asyncio.run(comcasts_tickets(deployment, shared_data / COMCAST))


async def comcasts_tickets(deployment: Deployment, file: Path) -> None:
    sent = redress(deployment.settings, "replay", str(file), "--mapping", "comcast")
    assert sent.returncode == 0, sent.stdout[-2000:] + sent.stderr[-2000:]
    await deployment.settled()
    registered = [fact.message for fact in await deployment.told(ComplaintRegistered)]
    assert len(registered) == 2_224
    assert sum(message.occurred_at is None for message in registered) == 609
    assert "609" in sent.stdout
    assert sorted(Counter(message.channel for message in registered).values()) == [1_105, 1_119]
    assert await deployment.records(*DEAD) == []
