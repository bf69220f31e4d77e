"""What routing does about each thing it is asked or hears.  Pure; reads like the life of a complaint."""

from datetime import datetime

from contracts.callback import CallbackBroken, CallbackCompleted
from contracts.common import Note
from contracts.feedback import DissatisfactionReported, RecoveryConfirmed, SurveyExpired
from contracts.intake import (
    ComplaintRegistered,
    ContactRepeated,
    CustomerProfileChanged,
    DossierErased,
    InformationAdded,
    RepeatFactsChanged,
    SubmissionMerged,
)
from contracts.model import Command, Message, made
from contracts.routing import (
    AcceptWork,
    ApproveRemedy,
    AssignDepartments,
    ChooseRemedy,
    CloseComplaint,
    ConfirmRemedyDone,
    DeclineWork,
    ExtendClock,
    PauseWork,
    ProposeRemedy,
    RejectRemedy,
    ReopenComplaint,
    ReportContained,
    ReportProgress,
    ReportRemedyFailed,
    ReportResolution,
    ResumeWork,
    SetPriority,
    WithdrawComplaint,
)
from services.platform.kernel.notes import fits
from services.platform.kernel.service import Cause, Decision, Woken
from services.routing import clocks, closing, contacts, containment, priority, registration, resolution, rounds, triage, work
from services.routing.policy import RoutingPolicy
from services.routing.remedies import answering, carrying_out, proposing
from services.routing.state import Complaint
from services.routing.told import Told, then
from services.routing.transitions import permit, refused


def decide(complaint: Complaint | None, cause: Cause, policy: RoutingPolicy) -> Decision:
    """A command that the table forbids is refused; what another service tells and routing cannot use changes nothing."""
    message, instant = cause.message, cause.instant
    if complaint is None or isinstance(message, ComplaintRegistered):
        return _opened(complaint, message, instant, policy)
    if isinstance(message, Command):
        permit(complaint, message, complaint.is_reopenable(instant))
        complaint, events = then(clocks.follow(complaint, instant, policy), lambda now: _asked(now, message, instant, policy))
        return _noted(complaint, message, cause), events
    return then(clocks.follow(complaint, instant, policy), lambda now: _heard(now, message, instant, policy))


def _opened(complaint: Complaint | None, message: Message | Woken, instant: datetime, policy: RoutingPolicy) -> Decision:
    """A contact that lives on in another complaint is no complaint, until intake registers it after all."""
    match message:
        case ComplaintRegistered() if complaint is None or complaint.stage == "merged":
            return registration.register(message, instant, policy)
        case SubmissionMerged():
            return _merged(message, instant), []
    return complaint, []


def _merged(told: SubmissionMerged, instant: datetime) -> Complaint:
    return made(
        Complaint,
        complaint_id=told.complaint_id, customer=told.customer, stage="merged", merged_into=told.reference, priority=4, priority_reasons=(),
        registered_at=instant, counts_from=instant,
    )  # fmt: skip


def _asked(complaint: Complaint, command: Command, instant: datetime, policy: RoutingPolicy) -> Told:
    match command:
        case AssignDepartments():
            return triage.assign(complaint, command, instant, policy)
        case AcceptWork():
            return work.accept(complaint, command, instant, policy)
        case DeclineWork():
            return work.decline(complaint, command, instant, policy)
        case ReportProgress():
            return work.progress(complaint, command, instant, policy)
        case PauseWork():
            return work.pause(complaint, command, instant, policy)
        case ResumeWork():
            return work.resume(complaint, command, instant, policy)
        case ExtendClock():
            return clocks.extend(complaint, command, instant, policy)
        case ReportContained():
            return containment.contained(complaint, command, instant, policy)
        case ReportResolution():
            return resolution.report(complaint, command, instant, policy)
        case ReopenComplaint():
            return rounds.reopen(complaint, command, instant, policy)
        case CloseComplaint():
            return closing.close(complaint, command, instant, policy)
        case WithdrawComplaint():
            return closing.withdraw(complaint, command, instant, policy)
        case SetPriority():
            return priority.set(complaint, command, instant, policy)
        case ProposeRemedy():
            return proposing.propose(complaint, command, instant, policy)
        case ChooseRemedy():
            return answering.choose(complaint, command, instant, policy)
        case ApproveRemedy():
            return answering.approve(complaint, command, instant, policy)
        case RejectRemedy():
            return answering.reject(complaint, command, instant, policy)
        case ConfirmRemedyDone():
            return carrying_out.done(complaint, command, instant, policy)
        case ReportRemedyFailed():
            return carrying_out.failed(complaint, command, instant, policy)
    raise TypeError(f"routing takes no {type(command).__name__}")


def _heard(complaint: Complaint, message: Message | Woken, instant: datetime, policy: RoutingPolicy) -> Told:
    match message:
        case Woken():
            return _woken(complaint, instant, policy)
        case ContactRepeated():
            return rounds.contacted_again(complaint, message, instant, policy)
        case InformationAdded():
            return rounds.informed(complaint, message, instant, policy)
        case RepeatFactsChanged():
            return contacts.repeats(complaint, message, instant, policy)
        case CustomerProfileChanged():
            known = contacts.profile(complaint, message, instant, policy)
            return then(known, lambda now: closing.answered_by_silence(now, instant, policy))
        case CallbackBroken():
            return contacts.promise_broken(complaint, message, policy)
        case CallbackCompleted():
            return clocks.reached(complaint, "answered", instant, policy)
        case RecoveryConfirmed():
            return closing.confirmed(complaint, message, instant, policy)
        case DissatisfactionReported():
            return rounds.dissatisfied(complaint, message, instant, policy)
        case SurveyExpired():
            return closing.silent(complaint, message, instant, policy)
        case DossierErased():
            return closing.forgotten(complaint, instant, policy)
    return complaint, []


def _woken(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Told:
    told = clocks.tell(complaint, instant, policy)
    if complaint.stage == "resolved" and not complaint.is_reachable and complaint.given_up_at and complaint.given_up_at <= instant:
        return then(told, lambda now: closing.given_up(now, instant, policy))
    return told


def _noted(complaint: Complaint, command: Command, cause: Cause) -> Complaint:
    """With the free text that came along, for the dossier; once the customer is erased no text is kept any more."""
    text: str | None = getattr(command, "explanation" if isinstance(command, ReportResolution) else "note", None)
    return _with_note(complaint, text, cause) if text and not complaint.is_erased else complaint


def _with_note(complaint: Complaint, text: str, cause: Cause) -> Complaint:
    note = Note(at=cause.instant, message=cause.id, text=text)
    if not fits(note, complaint.notes):
        raise refused("notes_full")
    return complaint.but(notes=(*complaint.notes, note))
