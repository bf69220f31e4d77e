"""A customer who never answers, and a desk that does all it should: the whole ladder of every shipped set is climbed, in time."""

import pytest

from contracts.callback import (
    CallbackAbandoned,
    CallbackBroken,
    CallbackDue,
    CallbackImpossible,
    RecordAttempt,
    RequestCallback,
    StartAttempt,
)
from contracts.intake import Reachable
from services.callback import SERVICE
from services.callback.policy import CallbackPolicy
from services.callback.rules import Limit
from services.platform.chassis.policies import load
from tests.core.callback.desk import MINUTE, Desk
from tests.core.heard import ANNA, COMPLAINT, hour, resolved

IN_VAIN = {"phone": "no_answer", "message": "sent", "letter": "sent", "visit": "not_home"}
SETS = ("default", "demo", "telecom", "city", "retail-cn", "bank")
DAYS = 40


def policy_of(name: str) -> CallbackPolicy:
    policy = load(name, SERVICE)
    assert isinstance(policy, CallbackPolicy)
    return policy


def called_in_vain(policy: CallbackPolicy, step: float, **facts: object) -> Desk:
    """Each due is claimed within the step, and reported a moment later.  `step`: hours."""
    desk, seen = Desk(policy, time_zone="Asia/Shanghai", country="CN", **facts).hears(resolved(), 0), 0
    for n in range(int(DAYS * 24 / step) if step > 0.1 else 400):
        at = n * step
        desk.until(at)
        dues = desk.run.all(CallbackDue)
        for due in dues[seen:]:
            named = {"complaint_id": COMPLAINT, "callback": due.callback, "by": ANNA}
            desk.run.send("callback", StartAttempt(**named), at=hour(at))
            desk.run.send("callback", RecordAttempt(**named, outcome=IN_VAIN[due.channel]), at=hour(at + step / 4))
        seen = len(dues)
    return desk


@pytest.mark.parametrize("is_vulnerable", [False, True], ids=["general", "vulnerable"])
@pytest.mark.parametrize("name", SETS)
def test_every_rung_of_the_shipped_ladder_is_reached_and_none_is_impossible(name: str, is_vulnerable: bool):
    """§3.4: call → message → letter → visit, each once the one before was in vain."""
    policy = policy_of(name)
    desk = called_in_vain(policy, 0.25 / 3600 if name == "demo" else 10 * MINUTE, is_vulnerable=is_vulnerable)
    dues = [due.channel for due in desk.run.all(CallbackDue) if due.purpose == "confirm"]
    assert list(dict.fromkeys(dues)) == [rung.channel for rung in policy.rungs(is_vulnerable)]
    assert desk.run.all(CallbackImpossible) == []
    (given_up,) = [told.reason for told in desk.run.all(CallbackAbandoned) if told.purpose == "confirm"]
    assert given_up in ("attempts_used_up", *IN_VAIN.values()), "not for want of time"


def test_what_makes_up_for_a_broken_call_rings_but_sends_no_second_letter():
    desk = called_in_vain(policy_of("default"), 10 * MINUTE)
    assert desk.run.all(CallbackBroken)[0].purpose == "confirm"
    written = [due.purpose for due in desk.run.all(CallbackDue) if due.channel in ("message", "letter")]
    assert written.count("confirm") == 2 and "progress" not in written


def test_who_was_called_in_vain_may_be_asked_to_confirm_once_more():
    """Found at home by the visitor, or in the shop: what the customer says then is the round's answer."""
    desk = called_in_vain(policy_of("default"), 10 * MINUTE)
    at = DAYS * 24.0
    desk.wishes(RequestCallback, at, purpose="confirm", latest=hour(at + 48)).until(at + 24)
    due = next(due for due in desk.run.all(CallbackDue) if due.callback == "1-confirm-2")
    assert (due.because, due.script.finding) == ("requested", "upheld")


def test_a_broken_promise_to_who_has_no_phone_is_not_made_up_for_by_another_letter():
    desk = Desk(policy_of("default"), reachable=Reachable(post=True)).hears(resolved(), 0).to_the_end()
    assert desk.told.count("Broken") == 1 and {due.purpose for due in desk.run.all(CallbackDue)} == {"confirm"}


def test_what_the_limit_forbids_is_not_blamed_on_the_hours():
    """§3.2: at most so many attempts in so many days, of which what is written is none."""
    policy = policy_of("default").model_copy(update={"limit": Limit(attempts=3)})
    desk = called_in_vain(policy, 10 * MINUTE)
    assert ("visit", "attempts_used_up") in [(told.channel, told.reason) for told in desk.run.all(CallbackImpossible)]
    assert {due.channel for due in desk.run.all(CallbackDue)} == {"phone", "message", "letter"}
