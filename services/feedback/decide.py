"""Did the recovery work?  Pure.

The confirming call brings the customer's answers, or else one survey asks for them.  Dissatisfied reopens the complaint, anything
better closes it; a survey that nobody answers expires.  Later a sample is asked about the relationship; what customers say unasked is
kept beside it all.
"""

from datetime import datetime

from contracts.callback import CallbackAbandoned, CallbackCancelled, CallbackCompleted, CallbackImpossible, CallbackPromised
from contracts.common import Answers
from contracts.feedback import AnswerRelationshipSurvey, AnswerSurvey, DeclineSurvey, RecordFeedback
from contracts.intake import ComplaintRegistered, ContactRepeated, CustomerProfileChanged, DossierErased, InformationAdded, Reachable
from contracts.model import Message, made
from contracts.routing import ComplaintClosed, ComplaintReopened, ComplaintResolved, ComplaintWithdrawn
from services.feedback.listening import record
from services.feedback.policy import FeedbackPolicy
from services.feedback.relationship import answer_about_relationship, ask_about_relationship, plan
from services.feedback.state import Complaint, is_open
from services.feedback.survey import Said, answer, ask, cancel, decline, expire, remind
from services.feedback.verdict import gap_of, receive, received, said_besides, tells
from services.platform.kernel.service import Address, Cause, Decision, Woken, by_complaint

USED = frozenset[type[Message]]((
    ComplaintRegistered, ContactRepeated, InformationAdded, CustomerProfileChanged, DossierErased, ComplaintResolved, ComplaintReopened,
    ComplaintWithdrawn, ComplaintClosed, CallbackPromised, CallbackCompleted, CallbackAbandoned, CallbackImpossible, CallbackCancelled,
    AnswerSurvey, AnswerRelationshipSurvey, DeclineSurvey, RecordFeedback,
))  # fmt: skip


def address(message: Message, source: str) -> Address | None:
    """The complaint's document, for what `decide` has a use for."""
    return by_complaint(message, source) if type(message) in USED else None


def decide(complaint: Complaint | None, cause: Cause, policy: FeedbackPolicy) -> Decision:
    """The complaint's feedback after this cause, and what is said of it.  Raises `Refused` for a command that breaks a rule."""
    if isinstance(cause.message, RecordFeedback):
        return record(complaint, cause.message, cause, policy)
    if complaint is None or not is_open(complaint):
        return (_open(cause.message) if isinstance(cause.message, ComplaintRegistered) else complaint), []
    match cause.message:
        case ComplaintResolved() as told:
            return _resolved(complaint, told)
        case CallbackPromised(purpose="confirm") as told:
            return _to_be_called(complaint, told)
        case CallbackCancelled() as told:
            return _no_longer(complaint, told.callback, cause.instant), []
        case CallbackCompleted(purpose="confirm") as told:
            return _called(complaint, told, cause.instant, policy)
        case CallbackCompleted(answers=Answers() as said) as told:
            return complaint, [said_besides(complaint, told, said, policy)]
        case CallbackAbandoned(purpose="confirm") | CallbackImpossible(purpose="confirm", goes_on=False) as told:
            return _not_called(complaint, told, cause.instant, policy)
        case ComplaintReopened() as told:
            return _enter(complaint, told.round)
        case ComplaintWithdrawn() as told:
            return _leave(complaint, told.round, "withdrawn")
        case ComplaintClosed() as told:
            return _close(complaint, told, cause.instant, policy)
        case ContactRepeated() | InformationAdded() as told:
            return _learn(complaint, told, cause.instant, policy)
        case CustomerProfileChanged() as told:
            return _know_anew(complaint, told), []
        case DossierErased():
            return _erase(complaint)
        case AnswerSurvey() as told:
            return answer(complaint, told, cause, policy)
        case AnswerRelationshipSurvey() as told:
            return answer_about_relationship(complaint, told, policy)
        case DeclineSurvey() as told:
            return decline(complaint, told)
        case Woken():
            return _wake(complaint, cause.instant, policy)
    return complaint, []


def _open(told: ComplaintRegistered) -> Complaint:
    """A complaint begins when it is registered, even where its source once called a transaction so."""
    return made(
        Complaint,
        complaint_id=told.complaint_id, customer=told.customer, segment=told.tier, language=told.language, reachable=told.reachable,
        core_expectation=told.expectation.core if told.expectation else None,
    )  # fmt: skip


def _learn(
    complaint: Complaint, told: ContactRepeated | InformationAdded, instant: datetime, policy: FeedbackPolicy
) -> tuple[Complaint, Said]:
    """A further way to the customer.  A question that could reach nobody is asked now."""
    if complaint.is_erased or told.reachable is None:
        return complaint, []
    known, new = complaint.reachable, told.reachable
    either = made(Reachable, phone=known.phone or new.phone, mail=known.mail or new.mail, post=known.post or new.post)
    complaint = complaint.but(reachable=either)
    is_owed = complaint.is_unasked and complaint.wants_to_know(complaint.round)
    return ask(complaint, instant, policy) if is_owed else (complaint, [])


