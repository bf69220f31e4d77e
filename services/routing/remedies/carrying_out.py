"""What was issued is done or has failed; what was not is cancelled where nothing can come of it any more."""

from collections.abc import Iterable
from datetime import datetime

from contracts.model import Event
from contracts.routing import ConfirmRemedyDone, RemedyCancelled, RemedyDone, RemedyFailed, ReportRemedyFailed
from services.platform.business_time.instants import seconds_of
from services.platform.business_time.spans import joined, without
from services.routing.policy import RoutingPolicy
from services.routing.remedies.answering import found, must_be_issued
from services.routing.remedies.ledger import REPAIR, Remedy
from services.routing.remedies.once import has_lapsed
from services.routing.remedies.rules import GOODWILL
from services.routing.state import Complaint
from services.routing.told import Told, then
from services.routing.transitions import refused


def done(complaint: Complaint, told: ConfirmRemedyDone, instant: datetime, policy: RoutingPolicy) -> Told:
    remedy = found(complaint, told)
    must_be_issued(remedy)
    said = RemedyDone(
        **complaint.of, **remedy.of, **remedy.what, product_category=complaint.goods.category, out_of_use_from=told.out_of_use_from,
        out_of_use_to=told.out_of_use_to, by=told.by,
    )  # fmt: skip
    seconds = _seconds_out_of_use(complaint, remedy, told, instant)
    remedy = remedy.but(
        standing="done", done_at=instant, out_of_use_seconds=seconds, out_of_use_from=told.out_of_use_from, out_of_use_to=told.out_of_use_to
    )  # fmt: skip
    return then((complaint.with_remedy(remedy), [said]), _cancel_lapsed)


def _seconds_out_of_use(complaint: Complaint, remedy: Remedy, told: ConfirmRemedyDone, instant: datetime) -> int:
    """Only a repair takes the item away, not before it was sold, and no day counts twice."""
    begins, ends = told.out_of_use_from, told.out_of_use_to
    if begins is None and ends is None:
        return 0
    if begins is None or ends is None or not begins <= ends <= instant or remedy.kind != REPAIR:
        raise refused("out_of_use_wrong")
    since = max(filter(None, (begins, complaint.goods.sold_at)))
    counted = [each.out_of_use for each in complaint.remedies if each.out_of_use]
    return sum(closes - opens for opens, closes in without([(seconds_of(since), seconds_of(ends))], joined(counted)) if opens < closes)


def failed(complaint: Complaint, told: ReportRemedyFailed, instant: datetime, policy: RoutingPolicy) -> Told:
    remedy = found(complaint, told)
    must_be_issued(remedy)
    said = RemedyFailed(**complaint.of, **remedy.of, **remedy.what, reason=told.reason, by=told.by)
    return complaint.with_remedy(remedy.but(standing="failed")), [said]


def cancel_pending(complaint: Complaint, reason: str) -> Told:
    """What is issued stands."""
    return _cancelled(complaint, (each for each in complaint.remedies if each.is_pending), reason)


def _cancel_lapsed(complaint: Complaint) -> Told:
    """What another table owed in the place of what is done now."""
    lapsed = (each for each in complaint.remedies if each.is_pending and each.ground != GOODWILL and has_lapsed(complaint, each))
    return _cancelled(complaint, lapsed, "already_given")


def _cancelled(complaint: Complaint, remedies: Iterable[Remedy], reason: str) -> Told:
    events: list[Event] = []
    for remedy in remedies:
        events.append(RemedyCancelled(**complaint.of, **remedy.of, reason=reason))
        complaint = complaint.with_remedy(remedy.but(standing="cancelled"))
    return complaint, events
