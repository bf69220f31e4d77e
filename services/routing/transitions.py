"""What may happen in which state, as one table: `decide` asks it, and the README's picture and table are drawn from it.

A cell of a command is either the reason code of its refusal or the states it may lead to, each with the event that says so; a heard
event that is of no use in a state leads nowhere.
"""

from collections.abc import Iterable, Mapping
from typing import get_args

from contracts.callback import CallbackBroken, CallbackCompleted
from contracts.feedback import DissatisfactionReported, RecoveryConfirmed, SurveyExpired
from contracts.intake import ContactRepeated, CustomerProfileChanged, InformationAdded, RepeatFactsChanged
from contracts.model import Command, Event, Message
from contracts.routing import (
    AcceptWork,
    ApproveRemedy,
    AssignDepartments,
    ChooseRemedy,
    ClockBreached,
    ClockExtended,
    ClockMet,
    CloseComplaint,
    ComplaintClosed,
    ComplaintEscalated,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintSentToTriage,
    ComplaintWithdrawn,
    ConfirmRemedyDone,
    ContactReturned,
    Contained,
    ContainmentRequested,
    DeclineWork,
    ExtendClock,
    PauseWork,
    PriorityChanged,
    ProgressReported,
    ProposeRemedy,
    RejectRemedy,
    RemedyApproved,
    RemedyChosen,
    RemedyDone,
    RemedyFailed,
    RemedyProposed,
    RemedyRejected,
    ReopenComplaint,
    ReportContained,
    ReportProgress,
    ReportRemedyFailed,
    ReportResolution,
    ResumeWork,
    SetPriority,
    WithdrawComplaint,
    WorkAccepted,
    WorkDeclined,
    WorkDone,
    WorkPaused,
    WorkResumed,
)
from services.platform.kernel.service import Refused, Woken
from services.routing.state import Complaint, Stage

Moves = Mapping[str, type[Event]]
"""State that it may lead to → the event that says so."""
Cell = str | Moves


def to(**moves: type[Event]) -> Moves:
    return moves


STAGES: tuple[Stage, ...] = get_args(Stage)
OPEN: tuple[Stage, ...] = STAGES[:6]
IN_HAND: tuple[Stage, ...] = ("in_progress", "waiting")
NOT_TAKEN_BACK: tuple[Stage, ...] = STAGES[:8]
REGISTRATION = to(routed=ComplaintRouted, triage=ComplaintSentToTriage)


def _stays(event: type[Event], stages: Iterable[Stage] = OPEN) -> tuple[Moves, ...]:
    """It stays as it is, in each of these states."""
    return tuple({stage: event} for stage in stages)


NOWHERE = to()
ACCEPTED = to(in_progress=WorkAccepted)
DECLINED = to(triage=ComplaintSentToTriage)
DONE = to(waiting=WorkDone, triage=WorkDone, resolved=ComplaintResolved)
WITHDRAWN = to(withdrawn=ComplaintWithdrawn)
REOPENED = to(reopened=ComplaintReopened, with_head=ComplaintReopened)
ENDED = ("resolved", "closed", "withdrawn", "merged")

