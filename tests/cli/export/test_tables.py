"""Each type of event has a table with a column for each of its fields, whatever an event leaves out or says besides."""

import json
from datetime import UTC, datetime
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit
from typing import Any

import pytest

from contracts.catalogue import OWNERS
from contracts.generate.example import example
from contracts.generate.words import words
from services.cli.errors import CommandError
from services.cli.export.store import Store
from services.export.columns import Column
from services.export.tables import TABLES
from services.platform.kernel.record import Record
from tests.cli.export.topics import export, query, table

WORDS = {word.name: example(word) for word in words() if word.topic.kind == "events"}
APPENDED = datetime(2026, 3, 2, 9, 30, 1, tzinfo=UTC)


def record(event: dict[str, Any] | bytes, offset: int = 0, topic: str = "") -> Record:
    value = event if isinstance(event, bytes) else json.dumps(event, ensure_ascii=False).encode()
    topic = topic or f"{json.loads(value)['type'].partition('.')[0]}.events.v1"
    return Record(topic, 0, offset, APPENDED, b"key", value, ())


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """Of one example of each type, each with an id of its own."""
    made = tmp_path_factory.mktemp("export")
    told = [event | {"id": f"00000000-0000-4000-8000-{number:012}"} for number, event in enumerate(WORDS.values())]
    export(made, [record(event, offset) for offset, event in enumerate(told)])
    return made


def test_there_is_a_table_for_each_type():
    assert TABLES.keys() == WORDS.keys()


@pytest.mark.parametrize("service", OWNERS)
def test_every_column_holds_what_the_event_tells(place, service):
    for name, found in TABLES.items():
        if name.startswith(f"{service}."):
            columns = [each for each in found.columns if each.name not in ("service", "id") and each.kind != "instants"]
            shown = (f'epoch_ms("{each.name}")' if each.kind == "instant" else f'"{each.name}"' for each in columns)
            [row] = query(place, f"SELECT {', '.join(shown)} FROM {table(name)}")
            assert list(row) == [at_path(WORDS[name], each) for each in columns]


def at_path(event: Any, column: Column) -> Any:
    for step in column.path:
        event = event.get(step) if event is not None else None
    match column.kind:
        case "instant" if event is not None:
            return int(datetime.fromisoformat(event).timestamp() * 1000)
        case "json":
            return json.dumps(event, separators=(",", ":"), ensure_ascii=False)
        case _:
            return event


def test_a_list_of_instants_is_one(place):
    shown = "list_transform(warnings, each -> epoch_ms(each))"
    [(warnings,)] = query(place, f"SELECT {shown} FROM {table('routing.clock_started.v1')}")
    assert warnings == [int(datetime(2026, 3, 2, 9, 30, tzinfo=UTC).timestamp() * 1000)]


def test_a_field_that_an_older_event_does_not_have_has_its_default(tmp_path):
    younger = {"tier", "predecessors", "severity"}
    export(tmp_path, [record({name: told for name, told in WORDS["intake.complaint_registered.v1"].items() if name not in younger})])
    columns = "tier, predecessors, severity_has_public_exposure, severity_amount_at_stake_minor, product_category"
    found = query(tmp_path, f"SELECT {columns} FROM {table('intake.complaint_registered.v1')}")
    assert found == [("general", [], False, None, "air_conditioner")]


def test_an_event_of_a_younger_type_is_in_the_table_of_all(tmp_path):
    event = {**WORDS["routing.contained.v1"], "type": "routing.danger_over.v1", "深": {"度": 1}}
    export(tmp_path, [record(event), record(WORDS["routing.contained.v1"] | {"id": "00000000-0000-4000-8000-000000000001"}, 1)])
    found = query(tmp_path, f"SELECT type, complaint_id, data->>'$.深.度' FROM {table('all')} ORDER BY id")
    assert found == [("routing.contained.v1", event["complaint_id"], None), ("routing.danger_over.v1", event["complaint_id"], "1")]


BAD: dict[str, bytes] = {
    "not_json": b"{", "no_type": b"{}", "empty": b"", "not_an_object": b"[1]", "invalid": b'{"type": "routing.contained.v1"}',
}  # fmt: skip


