"""§3.2: the customer's windows, the desk's hours and the law's, wherever the customer may be; and no more than 7 attempts in 7 days.

Hour 0 is Monday, 2 March 2026, 09:00 UTC: 17:00 in Shanghai, 04:00 in New York, 09:00 in London.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.callback import (
    CallbackAttemptStarted,
    CallbackDue,
    CallbackImpossible,
    CallbackPromised,
    RecordAttempt,
    StartAttempt,
)
from contracts.intake import ContactWindow, Reachable
from services.callback import SERVICE
from services.callback.hours import hours_of
from services.callback.policy import CallbackPolicy
from services.callback.rules import LegalHours, Limit, Outcome
from services.callback.state import Complaint
from services.platform.business_time import WEEKDAYS, CalendarRules, zone
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice
from tests.core.callback.desk import MINUTE, MS, POLICY, SECOND, Desk, phone_only, promised
from tests.core.heard import ANNA, COMPLAINT, contact, hour, informed, profiled, registered, resolved

SHANGHAI, NEW_YORK, LONDON, TOKYO = "Asia/Shanghai", "America/New_York", "Europe/London", "Asia/Tokyo"
OFFICE = CalendarRules(zone=SHANGHAI, weekly=dict.fromkeys(WEEKDAYS[:5], (("09:00", "12:00"), ("13:00", "18:00"))))
AT_NIGHT = phone_only(earliest_after_seconds=5 * 3600)
"""A call that is wanted from hour 5 on: 22:00 in Shanghai."""


def first_due(desk: Desk) -> CallbackDue:
    return desk.until(143).run.all(CallbackDue)[0]


def when(desk: Desk) -> datetime:
    desk.until(143)
    return next(at for name, at in desk.stamps if name == "Due")


@pytest.mark.parametrize("earliest, due", [
    (3, 3),                      # 20:00
    (4 - SECOND, 4 - SECOND),    # 20:59:59
    (4, 15),                     # 21:00 is too late: 08:00 of the next day
    (15 - SECOND, 15),           # 07:59:59
    (15, 15),
])  # fmt: skip
def test_nobody_is_called_before_eight_or_from_nine_in_the_evening_on_where_the_customer_is(earliest: float, due: float):
    desk = promised(phone_only(earliest_after_seconds=round(earliest * 3600)), time_zones=(SHANGHAI,))
    assert when(desk) == hour(due)


def test_a_due_may_be_claimed_until_the_hours_are_over_and_not_at_that_instant():
    def desk() -> Desk:
        return promised(phone_only(earliest_after_seconds=3 * 3600), time_zones=(SHANGHAI,))

    assert first_due(desk()).allowed_until == hour(4 - MS)
    assert desk().claims(4 - MS).until(4).told[-1] == "AttemptStarted"
    late = desk().claims(4).until(4)
    assert late.refused == [("too_late", None)] and "AttemptStarted" not in late.told


def test_the_stated_zone_is_told_and_counts():
    desk = promised(AT_NIGHT, time_zone=LONDON)
    assert first_due(desk).time_zones == (LONDON,) and when(desk) == hour(5), "14:00 in London"


def test_where_several_zones_are_possible_it_is_allowed_in_all_of_them_or_not_at_all():
    """08:00 in New York is 13:00 in London; 21:00 in London is 16:00 in New York."""
    assert when(promised(phone_only(earliest_after_seconds=0), time_zones=(LONDON, NEW_YORK))) == hour(4)
    desk = promised(phone_only(earliest_after_seconds=12 * 3600 - 1), time_zones=(LONDON, NEW_YORK))
    assert first_due(desk).allowed_until == hour(12 - MS)
    assert when(promised(phone_only(earliest_after_seconds=12 * 3600), time_zones=(LONDON, NEW_YORK))) == hour(28)


def test_zones_whose_hours_never_meet_make_a_call_impossible():
    desk = promised(time_zones=("Pacific/Honolulu", "Europe/Paris", TOKYO)).until(1)
    (never,) = desk.run.all(CallbackImpossible)
    assert (never.reason, never.channel, never.goes_on) == ("no_hours", "phone", False) and desk.told == ["Impossible"]


def test_hours_are_those_of_the_country():
    policy = AT_NIGHT.model_copy(update={"legal_hours_by_country": {"CN": LegalHours(hours=(("09:30", "22:30"),))}})
    assert when(promised(policy, time_zones=(SHANGHAI,), country="CN")) == hour(5)
    assert when(promised(policy, time_zones=(SHANGHAI,), country="SG")) == hour(15)


def test_a_day_of_rest_by_law_is_kept():
    policy = phone_only(legal_hours=LegalHours(days=("mon", "sat")))
    assert when(promised(policy, time_zones=(SHANGHAI,))) == hour(24 * 4 + 15), "Saturday at 08:00"


def test_of_a_customer_of_whom_nothing_tells_the_policys_zone_counts_or_none():
    assert when(promised(AT_NIGHT)) == hour(5)
    assert when(promised(AT_NIGHT.model_copy(update={"zone": SHANGHAI}))) == hour(15)


def test_the_hours_follow_the_clocks_of_the_customer():
    """New York's clocks go forward on Sunday, 8 March 2026: 08:00 is 13:00 UTC before and 12:00 UTC from then on."""
    nightly = phone_only(earliest_after_seconds=0, latest_after_seconds=9 * 86400, abandon_after_seconds=10 * 86400)
    for days, due in ((1, 24 + 4), (6, 6 * 24 + 3)):
        window = nightly.model_copy(update={"earliest_after_seconds": days * 86400})
        desk = promised(window, time_zones=(NEW_YORK,)).until(200)
        assert next(at for name, at in desk.stamps if name == "Due") == hour(due)


