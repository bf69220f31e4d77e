"""One bad record harms nobody else."""

import json
from dataclasses import replace

from contracts.wire import header
from services.platform.kernel.apply import apply, next_wake
from services.platform.kernel.record import incoming
from services.platform.kernel.service import Refused, Woken
from tests.core.kernel.story import OWN, command, event, facts, fold, kinds, picture, reason, sent_again, submit, t, wake
from tests.core.kernel.toy import BROKEN, ROUTING, TOY, crashing


def test_law8_a_message_that_makes_decide_raise_is_one_dead_letter_and_its_wakes_are_done_by_the_next_record():
    before, _ = fold([submit()])
    document, said = fold([command("Crash", 130, 1)], document=before)
    assert kinds(said) == ["dead: undecidable.ZeroDivisionError"]
    assert (document.state, document.time, document.seq, document.wakes) == (before.state, before.time, before.seq, 0)
    assert kinds(fold([command("Report", 131, 2)], document=document)[1]) == ["breached", "resolved"]


def test_law8_a_dead_letter_has_the_record_as_it_came_and_the_reason_without_customer_data():
    bad = command("Crash", 101, 7, attempt=2)
    _, said = fold([submit(), bad])
    letter, told = said[1], dict(said[1].headers)
    assert (letter.key, letter.value) == (bad.record.key, bad.record.value)
    assert letter.headers[:5] == bad.record.headers[:5]
    assert {k: told[f"redress-dead-{k}"].decode() for k in ("reason", "topic", "partition", "offset", "service")} == {
        "reason": "undecidable.ZeroDivisionError",
        "topic": OWN,
        "partition": str(bad.record.partition),
        "offset": "7",
        "service": "routing",
    }
    assert told["redress-attempt"] == b"2" and b"customer" not in repr(letter.headers).encode()


def test_law8_a_dead_letter_that_dies_again_tells_its_newest_death_only():
    _, said = fold([submit(), command("Crash", 101, 1)])
    again = command("Crash", 101, 1).record._replace(headers=said[1].headers, offset=2)
    _, said = fold([submit(), incoming(again, ROUTING)])
    names = [name for name, _ in said[1].headers]
    assert len(names) == len(set(names))
    assert header(said[1].headers, "redress-dead-offset") == "2"


def test_law8_a_record_that_died_stays_dead_when_it_comes_again_and_a_replay_gets_exactly_one_new_turn():
    flip = command("Flip", 102, 2)
    document, _ = fold([submit(), command("Toggle", 101, 1), flip, command("Toggle", 103, 3)])
    assert apply(document, flip, TOY)[0] is document
    assert apply(document, sent_again(flip, 4), TOY)[0] is document, "decide would take it now, but this is no replay"
    document, said = apply(document, sent_again(flip, 5, attempt=1), TOY)
    assert kinds(said) == ["flipped"]
    for more in (sent_again(flip, 6, attempt=1), sent_again(flip, 7, attempt=2), sent_again(flip, 8)):
        assert apply(document, more, TOY) == (document, said)


def test_law8_a_replay_that_dies_again_is_a_new_dead_letter_and_needs_the_next_attempt():
    crash = command("Crash", 101, 1)
    document, _ = fold([submit(), crash])
    document, said = apply(document, sent_again(crash, 2, attempt=1), TOY)
    assert kinds(said) == ["dead: undecidable.ZeroDivisionError"] and header(said[0].headers, "redress-attempt") == "1"
    assert apply(document, sent_again(crash, 3, attempt=1), TOY) == (document, said)
    assert apply(document, sent_again(crash, 4, attempt=2), TOY)[0] is not document


def test_law8_an_event_that_dies_is_dead_alone():
    document, said = fold([submit(), event("Crashed", 101, 0), event("Called", 102, 1)])
    assert kinds(said) == ["routed", "dead: undecidable.ZeroDivisionError", "remarked"] and document.state.notes == 1


