"""How customers see the house as a whole (SERVQUAL): asked of a sample, some time after their complaint was closed."""

from datetime import datetime, timedelta
from fractions import Fraction

from contracts.feedback import AnswerRelationshipSurvey, ByDimension, ItemsSaid, RelationshipMeasured
from contracts.servqual import dimensions, of_questionnaire, overall, weighted, worst
from services.feedback.policy import FeedbackPolicy
from services.feedback.scale import check
from services.feedback.state import Complaint
from services.feedback.survey import Said, begun, open_survey, request
from services.feedback.verdict import of, whose


def plan(complaint: Complaint, instant: datetime, policy: FeedbackPolicy) -> Complaint:
    """Once a complaint, if its customer is of the sample and known: reopened meanwhile, it is planned anew by the next closing."""
    rules = policy.relationship
    if complaint.is_erased or complaint.was_asked_about_relationship or not rules.samples(complaint.complaint_id):
        return complaint
    due = (instant + timedelta(seconds=rules.after_seconds)).replace(microsecond=0)
    return complaint.but(relationship_due=due)


def ask_about_relationship(complaint: Complaint, instant: datetime, policy: FeedbackPolicy) -> tuple[Complaint, Said]:
    """A customer whom nothing reaches falls out of the sample."""
    complaint, channel = complaint.but(relationship_due=None), policy.channels.to(complaint.reachable)
    if channel is None:
        return complaint, []
    survey = begun(complaint, "relationship", channel, instant, policy)
    return request(complaint, survey, ("servqual",), policy.relationship.questionnaire, policy)


def answer_about_relationship(complaint: Complaint, told: AnswerRelationshipSurvey, policy: FeedbackPolicy) -> tuple[Complaint, Said]:
    """The first answer wins."""
    survey = open_survey(complaint, told.survey, "relationship")
    check(told.items)
    return complaint.with_live(ended="answered"), [measured(complaint, told.items, policy, survey=survey.id)]


def measured(
    complaint: Complaint, said: ItemsSaid, policy: FeedbackPolicy, survey: str | None = None, listening_post: str | None = None
) -> RelationshipMeasured:
    """The 22 items and their figures.  Exact: a mean of four or five whole gaps, and any of these sums, is whole in ten-thousandths."""
    weights = said.weights or policy.relationship.weights.said()
    points = {name: Fraction(value) for name, value in weights.model_dump().items()}
    found = dimensions(of_questionnaire(said.expectation, said.perception), points)
    return RelationshipMeasured(
        **of(complaint), **whose(complaint, policy), survey=survey, listening_post=listening_post,
        expectation=said.expectation, perception=said.perception, weights=weights, worst=worst(found),
        gaps_ten_thousandths=ByDimension(**{each.name: _whole(each.gap) for each in found}),
        overall_ten_thousandths=_whole(overall(found)), weighted_ten_thousandths=_whole(weighted(found) or Fraction()),
    )  # fmt: skip


def _whole(figure: Fraction) -> int:
    return int(figure * 10_000)
