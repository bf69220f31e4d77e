"""What the customer's answers say of the recovery.  Satisfaction is what was perceived less what was expected."""

from typing import Any, Literal

from contracts.callback import CallbackCompleted
from contracts.common import Answers
from contracts.feedback import DissatisfactionReported, FeedbackReceived, RecoveryConfirmed
from contracts.model import Event, made
from services.feedback.policy import FeedbackPolicy
from services.feedback.state import Complaint

Because = Literal["not_solved", "csat", "gap"]
LOWEST_ACCEPTED_CSAT = 3
LOWEST_PASSIVE, LOWEST_PROMOTER = 7, 9
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
    return [received(complaint, via, answers, gap, policy), _verdict(complaint, answers, gap)]


def received(
    complaint: Complaint, via: Literal["callback", "survey"], answers: Answers, gap: int | None, policy: FeedbackPolicy
) -> FeedbackReceived:
    return made(FeedbackReceived, **of(complaint), **whose(complaint, policy), **scores(answers, gap), via=via)


def said_besides(complaint: Complaint, told: CallbackCompleted, said: Answers, policy: FeedbackPolicy) -> FeedbackReceived:
    """On a call of progress, of care or to look at the work: it is measured, but only the confirming call asks whether it helped.

    Who is called of progress is waiting still, whichever topic is read first.
    """
    group = {"group": "unresolved"} if told.purpose == "progress" else {}
    return made(
        FeedbackReceived,
        **of(complaint) | {"round": told.round}, **whose(complaint, policy, told.round) | group,
        **scores(said, gap_of(said, complaint.core_expectation)), via="callback", purpose=told.purpose,
    )  # fmt: skip


def scores(answers: Answers, gap: int | None) -> dict[str, Any]:
    """The answers, and what they say of satisfaction and, apart from it, of intent."""
    return {"answers": answers, "gap": gap, "satisfaction": satisfaction(gap), "intent": intent(answers.nps)}


def satisfaction(gap: int | None) -> str | None:
    if gap is None:
        return None
    return "dissatisfied" if gap < 0 else "satisfied" if gap > 0 else "accepted"


def intent(nps: int | None) -> str | None:
    if nps is None:
        return None
    return "promoter" if nps >= LOWEST_PROMOTER else "passive" if nps >= LOWEST_PASSIVE else "detractor"


def of(complaint: Complaint) -> dict[str, Any]:
    """What every word about a round names."""
    return {"complaint_id": complaint.complaint_id, "customer": complaint.customer, "round": complaint.round}


def whose(complaint: Complaint, policy: FeedbackPolicy, round: int | None = None) -> dict[str, Any]:
    """What scores are compared by.  What is said while a round is worked on says nothing of its recovery."""
    is_resolved = complaint.resolved >= (round or complaint.round)
    group = "control" if complaint.is_transaction else "recovered" if is_resolved else "unresolved"
    return {"group": group, "segment": complaint.segment, "department": complaint.department, "policy": policy.reference}


def _verdict(complaint: Complaint, answers: Answers, gap: int | None) -> Event:
    because = dissatisfied_because(answers, gap)
    if because is None:
        return made(RecoveryConfirmed, **of(complaint))
    return made(DissatisfactionReported, **of(complaint), dimension=answers.dimension or UNSPECIFIED, because=because)