# fmt: off
_ASKED: dict[type[Command], tuple[Cell, ...]] = {
    # by STAGES:        triage, routed, reopened, in_progress, waiting, with_head, resolved, closed, withdrawn, merged
    AssignDepartments: (to(routed=ComplaintRouted, reopened=ComplaintRouted, in_progress=ComplaintRouted),
                        to(routed=ComplaintRouted), to(reopened=ComplaintRouted), to(in_progress=ComplaintRouted),
                        to(in_progress=ComplaintRouted), to(reopened=ComplaintRouted), *ENDED),
    AcceptWork:        ("in_triage", *3 * (ACCEPTED,), "already_accepted", "with_head", *ENDED),
    DeclineWork:       ("in_triage", to(routed=WorkDeclined, **DECLINED), to(reopened=WorkDeclined, **DECLINED),
                        to(routed=WorkDeclined, reopened=WorkDeclined, in_progress=WorkDeclined, waiting=WorkDeclined, **DECLINED),
                        to(waiting=WorkDeclined, **DECLINED), "with_head", *ENDED),
    ReportProgress:    ("in_triage", *2 * ("not_accepted",), *_stays(ProgressReported, IN_HAND), "with_head", *ENDED),
    PauseWork:         ("in_triage", *2 * ("not_accepted",), to(in_progress=WorkPaused, waiting=WorkPaused), "already_paused",
                        "with_head", *ENDED),
    ResumeWork:        ("in_triage", *2 * ("not_accepted",), *2 * (to(in_progress=WorkResumed),), "with_head", *ENDED),
    ExtendClock:       (*_stays(ClockExtended), *ENDED),
    ReportContained:   (*_stays(Contained, STAGES[:-1]), "merged"),
    ReportResolution:  ("in_triage", *2 * ("not_accepted",), to(in_progress=WorkDone, **DONE), DONE, "with_head", *ENDED),
    ReopenComplaint:   (*6 * ("nothing_to_reopen",), REOPENED, REOPENED, "withdrawn", "merged"),
    CloseComplaint:    (*5 * ("nothing_to_close",), to(closed=ComplaintClosed), to(closed=ComplaintClosed), *ENDED[1:]),
    WithdrawComplaint: (*7 * (WITHDRAWN,), *ENDED[1:]),
    SetPriority:       (*_stays(PriorityChanged), *ENDED),
    # What is owed, or waits for approval, does not lapse because the complaint is resolved or closed.
    ProposeRemedy:     ("in_triage", *2 * ("not_accepted",), *_stays(RemedyProposed, (*IN_HAND, "with_head")), *ENDED),
    ChooseRemedy:      (*_stays(RemedyChosen, NOT_TAKEN_BACK), *ENDED[2:]),
    ApproveRemedy:     (*_stays(RemedyApproved, NOT_TAKEN_BACK), *ENDED[2:]),
    RejectRemedy:      (*_stays(RemedyRejected, NOT_TAKEN_BACK), *ENDED[2:]),
    ConfirmRemedyDone: (*_stays(RemedyDone, STAGES[:9]), "merged"),
    ReportRemedyFailed: (*_stays(RemedyFailed, STAGES[:9]), "merged"),
}
_HEARD: dict[type[Message | Woken], tuple[Moves, ...]] = {
    ContactRepeated:         (*_stays(PriorityChanged), REOPENED, {**REOPENED, "closed": ContactReturned}, to(withdrawn=ContactReturned),
                              NOWHERE),
    InformationAdded:        (*_stays(PriorityChanged), {**REOPENED, "resolved": ContainmentRequested},
                              {**REOPENED, "closed": ContainmentRequested}, NOWHERE, NOWHERE),
    RepeatFactsChanged:      (*_stays(PriorityChanged), *4 * (NOWHERE,)),
    CustomerProfileChanged:  (*_stays(PriorityChanged), to(closed=ComplaintClosed), *3 * (NOWHERE,)),
    CallbackCompleted:       (*_stays(ClockMet, ("triage", "routed")), NOWHERE, *_stays(ClockMet, IN_HAND), *5 * (NOWHERE,)),
    CallbackBroken:          (*_stays(ComplaintEscalated, STAGES[:7]), *3 * (NOWHERE,)),
    RecoveryConfirmed:       (*6 * (NOWHERE,), to(closed=ComplaintClosed), *3 * (NOWHERE,)),
    SurveyExpired:           (*6 * (NOWHERE,), to(closed=ComplaintClosed, resolved=ComplaintEscalated), *3 * (NOWHERE,)),
    DissatisfactionReported: (*6 * (NOWHERE,), REOPENED, REOPENED, NOWHERE, NOWHERE),
    Woken:                   (*_stays(ClockBreached), to(closed=ComplaintClosed, resolved=ComplaintEscalated),
                              *_stays(ClockBreached, ("closed", "withdrawn")), NOWHERE),
}
# fmt: on
TABLE: Mapping[type[Message | Woken], Mapping[str, Cell]] = {
    cause: dict(zip(STAGES, cells, strict=True)) for cause, cells in (*_ASKED.items(), *_HEARD.items())
}

INSTEAD = {
    "in_triage": "AssignDepartments",
    "work_in_triage": "AssignDepartments",
    "with_head": "AssignDepartments",
    "not_accepted": "AcceptWork",
    "not_contained": "ReportContained",
    "not_chosen": "ChooseRemedy",
    "not_approved": "ApproveRemedy",
    "remedy_over": "ProposeRemedy",
    "remedy_missing": "ProposeRemedy",
    "resolved": "ReopenComplaint",
    "closed": "ReopenComplaint",
    "withdrawn": "SubmitComplaint",
    "past_reopening": "SubmitComplaint",
    "rounds_used_up": "SubmitComplaint",
    "erased": "SubmitComplaint",
}
"""What to send instead of a refused command, as long as that is possible."""
STILL_TOLD = (ReportContained, ConfirmRemedyDone, ReportRemedyFailed)
"""What was asked for is carried out also when the customer was forgotten."""


def refused(reason: str, see: str | None = None) -> Refused:
    return Refused(reason, see or INSTEAD.get(reason))


def permit(complaint: Complaint, command: Command, is_reopenable: bool) -> None:
    """Raises `Refused` where the table does not allow the command; what can no longer be reopened is submitted anew."""
    cell = TABLE[type(command)][complaint.stage]
    if complaint.is_erased and complaint.stage in ("closed", "withdrawn") and not isinstance(command, STILL_TOLD):
        raise refused("erased")
    if isinstance(cell, str):
        is_too_late = INSTEAD.get(cell) == "ReopenComplaint" and not is_reopenable
        raise refused(cell, complaint.merged_into or (INSTEAD["past_reopening"] if is_too_late else None))
