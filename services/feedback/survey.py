"""A survey's life: asked, reminded of once, declined, answered, expired or cancelled.

There is one for each round, and one about the relationship.
"""

from datetime import datetime, timedelta
from typing import Any, Literal

from contracts.feedback import (
    AnswerSurvey,
    DeclineSurvey,
    SurveyCancelled,
    SurveyDeclined,
    SurveyExpired,
    SurveyReminded,
    SurveyRequested,
)
from contracts.model import Event, made
from services.feedback.comments import with_comment
from services.feedback.policy import FeedbackPolicy
from services.feedback.state import Complaint, Survey
from services.feedback.verdict import gap_of, of, receive, tells
from services.platform.kernel.answers import on_scale
from services.platform.kernel.service import Cause, Refused

Said = list[Event]
Kind = Literal["recovery", "relationship"]
REFUSALS = {"answered": "already_answered", "expired": "survey_expired", "cancelled": "survey_cancelled"}
COMMANDS: dict[Kind, str] = {"recovery": "AnswerSurvey", "relationship": "AnswerRelationshipSurvey"}


def ask(complaint: Complaint, instant: datetime, policy: FeedbackPolicy) -> tuple[Complaint, Said]:
    """Did the recovery work?  Nothing is asked of a customer whom nothing reaches, yet."""
    channel = policy.channels.to(complaint.reachable)
    if channel is None:
        return complaint.but(is_unasked=True), []
    survey = begun(complaint, "recovery", channel, instant, policy)
    return request(complaint.but(is_unasked=False), survey, policy.questions, policy.questionnaire, policy)


def begun(complaint: Complaint, kind: Kind, channel: str, instant: datetime, policy: FeedbackPolicy) -> Survey:
    """From now on, in whole seconds."""
    remind, expire = policy.reminder_after_seconds, policy.expires_after_seconds
    return made(
        Survey,
        id=f"{complaint.round}-survey" if kind == "recovery" else kind, kind=kind, round=complaint.round, channel=channel,
        remind_at=None if remind is None else _after(instant, remind), expires_at=_after(instant, expire),
    )  # fmt: skip


def request(
    complaint: Complaint, survey: Survey, questions: tuple[str, ...], questionnaire: str, policy: FeedbackPolicy
) -> tuple[Complaint, Said]:
    word = made(
        SurveyRequested,
        **_about(complaint, survey), channel=survey.channel, language=complaint.language, questions=questions,
        questionnaire=questionnaire, expires_at=survey.expires_at, policy=policy.reference,
    )  # fmt: skip
    return complaint.but(surveys=(*complaint.surveys, survey)), [word]


def answer(complaint: Complaint, told: AnswerSurvey, cause: Cause, policy: FeedbackPolicy) -> tuple[Complaint, Said]:
    """The first answer wins."""
    open_survey(complaint, told.survey, "recovery")
    answers = on_scale(told.answers)
    gap = gap_of(answers, complaint.core_expectation)
    if not tells(answers, gap):
        raise Refused("nothing_answered")
    answered = with_comment(complaint.with_live(ended="answered"), told.comment, cause)
    return answered, receive(complaint, "survey", answers, gap, policy)


def open_survey(complaint: Complaint, id: str, kind: Kind | None = None) -> Survey:
    """The survey of this name; raises `Refused` where it cannot be answered any more, or is of another kind."""
    survey = complaint.named(id)
    if survey is None:
        raise Refused("unknown_survey", see=complaint.live.id if complaint.live else None)
    if survey.ended and survey.kind == "recovery" and survey.round < complaint.round:
        raise Refused("old_round", see=_instead(complaint))
    if survey.ended:
        raise Refused(REFUSALS[survey.ended], see="ReopenComplaint")
    if kind and survey.kind != kind:
        raise Refused("other_questions", see=COMMANDS[survey.kind])
    return survey


def _instead(complaint: Complaint) -> str | None:
    """Of an older round: the survey of the present one, or, where that is resolved too, the way to say that it did not help."""
    if complaint.live:
        return complaint.live.id
    return "ReopenComplaint" if complaint.resolved == complaint.round else None


def decline(complaint: Complaint, told: DeclineSurvey) -> tuple[Complaint, Said]:
    """No reminder any more; the survey's time runs on, for the customer may think better of it."""
    survey = open_survey(complaint, told.survey)
    if survey.is_declined:
        raise Refused("already_declined")
    return complaint.with_live(is_declined=True, remind_at=None), [SurveyDeclined(**_about(complaint, survey))]


def remind(complaint: Complaint, survey: Survey) -> tuple[Complaint, Said]:
    """Once."""
    word = SurveyReminded(
        **_about(complaint, survey), channel=survey.channel, language=complaint.language, expires_at=survey.expires_at
    )  # fmt: skip
    return complaint.with_live(remind_at=None), [word]


def expire(complaint: Complaint, survey: Survey) -> tuple[Complaint, Said]:
    """Time is up: nothing else is waited for."""
    return complaint.with_live(ended="expired"), [SurveyExpired(**_about(complaint, survey))]


def cancel(complaint: Complaint, reason: str) -> tuple[Complaint, Said]:
    """The survey, if one can still be answered, is no longer wanted."""
    survey = complaint.live
    if survey is None:
        return complaint, []
    return complaint.with_live(ended="cancelled"), [SurveyCancelled(**_about(complaint, survey), reason=reason)]


def _after(instant: datetime, seconds: int) -> datetime:
    return (instant + timedelta(seconds=seconds)).replace(microsecond=0)


def _about(complaint: Complaint, survey: Survey) -> dict[str, Any]:
    """What every word about a survey names."""
    return of(complaint) | {"round": survey.round, "kind": survey.kind, "survey": survey.id}
