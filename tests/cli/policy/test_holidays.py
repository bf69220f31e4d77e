"""`redress policy holidays COUNTRY YEAR`: the dates of a year written into a calendar, once, and nothing else touched."""

from pathlib import Path
from sys import modules
from typing import Any
from unittest.mock import patch

import pytest
import yaml

from services.cli.errors import CommandError
from services.cli.policy.days_off import DaysOff
from services.cli.policy.holidays import holidays
from services.platform.business_time import CalendarRules
from services.platform.chassis.plain_yaml import read_yaml
from services.platform.chassis.policies import BadPolicy
from tests.core.business_time.support import CHINA_2026, OFFICE

command = modules[holidays.__module__]
DESKS = """\
# Our desks.
office:                                # the main one, 总部
  zone: Asia/Shanghai
  weekly:
    mon: [["09:00", "12:00"], ["13:00", "17:00"]]
    fri: [['09:00', "12:00"]]          # half a day

  holidays:
    2026-01-01: 元旦                   # ours
    # stocktaking
    2026-12-24: 盘点
  breaks:
    "2026-02-13": [["15:00", "18:00"]] # a party
night:
  zone: Europe/Berlin
  weekly: {mon: [["22:00", "30:00"]]}
"""
WORKED = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "calendars.yaml"
    file.write_text(DESKS, "utf-8")
    return file


def rules(file: Path, name: str = "office") -> CalendarRules:
    return CalendarRules.model_validate(read_yaml(file)[name])


def added(file: Path) -> tuple[list[str], list[str]]:
    """Lines that are new, and lines that are gone."""
    before, after = DESKS.splitlines(), file.read_text("utf-8").splitlines()
    return [line for line in after if line not in before], [line for line in before if line not in after]


def test_a_year_of_china_is_written_with_the_weekend_days_that_are_worked(file: Path) -> None:
    holidays("CN", 2026, str(file), "office")
    office = rules(file)
    assert set(CHINA_2026["holidays"]) <= set(office.holidays)
    assert office.holidays["2026-02-17"] == "春节"
    assert dict(office.overrides) == dict.fromkeys(WORKED, tuple(map(tuple, OFFICE)))


def test_all_else_stays_as_it_is_written(file: Path) -> None:
    holidays("CN", 2026, str(file), "office")
    new, gone = added(file)
    assert gone == []
    assert all(line.strip().startswith(("2026-", "overrides:")) for line in new)


def test_dates_are_in_order_among_those_that_were_there(file: Path) -> None:
    holidays("CN", 2026, str(file), "office")
    assert list(rules(file).holidays) == sorted(rules(file).holidays)
    assert list(rules(file).overrides) == WORKED


