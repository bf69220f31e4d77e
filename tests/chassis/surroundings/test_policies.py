"""Policies are data: checked with the file and the field named, versioned by their content."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from contracts.model import Part
from services.platform.business_time import CalendarRules
from services.platform.chassis.plain_yaml import BadYaml, read_yaml
from services.platform.chassis.policies import BadPolicy, canonical, load, restored, shipped_sets, stored
from services.platform.kernel.service import Policy, Service


class Clock(Part):
    target_seconds: int
    warnings: tuple[float, ...] = (0.5,)


class Rules(Policy):
    departments: frozenset[str]
    clock: Clock
    opens: str = "08:00"


class Timed(Policy):
    """A policy with calendars, which its set's services share, and a fault that no field has by itself."""

    calendars: Mapping[str, CalendarRules] = {}
    steps: Mapping[str, int] = {}
    calendar: str

    def faults(self) -> Iterable[tuple[str, str]]:
        if self.calendar not in self.calendars:
            yield "calendar", f"there is no calendar {self.calendar!r} in the set."
        yield from ((f"calendars.{name}.zone", "is far away.") for name, rules in self.calendars.items() if rules.zone == "Pacific/Apia")


ROUTING, TIMED = (
    Service("routing", Part, rules, decide=lambda *_: (None, ()), wake_at=lambda _: None, opens=frozenset()) for rules in (Rules, Timed)
)
OFFICE = "office:\n  zone: Asia/Shanghai\n  weekly: {mon: [['09:00', '17:00']]}\n  holidays: {2026-10-05: 国庆节}\n"

GOOD = "departments: [hpd, nypd, dot]\nclock: {target_seconds: 28800}\n"

BAD = {
    "a field with a wrong value": (GOOD.replace("28800", "soon"), "routing.yaml: clock.target_seconds: "),
    "a field that is missing": ("departments: [a]\n", "routing.yaml: clock: is missing."),
    "a field that is misspelt": (GOOD + "clocks: 1\n", "routing.yaml: clocks: "),
    "a version of one's own": (GOOD + "reference: mine\n", "routing.yaml: reference: "),
    "a key said twice": (GOOD + "opens: a\nopens: b\n", "a key is said twice"),
    "no YAML": ("clock: {", "is not YAML in line"),
    "no fields": ("- a\n", "must hold fields"),
    "nothing": ("", "must hold fields"),
}


def policies(directory: Path, text: str = GOOD) -> Path:
    directory.mkdir(exist_ok=True)
    (directory / "routing.yaml").write_text(text, "utf-8")
    return directory


def test_a_policy_is_read_and_knows_its_version(tmp_path: Path) -> None:
    policy = load(str(policies(tmp_path / "city")), ROUTING)
    assert isinstance(policy, Rules) and policy.clock.target_seconds == 28_800
    name, _, version = policy.reference.partition("@")
    assert name == "city/routing" and len(version) == 12


@pytest.mark.parametrize(("text", "sentence"), BAD.values(), ids=BAD)
def test_a_bad_policy_is_told_by_file_and_field(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BadPolicy) as caught:
        load(str(policies(tmp_path, text)), ROUTING)
    (problem,) = caught.value.problems
    assert sentence in problem and problem.endswith(".") and "\n" not in problem


def test_every_bad_field_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy) as caught:
        load(str(policies(tmp_path, "departments: 1\nclock: 2\n")), ROUTING)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("name", ["nowhere", "./nowhere", "no/where"])
def test_a_set_that_is_not_there_is_one_sentence(name: str) -> None:
    with pytest.raises(BadPolicy, match=name):
        load(name, ROUTING)


def test_a_service_without_a_file_in_the_set_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match=r"there is no .*/routing\.yaml"):
        load(str(tmp_path), ROUTING)


def test_the_version_is_of_what_decides_not_of_how_it_is_written(tmp_path: Path) -> None:
    written = load(str(policies(tmp_path / "a", GOOD)), ROUTING)
    otherwise = "# 部门\nclock:\n  target_seconds: 28800\n  warnings: [0.5]\ndepartments: [dot, hpd, nypd]\n"
    other = load(str(policies(tmp_path / "b", otherwise)), ROUTING)
    changed = load(str(policies(tmp_path / "c", GOOD.replace("28800", "28801"))), ROUTING)
    versions = [policy.reference.partition("@")[2] for policy in (written, other, changed)]
    assert versions[0] == versions[1] != versions[2]


def test_what_is_stored_is_the_whole_policy(tmp_path: Path) -> None:
    policy = load(str(policies(tmp_path)), ROUTING)
    kept = stored(policy)
    assert kept["_id"] == policy.reference and '"opens":"08:00"' in kept["content"]
    assert restored(kept, ROUTING) == policy and canonical(restored(kept, ROUTING)) == kept["content"]


