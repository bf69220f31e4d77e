"""§3.2, §3.4: limits that change, zones by the dozen, who would not be called, and outcomes by channels that they do not come by."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.callback import CallbackDue, CallbackImpossible
from contracts.intake import ContactWindow, Reachable
from contracts.routing import ClockBreached, ClockWarned
from services.callback import SERVICE
from services.callback.hours import hours_of
from services.callback.rules import Limit
from services.platform.kernel.service import Practice
from tests.core.callback.desk import ALL, POLICY, Desk, phone_only, promised
from tests.core.callback.test_purposes import clock
from tests.core.callback.test_several import BOTH
from tests.core.heard import erased, hour, profiled, resolved


@pytest.mark.parametrize("facts", [
    {"time_zones": ("Pacific/Honolulu", "Europe/Paris")}, {"time_zones": ("Asia/Shanghai",), "opens": "21:00", "closes": "23:07"},
])  # fmt: skip
def test_hours_that_never_meet_are_looked_through_for_as_long_as_a_callback_can_live_and_no_longer(facts: dict[str, Any]):
    """While they are worked out nothing else is done, and a customer with windows of their own has them to themselves."""
    window = ContactWindow(days=(1, 2, 3), opens=facts.get("opens", "10:11"), closes=facts.get("closes", "20:07"))
    desk = promised(time_zones=facts["time_zones"], contact_windows=(window,)).until(1)
    hours = hours_of(desk.complaint, "phone", POLICY)
    assert desk.told == ["Impossible"] and hours is not None and len(hours._stretches) <= 2


def test_a_zone_that_nobody_knows_is_none():
    """The contracts admit it."""
    desk = Desk(phone_only(), time_zones=("Mars/Olympus",)).hears(resolved(), 0).until(30)
    assert desk.run.dead == []


def test_the_limit_is_kept_when_the_policy_allows_more_attempts_in_a_longer_time():
    """As many attempts are remembered as the older policy's limit asked for."""
    desk = promised(phone_only(limit=Limit(attempts=1, within_seconds=3600), max_attempts=50))
    for at in (24, 26, 30):
        desk.calls("busy" if at < 30 else "no_answer", at)
    desk.until(31)
    wider = phone_only(limit=Limit(attempts=4, within_seconds=7 * 86400), max_attempts=50)
    desk.run.practices["callback"] = Practice(SERVICE, wider)
    for at in (40, 45, 70, 75, 100, 130):
        desk.calls("voicemail", at)
    started = [at for name, at in desk.until(140).stamps if name == "AttemptStarted"]
    assert len([at for at in started if at < hour(30) + timedelta(days=7)]) <= 4


def test_who_refused_is_not_rung_up_again_because_a_clock_runs_out():
    """README, retry: `refused`: never again, by no channel."""
    desk = Desk(BOTH).hears(clock(ClockWarned), -20).calls("refused", -19, callback="1-progress").hears(clock(ClockBreached), -10).until(-5)
    assert len(desk.run.all(CallbackDue)) == 1


def test_a_line_that_fails_on_each_rung_is_tried_once_more_on_each_rung():
    """The pauses of the phone's `failed` are used up for the message too: the first hiccup of its gateway ends that rung."""
    policy = ALL.model_copy(update={"progress": None})
    desk = Desk(policy, reachable=Reachable(phone=True, mail=True, post=True)).hears(resolved(), 0)
    desk.calls("failed", 25).calls("failed", 26).calls("failed", 27).until(28)
    assert [due.channel for due in desk.run.all(CallbackDue)] == ["phone", "phone", "message", "message"]


@pytest.mark.parametrize("heard", [erased(), profiled(do_not_call=True)])
def test_what_is_impossible_for_good_is_told_once(heard):
    """README, says: `else it is the end, told once: … erased, do_not_call`."""
    desk = Desk(BOTH).hears(heard, -30)
    for n in range(6):
        desk.hears(clock(ClockWarned if n % 2 else ClockBreached), -20 + n)
    assert len(desk.until(-1).run.all(CallbackImpossible)) == 1


# -- outcomes by channels that they do not come by ----------------------------------------------------------------------------------------

EVERY = ALL.model_copy(update={"progress": None})


def test_nobody_at_home_is_no_outcome_of_a_call():
    """One `not_home` on the phone spends the rung: two calls less."""
    desk = Desk(EVERY).hears(resolved(), 0).calls("not_home", 25).until(26)
    assert [reason for reason, _ in desk.refused] == ["other_channel"]


def test_a_letter_does_not_tell_that_the_number_is_wrong():
    desk = Desk(EVERY, reachable=Reachable(phone=True, mail=True, post=True)).hears(resolved(), 0)
    desk.calls("failed", 25).calls("failed", 26).calls("wrong_number", 27).until(28)
    assert desk.complaint.has_phone and [reason for reason, _ in desk.refused] == ["other_channel"]


def test_what_was_not_sent_is_not_answered_without_a_claim():
    """`busy` on the message rung counts as if it were out: from then on anybody may report an answer without a claim."""
    desk = Desk(EVERY, reachable=Reachable(mail=True)).hears(resolved(), 0).calls("busy", 25).reports("reached", 25.1).until(26)
    assert [reason for reason, _ in desk.refused] == ["other_channel"], "and it is still claimed"
