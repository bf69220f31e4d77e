"""The customer chooses, and the house approves or rejects."""

from collections.abc import Iterable
from datetime import datetime

from contracts.routing import (
    ApproveRemedy,
    ChooseRemedy,
    ConfirmRemedyDone,
    RejectRemedy,
    RemedyApproved,
    RemedyChosen,
    RemedyOption,
    RemedyRejected,
    ReportRemedyFailed,
)
from services.platform.kernel.service import listed
from services.routing.policy import RoutingPolicy
from services.routing.remedies.ledger import Remedy
from services.routing.remedies.once import less_what_differed, must_be_free
from services.routing.remedies.proposing import issue
from services.routing.remedies.rules import GOODWILL
from services.routing.state import Complaint
from services.routing.told import Told
from services.routing.transitions import refused

OfRemedy = ChooseRemedy | ApproveRemedy | RejectRemedy | ConfirmRemedyDone | ReportRemedyFailed
MOST_EVIDENCE = 20


def choose(complaint: Complaint, asked: ChooseRemedy, instant: datetime, policy: RoutingPolicy) -> Told:
    """What is owed needs no approval, but its evidence."""
    remedy = found(complaint, asked)
    if remedy.ground == GOODWILL:
        raise refused("nothing_to_choose")
    if not remedy.is_pending:
        raise refused("already_chosen" if remedy.counts else "remedy_over")
    option = _option(remedy, asked.kind)
    must_be_free(complaint, remedy, asked.kind)
    amount = less_what_differed(complaint, option.kind, option.amount)
    remedy = remedy.but(kind=option.kind, amount=amount, evidence=_evidence(remedy, asked.evidence))
    chosen = RemedyChosen(**complaint.of, **remedy.of, **remedy.what, evidence=remedy.evidence, by=asked.by)
    remedy, issued = issue(complaint, remedy)
    return complaint.with_remedy(remedy), [chosen, *issued]


def approve(complaint: Complaint, asked: ApproveRemedy, instant: datetime, policy: RoutingPolicy) -> Told:
    remedy = found(complaint, asked)
    _must_await_approval(remedy)
    if asked.by.staff == remedy.proposed_by:
        raise refused("approver_is_proposer")
    if asked.by.role not in remedy.approvers:
        raise refused("not_the_role", remedy.approvers[0])
    approved = RemedyApproved(**complaint.of, **remedy.of, **remedy.what, by=asked.by)
    remedy, issued = issue(complaint, remedy.but(is_approved=True))
    return complaint.with_remedy(remedy), [approved, *issued]


def reject(complaint: Complaint, asked: RejectRemedy, instant: datetime, policy: RoutingPolicy) -> Told:
    """Who proposed it may take it back; of what is owed anybody may tell that the customer does not want it."""
    remedy = found(complaint, asked)
    if not remedy.is_pending:
        raise refused(_why_no_longer(remedy) if remedy.standing != "issued" else "already_issued")
    if remedy.ground == GOODWILL and asked.by.staff != remedy.proposed_by and asked.by.role not in remedy.approvers:
        raise refused("not_the_role", remedy.approvers[0])
    rejected = RemedyRejected(**complaint.of, **remedy.of, reason=asked.reason, by=asked.by)
    return complaint.with_remedy(remedy.but(standing="rejected")), [rejected]


def found(complaint: Complaint, told: OfRemedy) -> Remedy:
    remedy = next((each for each in complaint.remedies if each.id == told.remedy), None)
    if remedy is None:
        raise refused("no_such_remedy", listed(each.id for each in complaint.remedies))
    return remedy


def must_be_issued(remedy: Remedy) -> None:
    if remedy.is_pending:
        raise refused("not_approved" if remedy.ground == GOODWILL else "not_chosen")
    if remedy.standing != "issued":
        raise refused(_why_no_longer(remedy))


def _why_no_longer(remedy: Remedy) -> str:
    return "remedy_done" if remedy.standing == "done" else "remedy_over"


def _must_await_approval(remedy: Remedy) -> None:
    if remedy.is_approved:
        raise refused("already_approved")
    if remedy.ground != GOODWILL and remedy.is_pending:
        raise refused("not_chosen")
    if not remedy.approvers and remedy.counts:
        raise refused("needs_no_approval")
    if not remedy.is_pending:
        raise refused("remedy_over")


def _option(remedy: Remedy, kind: str) -> RemedyOption:
    option = next((each for each in remedy.options if each.kind == kind), None)
    if option is None:
        raise refused("not_an_option", listed(each.kind for each in remedy.options))
    return option


def _evidence(remedy: Remedy, more: Iterable[str]) -> tuple[str, ...]:
    """All that was seen, what is needed first."""
    seen = tuple(dict.fromkeys((*remedy.evidence, *more)))
    if missing := [paper for paper in remedy.evidence_needed if paper not in seen]:
        raise refused("evidence_missing", listed(missing))
    return tuple(dict.fromkeys((*remedy.evidence_needed, *seen)))[:MOST_EVIDENCE]
