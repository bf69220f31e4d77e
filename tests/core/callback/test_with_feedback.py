"""callback and feedback together: from the resolution to the verdict, each hearing the other's own words."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from contracts.callback import CallbackAbandoned, RecordAttempt, StartAttempt
from contracts.common import Answers
from contracts.feedback import AnswerSurvey, SurveyExpired
from contracts.intake import Reachable
from contracts.model import Event
from services import callback, feedback
from services.callback.rules import Rung, ladder_for_vulnerable
from services.platform.chassis.policies import load
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice
from tests.core.callback.desk import PHONE_ONLY
from tests.core.heard import (
    ANNA,
    COMPLAINT,
    EVERY_WAY,
    closed,
    contact,
    erased,
    hour,
    informed,
    profiled,
    registered,
    reopened,
    resolved,
    speaker_of,
)

CALLED = ["CallbackPromised", "CallbackDue", "CallbackAttemptStarted", "CallbackAttempted"]


def life(*heard: tuple[Event, float], reachable: Reachable = EVERY_WAY, ladder: tuple[Rung, ...] = PHONE_ONLY) -> Run:
    calls = load("default", callback.SERVICE).model_copy(update={"ladder": ladder})
    run = Run([Practice(callback.SERVICE, calls), Practice(feedback.SERVICE, load("default", feedback.SERVICE))])
    for event, at in ((registered(reachable), -48), (resolved(), 0), *heard):
        run.tell(speaker_of(event), event, at=hour(at))
    return run


def call(run: Run, at: float, outcome: str, answers: Answers | None = None, name: str = "1-confirm") -> None:
    run.send("callback", StartAttempt(complaint_id=COMPLAINT, callback=name, by=ANNA), at=hour(at))
    run.send("callback", RecordAttempt(complaint_id=COMPLAINT, callback=name, outcome=outcome, answers=answers, by=ANNA), at=hour(at + 0.1))


@pytest.mark.parametrize("answers, told", [
    (Answers(solved=True, csat=4), ["FeedbackReceived", "RecoveryConfirmed"]),
    (Answers(csat=4, expected=5, perceived=3), ["FeedbackReceived", "DissatisfactionReported"]),
    (None, ["SurveyRequested", "SurveyReminded", "SurveyExpired"]),
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
    assert run.told() == ["CallbackImpossible", "SurveyRequested", "SurveyReminded", "SurveyExpired"]


@pytest.mark.parametrize("at", [-1, 10, 30])
def test_an_erased_customer_is_neither_called_nor_asked(at: float):
    run = life((erased(), at))
    run.to_the_end()
    assert run.told()[-1] in ("CallbackImpossible", "CallbackCancelled") and run.told("feedback") == []


@pytest.mark.parametrize("said", [contact(do_not_call=True), informed(do_not_call=True), profiled(do_not_call=True)])
@pytest.mark.parametrize("at, before", [(-1, []), (10, ["CallbackPromised"]), (25, ["CallbackPromised", "CallbackDue"])])
def test_who_wants_no_calls_any_more_is_asked_in_writing(said: Event, at: float, before: list[str]):
    run = life((said, at))
    run.to_the_end()
    given_up = "CallbackAbandoned" if before else "CallbackImpossible"
    assert run.told() == [*before, given_up, "SurveyRequested", "SurveyReminded", "SurveyExpired"]


@pytest.mark.parametrize("tell", [contact, informed])
def test_a_way_that_is_heard_of_after_nobody_could_be_asked_is_used(tell: Callable[..., Event]):
    run = life((tell(reachable=Reachable(mail=True)), 10), reachable=Reachable())
    run.to_the_end()
    assert run.told() == ["CallbackImpossible", "SurveyRequested", "SurveyReminded", "SurveyExpired"]


@pytest.mark.parametrize("tell", [contact, informed])
def test_a_phone_that_is_heard_of_in_time_is_called(tell: Callable[..., Event]):
    run = life((tell(reachable=Reachable(phone=True)), -1), reachable=Reachable())
    call(run, 25, "reached", Answers(solved=True))
    run.to_the_end()
    assert run.told()[-1] == "RecoveryConfirmed"


def test_no_way_leads_to_an_erased_customer():
    ways = [contact(reachable=EVERY_WAY), informed(reachable=EVERY_WAY), profiled(do_not_call=True)]
    run = life((erased(), 5), *((way, 10) for way in ways))
    run.to_the_end()
    assert run.told() == ["CallbackPromised", "CallbackCancelled"]


def test_who_may_be_called_again_is_in_the_round_to_come():
    """What was given up stays so: the written question is out already."""
    run = life((profiled(do_not_call=True), 10), (profiled(), 20), (reopened(2), 30), (resolved(2), 40))
    call(run, 70, "reached", Answers(solved=True), "2-confirm")
    run.to_the_end()
    assert run.told()[:4] == ["CallbackPromised", "CallbackAbandoned", "SurveyRequested", "SurveyCancelled"]
    assert run.told()[4:] == [*CALLED, "CallbackCompleted", "FeedbackReceived", "RecoveryConfirmed"]


def test_a_contact_that_says_nothing_of_calls_takes_nothing_back():
    run = life((profiled(do_not_call=True), -20), (contact(do_not_call=False), -10), (informed(), -5))
    run.to_the_end()
    assert run.told("callback") == ["CallbackImpossible"]


@pytest.mark.parametrize("end", [reopened(2, is_with_head=True), closed(how="final_position")])
def test_what_is_the_heads_is_neither_called_about_nor_asked(end: Event):
    run = life((end, 80))
    call(run, 25, "wrong_number")
    run.to_the_end()
    assert run.told()[-2:] == ["SurveyRequested", "SurveyCancelled"]


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


def test_the_survey_waits_until_the_whole_ladder_was_in_vain():
    run = life(ladder=ladder_for_vulnerable(), reachable=Reachable(phone=True, mail=True))
    call(run, 25, "wrong_number")
    call(run, 26, "sent")
    run.until(hour(49.9))
    assert "CallbackImpossible" in run.told() and run.told("feedback") == [], "no address to visit or to write to is not the end"
    run.to_the_end()
    assert run.told()[-4:] == ["CallbackAbandoned", "SurveyRequested", "SurveyReminded", "SurveyExpired"]
    assert [told.envelope.at for told in run.events][-4] == hour(26.1 + 24), "a day after the message"


def test_what_is_answered_to_a_message_settles_it():
    run = life(ladder=ladder_for_vulnerable(), reachable=Reachable(mail=True))
    run.send("callback", StartAttempt(complaint_id=COMPLAINT, callback="1-confirm", by=ANNA), at=hour(25))
    run.send("callback", RecordAttempt(complaint_id=COMPLAINT, callback="1-confirm", outcome="sent", by=ANNA), at=hour(25.1))
    said = RecordAttempt(complaint_id=COMPLAINT, callback="1-confirm", outcome="reached", answers=Answers(solved=True), by=ANNA)
    run.send("callback", said, at=hour(40))
    run.to_the_end()
    assert run.told()[-3:] == ["CallbackCompleted", "FeedbackReceived", "RecoveryConfirmed"] and "SurveyRequested" not in run.told()
