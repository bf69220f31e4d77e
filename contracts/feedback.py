"""feedback: its commands and events, and the dossier it keeps of each complaint."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.common import Answers, CustomerKey, Notes, PolicyReference, Round
from contracts.model import Code, Command, ComplaintId, Event, Instant, Language, Part, Text


class AnswerSurvey(Command):
    """A customer answers; the first answer wins."""

    complaint_id: ComplaintId
    survey: Code
    answers: Answers
    comment: Text | None = None


class _OfRound(Event):
    complaint_id: ComplaintId
    customer: CustomerKey
    round: Round


class SurveyRequested(_OfRound):
    """To survey channels: ask the customer."""

    survey: Code
    channel: Code
    language: Language | None = None
    questions: Annotated[tuple[Code, ...], Field(min_length=1, max_length=5)]
    questionnaire: Code
    """Id and version of the texts."""
    expires_at: Instant
    policy: PolicyReference


class SurveyExpired(_OfRound):
    """No answer came in time."""

    survey: Code


class SurveyCancelled(_OfRound):
    """The survey is no longer wanted: reopened, withdrawn, erased."""

    survey: Code
    reason: Code


class FeedbackReceived(_OfRound):
    """What the customer said, and the gap: perceived − expected, None where either is unstated."""

    via: Literal["callback", "survey"]
    answers: Answers
    gap: Annotated[int, Field(ge=-4, le=4)] | None = None
    group: Literal["recovered", "control"] = "recovered"
    segment: Code
    department: Code | None = None
    policy: PolicyReference


class DissatisfactionReported(_OfRound):
    """The recovery did not work: `because` is not_solved, csat or gap."""

    dimension: Code
    because: Code


class RecoveryConfirmed(_OfRound):
    """The customer accepts the recovery."""


COMMANDS: tuple[type[Command], ...] = (AnswerSurvey,)
EVENTS: tuple[type[Event], ...] = (
    SurveyRequested, SurveyExpired, SurveyCancelled, FeedbackReceived, DissatisfactionReported, RecoveryConfirmed,
)  # fmt: skip
DOSSIER: type[Part] = Notes
REASONS: dict[str, str] = {
    "unknown_survey": "The complaint has no such survey.",
    "survey_expired": "The survey's time is over; a customer who is not satisfied may reopen the complaint.",
    "survey_cancelled": "The survey was cancelled: its round is over; a customer who is not satisfied may reopen the complaint.",
    "already_answered": "The first answer counts, and this survey has one; a customer who is not satisfied may reopen the complaint.",
    "nothing_answered": "The answer has neither `solved`, nor `csat`, nor `perceived` with an expectation to compare it to.",
    "notes_full": "The notes on the complaint are full, and nothing was recorded: send the answer again without its comment.",
}
