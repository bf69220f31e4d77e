"""What an audit cannot check, what it takes at its word, and what moves while it looks: each is told apart from a difference."""

import json
import shutil
from datetime import timedelta

import pytest

from contracts.catalogue import PARTITIONS
from contracts.ids import complaint_id
from contracts.intake import SetCustomerProfile
from contracts.routing import ReportProgress, WithdrawComplaint
from contracts.wire import write_command
from services.cli.audit.examination import Examination
from services.cli.audit.look import Bounds
from services.cli.audit.told import lines, table
from services.cli.dead.letters import letters, mark, replayed
from services.platform.chassis.policies import find_set, load
from services.platform.chassis.rows import entries_of
from services.platform.kernel.record import partition_of
from tests.cli.audit.world import BY, CUSTOMERS, SERVICES, World, found, lived, resolution, submission
from tests.system.hurried import change

ID = complaint_id("crm", "T-1")


@pytest.fixture
def world() -> World:
    return lived().copy()


# -- two versions of the rules, another build -------------------------------------------------------------------------------------------


async def test_a_life_that_began_under_other_rules_is_equal(tmp_path):
    later = shutil.copytree(find_set("demo"), tmp_path / "later")
    change(later, "routing", ageing={"after_seconds": [3, 6], "at_most": 1}, open_complaints="follow")
    world = World()
    await world.live(60, seed=5, restarts=["demo"])
    world.start({name: load(str(later), service) for name, service in SERVICES.items()})
    await world.live(60, seed=6)
    tallies = world.audit()
    assert found(tallies) == [] and len(world.policies["routing"]) == 2
    versions = [{entry.policy for entry in entries_of(row["journal"], row["_id"])} for row in world.rows("routing")]
    assert max(map(len, versions)) == 2


def test_a_difference_after_another_builds_word_says_so(world):
    row = world.rows("feedback")[0]
    state = json.loads(row["state"]) | {"customer": "somebody-else"}
    world.change("feedback", row | {"state": json.dumps(state, separators=(",", ":"), ensure_ascii=False)})
    (tally,) = world.audit("feedback", build="newer").values()
    assert "decided by another build (test)" in "\n".join(lines([tally]))


def test_a_policy_that_this_build_cannot_read_leaves_its_documents_unchecked(world):
    reference, text = next(iter(world.policies["feedback"].items()))
    world.policies["feedback"][reference] = json.dumps(json.loads(text) | {"of_a_later_build": 1})
    (tally,) = world.audit("feedback").values()
    assert tally.not_folded == tally.documents > 0 and tally.unchecked["policy_unreadable"] == tally.documents
    assert [finding.difference.part for finding in tally.findings] == ["text"]


# -- what moves -------------------------------------------------------------------------------------------------------------------------


def test_a_document_that_went_on_beyond_what_was_read_is_looked_at_again(world):
    bounds = world.bounds("routing")
    row = world.rows("routing")[0]
    early = Bounds({}, {place: end and end - 1 for place, end in bounds.ends.items()}, {})
    with world.topics() as topics:
        examination = Examination(SERVICES["routing"], world.policies["routing"], "test", topics, early)
        assert not examination.see(row, is_first=True) and examination.tally.documents == 0
        examination.goes_on(world.policies["routing"], bounds)
        assert examination.see(row) and examination.tally.equal == 1


def test_an_answer_that_is_not_there_yet_is_no_difference_until_its_service_has_committed_past_its_cause(world):
    word = world.log.all("feedback.events.v1")[0]
    world.log.records[word.topic, word.partition].remove(word)
    bounds = world.bounds("feedback")
    with world.topics() as topics:
        tally = world.examine("feedback", topics, Bounds({}, bounds.ends, dict.fromkeys(bounds.committed, 0)))
        assert (tally.unchecked["unpublished"], tally.missing, tally.findings) == (1, 0, [])
    with world.topics() as topics:
        assert world.examine("feedback", topics, bounds).missing == 1


# -- what is gone -----------------------------------------------------------------------------------------------------------------------


