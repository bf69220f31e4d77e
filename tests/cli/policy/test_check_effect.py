"""`redress policy check`: a set without a fault is told in words, with dues that anybody can check by hand."""

from pathlib import Path

import pytest

from services.cli.policy.phrases import exactly, exceptions, listed, targets, weekly
from services.platform.business_time import CalendarRules, Target
from services.platform.chassis.policies import shipped_sets
from tests.cli.policy.sets import altered, checked, shipped, shipped_for_machines

PARTS = (
    "Receiving", "Who works on it", "How urgent", "By when", "Worked examples", "What an answer needs", "How it ends", "Calling back",
    "Asking",
)  # fmt: skip


@pytest.mark.parametrize("name", shipped_sets())
def test_every_shipped_set_is_without_a_fault_and_says_what_it_does(name: str) -> None:
    code, said, faults = shipped(name)
    assert (code, faults) == (0, []) and f"The set {name} has no fault." in said
    assert all(part in said for part in PARTS)


@pytest.mark.parametrize("name", shipped_sets())
def test_the_versions_of_all_policies_are_named(name: str) -> None:
    code, told = shipped_for_machines(name)
    assert code == 0 and told["faults"] == []
    assert [reference.partition("@")[0] for reference in told["policies"].values()] == [f"{name}/{service}" for service in told["policies"]]
    assert sorted(told["policies"]) == ["callback", "feedback", "intake", "routing"]
    assert all(reference in shipped(name).said for reference in told["policies"].values())


def test_the_same_set_is_told_alike_every_time() -> None:
    assert checked("city") == shipped("city")


CITY = [
    # calendars
    "office (Asia/Shanghai): mon-fri 08:30-12:00, 13:30-18:00; in 2026 33 dates off, 6 dates with hours of their own.",
    "hotline (Asia/Shanghai): mon-sun 00:00-24:00; no date is an exception.",
    # clocks
    "inquiry: 1 business day by the calendar office, from registered to resolved, where kind is inquiry. Warns at 50 and 80 %.",
    "Goes up to section_chief (level 1) 2 h of office time before it is due and bureau_head (level 2) when it is missed.",
    "May be given more time once for policy unclear or needs other authority, up to 3 business days by the calendar office",
    "acceptance: P1 1 h, P2 1 h, P3 2 h, P4 2 h of office time, from requested to accepted, for every complaint.",
    "Rests for awaiting caller, awaiting test or awaiting court.",
    # the rest
    "P2: a repeat, a vulnerable customer or public exposure.",
    "What no rule fits waits for chief_duty, as does what a department declines.",
    "gas to gas_company",
    "explanation: where its kind is complaint, inquiry, report, request, suggestion or unclassified.",
    "apology and prevention: if it is upheld or partly where its kind is complaint, report, request or unclassified.",
    "After 3 rounds bureau_head, mayors_office or duty_leader has the last word.",
    "busy: again after 30 min then 2 h.",
    "Being late costs up to 10.00 CNY, reached 4 h after the promise.",
    # a Friday afternoon; five business days on is the next Friday, which ends at 24:00
    "A P3 complaint registered Fri 2026-01-30 16:00 is due Fri 2026-02-06 24:00, by the clock handling.",
]


@pytest.mark.parametrize("sentence", CITY)
def test_the_citys_policy_in_words(sentence: str) -> None:
    assert sentence in shipped("city").said


DUES = [
    # 除夕前的调休周六下午：假后第一个工作日是二十四日
    ("city", "inquiry", 4, "2026-02-14T16:00:00+08:00", "2026-02-25T00:00:00+08:00"),
    ("city", "handling", 4, "2026-02-14T16:00:00+08:00", "2026-03-01T00:00:00+08:00"),
    # two office hours from 16:00 are used up at closing time
    ("city", "acceptance", 4, "2026-01-30T16:00:00+08:00", "2026-01-30T18:00:00+08:00"),
    # eight weeks from Maundy Thursday; business days leave Good Friday and Easter Monday out
    ("bank", "fca_final_response", 4, "2026-04-02T16:00:00+01:00", "2026-05-29T00:00:00+01:00"),
    ("bank", "fca_summary", 4, "2026-04-02T16:00:00+01:00", "2026-04-10T00:00:00+01:00"),
    # a winter's start, a summer's end
    ("bank", "fca_final_response", 1, "2026-01-31T10:00:00+00:00", "2026-03-29T00:00:00+00:00"),
    # across Washington's Birthday there is no difference: calendar days
    ("bank", "cfpb_response", 2, "2026-01-30T16:00:00-05:00", "2026-02-15T00:00:00-05:00"),
    ("retail-cn", "samr_acceptance", 3, "2026-01-30T16:00:00+08:00", "2026-02-11T00:00:00+08:00"),
    # five hours of Friday evening and three of Saturday: 16 in all with Sunday's eight
    ("telecom", "resolution", 2, "2026-01-30T16:00:00-05:00", "2026-02-01T12:00:00-05:00"),
    ("telecom", "restoration", 4, "2026-01-30T16:00:00-05:00", "2026-01-31T16:00:00-05:00"),
]


