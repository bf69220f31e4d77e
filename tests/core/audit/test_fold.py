"""Law 11: what the log makes of a document is what is stored, and where it is not, the place is named."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.audit import fold, practised
from services.platform.kernel.document import Answer, Document
from services.platform.kernel.service import Policy, Refused
from services.platform.kernel.turn import NameTaken
from tests.core.audit.support import BRIEF, audited, causes, kept, months, places, under, whole
from tests.core.kernel.drawn import law, stories
from tests.core.kernel.story import COMPLAINT, command, event, sent_again, submit
from tests.core.kernel.story import fold as folded_by_hand
from tests.core.kernel.toy import TOY, crashing


@law
@given(stories())
def test_any_healthy_document_is_equal_to_its_fold(story):
    shelf = kept(story)
    for id in shelf.documents:
        assert audited(shelf.whole(id), story)[1:] == (0, (), None, frozenset(), ())


def test_a_document_that_nothing_was_pruned_of_is_folded_from_its_beginning_also_where_there_is_a_snapshot():
    document = whole(months(8), BRIEF)
    verdict = audited(document, months(8), BRIEF)
    assert document.next_ordinal is not None
    assert (verdict.since, verdict.differences) == (0, ())


def test_a_pruned_document_is_folded_from_its_snapshot():
    document = whole(months(60), BRIEF)
    verdict = audited(document, months(60), BRIEF)
    assert (verdict.since, verdict.differences, verdict.unchecked) == (document.first, (), None) and document.first > 0


def test_the_pruned_causes_need_not_be_there():
    document = whole(months(60), BRIEF)
    verdict = audited(document, months(60), BRIEF, begins=document.first)
    assert (verdict.since, verdict.differences, verdict.unchecked) == (document.first, (), None)


def test_where_causes_are_gone_it_goes_on_from_the_next_snapshot_and_where_there_is_none_it_says_so():
    shelf = kept(months(60), BRIEF)
    document, later = shelf.whole(COMPLAINT), shelf.nexts[COMPLAINT]
    verdict = audited(document, months(60), BRIEF, later, begins=document.first + 1)
    assert (verdict.since, verdict.differences, verdict.unchecked) == (later.ordinal, (), None)
    verdict = audited(document, months(60), BRIEF, later, begins=later.ordinal + 1)
    assert (verdict.folded, verdict.differences, verdict.unchecked) == (None, (), "causes_gone")


def test_what_waited_at_a_snapshot_is_released_by_the_fold():
    story = [submit(), event("Called", 101, 0, appended=140), event("Called", 180, 1, appended=141), command("Report", 190, 3)]
    practice = replace(TOY, limits=BRIEF.limits)
    shelf = kept(story, practice)
    document, later = shelf.whole(COMPLAINT), shelf.nexts[COMPLAINT]
    verdict = audited(document, story, practice, later, begins=1)
    assert (verdict.since, places(verdict), verdict.unchecked) == (later.ordinal, [], None)


def test_an_erased_document_is_equal_to_its_fold_and_so_is_what_was_emptied():
    story = [submit(), command("Hide", 101, 1, secret="x"), command("Crash", 102, 2), event("Erased", 103, 3), command("Report", 104, 4)]
    document = whole(story)
    verdict = audited(document, story)
    assert (verdict.since, verdict.differences) == (0, ()) and document.journal[2].answers[0].value is None


def test_an_erased_document_whose_causes_are_gone_is_folded_from_its_erasure_and_still_knows_the_names_from_before():
    story = [
        submit(), command("Hide", 101, 1, secret="x"), event("Erased", 103, 3), command("Report", 104, 4),
        command("Reopen", 105, 5, id="Hide1"),
    ]  # fmt: skip
    document = whole(story)
    verdict = fold(document, causes(story, begins=3), under())
    assert (verdict.since, places(verdict), verdict.unchecked) == (3, [], None)


def test_a_document_that_is_parked_is_folded_under_what_crashed_it():
    broken = crashing(lambda cause: cause.message.__class__.__name__ == "Woken")
    story = [submit(), command("Toggle", 150, 1), command("Report", 160, 2)]
    document = whole(story, broken)
    assert document.parked and places(audited(document, story, broken)) == []


def test_a_dead_letter_and_its_replay_are_folded():
    story = [submit(), command("Toggle", 101, 1), command("Flip", 102, 2), command("Toggle", 103, 3)]
    story.append(sent_again(story[2]._replace(record=story[2].record._replace(appended=story[3].record.appended)), 4, attempt=1))
    document = whole(story)
    assert document.journal[2].is_dead and not document.journal[4].is_dead and document.journal[4].attempt == 1
    assert places(audited(document, story)) == []


@pytest.mark.parametrize("error", [NameTaken(), type("Oversized", (Exception,), {})()])
def test_a_record_that_the_database_would_not_take_is_taken_at_its_word(error):
    """The database refuses, and decide is made to raise in its place: no log tells that."""
    story = [submit(), command("Toggle", 101, 1), command("Report", 102, 2)]
    refusing = crashing(lambda cause: cause.id == story[1].id, error)
    document = whole(story, refusing)
    verdict = audited(document, story)
    assert document.journal[1].is_dead and (places(verdict), verdict.believed) == ([], (1,))


def test_a_refusal_for_an_id_that_is_pruned_since_is_taken_at_its_word():
    story = months(60)
    first = whole(story, BRIEF).first
    story[first + 1] = command("Report", (first + 1) * 10, first + 1, id=f"Speak{first - 2}")
    document = whole(story, BRIEF)
    verdict = audited(document, story, BRIEF)
    assert document.first == first and b"id_taken" in document.journal[first + 1].answers[0].value
    assert (places(verdict), verdict.believed) == ([], (first + 1,))


def test_a_record_that_died_of_a_fault_in_decide_is_not_taken_at_its_word():
    story = [submit(), command("Toggle", 101, 1)]
    document = whole(story, crashing(lambda cause: cause.id == story[1].id))
    assert places(audited(document, story))[0][0] == 1


# -- two versions of a policy -----------------------------------------------------------------------------------------------------------


class Strict(Policy):
    forbids: tuple[str, ...] = ()


def decide(case, cause, policy):
    if type(cause.message).__name__ in policy.forbids:
        raise Refused("against_the_rules")
    return TOY.service.decide(case, cause, policy)


MILD, STRICT = Strict(reference="toy/routing@1"), Strict(reference="toy/routing@2", forbids=("Toggle",))
RULED = replace(TOY, service=replace(TOY.service, decide=decide), policy=MILD)


def begun_mildly_gone_on_strictly():
    story = [submit(), command("Toggle", 101, 1), command("Toggle", 102, 2)]
    document, _ = folded_by_hand(story[:2], RULED)
    document, _ = folded_by_hand(story[2:], replace(RULED, policy=STRICT), document)
    return story, document


def test_each_entry_is_folded_under_the_version_that_it_notes():
    story, document = begun_mildly_gone_on_strictly()
    assert places(fold(document, causes(story), practised(RULED.service, [MILD, STRICT], "build-1"))) == []


def test_an_altered_version_is_found_at_the_first_entry_that_it_decides_otherwise():
    story, document = begun_mildly_gone_on_strictly()
    altered = STRICT.model_copy(update={"forbids": ()})
    verdict = fold(document, causes(story), practised(RULED.service, [MILD, altered], "build-1"))
    assert places(verdict)[0] == (2, "answer 1")


def test_a_version_that_was_not_kept_is_a_difference_and_ends_the_fold():
    story, document = begun_mildly_gone_on_strictly()
    verdict = fold(document, causes(story), practised(RULED.service, [MILD], "build-1"))
    assert (places(verdict), verdict.folded.length) == ([(2, "policy")], 2)


def test_a_version_that_this_program_cannot_read_is_no_difference_but_ends_the_fold_too():
    story, document = begun_mildly_gone_on_strictly()
    verdict = fold(document, causes(story), practised(RULED.service, [MILD], "build-1", unreadable=[STRICT.reference]))
    assert (places(verdict), verdict.unchecked, verdict.folded.length) == ([], "policy_unreadable", 2)


def test_another_build_is_told():
    story, document = begun_mildly_gone_on_strictly()
    verdict = fold(document, causes(story), practised(RULED.service, [MILD, STRICT], "build-2"))
    assert (places(verdict), verdict.builds) == ([], {"build-1"})


# -- what was tampered with -------------------------------------------------------------------------------------------------------------


@cache
def life():
    return (
        submit(), command("Toggle", 101, 1), command("Flip", 102, 2), event("Called", 103, 0), command("Report", 104, 4),
        event("Called", 104.5, 1, appended=104), command("Reopen", 105, 5), event("Called", 170, 6),
    )  # fmt: skip


def tampered(**changes):
    document = whole(life())
    for name, value in changes.items():
        setattr(document, name, value)
    return places(audited(document, life()))


def amended(ordinal, **changes):
    document = whole(life())
    document.amend(ordinal, **changes)
    return places(audited(document, life()))


def test_a_field_of_the_state_is_found_by_its_name():
    assert tampered(state=whole(life()).state.model_copy(update={"notes": 7})) == [(None, "state.notes")]


@pytest.mark.parametrize(
    ("name", "value"),
    [("seq", 9), ("wakes", 3), ("at", None), ("time", None), ("asked", None), ("parked", "X"), ("waiting", ()), ("known", b"12345678")],
)
def test_a_field_of_the_document_is_found(name, value):
    assert (None, name) in tampered(**{name: value})


def test_a_byte_of_an_answer_is_found_with_the_field_that_it_is_in():
    answer = whole(life()).journal[0].answers[0]
    other = answer._replace(value=answer.value.replace(b'"seq":1', b'"seq":2'))
    assert amended(0, answers=(other,)) == [(0, "answer 1, routing.routed.v1: seq")]


def test_a_space_in_an_answer_is_found_too():
    answer = whole(life()).journal[0].answers[0]
    found = amended(0, answers=(answer._replace(value=answer.value + b" "),))
    assert found[0] == (0, "answer 1, routing.routed.v1: value") and (None, "size") in found


def test_an_answer_that_is_gone_or_added_is_found():
    answer = whole(life()).journal[0].answers[0]
    assert amended(0, answers=())[0] == (0, "answer 1")
    assert amended(0, answers=(answer, Answer("dlq", None, None, ())))[0] == (0, "answer 2")


def test_an_entry_that_is_gone_is_found():
    document = whole(life())
    del document.journal[3]
    assert places(audited(document, life())) == [(3, "entry")]


def test_a_removed_last_entry_whose_length_was_mended_is_found_in_the_state():
    document = whole(life())
    del document.journal[7]
    document.length, document.known, document.size = 7, document.known[:-8], document.size - 200
    assert (None, "waiting") in places(audited(document, life()))


def test_entries_that_changed_places_are_found_at_the_first_of_them():
    document = whole(life())
    one, two = document.journal[1], document.journal[2]
    document.journal |= {1: two._replace(ordinal=1), 2: one._replace(ordinal=2)}
    assert places(audited(document, life()))[0][0] == 1


def test_an_entry_that_names_a_record_that_is_not_there_is_found():
    assert amended(4, offset=99) == [(4, "cause")]


def test_an_entry_that_names_anothers_record_is_found():
    other = command("Toggle", 103, 77)
    foreign = other.record._replace(value=other.record.value.replace(COMPLAINT.encode(), COMPLAINT.replace("c", "d").encode()))
    document = whole(life())
    document.amend(4, offset=77)
    verdict = fold(document, causes([*life(), other._replace(record=foreign)]), under())
    assert places(verdict)[0] == (4, "cause")


@law
@given(stories(), st.data())
def test_any_single_change_of_an_entry_is_found(story, data):
    document = whole_of(story)
    entry = document.journal[data.draw(st.integers(0, document.length - 1))]
    name = data.draw(st.sampled_from(["fingerprint", "partition", "offset", "instant", "appended", "attempt", "answered_by", "is_dead"]))
    other = data.draw(OTHERS[name](getattr(entry, name)))
    document.amend(entry.ordinal, **{name: other})
    found = places(audited(document, story))
    assert found and found[0][0] == entry.ordinal


OTHERS = {
    "fingerprint": lambda it: st.binary(min_size=16, max_size=16).filter(lambda other: other != it),
    "partition": lambda it: st.integers(0, 11).filter(lambda other: other != it),
    "offset": lambda it: st.integers(10_000, 20_000),
    "instant": lambda it: st.datetimes().map(lambda other: other.replace(tzinfo=it.tzinfo)).filter(lambda other: other != it),
    "appended": lambda it: st.datetimes().map(lambda other: other.replace(tzinfo=it.tzinfo)).filter(lambda other: other != it),
    "attempt": lambda it: st.integers(0, 9).filter(lambda other: other != it),
    "answered_by": lambda it: st.one_of(st.none(), st.integers(0, 99)).filter(lambda other: other != it),
    "is_dead": lambda it: st.just(not it),
}


def whole_of(story) -> Document:
    shelf = kept(story)
    assume(COMPLAINT in shelf.documents)
    return shelf.whole(COMPLAINT)
