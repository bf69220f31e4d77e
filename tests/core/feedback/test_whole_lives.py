"""Through all four services under the default policies: what declining, and asking about the relationship, do to a complaint: nothing."""

from datetime import timedelta

import pytest

from contracts.callback import CallbackAbandoned
from contracts.feedback import (
    AnswerRelationshipSurvey,
    DeclineSurvey,
    FeedbackReceived,
    RecordFeedback,
    RelationshipMeasured,
    SurveyExpired,
    SurveyRequested,
)
from contracts.ids import complaint_id
from contracts.routing import ComplaintClosed
from services.feedback.policy import Relationship
from services.platform.chassis.policies import load
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice
from tests.core.feedback.round import items
from tests.core.test_lives import ID, MONDAY, SERVICES, call, closed, hour, resolve, submit

MONTH = timedelta(days=30)


@pytest.fixture
def run() -> Run:
    """All are of the sample."""
    policies = {service: load("default", service) for service in SERVICES}
    everybody = {"relationship": Relationship(sample_permille=1000)}
    return Run(
        Practice(service, policy.model_copy(update=everybody) if service.name == "feedback" else policy)
        for service, policy in policies.items()
    )


def ended_at(run: Run):
    return next(told.envelope.at for told in run.events if isinstance(told.message, ComplaintClosed))


def asked_at(run: Run):
    return [told.envelope.at for told in run.events if isinstance(told.message, SurveyRequested) and told.message.kind == "relationship"]


def test_a_customer_who_declines_is_closed_on_silence_when_the_surveys_time_is_over(run: Run):
    submit(run, MONDAY)
    resolve(run, hour(1))
    while not run.all(SurveyRequested):
        run.until((run.now or MONDAY) + timedelta(days=1))
    assert run.all(CallbackAbandoned)
    run.send("feedback", DeclineSurvey(complaint_id=ID, survey="1-survey"), at=run.now + timedelta(hours=1))
    run.to_the_end()
    assert "SurveyDeclined" in run.told() and closed(run) == ["silence"] and run.dead == []
    (first, _) = run.all(SurveyRequested)
    assert ended_at(run) == first.expires_at + timedelta(seconds=1)


def test_a_month_after_the_closing_the_relationship_is_asked_about_and_measured(run: Run):
    submit(run, MONDAY)
    resolve(run, hour(0.5))
    call(run, hour(27), solved=True, csat=5)
    run.until(hour(28))
    asked = ended_at(run).replace(microsecond=0) + MONTH
    run.send("feedback", AnswerRelationshipSurvey(complaint_id=ID, survey="relationship", items=items(6, 5)), at=asked + MONTH / 10)
    run.to_the_end()
    assert asked_at(run) == [asked]
    (told,) = run.all(RelationshipMeasured)
    assert (told.group, told.overall_ten_thousandths, told.worst[0]) == ("recovered", -10_000, "tangibles")
    assert closed(run) == ["confirmed"] and run.dead == []


def test_silence_about_the_relationship_closes_and_reopens_nothing(run: Run):
    submit(run, MONDAY)
    resolve(run, hour(0.5))
    call(run, hour(27), solved=True, csat=5)
    run.to_the_end()
    assert [expired.kind for expired in run.all(SurveyExpired)] == ["relationship"]
    assert closed(run) == ["confirmed"] and "ComplaintReopened" not in run.told()


def test_what_ordinary_customers_say_stands_beside_it_and_troubles_no_other_service(run: Run):
    order = complaint_id("shop", "O-1")
    praise = RecordFeedback(complaint_id=order, transaction_ref="O-1", listening_post="feedback_card", is_praise=True)
    run.send("feedback", praise, at=MONDAY, source="shop")
    run.to_the_end()
    assert run.told() == ["FeedbackReceived"] and run.dead == []
    assert [(told.group, told.is_praise) for told in run.all(FeedbackReceived)] == [("control", True)]
