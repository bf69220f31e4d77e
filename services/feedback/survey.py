"""One survey for each round: asked, answered, expired or cancelled."""

from datetime import datetime, timedelta
from typing import Any

from contracts.common import Note
from contracts.feedback import AnswerSurvey, SurveyCancelled, SurveyExpired, SurveyRequested
from contracts.model import Event
from services.feedback.policy import FeedbackPolicy
from services.feedback.state import Complaint, Survey
from services.feedback.verdict import gap_of, receive, tells
from services.platform.kernel.notes import fits
from services.platform.kernel.service import Cause, Refused

Said = list[Event]
REFUSALS = {"answered": "already_answered", "expired": "survey_expired", "cancelled": "survey_cancelled"}


def ask(complaint: Complaint, instant: datetime, policy: FeedbackPolicy) -> tuple[Complaint, Said]:
    """Nothing is asked of a customer whom nothing reaches, yet."""
    channel = policy.channels.to(complaint.reachable)
    if channel is None:
        return complaint.but(is_unasked=True), []
    expires_at = (instant + timedelta(seconds=policy.expires_after_seconds)).replace(microsecond=0)
    survey = Survey(id=f"{complaint.round}-survey", round=complaint.round, expires_at=expires_at)
    word = SurveyRequested(
        **_of(complaint, survey), channel=channel, language=complaint.language, questions=policy.questions,
        questionnaire=policy.questionnaire, expires_at=expires_at, policy=policy.reference,
    )  # fmt: skip
    return complaint.but(surveys=(*complaint.surveys, survey), is_unasked=False), [word]


def answer(complaint: Complaint, told: AnswerSurvey, cause: Cause, policy: FeedbackPolicy) -> tuple[Complaint, Said]:
    """The first answer wins."""
    survey = complaint.named(told.survey)
    if survey is None:
        raise Refused("unknown_survey", see=complaint.live.id if complaint.live else None)
    if survey.ended:
        raise Refused(REFUSALS[survey.ended], see="ReopenComplaint")
    gap = gap_of(told.answers, complaint.core_expectation)
    if not tells(told.answers, gap):
        raise Refused("nothing_answered")
    answered = complaint.ending_survey("answered").but(notes=_notes(complaint, told, cause))
    return answered, receive(complaint, "survey", told.answers, gap, policy)


def expire(complaint: Complaint) -> tuple[Complaint, Said]:
    """Time is up: nothing else is waited for."""
    survey = complaint.live
    if survey is None:
        return complaint, []
    return complaint.ending_survey("expired"), [SurveyExpired(**_of(complaint, survey))]


def cancel(complaint: Complaint, reason: str) -> tuple[Complaint, Said]:
    """The survey, if one can still be answered, is no longer wanted."""
    survey = complaint.live
    if survey is None:
        return complaint, []
    return complaint.ending_survey("cancelled"), [SurveyCancelled(**_of(complaint, survey), reason=reason)]


def _of(complaint: Complaint, survey: Survey) -> dict[str, Any]:
    """What every word about a survey names."""
    return {"complaint_id": complaint.complaint_id, "customer": complaint.customer, "round": survey.round, "survey": survey.id}


def _notes(complaint: Complaint, told: AnswerSurvey, cause: Cause) -> tuple[Note, ...]:
    if told.comment is None:
        return complaint.notes
    note = Note(at=cause.at, message=cause.id, text=told.comment)
    if not fits(note, complaint.notes):
        raise Refused("notes_full")
    return (*complaint.notes, note)
