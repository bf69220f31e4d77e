"""A real day of a city's complaints: New York, 21 October 2018, 6,765 rows, one agency for each type."""

import csv
import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import pytest

from contracts.ids import complaint_id, reference_number
from contracts.intake import ComplaintRegistered
from contracts.model import Event, Message, Staff
from contracts.routing import AcceptWork, ClockBreached, ClockMet, ClockStarted, ComplaintRouted, ReportResolution
from services.platform.kernel.service import Cause, Woken
from services.routing import SERVICE
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint
from tests.core.routing.house import RULES

NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2018, 10, 21, 12, tzinfo=NEW_YORK)
OFFICER = Staff(staff="officer", role="agent", department="nypd")
EIGHT_HOURS = timedelta(hours=8)
E = TypeVar("E", bound=Event)


class Row(NamedTuple):
    key: str
    type: str
    agency: str
    created: datetime
    closed: datetime | None


def instant(cell: str) -> datetime:
    return datetime.strptime(cell, "%m/%d/%y %H:%M").replace(tzinfo=NEW_YORK)


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[Row]:
    with gzip.open(shared_data / "nyc311_2018-10-21.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        return [
            Row(
                row["Unique Key"], row["Complaint Type"], row["Agency"].lower(), instant(row["Created Date"]),
                instant(row["Closed Date"]) if row["Closed Date"] else None,
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def learnt(rows: list[Row]) -> RoutingPolicy:
    """A routing table made from these rows; eight hours for all."""
    agencies = {row.type: row.agency for row in rows}
    rules = [{"when": {"complaint_type": type}, "departments": [agency], "lead": agency} for type, agency in agencies.items()]
    departments: dict[str, dict[str, object]] = {agency: {} for agency in agencies.values()}
    clocks = {"resolution": {"kind": "resolution", "targets": "8h"}}
    causes = {"not_stated": {"gap": 5}}
    learnt = {"rules": rules, "departments": departments, "clocks": clocks, "causes": causes, "containment": None, "ageing": None}
    return RoutingPolicy.model_validate(RULES | learnt)


class Story:
    """One complaint by the pure function alone; before each command the wakes that are due."""

    def __init__(self, row: Row, policy: RoutingPolicy) -> None:
        self.id, self.policy = complaint_id("nyc311", row.key), policy
        self.state: Complaint | None = None
        self.told: list[Event] = []
        self.hears(registered(row), row.created)

    def hears(self, message: Message | Woken, at: datetime) -> None:
        at = at.astimezone(UTC)
        while self.state and (due := SERVICE.wake_at(self.state)) and due <= at and not isinstance(message, Woken):
            self.hears(Woken(), due)
        self.state, events = SERVICE.decide(self.state, Cause(message, self.id, "nyc311", at, at, self.id), self.policy)
        self.told += events

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.told if isinstance(event, kind)]


def registered(row: Row) -> ComplaintRegistered:
    id = complaint_id("nyc311", row.key)
    return ComplaintRegistered(
        complaint_id=id, customer=id, source="nyc311", source_ref=row.key, reference=reference_number(id), channel="phone",
        complaint_type=row.type, received_at=row.created, first_answer_due=row.created, acknowledgement="ack.en", policy="default/intake@1",
    )  # fmt: skip


def played(row: Row, policy: RoutingPolicy) -> Story:
    """As in the file: the work is taken on at once, and done when the city closed it."""
    story = Story(row, policy)
    if row.closed:
        story.hears(AcceptWork(complaint_id=story.id, work="1-nypd", by=OFFICER), row.created)
        done = ReportResolution(
            complaint_id=story.id, work="1-nypd", finding="undetermined", cause_code="not_stated", no_action_because="unknown", by=OFFICER
        )
        story.hears(done, row.closed)
    return story


C = TypeVar("C", ClockStarted, ClockMet, ClockBreached)


def _resolution(told: list[C]) -> list[C]:
    """Less what the clock of intake's promise says."""
    return [each for each in told if each.clock == "resolution"]


def test_every_type_known_by_noon_goes_to_its_agency_and_every_other_to_triage(rows: list[Row]) -> None:
    """§2.1."""
    morning = [row for row in rows if row.created < NOON]
    policy, known, types = learnt(morning), {row.type for row in morning}, {row.type for row in rows}
    assert (len(rows), len(types), bool(types - known)) == (6_765, 116, True)
    for row in rows:
        routed = [event.departments for event in Story(row, policy).all(ComplaintRouted)]
        assert routed == ([(row.agency,)] if row.type in known else []), row


def test_the_polices_eight_hours_are_kept_as_often_as_the_city_says(rows: list[Row]) -> None:
    """§2.3, in virtual time: due = created + 8 hours on all 2,370 rows; on time 2,037 of the 2,121 that were closed."""
    police, policy = [row for row in rows if row.agency == "nypd"], learnt(rows)
    stories = [played(row, policy) for row in police]
    dues = [_resolution(story.all(ClockStarted))[0].due for story in stories]
    assert dues == [row.created + EIGHT_HOURS for row in police]
    assert (len(dues), sum(bool(row.closed) for row in police)) == (2_370, 2_121)
    assert sum(len(_resolution(story.all(ClockMet))) for story in stories) == 2_037
    assert sum(len(_resolution(story.all(ClockBreached))) for story in stories) == 2_121 - 2_037
