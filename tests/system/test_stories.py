"""Whole stories on real Kafka and MongoDB, event by event: the shipped rules of a city's hotline, its hours made seconds."""

import asyncio
import shutil
from pathlib import Path

import pytest

from contracts.callback import CallbackDue, RecordAttempt, StartAttempt
from contracts.common import Answers
from contracts.ids import complaint_id
from contracts.intake import (
    ComplaintRegistered,
    ContactRepeated,
    Customer,
    CustomersLinked,
    LinkCustomers,
    Product,
    RepeatFactsChanged,
    SubmitComplaint,
)
from contracts.model import Staff
from contracts.routing import (
    AcceptWork,
    AssignDepartments,
    ClockBreached,
    ClockExtended,
    ComplaintClosed,
    ComplaintEscalated,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintSentToTriage,
    Contained,
    ContainmentRequested,
    DeclineWork,
    ExtendClock,
    ReopenComplaint,
    ReportContained,
    ReportResolution,
    WorkAccepted,
    WorkRequested,
)
from services.platform.chassis.clients import open_sender
from services.platform.chassis.policies import find_set
from tests.system.deployment import Deployment, deploy
from tests.system.hurried import change, hurry, policy
from tests.system.story import Story, of

pytestmark = pytest.mark.system
DUTY = Staff(staff="duty-1", role="chief_duty")
CHIEF = Staff(staff="chief-1", role="section_chief")
DIALER = Staff(staff="dialer-1", role="agent")
TARGET, EXTENDED = 45, 50
"""Seconds: long enough for a busy machine to get there before, short enough to wait for."""


@pytest.fixture
def hurried(tmp_path: Path) -> str:
    """The city's rules, open all day, with one clock that can be late; called back as in the demo."""
    directory = hurry("city", tmp_path / "hurried")
    for name in ("callback", "feedback"):
        shutil.copy(find_set("demo") / f"{name}.yaml", directory)
    said = policy(directory, "routing")
    request = said["clocks"]["request"]
    request |= {
        "targets": f"{TARGET}s", "levels": [{"level": 1, "seconds": 0}, {"level": 2, "seconds": 2}],
        "extensions": request["extensions"] | {"at_most": 2 * TARGET},
    }  # fmt: skip
    rules = [rule for rule in said["rules"] if "gas" not in rule["when"].values()]
    change(directory, "routing", rules=rules, clocks=said["clocks"])
    return str(directory)


def test_a_caller_is_heard_by_two_departments_and_again(stack, prefix, hurried):
    with deploy(stack, prefix, REDRESS_POLICIES=hurried) as deployment:
        asyncio.run(the_cold_flat(deployment))


