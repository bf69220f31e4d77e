"""Claimed by one, attempted, tried again or given up."""

import pytest

from contracts.callback import CallbackAbandoned, CallbackAttempted, CallbackAttemptStarted, CallbackCompleted, CallbackDue
from contracts.common import Answers
from services.callback.rules import Limit, Outcome
from services.callback.state import Complaint
from tests.core.callback.desk import MINUTE, MS, POLICY, SECOND, Desk, phone_only, promised
from tests.core.heard import ANNA, BAO, hour, resolved


def attempts(desk: Desk) -> list[tuple[int, str]]:
    return [(told.attempt, told.outcome) for told in desk.run.all(CallbackAttempted)]


def dues(desk: Desk) -> list[tuple[int, object]]:
    return [(told.attempt, at) for told, (name, at) in zip(
        desk.run.all(CallbackDue), [stamp for stamp in desk.stamps if stamp[0] == "Due"], strict=True,
    )]  # fmt: skip


def test_one_dialer_wins_and_the_other_is_told_so():
    desk = promised().claims(25, ANNA).claims(25, BAO).until(25)
    (won,) = desk.run.all(CallbackAttemptStarted)
    assert (won.by, won.leased_until, won.attempt) == (ANNA, hour(25.25), 1)
    assert desk.refused == [("claimed", None)]


def test_the_holder_cannot_claim_twice():
    assert promised().claims(25).claims(25.1).until(26).refused == [("claimed", None)]


def test_a_customer_who_is_reached_completes_the_callback_with_the_answers():
    answers = Answers(solved=True, csat=5)
    desk = promised().calls("reached", 25, answers=answers).to_the_end()
    assert desk.told == ["Promised", "Due", "AttemptStarted", "Attempted", "Completed"]
    (told,) = desk.run.all(CallbackCompleted)
    assert (told.answers, told.attempt, told.outcome, told.by, told.late_by_seconds, told.cost.amount_minor) == (
        answers, 1, "reached", ANNA, 0, 0,
    )  # fmt: skip


def test_a_claim_whose_lease_runs_out_is_lost_not_counted_and_due_again_at_once():
    desk = promised().claims(25).until(26)
    assert desk.stamps[-2:] == [("Attempted", hour(25.25)), ("Due", hour(25.25))]
    (lost,) = desk.run.all(CallbackAttempted)
    assert (lost.outcome, lost.attempt, lost.next_due, lost.by) == ("lost", 1, hour(25.25), ANNA)
    assert dues(desk) == [(1, hour(24)), (1, hour(25.25))]
    for n in range(5):
        desk.claims(26 + n)
    desk.calls("reached", 40).to_the_end()
    assert desk.told[-1] == "Completed" and desk.run.all(CallbackCompleted)[0].attempt == 1


def test_a_lease_holds_until_it_ends_and_not_at_that_instant():
    assert promised().claims(25).reports("reached", 25.25 - MS).until(26).told[-1] == "Completed"
    desk = promised().claims(25).reports("reached", 25.25).until(26)
    assert desk.refused == [("not_claimed", "StartAttempt")]
    assert desk.told[-3:] == ["Attempted", "Due", "CommandRefused"]


def test_another_may_claim_at_the_very_instant_a_lease_ends():
    assert promised().claims(25).claims(25.25 - MS, BAO).until(25.25 - MS).refused == [("claimed", None)]
    desk = promised().claims(25).claims(25.25, BAO).until(25.25)
    assert [told.by for told in desk.run.all(CallbackAttemptStarted)] == [ANNA, BAO] and desk.refused == []


def test_the_loser_cannot_report():
    desk = promised().claims(25).claims(25.01, BAO).reports("reached", 25.1, BAO).until(25.2)
    assert desk.refused == [("claimed", None), ("claimed", None)]
    assert "Completed" not in desk.told


def test_who_lost_the_lease_cannot_report_while_the_next_one_calls():
    desk = promised().claims(25).claims(25.3, BAO).reports("reached", 25.4, ANNA).reports("reached", 25.5, BAO).to_the_end()
    assert desk.refused == [("claimed", None)] and desk.run.all(CallbackCompleted)[0].by == BAO


@pytest.mark.parametrize("outcome, pauses", [
    ("busy", [15 * MINUTE, 1]),
    ("no_answer", [3, 24]),
    ("voicemail", [24, 48]),
    ("failed", [10 * MINUTE]),
    ("wrong_number", []),
    ("refused", []),
])  # fmt: skip
def test_each_outcome_is_retried_after_its_growing_pauses_and_then_no_more(outcome: str, pauses: list[float]):
    desk, at = promised(POLICY.model_copy(update={"max_attempts": 9, "abandon_after_seconds": 900_000})), 24.0
    for pause in [*pauses, None]:
        desk.claims(at).reports(outcome, at).until(at)
        told = desk.run.all(CallbackAttempted)[-1]
        assert (told.outcome, told.next_due) == (outcome, None if pause is None else hour(at + pause))
        at += pause or 0
    (given_up,) = desk.run.all(CallbackAbandoned)
    assert (given_up.reason, given_up.purpose) == (outcome, "confirm")


def test_three_attempts_and_no_more():
    desk = promised().calls("busy", 25).calls("no_answer", 26).calls("voicemail", 40).to_the_end()
    assert attempts(desk) == [(1, "busy"), (2, "no_answer"), (3, "voicemail")]
    (told,) = desk.run.all(CallbackAbandoned)
    assert (told.reason, told.attempts, desk.told[-1]) == ("attempts_used_up", 3, "Abandoned")
    assert desk.run.all(CallbackAttempted)[-1].next_due is None


