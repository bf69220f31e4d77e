"""One canary's course from call to forgotten, and what is to be asked next.  Pure.

The canary plays customer, triage, department and dialer.  It knows its complaint by what outsiders know: it hears events and answers with
ordinary commands.  Every command's id follows from the event that it answers, so whoever plays the same course, after a crash or beside
another, asks for nothing twice.

What a policy's hours may forbid is left out when it is refused: the callback that is asked for while the complaint is worked on.  All else
can be had within seconds at any hour: the call that confirms is called off, so that feedback asks in writing.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from contracts.callback import (
    CallbackAttemptStarted,
    CallbackCompleted,
    CallbackDue,
    CallbackPromised,
    CancelCallback,
    RecordAttempt,
    RequestCallback,
    StartAttempt,
)
from contracts.canary import CHANNEL, CUSTOMER, SOURCE
from contracts.common import AnswersSaid, CommandRefused
from contracts.feedback import AnswerSurvey, RecoveryConfirmed, SurveyRequested
from contracts.ids import complaint_id, derived_id
from contracts.intake import ComplaintRegistered, Customer, DossierErased, EraseCustomer, SubmitComplaint
from contracts.model import Command, Message, Staff
from contracts.routing import (
    AcceptWork,
    AssignDepartments,
    ComplaintClosed,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintSentToTriage,
    ReportResolution,
    WithdrawComplaint,
    WorkAccepted,
    WorkRequested,
)
from contracts.wire import Envelope

STAGES = (
    "registered", "routed", "accepted", "promised", "due", "called", "resolved", "asked", "confirmed", "closed", "forgotten",
)  # fmt: skip
CALL = ("promised", "due", "called")
"""What is left out where the hours forbid it."""
CALLING = frozenset({"callback.request_callback.v1", "callback.start_attempt.v1", "callback.record_attempt.v1"})
CALLED_AFTER, CALLED_WITHIN = timedelta(seconds=2), timedelta(seconds=60)
"""By a timer, so that one is seen to be noticed; and not so late that the course could not end in time."""
NOON = 13
BY = Staff(staff="canary", role="agent")
"""Of no department: so it may speak for any."""
ANSWER = ("acknowledgement", "explanation", "apology", "prevention", "appreciation", "invitation")
"""Every part that an answer may need, but the remedy: none is given."""


class Words(NamedTuple):
    """Of the policies, what a course needs."""

    department: str
    cause: str
    reached: str


class Asking(NamedTuple):
    service: str
    command: Command
    id: str


class Course(NamedTuple):
    """As far as it has come."""

    complaint: str
    begun: datetime
    ref: str | None = None
    """None until its registration is heard, of a course that another process began."""
    seen: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    at: datetime | None = None
    """Of the stage seen last."""
    works: tuple[str, ...] = ()
    """Accepted by now."""
    callback: str | None = None
    """The one that was asked for."""
    is_free: bool = False
    """Nothing keeps the work from being resolved: the customer was called, or cannot be."""

    @property
    def is_over(self) -> bool:
        return STAGES[-1] in self.seen

    @property
    def missing(self) -> str:
        """The stage that it waits for."""
        return next(stage for stage in STAGES if stage not in (*self.seen, *self.skipped))


def submission(ref: str, at: datetime) -> Asking:
    """The complaint: of nobody, about nothing, from where it is about noon.  Nothing can be sent to its address."""
    customer = Customer(id=customer_id(ref), email="canary@redress.invalid", language="en", time_zone=_zone(at))
    command = SubmitComplaint(source_ref=ref, channel=CHANNEL, customer=customer, narrative="A canary: nobody complains.")
    return Asking("intake", command, derived_id("canary", "submission", ref))


def begun(ref: str, at: datetime) -> Course:
    return Course(complaint_id(SOURCE, ref), at, ref)


def given_up(course: Course) -> Iterator[Asking]:
    """It did not come to its end in time: it is taken back and forgotten, as soon as somebody hears it."""
    taken_back = WithdrawComplaint(complaint_id=course.complaint, reason="canary", by=BY)
    yield Asking("routing", taken_back, derived_id("canary", course.complaint, "withdrawn"))
    if course.ref:
        yield Asking("intake", _forget(course.ref, now=True), derived_id("canary", course.complaint, "given up"))


def hear(course: Course, envelope: Envelope, event: Message, words: Words) -> tuple[Course, list[Asking]]:
    """The course after an event about it, and what it leads to."""
    stage = stage_of(event, course)
    if stage and envelope.at and stage not in course.seen:
        course = course._replace(seen=(*course.seen, stage), at=envelope.at)
    after = _noted(course, event)
    is_freed = after.is_free and not course.is_free
    asked = _after_the_call(after, words) if is_freed else _answers(after, envelope, event, words)
    return after, [Asking(service, command, _id(envelope, command)) for service, command in asked]


def stage_of(event: Message, course: Course) -> str | None:
    """What the event shows."""
    match event:
        case CallbackPromised(purpose="progress"):
            return "promised"
        case CallbackDue(callback=name) if name == course.callback:
            return "due"
        case CallbackCompleted(callback=name) if name == course.callback:
            return "called"
        case SurveyRequested(kind="recovery"):
            return "asked"
    return _SHOWN.get(type(event))


_SHOWN: dict[type[Message], str] = {
    ComplaintRegistered: "registered", ComplaintRouted: "routed", WorkAccepted: "accepted", ComplaintResolved: "resolved",
    RecoveryConfirmed: "confirmed", ComplaintClosed: "closed", DossierErased: "forgotten",
}  # fmt: skip


def _noted(course: Course, event: Message) -> Course:
    match event:
        case ComplaintRegistered(source_ref=ref):
            return course._replace(ref=ref)
        case WorkAccepted(work=work):
            return course._replace(works=(*course.works, work))
        case CallbackPromised(purpose="progress", callback=name):
            return course._replace(callback=name)
        case CallbackCompleted(callback=name) if name == course.callback:
            return course._replace(is_free=True)
        case CommandRefused(command_type=type) if type in CALLING:
            return course._replace(is_free=True, skipped=tuple(stage for stage in CALL if stage not in course.seen))
    return course


def _after_the_call(course: Course, words: Words) -> Iterator[tuple[str, Command]]:
    return (("routing", _resolution(course, work, words)) for work in course.works)


def _answers(course: Course, envelope: Envelope, event: Message, words: Words) -> Iterator[tuple[str, Command]]:
    about = {"complaint_id": course.complaint}
    match event:
        case ComplaintSentToTriage(work=None):
            yield "routing", AssignDepartments(**about, departments=(words.department,), lead=words.department, by=BY)
        case WorkRequested(work=work):
            yield "routing", AcceptWork(**about, work=work, by=BY)
        case WorkAccepted(work=work) if course.is_free:
            yield "routing", _resolution(course, work, words)
        case WorkAccepted() if len(course.works) == 1 and envelope.at:
            earliest, latest = envelope.at + CALLED_AFTER, envelope.at + CALLED_WITHIN
            yield "callback", RequestCallback(**about, earliest=earliest, latest=latest, by=BY)
        case CallbackPromised(purpose="confirm", callback=name):
            yield "callback", CancelCallback(**about, callback=name, reason="canary", by=BY)
        case CallbackDue(callback=name) if name == course.callback:
            yield "callback", StartAttempt(**about, callback=name, by=BY)
        case CallbackAttemptStarted(callback=name, by=by) if name == course.callback and by == BY:
            yield "callback", RecordAttempt(**about, callback=name, outcome=words.reached, by=by)
        case SurveyRequested(kind="recovery", survey=survey):
            yield "feedback", AnswerSurvey(**about, survey=survey, answers=AnswersSaid(solved=True, csat=5))
        case ComplaintClosed() if course.ref:
            yield "intake", _forget(course.ref)


def _resolution(course: Course, work: str, words: Words) -> ReportResolution:
    return ReportResolution(
        complaint_id=course.complaint, work=work, finding="not_upheld", cause_code=words.cause, no_action_because="canary",
        answer_parts=ANSWER, by=BY,
    )  # fmt: skip


def customer_id(ref: str) -> str:
    return f"{CUSTOMER}{ref}"


def _forget(ref: str, now: bool = False) -> EraseCustomer:
    return EraseCustomer(request=ref, customer=Customer(id=customer_id(ref)), now=now, by=BY)


def _id(envelope: Envelope, command: Command) -> str:
    work = getattr(command, "work", None)
    return derived_id("canary", envelope.id, type(command).__name__, *([work] if work else []))


def _zone(at: datetime) -> str:
    """POSIX signs: west of Greenwich is plus."""
    ahead = NOON - at.hour
    return "Etc/GMT" if ahead == 0 else f"Etc/GMT{-ahead:+d}"
