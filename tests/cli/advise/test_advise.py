"""`redress advise …`: what a planner asks and is told."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from services.cli import execute

LEVELS = ["90 → 91 %", "91 → 92 %", "92 → 93 %", "93 → 94 %"]
PNG = b"\x89PNG\r\n\x1a\n"
EVERY = ["lateness", "service-level", "staffing"]


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert execute(["advise", *arguments]) == 0
    said = capsys.readouterr()
    assert not said.err
    return said.out


def figures(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    return json.loads(told(capsys, *arguments, "--json"))


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert execute(["advise", *arguments]) == 2
    said = capsys.readouterr()
    assert not said.out and len(said.err.splitlines()) == 1
    return said.err


def test_lateness_shows_what_each_delay_costs_and_advises_an_hour(capsys):
    text = told(capsys, "lateness")
    assert all(cost in text for cost in ("20", "18.125", "17.5")) and "Plan for 1 h: 17.5 a callback" in text


def test_lateness_says_that_giving_up_were_cheaper_and_does_not_advise_it(capsys):
    assert "not advised" in told(capsys, "lateness")
    assert "not advised" not in told(capsys, "lateness", "--compensation", "30")


@pytest.mark.parametrize(
    ("options", "late", "total", "k"),
    [
        ([], 1, 17.5, 2.5),
        (["--tolerance", "4"], 4, 10, 0.625),
        (["--tolerance", "6"], 4, 4.444, 0.278),
        (["--compensation", "20"], 0.5, 18.75, 5),
        (["--control", "40"], 1, 37.5, 2.5),
        (["--saved", "0"], 0, 20, 2.5),
    ],
)
def test_lateness_follows_every_figure_that_the_planner_states(capsys, options: list[str], late: float, total: float, k: float):
    found = figures(capsys, "lateness", *options)
    assert (found["hours_late"], round(found["total"], 3), round(found["k"], 3)) == (late, total, k)


def test_the_service_level_stops_before_the_first_per_cent_that_is_not_worth_it(capsys):
    text = told(capsys, "service-level")
    rows = [line for line in text.splitlines() if "→" in line]
    assert all(level in row for level, row in zip(LEVELS, rows, strict=True))
    assert ["not worth it" in row for row in rows] == [False, False, True, True]
    assert "Stop at 92 %: the next per cent costs 33.29 a year and brings 32.95." in text
    assert "balance at 92.41 %" in text and "From today's 99 % to 92 % nets +203.06 a year." in text


def test_the_service_level_in_json_is_unrounded(capsys):
    found = figures(capsys, "service-level")
    assert (found["service_level"], found["cost_of_deviation"], found["gain_of_per_cent"]) == (92, 470.75, 32.9472)
    assert [round(each["cost"], 2) for each in found["steps"][:3]] == [27.87, 30.28, 33.29]
    assert round(found["continuous"], 2) == 92.41 and round(found["net_of_moving"], 2) == 203.06


@pytest.mark.parametrize(
    ("options", "level"),
    [
        (["--unit-cost", "10.76"], 79), (["--carrying", "50%"], 79), (["--sigma", "700"], 79),
        (["--margin", "1.1"], 97), (["--response", "0.2%"], 97), (["--response", "0.002"], 97), (["--sales", "119,808"], 97),
        (["--margin", "0.0001"], 50), (["--margin", "1000"], 99), (["--now", "95"], 92),
    ],
)  # fmt: skip
def test_the_service_level_follows_every_figure_that_the_planner_states(capsys, options: list[str], level: int):
    assert figures(capsys, "service-level", *options)["service_level"] == level
    assert f"{level} %" in told(capsys, "service-level", *options)


def test_staffing_tells_the_agents_on_the_phone_and_on_the_roster(capsys):
    demand, standard = ["--calls", "100", "--interval", "1800", "--aht", "180"], ["--within", "20", "--target", "80"]
    options = [*demand, *standard, "--max-occupancy", "85", "--shrinkage", "30"]
    found = figures(capsys, "staffing", *options)
    assert (found["load"], found["agents"], found["scheduled"]) == (10, 14, 20)
    assert found["service_level"] == pytest.approx(0.8883500191794669, rel=1e-15)
    assert found["wait_probability"] == pytest.approx(0.1741319335950498, rel=1e-15)
    assert round(found["occupancy"], 4) == 0.7143 and round(found["average_speed_of_answer"], 3) == 7.836
    text = told(capsys, "staffing", *options)
    assert "Agents on the phone: 14; to schedule: 20; the load: 10 erlangs. 88.84 % are answered in time, 17.41 % have to wait" in text
    assert text.count("too slow") == 3 and text.count("needed") == 2


@pytest.mark.parametrize("target", ["80", "80%", "80 %", "0.8", "８０％"])
def test_a_share_may_be_written_in_per_cent_or_as_a_part(capsys, target: str):
    assert figures(capsys, "staffing", "--target", target)["agents"] == 14


def test_staffing_names_who_would_be_too_busy(capsys):
    text = told(capsys, "staffing", "--target", "0", "--max-occupancy", "75%")
    assert "too busy" in text and "too slow" not in text and "phone: 14;" in text


def test_who_meets_the_target_exactly_is_not_too_slow(capsys):
    """One agent for 0.07 erlangs: 93 of 100 callers find the line free, to the last digit."""
    exactly = ["--calls", "0.7", "--within", "0", "--target", "93"]
    assert figures(capsys, "staffing", *exactly)["agents"] == 1
    text = told(capsys, "staffing", *exactly, "--max-occupancy", "5")
    assert "too busy" in text and "too slow" not in text and "phone: 2;" in text


def test_a_load_that_nobody_can_carry_is_refused_in_a_sentence(capsys):
    said = refused(capsys, "staffing", "--calls", "1,000,000")
    assert said.startswith("No number of agents up to 10,000 carries a load of 100,000 erlangs")


@pytest.mark.parametrize("command", EVERY)
def test_every_advice_has_a_table_and_a_curve_without_colours_where_no_terminal_is(capsys, command: str):
    text = told(capsys, command)
    assert "┏" in text and "┤" in text and "\x1b" not in text
    assert all(len(line) <= 100 for line in text.splitlines() if line[-1:] in "│┃┐┘")


@pytest.mark.parametrize("command", EVERY)
def test_a_chart_is_drawn_into_a_file_where_asked(capsys, tmp_path: Path, command: str):
    file = tmp_path / "图.png"
    assert f"The chart is in {file}." in told(capsys, command, "--png", str(file))
    assert file.read_bytes().startswith(PNG)


def test_json_stays_alone_on_the_output_beside_a_file(capsys, tmp_path: Path):
    assert execute(["advise", "lateness", "--json", "--png", str(tmp_path / "chart.png")]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["total"] == 17.5 and "chart.png" in said.err


def test_without_matplotlib_only_the_file_is_missed(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert "pip install '.[plots]'" in refused(capsys, "lateness", "--png", "chart.png")
    assert told(capsys, "lateness")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["lateness", "--tolerance", "0"], "--tolerance"),
        (["lateness", "--control", "-1"], "--control"),
        (["lateness", "--saved", "nan"], "--saved"),
        (["lateness", "--compensation", "1e9"], "--compensation"),
        (["lateness", "--png", "."], "--png: . cannot be written"),
        (["service-level", "--now", "49.9"], "--now"),
        (["service-level", "--now", "100%"], "--now"),
        (["service-level", "--carrying", "0%"], "--carrying"),
        (["service-level", "--sales", "many"], "--sales"),
        (["staffing", "--calls", "0"], "--calls"),
        (["staffing", "--interval", "-1800"], "--interval"),
        (["staffing", "--aht", ""], "--aht"),
        (["staffing", "--within", "-1"], "--within"),
        (["staffing", "--target", "100"], "--target"),
        (["staffing", "--target", "1"], "write 1% or 100%"),
        (["staffing", "--max-occupancy", "100.1%"], "--max-occupancy"),
        (["staffing", "--max-occupancy", "0"], "--max-occupancy"),
        (["staffing", "--shrinkage", "100%"], "--shrinkage"),
        (["staffing", "--calls", "inf"], "--calls"),
        (["service-level", "--now", "-inf"], "--now"),
        (["lateness", "--tolerance", "9" * 30], "--tolerance"),
        (["servqual"], "FILE"),
    ],
)
def test_a_figure_that_makes_no_sense_is_named(capsys, arguments: list[str], named: str):
    assert named in refused(capsys, *arguments)


@pytest.mark.parametrize("arguments", [[], ["lateness"], ["service-level"], ["staffing"], ["servqual"]])
def test_help_says_what_each_figure_is(capsys, arguments: list[str]):
    assert "Usage: redress advise" in told(capsys, *arguments, "--help")
