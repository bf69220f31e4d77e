"""A canary comes to its end under every shipped set of policies, at any hour, within seconds."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.callback import CallbackDue, CallbackPromised
from contracts.canary import CHANNEL, SOURCE, is_canary
from contracts.intake import ComplaintRegistered
from contracts.routing import ComplaintClosed, ComplaintEscalated, ComplaintWithdrawn
from services.cli.canary.course import CALL, STAGES
from services.cli.canary.watch import PATIENCE
from tests.cli.canary.playing import SERVICES, SETS, Played

NOON = datetime(2026, 3, 3, 4, tzinfo=UTC)
"""In Shanghai a Tuesday's."""
HOURS = {
    "noon": NOON,
    "a holiday's night": datetime(2026, 2, 16, 19, tzinfo=UTC),
    "a working day of London and New York": datetime(2026, 3, 3, 15, tzinfo=UTC),
    "a Sunday's night": datetime(2026, 3, 8, 3, tzinfo=UTC),
}
MOMENT = timedelta(seconds=30)


def played(policies: str, at: datetime) -> Played:
    found = Played(policies)
    found.run.until(at)
    found.ask(found.watch.begin("slot", at), at)
    found.until(at + MOMENT)
    return found


@pytest.mark.parametrize("hour", HOURS)
@pytest.mark.parametrize("policies", SETS)
def test_it_comes_to_its_end_within_seconds(policies: str, hour: str) -> None:
    found = played(policies, HOURS[hour])
    stages, told = set(found.told.stages), found.told
    assert told.outcomes == [("begun", None), ("finished", None)] and not found.watch.under_way
    assert stages | set(told.left_out) == {*STAGES} and set(told.left_out) <= {*CALL}
    assert told.refusals == [] == found.run.dead
    assert [event.how for event in found.run.all(ComplaintClosed)] == ["confirmed"]
    assert all(after is not None and 0 <= after < 5 for after in told.taken.values())


@pytest.mark.parametrize("policies", ["default", "demo", "city"])
def test_where_the_desk_is_open_day_and_night_it_is_called_back_at_any_hour(policies: str) -> None:
    for at in HOURS.values():
        assert played(policies, at).told.left_out == []


@pytest.mark.parametrize(("policies", "open", "closed"), [
    ("telecom", "a working day of London and New York", "a Sunday's night"),
    ("bank", "a working day of London and New York", "a Sunday's night"),
    ("retail-cn", "noon", "a holiday's night"),
])  # fmt: skip
def test_where_the_desk_is_closed_the_call_is_left_out_and_all_else_goes_on(policies: str, open: str, closed: str) -> None:
    assert played(policies, HOURS[open]).told.left_out == []
    assert played(policies, HOURS[closed]).told.left_out == [*CALL]


@pytest.mark.parametrize("hour", range(24))
def test_it_is_called_where_it_is_about_noon(hour: int) -> None:
    found = played("default", NOON.replace(hour=hour))
    assert found.told.left_out == [] and found.run.all(CallbackDue)[0].channel == "message"


def test_every_event_of_it_is_marked_and_nothing_of_it_is_left() -> None:
    found = played("default", NOON)
    assert all(is_canary(told.message.customer) for told in found.run.events)
    registered = found.run.all(ComplaintRegistered)[0]
    assert (registered.source, registered.channel) == (SOURCE, CHANNEL)
    said = len(found.run.events)
    found.run.to_the_end()
    assert len(found.run.events) == said
    for service in SERVICES:
        document = found.run.document(service.name, registered.complaint_id)
        assert not any(service.dossiers(document.state).values())


def test_nobody_is_disturbed_for_it() -> None:
    found = played("default", NOON)
    found.run.to_the_end()
    assert found.run.all(ComplaintEscalated) == []
    assert {event.purpose for event in found.run.all(CallbackPromised)} <= {"progress", "confirm"}


