"""What is taken once more comes in the order of the log, whichever partition was fetched first."""

from random import Random

from aiokafka import ConsumerRecord, TopicPartition

from services.platform.chassis.in_order import ENOUGH, InOrder

COMMANDS, EVENTS = TopicPartition("commands", 3), TopicPartition("events", 3)


def record(place: TopicPartition, offset: int, at: int) -> ConsumerRecord:
    return ConsumerRecord(place.topic, place.partition, offset, at, 1, None, b"", None, -1, -1, ())


def offsets(found: list[ConsumerRecord]) -> list[tuple[str, int]]:
    return [(each.topic, each.offset) for each in found]


def test_nothing_is_let_go_of_while_something_older_may_come():
    line = InOrder({COMMANDS: 2, EVENTS: 2})
    line.hold(COMMANDS, [record(COMMANDS, 0, 10), record(COMMANDS, 1, 30)])
    assert line.let_go(9, {COMMANDS: 2, EVENTS: 0}) == []
    line.hold(EVENTS, [record(EVENTS, 0, 20)])
    assert offsets(line.let_go(9, {COMMANDS: 2, EVENTS: 1})) == [("commands", 0), ("events", 0)]
    assert line.first(COMMANDS) == 1 and line.first(EVENTS) is None
    line.hold(EVENTS, [record(EVENTS, 1, 40)])
    assert offsets(line.let_go(9, {COMMANDS: 2, EVENTS: 2})) == [("commands", 1), ("events", 1)]
    assert line.is_done({COMMANDS: 2, EVENTS: 2})


def test_a_place_that_is_another_processs_keeps_nobody_waiting():
    line = InOrder({COMMANDS: 2, EVENTS: 2})
    line.hold(COMMANDS, [record(COMMANDS, 0, 10)])
    assert offsets(line.let_go(9, {COMMANDS: 1})) == [("commands", 0)]
    assert not line.is_done({COMMANDS: 1}) and line.is_done({COMMANDS: 2})


def test_what_is_held_when_places_are_given_up_is_forgotten():
    line = InOrder({COMMANDS: 2, EVENTS: 2})
    line.hold(COMMANDS, [record(COMMANDS, 0, 10)])
    line.forget()
    assert line.first(COMMANDS) is None and line.let_go(9, {}) == []


def test_a_partition_far_ahead_is_not_fetched_any_further_and_one_of_a_single_instant_is_not_stuck():
    line = InOrder({COMMANDS: 5_000, EVENTS: 5_000})
    line.hold(COMMANDS, [record(COMMANDS, n, 10) for n in range(ENOUGH + 1)])
    line.hold(EVENTS, [record(EVENTS, 0, 20)])
    assert list(line.enough()) == [COMMANDS]
    assert len(line.let_go(9_999, {COMMANDS: ENOUGH + 1, EVENTS: 1})) == ENOUGH + 1
    assert list(line.enough()) == []


def test_however_it_is_fetched_it_comes_in_the_order_of_the_log():
    for seed in range(200):
        random = Random(seed)
        log, positions, found = {COMMANDS: [], EVENTS: []}, {COMMANDS: 0, EVENTS: 0}, []
        for at in range(random.randrange(1, 60)):
            place = random.choice((COMMANDS, EVENTS))
            log[place].append(record(place, len(log[place]), at))
        line = InOrder({place: len(records) for place, records in log.items()})
        while not line.is_done(positions):
            place = random.choice((COMMANDS, EVENTS))
            piece = log[place][positions[place] : positions[place] + random.randrange(8)]
            line.hold(place, piece)
            positions[place] += len(piece)
            found += line.let_go(random.randrange(1, 6), positions)
        assert [each.timestamp for each in found] == list(range(len(log[COMMANDS]) + len(log[EVENTS])))
