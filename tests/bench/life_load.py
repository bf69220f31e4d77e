"""Everybody but the services: customers who complain, departments that work, a dialer who calls, customers who answer.

    python -m tests.bench.life_load COMPLAINTS UNDER_WAY STEP        by the environment's settings

Keeps so many complaints under way, each played from its submission to its end, each step when the one before has been told.  Writes a line
to its output for each STEP complaints that are closed, and ends with the last: so that whoever started it can look at the clock.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from pydantic_core import from_json

from contracts.callback import RecordAttempt, StartAttempt
from contracts.catalogue import PARTITIONS
from contracts.common import AnswersSaid
from contracts.feedback import AnswerSurvey
from contracts.ids import derived_id
from contracts.intake import Customer, SubmitComplaint
from contracts.model import Command, Staff
from contracts.routing import AcceptWork, ConfirmRemedyDone, ProposeRemedy, ReportProgress, ReportResolution
from services.platform.chassis import connections
from services.platform.chassis.clients import Sender, open_sender
from services.platform.chassis.settings import Settings, read_settings
from tests.bench.feeds import NARRATIVE
from tests.bench.policies import KINDS

HEARD = ("routing.events.v1", "callback.events.v1", "feedback.events.v1")
SOURCE = "life"
IN_WRITING = 5
"""Of so many customers one is not to be called, and is asked in writing."""
TYPES = tuple(KINDS)
PARTS = ("acknowledgement", "apology", "explanation", "prevention")
PUTS_RIGHT = "logistics"
"""The department that gives something besides: what comes late is put right, not only explained."""
ANSWERS = AnswersSaid(solved=True, csat=4, effort=2, expected=3, perceived=4, would_return=True)
DIALER = Staff(staff="agent-1", role="agent", department="callback_desk")


class Step(NamedTuple):
    service: str
    command: Command


def submission(n: int) -> SubmitComplaint:
    is_called = n % IN_WRITING > 0
    customer = Customer(name=f"Customer {n}", language="en", email=f"c{n}@mail.example", phone=f"+86138{n:08}", do_not_call=not is_called)
    return SubmitComplaint(
        source_ref=f"L-{n}", channel="phone", customer=customer, complaint_type=TYPES[n % len(TYPES)], narrative=NARRATIVE,
    )  # fmt: skip


def accept(told: dict[str, Any]) -> Step:
    return Step("routing", AcceptWork(complaint_id=told["complaint_id"], work=told["work"], by=clerk(told["department"])))


def progress(told: dict[str, Any]) -> Step:
    named = {"complaint_id": told["complaint_id"], "work": told["work"], "by": clerk(told["department"])}
    return Step("routing", ReportProgress(**named, is_told_to_customer=True))


def finding(told: dict[str, Any]) -> Step:
    """Its report; before it, of who puts it right, what is given."""
    if told["department"] != PUTS_RIGHT:
        return resolution(told["complaint_id"], told["work"], told["department"])
    given = {"kind": "compensation", "amount": {"amount_minor": 2_000, "currency": "CNY"}}
    return Step("routing", ProposeRemedy(complaint_id=told["complaint_id"], **given, by=clerk(PUTS_RIGHT)))


def paid(told: dict[str, Any]) -> Step:
    return Step("routing", ConfirmRemedyDone(complaint_id=told["complaint_id"], remedy=told["remedy"], by=clerk(PUTS_RIGHT)))


def put_right(told: dict[str, Any]) -> Step:
    return resolution(told["complaint_id"], f"{told['round']}-{PUTS_RIGHT}", PUTS_RIGHT, (*PARTS, "remedy"))


def resolution(complaint: str, work: str, department: str, parts: tuple[str, ...] = PARTS) -> Step:
    named = {"complaint_id": complaint, "work": work, "by": clerk(department), "answer_parts": parts}
    found = {"finding": "upheld", "cause_code": "worn_part", "no_action_because": "single_case"}
    return Step("routing", ReportResolution(**named, **found, explanation="The worn part was replaced. 磨损的零件已更换。"))


def claim(told: dict[str, Any]) -> Step:
    return Step("callback", StartAttempt(complaint_id=told["complaint_id"], callback=told["callback"], by=DIALER))


def call(told: dict[str, Any]) -> Step:
    named = {"complaint_id": told["complaint_id"], "callback": told["callback"], "by": DIALER}
    return Step("callback", RecordAttempt(**named, outcome="reached", answers=ANSWERS))


def answer(told: dict[str, Any]) -> Step:
    return Step("feedback", AnswerSurvey(complaint_id=told["complaint_id"], survey=told["survey"], answers=ANSWERS))


def clerk(department: str) -> Staff:
    return Staff(staff=f"{department}-1", role="clerk", department=department)


STEPS: dict[bytes, Callable[[dict[str, Any]], Step]] = {
    b"routing.work_requested.v1": accept,
    b"routing.work_accepted.v1": progress,
    b"routing.progress_reported.v1": finding,
    b"routing.remedy_issued.v1": paid,
    b"routing.remedy_done.v1": put_right,
    b"callback.callback_due.v1": claim,
    b"callback.callback_attempt_started.v1": call,
    b"feedback.survey_requested.v1": answer,
}
"""What is told → what somebody does next."""
CLOSED = b"routing.complaint_closed.v1"
TYPE = len(b'{"type":"')


class Play:
    def __init__(self, settings: Settings, sender: Sender, complaints: int, under_way: int, step: int) -> None:
        self.settings, self.sender = settings, sender
        self.complaints, self.under_way, self.step = complaints, under_way, step
        self.submitted = self.closed = 0

    async def run(self, consumer: AIOKafkaConsumer) -> None:
        await self.submit()
        while self.closed < self.complaints:
            batches = await consumer.getmany(timeout_ms=200)
            await asyncio.gather(*[await each for records in batches.values() for record in records for each in self.heard(record.value)])
            await self.submit()

    def heard(self, value: bytes) -> Iterator[Any]:
        name = value[TYPE : value.index(b'"', TYPE)]
        if next_step := STEPS.get(name):
            told = from_json(value)
            service, command = next_step(told)
            yield self.sender.post(service, command, id=derived_id(SOURCE, told["id"]), source=SOURCE)
        elif name == CLOSED:
            self.closed += 1
            if self.closed % self.step == 0:
                print(self.closed, flush=True)

    async def submit(self) -> None:
        """As many as have ended."""
        until = min(self.complaints, self.closed + self.under_way)
        asked = [submission(n) for n in range(self.submitted, until)]
        self.submitted = max(until, self.submitted)
        sent = [await self.sender.post("intake", each, id=each.source_ref, source=SOURCE, key=each.source_ref) for each in asked]
        await asyncio.gather(*sent)


async def main(complaints: int, under_way: int, step: int) -> None:
    settings = read_settings()
    consumer = AIOKafkaConsumer(**connections.reader(settings))
    await consumer.start()
    try:
        consumer.assign([TopicPartition(settings.topic(name), n) for name in HEARD for n in range(PARTITIONS)])
        await consumer.seek_to_beginning()
        async with open_sender(settings) as sender:
            await Play(settings, sender, complaints, under_way, step).run(consumer)
    finally:
        await consumer.stop()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:4])))
