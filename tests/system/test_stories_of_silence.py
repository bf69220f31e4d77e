"""Two whole stories on real Kafka and MongoDB, side by side, event by event: of two who never answer one is vulnerable."""

import asyncio
from pathlib import Path

import pytest

from contracts.callback import CallbackDue, VisitRequested
from contracts.common import Answers, AnswersSaid
from contracts.feedback import AnswerSurvey, SurveyExpired, SurveyRequested
from contracts.ids import complaint_id
from contracts.intake import ComplaintRegistered, Customer, Product, SubmitComplaint
from contracts.model import Staff
from contracts.routing import (
    AcceptWork,
    CloseComplaint,
    ComplaintClosed,
    ComplaintEscalated,
    ComplaintReopened,
    ReopenComplaint,
    WorkRequested,
)
from services.platform.chassis.clients import open_sender
from tests.system.calling import LONG, attempt, called, claim, report, tried
from tests.system.deployment import Deployment, deploy
from tests.system.hurried import change, hurry, policy
from tests.system.story import Story, of

pytestmark = pytest.mark.system
IN_VAIN = {"phone": "no_answer", "message": "sent", "letter": "sent", "visit": "not_home"}
"""What comes of each channel where nobody is ever there."""
TO_ANYBODY = ("phone", "phone", "phone", "message", "letter", "visit")
TO_THE_VULNERABLE = ("phone", "phone", "phone", "visit", "message", "letter")
HEAD = Staff(staff="head-1", role="head", department="quality")
WINDOW = 20
"""Seconds from the resolution in which anybody's complaint can be reopened: over, by the pauses below, before a survey expires."""
BEGINNING = [
    "ComplaintRouted", "ClockStarted first_answer", "ClockStarted resolution", "ClockStarted total_resolution",
    "WorkRequested 1-quality", "ClockStarted acceptance-1-quality",
    "WorkAccepted 1-quality", "ClockMet acceptance-1-quality", "WorkDone 1-quality",
    "ComplaintResolved", "ClockMet first_answer", "ClockMet resolution", "ClockPaused total_resolution",
]  # fmt: skip


@pytest.fixture
def hurried(tmp_path: Path) -> str:
    """The ordinary rules with calls, letters and surveys seconds apart, and nothing that is late or given up before all is tried.

    At any hour: London may be rung from 08:00 to 21:00 only, and the story is told when it is told.
    """
    directory = hurry("default", tmp_path / "hurried")
    said = policy(directory, "callback")
    ladders = {name: [_brief(rung) for rung in said[name]] for name in ("ladder", "ladder_for_vulnerable")}
    change(
        directory, "callback", earliest_after_seconds=1, latest_after_seconds=LONG, abandon_after_seconds=2 * LONG, allowed_seconds=LONG,
        lease_seconds=LONG, outcomes=said["outcomes"] | {"no_answer": {"pauses_seconds": [1, 2]}}, **ladders,
    )  # fmt: skip
    change(directory, "feedback", expires_after_seconds=12, reminder_after_seconds=4)
    change(directory, "routing", reopening=policy(directory, "routing")["reopening"] | {"window_seconds": WINDOW})
    return str(directory)


def _brief(rung: dict[str, object]) -> dict[str, object]:
    return rung | ({"rests_seconds": 2} if "rests_seconds" in rung else {})


def test_silence_closes_a_complaint_but_never_a_vulnerable_customers(stack, prefix, hurried):
    with deploy(stack, prefix, REDRESS_POLICIES=hurried) as deployment:
        asyncio.run(two_who_never_answer(deployment))


