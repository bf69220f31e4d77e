"""feedback: its commands and events, and the dossier it keeps of each complaint."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.common import Answers, AnswersSaid, CustomerKey, Notes, Number, PolicyReference, Round
from contracts.model import Code, Command, ComplaintId, Event, Instant, Label, Language, Part, Text

Group = Literal["recovered", "unresolved", "control"]
"""Whom a score is of: customers whose complaint was resolved when they said so, those of ordinary transactions, to compare them by, and
those whose complaint was still worked on or withdrawn, who are in neither."""
ItemScore = Annotated[int, Field(ge=1, le=7)]
Items = Annotated[tuple[ItemScore, ...], Field(min_length=22, max_length=22)]
"""A score for each item of SERVQUAL in the questionnaire's order: tangibles 4, reliability 5, responsiveness 4, assurance 4, empathy 5."""


class ByDimension(Part):
    """A figure for each of SERVQUAL's dimensions."""

    tangibles: Number
    reliability: Number
    responsiveness: Number
    assurance: Number
    empathy: Number


class ItemsSaid(Part):
    """What a customer said of all 22 items, 1 to 7 each, in the questionnaire's order; and how 100 points weigh the dimensions."""

    expectation: Annotated[tuple[Number, ...], Field(max_length=100)]
    perception: Annotated[tuple[Number, ...], Field(max_length=100)]
    weights: ByDimension | None = None
    """None: as the policy weighs them."""


class AnswerSurvey(Command):
    """A customer answers; the first answer wins."""

    complaint_id: ComplaintId
    survey: Code
    answers: AnswersSaid
    comment: Text | None = None


class AnswerRelationshipSurvey(Command):
    """A customer answers a survey of kind `relationship`; the first answer wins."""

    complaint_id: ComplaintId
    survey: Code
    items: ItemsSaid


class DeclineSurvey(Command):
    """A customer would rather not answer: nothing reminds them any more.  Who thinks better of it may answer while there is time."""

    complaint_id: ComplaintId
    survey: Code


class RecordFeedback(Command):
    """What a customer said unasked by us, heard at one of the house's listening posts.

    About a complaint, or, with `transaction_ref`, about an ordinary transaction: such feedback is the control group.
    """

    complaint_id: ComplaintId
    """Of a transaction: uuid5(uuid5(NAMESPACE_URL, source), transaction_ref), as if it were a complaint's reference."""
    transaction_ref: Label | None = None
    """How the source calls the transaction."""
    listening_post: Code
    """Where it was heard; the policy lists them."""
    is_praise: bool = False
    answers: AnswersSaid = AnswersSaid()
    items: ItemsSaid | None = None
    """Of a relationship survey that was held elsewhere."""
    comment: Text | None = None
    """Only about a complaint: no erasure would find what is said of a transaction."""
    customer: CustomerKey | None = None
    """Of a transaction, the opaque key, where the sender knows it; never a name or a number."""
    segment: Code = "general"
    """Of a transaction, the customer's tier."""
    department: Code | None = None
    """Whom it is about; without one, of a complaint, whoever led the work."""


class _OfRound(Event):
    complaint_id: ComplaintId
    customer: CustomerKey
    round: Round


class _OfSurvey(_OfRound):
    kind: Literal["recovery", "relationship"] = "recovery"
    """Did the recovery work; or, of a sample, the 22 items of SERVQUAL, some time after the complaint is closed."""
    survey: Code


class SurveyRequested(_OfSurvey):
    """To survey channels: ask the customer."""

    channel: Code
    language: Language | None = None
    questions: Annotated[tuple[Code, ...], Field(min_length=1, max_length=5)]
    """Of the kind `relationship` one, `servqual`: all of its items."""
    questionnaire: Code
    """Id and version of the texts."""
    expires_at: Instant
    policy: PolicyReference


class SurveyReminded(_OfSurvey):
    """To survey channels: remind the customer, this once."""

    channel: Code
    language: Language | None = None
    expires_at: Instant


class SurveyDeclined(_OfSurvey):
    """The customer would rather not answer.  The survey's time runs on: an answer still counts, silence is still told when it is over."""


class SurveyExpired(_OfSurvey):
    """No answer came in time."""


class SurveyCancelled(_OfSurvey):
    """The survey is no longer wanted: reopened, withdrawn, closed, erased; or answered, by a call that reached the customer after all."""

    reason: Code