@pytest.mark.parametrize(("name", "clock", "priority", "start", "due"), DUES)
def test_a_worked_example_is_what_one_counts_by_hand(name: str, clock: str, priority: int, start: str, due: str) -> None:
    assert {"clock": clock, "from": start, "priority": priority, "due": due} in shipped_for_machines(name)[1]["examples"]


def test_a_set_of_ones_own_is_checked_by_its_directory(tmp_path: Path) -> None:
    place = altered(tmp_path, ("routing", "owner: chief_duty", "owner: night_desk"))
    code, said, _ = checked(place)
    assert code == 0 and "The set mine has no fault." in said and "waits for night_desk" in said and "mine/routing@" in said


def test_targets_that_are_all_alike_are_told_once() -> None:
    every = {priority: Target.model_validate("2h") for priority in (1, 2, 3, 4)}
    assert targets(every, "desk") == "2 h of desk time"
    assert targets({**every, 1: Target.model_validate("30m")}, None) == "P1 30 min, P2 2 h, P3 2 h, P4 2 h"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (59, "59 s"), (3_600, "1 h"), (93_784, "1 d 2 h 3 min 4 s"), (1_732_500, "20 d 1 h 15 min"), (1_728_000, "20 d")],
)
def test_a_span_of_a_policy_is_told_to_the_second(seconds: int, told: str) -> None:
    assert exactly(seconds) == told


def test_a_calendars_open_time_is_told_without_days_and_as_exactly() -> None:
    assert exactly(93_784, days=False) == "26 h 3 min 4 s"
    assert targets({4: Target(amount=90_061, unit="seconds")}, "desk") == "P4 25 h 1 min 1 s of desk time"


@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        ("routing", "window_seconds: 1814400", "window_seconds: 1815061", "reopened within 21 d 11 min 1 s after"),
        ("feedback", "expires_after_seconds: 1209600", "expires_after_seconds: 1209661", "There are 14 d 1 min 1 s to answer."),
        ("callback", "\nabandon_after_seconds: 518400", "\nabandon_after_seconds: 518461", "given up 6 d 1 min 1 s after"),
    ],
)
def test_what_a_set_says_is_told_unrounded(tmp_path: Path, file: str, before: str, after: str, told: str) -> None:
    code, said, _ = checked(altered(tmp_path, (file, before, after), of="default"))
    assert code == 0 and told in said


@pytest.mark.parametrize(("words", "told"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"), ([], "")])
def test_a_list_as_one_says_it(words: list[str], told: str) -> None:
    assert listed(words) == told


def test_a_week_and_its_exceptions() -> None:
    rules = CalendarRules.model_validate({
        "zone": "Europe/Berlin",
        "weekly": {"mon": [["09:00", "12:00"]], "tue": [["09:00", "12:00"]], "thu": [["09:00", "12:00"], ["14:00", "18:00"]]},
        "holidays": {"2026-12-25": "Weihnachten", "2027-01-01": "Neujahr"}, "breaks": {"2026-12-24": [["12:00", "18:00"]]},
    })  # fmt: skip
    assert weekly(rules) == "mon-tue 09:00-12:00; thu 09:00-12:00, 14:00-18:00"
    assert exceptions(rules) == "in 2026 1 date off, 1 date with breaks; in 2027 1 date off"


def test_no_due_is_cut_on_a_narrow_terminal() -> None:
    said = checked("city", columns=80).said
    assert "…" not in said[said.index("Worked examples") : said.index("What an answer needs")]
    assert "2026-01-30 │ 2026-01-30 │ 2026-01-30 │ 2026-01-30" in said


def test_dues_are_told_in_the_time_of_the_place() -> None:
    assert "Local time of America/New_York" in shipped("telecom").said and "Local time of UTC" not in shipped("telecom").said
