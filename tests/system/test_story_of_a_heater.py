"""The water heater on real Kafka and MongoDB, event by event: danger first, two repairs, and what the customer chose."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from contracts.callback import CallbackCompleted
from contracts.common import Answers
from contracts.feedback import FeedbackReceived
from contracts.ids import complaint_id
from contracts.intake import (
    AddInformation,
    ComplaintRegistered,
    Customer,
    PriorRepairs,
    Product,
    RepeatFactsChanged,
    SubmitComplaint,
)
from contracts.model import Money, Staff
from contracts.routing import (
    AcceptWork,
    ApproveRemedy,
    ChooseRemedy,
    ClockStarted,
    ComplaintClosed,
    ComplaintResolved,
    ComplaintRouted,
    ConfirmRemedyDone,
    Contained,
    ContainmentRequested,
    ProposeRemedy,
    RejectRemedy,
    RemedyChosen,
    RemedyDone,
    RemedyIssued,
    RemedyProposed,
    RemedyRejected,
    ReportContained,
    ReportResolution,
    WorkAccepted,
)
from services.platform.chassis.clients import Sender, open_sender
from tests.system.calling import CALLED, SATISFIED, is_called
from tests.system.deployment import Deployment, deploy
from tests.system.hurried import at_once
from tests.system.story import Story, of

pytestmark = pytest.mark.system
CHINA = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
CASHIER = Staff(staff="cashier-1", role="finance")
LEAD = Staff(staff="lead-1", role="team_lead")
SOLD = datetime.now(UTC).replace(microsecond=0) - 300 * DAY
CALLER = Customer(phone="13800138017", language="zh")
PRICE = Money(amount_minor=159_900, currency="CNY")
SAFETY, INSPECTION = of("product_safety"), of("quality_inspection")
PAPERS = ("proof_of_purchase", "repair_records")
BOTH = ("1-product_safety", "1-quality_inspection")
CONTAINED = [
    "ContainmentRequested", "ComplaintRouted", "ClockStarted first_answer", "ClockStarted resolution", "ClockStarted total_resolution",
    "ClockStarted containment-1", *(f"WorkRequested {work}" for work in BOTH), *(f"ClockStarted acceptance-{work}" for work in BOTH),
    *(said for work in BOTH for said in (f"WorkAccepted {work}", f"ClockMet acceptance-{work}")), "Contained", "ClockMet containment-1",
]  # fmt: skip
ANSWERED = [
    *(f"WorkDone {work}" for work in reversed(BOTH)), "ComplaintResolved", "ClockMet first_answer", "ClockMet resolution",
    "ClockPaused total_resolution", "ComplaintClosed confirmed", "ClockMet total_resolution",
]  # fmt: skip


@pytest.fixture
def appliance_shop(tmp_path: Path) -> str:
    return str(at_once("retail-cn", tmp_path / "appliance-shop"))


def carried_out(remedy: str) -> list[str]:
    return [f"Remedy{what} {remedy}" for what in ("Chosen", "Issued", "Done")]


async def leaks(deployment: Deployment, sender: Sender, ref: str, narrative: str, **more: object) -> Story:
    """The customer calls about the heater, and its danger is contained."""
    story = Story(deployment, sender, complaint_id("12345", ref))
    await story.say("intake", SubmitComplaint(
        source_ref=ref, channel="phone", customer=CALLER, narrative=narrative, hazards=("electric_leak",),
        product=Product(category="appliance", serial="RSQ-60-0417", price=PRICE), **more,
    ), key="k")  # fmt: skip
    await is_contained(story)
    return story


async def is_contained(story: Story) -> None:
    """Asked for before anybody is asked to work, and reported before it may be answered; both departments take the work on."""
    asked = await story.sees(ContainmentRequested)
    assert (asked.department, asked.hazards) == ("product_safety", ("electric_leak",))
    for department in (SAFETY, INSPECTION):
        await story.say("routing", AcceptWork(complaint_id=story.complaint, work=f"1-{department.department}", by=department))
    await story.sees(WorkAccepted, department="quality_inspection")
    await story.say("routing", ReportContained(complaint_id=story.complaint, measure="power_cut", by=SAFETY))
    await story.sees(Contained)


async def is_carried_out(story: Story, remedy: str, kind: str, *evidence: str) -> None:
    named = {"complaint_id": story.complaint, "remedy": remedy}
    await story.say("routing", ChooseRemedy(**named, kind=kind, evidence=evidence))
    await story.sees(RemedyIssued, remedy=remedy)
    await story.say("routing", ConfirmRemedyDone(**named, by=CASHIER))
    await story.sees(RemedyDone, remedy=remedy)


async def is_repaired(story: Story) -> None:
    """没修过：三包期内先修。 And the customer says that it helped."""
    proposal = ProposeRemedy(complaint_id=story.complaint, entitlement="three_guarantees", sold_at=SOLD, by=SAFETY)
    await story.say("routing", proposal)
    assert [option.kind for option in (await story.sees(RemedyProposed)).options] == ["repair"]
    await is_carried_out(story, "1-three_guarantees", "repair", *PAPERS[:1])
    await is_answered(story)
    await is_called(story, Answers(solved=True, csat=4))
    assert (await story.sees(ComplaintClosed)).how == "confirmed"


async def is_declined(story: Story, remedy: str, **sold: object) -> tuple[str | None, list[str]]:
    """What the law's table owes by now, which is not what the customer wants."""
    about = {"complaint_id": story.complaint, "by": SAFETY}
    await story.say("routing", ProposeRemedy(**about, **sold, entitlement="three_guarantees"))
    owed = await story.sees(RemedyProposed, remedy=remedy)
    await story.say("routing", RejectRemedy(**about, remedy=remedy, reason="customer_declined"))
    await story.sees(RemedyRejected, remedy=remedy)
    return owed.basis, [option.kind for option in owed.options]