WISHED = (ContactWindow(days=(2, 3), opens="18:00", closes="20:00"),)


def test_the_customers_own_windows_count_in_the_customers_own_time():
    desk = promised(time_zones=(SHANGHAI,), contact_windows=WISHED)
    assert (when(desk), first_due(desk).allowed_until) == (hour(25), hour(27 - MS))
    assert when(promised(time_zones=(LONDON,), contact_windows=WISHED)) == hour(33)


@pytest.mark.parametrize("opens, closes, due", [
    ("22:00", "02:00", 143),     # only past midnight: the law forbids it
    ("20:00", "02:00", 27),
    ("10:00", "10:00", 24),      # of no length: it says nothing
    ("24:00", "24:00", 24),
    ("24:00", "08:30", 24),
])  # fmt: skip
def test_windows_that_are_written_oddly(opens: str, closes: str, due: float):
    window = ContactWindow(days=(1, 2, 3, 4, 5, 6, 7), opens=opens, closes=closes)
    desk = promised(time_zones=(SHANGHAI,), contact_windows=(window,)).until(143)
    assert [at for name, at in desk.stamps if name == "Due"][:1] == ([hour(due)] if due < 143 else [])


def test_windows_that_overlap_are_one():
    both = (ContactWindow(days=(2,), opens="18:00", closes="19:00"), ContactWindow(days=(2,), opens="18:30", closes="20:00"))
    assert first_due(promised(time_zones=(SHANGHAI,), contact_windows=both)).allowed_until == hour(27 - MS)


def test_only_while_the_desk_is_at_work():
    policy = phone_only(calendars={"office": OFFICE}, desk="office")
    assert (when(promised(policy)), first_due(promised(policy)).allowed_until) == (hour(24), hour(25 - MS))
    late = policy.model_copy(update={"earliest_after_seconds": 25 * 3600})
    assert when(promised(late)) == hour(40), "18:00 is closed: 09:00 of the next day"


def test_a_due_that_nobody_claims_is_told_again_in_the_next_open_time():
    policy = phone_only(calendars={"office": OFFICE}, desk="office")
    desk = promised(policy, time_zones=(SHANGHAI,)).until(50)
    assert [at for name, at in desk.stamps if name == "Due"] == [hour(24), hour(40), hour(44)], "before noon, after it; no nights"


def test_a_pause_that_ends_at_night_lasts_until_the_morning():
    outcomes = {"reached": Outcome(reaches=True), "busy": Outcome(pauses_seconds=(7200,))}
    policy = phone_only(earliest_after_seconds=3 * 3600, outcomes=outcomes)
    desk = promised(policy, time_zones=(SHANGHAI,)).calls("busy", 3.5).until(16)
    assert [at for name, at in desk.stamps if name == "Due"] == [hour(3), hour(15)]


