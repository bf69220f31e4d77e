"""Each figure of the semantic layer, on a real export, beside the same counted life by life from the events."""

from collections.abc import Callable, Sequence

import duckdb
import pytest

from deploy.generate.bi.figures import definitions
from services.export.duck import empty
from services.export.tables import TABLES
from services.platform.kernel.record import Record
from tests.deploy.bi import edges
from tests.deploy.bi.counted import clocks
from tests.deploy.bi.figures import COUNTED, History, exported
from tests.deploy.bi.lives import FILES, SQL, read_sql, records
from tests.deploy.bi.mutants import MUTANTS

HISTORIES: dict[str, Callable[[], Sequence[Record]]] = {
    "demo": lambda: records("demo", 1.0), "default": lambda: records("default", 40.0), "edges": edges.records,
}  # fmt: skip
"""Whole lives, in which customers and staff act 40 times slower the second time; and a few complaints that are told by hand."""


@pytest.fixture(scope="module")
def histories(tmp_path_factory) -> dict[str, History]:
    return {name: exported(tmp_path_factory.mktemp("export"), topics()) for name, topics in HISTORIES.items()}


@pytest.fixture(params=HISTORIES)
def history(request, histories) -> History:
    return histories[request.param]


@pytest.mark.parametrize("view", COUNTED)
def test_a_figure_is_what_the_events_say(history, view):
    columns, count = COUNTED[view]
    found = history.rows(columns, view)
    assert len(found) == len(set(found))
    assert set(found) == count(history.told)


@pytest.mark.parametrize("view", COUNTED)
def test_a_fault_in_a_view_is_found(histories, view):
    """Whatever is left out of it or put in another's place, the figures of some history are others then."""
    for leave_out, put_in in MUTANTS[view]:
        assert not all(agrees_with_fault(history, view, leave_out, put_in) for history in histories.values()), leave_out


def agrees_with_fault(history: History, view: str, leave_out: str, put_in: str) -> bool:
    [text] = [text for text in map(read_sql, FILES) if leave_out in text]
    with history.views.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(text.replace(leave_out, put_in, 1))
        agrees = history._replace(views=cursor).agrees(view)
        cursor.execute("ROLLBACK")
    return agrees


@pytest.mark.parametrize("view", COUNTED)
def test_no_figure_is_everywhere_the_same(histories, view):
    columns, _ = COUNTED[view]
    found = [row for history in histories.values() for row in history.rows(columns, view)]
    assert all(len(set(figures)) > 1 for figures in zip(*found, strict=True))


def test_open_complaints_and_their_age(history):
    [(end,)] = history.rows("@at", "as_of")
    columns = "complaint_id, state, priority, department, age_seconds, @next_due, is_past_due, is_unanswered"
    assert set(history.rows(columns, "open_complaints")) == clocks.open_complaints(history.told, end)


def test_every_view_is_defined_in_words(histories):
    """A tool shows them beside the view; the page of figures is made of them."""
    found = histories["edges"].views.execute("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall()
    own = {table.name for table in TABLES.values()} | {"events", "as_of"}
    assert dict(definitions(SQL)) == {name: comment for name, comment in found if name not in own}
    assert COUNTED.keys() | {"complaints", "open_complaints"} <= dict(definitions(SQL)).keys()


def test_a_file_that_is_older_than_a_field_tells_its_default(tmp_path):
    type = "intake.information_added.v1"
    day = tmp_path / type / "day=2026-03-02"
    day.mkdir(parents=True)
    [view] = [line for line in read_sql("tables.sql").splitlines() if line.startswith('CREATE OR REPLACE VIEW "information_added"')]
    with duckdb.connect() as database:
        database.execute(f"COPY ({empty(TABLES[type].columns)}) TO '{day / 'new.parquet'}' (FORMAT parquet)")
        database.execute(f"COPY (SELECT 'c-1' AS customer, 2::BIGINT AS contacts) TO '{day / 'old.parquet'}' (FORMAT parquet)")
        database.execute(f"SET file_search_path = '{tmp_path}'; {view}")
        found = database.execute("SELECT contacts, has_narrative, severity_hazards, country FROM information_added").fetchall()
    assert found == [(2, False, [], None)]