class _Measured(Event):
    """A score of a customer who complained, or of one of the control group."""

    complaint_id: ComplaintId
    customer: CustomerKey | None = None
    """None where the sender of a transaction's feedback does not know it."""
    round: Round = 1
    """Of a transaction always 1."""
    group: Group = "recovered"
    segment: Code
    department: Code | None = None
    listening_post: Code | None = None
    """Where it was heard, where it was not we who asked."""
    policy: PolicyReference


class FeedbackReceived(_Measured):
    """What the customer said, and the gap: perceived − expected, None where either is unstated.

    Satisfaction and intent are told apart: the recovery paradox is about both, and they need not agree.
    """

    via: Literal["callback", "survey", "listening_post"]
    purpose: Code | None = None
    """Of a call for another purpose than to confirm the recovery: progress, care, supervise.  It is kept, and judged by nobody."""
    answers: Answers
    gap: Annotated[int, Field(ge=-4, le=4)] | None = None
    satisfaction: Literal["dissatisfied", "accepted", "satisfied"] | None = None
    """By the gap: below 0, 0, above 0."""
    intent: Literal["detractor", "passive", "promoter"] | None = None
    """By the likelihood of recommending: to 6, 7 and 8, from 9."""
    is_praise: bool = False


class RelationshipMeasured(_Measured):
    """How the customer sees the house, by SERVQUAL.  All figures are exact: −8580 ten-thousandths are −0.858."""

    survey: Code | None = None
    expectation: Items
    perception: Items
    gaps_ten_thousandths: ByDimension
    """Perception − expectation, the mean of each dimension's items."""
    overall_ten_thousandths: Number
    """The mean of the five gaps."""
    weights: ByDimension
    """Points of 100."""
    weighted_ten_thousandths: Number
    """Σ weight · gap / 100."""
    worst: Annotated[tuple[Code, ...], Field(min_length=1, max_length=5)]
    """The dimension of the lowest gap, or those."""


class DissatisfactionReported(_OfRound):
    """The recovery did not work: `because` is not_solved, csat or gap."""

    dimension: Code
    because: Code


class RecoveryConfirmed(_OfRound):
    """The customer accepts the recovery."""


COMMANDS: tuple[type[Command], ...] = (AnswerSurvey, AnswerRelationshipSurvey, DeclineSurvey, RecordFeedback)
EVENTS: tuple[type[Event], ...] = (
    SurveyRequested, SurveyReminded, SurveyDeclined, SurveyExpired, SurveyCancelled, FeedbackReceived, RelationshipMeasured,
    DissatisfactionReported, RecoveryConfirmed,
)  # fmt: skip
DOSSIER: type[Part] = Notes
REASONS: dict[str, str] = {
    "unknown_survey": "The complaint has no such survey.",
    "survey_expired": "The survey's time is over; a customer who is not satisfied may reopen the complaint.",
    "survey_cancelled": "The survey was cancelled: its round is over, or was answered on the phone; a customer who is not satisfied may"
    " reopen the complaint.",
    "old_round": "The survey asked about an earlier round: the complaint was reopened since, and works on.",
    "already_answered": "The first answer counts, and this survey has one; a customer who is not satisfied may reopen the complaint.",
    "already_declined": "The customer declined this survey before.",
    "other_questions": "The survey asks other questions; `see` is the command that answers it.",
    "answer_out_of_range": "A score lies beyond its scale: effort and items have 1 to 7, nps 0 to 10, rung 1 to 4, all others 1 to 5;"
    " `see` names it.",
    "items_missing": "A relationship survey has 22 items, each with an expectation and a perception: none is made up.",
    "weights_not_100": "The weights of the five dimensions are 0 or more and add up to 100.",
    "nothing_answered": "The answer has neither `solved`, nor `csat`, nor `perceived` with an expectation to compare it to.",
    "nothing_said": "The feedback has no answer, no items, no comment, and is no praise.",
    "unknown_listening_post": "The policy knows no such listening post.",
    "unknown_complaint": "There is no such complaint; feedback on an ordinary transaction names it in `transaction_ref`.",
    "wrong_transaction_id": "The id is not that of this source's transaction; `see` is the right one.",
    "not_a_transaction": "The source calls a complaint so: send the feedback without `transaction_ref`.",
    "already_recorded": "The first feedback on a transaction counts, and this one has one.",
    "comment_on_transaction": "No erasure would find a comment on an ordinary transaction: send the feedback without it.",
    "customer_erased": "The customer was erased: no comment is kept any more; send the feedback without it.",
    "notes_full": "The notes on the complaint are full, and nothing was recorded: send the answer again without its comment.",
}