def test_a_claim_that_is_lost_at_night_is_due_again_in_the_morning():
    desk = promised(phone_only(earliest_after_seconds=3 * 3600), time_zones=(SHANGHAI,)).claims(3.9).until(16)
    assert desk.stamps[-2:] == [("Attempted", hour(4.15)), ("Due", hour(15))]


def test_a_first_instant_beyond_the_latest_moves_the_promise_into_the_time_that_opens_there():
    saturday = (ContactWindow(days=(6,), opens="10:00", closes="12:00"),)
    (told,) = promised(time_zones=(SHANGHAI,), contact_windows=saturday).until(1).run.all(CallbackPromised)
    assert (told.earliest, told.latest) == (hour(113), hour(115))


def test_no_instant_before_the_end_is_impossible():
    sunday = (ContactWindow(days=(7,), opens="18:00", closes="20:00"),)
    assert promised(time_zones=(SHANGHAI,), contact_windows=sunday).until(1).told == ["Impossible"], "the end is on Sunday at 17:00"


def test_after_an_outage_a_due_that_is_told_late_says_that_its_time_is_over():
    """What was due in the evening is heard at night: who calls all the same is refused, and the morning's due is told in the morning."""
    policy = phone_only(earliest_after_seconds=3 * 3600)
    desk = Desk(policy, time_zones=(SHANGHAI,)).hears(resolved(), at=6, dated=0).claims(6.1).until(14)
    assert [due.allowed_until for due in desk.run.all(CallbackDue)] == [hour(4 - MS)]
    assert desk.refused == [("too_late", None)] and "AttemptStarted" not in desk.told
    assert desk.until(15).stamps[-1] == ("Due", hour(15)) and desk.run.all(CallbackDue)[-1].allowed_until == hour(23)


def test_what_is_learnt_of_the_customer_after_the_due_still_counts():
    desk = promised().hears(informed(time_zones=(NEW_YORK,)), 24.5).claims(25).until(28)
    assert desk.refused == [("outside_hours", None)] and "AttemptStarted" not in desk.told
    assert [at for name, at in desk.claims(33).until(33).stamps if name == "AttemptStarted"] == [hour(33)]


@pytest.mark.parametrize("said", [contact(do_not_call=True), informed(do_not_call=True), profiled(do_not_call=True)])
def test_who_wants_no_calls_is_not_reached_by_any_channel(said):
    desk = Desk(CallbackPolicy()).hears(said, -1).hears(resolved(), 0).to_the_end()
    assert desk.told[-1] == "Impossible" and "Due" not in desk.told


# -- 7 attempts in 7 days ---------------------------------------------------------------------------------------------------------------

STUBBORN = {"reached": Outcome(reaches=True), "busy": Outcome(pauses_seconds=(60,) * 10)}


def test_seven_attempts_in_seven_days_and_no_more():
    policy = phone_only(max_attempts=50, abandon_after_seconds=20 * 86400, latest_after_seconds=19 * 86400, outcomes=STUBBORN)
    desk = promised(policy)
    for n in range(7):
        desk.claims(24 + n).reports("busy", 24 + n)
    desk.until(24 + 7 * 24 - MS)
    assert len(desk.run.all(CallbackAttemptStarted)) == 7 and [at for name, at in desk.stamps if name == "Due"][-1] == hour(29 + MINUTE)
    assert desk.until(24 + 7 * 24).stamps[-1] == ("Due", hour(24 + 7 * 24)), "when the first of them is seven days old"
    desk.claims(24 + 7 * 24).reports("busy", 24 + 7 * 24)
    assert desk.until(25 + 7 * 24).stamps[-1] == ("Due", hour(25 + 7 * 24)), "one for one"


def test_an_attempt_that_was_lost_is_not_one_of_them():
    policy = phone_only(limit=Limit(attempts=1))
    desk = promised(policy).claims(25).claims(26).until(26)
    assert len(desk.run.all(CallbackAttemptStarted)) == 2


# -- properties -------------------------------------------------------------------------------------------------------------------------

ZONES = (SHANGHAI, NEW_YORK, LONDON, TOKYO, "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia")
TIMES = st.integers(0, 24 * 4).map(lambda quarters: f"{quarters // 4:02}:{quarters % 4 * 15:02}")
WINDOWS = st.builds(
    ContactWindow, days=st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True).map(tuple), opens=TIMES, closes=TIMES
)


