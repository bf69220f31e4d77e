"""Whatever is changed in a store or on a topic is named at its place."""

import json

import pytest
from bson import Binary, Int64
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.catalogue import OWNERS
from services.platform.chassis.packing import unpacked
from tests.cli.audit.world import World, found, lived

NAMES = tuple(OWNERS)
UNCOVERED = {"version", "expected", "book.tail", "book.packed"}
"""What a writer keeps for itself; no fact follows from it.  `version` and `expected` alike, the one without the other is found."""


@pytest.fixture
def world() -> World:
    return lived().copy()


def first(world: World, name: str, holds=lambda row: True):
    return next(row for row in world.rows(name) if holds(row))


def places(world: World, *names: str) -> list[tuple[str, str, int | None, str]]:
    return found(world.audit(*names))


def test_the_world_is_healthy_and_has_all_that_can_be_tampered_with(world):
    tallies = world.audit()
    assert found(tallies) == []
    assert any(tally.dossiers for tally in tallies.values()) and world.log.all("intake.dlq.v1")
    assert all(tally.documents > 1 and tally.present for tally in tallies.values())


# -- the store --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_field_of_a_state_is_named(world, name):
    row = first(world, name, lambda row: "customer" in json.loads(row["state"] or "{}"))
    state = json.loads(row["state"]) | {"customer": "somebody-else"}
    world.change(name, row | {"state": json.dumps(state, separators=(",", ":"), ensure_ascii=False)})
    assert (name, row["_id"], None, "state.customer") in places(world)


def test_a_state_that_says_the_same_in_other_bytes_is_found(world):
    row = first(world, "routing")
    world.change("routing", row | {"state": row["state"].replace('":', '": ', 1)})
    assert places(world) == [("routing", row["_id"], None, "state")]


def test_a_state_that_nobody_can_read_is_found(world):
    row = first(world, "routing")
    world.change("routing", row | {"state": row["state"] + "}"})
    assert places(world)[0] == ("routing", row["_id"], None, "state")


def test_an_answer_in_a_journal_is_found_at_its_entry_and_its_field_and_the_topic_bears_the_fold_out(world):
    row = first(world, "routing", lambda row: b"complaint_routed" in row["journal"].get("0", b""))
    world.change("routing", row | {"journal": row["journal"] | {"0": row["journal"]["0"].replace(b'"priority":', b'"Priority":')}})
    ours = [each for each in places(world) if each[1] == row["_id"]]
    assert ours and ours[0][2] == 0 and ours[0][3].startswith("answer ") and ours[0][3].endswith(": priority")
    assert len(ours) == len(places(world)), "nothing is missing on the topic: what stands there is what the fold says"


def test_a_removed_entry_is_found(world):
    row = first(world, "callback", lambda row: row["book"]["length"] > 2 and "1" in row["journal"])
    world.change("callback", row | {"journal": {n: kept for n, kept in row["journal"].items() if n != "1"}})
    assert ("callback", row["_id"], 1, "entry") in places(world)


def test_swapped_entries_are_found(world):
    row = first(world, "routing", lambda row: {"1", "2"} <= row["journal"].keys())
    journal = row["journal"] | {"1": row["journal"]["2"], "2": row["journal"]["1"]}
    world.change("routing", row | {"journal": journal})
    assert any(place[:3] == ("routing", row["_id"], 1) for place in places(world))


def test_an_entry_that_stands_there_twice_is_found(world):
    row = next(row for name in NAMES for row in world.rows(name) if "p0" in row["journal"])
    name = next(name for name in NAMES if row["_id"] in world.shelves[name].rows and "p0" in first(world, name, by(row))["journal"])
    kept = dict(unpacked(row["journal"]))
    world.change(name, row | {"journal": row["journal"] | {"3": kept[4]}})
    assert (name, row["_id"], None, "entry 3") in places(world)


def by(row):
    return lambda other: other["_id"] == row["_id"]


