"""A whole story on real Kafka and MongoDB, event by event: late the delivery, late the call that was promised about it."""

import asyncio
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from contracts.callback import CallbackBroken, CallbackCompleted, CallbackDue, CallbackPromised
from contracts.common import Answers
from contracts.feedback import DissatisfactionReported, FeedbackReceived
from contracts.ids import complaint_id
from contracts.intake import ComplaintRegistered, Customer, Product, SubmitComplaint
from contracts.model import Money
from contracts.routing import (
    AcceptWork,
    ChooseRemedy,
    ComplaintClosed,
    ComplaintEscalated,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintRouted,
    ConfirmRemedyDone,
    ProposeRemedy,
    RemedyDone,
    RemedyIssued,
    WorkRequested,
)
from services.platform.chassis.clients import open_sender
from tests.system.calling import LI, LONG, ZHANG, attempt, called, claim, report, tried
from tests.system.deployment import Deployment, deploy
from tests.system.hurried import change, hurry, policy
from tests.system.story import Story, of

pytestmark = pytest.mark.system
SECOND = timedelta(seconds=1)
LATEST, PAUSE = 40, 10
"""Seconds from the resolution until a call is late, and after a call in vain: even a busy machine has tried twice before it is late."""
TOLERANCE, COMPENSATION = 20, Decimal("10.00")
"""What a call may be late, in seconds, and what any later one costs: k is 0.025 a second squared."""


@pytest.fixture
def hurried(tmp_path: Path) -> str:
    """The shops' rules, where a promised call is late after seconds, and whoever claims it has the time that they need."""
    directory = hurry("retail-cn", tmp_path / "hurried")
    said = policy(directory, "callback")
    change(
        directory, "callback", earliest_after_seconds=1, latest_after_seconds=LATEST, abandon_after_seconds=LONG, settle_seconds=1,
        allowed_seconds=LONG, lease_seconds=LONG, outcomes=said["outcomes"] | {"no_answer": {"pauses_seconds": [PAUSE, LONG]}},
        lateness=said["lateness"] | {"tolerance_seconds": TOLERANCE},
    )  # fmt: skip
    return str(directory)


def test_a_late_call_about_a_late_delivery(stack, prefix, hurried):
    with deploy(stack, prefix, REDRESS_POLICIES=hurried) as deployment:
        asyncio.run(the_late_desk(deployment))


async def the_late_desk(deployment: Deployment) -> None:
    """书桌送迟了，只道了歉；回访头一次没人接，第二次过了点才打通，顾客不满意，升一级重办；赔了十元，说清了时效，满意了才归档。"""
    async with open_sender(deployment.settings) as sender:
        story = Story(deployment, sender, complaint_id("12345", "迟-1"))
        await story.say("intake", SubmitComplaint(
            source_ref="迟-1", channel="phone", complaint_type="延误送达", narrative="说好昨天上午送到的书桌，今天还在路上。",
            customer=Customer(name="赵敏", phone="13800138031", language="zh"), product=Product(order_no="JD-20260302-31"),
        ), key="k")  # fmt: skip
        registered = await story.sees(ComplaintRegistered)
        assert (registered.tier, registered.classes.element, registered.classes.failed_right) == ("general", "delivery_late", "time")
        assert (await story.sees(ComplaintRouted)).departments == ("logistics",)
        await story.say("routing", AcceptWork(complaint_id=story.complaint, work="1-logistics", by=of("logistics")))
        await story.say("routing", report(story, "1-logistics", "partly", "carrier_failed", "single_case"))
        assert not (await story.sees(ComplaintResolved)).is_late
        await is_called_too_late(story)
        await has_it_done_again(story)
        await deployment.settled()
        assert await story.told("routing") == [
            "ComplaintRouted", "ClockStarted first_answer", "ClockStarted resolution", "ClockStarted total_resolution",
            "WorkRequested 1-logistics", "ClockStarted acceptance-1-logistics",
            "WorkAccepted 1-logistics", "ClockMet acceptance-1-logistics", "WorkDone 1-logistics",
            "ComplaintResolved", "ClockMet first_answer", "ClockMet resolution", "ClockPaused total_resolution",
            "ComplaintEscalated 1-confirm",
            "ComplaintReopened dissatisfied", "ComplaintEscalated reopened", "ClockResumed total_resolution",
            "ComplaintRouted", "WorkRequested 2-logistics", "ClockStarted acceptance-2-logistics",
            "WorkAccepted 2-logistics", "ClockMet acceptance-2-logistics",
            "RemedyProposed 2-late_delivery", "RemedyChosen 2-late_delivery", "RemedyIssued 2-late_delivery", "RemedyDone 2-late_delivery",
            "WorkDone 2-logistics", "ComplaintResolved", "ClockPaused total_resolution",
            "ComplaintClosed confirmed", "ClockMet total_resolution",
        ]  # fmt: skip
        assert await called(story) == [
            "CallbackPromised 1-confirm phone", "CallbackDue 1-confirm phone",
            "CallbackAttemptStarted 1-confirm", *2 * ["CommandRefused claimed"],
            "CallbackAttempted 1-confirm no_answer", "CommandRefused not_due",
            "CallbackDue 1-confirm phone", "CallbackBroken 1-confirm",
            "CallbackPromised 1-progress phone", "CallbackDue 1-progress phone",
            "CallbackAttemptStarted 1-confirm", "CommandRefused claimed",
            "CallbackAttempted 1-confirm reached", "CallbackCompleted 1-confirm reached", "CallbackCancelled 1-progress reached",
            "CommandRefused callback_ended",
            "CallbackPromised 2-confirm phone", *tried("2-confirm", "phone", "reached"), "CallbackCompleted 2-confirm reached",
        ]  # fmt: skip
        verdicts = ["FeedbackReceived", "DissatisfactionReported", "FeedbackReceived", "RecoveryConfirmed"]
        assert await story.told("feedback") == verdicts


