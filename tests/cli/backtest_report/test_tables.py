"""What one sees of a report in a terminal."""

import re

import pytest
from rich.cells import cell_len

from contracts.common import CommandRefused
from contracts.model import Money
from contracts.routing import RemedyIssued
from services.backtest.report import Report
from tests.cli.backtest_report.told import HISTORY, shown
from tests.cli.backtest_report.told import IT as IT_SELF
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
        "how satisfied (1–5) | 4.00 | said by 1",
    ]


@pytest.mark.parametrize("cells", [
    ["resolution", "0", "1", "0.0 %", "–", "–", "1 h", "1 h", "1 h"],
    ["1", "team lead", "1"],
    ["confirm", "1", "0", "1", "1", "0.0 %", "0", "10.00 CNY"],
    ["goodwill", "partial refund", "1", "0", "1", "0", "1,234.56 CNY", "–"],
    ["first resolution", "1", "1 h 10 min", "1 h 10 min", "1 h 10 min"],
    ["net promoter score", "100.00"],
    ["department", "(nobody)", "1", "50.0 %"],
])  # fmt: skip
def test_each_figure_stands_in_its_row(cells):
    assert row(shown(IT), cells[0] if cells[0] != "1" else "1 ") == cells


def test_what_did_not_happen_has_no_table():
    screen = shown(heard(*HISTORY[:3]))
    assert "Remedies" not in screen and "Surveys" not in screen and "Clocks" in screen


def test_sums_in_several_currencies_stand_one_below_the_other():
    gifts = [(1, IT_SELF.remedy(RemedyIssued, "refund", Money(amount_minor=50_000, currency=each))) for each in ("CNY", "JPY")]
    lines = shown(heard(*gifts), width=100).splitlines()
    at = next(place for place, line in enumerate(lines) if "500.00 CNY" in line and "goodwill" in line)
    assert "50,000 JPY" in lines[at + 1] and "500.00 CNY" not in lines[at + 1]


def test_of_many_kinds_of_refusals_the_most_stand_on_the_screen_and_the_others_in_one_row():
    def refused(times: int) -> list:
        told = CommandRefused(
            complaint_id=IT_SELF.id,
            command_id=IT_SELF.id,
            command_type="routing.accept_work.v1",
            command_source="crm",
            reason=f"r{times:02}",
        )
        return [(1, told)] * times

    screen = shown(heard(*(each for times in range(1, 14) for each in refused(times))))
    assert row(screen, "routing │ routing.accept_work.v1 │ r13")[-1] == "13" and "r03" not in screen
    assert row(screen, "and 3 other kinds")[-1] == "6"


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
