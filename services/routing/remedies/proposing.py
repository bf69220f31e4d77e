"""A remedy is proposed: owed, for the customer to choose; or given, at once where it needs no approval."""

from datetime import datetime
from itertools import count

from contracts.model import Event
from contracts.routing import ProposeRemedy, RemedyIssued, RemedyProposed
from services.routing.policy import RoutingPolicy
from services.routing.remedies import entitlement, goodwill
from services.routing.remedies.ledger import MOST_OF_A_GROUND, Remedy
from services.routing.remedies.rules import GOODWILL
from services.routing.state import Complaint
from services.routing.told import Told
from services.routing.transitions import refused


def propose(complaint: Complaint, asked: ProposeRemedy, instant: datetime, policy: RoutingPolicy) -> Told:
    ground = "entitlement" if asked.entitlement else GOODWILL
    if sum(each.ground == ground for each in complaint.remedies) >= MOST_OF_A_GROUND:
        raise refused("too_many_remedies")
    id = _id(complaint, asked.entitlement or GOODWILL)
    if asked.entitlement:
        remedy, working = entitlement.proposal(complaint, asked, id, instant, policy)
    else:
        remedy, working = goodwill.proposal(complaint, asked, id, policy), {}
    proposed = RemedyProposed(
        **complaint.of, **remedy.of, options=remedy.options, evidence_needed=remedy.evidence_needed, evidence=remedy.evidence,
        approvers=remedy.approvers, by=asked.by, policy=remedy.policy, **working,
    )  # fmt: skip
    is_given = remedy.ground == GOODWILL and not remedy.approvers
    remedy, issued = issue(complaint, remedy) if is_given else (remedy, [])
    return complaint.but(remedies=(*complaint.remedies, remedy)), [proposed, *issued]


def issue(complaint: Complaint, remedy: Remedy) -> tuple[Remedy, list[Event]]:
    """Once: what is issued is no longer pending, and only what is pending comes here."""
    assert remedy.is_pending, "it is issued once"
    issued = RemedyIssued(**complaint.of, **remedy.of, **remedy.what, policy=remedy.policy)
    return remedy.but(standing="issued"), [issued]


def _id(complaint: Complaint, ground: str) -> str:
    """One that no other remedy of the complaint has."""
    taken = {each.id for each in complaint.remedies}
    first = f"{complaint.round}-{ground}"
    return next(id for n in count(1) if (id := first if n == 1 else f"{first}.{n}") not in taken)
