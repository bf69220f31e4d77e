"""Early is not wrong: what comes before its complaint waits, in order, for as long as is reasonable."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.platform.kernel.apply import apply, next_wake
from services.platform.kernel.service import Practice
from tests.core.kernel.story import command, ended, event, facts, fold, kinds, sent_again, stamp, submit, t, wake
from tests.core.kernel.toy import TOY


def allowing(**limits: object) -> Practice:
    return replace(TOY, limits=replace(TOY.limits, **limits))


HASTY = allowing(waiting=3, patience=timedelta(seconds=50), events_wait=timedelta(seconds=500))


def test_law7_what_came_early_is_applied_in_order_of_instant_topic_and_offset_when_the_complaint_arrives():
    early = [command("Reopen", 104, 7), event("Called", 104, 0), event("Confirmed", 103, 1), command("Toggle", 104, 8)]
    document, said = fold(early)
    assert said == [] and document.state is None and [w.ordinal for w in document.waiting] == [2, 1, 0, 3]
    _, said = fold([event("Registered", 100, 0)], document=document)
    assert kinds(said) == ["routed", "settled", "remarked", "reopened", "toggled"]


def test_law7_own_commands_keep_their_order_even_where_append_times_fall():
    _, said = fold([command("Toggle", 104, 0), command("Reopen", 102, 1), event("Called", 103, 0), event("Registered", 100, 0)])
    assert kinds(said) == ["routed", "remarked", "toggled", "reopened"]


def test_law7_an_event_never_queues_behind_a_bad_neighbour():
    _, said = fold([submit(), event("Called", 400, 0), event("Confirmed", 119, 1)])
    assert kinds(said) == ["routed", "settled", "remarked"]


def test_law7_a_poisonous_waiting_message_is_its_own_dead_letter_not_the_openers():
    early = [command("Crash", 101, 0), command("Report", 102, 1)]
    _, said = fold([*early, event("Registered", 100, 0)])
    assert kinds(said) == ["routed", "dead: undecidable.ZeroDivisionError", "resolved"]
    assert said[1].value == early[0].record.value


def test_law7_a_repeat_of_an_early_message_points_at_the_openers_words():
    early = [command("Crash", 101, 0), command("Report", 102, 1)]
    document, said = fold([*early, event("Registered", 100, 0)])
    for message in (*early, sent_again(early[1], 7)):
        assert apply(document, message, TOY) == (document, tuple(said))


def test_law7_a_message_that_died_when_it_was_set_free_can_be_replayed():
    early = command("Flip", 102, 1)
    document, said = fold([command("Toggle", 101, 0), early, event("Registered", 100, 0)])
    assert kinds(said) == ["routed", "toggled", "dead: undecidable.ZeroDivisionError"]
    replayed = [command("Toggle", 103, 2), sent_again(early, 3, attempt=1), sent_again(early, 4, attempt=1)]
    document, said = fold(replayed, document=document)
    assert kinds(said) == ["toggled", "flipped", "flipped"] and document.seq == 4, "the last is a repeat"


def test_law7_an_early_message_sent_twice_waits_once():
    document, _ = fold([command("Report", 101, 0), command("Report", 102, 1, id="Report0")])
    assert len(document.waiting) == 1


def test_law7_a_document_not_opened_asks_to_be_woken_24_hours_after_its_oldest_command():
    document, _ = fold([event("Called", 5, 0), command("Report", 10, 0), command("Report", 20, 1)])
    assert next_wake(document, TOY) == t(10 + 24 * 3600)


def test_law7_commands_that_nothing_opens_are_refused_after_patience_and_events_wait_on():
    document, said = ended_patience()
    assert [(f["reason"], f["at"]) for f in facts(said)] == [("never_opened", stamp(60)), ("never_opened", stamp(70))]
    assert [w.message.type for w in document.waiting] == ["callback.called.v1"]
    assert kinds(fold([event("Registered", 99, 1)], HASTY, document)[1]) == ["routed", "remarked"]


def ended_patience():
    document, said = fold([event("Called", 5, 0), command("Report", 10, 0), command("Report", 20, 1)], HASTY)
    assert said == []
    return fold([wake(0, 60, 61, 2), wake(1, 70, 71, 3)], HASTY, document)


def test_law7_an_event_that_nothing_opens_is_dead_when_its_topic_no_longer_keeps_it():
    document, _ = ended_patience()
    assert next_wake(document, HASTY) == t(505)
    document, said = fold([wake(2, 505, 600, 4)], HASTY, document)
    assert kinds(said) == ["dead: never_opened"] and not document.waiting and next_wake(document, HASTY) is None


def test_law7_an_opener_at_or_after_the_instant_of_giving_up_waits_for_it():
    document, said = fold([command("Report", 10, 0), event("Registered", 60, 0)], HASTY)
    assert said == [] and document.state is None
    assert kinds(fold([wake(0, 60, 61, 1)], HASTY, document)[1]) == ["command_refused", "routed"]
    just_in_time = fold([command("Report", 10, 0), event("Registered", 59.999, 0)], HASTY)[1]
    assert kinds(just_in_time) == ["routed", "resolved"]


def test_law7_a_command_that_opens_gives_up_first_what_has_waited_too_long():
    _, said = fold([command("Report", 10, 0), command("Submit", 60, 1)], HASTY)
    assert kinds(said) == ["command_refused", "routed"]


def test_law7_a_refused_opener_opens_nothing_and_what_waits_waits_on():
    document, said = fold([command("Report", 10, 0), command("Forbidden", 11, 1)])
    assert kinds(said) == ["command_refused"] and document.state is None and len(document.waiting) == 1
    assert kinds(fold([command("Submit", 12, 2)], document=document)[1]) == ["routed", "resolved"]


def test_law7_a_command_beyond_the_hundredth_that_waits_is_refused_at_once_but_an_event_never():
    document, said = fold(command("Toggle", 10, n) for n in range(101))
    assert kinds(said) == ["command_refused"] and facts(said)[0]["reason"] == "too_many_waiting" and len(document.waiting) == 100
    document, said = fold([event("Called", 11, 0)], document=document)
    assert said == [] and len(document.waiting) == 101


@pytest.mark.parametrize(
    ("last", "told"), [(command, ["command_refused"]), (event, ["dead: too_many_waiting"])], ids=["a command", "an event"]
)
def test_cap_what_waits_is_bounded_in_bytes(last, told):
    first = command("Hide", 10, 0, secret="x" * 500)
    crowded = allowing(waiting_bytes=first.record.weight + 100)
    kind = "Report" if last is command else "Called"
    document, said = fold([first, last(kind, 11, 1)], crowded)
    assert kinds(said) == told and len(document.waiting) == 1


def test_cap_headers_count_among_the_bytes_that_wait():
    heavy = command("Report", 10, 0)
    heavy = heavy._replace(record=heavy.record._replace(headers=(("h", b"x" * 300_000),)))
    assert kinds(fold([heavy])[1]) == ["command_refused"]


def test_law7_what_waited_already_is_never_refused_for_crowding():
    document, _ = fold([command("Toggle", 10, n) for n in range(3)], HASTY)
    document, said = fold([command("Forbidden", 11, 9)], HASTY, document)
    assert kinds(said) == ["command_refused"] and len(document.waiting) == 3, "released by a refused opener, and waiting again"


def test_law7_a_wake_for_a_document_that_nobody_has_met_is_ignored():
    document, said = fold([wake(0, 100, 100, 0)])
    assert said == [] and document.length == 0
    assert ended(document, said)[1] == []
