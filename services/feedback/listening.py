"""What is heard at the listening posts, unasked by us: kept, praise too, and judged by nobody.

Of ordinary transactions it is the control group: whether a recovery makes customers more satisfied than those have to be whom nothing
happened to is only to be seen beside them.
"""

from contracts.common import Answers
from contracts.feedback import FeedbackReceived, RecordFeedback
from contracts.ids import complaint_id
from contracts.model import Event, made
from services.feedback.comments import with_comment
from services.feedback.policy import FeedbackPolicy
from services.feedback.relationship import measured
from services.feedback.scale import check
from services.feedback.state import Complaint
from services.feedback.verdict import gap_of, of, scores, whose
from services.platform.kernel.answers import on_scale
from services.platform.kernel.service import Cause, Refused, listed


def record(complaint: Complaint | None, told: RecordFeedback, cause: Cause, policy: FeedbackPolicy) -> tuple[Complaint, list[Event]]:
    """About the complaint, or about a transaction, of which the first feedback counts."""
    if told.listening_post not in policy.listening_posts:
        raise Refused("unknown_listening_post", see=listed(policy.listening_posts))
    if told.items:
        check(told.items)
    answers = on_scale(told.answers)
    heard = _about(complaint, told, cause)
    if answers == Answers() and not (told.items or told.comment or told.is_praise):
        raise Refused("nothing_said")
    return with_comment(heard, told.comment, cause), _said(heard.but(department=told.department or heard.department), told, answers, policy)


def _about(complaint: Complaint | None, told: RecordFeedback, cause: Cause) -> Complaint:
    if told.transaction_ref is not None:
        return _transaction(complaint, told, cause, told.transaction_ref)
    if complaint is None or complaint.is_transaction:
        raise Refused("unknown_complaint")
    return complaint


def _transaction(known: Complaint | None, told: RecordFeedback, cause: Cause, ref: str) -> Complaint:
    if told.complaint_id != (right := complaint_id(cause.source, ref)):
        raise Refused("wrong_transaction_id", see=right)
    if known and not known.is_transaction:
        raise Refused("not_a_transaction")
    if known:
        raise Refused("already_recorded")
    if told.comment is not None:
        raise Refused("comment_on_transaction")
    return made(Complaint, complaint_id=told.complaint_id, is_transaction=True, customer=told.customer, segment=told.segment)


def _said(heard: Complaint, told: RecordFeedback, answers: Answers, policy: FeedbackPolicy) -> list[Event]:
    """Items alone are no opinion of one occasion: of them the measure is told."""
    said: list[Event] = [measured(heard, told.items, policy, listening_post=told.listening_post)] if told.items else []
    if said and answers == Answers() and not (told.comment or told.is_praise):
        return said
    received = made(
        FeedbackReceived,
        **of(heard), **whose(heard, policy), **scores(answers, gap_of(answers, heard.core_expectation)),
        via="listening_post", listening_post=told.listening_post, is_praise=told.is_praise,
    )  # fmt: skip
    return [received, *said]