def test_law8_a_decide_that_refuses_an_event_or_a_wake_is_at_fault_itself():
    picky = crashing(lambda cause: not cause.source.startswith("crm"), Refused("no"))
    _, said = fold([submit(), event("Called", 101, 0), command("Report", 130, 1)], picky)
    assert kinds(said) == ["routed", "dead: undecidable.Refused", "dead: undecidable.Refused"]


def test_law8_a_wake_that_crashes_is_one_dead_letter_and_parks_the_document_until_it_is_replayed():
    document, said = fold([submit(), command("Report", 130, 1)], BROKEN)
    assert document.parked == "ZeroDivisionError" and kinds(said) == ["routed", "dead: undecidable.ZeroDivisionError"]
    assert len(document.waiting) == 1 and document.wakes == 0 and document.state.level == 0
    document, again = apply(document, wake(0, 126, 500, 2), BROKEN)
    assert document.parked and kinds(again) == ["dead: undecidable.ZeroDivisionError"]
    document, said = apply(document, wake(0, 126, 600, 3), TOY)
    assert not document.parked and kinds(said) == ["breached", "resolved"] and facts(said)[1]["asked_at"] == "2026-03-02T08:02:10.000Z"


def test_law8_while_a_document_is_parked_everything_waits_commands_and_events():
    document, _ = fold([submit(), command("Report", 130, 1)], BROKEN)
    document, said = fold([command("Toggle", 131, 2), event("Called", 90, 0)], document=document)
    assert said == [] and len(document.waiting) == 3 and document.parked


def test_law8_the_dead_letter_of_a_wake_is_a_record_that_an_operator_can_send_again():
    document, said = fold([submit(), command("Report", 130, 1)], BROKEN)
    letter = said[1]
    assert {k: json.loads(letter.value)[k] for k in ("count", "due")} == {"count": 0, "due": "2026-03-02T08:02:06.000Z"}
    replayed = incoming(command("Report", 700, 9).record._replace(value=letter.value, key=letter.key), ROUTING)
    assert kinds(apply(document, replayed, TOY)[1]) == ["breached", "resolved"]


def test_law8_what_an_inline_wake_set_free_is_undone_with_the_command_that_raises():
    before, _ = fold([submit(), event("Called", 127, 0)])
    document, said = fold([command("Crash", 130, 1)], document=before)
    assert kinds(said) == ["dead: undecidable.ZeroDivisionError"]
    unmoved = picture(document) | {"journal": {n: e for n, e in document.journal.items() if n < 2}}
    assert all(unmoved[k] == picture(before)[k] for k in ("state", "waiting", "time", "at", "seq", "wakes", "asked", "journal"))
    assert next_wake(document, TOY) == t(126)


def test_law8_a_wake_that_crashes_on_a_commands_account_leaves_nothing_half_done():
    """Before the second wake crashes, the first one's event is released; after it the command must wait, not go on."""
    second = crashing(lambda cause: isinstance(cause.message, Woken) and cause.instant == t(133))
    document, said = fold([submit(), event("Called", 127, 0), command("Report", 140, 1)], second)
    assert kinds(said) == ["routed", "breached", "remarked", "dead: undecidable.ZeroDivisionError"]
    assert document.parked and document.wakes == 1 and [w.message.type for w in document.waiting] == ["routing.report.v1"]
    _, said = fold([wake(1, 133, 200, 2)], document=document)
    assert kinds(said) == ["breached", "breached", "resolved"]


def test_law8_a_crash_that_changed_its_state_in_place_is_a_crash_all_the_same():
    """States are frozen: a decide that tries to change one raises, and nothing is changed."""

    def careless(state, cause, policy):
        if state is not None:
            state.level = 9
        return ROUTING.decide(state, cause, policy)

    document, said = fold([submit(), command("Report", 101, 1)], replace(TOY, service=replace(ROUTING, decide=careless)))
    assert reason(said[1]) == "dead: undecidable.ValidationError" and document.state.level == 0
