"""Whole stories of how it was put right, on real Kafka and MongoDB, event by event: what is owed, what is given, and what became of it."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from contracts.callback import CallbackCompleted, CallbackDue, CallbackPromised, RecordAttempt, StartAttempt
from contracts.common import Answers, Expectation
from contracts.feedback import FeedbackReceived, RecoveryConfirmed
from contracts.ids import complaint_id
from contracts.intake import (
    AddInformation,
    ComplaintRegistered,
    Customer,
    PriorRepairs,
    Product,
    RepeatFactsChanged,
    SetCustomerProfile,
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
    CorrectiveAction,
    ProposeRemedy,
    RejectRemedy,
    RemedyApproved,
    RemedyChosen,
    RemedyDone,
    RemedyIssued,
    RemedyProposed,
    RemedyRejected,
    ReportContained,
    ReportProgress,
    ReportResolution,
    WorkAccepted,
)
from services.platform.chassis.clients import Sender, open_sender
from tests.system.deployment import Deployment, deploy
from tests.system.hurried import change, hurry
from tests.system.story import Story, of

pytestmark = pytest.mark.system
EVERY_PART = ("acknowledgement", "remedy", "explanation", "apology", "prevention", "appreciation", "invitation")
CHINA = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
DIALER = Staff(staff="dialer-1", role="agent")
CASHIER = Staff(staff="cashier-1", role="finance")
LEAD = Staff(staff="lead-1", role="team_lead")

CALLED = [
    "CallbackPromised 1-confirm", "CallbackDue 1-confirm", "CallbackAttemptStarted 1-confirm", "CallbackAttempted 1-confirm",
    "CallbackCompleted 1-confirm",
]  # fmt: skip
SATISFIED = ["FeedbackReceived", "RecoveryConfirmed"]


def at_once(name: str, directory: Path) -> Path:
    """The set with its days left as they are, so that no time runs out between two steps, but for the day before the confirming call."""
    hurry(name, directory)
    change(directory, "callback", earliest_after_seconds=2)
    return directory


@pytest.fixture
def flower_shop(tmp_path: Path) -> str:
    """The default rules: they ask of a shop that was late to a customer of many years for every part of an answer."""
    return str(at_once("default", tmp_path / "flower-shop"))


@pytest.fixture
def appliance_shop(tmp_path: Path) -> str:
    return str(at_once("retail-cn", tmp_path / "appliance-shop"))


async def is_called(story: Story, answers: Answers) -> None:
    """Once the call is due: claimed, and answered at the first attempt."""
    due = await story.sees(CallbackDue, purpose="confirm", channel="phone")
    call = {"complaint_id": story.complaint, "callback": due.callback, "by": DIALER}
    await story.say("callback", StartAttempt(**call))
    await story.say("callback", RecordAttempt(**call, outcome="reached", answers=answers))
    await story.sees(RecoveryConfirmed)


def test_the_roses_that_came_too_late_are_paid_back_and_every_part_of_the_answer_is_given(stack, prefix, flower_shop):
    with deploy(stack, prefix, REDRESS_POLICIES=flower_shop) as deployment:
        asyncio.run(the_roses(deployment))


async def the_roses(deployment: Deployment) -> None:
    """In English: twenty roses an hour and a half late for a wedding anniversary, ordered by a customer of two years: thanked, paid back in
    full, told why, asked for pardon, told what changes, given something for two years' custom, and invited again."""
    async with open_sender(deployment.settings) as sender:
        story = Story(deployment, sender, complaint_id("12345", "roses-20"))
        customer, florist = Customer(phone="+12025550123", language="en"), of("logistics")
        about = {"complaint_id": story.complaint, "by": florist}
        await story.say("intake", SetCustomerProfile(
            request="two-years", customer=customer, tier="key", expectation=Expectation(core=4),
        ), key="k")  # fmt: skip
        price, gift = (Money(amount_minor=minor, currency="USD") for minor in (8_900, 8_000))
        await story.say("intake", SubmitComplaint(
            source_ref="roses-20", channel="phone", customer=customer, remedy_sought="refund",
            product=Product(category="flowers", order_no="F-2207", price=price),
            narrative="My twenty roses were delivered late, by an hour and a half: our anniversary dinner was over.",
        ), key="k")  # fmt: skip
        registered = await story.sees(ComplaintRegistered)
        classes = registered.classes
        assert (classes.kind, classes.element, classes.failed_right) == ("transport", "order_cycle", "time")
        assert (registered.tier, registered.acknowledgement) == ("key", "ack.en")
        routed = await story.sees(ComplaintRouted)
        assert (routed.departments, routed.priority, routed.priority_reasons) == (("logistics",), 3, ("key_tier",))
        started = await story.sees(ClockStarted, clock="resolution")
        assert started.due == routed.promised_resolution == started.started_from + timedelta(hours=72)

        await story.say("routing", AcceptWork(**about, work="1-logistics"))
        await story.say("routing", ReportProgress(**about, work="1-logistics", is_told_to_customer=True))
        action = CorrectiveAction(code="second_courier_on_holidays", owner="logistics", due=routed.promised_resolution + 30 * DAY)

        def answer(*parts: str) -> ReportResolution:
            return ReportResolution(
                **about, work="1-logistics", finding="upheld", cause_code="carrier_delay", corrective_action=action, answer_parts=parts,
                explanation="The courier had forty parcels for one evening. We have hired a second one for such days.",
            )  # fmt: skip

        assert await story.is_refused("routing", answer(*EVERY_PART)) == ("remedy_missing", "ProposeRemedy")
        await story.say("routing", ProposeRemedy(**about, entitlement="late_delivery", circumstances=("late", "of_no_use")))
        owed = await story.sees(RemedyProposed, remedy="1-late_delivery")
        assert (owed.ground, owed.basis, owed.evidence_needed) == ("entitlement", "terms.late_and_of_no_use", ("delivery_record",))
        assert [(option.kind, option.amount) for option in owed.options] == [("refund", price)] and owed.approvers == ()
        for part in EVERY_PART:
            others = (each for each in EVERY_PART if each != part)
            assert await story.is_refused("routing", answer(*others)) == ("answer_incomplete", part)

        refund = {"complaint_id": story.complaint, "remedy": "1-late_delivery"}
        choice = ChooseRemedy(**refund, kind="refund")
        assert await story.is_refused("routing", choice) == ("evidence_missing", "delivery_record")
        await story.say("routing", ChooseRemedy(**refund, kind="refund", evidence=("delivery_record",)))
        assert (await story.sees(RemedyIssued, remedy="1-late_delivery")).amount == price

        await story.say("routing", ProposeRemedy(**about, kind="compensation", amount=gift))
        given = await story.sees(RemedyProposed, remedy="1-goodwill")
        assert given.approvers == ("team_lead", "head", "director")
        bouquet = {"complaint_id": story.complaint, "remedy": "1-goodwill"}
        assert await story.is_refused("routing", ApproveRemedy(**bouquet, by=florist)) == ("approver_is_proposer", None)
        assert await story.is_refused("routing", ApproveRemedy(**bouquet, by=CASHIER)) == ("not_the_role", "team_lead")
        await story.say("routing", ApproveRemedy(**bouquet, by=LEAD))
        assert (await story.sees(RemedyApproved)).by == LEAD
        for remedy in (refund, bouquet):
            await story.say("routing", ConfirmRemedyDone(**remedy, by=CASHIER))
        done = [(await story.sees(RemedyDone, remedy=remedy)).amount for remedy in ("1-late_delivery", "1-goodwill")]
        assert done == [price, gift]

        await story.say("routing", answer(*EVERY_PART))
        resolved = await story.sees(ComplaintResolved)
        assert (resolved.answer_parts, resolved.causes, resolved.gaps, resolved.is_late) == (EVERY_PART, ("carrier_delay",), (3,), False)
        assert [(each.ground, each.kind, each.amount, each.standing) for each in resolved.remedies] == [
            ("entitlement", "refund", price, "done"), ("goodwill", "compensation", gift, "done"),
        ]  # fmt: skip
        await is_called(story, Answers(solved=True, csat=5, effort=1, perceived=5, would_return=True, nps=10))
        due = await story.sees(CallbackDue)
        assert (due.script.finding, due.script.answer_parts) == ("upheld", EVERY_PART)
        completed = await story.sees(CallbackCompleted)
        assert (completed.late_by_seconds, completed.cost.amount_minor, completed.is_intolerable) == (0, 0, False)
        received = await story.sees(FeedbackReceived)
        assert (received.gap, received.satisfaction, received.intent) == (1, "satisfied", "promoter")
        assert (received.segment, received.department) == ("key", "logistics")
        assert (await story.sees(ComplaintClosed)).how == "confirmed"
        care = await story.sees(CallbackPromised, purpose="care")
        assert care.latest - care.earliest == 3 * DAY
        assert await story.told("routing") == [
            "ComplaintRouted", "ClockStarted first_answer", "ClockStarted resolution", "ClockStarted total_resolution",
            "WorkRequested 1-logistics", "ClockStarted acceptance-1-logistics",
            "WorkAccepted 1-logistics", "ClockMet acceptance-1-logistics",
            "ProgressReported 1-logistics", "ClockMet first_answer",
            "CommandRefused remedy_missing", "RemedyProposed 1-late_delivery", *7 * ["CommandRefused answer_incomplete"],
            "CommandRefused evidence_missing", "RemedyChosen 1-late_delivery", "RemedyIssued 1-late_delivery",
            "RemedyProposed 1-goodwill", "CommandRefused approver_is_proposer", "CommandRefused not_the_role",
            "RemedyApproved 1-goodwill", "RemedyIssued 1-goodwill",
            "RemedyDone 1-late_delivery", "RemedyDone 1-goodwill",
            "WorkDone 1-logistics", "ComplaintResolved", "ClockMet resolution", "ClockPaused total_resolution",
            "ComplaintClosed confirmed", "ClockMet total_resolution",
        ]  # fmt: skip
        assert await story.told("callback") == [*CALLED, "CallbackPromised 1-care"]
        assert await story.told("feedback") == SATISFIED


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
