"""§3.1 and §3.6: a callback always has a purpose; a promise in danger, a chase or a broken callback is told, a recovery is looked after."""

from datetime import timedelta
from uuid import UUID

import pytest

from contracts.callback import CallbackBroken, CallbackCancelled, CallbackDue, CallbackPromised
from contracts.generate.example import example
from contracts.generate.words import words
from contracts.model import Event
from contracts.routing import ClockBreached, ClockWarned, ProgressReported
from services.callback.policy import CallbackPolicy
from services.callback.promising import is_sampled
from services.callback.rules import Care, Progress, Supervise, Window
from tests.core.callback.desk import PHONE_ONLY, SECOND, Desk, phone_only
from tests.core.heard import ANNA, WHO, closed, contact, erased, hour, informed, profiled, registered, reopened, resolved, withdrawn

POLICY = phone_only().model_copy(update={"progress": Progress()})
HOUR, DAY = 3600, 86400


def clock(kind: type[Event], name: str = "resolution", round: int = 1) -> Event:
    word = next(word for word in words() if word.model is kind)
    told = kind.model_validate(example(word), extra="ignore")
    return told.model_copy(update={**WHO, "round": round, "clock": name})


def progress(told: bool = False, cause: str | None = "parts_missing") -> ProgressReported:
    return ProgressReported(
        **WHO, round=1, work="1-repairs", department="repairs", is_told_to_customer=told, delay_cause=cause,
        next_update=hour(60) if cause else None, by=ANNA,
    )  # fmt: skip


def promised(desk: Desk) -> list[tuple[str, str, str | None]]:
    return [(told.callback, told.purpose, told.because) for told in desk.run.all(CallbackPromised)]


@pytest.mark.parametrize("heard, because", [
    (clock(ClockWarned), "clock_warned"),
    (clock(ClockBreached), "clock_breached"),
    (clock(ClockWarned, "first_answer"), "clock_warned"),
    (clock(ClockBreached, "total_resolution"), "clock_breached"),
    (contact(), "contact_repeated"),
    (informed(is_chasing=True), "chased"),
])  # fmt: skip
def test_a_promise_in_danger_or_missed_and_a_chase_make_a_progress_call_due_at_once(heard: Event, because: str):
    desk = Desk(POLICY).hears(heard, -10).until(-10)
    assert promised(desk) == [("1-progress", "progress", because)] and desk.told == ["Promised", "Due"]
    (told,) = desk.run.all(CallbackPromised)
    assert (told.earliest, told.latest) == (hour(-10), hour(-6))


@pytest.mark.parametrize("heard", [
    clock(ClockWarned, "acceptance"), clock(ClockBreached, "triage"), clock(ClockBreached, "containment"), informed(),
    reopened(2), progress(), profiled(), registered(),
])  # fmt: skip
def test_nothing_else_makes_one(heard: Event):
    assert Desk(POLICY).hears(heard, -10).until(-1).told == []


def test_one_is_promised_at_a_time_and_the_next_has_a_name_of_its_own():
    desk = Desk(POLICY).hears(clock(ClockWarned), -20).hears(clock(ClockBreached), -19).hears(contact(), -18).until(-17)
    assert promised(desk) == [("1-progress", "progress", "clock_warned")]
    desk.calls("reached", -16, callback="1-progress").hears(contact(), -10).until(-9)
    assert promised(desk)[1:] == [("1-progress-2", "progress", "contact_repeated")]


def test_the_delays_cause_and_the_next_word_are_in_the_callers_script():
    desk = Desk(POLICY).hears(progress(), -12).hears(clock(ClockWarned), -10).until(-10)
    script = desk.run.all(CallbackDue)[0].script
    assert (script.delay_cause, script.next_update, script.finding) == ("parts_missing", hour(60), None)


def test_who_was_told_by_the_department_needs_no_call_for_it():
    desk = Desk(POLICY).hears(clock(ClockWarned), -10).hears(progress(told=True), -9).until(-1)
    assert [told.reason for told in desk.run.all(CallbackCancelled)] == ["told"]