async def days_of_a_customer(days: int, every: int = 5) -> World:
    """A file that is written to for months, and its complaint, which is closed long since."""
    world = World(names=("intake", "routing"))
    world.put("intake", submission("T-1", CUSTOMERS[0], "o1"))
    await world.drain()
    world.put("routing", resolution(ID))
    await world.drain()
    for day in range(0, days, every):
        world.put("intake", SetCustomerProfile(request=f"P{day}", customer=CUSTOMERS[0], tier=("key", "general")[day // every % 2]))
        world.put("routing", ReportProgress(complaint_id=ID, work="1-quality", by=BY))
        await world.drain()
        await world.pass_(timedelta(days=every).total_seconds())
    return world


async def test_documents_whose_causes_are_gone_are_folded_from_a_snapshot():
    world = await days_of_a_customer(60)
    begins = world.forget(timedelta(days=40), "intake.commands.v1", "routing.commands.v1")
    tallies = world.audit(begins=begins)
    assert found(tallies) == []
    assert all((t.documents, t.equal, t.since_snapshot) == (1, 1, 1) for t in tallies.values())


async def test_without_a_snapshot_they_are_not_folded_but_their_answers_stand_on_the_topics():
    world = await days_of_a_customer(20)
    begins = world.forget(timedelta(days=7), "intake.commands.v1", "routing.commands.v1")
    tallies = world.audit(begins=begins)
    assert found(tallies) == []
    assert all((t.equal, t.not_folded, t.unchecked["causes_gone"]) == (0, 1, 1) and t.present > 0 for t in tallies.values())
    assert "not folded" in "\n".join(lines(list(tallies.values())))


async def test_pruned_documents_are_equal_and_what_they_said_before_is_not_foreign():
    world = await days_of_a_customer(260)
    begins = world.forget(timedelta(days=90), "routing.events.v1")
    tallies = world.audit(begins=begins)
    assert all(row["book"]["first"] > 0 for name in world.names for row in world.rows(name))
    assert found(tallies) == [] and tallies["intake"].unchecked["pruned"] > 0 and tallies["routing"].unchecked["causes_pruned"] > 0
    world.change("intake", tampered(world.rows("intake")[0]))
    assert found(world.audit(begins=begins))


def tampered(row):
    return row | {"state": row["state"].replace('"tier":"key"', '"tier":"suitable"') + (" " * ('"tier":"key"' not in row["state"]))}


# -- dead letters -----------------------------------------------------------------------------------------------------------------------


async def test_a_dead_letter_that_was_replayed_and_marked_is_no_stray():
    world = World(names=("intake", "routing"))
    world.put("intake", submission("T-1", CUSTOMERS[0], "o1"))
    withdraw = WithdrawComplaint(complaint_id=ID, reason="changed_mind")
    wire = write_command("routing", withdraw, id="w-1", source="crm")
    wrong = (partition_of(wire.key, PARTITIONS) + 1) % PARTITIONS
    world.log.append("routing.commands.v1", wrong, b"wrong", wire.value, wire.headers)
    await world.drain()
    letter = next(each for each in letters(world.log.all("routing.dlq.v1")) if each.reason == "wrong_key")
    for again in (replayed(letter, None), mark(letter, "replayed")):
        world.log.append(again.topic, partition_of((again.key or b"").decode(), PARTITIONS), again.key, again.value, again.headers)
    await world.drain()
    assert found(world.audit()) == [] and b"withdrawn" in world.log.all("routing.events.v1")[-1].value


# -- how it is told ---------------------------------------------------------------------------------------------------------------------


def test_lines_name_service_document_entry_part_and_both_values_and_no_customer(world):
    row = next(row for row in world.rows("routing") if b'"seq":1,' in row["journal"].get("0", b""))
    world.change("routing", row | {"journal": row["journal"] | {"0": row["journal"]["0"].replace(b'"seq":1,', b'"seq":8,')}})
    tally = world.audit()["routing"]
    told = list(lines([tally]))
    assert told[0] == f"routing {row['_id']}: entry 0, answer 1, routing.complaint_routed.v1: seq: expected is 1, found 8."
    assert table([tally]).row_count == 1


def test_a_dossier_is_never_told(world):
    dossier = next(record for record in world.log.all("intake.dossiers.v1") if record.value)
    world.log.append(dossier.topic, dossier.partition, dossier.key, dossier.value + b" ", dossier.headers)
    told = "\n".join(lines(list(world.audit().values())))
    assert "dossier of" in told and "又坏了" not in told and "+86" not in told