def test_what_is_no_event_is_counted_and_left_out(tmp_path):
    good = record(WORDS["routing.contained.v1"], 9)
    bad = [record(value, place, "routing.events.v1") for place, value in enumerate(BAD.values())]
    headless = record(b'{"type": "routing.danger_over.v1"}', len(bad))
    store = export(tmp_path, [*bad, headless, good])
    assert query(tmp_path, f"SELECT count(*) FROM {table('all')}") == [(1,)]
    counts = dict.fromkeys(BAD, 1) | {"invalid": 2}
    assert store.staging.unreadable == {("routing.events.v1", reason): count for reason, count in counts.items()}


def test_an_event_that_comes_late_is_a_further_file_of_its_own_day(tmp_path):
    early, late = ({**WORDS["routing.contained.v1"], "id": f"00000000-0000-4000-8000-00000000000{number}"} for number in (1, 2))
    export(tmp_path, [record(early), record({**early, "id": late["id"][:-1] + "3", "at": "2026-03-03T00:00:00.000Z"}, 1)])
    export(tmp_path, [record(late, 2)])
    day = tmp_path / "routing.contained.v1" / "day=2026-03-02"
    assert sorted(file.name for file in day.iterdir()) == ["00000001-0.parquet", "00000002-0.parquet"]
    assert len(list((tmp_path / "routing.contained.v1" / "day=2026-03-03").iterdir())) == 1


def test_lines_may_be_broken_in_an_event(tmp_path):
    pretty = json.dumps(WORDS["routing.contained.v1"], indent=2).encode()
    export(tmp_path, [record(pretty)])
    assert query(tmp_path, f"SELECT data FROM {table('all')}") == [(pretty.decode(),)]


def test_other_topics_are_not_gone_on_with(tmp_path):
    export(tmp_path, [])
    with pytest.raises(CommandError, match="the tenant redress on the Kafka cluster cluster"), Store.open(tmp_path, "other", "redress"):
        pass


def test_two_exports_do_not_write_at_once(tmp_path):
    with Store.open(tmp_path, "cluster", "redress"):
        with pytest.raises(CommandError, match="Another export writes"), Store.open(tmp_path, "cluster", "redress"):
            pass


def test_an_export_that_has_lost_its_manifest_is_left_as_it_is(tmp_path):
    export(tmp_path, [record(WORDS["routing.contained.v1"])])
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(CommandError, match=r"no manifest\.json that counts them"):
        export(tmp_path, [])
    assert query(tmp_path, f"SELECT count(*) FROM {table('all')}") == [(1,)]


def test_a_file_of_somebody_elses_is_left_alone(tmp_path):
    export(tmp_path, [])
    theirs = [tmp_path / "sales" / "day=2026-03-02" / name for name in ("part-0.parquet", "5-a.parquet")]
    theirs[0].parent.mkdir(parents=True)
    for file in theirs:
        file.touch()
    export(tmp_path, [])
    assert all(file.exists() for file in theirs)


def test_what_duckdb_has_no_room_for_is_told_in_a_sentence_and_costs_no_event(tmp_path, monkeypatch):
    copy = Store._copy

    def cramped(*arguments: Any) -> None:
        _, most = limits = getrlimit(RLIMIT_FSIZE)
        setrlimit(RLIMIT_FSIZE, (100, most))
        try:
            copy(*arguments)
        finally:
            setrlimit(RLIMIT_FSIZE, limits)

    topics = [record(WORDS["routing.contained.v1"])]
    with monkeypatch.context() as patched, pytest.raises(CommandError, match=r"cannot be written: File too large\."):
        patched.setattr(Store, "_copy", cramped)
        export(tmp_path, topics)
    assert export(tmp_path, topics).manifest.events == 1


def test_a_manifest_that_is_none_is_told(tmp_path):
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(CommandError, match="is not the manifest"), Store.open(tmp_path, "cluster", "redress"):
        pass


def test_every_directory_that_a_file_was_moved_into_is_on_disk_and_so_is_a_new_ones_place(tmp_path, monkeypatch):
    synced = list[Path]()
    monkeypatch.setattr("services.cli.export.store.sync_directory", synced.append)
    export(tmp_path, [record(WORDS["routing.contained.v1"])])
    table = tmp_path / "routing.contained.v1"
    assert {table, table / "day=2026-03-02"} <= set(synced)
