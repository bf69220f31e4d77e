"""§3.2: what was asked for is promised as it was asked for, in whole seconds, or refused.

Hour 0 is Monday, 2 March 2026, 09:00 UTC: 17:00 in Shanghai.
"""

from contracts.callback import CallbackBroken, CallbackPromised, RequestCallback
from contracts.intake import Reachable
from services.callback.rules import Limit
from tests.core.callback.desk import ALL, MS, Desk, phone_only
from tests.core.heard import hour, resolved

SHANGHAI = {"time_zones": ("Asia/Shanghai",)}


def asked(desk: Desk, at: float, latest: float, earliest: float | None = None, purpose: str = "progress") -> Desk:
    begins = None if earliest is None else hour(earliest)
    return desk.wishes(RequestCallback, at, purpose=purpose, earliest=begins, latest=hour(latest)).until(at)


def test_what_opens_exactly_at_the_latest_that_was_asked_for_is_promised_for_then_and_no_later():
    """Asked at 22:00 for 08:00 at the latest: promised until 18:00."""
    (told,) = asked(Desk(phone_only(), **SHANGHAI), 5, latest=15).run.all(CallbackPromised)
    assert (told.earliest, told.latest) == (hour(15), hour(15))


def test_who_has_no_phone_is_not_promised_anything_later_than_was_asked_for():
    """Asked at 22:00 for 23:00 at the latest, by message: with a phone it is refused (`outside_hours`)."""
    desk = asked(Desk(ALL, reachable=Reachable(mail=True), **SHANGHAI), 5, latest=6)
    assert desk.refused == [("outside_hours", None)] and desk.run.all(CallbackPromised) == []


def test_a_promise_that_the_limit_of_attempts_delays_is_for_whole_seconds():
    policy = phone_only(limit=Limit(attempts=1, within_seconds=100 * 3600), abandon_after_seconds=20 * 86400)
    desk = Desk(policy).wishes(RequestCallback, -10, purpose="care", latest=hour(-1))
    desk.claims(-5 + 123 * MS, callback="1-care").reports("reached", -4.9, callback="1-care").hears(resolved(), 0).to_the_end()
    told, broken = desk.run.all(CallbackPromised)[-1], desk.run.all(CallbackBroken)[-1]
    assert told.earliest > hour(72), "the limit allows it at hour 95"
    assert {at.microsecond for at in (told.earliest, told.latest, broken.broken_at)} == {0}