def test_an_outcome_that_does_not_count_uses_up_no_attempt():
    desk = promised().calls("failed", 25).calls("busy", 26).calls("busy", 28).calls("reached", 30).to_the_end()
    assert attempts(desk) == [(1, "failed"), (1, "busy"), (2, "busy"), (3, "reached")]


def test_a_patient_policy_is_remembered_to_the_last_attempt():
    patient = phone_only(max_attempts=100, limit=Limit(attempts=100), outcomes={
        "reached": Outcome(reaches=True), **{f"missed-{n}": Outcome(pauses_seconds=(60,) * 10) for n in range(4)},
    })  # fmt: skip
    desk = promised(patient)
    for n in range(40):
        desk.calls(f"missed-{n % 4}", 24 + n)
    state = desk.until(70).complaint
    assert state.promises[0].attempt == 41 and Complaint.model_validate_json(state.model_dump_json()) == state


def test_a_claim_must_wait_for_the_due_and_for_the_next_one_after_a_miss():
    desk = promised().claims(1).claims(24 - MS).calls("busy", 25).claims(25.2).claims(25.3 - MS).claims(25.3).until(25.3)
    assert desk.refused == [("not_due", None)] * 4
    assert len(desk.run.all(CallbackAttemptStarted)) == 2, "three minutes of call and fifteen of pause: at 25.3 it is due"


def test_a_due_that_nobody_claims_may_be_claimed_until_its_time_is_over_and_is_told_again_later():
    desk = promised().claims(32 + MS).claims(33 - MS).until(33)
    assert desk.refused == [("too_late", None), ("too_late", None)]
    assert dues(desk) == [(1, hour(24)), (1, hour(33))] and desk.run.all(CallbackDue)[1].allowed_until == hour(41)
    assert promised().claims(32).until(32).told[-1] == "AttemptStarted", "exactly then is still in time"


def test_what_nobody_ever_claims_is_abandoned_at_its_end():
    desk = promised().to_the_end()
    assert desk.stamps[-1] == ("Abandoned", hour(144))
    (told,) = desk.run.all(CallbackAbandoned)
    assert (told.reason, told.attempts) == ("time_up", 0)
    assert max(told.allowed_until for told in desk.run.all(CallbackDue)) == hour(144 - MS)


def test_the_last_claim_is_possible_just_before_the_end_and_its_call_may_outlast_it():
    desk = promised().claims(144 - MS).reports("reached", 144.1).to_the_end()
    assert desk.told[-1] == "Completed"
    assert promised().claims(144).until(144).refused == [("callback_ended", None)]


def test_a_claim_that_is_lost_after_the_end_is_the_end():
    desk = promised().claims(144 - SECOND).to_the_end()
    assert desk.stamps[-2:] == [("Attempted", hour(144.25 - SECOND)), ("Abandoned", hour(144.25 - SECOND))]
    assert desk.run.all(CallbackAttempted)[-1].next_due is None


def test_a_retry_that_would_come_after_the_end_is_given_up_at_once():
    desk = promised().claims(120).reports("voicemail", 120).until(121)
    assert desk.stamps[-1] == ("Abandoned", hour(120)) and desk.run.all(CallbackAbandoned)[0].reason == "time_up"
    assert promised().claims(120 - MINUTE).reports("voicemail", 120 - MS).until(121).told[-1] == "Attempted"


NARROW = phone_only(
    earliest_after_seconds=3000, latest_after_seconds=3894, abandon_after_seconds=3900, allowed_seconds=900, lease_seconds=900,
)  # fmt: skip
"""A promise that is judged broken (at 3900 s) at the very instant at which the callback is given up."""


def test_a_call_that_is_running_at_the_end_is_not_given_up_when_its_promise_is_judged():
    desk = promised(NARROW).claims(3899 * SECOND).reports("reached", 3910 * SECOND).to_the_end()
    assert desk.told == ["Promised", "Due", "AttemptStarted", "Broken", "Attempted", "Completed"]


def test_nobody_else_is_told_to_call_while_someone_calls():
    policy = phone_only(again_seconds=60, latest_after_seconds=32 * 3600 + 120)
    desk = promised(policy).claims(32).until(32.2)
    assert desk.told == ["Promised", "Due", "AttemptStarted", "Broken"], "judged after the due that was claimed would have been told again"


def test_several_things_due_at_once_come_in_one_wake_and_in_their_order():
    desk = promised(NARROW).claims(3000 * SECOND).to_the_end()
    assert desk.told == ["Promised", "Due", "AttemptStarted", "Attempted", "Broken", "Abandoned"]
    assert {at for _, at in desk.stamps[-3:]} == {hour(3900 * SECOND)}


def test_a_window_that_was_over_when_the_service_heard_of_it_is_handled_in_one_wake_at_the_documents_time():
    desk = Desk().claims(200).hears(resolved(), at=201, dated=0).until(201)
    assert desk.refused == [("unknown_callback", None)]
    assert desk.stamps[1:] == [("Promised", hour(200)), ("Broken", hour(200)), ("Abandoned", hour(200))]


def test_the_policy_names_the_outcomes():
    policy = phone_only(outcomes={"spoke": Outcome(reaches=True), "engaged": Outcome(pauses_seconds=(60,))})
    desk = promised(policy).calls("engaged", 25).claims(26).reports("reached", 26).reports("spoke", 26.1).to_the_end()
    assert desk.refused == [("unknown_outcome", "spoke, engaged")] and desk.told[-1] == "Completed"
