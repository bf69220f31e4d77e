"""An export that is killed anywhere, again and again, while the topics grow and events stand on them once more."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from services.platform.kernel.record import Record
from tests.cli.export.topics import events, export, query, records_of_lives, table, told

SAID = [record for record in records_of_lives(3) if record.topic.startswith(("intake", "feedback"))]


class Killed(BaseException):
    """Where a process was killed: nothing but what is on disk outlives it."""


@contextmanager
def killed_before(step: int) -> Iterator[None]:
    """Before so many files have been moved into their places."""
    moved, move = 0, Path.replace

    def replace(self: Path, target: Path) -> Path:
        nonlocal moved
        moved += 1
        if moved > step:
            raise Killed
        return move(self, target)

    with patch.object(Path, "replace", replace):
        yield


@st.composite
def topics(draw: st.DrawFn) -> list[Record]:
    """What was said, each service's in its order, with repeats behind it, on one partition of its topic."""
    again = draw(st.lists(st.integers(0, len(SAID) - 1), max_size=40))
    said = sorted([*enumerate(SAID), *((place + draw(st.integers(0, 200)), SAID[place]) for place in again)], key=lambda each: each[0])
    return [record._replace(partition=0, offset=offset) for offset, (_, record) in enumerate(said)]


@given(topics(), st.integers(12, 60), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 90)), max_size=3))
@settings(max_examples=int(os.environ.get("EXAMPLES", "4")), deadline=None)
def test_holds_each_event_once(topics, batch, kills):
    with TemporaryDirectory() as directory:
        place = Path(directory)
        for share, step in kills:
            try:
                with killed_before(step):
                    export(place, topics[: int(share * len(topics))], batch)
            except Killed:
                pass
            assert no_event_twice(place)
        export(place, topics, batch)
        assert events(place) == told(topics)
        assert every_type_as_in_all(place)
        assert export(place, topics, batch).manifest.events == len(told(topics))


def no_event_twice(place: Path) -> bool:
    """In what a reader finds while the export stands still, killed."""
    if not list(place.glob("all/*/*.parquet")):
        return True
    return query(place, f"SELECT count(id) = count(DISTINCT id) FROM {table('all')}") == [(True,)]


def every_type_as_in_all(place: Path) -> bool:
    types = [name for (name,) in query(place, f"SELECT DISTINCT type FROM {table('all')}")]
    return all(
        query(place, f"SELECT id, day FROM {table(name)} ORDER BY id")
        == query(place, f"SELECT id, day FROM {table('all')} WHERE type = '{name}' ORDER BY id")
        for name in types
    )  # fmt: skip
