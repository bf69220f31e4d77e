"""A mapping is data, and what is wrong in it is said in a sentence that names the file and the field."""

import re
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from contracts.routing import WorkAccepted
from services.cli.backtest import history
from services.cli.registry import NAMES, find_service
from services.cli.replay.mapping import BadMapping, load_mapping, shipped
from services.platform.chassis.policies import practice
from services.platform.chassis.settings import read_settings
from services.platform.kernel.run import Run
from tests.cli.replay.support import PLAN, replayed, write

README = Path(__file__).parents[3] / "services" / "cli" / "replay" / "mappings" / "README.md"
EMIT = "intake.SubmitComplaint"

STATEFUL = ["hz", "iso2022_jp", "iso2022_jp_2", "iso2022_kr", "utf-7", "unicode_escape"]
UNDATED = ["%d %d", "%Q", "%", "%s"]
ALIKE = [{"decimal": "5"}, {"thousands": "5"}, {"thousands": "."}, {"decimal": "-"}]


def _field(name: str, value: object) -> dict[str, object]:
    return {"emit": [{"command": EMIT, "fields": {name: value}}]}


WRONG = [
    ({"source": ""}, r"source: "),
    ({"sauce": "shop"}, r"sauce: extra inputs"),
    ({"emit": []}, r"emit: "),
    ({"zone": "Asia/Shanghaii"}, r"zone: must be a zone of the IANA database"),
    ({"source_ref": "{单号"}, r"source_ref: must have both braces"),
    ({"format": {"encoding": "utf-16"}}, r"format.encoding: must be an encoding that extends ASCII"),
    ({"format": {"encoding": "klingon"}}, r"format.encoding: must be an encoding"),
    ({"format": {"delimiter": "||"}}, r"format.delimiter: "),
    ({"emit": [{"command": "intake.Wake"}]}, r"emit.0.command: must be one of intake.SubmitComplaint"),
    ({"emit": [{"command": "routing.Explode"}]}, r"emit.0.command: must be one of"),
    ({"emit": [{"command": EMIT, "fields": {"chanel": "phone"}}]}, r"emit.0: intake.SubmitComplaint has no field chanel"),
    ({"emit": [{"command": EMIT, "fields": {"customer.nick": "x"}}]}, r"emit.0: intake.SubmitComplaint has no field customer.nick"),
    ({"emit": [{"command": EMIT, "fields": {"narrative.length": "x"}}]}, r"has no field narrative.length"),
    ({"emit": [{"command": EMIT, "fields": {"mode": {"case": "lower"}}}]}, r"emit.0.fields.mode: must have one of text, join and constant"),
    ({"emit": [{"command": EMIT, "fields": {"mode": {"text": "x", "lookup": {}, "date": "%d"}}}]}, r"mode: must have at most one of"),
    ({"emit": [{"command": EMIT, "fields": {"mode": {"text": "x", "default": "y"}}}]}, r"fields.mode: must have a lookup for its default"),
    ({"emit": [{"command": EMIT, "fields": {"mode": {"text": "x", "zone": "UTC"}}}]}, r"fields.mode: must have a date"),
    ({"emit": [{"command": "routing.AcceptWork", "key": "{单号}"}]}, r"emit.0: must have no key"),
    ({"emit": [{"command": EMIT}, {"command": EMIT}]}, r"emit: intake.SubmitComplaint comes twice: give each a name"),
    ({"values": {"a": {"text": "{日期}", "date": "%d"}}}, r"values.a: must be a text"),
    ({"values": {"a": "{b}", "b": "{单号}"}}, r"values.a: must be made of columns and of values above it, which b is not"),
    ({"values": {"a": "{a}"}}, r"values.a: must be made of columns and of values above it, which a is not"),
    ({"values": {"a": {"before": "a"}}}, r"values.a: must have before of another one"),
    ({"values": {"a": {"count": {"单号": "present"}, "case": "lower"}}}, r"values.a: must have nothing beside count, but where it counts"),
    ({"values": {"a": {"text": "{单号}", "count_from": 1}}}, r"values.a: must have nothing beside count, but where it counts"),
    ({"source_ref": "{a}", "values": {"a": {"text": "{单号}", "numbered": True}}}, r"source_ref: must not depend on other rows, as a does"),
    ({"row_id": "{单号"}, r"row_id: must have both braces"),
    ({"at": "{日期}"}, r"at: must have a date"),
    ({"at": {"text": "{日期}", "date": "%d", "numbered": True}}, r"at: must have no before, count or numbered"),
    (_field("mode", {"before": "单号"}), r"emit.0.fields.mode: must have no before, count or numbered, which belong to values"),
    ({"zone": None, "at": {"text": "{日期}", "date": "iso8601"}}, r"zone: is needed, since a date has none of its own"),
    (_field("occurred_at", {"text": "{日期}", "date": "%d/%m/%Y %H:%M %Z"}), r"occurred_at.date: must have no %Z: abbreviations"),
    (_field("occurred_at", {"text": "{日期}", "date": "%d", "ambiguous": {"twice": "both"}}), r"occurred_at.ambiguous.twice: "),
    ({"zone": None, "emit": [{"command": EMIT, "fields": {"occurred_at": {"text": "{日期}", "date": "%d"}}}]}, r"zone: is needed"),
    ({"where": {"单号": "sometimes"}}, r"where.单号"),
    *(({"format": {"encoding": name}}, rf"format.encoding: must be an encoding that extends ASCII, .* not '{name}'") for name in STATEFUL),
    *((_field("occurred_at", {"text": "{日期}", "date": date}), r"emit.0.fields.occurred_at.date: must be a format") for date in UNDATED),
    *((_field("narrative", {"text": "x", "number": form}), r"emit.0.fields.narrative.number: must have signs") for form in ALIKE),
    ({"emit": [{"command": EMIT, "fields": {"customer": "x", "customer.id": "y"}}]}, r"must fill either customer or customer.id, not both"),
    (_field("mode", ["x", {"case": "lower"}]), r"emit.0.fields.mode.1: must have one of text, join and constant"),
    (_field("mode", 1.5), r"emit.0.fields.mode: "),
    (_field("mode", {"text": "x", "lookup": {"a": [1]}}), r"emit.0.fields.mode.lookup.a: must be a text, a whole number, true or false"),
    ({"where": {"a": "present"}, "values": {"a": "{单号}"}}, r"where: must name columns"),
]


