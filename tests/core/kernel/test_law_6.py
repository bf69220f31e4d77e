"""A document's time moves only with its own command topic, and a deadline breaks at the deadline."""

from dataclasses import replace
from datetime import timedelta

from services.platform.kernel.apply import apply, next_wake
from tests.core.kernel.story import command, ended, event, facts, fold, kinds, reason, stamp, submit, t, wake
from tests.core.kernel.toy import BROKEN, ROUTING, TOY, Case, Spoken


def test_law6_a_deadline_breaks_at_the_deadline_before_a_later_command():
    _, said = fold([submit(), command("Report", 126, 1)])
    assert [(kind, fact["at"]) for kind, fact in zip(kinds(said), facts(said), strict=True)] == [
        ("routed", stamp(100)), ("breached", stamp(126)), ("resolved", stamp(126)),
    ]  # fmt: skip


def test_law6_a_command_just_before_the_wake_is_in_time():
    assert kinds(ended(*fold([submit(), command("Report", 125.999, 1)]))[1]) == ["routed", "resolved"]


def test_law6_premature_stale_and_repeated_wakes_change_nothing():
    document, _ = fold([submit()])
    for useless in (wake(0, 126, 125, 9), wake(1, 126, 200, 9), wake(0, 125, 200, 9)):
        assert apply(document, useless, TOY) == (document, ())
    woken, said = apply(document, wake(0, 126, 130, 9), TOY)
    assert kinds(said) == ["breached"] and facts(said)[0]["at"] == stamp(126)
    assert apply(woken, wake(0, 126, 131, 10), TOY) == (woken, ())


def test_law6_a_wake_record_seen_again_says_what_it_said():
    document, _ = fold([submit()])
    woken, said = apply(document, wake(0, 126, 130, 9), TOY)
    assert apply(woken, wake(0, 126, 130, 9), TOY) == (woken, said)


def test_law6_another_services_event_at_the_very_instant_of_a_wake_comes_right_after_it():
    document, said = fold([submit(), event("Called", 126, 0)])
    assert kinds(said) == ["routed"]
    assert kinds(apply(document, wake(0, 126, 126, 1), TOY)[1]) == ["breached", "remarked"]


def test_law6_an_event_that_waited_for_a_wake_is_repeated_without_the_wakes_words():
    heard, woken = event("Called", 126, 0), wake(0, 126, 126, 1)
    document, said = fold([submit(), heard, woken])
    assert kinds(said) == ["routed", "breached", "remarked"]
    assert kinds(apply(document, heard, TOY)[1]) == ["remarked"], "else the other service, which heard of the breach, may answer for ever"
    assert kinds(apply(document, woken, TOY)[1]) == ["breached", "remarked"]


def test_law6_an_event_that_waits_for_a_wake_goes_before_the_command_that_caused_the_wake():
    _, said = fold([submit(), event("Called", 130, 0), command("Report", 131, 1)])
    assert kinds(said) == ["routed", "breached", "remarked", "resolved"]


def test_law6_an_event_of_another_service_never_moves_the_documents_time():
    document, _ = fold([submit(), event("Called", 125, 0, appended=125)])
    assert document.time == t(100) and document.at == t(125)
    document, said = fold([command("Report", 110, 1)], document=document)
    assert facts(said)[0]["asked_at"] == stamp(110), "judged by its own instant"
    assert facts(said)[0]["at"] == stamp(125), "stamped not before the last answer"


def test_law6_a_command_appended_in_time_behind_a_late_dated_event_is_judged_by_its_own_instant():
    _, said = fold([submit(), event("Called", 300, 0), command("Report", 119, 1)])
    assert kinds(said) == ["routed", "resolved", "remarked"] and facts(said)[1]["late"] is False


def test_law6_a_command_that_waited_behind_a_parked_wake_is_judged_by_its_own_instant():
    document, _ = fold([submit(), command("Report", 127, 1)], BROKEN)
    _, said = fold([wake(0, 126, 900, 2)], document=document)
    assert kinds(said) == ["breached", "resolved"] and facts(said)[1]["asked_at"] == stamp(127)


def test_law5_append_times_that_fall_do_not_turn_the_documents_time_back():
    document, said = fold([submit(), command("Toggle", 118, 1), command("Reopen", 110, 2)])
    assert document.time == t(118) and facts(said)[2]["due"] == stamp(138)


def test_law6_a_fallen_append_time_is_judged_at_the_documents_time_with_the_wakes_of_that_time():
    _, said = fold([submit(), wake(0, 126, 130, 1), command("Report", 119, 2)])
    assert kinds(said) == ["routed", "breached", "resolved"] and facts(said)[2]["asked_at"] == stamp(126)


def test_law6_a_rules_refusal_comes_after_the_wakes_that_are_due_and_keeps_their_facts():
    document, said = fold([submit(), command("Forbidden", 134, 1)])
    assert kinds(said) == ["routed", "breached", "breached", "command_refused"] and document.state.level == 2
    told = facts(said)[3]
    assert (told["reason"], told["see"], told["command_type"], told["at"]) == ("forbidden", "elsewhere", "routing.forbidden.v1", stamp(134))
    assert ended(document, said)[0].state.level == 3


def test_law6_the_kernels_own_refusals_come_after_the_wakes_that_are_due_too():
    _, said = fold([submit(), command("Report", 127, 1, id="Submit0")])
    assert kinds(said) == ["routed", "breached", "command_refused"]


def test_law6_a_wake_asked_for_between_milliseconds_comes_with_the_next_one():
    service = replace(ROUTING, wake_at=lambda case: case.due + timedelta(microseconds=1) if case.level == 0 else None)
    document, _ = fold([submit()], practice := replace(TOY, service=service))
    assert next_wake(document, practice) == t(120.001)
    assert kinds(apply(document, wake(0, 120.001, 121, 1), practice)[1]) == ["breached"]


def test_law6_never_more_wakes_by_one_message_than_allowed_and_a_replay_goes_on():
    ticking = replace(
        ROUTING,
        decide=lambda s, c, p: (Case(due=c.instant), [Spoken(complaint_id=c.document, text=".")]),
        wake_at=lambda case: case.due + timedelta(milliseconds=1),
    )
    practice = replace(TOY, service=ticking, limits=replace(TOY.limits, wakes=500))
    document, said = fold([submit(), command("Report", 101, 1)], practice)
    assert document.parked and document.wakes == 500 and len(document.waiting) == 1 and reason(said[-1]) == "dead: stuck"
    document, said = fold([wake(500, 100.501, 102, 2)], practice, document)
    assert not document.parked and document.wakes == 1000 and not document.waiting
    assert len(kinds(said)) == 501, "five hundred wakes more, and the report"


def test_law6_a_state_that_asks_for_the_past_parks_its_document():
    service = replace(ROUTING, wake_at=lambda case: t(105))
    document, said = fold([submit(), command("Report", 106, 1)], replace(TOY, service=service))
    assert document.parked == "Stuck" and document.wakes == 0 and kinds(said) == ["routed", "dead: stuck"]


def test_law6_where_an_event_of_another_service_lags_more_than_settle_its_order_is_a_fact_of_the_journal():
    document, _ = fold([submit()])
    late = event("Confirmed", 119, 0, appended=128)
    assert fold([wake(0, 126, 127, 1), late], document=document)[0].state.level == 1
    assert fold([late, wake(0, 126, 300, 1)], document=document)[0].state.level == 0
