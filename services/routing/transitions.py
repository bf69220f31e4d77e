"""What may happen in which state, as one table: `decide` asks it, and the README's picture and table are drawn from it.

A cell of a command is either the reason code of its refusal or the states it may lead to, each with the event that says so; a heard
event that is of no use in a state leads nowhere.
"""

from collections.abc import Mapping

from contracts.feedback import DissatisfactionReported, RecoveryConfirmed, SurveyExpired
from contracts.intake import ContactRepeated
from contracts.model import Command, Event, Message
from contracts.routing import (
    AcceptWork,
    AssignDepartments,
    ClockBreached,
    ComplaintClosed,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintSentToTriage,
    ComplaintWithdrawn,
    ContactReturned,
    PriorityChanged,
    ProgressReported,
    ReopenComplaint,
    ReportProgress,
    ReportResolution,
    WithdrawComplaint,
    WorkAccepted,
    WorkDone,
)
from services.platform.kernel.service import Refused, Woken

Moves = Mapping[str, type[Event]]
"""State that it may lead to → the event that says so."""


def to(**moves: type[Event]) -> Moves:
    return moves


STAGES = ("triage", "routed", "reopened", "in_progress", "resolved", "closed", "withdrawn")
REGISTRATION = to(routed=ComplaintRouted, triage=ComplaintSentToTriage)

NOWHERE = to()
ACCEPTED = to(in_progress=WorkAccepted)
WITHDRAWN = to(withdrawn=ComplaintWithdrawn)
REOPENED = to(reopened=ComplaintReopened)
CLOSED = to(closed=ComplaintClosed)
RETURNED = to(withdrawn=ContactReturned)
REOPENED_OR_RETURNED = to(reopened=ComplaintReopened, closed=ContactReturned)

# fmt: off
_ASKED: dict[type[Command], tuple[str | Moves, ...]] = {  # by STAGES: triage, routed, reopened, in_progress, resolved, closed, withdrawn
    AssignDepartments: (to(routed=ComplaintRouted), *3 * ("not_in_triage",), "not_in_triage", "closed", "withdrawn"),
    AcceptWork:        ("in_triage", *3 * (ACCEPTED,), "resolved", "closed", "withdrawn"),
    ReportProgress:    ("in_triage", *2 * ("not_accepted",), to(in_progress=ProgressReported), "resolved", "closed", "withdrawn"),
    ReportResolution:  ("in_triage", *2 * ("not_accepted",), to(in_progress=WorkDone, resolved=ComplaintResolved),
                        "resolved", "closed", "withdrawn"),
    ReopenComplaint:   (*4 * ("nothing_to_reopen",), REOPENED, REOPENED, "withdrawn"),
    WithdrawComplaint: (*5 * (WITHDRAWN,), "closed", "withdrawn"),
}
_HEARD: dict[type[Message | Woken], tuple[Moves, ...]] = {
    ContactRepeated:         (*(to(**{stage: PriorityChanged}) for stage in STAGES[:4]), REOPENED, REOPENED_OR_RETURNED, RETURNED),
    RecoveryConfirmed:       (*4 * (NOWHERE,), CLOSED, NOWHERE, NOWHERE),
    SurveyExpired:           (*4 * (NOWHERE,), CLOSED, NOWHERE, NOWHERE),
    DissatisfactionReported: (*4 * (NOWHERE,), REOPENED, REOPENED, NOWHERE),
    Woken:                   (to(triage=ClockBreached), to(routed=ClockBreached), NOWHERE, to(in_progress=ClockBreached),
                              CLOSED, NOWHERE, NOWHERE),
}
# fmt: on
TABLE: Mapping[type[Message | Woken], Mapping[str, str | Moves]] = {
    cause: dict(zip(STAGES, cells, strict=True)) for cause, cells in (*_ASKED.items(), *_HEARD.items())
}

INSTEAD = {
    "in_triage": "AssignDepartments",
    "not_accepted": "AcceptWork",
    "resolved": "ReopenComplaint",
    "closed": "ReopenComplaint",
    "withdrawn": "SubmitComplaint",
    "past_reopening": "SubmitComplaint",
}
"""What to send instead of a refused command, as long as that is possible."""


def refused(reason: str, see: str | None = None) -> Refused:
    return Refused(reason, see or INSTEAD.get(reason))


def permit(stage: str, command: Command, is_reopenable: bool) -> None:
    """Raises `Refused` where the table does not allow the command; what can no longer be reopened is submitted anew."""
    cell = TABLE[type(command)][stage]
    if isinstance(cell, str):
        is_too_late = INSTEAD.get(cell) == "ReopenComplaint" and not is_reopenable
        raise refused(cell, INSTEAD["past_reopening"] if is_too_late else None)