def test_a_second_run_changes_no_byte(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    holidays("CN", 2026, str(file), "office")
    once = file.read_bytes()
    capsys.readouterr()
    holidays("cn", 2026, str(file), "office")
    assert file.read_bytes() == once
    assert "wrote 0 holidays and 0 make-up days of CN in 2026" in capsys.readouterr().out


def test_what_is_written_and_what_stays_is_told(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    holidays("CN", 2026, str(file), "office")
    told = capsys.readouterr().out.splitlines()
    assert "holidays   2026-02-17  春节" in told
    assert "overrides  2026-02-14  09:00-12:00 13:00-17:00" in told
    assert "kept       2026-12-24  as it stands in holidays" in told
    assert told[-1].endswith("office: wrote 21 holidays and 6 make-up days of CN in 2026.")


def test_a_date_that_was_written_by_hand_is_never_turned_round(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by_hand = '  overrides:\n    2026-05-04: [["10:00", "11:00"]]\n    2026-05-09: []\n'
    file.write_text(DESKS.replace("  breaks:\n", f"{by_hand}  breaks:\n"), "utf-8")
    holidays("CN", 2026, str(file), "office")
    assert "2026-05-04" not in rules(file).holidays
    assert rules(file).overrides["2026-05-09"] == ()
    told = capsys.readouterr().out
    assert "kept       2026-05-04  as it stands in overrides" in told
    assert "kept       2026-05-09  as it stands in overrides" in told


def test_a_desk_without_workdays_gets_holidays_only(file: Path) -> None:
    file.write_text(DESKS.replace("mon: [[\"22:00\"", "sat: [[\"22:00\""), "utf-8")
    holidays("CN", 2026, str(file), "night")
    assert rules(file, "night").holidays and not rules(file, "night").overrides


def test_the_only_calendar_of_a_file_needs_no_name(file: Path) -> None:
    file.write_text("ny: {zone: America/New_York, weekly: {mon: [['09:00', '17:00']]}}\n", "utf-8")
    holidays("US", 2026, str(file), None)
    days = rules(file, "ny").holidays
    assert days["2026-07-03"] == "Independence Day (observed)"
    assert days["2026-07-04"] == "Independence Day"


def test_a_region_has_days_of_its_own(file: Path) -> None:
    holidays("GB-ENG", 2026, str(file), "night")
    assert "2026-08-31" in rules(file, "night").holidays
    assert "2026-08-03" not in rules(file, "night").holidays


def test_a_directory_of_policies_names_its_calendars(file: Path) -> None:
    holidays("DE", 2026, str(file.parent), "night")
    assert rules(file, "night").holidays["2026-10-03"] == "Tag der Deutschen Einheit"


def test_without_a_file_the_dates_are_printed_to_be_pasted(capsys: pytest.CaptureFixture[str]) -> None:
    holidays("CN", 2026, None, None)
    pasted = yaml.load(capsys.readouterr().out, yaml.BaseLoader)
    assert pasted["holidays"]["2026-01-01"] == "元旦"
    assert list(pasted["overrides"]) == WORKED
    assert CalendarRules.model_validate({"zone": "UTC", "weekly": {"mon": OFFICE}, **pasted})


def untold(country: str, year: int) -> DaysOff:
    """As it is before make-up days are announced."""
    told = {"2026-01-01": "元旦 (provisional)", "2026-02-24": "春节（补假） (provisional)", "2026-05-09": "假 (provisional)"}
    return DaysOff(country, year, told, (), True, ())


def test_what_was_provisional_is_replaced_once_it_is_announced(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with patch.object(command, "days_off", untold):
        holidays("CN", 2026, str(file), "office")
    assert rules(file).holidays["2026-02-24"] == "春节（补假） (provisional)"
    assert "replaces what is so marked" in capsys.readouterr().out
    holidays("CN", 2026, str(file), "office")
    office = rules(file)
    assert "2026-02-24" not in office.holidays and "2026-05-09" in office.overrides and "2026-05-09" not in office.holidays
    assert office.holidays["2026-12-24"] == "盘点" and not any("provisional" in name for name in office.holidays.values())
    assert "taken back 2026-02-24  was provisional" in capsys.readouterr().out


def test_a_year_that_is_not_announced_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    holidays("CN", 2050, None, None)
    told = capsys.readouterr().out
    assert '2050-01-01: "元旦 (provisional)"' in told and "are known yet" in told


def test_a_country_without_its_region_lacks_days_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    holidays("GB", 2026, None, None)
    assert "# These are only what all regions of GB share: name one for its own days too: GB-ENG, GB-NIR" in capsys.readouterr().out
    holidays("GB-ENG", 2026, None, None)
    assert "share" not in capsys.readouterr().out


FAULTS: dict[str, tuple[tuple[Any, ...], str]] = {
    "a country that is none": (("ZZ", 2026, None, None), "COUNTRY: .*'ZZ'"),
    "a country in words": (("China", 2026, None, None), "COUNTRY: .*'China'"),
    "a region that is none": (("GB-XYZ", 2026, None, None), "COUNTRY: GB has no region 'XYZ', but ENG"),
    "a year without data": (("CN", 2500, None, None), "YEAR: .* in 2500"),
    "a year that cannot be": (("CN", 0, None, None), "YEAR: .* in 0"),
    "a calendar that is none": (("CN", 2026, "{file}", "moon"), "--name: .* no calendar 'moon', but office, night"),
    "one of several": (("CN", 2026, "{file}", None), "--name: .* office, night"),
}


@pytest.mark.parametrize(("asked", "fault"), FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_written_is_told_in_a_sentence(file: Path, asked: tuple[Any, ...], fault: str) -> None:
    country, year, calendar, name = asked
    with pytest.raises(CommandError, match=fault):
        holidays(country, year, calendar and str(file), name)
    assert file.read_text("utf-8") == DESKS


def test_a_set_that_is_none_is_named() -> None:
    with pytest.raises(BadPolicy, match="moon"):
        holidays("CN", 2026, "moon", None)


BROKEN = {
    "a list": ("- office\n", "must hold calendars"),
    "nothing": ("", "must hold calendars"),
    "hours that overlap": ('office: {zone: UTC, weekly: {mon: [["09:00", "12:00"], ["11:00", "13:00"]]}}\n', "weekly.mon: .*overlap"),
    "a calendar that is a word": ("office: open\n", "office: "),
}


@pytest.mark.parametrize(("content", "fault"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_wrong_already_is_left_as_it_is(file: Path, content: str, fault: str) -> None:
    file.write_text(content, "utf-8")
    with pytest.raises(CommandError, match=fault):
        holidays("CN", 2026, str(file), None)
    assert file.read_text("utf-8") == content
