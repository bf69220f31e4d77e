"""What begins once and ends once in the life of a complaint, and which events say so."""

from collections.abc import Iterator
from typing import NamedTuple

from contracts.callback import CallbackAbandoned, CallbackCancelled, CallbackCompleted, CallbackPromised
from contracts.feedback import FeedbackReceived, RelationshipMeasured, SurveyCancelled, SurveyExpired, SurveyRequested
from contracts.model import Event
from contracts.routing import RemedyDone, RemedyFailed, RemedyIssued


class Matter(NamedTuple):
    complaint: str
    what: str
    """`remedy 1-goodwill`, `callback 1-confirm`, `recovery survey of round 1`."""


def begun(event: Event) -> Iterator[Matter]:
    match event:
        case RemedyIssued():
            yield Matter(event.complaint_id, f"remedy {event.remedy}")
        case CallbackPromised():
            yield Matter(event.complaint_id, f"callback {event.callback}")
        case SurveyRequested():
            yield _survey(event.complaint_id, event.kind, event.round)


def ended(event: Event) -> Iterator[Matter]:
    """An issued remedy ends when it is carried out or has failed; a survey with its answer, without one, or unwanted."""
    match event:
        case RemedyDone() | RemedyFailed():
            yield Matter(event.complaint_id, f"remedy {event.remedy}")
        case CallbackCompleted() | CallbackAbandoned() | CallbackCancelled():
            yield Matter(event.complaint_id, f"callback {event.callback}")
        case SurveyExpired() | SurveyCancelled():
            yield _survey(event.complaint_id, event.kind, event.round)
        case FeedbackReceived(via="survey"):
            yield _survey(event.complaint_id, "recovery", event.round)
        case RelationshipMeasured(survey=str()):
            yield _survey(event.complaint_id, "relationship", event.round)


def _survey(complaint: str, kind: str, round: int) -> Matter:
    return Matter(complaint, f"{kind} survey of round {round}")
