"""The files of an export hold the events of the topics, each once."""

from tests.cli.export.topics import events, export, query, records_of_lives, table, told


def test_every_event_is_exported_once(tmp_path):
    topics = records_of_lives()
    store = export(tmp_path, topics)
    assert events(tmp_path) == told(topics)
    assert store.manifest.events == len(told(topics)) > 100


def test_an_event_lies_in_the_day_on_which_it_happened(tmp_path):
    export(tmp_path, records_of_lives())
    days = query(tmp_path, f"SELECT DISTINCT day = CAST(left(data->>'$.at', 10) AS DATE) FROM {table('all')}")
    assert days == [(True,)]


def test_the_table_of_a_type_has_its_fields_as_columns(tmp_path):
    topics = records_of_lives()
    export(tmp_path, topics)
    met = [event for event in told(topics) if event["type"] == "routing.clock_met.v1"]
    columns = 'id, clock, used_seconds, epoch_ms(met_at), epoch_ms("at"), seq, service'
    found = query(tmp_path, f"SELECT {columns} FROM {table('routing.clock_met.v1')} ORDER BY id")
    assert [row[:3] for row in found] == [(each["id"], each["clock"], each["used_seconds"]) for each in met]
    assert {row[-1] for row in found} == {"routing"}
