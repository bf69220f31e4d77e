"""What the customer's answers say of the recovery.  Satisfaction is what was perceived less what was expected."""

from typing import Any, Literal

from contracts.common import Answers
from contracts.feedback import DissatisfactionReported, FeedbackReceived, RecoveryConfirmed
from contracts.model import Event
from services.feedback.policy import FeedbackPolicy
from services.feedback.state import Complaint

Because = Literal["not_solved", "csat", "gap"]
LOWEST_ACCEPTED_CSAT = 3
UNSPECIFIED = "unspecified"


def gap_of(answers: Answers, core_expectation: int | None) -> int | None:
    """perceived − expected: below 0 is dissatisfied, 0 accepted, above 0 satisfied.

    An expectation that the customer does not state now is the one stated with the complaint; where there is none, there is no gap.
    """
    expected = core_expectation if answers.expected is None else answers.expected
    return None if answers.perceived is None or expected is None else answers.perceived - expected


def tells(answers: Answers, gap: int | None) -> bool:
    """Whether these answers can carry a verdict."""
    return answers.solved is not None or answers.csat is not None or gap is not None


def dissatisfied_because(answers: Answers, gap: int | None) -> Because | None:
    """The first that speaks against the recovery; None when it is accepted."""
    if answers.solved is False:
        return "not_solved"
    if answers.csat is not None and answers.csat < LOWEST_ACCEPTED_CSAT:
        return "csat"
    return "gap" if gap is not None and gap < 0 else None


def receive(
    complaint: Complaint, via: Literal["callback", "survey"], answers: Answers, gap: int | None, policy: FeedbackPolicy
) -> list[Event]:
    """The answers as they were given, and the verdict."""
    received = FeedbackReceived(
        **_of(complaint), via=via, answers=answers, gap=gap, segment=complaint.segment, department=complaint.department,
        policy=policy.reference,
    )  # fmt: skip
    return [received, _verdict(complaint, answers, gap)]


def _verdict(complaint: Complaint, answers: Answers, gap: int | None) -> Event:
    because = dissatisfied_because(answers, gap)
    if because is None:
        return RecoveryConfirmed(**_of(complaint))
    return DissatisfactionReported(**_of(complaint), dimension=answers.dimension or UNSPECIFIED, because=because)


def _of(complaint: Complaint) -> dict[str, Any]:
    """What every word about a round's recovery names."""
    return {"complaint_id": complaint.complaint_id, "customer": complaint.customer, "round": complaint.round}
