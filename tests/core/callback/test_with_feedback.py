"""callback and feedback together: from the resolution to the verdict, each hearing the other's own words."""

from datetime import timedelta

import pytest

from contracts.callback import CallbackAbandoned, RecordAttempt, StartAttempt
from contracts.common import Answers
from contracts.feedback import AnswerSurvey, SurveyExpired
from contracts.ids import complaint_id
from contracts.intake import ContactRepeated, Reachable
from contracts.model import Event
from services import callback, feedback
from services.platform.chassis.policies import load
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice
from tests.core.heard import ANNA, COMPLAINT, EVERY_WAY, WHO, erased, hour, registered, reopened, resolved, speaker_of

CALLED = ["CallbackPromised", "CallbackDue", "CallbackAttemptStarted", "CallbackAttempted"]


def life(*heard: tuple[Event, float], reachable: Reachable = EVERY_WAY) -> Run:
    run = Run(Practice(service, load("default", service)) for service in (callback.SERVICE, feedback.SERVICE))
    for event, at in ((registered(reachable), -48), (resolved(), 0), *heard):
        run.tell(speaker_of(event), event, at=hour(at))
    return run


def call(run: Run, at: float, outcome: str, answers: Answers | None = None, name: str = "1-confirm") -> None:
    run.send("callback", StartAttempt(complaint_id=COMPLAINT, callback=name, by=ANNA), at=hour(at))
    run.send("callback", RecordAttempt(complaint_id=COMPLAINT, callback=name, outcome=outcome, answers=answers, by=ANNA), at=hour(at + 0.1))


@pytest.mark.parametrize("answers, told", [
    (Answers(solved=True, csat=4), ["FeedbackReceived", "RecoveryConfirmed"]),
    (Answers(csat=4, expected=5, perceived=3), ["FeedbackReceived", "DissatisfactionReported"]),
    (None, ["SurveyRequested", "SurveyExpired"]),
])  # fmt: skip
def test_a_customer_who_is_reached(answers: Answers | None, told: list[str]):
    run = life()
    call(run, 25, "reached", answers)
    run.to_the_end()
    assert run.told() == [*CALLED, "CallbackCompleted", *told]


def test_a_customer_who_is_not_reached_is_asked_in_writing_and_answers():
    run = life()
    call(run, 25, "wrong_number")
    run.send("feedback", AnswerSurvey(complaint_id=COMPLAINT, survey="1-survey", answers=Answers(solved=True)), at=hour(50))
    run.to_the_end()
    assert run.told() == [*CALLED, "CallbackAbandoned", "SurveyRequested", "FeedbackReceived", "RecoveryConfirmed"]


def test_without_a_phone_a_survey_asks_at_once():
    run = life(reachable=Reachable(mail=True))
    run.to_the_end()
    assert run.told() == ["CallbackImpossible", "SurveyRequested", "SurveyExpired"]


@pytest.mark.parametrize("at", [-1, 10, 30])
def test_an_erased_customer_is_neither_called_nor_asked(at: float):
    run = life((erased(), at))
    run.to_the_end()
    assert run.told()[-1] in ("CallbackImpossible", "CallbackCancelled") and run.told("feedback") == []


def contact(**said: object) -> ContactRepeated:
    return ContactRepeated(
        **WHO, submission=complaint_id("crm", "T-2"), source="crm", source_ref="T-2", channel="phone", contacts=2,
        policy="default/intake@1", **said,
    )  # fmt: skip


@pytest.mark.parametrize("at, before", [(-1, []), (10, ["CallbackPromised"]), (25, ["CallbackPromised", "CallbackDue"])])
def test_who_wants_no_calls_any_more_is_asked_in_writing(at: float, before: list[str]):
    run = life((contact(do_not_call=True), at))
    run.to_the_end()
    given_up = "CallbackAbandoned" if before else "CallbackImpossible"
    assert run.told() == [*before, given_up, "SurveyRequested", "SurveyExpired"]


def test_a_way_that_is_heard_of_after_nobody_could_be_asked_is_used():
    run = life((contact(reachable=Reachable(mail=True)), 10), reachable=Reachable())
    run.to_the_end()
    assert run.told() == ["CallbackImpossible", "SurveyRequested", "SurveyExpired"]


def test_a_phone_that_is_heard_of_in_time_is_called():
    run = life((contact(reachable=Reachable(phone=True)), -1), reachable=Reachable())
    call(run, 25, "reached", Answers(solved=True))
    run.to_the_end()
    assert run.told()[-1] == "RecoveryConfirmed"


def test_no_way_leads_to_an_erased_customer():
    run = life((erased(), 5), (contact(reachable=EVERY_WAY), 10))
    run.to_the_end()
    assert run.told() == ["CallbackPromised", "CallbackCancelled"]


def test_two_rounds_have_two_calls_and_two_verdicts():
    run = life((reopened(2), 26), (resolved(2), 60))
    call(run, 25, "reached", Answers(solved=False))
    call(run, 90, "reached", Answers(solved=True), "2-confirm")
    run.to_the_end()
    assert run.told("feedback") == ["FeedbackReceived", "DissatisfactionReported", "FeedbackReceived", "RecoveryConfirmed"]
    assert run.told("callback").count("CallbackCompleted") == 2


def test_a_survey_that_follows_the_last_possible_attempt_ends_inside_the_reopening_window():
    run = life()
    run.to_the_end()
    expired = next(told.envelope.at for told in run.events if isinstance(told.message, SurveyExpired))
    assert run.all(CallbackAbandoned) and expired is not None and expired - hour(0) < timedelta(days=21)
