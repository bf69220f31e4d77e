"""The flower shop on real Kafka and MongoDB, event by event: every part of an answer, what is owed and what is given besides."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.callback import CallbackCompleted, CallbackDue, CallbackPromised
from contracts.common import Answers, Expectation
from contracts.feedback import FeedbackReceived
from contracts.ids import complaint_id
from contracts.intake import (
    ComplaintRegistered,
    Customer,
    Product,
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
    CorrectiveAction,
    ProposeRemedy,
    RemedyApproved,
    RemedyDone,
    RemedyIssued,
    RemedyProposed,
    ReportProgress,
    ReportResolution,
)
from services.platform.chassis.clients import open_sender
from tests.system.calling import CALLED, SATISFIED, is_called
from tests.system.deployment import Deployment, deploy
from tests.system.hurried import at_once
from tests.system.story import Story, of

pytestmark = pytest.mark.system
DAY = timedelta(days=1)
CASHIER = Staff(staff="cashier-1", role="finance")
LEAD = Staff(staff="lead-1", role="team_lead")
EVERY_PART = ("acknowledgement", "remedy", "explanation", "apology", "prevention", "appreciation", "invitation")


@pytest.fixture
def flower_shop(tmp_path: Path) -> str:
    """The default rules: they ask of a shop that was late to a customer of many years for every part of an answer."""
    return str(at_once("default", tmp_path / "flower-shop"))


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