async def is_answered(story: Story, is_same_cause: bool | None = None) -> ComplaintResolved:
    """Both departments answer, and together they say all that is needed."""
    said = {"complaint_id": story.complaint, "finding": "upheld", "no_action_because": "model_withdrawn", "is_same_cause": is_same_cause}
    await story.say("routing", ReportResolution(
        **said, work="1-quality_inspection", cause_code="manufacturing_defect", answer_parts=("explanation", "prevention"), by=INSPECTION,
    ))  # fmt: skip
    lead = {"work": "1-product_safety", "cause_code": "repair_failed", "by": SAFETY}
    await story.say("routing", ReportResolution(
        **said, **lead, answer_parts=("acknowledgement", "remedy", "apology", "appreciation"),
    ))  # fmt: skip
    return await story.sees(ComplaintResolved)


def test_the_water_heater_that_leaked_current_twice_is_paid_back_as_the_customer_chose(stack, prefix, appliance_shop):
    with deploy(stack, prefix, REDRESS_POLICIES=appliance_shop) as deployment:
        asyncio.run(the_water_heater(deployment))


async def the_water_heater(deployment: Deployment) -> None:
    """热水器漏电两次：第一次修好、回访满意、办结；又漏电，先断电控险，特急，重复投诉；两次修理（一次我方修的，一次有维修单）仍不能正常使用，
    顾客不要换要退；没选、没凭证都不退；退款到账，回访满意，办结。"""
    async with open_sender(deployment.settings) as sender:
        first = await leaks(deployment, sender, "漏电-1", "热水器漏电，洗澡时被电了一下。")
        await is_repaired(first)
        await deployment.settled()
        narrative = "热水器又漏电了，中间街道维修点也修过一次。"
        story = await leaks(deployment, sender, "漏电-2", narrative, prior_repairs=PriorRepairs(count=1))
        registered = await story.sees(ComplaintRegistered)
        assert (registered.predecessors, registered.repairs_so_far) == ((first.complaint,), 1), "没有维修单的一次不算"
        routed = await story.sees(ComplaintRouted)
        assert (routed.departments, routed.lead) == (("product_safety", "quality_inspection"), "product_safety")
        assert (routed.priority, routed.priority_reasons) == (1, ("hazard", "repeat"))
        started = await story.sees(ClockStarted, clock="resolution")
        assert (started.target, started.due) == (12 * 3600, routed.promised_resolution)

        about = {"complaint_id": story.complaint, "by": SAFETY}
        sold = {"sold_at": SOLD, "out_of_use_days": 14}
        assert await is_declined(story, "1-three_guarantees", **sold) == ("cn.three_guarantees.term", ["repair"]), "修过一次：再修"
        await story.say("intake", AddInformation(
            request="维修单", source_ref="漏电-2", customer=CALLER,
            prior_repairs=PriorRepairs(count=1, evidence=("维修单 0871",)),
        ), key="k")  # fmt: skip
        news = await story.sees(RepeatFactsChanged)
        assert (news.repairs_so_far, news.because) == (2, "proof_added")
        await deployment.settled()
        assert await is_declined(story, "1-three_guarantees.2", **sold) == ("cn.three_guarantees.11", ["exchange"]), "修过两次：换"

        await story.say("routing", ProposeRemedy(**about, **sold, entitlement="store_promise", evidence=PAPERS[:1]))
        owed = await story.sees(RemedyProposed, remedy="1-store_promise")
        assert (owed.ground, owed.basis, owed.repairs_so_far) == ("entitlement", "store.two_repairs", 2)
        assert [(each.kind, each.amount) for each in owed.options] == [("refund", PRICE), ("exchange", None), ("repair", None)]
        last_day = SOLD.astimezone(CHINA).replace(hour=0, minute=0, second=0) + 379 * DAY
        assert (owed.counted_from, owed.counted_until) == (SOLD, last_day + DAY), "一年，修理占用的十四天不算，末日到二十四时"
        remedy = {"complaint_id": story.complaint, "remedy": "1-store_promise"}
        assert await story.is_refused("routing", ConfirmRemedyDone(**remedy, by=CASHIER)) == ("not_chosen", "ChooseRemedy")
        assert await story.is_refused("routing", ApproveRemedy(**remedy, by=LEAD)) == ("not_chosen", "ChooseRemedy")
        assert await story.is_refused("routing", ChooseRemedy(**remedy, kind="refund")) == ("evidence_missing", "repair_records")
        await is_carried_out(story, "1-store_promise", "refund", "repair_records")
        chosen, issued = await story.sees(RemedyChosen), await story.sees(RemedyIssued)
        assert (chosen.kind, chosen.evidence, issued.kind, issued.amount) == ("refund", PAPERS, "refund", PRICE)
        assert (await story.sees(RemedyDone)).product_category == "appliance"

        resolved = await is_answered(story, is_same_cause=True)
        assert (resolved.finding, resolved.causes, resolved.gaps) == ("upheld", ("repair_failed", "manufacturing_defect"), (3,))
        assert (resolved.is_same_cause, resolved.is_late) == (True, False)
        assert [(each.kind, each.amount, each.standing) for each in resolved.remedies] == [("refund", PRICE, "done")]
        await is_called(story, Answers(solved=True, csat=5, expected=3, perceived=4, nps=8))
        completed, received = await story.sees(CallbackCompleted), await story.sees(FeedbackReceived)
        assert (completed.late_by_seconds, completed.cost) == (0, Money(amount_minor=0, currency="CNY"))
        assert (received.gap, received.satisfaction, received.intent, received.segment) == (1, "satisfied", "passive", "general")
        assert (await story.sees(ComplaintClosed)).how == "confirmed"

        assert await first.told("routing") == [
            *CONTAINED, "RemedyProposed 1-three_guarantees", *carried_out("1-three_guarantees"), *ANSWERED,
        ]  # fmt: skip
        assert await story.told("routing") == [
            *CONTAINED,
            "RemedyProposed 1-three_guarantees", "RemedyRejected 1-three_guarantees",
            "RemedyProposed 1-three_guarantees.2", "RemedyRejected 1-three_guarantees.2",
            "RemedyProposed 1-store_promise", *2 * ["CommandRefused not_chosen"], "CommandRefused evidence_missing",
            *carried_out("1-store_promise"), *ANSWERED,
        ]  # fmt: skip
        for each in (first, story):
            assert (await each.told("callback"), await each.told("feedback")) == (CALLED, SATISFIED)