async def two_who_never_answer(deployment: Deployment) -> None:
    """The same fault, the same answer, the same silence by every channel there is: his is closed, hers waits until somebody finds her."""
    async with open_sender(deployment.settings) as sender:
        hers, his = (Story(deployment, sender, complaint_id("12345", ref)) for ref in ("boiler-1", "boiler-2"))
        await asyncio.gather(
            never_answers(hers, "boiler-1", TO_THE_VULNERABLE, living_at("3 Mill Lane", "+442079460018", vulnerable=True)),
            never_answers(his, "boiler-2", TO_ANYBODY, living_at("9 Mill Lane", "+442079460019")),
        )
        assert (await his.sees(ComplaintClosed)).how == "silence"
        left = await hers.sees(ComplaintEscalated)
        assert (left.reason, left.level) == ("vulnerable_silence", 1)
        assert [(await story.sees(VisitRequested)).is_vulnerable for story in (his, hers)] == [False, True]
        await deployment.settled()
        assert await his.told("routing") == [*BEGINNING, "ComplaintClosed silence", "ClockMet total_resolution"]
        assert await hers.told("routing") == [*BEGINNING, "ComplaintEscalated vulnerable_silence"]

        again = {"reason": "not_fixed", "by": HEAD}
        too_late_for_him = ReopenComplaint(complaint_id=his.complaint, **again)
        assert await his.is_refused("routing", too_late_for_him) == ("past_reopening", "SubmitComplaint")
        by_a_clerk = CloseComplaint(complaint_id=hers.complaint, final_position="nobody_there", by=of("quality"))
        assert await hers.is_refused("routing", by_a_clerk) == ("not_the_role", "head")
        too_late = AnswerSurvey(complaint_id=hers.complaint, survey="1-survey", answers=AnswersSaid(solved=False))
        assert await hers.is_refused("feedback", too_late) == ("survey_expired", "ReopenComplaint")
        await hers.say("routing", ReopenComplaint(complaint_id=hers.complaint, note="She was in hospital.", **again))
        assert (await hers.sees(ComplaintReopened)).level == 2
        await is_resolved(hers, 2)
        await hers.sees(CallbackDue, callback="2-confirm")
        await hers.say("callback", claim(hers, "2-confirm"))
        await hers.say("callback", attempt(hers, "2-confirm", "reached", Answers(solved=True, csat=5)))
        assert (await hers.sees(ComplaintClosed)).how == "confirmed"
        await deployment.settled()
        assert await hers.told("routing") == [
            *BEGINNING, "ComplaintEscalated vulnerable_silence", "CommandRefused not_the_role",
            "ComplaintReopened not_fixed", "ComplaintEscalated reopened", "ClockResumed total_resolution",
            "ComplaintRouted", "WorkRequested 2-quality", "ClockStarted acceptance-2-quality",
            "WorkAccepted 2-quality", "ClockMet acceptance-2-quality", "WorkDone 2-quality",
            "ComplaintResolved", "ClockPaused total_resolution", "ComplaintClosed confirmed", "ClockMet total_resolution",
        ]  # fmt: skip
        assert await called(his) == [
            "CallbackPromised 1-confirm phone", *3 * tried("1-confirm", "phone", "no_answer"),
            *tried("1-confirm", "message", "sent"), *tried("1-confirm", "letter", "sent"),
            "VisitRequested 1-confirm", *tried("1-confirm", "visit", "not_home"), "CallbackAbandoned 1-confirm not_home",
        ]  # fmt: skip
        assert await called(hers) == [
            "CallbackPromised 1-confirm phone", *3 * tried("1-confirm", "phone", "no_answer"),
            "VisitRequested 1-confirm", *tried("1-confirm", "visit", "not_home"),
            *tried("1-confirm", "message", "sent"), *tried("1-confirm", "letter", "sent"), "CallbackAbandoned 1-confirm sent",
            "CallbackPromised 2-confirm phone", *tried("2-confirm", "phone", "reached"), "CallbackCompleted 2-confirm reached",
        ]  # fmt: skip
        assert await his.told("feedback") == ["SurveyRequested", "SurveyReminded", "SurveyExpired"]
        assert await hers.told("feedback") == [
            "SurveyRequested", "SurveyReminded", "SurveyExpired", "CommandRefused survey_expired", "FeedbackReceived", "RecoveryConfirmed",
        ]  # fmt: skip


def living_at(post: str, phone: str, vulnerable: bool | None = None) -> Customer:
    return Customer(phone=phone, post=post, language="en", country="GB", vulnerable=vulnerable)


async def never_answers(story: Story, ref: str, channels: tuple[str, ...], customer: Customer) -> None:
    """From the first call to the end of all that was tried; those who try wait for each due."""
    await story.say("intake", SubmitComplaint(
        source_ref=ref, channel="phone", kind="quality", customer=customer, product=Product(category="boiler"),
        narrative="No hot water since Friday.",
    ), key=ref)  # fmt: skip
    assert (await story.sees(ComplaintRegistered)).tier == "general"
    await is_resolved(story, 1)
    for number, channel in enumerate(channels, 1):
        due = await story.sees(CallbackDue, attempt=number)
        assert (due.channel, due.language, due.script.is_vulnerable) == (channel, "en", bool(customer.vulnerable))
        await story.say("callback", claim(story, due.callback))
        await story.say("callback", attempt(story, due.callback, IN_VAIN[channel]))
    assert (await story.sees(SurveyRequested)).channel == "sms"
    await story.sees(SurveyExpired)


async def is_resolved(story: Story, round: int) -> None:
    work = f"{round}-quality"
    await story.sees(WorkRequested, work=work)
    await story.say("routing", AcceptWork(complaint_id=story.complaint, work=work, by=of("quality")))
    await story.say("routing", report(story, work, "upheld", "worn_part", "single_case"))