async def the_cold_flat(deployment: Deployment) -> None:
    """暖气不热：两家单位，一家退单，总值班改派，一家延期、超时、升级、办结，来电人要求重办，办好后回访满意，办结归档。"""
    async with open_sender(deployment.settings) as sender:
        story = Story(deployment, sender, complaint_id("12345", "诉-1"))
        await story.say("intake", SubmitComplaint(
            source_ref="诉-1", channel="phone", customer=Customer(name="王小明", phone="13800138017", language="zh"),
            narrative="家里暖气不热，室温只有十四度，老人受不了。",
        ), key="k")  # fmt: skip
        registered = await story.sees(ComplaintRegistered)
        assert (registered.classes.kind, registered.classes.element, registered.acknowledgement) == ("request", "heating", "ack.zh")
        routed = await story.sees(ComplaintRouted)
        assert (routed.departments, routed.lead) == (("heating_office", "housing_bureau"), "heating_office")

        await story.say("routing", DeclineWork(
            complaint_id=story.complaint, work="1-housing_bureau", reason="not_our_duty", note="房屋无质量问题", by=of("housing_bureau"),
        ))  # fmt: skip
        triage = await story.sees(ComplaintSentToTriage)
        assert (triage.work, triage.reason, triage.owner) == ("1-housing_bureau", "declined", "chief_duty")
        await story.say("routing", AssignDepartments(
            complaint_id=story.complaint, work="1-housing_bureau", departments=("subdistrict",), by=DUTY,
        ))  # fmt: skip
        assert (await story.sees(WorkRequested, department="subdistrict")).instead_of == "1-housing_bureau"
        for department in ("heating_office", "subdistrict"):
            await story.say("routing", AcceptWork(complaint_id=story.complaint, work=f"1-{department}", by=of(department)))
        await story.sees(WorkAccepted, department="subdistrict")

        await story.say("routing", ExtendClock(
            complaint_id=story.complaint, clock="request", target=EXTENDED, reason="construction", approver=CHIEF,
            next_update=routed.promised_resolution, by=of("heating_office"),
        ))  # fmt: skip
        extended = await story.sees(ClockExtended)
        assert (extended.before, extended.target, (extended.due - extended.due_before).seconds) == (TARGET, EXTENDED, EXTENDED - TARGET)
        breached = await story.sees(ClockBreached, clock="request")
        assert ((breached.breached_at - extended.due).seconds, breached.used_seconds) == (1, EXTENDED + 1)
        assert (await story.sees(ComplaintEscalated, level=2)).to == "bureau_head"

        for department in ("subdistrict", "heating_office"):
            await story.say("routing", done(story, f"1-{department}", department))
        assert (await story.sees(ComplaintResolved, round=1)).is_late
        await story.say("routing", ReopenComplaint(complaint_id=story.complaint, reason="not_fixed", note="还是不热"))
        assert (await story.sees(ComplaintReopened)).level == 3
        for department in ("heating_office", "subdistrict"):
            await story.say("routing", AcceptWork(complaint_id=story.complaint, work=f"2-{department}", by=of(department)))
            await story.say("routing", done(story, f"2-{department}", department))
        await story.sees(ComplaintResolved, round=2)
        due = await story.sees(CallbackDue, round=2)
        await story.say("callback", StartAttempt(complaint_id=story.complaint, callback=due.callback, by=DIALER))
        answers = Answers(solved=True, csat=5)
        await story.say("callback", RecordAttempt(
            complaint_id=story.complaint, callback=due.callback, outcome="reached", answers=answers, by=DIALER,
        ))  # fmt: skip
        assert (await story.sees(ComplaintClosed)).how == "confirmed"
        assert await story.told("routing") == [
            "ComplaintRouted", "ClockStarted first_answer", "ClockStarted request", "ClockStarted total_resolution",
            "WorkRequested 1-heating_office", "WorkRequested 1-housing_bureau",
            "ClockStarted acceptance-1-heating_office", "ClockStarted acceptance-1-housing_bureau",
            "WorkDeclined 1-housing_bureau", "ClockStopped acceptance-1-housing_bureau",
            "ComplaintSentToTriage 1-housing_bureau", "ClockStarted triage-1-housing_bureau",
            "ComplaintRouted", "WorkRequested 1-subdistrict", "ClockMet triage-1-housing_bureau", "ClockStarted acceptance-1-subdistrict",
            "WorkAccepted 1-heating_office", "ClockMet acceptance-1-heating_office",
            "WorkAccepted 1-subdistrict", "ClockMet acceptance-1-subdistrict",
            "ClockExtended request", "ClockBreached request", *2 * ["ComplaintEscalated request"],
            "WorkDone 1-subdistrict", "WorkDone 1-heating_office",
            "ComplaintResolved", "ClockMet first_answer", "ClockPaused total_resolution",
            "ComplaintReopened not_fixed", "ComplaintEscalated reopened", "ClockResumed total_resolution",
            "ComplaintRouted", "WorkRequested 2-heating_office", "WorkRequested 2-subdistrict",
            "ClockStarted acceptance-2-heating_office", "ClockStarted acceptance-2-subdistrict",
            "WorkAccepted 2-heating_office", "ClockMet acceptance-2-heating_office", "WorkDone 2-heating_office",
            "WorkAccepted 2-subdistrict", "ClockMet acceptance-2-subdistrict", "WorkDone 2-subdistrict",
            "ComplaintResolved", "ClockPaused total_resolution",
            "ComplaintClosed confirmed", "ClockMet total_resolution",
        ]


def done(story: Story, work: str, department: str) -> ReportResolution:
    return ReportResolution(
        complaint_id=story.complaint, work=work, finding="upheld", cause_code="maintenance_missed", no_action_because="season_over",
        answer_parts=("acknowledgement", "explanation", "apology", "prevention"), by=of(department),
    )  # fmt: skip


def test_a_gas_smell_is_contained_first(stack, prefix, hurried):
    with deploy(stack, prefix, ["intake", "routing"], REDRESS_POLICIES=hurried) as deployment:
        asyncio.run(the_gas_smell(deployment))


