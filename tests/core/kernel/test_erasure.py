"""Law 10: an erasure reaches what waits, the dead letters and the snapshots, not the state alone."""

from dataclasses import replace
from datetime import timedelta

from services.platform.kernel.apply import apply, needs_journal
from services.platform.kernel.prune import restore
from tests.core.kernel.story import COMPLAINT, PARTITION, command, event, facts, fold, kinds, picture, sent_again, submit, t, wake
from tests.core.kernel.toy import BROKEN, ROUTING, TOY, Case, Forbidden, Report

MARK = "王小明 13800138000"


def holds(document, mark=MARK):
    return mark in repr(vars(document)) or mark.encode() in b"".join(
        a.value or b"" for e in document.journal.values() for a in e.answers
    ) or any(mark.encode() in (w.message.record.value or b"") for w in document.waiting)  # fmt: skip


def test_law10_commands_that_wait_are_given_up_audibly_and_events_wait_on():
    document, said = fold([command("Hide", 101, 0, secret=MARK), event("Called", 101, 0)])
    assert said == [] and holds(document)
    document, said = fold([event("Erased", 102, 0)], document=document)
    assert kinds(said) == ["command_refused"] and facts(said)[0]["reason"] == "erased"
    assert [w.message.type for w in document.waiting] == ["callback.called.v1", "intake.erased.v1"] and not holds(document)


def test_law10_a_parked_document_gives_up_its_commands_too():
    document, _ = fold([submit(), command("Hide", 130, 1, secret=MARK)], BROKEN)
    document, said = fold([event("Erased", 131, 0)], BROKEN, document)
    assert kinds(said) == ["command_refused"] and document.parked and not holds(document)
    document, said = fold([wake(0, 126, 140, 2)], document=document)
    assert kinds(said) == ["breached", "cleared"]


def test_law10_an_erasure_that_waits_for_a_wake_erases_when_it_is_decided():
    document, said = fold([submit(), command("Hide", 101, 1, secret=MARK), event("Erased", 130, 0)])
    assert kinds(said) == ["routed", "hidden"] and document.state.secret == MARK
    document, said = fold([wake(0, 126, 131, 2)], document=document)
    assert kinds(said) == ["breached", "cleared"]
    assert document.state.secret is None and document.base is not None and not holds(document)


def test_law10_dead_letters_lose_the_records_that_they_carry():
    died = command("Crash", 101, 1, id=MARK)
    document, _ = fold([submit(), died])
    assert holds(document)
    size = document.size
    document, said = fold([event("Erased", 102, 0)], document=document)
    assert kinds(said) == ["cleared"] and not holds(document) and document.size < size + 400
    assert 1 in document.touched, "the store must write the emptied entry"
    again, said = apply(document, sent_again(died, 7), TOY)
    assert again is document and kinds(said) == ["dead: undecidable.ZeroDivisionError"] and said[0].value is None


def test_law10_a_message_can_erase_as_things_stand():
    """An erasure that was put off until the case is closed, say."""
    service = replace(ROUTING, is_erasure=lambda case, message: bool(case and case.odd and isinstance(message, Report)))
    put_off = replace(TOY, service=service)
    died = command("Crash", 101, 1, id=MARK)
    for first, is_left in ((command("Flip", 102, 2), True), (command("Toggle", 102, 2), False)):
        document, _ = fold([submit(), died, first], put_off)
        assert needs_journal(document, command("Report", 103, 3), service) is not is_left
        assert holds(fold([command("Report", 103, 3)], put_off, document)[0]) is is_left


def test_law10_an_erasing_message_that_is_refused_erases_nothing_and_settles_nothing():
    forbidden = frozenset({Forbidden})
    refusing = replace(TOY, service=replace(ROUTING, erases=forbidden, settles=forbidden))
    document, _ = fold([submit(), command("Crash", 101, 1, id=MARK)])
    document, said = fold([command("Forbidden", 102, 2)], refusing, document)
    assert kinds(said) == ["command_refused"] and document.base is None and holds(document)
    document, said = fold([command("Hide", 101, 0, secret=MARK), command("Forbidden", 102, 1)], refusing)
    assert kinds(said) == ["command_refused"] and [w.message.type for w in document.waiting] == ["routing.hide.v1"]


def test_law10_all_entries_are_loaded_for_an_erasure():
    document, _ = fold([submit()])
    assert needs_journal(document, event("Erased", 102, 0), ROUTING)
    assert not needs_journal(document, event("Called", 102, 0), ROUTING)


def test_law10_snapshots_that_hold_what_was_erased_give_way_to_one_that_does_not():
    brief = replace(TOY, limits=replace(TOY.limits, journal_kept=timedelta(seconds=20)))
    document, _ = fold([submit(), command("Hide", 101, 1, secret=MARK), command("Toggle", 110, 2)], brief)
    assert document.next is not None and document.next.state.secret == MARK
    document, said = fold([event("Erased", 111, 0)], brief, document)
    assert document.next is None and document.next_ordinal is None and not holds(document)
    assert document.base is not None and document.base.ordinal == document.length == 4
    onwards, said = fold([command("Report", 112, 3)], brief, document)
    refolded, again = fold([command("Report", 112, 3)], brief, restore(COMPLAINT, PARTITION, document.base, ROUTING))
    assert again == said and refolded.state == onwards.state == Case(due=t(120), odd=True, closed=True)


def test_law10_an_erasing_message_that_raises_erases_nothing_but_what_waits():
    sick = replace(TOY, service=replace(ROUTING, decide=lambda s, c, p: 1 / 0))
    document, _ = fold([submit(), command("Crash", 101, 1, id=MARK)])
    document, said = fold([event("Erased", 102, 0)], sick, document)
    assert kinds(said) == ["dead: undecidable.ZeroDivisionError"] and document.base is None and holds(document)
    assert picture(document)["parked"] is None