def test_a_resolution_ends_what_was_to_be_told_of_progress():
    desk = Desk(POLICY).hears(contact(), -1).hears(resolved(), 0).until(1)
    assert desk.told == ["Promised", "Due", "Cancelled", "Promised"]
    assert [told.reason for told in desk.run.all(CallbackCancelled)] == ["resolved"]


@pytest.mark.parametrize("heard", [contact(), informed(is_chasing=True), clock(ClockBreached), clock(ClockWarned)])
@pytest.mark.parametrize("before", [resolved(), withdrawn(), closed(), erased()])
def test_of_what_nobody_works_on_there_is_no_progress_to_tell(heard: Event, before: Event):
    if not isinstance(before, type(erased())) or not isinstance(heard, ClockBreached | ClockWarned):
        assert "progress" not in [purpose for _, purpose, _ in promised(Desk(POLICY).hears(before, 0).hears(heard, 1).until(2))]


def test_a_second_round_has_progress_of_its_own():
    desk = Desk(POLICY).hears(resolved(), 0).hears(reopened(2), 1).hears(clock(ClockBreached, round=1), 2).until(2)
    assert [name for name, *_ in promised(desk)] == ["1-confirm"], "a word of the older round"
    assert promised(desk.hears(clock(ClockBreached, round=2), 3).until(3))[1:] == [("2-progress", "progress", "clock_breached")]


def test_without_a_policy_for_it_nobody_is_called_of_progress():
    assert Desk(phone_only()).hears(contact(), -1).until(0).told == []


# -- broken -----------------------------------------------------------------------------------------------------------------------------


def test_a_broken_callback_makes_a_progress_call_due_whatever_is_running():
    desk = Desk(POLICY).hears(resolved(), 0).claims(72).until(72 + 6 * SECOND)
    assert desk.told[-2:] == ["Broken", "Promised"]
    assert promised(desk)[-1] == ("1-progress", "progress", "callback_broken")
    assert desk.until(72.25).stamps[-3:] == [("Attempted", hour(72.25)), ("Due", hour(72.25)), ("Due", hour(72.25))], "not during the call"


def test_who_is_reached_after_all_needs_no_call_for_that():
    desk = Desk(POLICY).hears(resolved(), 0).claims(72).reports("reached", 72.1).to_the_end()
    assert desk.told[-5:] == ["Broken", "Promised", "Attempted", "Completed", "Cancelled"]
    assert desk.run.all(CallbackCancelled)[0].reason == "reached"


def test_a_broken_progress_call_makes_no_further_one():
    desk = Desk(POLICY).hears(contact(), -48).until(-1)
    assert desk.told.count("Broken") == 1 and len(promised(desk)) == 1
    (broken,) = desk.run.all(CallbackBroken)
    assert (broken.purpose, broken.broken_at, broken.late_by_seconds) == ("progress", hour(-44 + SECOND), 1)


def test_the_customer_is_called_on_one_account_at_a_time():
    desk = Desk(POLICY).hears(resolved(), 0).until(72.1)
    desk.claims(72.2, callback="1-progress").claims(72.3, callback="1-confirm").until(72.3)
    assert desk.refused == [("claimed", "1-progress")]


# -- lateness on every event ------------------------------------------------------------------------------------------------------------


def test_every_word_after_the_latest_says_how_late_it_is_and_what_that_costs():
    desk = Desk(phone_only()).hears(resolved(), 0).claims(72.8).reports("busy", 73).claims(73.9).reports("refused", 74.1).to_the_end()
    told = [(type(word.message).__name__, word.message) for word in desk.run.events if getattr(word.message, "late_by_seconds", 0)]
    assert [(name.removeprefix("Callback"), word.late_by_seconds, word.cost.amount_minor, word.is_intolerable) for name, word in told] == [
        ("Broken", 1, 0, False), ("AttemptStarted", 2880, 160, False), ("Attempted", 3600, 250, False), ("Due", 4500, 391, False),
        ("AttemptStarted", 6840, 903, False), ("Attempted", 7560, 1000, True), ("Abandoned", 7560, 1000, True),
    ]  # fmt: skip