def _know_anew(complaint: Complaint, told: CustomerProfileChanged) -> Complaint:
    """The segment and the expectation as they are now; intake says whose counts, the complaint's own or the customer file's."""
    if complaint.is_erased:
        return complaint
    return complaint.but(segment=told.tier, core_expectation=told.expectation.core if told.expectation else None)


def _resolved(complaint: Complaint, told: ComplaintResolved) -> tuple[Complaint, Said]:
    """Whose work the customer will be judging."""
    complaint, said = _asked_about(complaint, told.round)
    return (complaint.but(department=told.lead) if told.round == complaint.round else complaint), said


def _asked_about(complaint: Complaint, round: int) -> tuple[Complaint, Said]:
    """A round that routing resolved, or that callback already calls to confirm: its words may overtake routing's."""
    complaint, said = _enter(complaint, round)
    return complaint.but(resolved=max(complaint.resolved, round)), said


def _to_be_called(complaint: Complaint, told: CallbackPromised) -> tuple[Complaint, Said]:
    """Nobody is silent who is still to be called: also where somebody asked for a further call after the survey went out."""
    complaint, said = _asked_about(complaint, told.round)
    return (complaint.but(awaited_call=told.callback) if complaint.may_still_say(told.round) else complaint), said


def _no_longer(complaint: Complaint, callback: str, instant: datetime) -> Complaint:
    """That call has ended: a survey whose time was over while it was waited for ends now, and not in the past."""
    if callback != complaint.awaited_call:
        return complaint
    complaint, survey, now = complaint.but(awaited_call=None), complaint.live, instant.replace(microsecond=0)
    return complaint.with_live(expires_at=now) if survey and survey.expires_at < now else complaint


def _called(complaint: Complaint, told: CallbackCompleted, instant: datetime, policy: FeedbackPolicy) -> tuple[Complaint, Said]:
    """What the customer said on the phone.  Scores that decide nothing are measured; they leave the question to a survey, asked once.

    Who was asked in writing before, in vain or not yet, and is reached by another call, has answered by it.
    """
    complaint, said = _asked_about(_no_longer(complaint, told.callback, instant), told.round)
    if not complaint.may_still_say(told.round):
        return complaint, said
    answers = told.answers or Answers()
    gap = gap_of(answers, complaint.core_expectation)
    if tells(answers, gap):
        complaint, cancelled = cancel(complaint.but(call_answered=True, is_unasked=False), "answered")
        return complaint, said + cancelled + receive(complaint, "callback", answers, gap, policy)
    kept = [received(complaint, "callback", answers, gap, policy)] if answers != Answers() else []
    complaint, asked = ask(complaint, instant, policy) if complaint.wants_to_know(told.round) else (complaint, [])
    return complaint, [*said, *kept, *asked]


def _not_called(
    complaint: Complaint, told: CallbackAbandoned | CallbackImpossible, instant: datetime, policy: FeedbackPolicy
) -> tuple[Complaint, Said]:
    """Nobody spoke with the customer: a survey asks, unless callback knows already that there is no customer any more.

    Only that no call is possible has reasons of callback's own; why one was given up may be a word of its policy.
    """
    complaint, said = _asked_about(_no_longer(complaint, told.callback, instant), told.round)
    is_erased = isinstance(told, CallbackImpossible) and told.reason == "erased"
    if not complaint.wants_to_know(told.round) or is_erased:
        return complaint, said
    complaint, asked = ask(complaint, instant, policy)
    return complaint, said + asked


def _enter(complaint: Complaint, round: int) -> tuple[Complaint, Said]:
    """A newer round ends what the older one asked, whoever tells of it first: callback's words may overtake routing's."""
    if round <= complaint.round:
        return complaint, []
    anew = complaint.but(
        round=round, is_over=False, call_answered=False, is_unasked=False, department=None, relationship_due=None, awaited_call=None,
    )  # fmt: skip
    return cancel(anew, "reopened")


def _leave(complaint: Complaint, round: int, how: str) -> tuple[Complaint, Said]:
    if round < complaint.round:
        return complaint, []
    return cancel(complaint.but(round=round, is_over=True, awaited_call=None), how)


def _close(complaint: Complaint, told: ComplaintClosed, instant: datetime, policy: FeedbackPolicy) -> tuple[Complaint, Said]:
    """What is told twice plans nothing anew, and cancels no survey about the relationship."""
    if told.round < complaint.round or (told.round == complaint.round and complaint.is_over):
        return complaint, []
    complaint, said = _leave(complaint, told.round, "closed")
    return plan(complaint, instant, policy), said


def _wake(complaint: Complaint, instant: datetime, policy: FeedbackPolicy) -> tuple[Complaint, Said]:
    survey = complaint.live
    if survey is None:
        return ask_about_relationship(complaint, instant, policy)
    return remind(complaint, survey) if survey.remind_at else expire(complaint, survey)


def _erase(complaint: Complaint) -> tuple[Complaint, Said]:
    """The work may go on, but there is nobody to ask."""
    return cancel(complaint.but(is_erased=True, notes=(), language=None, reachable=Reachable(), relationship_due=None), "erased")
