"""What each service is fed to measure one hop of it: how its complaints come to be, and commands of which each leads to one event."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from contracts.callback import RequestCallback, RescheduleCallback
from contracts.common import AnswersSaid
from contracts.feedback import RecordFeedback, RecoveryConfirmed
from contracts.ids import complaint_id, derived_id, reference_number
from contracts.intake import Classes, ComplaintRegistered, Customer, Reachable, SubmitComplaint
from contracts.model import Command, Event, Staff, cut
from contracts.routing import AcceptWork, ReportProgress, ReportResolution
from contracts.wire import Headers, write_command, write_event

SOURCE = "bench"
CLERK = Staff(staff="s1", role="agent", department="quality")
NARRATIVE = (
    "I bought it three weeks ago in your shop and it has not been right since: twice I called, twice somebody promised to look after it,"
    " and nobody has come. 已经等了三个星期，请尽快处理。I want it settled this week, and to be told what you are going to do about it."
)
IN_A_DAY, LONGER = timedelta(days=1), timedelta(minutes=1)


class Posted(NamedTuple):
    """A record that is to go onto a topic."""

    topic: str
    key: bytes
    value: bytes
    headers: Headers


Opening = Callable[[str], Posted]
"""Of a complaint."""


class Feed(NamedTuple):
    service: str
    openings: Sequence[Opening]
    """Each for all complaints, and handled, before the next: then they are as a round of commands finds them."""
    command: Callable[[str, int], Command]
    """The nth of a complaint."""

    def posted(self, complaint: str, n: int) -> Posted:
        return command_of(self.service, self.command(complaint, n), complaint, n)


def complaints(cohort: str, count: int) -> list[str]:
    return [complaint_id(SOURCE, f"{cohort}-{n}") for n in range(count)]


def registered(complaint: str, now: datetime | None = None) -> Posted:
    """Intake's word for it."""
    now = now or datetime.now(UTC)
    event = ComplaintRegistered(
        complaint_id=complaint, customer=complaint[:16], source=SOURCE, source_ref=complaint, reference=reference_number(complaint),
        channel="phone", classes=Classes(kind="quality"), reachable=Reachable(phone=True), first_answer_due=now + timedelta(days=1),
        acknowledgement="ack.en", policy="bench@1",
    )  # fmt: skip
    return _event("intake", event, now)


def reported(complaint: str) -> Posted:
    """Its department has done its work …"""
    parts = ("acknowledgement", "apology", "explanation", "prevention")
    found = {"finding": "upheld", "cause_code": "worn_part", "no_action_because": "single_case", "answer_parts": parts}
    return command_of("routing", ReportResolution(complaint_id=complaint, work="1-quality", **found, by=CLERK), complaint)


def confirmed(complaint: str) -> Posted:
    """… and its customer is content: nothing is to come any more."""
    return _event("feedback", RecoveryConfirmed(complaint_id=complaint, customer=complaint[:16], round=1), datetime.now(UTC))


def _event(service: str, event: Event, at: datetime) -> Posted:
    complaint = str(event.key)
    named = {"id": derived_id(SOURCE, service, complaint), "cause": derived_id(SOURCE, "call", complaint)}
    value, headers = write_event(service, event, **named, at=cut(at), seq=1)
    return Posted(f"{service}.events.v1", complaint.encode(), value, headers)


def command_of(service: str, command: Command, *named: str | int) -> Posted:
    """Under an id of its own for its kind and what it is named after."""
    wire = write_command(service, command, id=derived_id(SOURCE, type(command).__name__, *named), source=SOURCE)
    return Posted(f"{service}.commands.v1", wire.key.encode(), wire.value, wire.headers)


# -- intake: every complaint is another customer's first ----------------------------------------------------------------------------------


def _submit(complaint: str, n: int) -> Command:
    """A number of its own for each, made of the complaint's digits."""
    phone = f"+8613{int(complaint[:8], 16) % 10**6:06}{n:03}"
    customer = Customer(name="Customer", phone=phone, email=f"{complaint[:8]}.{n}@mail.example", language="en")
    return SubmitComplaint(
        source_ref=f"{complaint}-{n}", channel="phone", customer=customer, complaint_type="defective product", narrative=NARRATIVE
    )  # fmt: skip


# -- the others: a word about a complaint that is on file ---------------------------------------------------------------------------------


def _progress(complaint: str, n: int) -> Command:
    return ReportProgress(complaint_id=complaint, work="1-quality", is_told_to_customer=True, by=CLERK)


def _accept(complaint: str) -> Posted:
    return command_of("routing", AcceptWork(complaint_id=complaint, work="1-quality", by=CLERK), complaint)


def _first_answer(complaint: str) -> Posted:
    """So no clock has anything to say any more while rounds are measured: each command is one event."""
    return command_of("routing", _progress(complaint, 0), complaint, "first answer")


def _ask_for_call(complaint: str) -> Posted:
    return call_asked(complaint, datetime.now(UTC) + IN_A_DAY)


def call_asked(complaint: str, earliest: datetime) -> Posted:
    """By somebody, for this instant or the day after."""
    asked = RequestCallback(complaint_id=complaint, purpose="care", earliest=earliest, latest=earliest + IN_A_DAY, by=CLERK)
    return command_of("callback", asked, complaint)


def _reschedule(complaint: str, n: int) -> Command:
    """To begin with a day ahead, and with each a minute later."""
    earliest = datetime.now(UTC) + IN_A_DAY + n * LONGER
    return RescheduleCallback(
        complaint_id=complaint, callback="1-care", earliest=earliest, latest=earliest + IN_A_DAY, reason="customer_wish", by=CLERK
    )  # fmt: skip


def _feedback(complaint: str, n: int) -> Command:
    said = AnswersSaid(csat=4, effort=2, expected=3, perceived=4, would_return=True)
    return RecordFeedback(complaint_id=complaint, listening_post="complaint_line", answers=said)


FEEDS: Mapping[str, Feed] = {
    feed.service: feed
    for feed in (
        Feed("intake", (), _submit),
        Feed("routing", (registered, _accept, _first_answer), _progress),
        Feed("callback", (registered, _ask_for_call), _reschedule),
        Feed("feedback", (registered,), _feedback),
    )
}