def test_a_row_that_nobody_here_kept_is_no_policy() -> None:
    with pytest.raises(ValueError):
        restored({"_id": "somebody's"}, ROUTING)


def test_a_default_that_changes_later_does_not_change_a_stored_policy(tmp_path: Path) -> None:
    class Later(Rules):
        opens: str = "10:00"

    later = Service("routing", Part, Later, decide=lambda *_: (None, ()), wake_at=lambda _: None, opens=frozenset())
    policy = load(str(policies(tmp_path)), ROUTING)
    assert restored(stored(policy), later).opens == "08:00"
    assert load(str(tmp_path), later).reference != policy.reference


def timed(directory: Path, calendars: str, text: str = "calendar: office\n") -> Timed:
    policies(directory, text)
    (directory / "calendars.yaml").write_text(calendars, "utf-8")
    found = load(str(directory), TIMED)
    assert isinstance(found, Timed)
    return found


def test_the_services_of_a_set_share_its_calendars(tmp_path: Path) -> None:
    policy = timed(tmp_path, OFFICE)
    assert policy.calendars["office"].zone == "Asia/Shanghai"
    assert restored(stored(policy), TIMED) == policy


def test_another_holiday_is_another_version(tmp_path: Path) -> None:
    one, other = timed(tmp_path / "a", OFFICE), timed(tmp_path / "b", OFFICE.replace("10-05", "10-06"))
    assert one.reference.partition("@")[2] != other.reference.partition("@")[2]


def test_other_time_zones_are_another_version_where_there_are_calendars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = str(policies(tmp_path / "plain"))
    before = timed(tmp_path / "a", OFFICE).reference, load(text, ROUTING).reference
    monkeypatch.setattr("services.platform.chassis.policies.ZONE_DATA_VERSION", "another")
    after = timed(tmp_path / "a", OFFICE).reference, load(text, ROUTING).reference
    assert before[0] != after[0] and before[1] == after[1]


def test_the_order_in_which_a_mapping_is_written_is_kept_and_counts(tmp_path: Path) -> None:
    """Where the first that fits decides, another order is another policy."""
    written = {"a": "{z: 1, a: 2}", "b": "{a: 2, z: 1}"}
    one, other = (timed(tmp_path / n, OFFICE, f"calendar: office\nsteps: {steps}\n") for n, steps in written.items())
    again = restored(stored(one), TIMED)
    assert isinstance(again, Timed) and list(again.steps) == ["z", "a"]
    assert one.reference.partition("@")[2] != other.reference.partition("@")[2]


@pytest.mark.parametrize(
    ("calendars", "text", "sentence"),
    [
        (OFFICE, "calendar: shop\n", "routing.yaml: calendar: there is no calendar 'shop'"),
        (OFFICE.replace("Asia/Shanghai", "Pacific/Apia"), "calendar: office\n", "calendars.yaml: office.zone: is far away."),
        (OFFICE.replace("Asia/Shanghai", "Mars/Olympus"), "calendar: office\n", "calendars.yaml: office"),
        ("- office\n", "calendar: office\n", "calendars.yaml must hold fields"),
        (OFFICE, "calendar: office\ncalendars: {}\n", "routing.yaml: calendars: belongs into calendars.yaml"),
    ],
)
def test_what_can_never_work_is_told_where_it_is_written(tmp_path: Path, calendars: str, text: str, sentence: str) -> None:
    with pytest.raises(BadPolicy) as caught:
        timed(tmp_path, calendars, text)
    assert len(caught.value.problems) == 1 and sentence in caught.value.problems[0]


def test_yaml_has_no_surprises(tmp_path: Path) -> None:
    said = "country: NO\nanswer: no\nopens: 10:30\nday: 2026-01-01\nn: 7\nx: -0.5\nis: true\nnone: null\n语: 中文\n"
    (file := tmp_path / "a.yaml").write_text(said, "utf-8")
    assert read_yaml(file) == {
        "country": "NO", "answer": "no", "opens": "10:30", "day": "2026-01-01", "n": 7, "x": -0.5, "is": True, "none": None, "语": "中文",
    }  # fmt: skip


MISNAMED = [b"a: !!int x", b"a: !!int ''", b"a: !!float x", b"a: !!bool x", b"a: !!timestamp x", b"a: " + b"9" * 5_000]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a: \x01", b"a: !!python/object:os.system {}", b"a: *b", b"[" * 5_000, *MISNAMED])
def test_a_file_that_is_no_yaml_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (file := tmp_path / "bad.yaml").write_bytes(content)
    with pytest.raises(BadYaml) as caught:
        read_yaml(file)
    assert str(file) in str(caught.value) and "\n" not in str(caught.value)


def test_sets_that_come_with_redress_are_found() -> None:
    assert {"default", "demo"} <= set(shipped_sets())