def test_a_removed_document_is_found_by_what_it_said_and_by_what_it_had_taken(world):
    row = first(world, "routing")
    del world.shelves["routing"].rows[row["_id"]]
    tally = world.audit()["routing"]
    assert tally.foreign > 0 and tally.untaken > 0
    assert {finding.difference.part for finding in tally.findings} >= {"intake.complaint_registered.v1", "routing.complaint_routed.v1"}


def test_a_document_under_another_id_is_found(world):
    row = first(world, "feedback")
    other = row["_id"][:-1] + ("0" if row["_id"][-1] != "0" else "1")
    del world.shelves["feedback"].rows[row["_id"]]
    world.change("feedback", row | {"_id": other})
    assert ("feedback", other, 0, "cause") in places(world)


def test_one_record_in_two_documents_is_found(world):
    row = first(world, "intake")
    world.change("intake", row | {"_id": "another"})
    assert ("intake", row["_id"], 0, "cause") in places(world)


# -- the topics -------------------------------------------------------------------------------------------------------------------------


def at(world: World, topic: str, holds=lambda record: True):
    return next(record for record in world.log.all(topic) if holds(record))


def test_a_forged_event_is_found_where_it_stands(world):
    word = at(world, "callback.events.v1")
    forged = world.log.append(word.topic, word.partition, word.key, word.value.replace(b'"seq":1', b'"seq":9'), word.headers)
    assert [(place[0], place[1]) for place in places(world) if place[0] == "callback"] == [
        ("callback", f"callback.events.v1 {forged.partition}/{forged.offset}")
    ]


def test_an_altered_event_is_missing_and_foreign(world):
    word = at(world, "feedback.events.v1")
    world.log.records[word.topic, word.partition][word.offset] = word._replace(value=word.value.replace(b'"seq"', b'"Seq"'))
    tally = world.audit()["feedback"]
    assert (tally.missing, tally.foreign) == (1, 1)


@pytest.mark.parametrize("change", ["key", "headers", "partition"])
def test_an_event_under_another_key_header_or_partition_is_missing_and_foreign(world, change):
    word = at(world, "feedback.events.v1")
    line = world.log.records[word.topic, word.partition]
    if change == "partition":
        line[word.offset] = line[word.offset]._replace(value=b"{}")
        world.log.append(word.topic, (word.partition + 1) % 12, word.key, word.value, word.headers)
    else:
        line[word.offset] = word._replace(**{change: b"k" if change == "key" else word.headers[:-1]})
    tally = world.audit()["feedback"]
    assert tally.missing == 1 and tally.foreign == (2 if change == "partition" else 1)


def test_a_deleted_event_is_missing(world):
    word = at(world, "callback.events.v1", lambda record: record.offset == 0)
    world.log.records[word.topic, word.partition].pop(0)
    assert world.audit()["callback"].missing == 1


def test_events_that_left_out_of_order_are_found(world):
    line = next(line for (topic, _), line in world.log.records.items() if topic == "callback.events.v1" and len(line) > 1)
    (one, two), rest = line[:2], line[2:]
    assert one.key == two.key
    line[:] = [two._replace(offset=0), one._replace(offset=1), *rest]
    assert any(place[0] == "callback" and place[3] == "order" for place in places(world))


def test_a_cause_that_says_something_else_than_it_did_is_found_by_its_fingerprint(world):
    word = at(world, "routing.commands.v1", lambda record: b"report_resolution" in (record.value or b""))
    other = word.value.replace(b"single_case", b"single_cause")
    world.log.records[word.topic, word.partition][word.offset] = word._replace(value=other)
    assert any(place[0] == "routing" and place[3] == "fingerprint" for place in places(world))


def test_a_dossier_that_nobody_holds_any_more_is_found(world):
    dossier = at(world, "intake.dossiers.v1", lambda record: record.value is not None)
    world.log.append(dossier.topic, dossier.partition, dossier.key, dossier.value.replace(b"intake", b"Intake") + b" ", dossier.headers)
    assert any(place[0] == "intake" and place[3] == f"dossier of {dossier.key.decode()}" for place in places(world))


