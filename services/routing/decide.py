"""What routing does about each thing it is asked or hears.  Pure; reads like the life of a complaint."""

from datetime import datetime

from contracts.common import Note
from contracts.feedback import DissatisfactionReported, RecoveryConfirmed, SurveyExpired
from contracts.intake import ComplaintRegistered, ContactRepeated, DossierErased
from contracts.model import Command
from contracts.routing import AcceptWork, AssignDepartments, ReopenComplaint, ReportProgress, ReportResolution, WithdrawComplaint
from services.platform.kernel.notes import fits
from services.platform.kernel.service import Cause, Decision, Woken
from services.routing.assignment import Told, assign, register, tell
from services.routing.policy import RoutingPolicy
from services.routing.rounds import confirmed, contacted_again, dissatisfied, given_up, reopen, silent, withdraw
from services.routing.state import Complaint
from services.routing.transitions import permit, refused
from services.routing.work import accept, progress, resolution


def decide(complaint: Complaint | None, cause: Cause, policy: RoutingPolicy) -> Decision:
    """A command that the table forbids is refused; what another service tells and routing cannot use changes nothing."""
    message = cause.message
    if complaint is None:
        return register(message, cause.instant, policy) if isinstance(message, ComplaintRegistered) else (None, [])
    if isinstance(message, Command):
        permit(complaint.stage, message, complaint.is_reopenable(cause.instant))
        complaint, events = _asked(complaint, message, cause.instant, policy)
        return _noted(complaint, message, cause), events
    return _heard(complaint, cause, policy)


def _asked(complaint: Complaint, command: Command, instant: datetime, policy: RoutingPolicy) -> Told:
    match command:
        case ReportProgress():
            return progress(complaint, command, instant)
        case AcceptWork():
            return accept(complaint, command)
        case ReportResolution():
            return resolution(complaint, command, instant, policy)
        case AssignDepartments():
            return assign(complaint, command, instant, policy)
        case ReopenComplaint():
            return reopen(complaint, command, instant, policy)
        case WithdrawComplaint():
            return withdraw(complaint, command, instant)
    raise TypeError(f"routing takes no {type(command).__name__}")


def _heard(complaint: Complaint, cause: Cause, policy: RoutingPolicy) -> Told:
    match cause.message:
        case Woken():
            return _woken(complaint, cause.instant)
        case ContactRepeated() as told:
            return contacted_again(complaint, told, cause.instant, policy)
        case RecoveryConfirmed() as told:
            return confirmed(complaint, told)
        case DissatisfactionReported() as told:
            return dissatisfied(complaint, told, cause.instant, policy)
        case SurveyExpired() as told:
            return silent(complaint, told)
        case DossierErased():
            return complaint.model_copy(update={"is_erased": True, "is_reachable": False, "notes": ()}), []
    return complaint, []


def _woken(complaint: Complaint, instant: datetime) -> Told:
    if complaint.stage == "resolved":
        return given_up(complaint)
    return tell(complaint, instant)


def _noted(complaint: Complaint, command: Command, cause: Cause) -> Complaint:
    """With the free text that came along, for the dossier; once the customer is erased no text is kept any more."""
    match command:
        case ReportProgress(note=text) | ReopenComplaint(note=text) | WithdrawComplaint(note=text) | ReportResolution(explanation=text):
            return _with_note(complaint, text, cause) if text and not complaint.is_erased else complaint
    return complaint


def _with_note(complaint: Complaint, text: str, cause: Cause) -> Complaint:
    note = Note(at=cause.instant, message=cause.id, text=text)
    if not fits(note, complaint.notes):
        raise refused("notes_full")
    return complaint.model_copy(update={"notes": (*complaint.notes, note)})