@pytest.mark.parametrize(("change", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_is_wrong_in_a_mapping_is_said_with_file_and_field(change: dict[str, object], said: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(yaml.safe_dump(PLAN | change, allow_unicode=True), "utf-8")
    with pytest.raises(BadMapping) as raised:
        load_mapping(str(file))
    (problem,) = raised.value.problems
    assert problem.startswith(f"{file}: ")
    assert re.search(said, problem)
    assert "\n" not in problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"- a list", "must hold fields"),
        (b"source: [", "is not YAML in line"),
        (b"source: a\nsource: b", "a key is said twice"),
        (b"\xff", "is not UTF-8"),
        (b"[" * 5_000, "is nested too deeply to be read"),
        (b"", "must hold fields"),
    ],
)
def test_a_file_that_is_no_mapping_is_said_so(text: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(text)
    with pytest.raises(BadMapping, match=said):
        load_mapping(str(file))


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BadMapping, match=r"There is no mapping nyc: name a YAML file, or one of comcast, nyc311, servicedesk\."):
        load_mapping("nyc")


@pytest.mark.parametrize("name", shipped())
def test_the_shipped_mappings_can_be_read(name: str) -> None:
    assert load_mapping(name).columns


def test_the_readmes_example_does_what_it_says(tmp_path: Path) -> None:
    (rows, _), (mapping, _) = (re.findall(rf"```{kind}\n(.*?)```", README.read_text("utf-8"), re.DOTALL) for kind in ("csv", "yaml"))
    (tmp_path / "repairs.yaml").write_text(mapping, "utf-8")
    results = replayed(write(tmp_path, rows, encoding="gb18030"), load_mapping(str(tmp_path / "repairs.yaml")))
    first, second, withdrawal = (cast(Any, command.command) for outcome in results for command in outcome.commands)
    assert not any(outcome.findings for outcome in results)
    assert (first.narrative, first.received_at.isoformat()) == ("空调修了两次还是不制冷。", "2026-03-02T01:30:00+00:00")
    assert (first.amount_at_stake.amount_minor, first.amount_at_stake.currency) == (128_050, "CNY")
    assert (second.channel, second.amount_at_stake, second.customer.id) == ("self_service", None, None)
    assert (withdrawal.reason, withdrawal.by.staff) == ("fixed_meanwhile", "web-desk")


def test_the_readmes_journal_is_a_life_without_a_refusal(tmp_path: Path) -> None:
    (_, rows), (_, mapping) = (re.findall(rf"```{kind}\n(.*?)```", README.read_text("utf-8"), re.DOTALL) for kind in ("csv", "yaml"))
    (tmp_path / "journal.yaml").write_text(mapping, "utf-8")
    settings = read_settings(policies="default")
    run = Run(practice(find_service(name, settings), settings) for name in NAMES)
    with history.of_file(write(tmp_path, rows), str(tmp_path / "journal.yaml")) as told:
        commands = list(told.commands())
    for timed in commands:
        run.send(timed.service, timed.command, at=timed.at, id=timed.id, source=timed.source, key=timed.key)
    run.until(commands[-1].at)
    assert {"WorkPaused", "WorkResumed", "ComplaintResolved", "ComplaintReopened"} <= {*run.told()} and "CommandRefused" not in run.told()
    assert [told.work for told in run.all(WorkAccepted)] == ["1-quality", "2-quality"]
