"""What one sees of two sets of policies on one history."""

import csv
from pathlib import Path

import pytest

from contracts.ids import reference_number
from services.backtest.report import compare
from services.cli.backtest.changes import write_changes
from services.cli.backtest.comparison import COLUMNS, show_comparison
from services.cli.errors import CommandError
from tests.cli.backtest_report.test_tables import row
from tests.cli.backtest_report.told import CITY, IT, SHOP, console, reports, text


@pytest.fixture(scope="module")
def screen() -> str:
    seen = console(400)
    show_comparison(seen, compare(*reports()), CITY, SHOP)
    return text(seen)


def test_it_begins_with_how_many_would_have_ended_otherwise(screen):
    assert screen.startswith("1 of 2 complaints (50.0 %) would have ended otherwise under retail-cn instead of 城市热线.")


@pytest.mark.parametrize("cells", [
    ["resolution", "0", "1"],
    ["confirm call", "0", "1"],
    ["clocks", "all kept", "0.0 %", "100.0 %", "+100.0 points"],
    ["calls", "all in time", "0.0 %", "100.0 %", "+100.0 points"],
    ["remedies", "all proposed", "1", "0", "−1"],
])  # fmt: skip
def test_each_figure_stands_beside_the_other_with_the_difference(screen, cells):
    assert row(screen, cells[0]) == cells


def test_sums_differ_by_sums(screen):
    line = next(line for line in screen.splitlines() if "all cost of lateness" in line)
    assert "10.00 CNY" in line and "−10.00 CNY" in line


def test_a_complaint_is_told_with_its_changes_and_why(screen):
    found = screen[screen.index("Complaint by complaint") :]
    assert row(found, reference_number(IT.id))[:4] == [reference_number(IT.id), "clock resolution", "breached", "met"]
    told = " ".join(found.split())
    assert "priority P4 → P2" in told and "department repairs → network" in told and "target 10 min → 2 h 30" in told
    assert "late 1 h 47 min, 10.00 CNY" in told and "partial refund issued, 1,234.56 CNY" in told
    assert "confirmed, 2026-03-02 11:46" in told and "confirmed, 2026-03-02 10:23" in told


def test_a_set_with_itself_is_told_in_one_sentence():
    one, _ = reports()
    seen = console()
    show_comparison(seen, compare(one, one), CITY, CITY)
    assert text(seen).strip() == "None of 2 complaints would have ended otherwise under 城市热线 instead of 城市热线."


def test_the_csv_has_a_line_for_each_difference(tmp_path: Path):
    write_changes(tmp_path / "changes.csv", *reports())
    with (tmp_path / "changes.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert tuple(lines[0]) == COLUMNS and {line["complaint_id"] for line in lines} == {IT.id}
    by_what = {line["what"]: line for line in lines}
    assert set(by_what) == {"clock", "call", "remedy", "escalation", "end"}
    call = by_what["call"]
    assert (call["one"], call["one_late_seconds"], call["one_minor"], call["one_currency"]) == ("late", "6399", "1000", "CNY")
    assert (call["other"], call["other_late_seconds"], call["turned"]) == ("kept", "", "kept")
    assert by_what["end"]["one_closed_at"] == "2026-03-02T11:46:39.000Z" and by_what["clock"]["turned"] == "kept"
    assert by_what["clock"]["because"].startswith("priority P4 → P2; department repairs → network; target 10 min")


def test_a_csv_that_cannot_be_written_is_told_in_a_sentence_and_leaves_nothing(tmp_path: Path):
    with pytest.raises(CommandError, match=r"--changes: .*changes\.csv cannot be written: no such file or directory"):
        write_changes(tmp_path / "nowhere" / "changes.csv", *reports())
    assert list(tmp_path.iterdir()) == []
