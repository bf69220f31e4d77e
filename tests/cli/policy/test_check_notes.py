"""`redress policy check`: what may be meant, though it looks odd, is a note and no fault."""

from pathlib import Path

import pytest

from tests.cli.policy.sets import Edit, altered, checked

NOTES: dict[str, tuple[Edit, str]] = {
    "a matter that no rule knows": (
        ("intake", "classes: {kind: complaint, element: noise}}\n  - {complaint_type: 道路",
        "classes: {kind: complaint, element: dogs}}\n  - {complaint_type: 道路"),
        "routing: what intake classes as complaint / dogs goes to triage, unless a rule on its other facts fits.",
    ),
    "a first answer later than intake's promise": (
        ("routing", "targets: {1: 1h, 2: 4h, 3: 8h, 4: 8h}", "targets: {1: 1h, 2: 4h, 3: 8h, 4: 24h}"),
        "routing: clocks.first_answer of P4 never counts: intake promises the first answer sooner.",
    ),
    "a graver complaint with more time": (
        ("routing", "targets: {1: 1h, 2: 4h, 3: 8h, 4: 8h}", "targets: {1: 9h, 2: 4h, 3: 8h, 4: 8h}"),
        "routing: clocks.first_answer gives P1 more time than P2.",
    ),
    "a calendar that nothing counts by": (
        ("calendars", "hotline:",
        "old:\n  zone: Asia/Shanghai\n  weekly: {mon: [['09:00', '18:00']]}\nhotline:"), "calendars: nothing counts by old.",
    ),
    "a clock to be told of that routing has not": (
        ("callback", "clocks: [first_answer, inquiry,", "clocks: [first_answer, enquiry,"),
        "callback: progress.clocks names enquiry, and routing has no such clock.",
    ),
    "holidays that end": (
        ("routing", "owner: chief_duty", "owner: duty"), "calendars: office has its holidays until 2026; what is due later",
    ),
    "more time than the total has": (
        ("routing", "approvers: [bureau_head], at_most: 45, times: 2}", "approvers: [bureau_head], at_most: 14, times: 2}"),
        "routing: clocks.handling of P1 may take longer than the total: its time used up breaks total_resolution.",
    ),
    "Chinese understood, and not answered": (
        ("intake", "default_language: zh\nacknowledgements: {zh: ack.zh, en: ack.en}",
        "default_language: en\nacknowledgements: {en: ack.en}"),
        "intake: it understands Chinese, and acknowledges nothing in Chinese.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "note"), NOTES.values(), ids=NOTES)
def test_what_may_be_meant_is_a_note_and_no_fault(tmp_path: Path, edit: Edit, note: str) -> None:
    code, said, faults = checked(altered(tmp_path, edit))
    assert (code, faults) == (0, []) and note in said


def test_a_file_that_nobody_reads_is_noted(tmp_path: Path) -> None:
    place = altered(tmp_path)
    (place / "calender.yaml").write_text("{}", "utf-8")
    assert "calender.yaml: no service reads this file." in checked(place).said