def test_a_dossier_of_a_complaint_that_is_not_there_is_found(world):
    stray = world.log.append("routing.dossiers.v1", 3, b"c0ffee", b"{}")
    assert places(world) == [("routing", f"routing.dossiers.v1 3/{stray.offset}", None, "dossier")]


def test_an_unreadable_record_without_its_dead_letter_is_found_and_so_is_a_letter_without_its_record(world):
    letter = at(world, "routing.dlq.v1", lambda record: record.value == b"{poison")
    forged = letter._replace(headers=tuple((n, b"77" if n == "redress-dead-offset" else v) for n, v in letter.headers))
    world.log.records[letter.topic, letter.partition][letter.offset] = forged
    tally = world.audit()["routing"]
    assert (tally.untaken, tally.foreign) == (1, 1)


# -- the rules --------------------------------------------------------------------------------------------------------------------------


def test_a_policy_whose_text_was_altered_is_found_even_if_it_decides_alike(world):
    (reference, text), *_ = world.policies["routing"].items()
    world.policies["routing"][reference] = text.replace('"settle"', '"settles"') if '"settle"' in text else text.replace(":30", ":31", 1)
    assert ("routing", f"policy {reference}", None, "text") in places(world)


def test_a_policy_that_was_removed_is_found(world):
    world.policies["callback"].clear()
    assert all(place[3] == "policy" for place in places(world) if place[0] == "callback")
    assert world.audit()["callback"].different == len(world.rows("callback"))


# -- anything ---------------------------------------------------------------------------------------------------------------------------


def leaves(value, path=()):
    """Every place in a row at which something stands."""
    match value:
        case dict():
            for name, each in value.items():
                yield from leaves(each, (*path, name))
        case list() if value:
            for n, each in enumerate(value):
                yield from leaves(each, (*path, n))
        case _:
            yield path


def replaced(value, path, with_):
    if not path:
        return with_
    (step, *rest), copy = path, value.copy()
    copy[step] = replaced(value[step], rest, with_)
    return copy


def at_path(value, path):
    for step in path:
        value = value[step]
    return value


def altered(draw, value):
    """Another value of the same kind, or of another one."""
    match value:
        case bool() | None:
            return draw(st.sampled_from([1, "x", True]))
        case int():
            return draw(st.sampled_from([value + 1, value - 1, float(value), Int64(value)]))
        case str():
            return draw(st.sampled_from([value + " ", value[:-1] + "~", None]))
        case bytes():
            n = draw(st.integers(0, max(len(value) - 1, 0)))
            return draw(st.sampled_from([value + b"\0", value[:n] + bytes([value[n] ^ 1]) + value[n + 1 :] if value else b"x"]))
        case []:
            return [0]
    return None


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.data())
def test_any_single_change_of_a_stored_document_is_found(data):
    world = lived(40, 3).copy()
    name = data.draw(st.sampled_from(NAMES))
    row = data.draw(st.sampled_from(world.rows(name)))
    path = data.draw(st.sampled_from([path for path in leaves(row) if path and path[0] != "_id"]))
    other = replaced(row, path, altered(data.draw, at_path(row, path)))
    if ".".join(map(str, path)) in UNCOVERED and path[0] == "book":
        return
    world.change(name, other)
    assert any(place[:2] == (name, row["_id"]) for place in places(world, name)), path


def test_what_is_added_to_a_row_is_found(world):
    row = first(world, "routing")
    world.change("routing", row | {"extra": 1})
    assert ("routing", row["_id"], None, "extra") in places(world)
    world.change("routing", row | {"book": row["book"] | {"extra": 1}})
    assert ("routing", row["_id"], None, "extra") in places(world)
    world.change("routing", row | {"snapshots": {"0": Binary(b"x")}})
    assert ("routing", row["_id"], None, "snapshot 0") in places(world)