async def the_gas_smell(deployment: Deployment) -> None:
    """Reported by chat, in English, to a city that has not said yet who answers for gas: contained while triage still thinks."""
    async with open_sender(deployment.settings) as sender:
        story = Story(deployment, sender, complaint_id("12345", "chat-7"))
        await story.say("intake", SubmitComplaint(
            source_ref="chat-7", channel="chat", hazards=("gas",), customer=Customer(email="lee@example.com", language="en"),
            narrative="There is a strong smell of gas in the hallway.",
        ), key="k")  # fmt: skip
        asked = await story.sees(ContainmentRequested)
        assert (asked.department, asked.hazards) == ("gas_company", ("gas",))
        triage = await story.sees(ComplaintSentToTriage)
        assert (triage.priority, triage.priority_reasons, triage.reason) == (1, ("hazard",), "no_rule")
        await story.say("routing", ReportContained(complaint_id=story.complaint, measure="valve_closed", by=of("gas_company")))
        await story.sees(Contained)
        await story.say("routing", AssignDepartments(
            complaint_id=story.complaint, departments=("gas_company", "subdistrict"), lead="gas_company", by=DUTY,
        ))  # fmt: skip
        for department in ("gas_company", "subdistrict"):
            await story.say("routing", AcceptWork(complaint_id=story.complaint, work=f"1-{department}", by=of(department)))
            await story.say("routing", done(story, f"1-{department}", department))
        await story.sees(ComplaintResolved)
        assert await story.told("routing") == [
            "ContainmentRequested", "ComplaintSentToTriage no_rule", "ClockStarted first_answer", "ClockStarted emergency",
            "ClockStarted total_resolution", "ClockStarted containment-1", "ClockStarted triage-1",
            "Contained", "ClockMet containment-1",
            "ComplaintRouted", "WorkRequested 1-gas_company", "WorkRequested 1-subdistrict", "ClockMet triage-1",
            "ClockStarted acceptance-1-gas_company", "ClockStarted acceptance-1-subdistrict",
            "WorkAccepted 1-gas_company", "ClockMet acceptance-1-gas_company", "WorkDone 1-gas_company",
            "WorkAccepted 1-subdistrict", "ClockMet acceptance-1-subdistrict", "WorkDone 1-subdistrict",
            "ComplaintResolved", "ClockMet first_answer", "ClockMet emergency", "ClockPaused total_resolution",
        ]


def test_three_calls_about_one_order_are_one_customer(stack, prefix):
    with deploy(stack, prefix, ["intake", "routing"], replicas={"intake": 2}, REDRESS_POLICIES="retail-cn") as deployment:
        asyncio.run(three_calls(deployment))


async def three_calls(deployment: Deployment) -> None:
    """同一订单三次来电，第三次换了号码；并档之后第四次来电认得出是同一个人。"""
    order = Product(order_no="JD-20260302-17", category="appliance")
    async with open_sender(deployment.settings) as sender:
        async def calls(ref: str, phone: str) -> Story:
            story = Story(deployment, sender, complaint_id("12345", ref))
            await story.say("intake", SubmitComplaint(
                source_ref=ref, channel="phone", kind="质量", customer=Customer(phone=phone, language="zh"), product=order,
                narrative="热水器不出热水。",
            ), key=phone[-2:])  # fmt: skip
            return story

        first = await calls("C-1", "13800138017")
        await first.sees(ComplaintRegistered)
        await calls("C-2", "13800138017")
        await first.sees(ContactRepeated, contacts=2)
        third = await calls("C-3", "13900139029")
        other = await third.sees(ComplaintRegistered)
        link = LinkCustomers(request="L-1", customer=Customer(phone="13900139029"), into=Customer(phone="13800138017"), by=CHIEF)
        await third.say("intake", link, key="x")
        mine = await first.sees(ComplaintRegistered)
        await deployment.settled()
        (linked,) = [fact.message for fact in await deployment.told(CustomersLinked)]
        assert (linked.customer, linked.into, linked.complaints) == (other.customer, mine.customer, (third.complaint,))
        assert (await third.sees(RepeatFactsChanged)).same_matter == (first.complaint,)
        await calls("C-4", "13900139029")
        again = await third.sees(ContactRepeated)
        assert again.customer == mine.customer

