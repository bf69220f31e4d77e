"""What a restored store lacks: some of it is taken once more, and some cannot be."""

import pytest

from services.platform.chassis.taking_up import Ahead, lacking

ONE, OTHER = ("routing.commands.v1", 0), ("intake.events.v1", 3)


@pytest.mark.parametrize(
    ("first", "again", "gone"),
    [
        ({ONE: 0, OTHER: 0}, 60, 0),
        ({ONE: 100, OTHER: 7}, 60, 0),
        ({ONE: 130, OTHER: 7}, 30, 30),
        ({ONE: 900, OTHER: 7}, 10, 50),
    ],
    ids=["all is there", "retention is behind the bookmarks", "retention is between", "retention is beyond what was committed"],
)
def test_records_that_retention_took_are_told_apart_from_those_taken_once_more(first, again, gone):
    assert lacking({ONE: Ahead(100, 150), OTHER: Ahead(7, 17)}, first) == (again, gone)