def test_early_costs_nothing():
    desk = Desk(phone_only()).hears(resolved(), 0).calls("reached", 25).to_the_end()
    costs = {word.message.cost.amount_minor for word in desk.run.events if getattr(word.message, "cost", None)}
    assert costs == {0}


# -- afterwards -------------------------------------------------------------------------------------------------------------------------

AFTER = phone_only().model_copy(update={"care": Care()})


def test_a_key_customer_is_cared_for_a_week_after_a_confirmed_recovery():
    desk = Desk(AFTER, tier="key").hears(resolved(), 0).calls("reached", 25).hears(closed(), 26).until(26 + 7 * 24)
    assert promised(desk)[-1] == ("1-care", "care", "closed")
    (_, told) = desk.run.all(CallbackPromised)
    assert (told.earliest, told.latest) == (hour(26 + 7 * 24), hour(26 + 10 * 24)) and desk.told[-1] == "Due"
    assert desk.calls("reached", 200, callback="1-care").to_the_end().told[-1] == "Completed"


@pytest.mark.parametrize("tier, how", [("general", "confirmed"), ("suitable", "confirmed"), ("key", "silence")])
def test_others_are_left_alone(tier: str, how: str):
    assert Desk(AFTER, tier=tier).hears(resolved(), 0).calls("reached", 25).hears(closed(how=how), 26).to_the_end().told[-1] == "Completed"


def test_the_tier_is_the_one_of_that_day():
    desk = Desk(AFTER).hears(resolved(), 0).hears(profiled(tier="key"), 1).calls("reached", 25).hears(closed(), 26).until(27)
    assert promised(desk)[-1][1] == "care"


@pytest.mark.parametrize("end", [reopened(2), erased()])
def test_care_ends_with_what_it_is_for(end: Event):
    desk = Desk(AFTER, tier="key").hears(resolved(), 0).calls("reached", 25).hears(closed(), 26).hears(closed(), 27).hears(end, 28)
    assert desk.to_the_end().told[-1] == "Cancelled" and desk.told.count("Promised") == 2


def test_a_sample_of_the_work_is_looked_at_the_same_one_every_time():
    ids = [str(UUID(int=n)) for n in range(10_000)]
    sampled = [id for id in ids if is_sampled(id, 100)]
    assert 70 <= len(sampled) <= 130 and all(is_sampled(id, 500) for id in sampled), "one of a hundred; a larger sample holds the smaller"
    assert not any(is_sampled(id, 0) for id in ids) and all(is_sampled(id, 10_000) for id in ids)


@pytest.mark.parametrize("share, purposes", [(10_000, ["confirm", "supervise"]), (1, ["confirm"])])
def test_who_is_in_the_sample_is_called_for_supervision(share: int, purposes: list[str]):
    policy = phone_only().model_copy(update={"supervise": Supervise(per_ten_thousand=share)})
    desk = Desk(policy).hears(resolved(), 0).calls("reached", 25).hears(closed(), 26).until(50)
    assert [purpose for _, purpose, _ in promised(desk)] == purposes


def test_who_is_cared_for_is_not_called_for_supervision_too():
    policy = AFTER.model_copy(update={"supervise": Supervise(per_ten_thousand=10_000)})
    desk = Desk(policy, tier="key").hears(resolved(), 0).calls("reached", 25).hears(closed(), 26).until(500)
    assert [purpose for _, purpose, _ in promised(desk)] == ["confirm", "care"]


def test_a_progress_call_that_night_delays_is_promised_for_the_morning():
    """Hour -11 is Monday, 06:00 in Shanghai: the desk hours of the law begin two hours later."""
    policy = CallbackPolicy(ladder=PHONE_ONLY, progress=Progress(window=Window(
        earliest_after_seconds=0, latest_after_seconds=HOUR, abandon_after_seconds=DAY,
    )))  # fmt: skip
    (told,) = Desk(policy, time_zones=("Asia/Shanghai",)).hears(contact(), -11).until(-8).run.all(CallbackPromised)
    assert (told.earliest, told.latest) == (hour(-9), hour(-8)) and told.latest - told.earliest == timedelta(hours=1)