def test_many_are_each_a_matter_of_their_own() -> None:
    found = Played("default")
    found.run.until(NOON)
    for minute in range(5):
        at = NOON + timedelta(minutes=minute)
        found.ask(found.watch.begin(f"slot-{minute}", at), at)
        found.until(at + timedelta(minutes=1), step=timedelta(seconds=1))
    assert [outcome for outcome, _ in found.told.outcomes].count("finished") == 5
    assert len({event.customer for event in found.run.all(ComplaintRegistered)}) == 5


# -- when it does not come to its end -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deaf", "stage"), [("intake", "registered"), ("routing", "routed"), ("callback", "promised"), ("feedback", "confirmed")]
)
def test_the_stage_that_does_not_come_is_named_and_the_complaint_is_taken_back(deaf: str, stage: str) -> None:
    found = Played("default")
    found.run.until(NOON)
    found.ask(found.watch.begin("slot", NOON), NOON)
    found.until(NOON + PATIENCE, step=timedelta(seconds=1), deaf=[deaf])
    assert ("failed", stage) not in found.told.outcomes
    found.until(NOON + PATIENCE + MOMENT, step=timedelta(seconds=1))
    assert found.told.outcomes == [("begun", None), ("failed", stage)]
    taken_back = [event.reason for event in found.run.all(ComplaintWithdrawn)]
    assert taken_back == ([] if deaf == "intake" else ["canary"]) and not found.watch.under_way


@pytest.mark.parametrize("steps", range(1, 40, 2))
def test_a_process_goes_on_with_what_a_dead_one_left_and_asks_for_nothing_twice(steps: int) -> None:
    found = Played("default")
    found.run.until(NOON)
    found.ask(found.watch.begin("slot", NOON), NOON)
    died = NOON + timedelta(milliseconds=200 * steps)
    found.until(died)
    was_over = not found.watch.under_way
    found.start(is_live=False)
    found.catch_up(died)
    found.until(died + MOMENT)
    assert [event.how for event in found.run.all(ComplaintClosed)] == ["confirmed"]
    assert found.told.outcomes == ([] if was_over else [("finished", None)])
    assert found.told.refusals == []


def test_what_was_left_too_long_ago_is_taken_back() -> None:
    found = Played("default")
    found.run.until(NOON)
    found.ask(found.watch.begin("slot", NOON), NOON)
    found.until(NOON + timedelta(seconds=1))
    later = NOON + timedelta(minutes=20)
    found.run.until(later)
    found.start(is_live=False)
    found.catch_up(later)
    found.until(later + MOMENT)
    assert found.told.outcomes[0][0] == "abandoned" and [event.reason for event in found.run.all(ComplaintWithdrawn)] == ["canary"]


def test_two_processes_at_once_play_one_course() -> None:
    found, other = Played("default"), Played("default")
    other.run = found.run
    found.run.until(NOON)
    for each in (found, other):
        each.ask(each.watch.begin("slot", NOON), NOON)
    for step in range(100):
        for each in (found, other):
            each.until(NOON + timedelta(milliseconds=200 * step))
            each._send(found.run.now, ())
            each.ask(each._hear(), found.run.now)
    assert found.told.outcomes == other.told.outcomes == [("begun", None), ("finished", None)]
    assert found.told.refusals == [] == other.told.refusals


@pytest.mark.parametrize(("late", "outcomes"), [(0.6, [("begun", None), ("finished", None)]), (20, [("finished", None)])])
def test_one_whose_clock_is_behind_goes_on_with_what_another_began(late: float, outcomes: list[tuple[str, str | None]]) -> None:
    found, other = Played("default"), Played("default")
    other.run = found.run
    found.run.until(NOON)
    found.ask(found.watch.begin("slot", NOON), NOON)
    found.until(NOON + timedelta(seconds=late))
    other.ask(other._hear(), found.run.now)
    other.ask(other.watch.begin("slot", NOON), found.run.now)
    for step in range(40):
        for each in (found, other):
            each.until(NOON + timedelta(seconds=late + step))
            each.ask(each._hear(), found.run.now)
    assert other.watch.look(NOON + PATIENCE + MOMENT) == [] and other.told.outcomes == outcomes
    assert sorted(other.told.stages) == sorted(STAGES)