async def is_called_too_late(story: Story) -> None:
    """Two agents are after one call; who had no answer redials at once; the next one gets through when it is too late."""
    promised = await story.sees(CallbackPromised)
    assert (promised.because, promised.latest - promised.earliest) == ("resolved", (LATEST - 1) * SECOND)
    await story.sees(CallbackDue, attempt=1)
    await story.say("callback", claim(story, "1-confirm", LI))
    assert await story.is_refused("callback", claim(story, "1-confirm", ZHANG)) == ("claimed", None)
    assert await story.is_refused("callback", attempt(story, "1-confirm", "no_answer", by=ZHANG)) == ("claimed", None)
    await story.say("callback", attempt(story, "1-confirm", "no_answer", by=LI))
    assert await story.is_refused("callback", claim(story, "1-confirm", LI)) == ("not_due", None)
    assert (await story.sees(CallbackDue, attempt=2)).late_by_seconds == 0

    broken = await story.sees(CallbackBroken)
    assert (broken.broken_at, broken.late_by_seconds) == (promised.latest + SECOND, 1)
    assert broken.cost == cost(1) == Money(amount_minor=3, currency="CNY"), "2.5 fen, a half upwards"
    assert (await story.sees(CallbackDue, callback="1-progress")).because == "callback_broken"
    told = await story.sees(ComplaintEscalated, reason="callback_broken")
    assert (told.to, told.instance, told.escalated_at) == ("shift_lead", "1-confirm", broken.broken_at)
    await story.say("callback", claim(story, "1-confirm", ZHANG))
    assert await story.is_refused("callback", claim(story, "1-progress", LI)) == ("claimed", "1-confirm")
    said = Answers(solved=True, csat=2, dimension="responsiveness")
    await story.say("callback", attempt(story, "1-confirm", "reached", said, ZHANG))
    assert await story.is_refused("callback", attempt(story, "1-confirm", "reached", said, ZHANG)) == ("callback_ended", None)
    (late,) = [fact for fact in await story.facts("callback") if isinstance(fact.message, CallbackCompleted)]
    seconds = (late.envelope.at - promised.latest) // SECOND
    assert seconds > 1
    assert (late.message.late_by_seconds, late.message.cost) == (seconds, cost(seconds))
    assert (late.message.is_intolerable, late.message.attempt) == (seconds > TOLERANCE, 2)


async def has_it_done_again(story: Story) -> None:
    """The customer's word brings it back, one level higher; this time there is more than an apology, and the call comes in time."""
    received = await story.sees(FeedbackReceived)
    assert (received.via, received.department, received.segment, received.gap) == ("callback", "logistics", "general", None)
    verdict = await story.sees(DissatisfactionReported)
    assert (verdict.round, verdict.because, verdict.dimension) == (1, "csat", "responsiveness")
    reopened = await story.sees(ComplaintReopened)
    assert (reopened.round, reopened.level, reopened.is_with_head) == (2, 1, False)
    assert (await story.sees(ComplaintEscalated, reason="reopened")).to == "shift_lead"

    await story.sees(WorkRequested, work="2-logistics")
    await story.say("routing", AcceptWork(complaint_id=story.complaint, work="2-logistics", by=of("logistics")))
    await story.say("routing", ProposeRemedy(
        complaint_id=story.complaint, entitlement="late_delivery", circumstances=("late",), evidence=("delivery_record",),
        by=of("logistics"),
    ))  # fmt: skip
    await story.say("routing", ChooseRemedy(complaint_id=story.complaint, remedy="2-late_delivery", kind="compensation"))
    issued = await story.sees(RemedyIssued)
    assert (issued.basis, issued.amount) == ("terms.late", Money(amount_minor=1000, currency="CNY"))
    await story.say("routing", ConfirmRemedyDone(complaint_id=story.complaint, remedy=issued.remedy, by=of("finance")))
    await story.sees(RemedyDone)
    answer = report(story, "2-logistics", "upheld", "delivery_promise_wrong", "promise_corrected", "remedy", "appreciation")
    await story.say("routing", answer)
    await story.sees(CallbackDue, callback="2-confirm")
    await story.say("callback", claim(story, "2-confirm"))
    await story.say("callback", attempt(story, "2-confirm", "reached", Answers(solved=True, csat=4)))
    assert (await story.sees(ComplaintClosed)).how == "confirmed"
    kept = await story.sees(CallbackCompleted, round=2)
    assert (kept.late_by_seconds, kept.cost, kept.is_intolerable) == (0, cost(0), False)


def cost(seconds: int) -> Money:
    """L = k d², reckoned anew: up to the tolerance, in whole fen."""
    k = COMPENSATION / TOLERANCE**2
    loss = (k * min(seconds, TOLERANCE) ** 2).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Money(amount_minor=int(loss * 100), currency="CNY")
