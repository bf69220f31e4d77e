"""`redress policy check`: what can never work is refused, every fault of every file with its file and field, in words."""

from pathlib import Path

import pytest

from tests.cli.policy.sets import Edit, altered, checked, fields, for_machines

NEVER_OPEN = ("calendars", "hotline:", "empty:\n  zone: Asia/Shanghai\n  weekly: {}\nhotline:")
LATE_WARNING = ("routing", "warnings_percent: [25, 50, 75]", "warnings_percent: [25, 50, 120]")
DISORDER = (
    "routing", "levels: [{level: 1, seconds: -7200}, {level: 2, seconds: 0}]",
    "levels: [{level: 2, seconds: -7200}, {level: 1, seconds: 0}]",
)  # fmt: skip
IDLE_RULE = (
    "routing", "  - {when: {class_kind: inquiry}, departments: [hotline_desk], lead: hotline_desk}\n",
    "  - {when: {element: gas, channel: phone}, departments: [hotline_desk], lead: hotline_desk}\n",
)  # fmt: skip

FAULTS: dict[str, tuple[Edit, str, str]] = {
    # what can never work
    "a calendar that never opens": (NEVER_OPEN, "calendars.yaml: empty", "the calendar never opens"),
    "a warning after its due": (LATE_WARNING, "routing.yaml: clocks.emergency.warnings_percent.2", "must be at most 99, not 120"),
    "levels out of order": (DISORDER, "routing.yaml: clocks.inquiry", "levels are out of order"),
    "a rule that an earlier one leaves nothing": (
        IDLE_RULE, "routing.yaml: rules.37", "this rule can never decide: wherever it fits, rules.10",
    ),
    "a class rule that an earlier one leaves nothing": (
        ("intake", "  - {kind: 投诉, classes: {kind: complaint}}\n", "  - {kind: 咨询, channel: phone, classes: {kind: complaint}}\n"),
        "intake.yaml: classes.56", "this rule can never decide",
    ),
    "a matter that intake never gives": (
        ("routing", "{when: {element: noise}", "{when: {element: nose}"), "routing.yaml: rules.18.when.element",
        "intake.yaml gives no element nose, so this can never match; perhaps noise is meant.",
    ),
    "a clock for a kind that intake never gives": (
        ("routing", "when: {class_kind: request}", "when: {class_kind: requests}"), "routing.yaml: clocks.request.when.class_kind",
        "intake.yaml gives no kind requests",
    ),
    "an answer for a kind that intake never gives": (
        ("routing", "{class_kind: praise, parts", "{class_kind: thanks, parts"), "routing.yaml: answers.4.class_kind",
        "gives no kind thanks",
    ),
    "a tier that no customer has": (
        ("routing", "  large_amount: 3\n", "  large_amount: 3\n  tiers: {gold: 3}\n"), "routing.yaml: priority.tiers.gold",
        "no customer has the tier gold, so this can never match; there is general, suitable, key.",
    ),
    "a window that ends before the last answer": (
        ("routing", "window_seconds: 1814400", "window_seconds: 1641600"), "routing.yaml: reopening.window_seconds",
        "19 d end before the last answer can come: a callback is given up after 6 d (callback.yaml: abandon_after_seconds), and its survey"
        " expires 14 d later (feedback.yaml: expires_after_seconds); make it at least 1728000, or those shorter.",
    ),
    "a calendar that is not there": (
        ("routing", "    targets: 30m\n    calendar: hotline\n", "    targets: 30m\n    calendar: hot\n"),
        "routing.yaml: clocks.containment.calendar", "there is no calendar hot",
    ),
    "intake's calendar that is not there": (
        ("intake", "calendar: office}", "calendar: desk}"), "intake.yaml: first_answer.calendar", "there is no calendar desk",
    ),
    "no text in the default language": (
        ("intake", "{zh: ack.zh, en: ack.en}", "{en: ack.en}"), "intake.yaml: the whole",
        "acknowledgements needs a text in the default language",
    ),
    "a department that is not there": (
        ("routing", "departments: [research_office], lead: research_office", "departments: [thinkers], lead: thinkers"),
        "routing.yaml: rules.6.departments", "there is no department thinkers",
    ),
    "a desk without hours": (
        ("callback", "desk: hotline", "desk: hotlin"), "callback.yaml: desk", "there is no calendar hotlin; there is hotline, office.",
    ),
    "callback windows that can never meet": (
        ("callback", "desk: hotline                          # 全天候值班，但只在市民方便的时候打扰\n"
        'zone: Asia/Shanghai\nlegal_hours: {hours: [["08:00"', 'desk: office\nzone: Asia/Shanghai\nlegal_hours: {hours: [["18:00"'),
        "callback.yaml: legal_hours",
        "the desk (office) is never at work in these hours: nobody could ever be called.",
    ),
    "care for customers of a tier that there is not": (
        ("callback", "care: null                             # 市民不分等级", "care: {tiers: [gold]}"), "callback.yaml: care.tiers",
        "no customer has the tier gold.",
    ),
    # what is not well formed, in plain words
    "a truth where a number is meant": (
        ("callback", "max_attempts: 3", "max_attempts: true"), "callback.yaml: max_attempts", "must be a number, not true.",
    ),
    "a truth deep inside": (
        ("routing", "at_most: 15, times: 2}", "at_most: 15, times: true}"), "routing.yaml: clocks.handling.extensions.times",
        "must be a number, not true.",
    ),
    "a field that is misspelt": (
        ("callback", "max_attempts: 3", "max_atempts: 3"), "callback.yaml: max_atempts",
        "there is no such field; perhaps max_attempts is meant.",
    ),
    "a field of a clock that is misspelt": (
        ("routing", "pauses_for: [force_majeure]", "pause_for: [force_majeure]"), "routing.yaml: clocks.emergency.pause_for",
        "there is no such field; perhaps pauses_for is meant.",
    ),
    "a field that is missing": (("routing", "triage: {owner: chief_duty}", "triage: {}"), "routing.yaml: triage.owner", "is missing."),
    "a number that is none": (
        ("feedback", "expires_after_seconds: 1209600", "expires_after_seconds: soon"), "feedback.yaml: expires_after_seconds",
        "must be a whole number, not 'soon'.",
    ),
    "a number out of its bounds": (("routing", "  hazard: 1\n", "  hazard: 9\n"), "routing.yaml: priority.hazard",
    "must be at most 4, not 9."),
    "a word of another form": (
        ("routing", "owner: chief_duty", "owner: Chief Duty"), "routing.yaml: triage.owner", "must be a word of small letters, digits,",
    ),
    "a currency of another form": (
        ("callback", "currency: CNY", "currency: yuan"), "callback.yaml: lateness.compensation.currency",
        "must be a currency's three capitals",
    ),
    "a text that looks like a number": (
        ("intake", "  - {complaint_type: 供水, ", "  - {complaint_type: 12345, "), "intake.yaml: classes.20.complaint_type",
        "must be a text, not 12345: put it in quotes.",
    ),
    "a time of day that is none": (
        ("calendars", "hotline:", "late:\n  zone: Asia/Shanghai\n  weekly: {mon: [['9:00', '18:00']]}\nhotline:"),
        "calendars.yaml: late.weekly.mon.0.0", "write it as 09:00",
    ),
    "a choice that is none": (
        ("routing", "settle_seconds: 5", "settle_seconds: 5\nopen_complaints: ask"), "routing.yaml: open_complaints",
        "must be keep or follow, not 'ask'.",
    ),
    "an empty list": (
        ("routing", "    targets: 15m\n    calendar: hotline\n    levels: [{level: 2, seconds: 0}]\n",
         "    targets: 15m\n    calendar: hotline\n    extensions: {reasons: [], approvers: [bureau_head], at_most: 3600}\n"),
        "routing.yaml: clocks.urgent_triage.extensions.reasons", "must not be empty.",
    ),
    "a span that is none": (
        ("routing", "targets: 24h", "targets: 24 hours"), "routing.yaml: clocks.emergency.targets", "'24 hours' is not a target",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "field", "sentence"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_by_file_and_field(tmp_path: Path, edit: Edit, field: str, sentence: str) -> None:
    place = altered(tmp_path, edit)
    code, said, faults = checked(place)
    assert (code, said) == (2, "")
    (fault,) = {fault for fault in faults if field in fault}
    assert fault.startswith(f"{place}/{field}: ") and sentence in fault and fault.endswith(".")
    assert fields(faults, place) == [field]
    assert not any(jargon in fault for jargon in ("Input", "Extra inputs", "Field", "pydantic", "Value error", "valid"))


def test_all_faults_of_all_files_are_told_in_one_run(tmp_path: Path) -> None:
    """What is wrong in a calendar, in a clock and in a rule, and in another file: none hides another."""
    edits = (NEVER_OPEN, LATE_WARNING, DISORDER, IDLE_RULE, ("callback", "max_attempts: 3", "max_attempts: true"))
    place = altered(tmp_path, *edits, ("intake", "duplicate_days: 30", "duplicate_days: 0"), ("feedback", "channels:", "channel:"))
    code, _, faults = checked(place)
    assert code == 2 and sorted(fields(faults, place)) == [
        "calendars.yaml: empty", "callback.yaml: max_attempts", "feedback.yaml: channel", "intake.yaml: duplicate_days",
        "routing.yaml: clocks.emergency.warnings_percent.2", "routing.yaml: clocks.inquiry", "routing.yaml: rules.37",
    ]  # fmt: skip


def test_two_faults_of_one_clock_are_both_told(tmp_path: Path) -> None:
    place = altered(
        tmp_path, LATE_WARNING, ("routing", "pauses_for: [force_majeure]", "pauses_for: [bad_weather]"), of="city",
    )  # fmt: skip
    _, _, faults = checked(place)
    assert sorted(fields(faults, place)) == [
        "routing.yaml: clocks.emergency.pauses_for", "routing.yaml: clocks.emergency.warnings_percent.2",
    ]  # fmt: skip


def test_a_file_that_is_missing_hides_nothing_of_the_others(tmp_path: Path) -> None:
    place = altered(tmp_path, ("callback", "max_attempts: 3", "max_attempts: 0"))
    (place / "intake.yaml").unlink()
    (place / "feedback.yaml").write_text("questions: [solved\n", "utf-8")
    code, _, faults = checked(place)
    assert code == 2 and len(faults) == 3
    assert "there is no" in faults[0] and "max_attempts: must be at least 1, not 0." in faults[1] and "is not YAML in line" in faults[2]


def test_a_set_without_its_calendars_misses_them_by_name(tmp_path: Path) -> None:
    place = altered(tmp_path)
    (place / "calendars.yaml").unlink()
    code, _, faults = checked(place)
    assert code == 2 and any("intake.yaml: first_answer.calendar: there is no calendar office" in fault for fault in faults)
    assert any("routing.yaml: clocks.emergency.calendar: there is no calendar hotline" in fault for fault in faults)


@pytest.mark.parametrize("name", ["nowhere", "./nowhere"])
def test_a_set_that_is_none_is_one_sentence(name: str) -> None:
    code, said, faults = checked(name)
    assert (code, said, len(faults)) == (2, "", 1) and "nowhere" in faults[0]


def test_machines_are_told_the_same(tmp_path: Path) -> None:
    place = altered(tmp_path, LATE_WARNING)
    code, told = for_machines(place)
    assert code == 2 and told["set"] == "mine"
    assert told["faults"] == [f"{place}/routing.yaml: clocks.emergency.warnings_percent.2: must be at most 99, not 120."]
    assert sorted(told["policies"]) == ["callback", "feedback", "intake"] and told["examples"] == []