def reading(at: datetime, name: str) -> tuple[int, str]:
    local = at.astimezone(zone(name))
    return local.isoweekday(), local.strftime("%H:%M:%S")


def is_wished(at: datetime, name: str, window: ContactWindow) -> bool:
    day, time = reading(at, name)
    opens, closes = f"{window.opens}:00", f"{window.closes}:00"
    before = (day - 2) % 7 + 1
    if opens < closes:
        return day in window.days and opens <= time < closes
    return (day in window.days and time >= opens) or (before in window.days and time < closes)


def says_something(window: ContactWindow) -> bool:
    return window.opens not in (window.closes, "24:00")


@settings(max_examples=60, deadline=None)
@given(
    zones=st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True).map(tuple),
    windows=st.lists(WINDOWS, max_size=3).map(tuple), starts=st.integers(0, 7 * 24), desk=st.sampled_from((None, "office")),
    claims=st.lists(st.integers(0, 6 * 24 * 4), max_size=8),
)  # fmt: skip
def test_a_callback_is_never_placed_outside_the_three_windows(zones, windows, starts, desk, claims):
    policy = phone_only(calendars={"office": OFFICE}, desk=desk, outcomes=STUBBORN, limit=Limit(attempts=3, within_seconds=86400))
    run = Run([Practice(SERVICE, policy)])
    run.tell("intake", registered(time_zones=zones, contact_windows=windows), at=hour(starts))
    run.tell("routing", resolved(), at=hour(starts))
    for quarters in sorted(claims):
        at = hour(starts + quarters / 4)
        run.send("callback", StartAttempt(complaint_id=COMPLAINT, callback="1-confirm", by=ANNA), at=at)
        run.send("callback", RecordAttempt(complaint_id=COMPLAINT, callback="1-confirm", outcome="busy", by=ANNA), at=at)
    run.to_the_end()
    assert run.dead == []
    wished = [window for window in windows if says_something(window)]
    started = [told.envelope.at for told in run.events if isinstance(told.message, CallbackAttemptStarted)]
    dues = [(told.envelope.at, told.message.allowed_until) for told in run.events if isinstance(told.message, CallbackDue)]
    for at in (*started, *(at for due in dues for at in due)):
        for name in zones:
            assert "08:00:00" <= reading(at, name)[1] < "21:00:00"
            assert not wished or any(is_wished(at, name, window) for window in wished)
        if desk:
            day, time = reading(at, SHANGHAI)
            assert day <= 5 and ("09:00:00" <= time < "12:00:00" or "13:00:00" <= time < "18:00:00")
    for at in started:
        assert sum(at - timedelta(days=1) < other <= at for other in started) <= 3


def test_where_the_customer_is_and_when_to_call_may_be_told_later():
    """Two o'clock in the night there, by now; and only on Sundays."""
    away = informed(time_zones=("America/Los_Angeles",), country="US")
    assert promised().hears(away, 24.9).claims(25).until(25).refused == [("outside_hours", None)]
    sundays = (ContactWindow(days=(7,), opens="10:00", closes="12:00"),)
    desk = Desk(phone_only(), time_zones=(SHANGHAI,)).hears(resolved(), 0).hears(informed(contact_windows=sundays), 1).until(144)
    assert desk.run.all(CallbackDue)[0].contact_windows == sundays
    law = phone_only(legal_hours_by_country={"US": LegalHours(hours=(("20:00", "21:00"),))})
    assert promised(law).hears(away, 24.9).until(144).complaint.country == "US"


def test_windows_are_worked_out_once_for_all_customers_of_a_zone():
    first, second = (Complaint.model_validate({
        "complaint_id": COMPLAINT, "customer": f"c{n}", "reference": registered().reference, "time_zones": (SHANGHAI,),
        "reachable": Reachable(phone=True),
    }) for n in (1, 2))  # fmt: skip
    assert hours_of(first, "phone", POLICY) is hours_of(second, "phone", POLICY)
    assert hours_of(first, "letter", POLICY) is None, "a letter wakes nobody"


def test_hour_nought_is_what_the_tables_say():
    assert hour(0) == datetime(2026, 3, 2, 9, tzinfo=UTC) and reading(hour(0), SHANGHAI) == (1, "17:00:00")
