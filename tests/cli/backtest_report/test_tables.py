"""What one sees of a report in a terminal."""

import re

import pytest
from rich.cells import cell_len

from services.backtest.report import Report
from tests.cli.backtest_report.told import HISTORY, shown
from tests.core.backtest_report.history import facts_of_lives, heard, report_of

IT = heard(*HISTORY)


def row(screen: str, name: str) -> list[str]:
    """The cells of the row that begins so."""
    line = next(line for line in screen.splitlines() if line.lstrip("│ ").startswith(name))
    return [cell.strip() for cell in line.strip("│").split("│")]


def test_it_begins_with_whose_report_it_is_and_what_one_wants_to_know_first():
    first = shown(IT).split("\nComplaints ")[0]
    assert "城市热线 (test/callback@1, test/feedback@1, test/intake@1, test/routing@1)" in re.sub(r"\s+", " ", first)
    assert "投诉 2026.csv" in first and "2026-03-02 09:00 to 2026-03-02 11:46 UTC, 15 facts" in first
    told = [re.sub(r"\s{2,}", " | ", line.strip()) for line in first.splitlines() if line.strip()]
    assert told[-10:] == [
        "complaints | 2 | 1 confirmed, 1 open",
        "clocks kept | 0.0 % | 0 of 1; 1 breached, 0 running",
        "promised resolutions kept | 0.0 % | 0 of 1",
        "promised calls kept | 0.0 % | 0 of 1; 1 broken",
        "cost of late calls | 10.00 CNY",
        "remedies issued | 1 | 1,234.56 CNY",
        "reopened | 0.0 % | 0 of 1",
        "at first contact | 100.0 % | 1 of 1",
        "solved, say customers | 100.0 % | 1 of 1",
        "how satisfied (1–5) | 4.00 | 1 answers",
    ]


@pytest.mark.parametrize("cells", [
    ["resolution", "0", "1", "0.0 %", "–", "–", "1 h", "1 h", "1 h"],
    ["1", "team lead", "1"],
    ["confirm", "1", "0", "1", "1", "0.0 %", "0", "10.00 CNY"],
    ["goodwill", "partial refund", "1", "1", "0", "0", "0", "0", "1,234.56 CNY", "–"],
    ["first resolution", "1", "1 h 10 min", "1 h 10 min", "1 h 10 min"],
    ["net promoter score", "100.00"],
    ["department", "(nobody)", "1", "50.0 %"],
])  # fmt: skip
def test_each_figure_stands_in_its_row(cells):
    assert row(shown(IT), cells[0] if cells[0] != "1" else "1 ") == cells


def test_what_did_not_happen_has_no_table():
    screen = shown(heard(*HISTORY[:3]))
    assert "Remedies" not in screen and "Surveys" not in screen and "Clocks" in screen


def test_the_details_are_left_to_the_page():
    assert "Each clock by department" not in shown(IT)


def test_of_nothing_it_says_so():
    assert "Nothing happened: no command led to a fact." in shown(Report())


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_a_narrow_terminal_loses_no_figure_and_no_line_is_too_long(width):
    report = report_of(facts_of_lives("demo", 1.0))
    wide, narrow = shown(report, 200), shown(report, width)
    assert max(cell_len(line) for line in narrow.splitlines()) <= width and "…" not in narrow
    figures = re.findall(r"(?<![\w.,])[\d,]+(?:\.\d+)? (?:%|CNY|USD)", wide)
    assert len(figures) > 50 and not [each for each in set(figures) if each not in narrow]
