"""§2.3: 延期, what it moves and when it is refused; and the law's deadlines restated as policy."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.common import CommandRefused
from contracts.model import Staff
from contracts.routing import ClockAimed, ClockBreached, ClockExtended, ClockMet, ClockStarted, ClockWarned, ComplaintResolved
from services.platform.kernel.service import Cause, Refused
from services.routing import SERVICE
from tests.core.routing.clockwork import clock, day, of, only, opened, policy_with, said
from tests.core.routing.house import (
    CHIEF,
    COMPLAINT,
    HEAD,
    START,
    House,
    accept,
    contact,
    extend,
    in_progress,
    pause,
    reopened,
    resolution,
    resume,
    second,
    set_priority,
)

OTHER_HEAD = Staff(staff="deputy", role="head")
STAFF_APPROVER = Staff(staff="friend", role="agent")
MYSELF = Staff(staff=CHIEF.staff, role="head")


def test_an_extension_moves_target_due_and_promise_and_shows_by_whom() -> None:
    house = in_progress().takes(extend(500, by=CHIEF, approver=HEAD), at=100)
    extended = only(house, ClockExtended)
    assert (extended.before, extended.target, extended.due_before, extended.due) == (400, 500, second(400), second(500))
    assert (extended.approver, extended.by, extended.reason, extended.next_update) == (HEAD, CHIEF, "parts", second(3600))
    assert house.complaint.promised_resolution == second(500)
    house.takes(resolution(), at=450)
    assert (only(house, ClockMet).target, house.last(ComplaintResolved).is_late) == (500, False)


def test_what_was_told_before_an_extension_is_not_told_again() -> None:
    house = in_progress().until(350).takes(extend(1000), at=360).until(3000)
    assert [(each.percent, each.warned_at) for each in said(house, ClockWarned)] == [(50, second(200)), (80, second(320))]
    assert only(house, ClockBreached).breached_at == second(1001)


def test_pauses_are_kept_by_an_extension_and_it_may_come_while_the_clock_rests() -> None:
    house = in_progress().takes(pause(), at=20).takes(resume(), at=70).takes(extend(500), at=80)
    assert only(house, ClockExtended).due == second(550)
    resting = in_progress().takes(pause(), at=20).takes(extend(500), at=50).takes(resume(), at=70)
    assert resting.complaint.promised_resolution == second(550)


def test_an_approved_extension_outlives_a_change_of_priority() -> None:
    house = in_progress().takes(extend(500), at=100).hears(contact(), at=110)
    assert said(house, ClockAimed) == []
    assert house.complaint.promised_resolution == second(500)


def test_a_longer_target_of_a_lesser_priority_takes_its_place() -> None:
    house = House(hazards=("fire",)).takes(accept(), at=5).takes(extend(300), at=10).takes(set_priority(4), at=20)
    assert only(house, ClockAimed).target == 400


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (extend(clock="no_such"), "unknown_clock"),
        (extend(clock="containment"), "unknown_clock"),
        (extend(clock="acceptance-1-billing", target=100), "clock_ended"),
        (extend(clock="first_answer", target=100), "clock_ended"),
        (extend(clock="statute", target=50, reason="parts"), "not_extendable"),
        (extend(reason="holidays"), "not_extendable"),
        (extend(400), "extension_too_short"),
        (extend(1), "extension_too_short"),
        (extend(1001), "extension_too_long"),
        (extend(10**9), "extension_too_long"),
        (extend(approver=None), "approver_missing"),
        (extend(approver=MYSELF), "approver_is_sender"),
        (extend(approver=STAFF_APPROVER), "not_the_role"),
        (extend(next_update=None), "delay_untold"),
        (extend(next_update=second(99)), "next_update_past"),
    ],
)
def test_an_extension_that_may_not_be_is_refused_and_moves_nothing(asked: Any, reason: str) -> None:
    house = in_progress(source="city").takes(asked, at=100)
    assert house.refusal == reason
    assert house.complaint.promised_resolution == second(400)


def test_the_longest_target_is_allowed_and_refusals_say_what_is() -> None:
    assert only(in_progress().takes(extend(1000), at=100), ClockExtended).target == 1000
    assert in_progress().takes(extend(1001), at=100).last(CommandRefused).see == "1000"


def test_what_the_policy_allows_now_in_days_allows_nothing_of_a_clock_in_seconds() -> None:
    rules = policy_with(clock("5 days", calendar="desk", extensions=_extensions(1000)))
    with pytest.raises(Refused, match="not_extendable"):
        SERVICE.decide(House().complaint, Cause(extend(500, reason="authority"), COMPLAINT, "routing", START, START, COMPLAINT), rules)


def test_extensions_are_used_up() -> None:
    house = in_progress().takes(extend(500), at=100).takes(extend(600, approver=OTHER_HEAD), at=110).takes(extend(700), at=120)
    assert (house.refusal, [each.target for each in said(house, ClockExtended)]) == ("not_extendable", [500, 600])


@pytest.mark.parametrize("at", [401, 5000])
def test_a_breached_clock_is_not_extended(at: float) -> None:
    assert in_progress().takes(extend(500), at=at).refusal == "clock_ended"


def test_a_clock_is_extended_at_its_very_due() -> None:
    assert only(in_progress().takes(extend(500), at=400.9), ClockExtended).due == second(500)


def test_the_first_promise_is_not_extended_in_a_later_round() -> None:
    assert reopened().takes(extend(500), at=40).refusal == "clock_ended"
    house = reopened().takes(extend(1500, "total_resolution", next_update=None), at=40)
    assert only(house, ClockExtended, "total_resolution").target == 1500


def test_where_several_clocks_have_one_name_the_instance_says_which() -> None:
    rules = policy_with(
        others={"signing": clock("60s", "acceptance", extensions={"reasons": ["parts"], "approvers": ["head"], "at_most": 100})}
    )
    house = House(rules, type="Both").takes(extend(90, "signing"), at=10)
    assert (house.refusal, house.last(CommandRefused).see) == ("unknown_clock", "acceptance-1-billing, acceptance-1-network")
    house.takes(extend(90, "acceptance-1-network"), at=20)
    assert only(house, ClockExtended, "signing").instance == "acceptance-1-network"
    house.takes(accept("1-network"), at=30).takes(extend(80, "signing"), at=40)
    assert said(house, ClockExtended, "signing")[-1].instance == "acceptance-1-billing"


# -- the law's deadlines ---------------------------------------------------------------------------------------------------------------


def _extensions(at_most: int) -> dict[str, Any]:
    return {"reasons": ["authority"], "approvers": ["head"], "at_most": at_most}


LAW = policy_with(
    others={
        "cfpb": clock("15 days", "legal", calendar="new_york", extensions=_extensions(60)),
        "fca_disp": clock("8 weeks", "legal", calendar="london"),
        "fca_summary": clock("3 business days", "legal", calendar="london"),
        "fca_psd_emd": clock("15 business days", "legal", calendar="london", extensions=_extensions(35)),
        "samr_acceptance": clock("7 business days", "legal", calendar="beijing", met_by="accepted"),
        "samr_mediation": clock("45 business days", "legal", calendar="beijing", starts="accepted", pauses_for=["parts"]),
        "digit_pgr": clock("120h", "legal", levels=[{"level": 2, "seconds": -48 * 3600}]),
    },
    calendars={
        name: {"zone": zone, "weekly": {each: [["09:00", "17:00"]] for each in ("mon", "tue", "wed", "thu", "fri")}} | more
        for name, zone, more in (
            ("new_york", "America/New_York", {}),
            ("london", "Europe/London", {"holidays": {"2026-04-03": "Good Friday", "2026-04-06": "Easter Monday"}}),
            ("beijing", "Asia/Shanghai", {"holidays": {"2026-04-06": "清明节"} | {f"2026-05-0{n}": "劳动节" for n in range(1, 6)},
                                          "overrides": {"2026-05-09": [["09:00", "17:00"]]}}),
        )
    },
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "due"),
    [
        ("cfpb", day("2026-03-18", "04:00:00")),              # 15 calendar days, in summer time by then
        ("fca_disp", day("2026-04-27", "23:00:00")),
        ("fca_summary", day("2026-03-06")),
        ("fca_psd_emd", day("2026-03-24")),
        ("samr_acceptance", day("2026-03-11", "16:00:00")),
        ("digit_pgr", day("2026-03-07", "09:00:00")),
    ],
)  # fmt: skip
def test_the_laws_deadlines_run_from_receipt(name: str, due: datetime) -> None:
    """Received on Monday, 2 March 2026, at 09:00 UTC: 04:00 in New York, 17:00 in Beijing."""
    _, events = opened(LAW, START)
    assert [each.due for each in events if isinstance(each, ClockStarted) and each.clock == name] == [due]


def test_forty_five_working_days_run_from_acceptance_and_rest_while_something_is_tested() -> None:
    """Accepted on 2 March, it skips the Tomb Sweeping Monday and the Labour Day week and counts the worked Saturday."""
    house = House(LAW).takes(accept(), at=86_400)
    assert only(house, ClockMet, "samr_acceptance").used_seconds == 8 * 3600
    started = only(house, ClockStarted, "samr_mediation")
    assert (started.started_from, started.due) == (second(86_400), day("2026-05-09", "16:00:00"))
    house.takes(pause(reason="parts"), at=2 * 86_400).takes(resume(), at=9 * 86_400)
    assert [each.due for each in house.complaint.clocks if each.name == "samr_mediation"] == [day("2026-05-15", "16:00:00")]


def test_acceptance_is_refused_or_given_within_seven_working_days() -> None:
    late = House(LAW).until(20 * 86_400)
    assert only(late, ClockBreached, "samr_acceptance").breached_at == day("2026-03-11", "16:00:01")
    assert of(late, "samr_mediation") == []


def test_fifteen_days_become_sixty_by_an_extension(shared_data: Path) -> None:
    deadlines = {each["id"]: each for each in json.loads((shared_data / "response_deadlines.json").read_text("utf-8"))}
    first, last = deadlines["cfpb"]["days"]
    house = in_progress(rules=LAW).takes(extend(last, "cfpb", "authority", next_update=None), at=100)
    extended = only(house, ClockExtended, "cfpb")
    assert (extended.before, extended.target, extended.due) == (first, last, day("2026-05-02", "04:00:00"))
    assert in_progress(rules=LAW).takes(extend(last + 1, "cfpb", "authority"), at=100).refusal == "extension_too_long"


def test_fifteen_business_days_become_thirty_five_by_an_extension() -> None:
    house = in_progress(rules=LAW).takes(extend(35, "fca_psd_emd", "authority"), at=100)
    extended = only(house, ClockExtended, "fca_psd_emd")
    assert (extended.before, extended.target, extended.due) == (15, 35, day("2026-04-22", "23:00:00"))


def test_after_three_of_five_days_by_the_wall_clock_somebody_higher_hears_of_it() -> None:
    _, events = opened(LAW, START)
    escalations = [each.escalations for each in events if isinstance(each, ClockStarted) and each.clock == "digit_pgr"]
    assert escalations == [(day("2026-03-05", "09:00:00"),)]
