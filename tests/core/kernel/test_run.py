"""A run of several services in memory, in virtual time."""

from dataclasses import replace

import pytest

from contracts.common import CommandRefused, Wake
from contracts.ids import complaint_id
from services.platform.kernel.run import Run
from services.platform.kernel.service import Address, Practice, Refused
from tests.core.kernel.story import COMPLAINT, OWN, body, facts, t
from tests.core.kernel.toy import (
    BROKEN,
    CALLBACK,
    INTAKE,
    TOY,
    Ask,
    Breached,
    Called,
    Erased,
    Invite,
    Registered,
    Remarked,
    Resolved,
    Routed,
    Submit,
)

WHOLE_LIFE = ["Registered", "Routed", "Breached", "Called", "Remarked", "Resolved"]


def everyone() -> Run:
    return Run([TOY, Practice(INTAKE, TOY.policy), Practice(CALLBACK, TOY.policy)])


def ask(*names: str, ref: str = "T-1") -> Ask:
    return Ask(complaint_id=complaint_id("crm", ref), names=names)


def test_a_command_leads_to_events_that_other_services_hear_and_answer():
    run = everyone()
    run.send("intake", ask("wang"), at=t(100))
    run.send("routing", body("Report"), at=t(130))
    run.to_the_end()
    assert run.told() == WHOLE_LIFE and run.dead == []
    assert [run.told(name) for name in ("intake", "callback")] == [["Registered"], ["Called"]]


def test_a_wake_comes_exactly_when_it_is_due():
    run = everyone()
    run.send("intake", ask("wang"), at=t(100))
    run.until(t(125.999))
    assert run.told() == ["Registered", "Routed"]
    run.until(t(126))
    assert run.told() == WHOLE_LIFE[:5] and run.now == t(126)
    assert [(told.envelope.at, told.envelope.source) for told in run.events[2:4]] == [(t(126), "routing"), (t(126), "callback")]


def test_to_the_end_lets_all_wakes_come_and_no_more():
    run = Run([TOY])
    run.send("routing", body("Submit"), at=t(100))
    run.to_the_end()
    assert [fact.breached_at for fact in run.all(Breached)] == [t(126), t(133), t(140)] and run.now == t(140)


def test_commands_are_taken_in_the_order_of_their_instants_then_as_they_were_sent():
    run = Run([TOY])
    for command, at in ((body("Report"), 105), (body("Toggle"), 101), (body("Submit"), 100), (body("Flip"), 101)):
        run.send("routing", command, at=t(at))
    run.until(t(105))
    assert run.told() == ["Routed", "Toggled", "Resolved"] and [dead.reason for dead in run.dead] == ["undecidable.ZeroDivisionError"]
    places = [(record.offset, record.appended) for record in run.log if record.topic == OWN]
    assert places == [(0, t(100)), (1, t(101)), (2, t(101)), (3, t(105))]


def test_nothing_can_be_appended_in_the_past():
    run = Run([TOY])
    run.until(t(100))
    with pytest.raises(ValueError, match="can be appended"):
        run.send("routing", body("Submit"), at=t(99))


def test_the_same_command_sent_again_says_nothing_new_and_another_body_under_its_id_is_refused():
    run = Run([TOY])
    sent = run.send("routing", body("Submit"), at=t(100), id="1")
    run.send("routing", body("Submit"), at=t(101), id=sent)
    run.send("routing", body("Report"), at=t(102), id=sent)
    run.until(t(102))
    assert run.told() == ["Routed", "CommandRefused"] and run.all(CommandRefused)[0].reason == "id_taken"


def test_two_runs_of_the_same_commands_are_the_same_records():
    logs = []
    for _ in range(2):
        run = everyone()
        for n in range(20):
            run.send("intake", ask(f"customer{n % 7}", ref=f"T-{n}"), at=t(n % 5))
            run.send("routing", Submit(complaint_id=complaint_id("crm", f"T-{n % 9}")), at=t(n % 6))
        run.to_the_end()
        logs.append(run.log)
    assert logs[0] == logs[1] and len(logs[0]) > 200


def test_a_file_is_found_by_complaint_first_and_by_customer_second():
    run = Run([Practice(INTAKE, TOY.policy)])
    for n, asked in enumerate((ask("wang", "w@x"), ask("w@x", ref="T-2"), ask("li", ref="T-3"), ask("li", "wang", ref="T-1"))):
        run.send("intake", asked, at=t(n))
    run.to_the_end()
    file = run.document("intake", "w@x")
    assert file.id == "wang" and file.state.names == ("wang", "w@x") and file.length == 3
    assert [run.document("intake", complaint_id("crm", ref)).id for ref in ("T-1", "T-2", "T-3")] == ["wang", "wang", "li"]
    assert run.document("intake", "nobody") is None and len(run.all(Registered)) == 3


@pytest.mark.parametrize(
    ("name", "opened", "complaint", "customer"),
    [
        ("c-wang", True, None, "c-wang"),
        ("c-wang", False, None, "c-wang"),
        (COMPLAINT, True, COMPLAINT, None),
        (COMPLAINT, False, None, None),
    ],
)
def test_a_refusal_names_the_customer_whose_file_it_is_or_the_anonymous_complaint_once_there_is_one(name, opened, complaint, customer):
    def decide(state, cause, policy):
        if isinstance(cause.message, Invite):
            raise Refused("forbidden")
        return INTAKE.decide(state, cause, policy)

    opens = frozenset({Ask, Invite})
    nameless = replace(INTAKE, decide=decide, opens=opens, address=lambda message, source: Address(name), aliases=lambda file: ())
    run = Run([Practice(nameless, TOY.policy)])
    if opened:
        run.send("intake", ask(name), at=t(100))
    run.send("intake", Invite(), at=t(101), key="any")
    run.to_the_end()
    (said,) = run.all(CommandRefused)
    assert (said.complaint_id, said.customer) == (complaint, customer)


def test_what_a_document_has_no_room_for_is_a_dead_letter_of_the_run_and_said_once():
    run = Run([replace(TOY, limits=replace(TOY.limits, document_bytes=700, ceiling_bytes=700))])
    run.send("routing", body("Submit"), at=t(100), id="first")
    run.send("routing", body("Toggle"), at=t(101))
    run.send("routing", body("Report"), at=t(102))
    run.send("routing", body("Submit"), at=t(103), id="first")
    run.until(t(104))
    assert run.told() == ["Routed", "Toggled"] and [(dead.service, dead.reason) for dead in run.dead] == [("routing", "document_full")]


def test_two_documents_that_would_share_an_alias_are_a_fault_that_is_told():
    greedy = replace(INTAKE, address=lambda message, source: INTAKE.address(message, source)._replace(aliases=()))
    run = Run([Practice(greedy, TOY.policy)])
    run.send("intake", ask("wang"), at=t(1))
    run.send("intake", ask("li", "wang", ref="T-2"), at=t(2))
    with pytest.raises(ValueError, match="share 1 alias"):
        run.to_the_end()


def test_a_service_that_is_not_in_the_run_can_be_spoken_for_early_or_late():
    run = Run([TOY])
    run.tell("callback", Called(complaint_id=COMPLAINT), at=t(90))
    run.tell("intake", Registered(complaint_id=COMPLAINT), at=t(110), dated=t(100))
    run.until(t(111))
    assert run.told() == ["Routed", "Remarked"] and run.all(Routed)[0].due == t(120)


def test_what_nobody_can_read_is_a_dead_letter_and_an_events_unknown_type_is_skipped():
    run = Run([TOY])
    run.put(OWN, COMPLAINT, b"\xff", at=t(1))
    run.put(OWN, COMPLAINT, b'{"type":"routing.dance.v1"}', at=t(2))
    run.put("callback.events.v1", COMPLAINT, b'{"type":"callback.danced.v1"}', at=t(3))
    run.send("routing", body("Submit"), key="elsewhere", at=t(4))
    run.tell("callback", Called(complaint_id=COMPLAINT), at=t(5), dated=t(306))
    run.to_the_end()
    assert [dead.reason for dead in run.dead] == ["not_json", "unknown_type", "wrong_key", "dated_ahead"]
    assert run.told() == [] and run.document("routing", COMPLAINT) is None


def test_a_parked_document_is_passed_by_until_an_operator_replays_its_wake():
    run = Run([BROKEN])
    run.send("routing", body("Submit"), at=t(100))
    run.to_the_end()
    assert [dead.service for dead in run.dead] == ["routing"] and run.document("routing", COMPLAINT).parked
    run.practices["routing"] = TOY
    run.send("routing", Wake(document=COMPLAINT, count=0, due=t(126)), at=t(900))
    run.to_the_end()
    assert run.told() == ["Routed", "Breached", "Breached", "Breached"]


def test_a_wake_that_is_no_longer_asked_for_never_comes():
    run = Run([TOY])
    run.send("routing", body("Submit"), at=t(100))
    run.send("routing", body("Reopen"), at=t(110))
    run.until(t(135))
    assert run.told() == ["Routed", "Reopened"]
    run.until(t(136))
    assert run.all(Breached)[0].breached_at == t(136)


def test_a_document_shows_its_whole_journal_and_every_answer_of_it_is_on_the_topic():
    run = everyone()
    run.send("intake", ask("wang"), at=t(100))
    run.send("routing", body("Report"), at=t(130))
    run.to_the_end()
    document = run.document("routing", COMPLAINT)
    assert document.whole and document.length == 4 and document.version == 4
    answers = [answer for entry in document.journal.values() for answer in entry.answers]
    assert [fact["type"].split(".")[1] for fact in facts(answers)] == ["routed", "breached", "remarked", "resolved"]
    assert [a.value for a in answers] == [r.value for r in run.log if r.topic == "routing.events.v1"]


def test_a_run_keeps_no_more_than_is_kept_and_folds_from_its_base():
    brief = replace(TOY, limits=replace(TOY.limits, journal_kept=t(50) - t(0)))
    run = Run([brief])
    run.send("routing", body("Submit"), at=t(0))
    for n in range(1, 40):
        run.tell("callback", Called(complaint_id=COMPLAINT), at=t(10 * n))
    run.to_the_end()
    document = run.document("routing", COMPLAINT)
    assert 0 < document.first == document.base.ordinal and document.whole and len(run.all(Remarked)) == 39
    run.tell("intake", Erased(complaint_id=COMPLAINT), at=t(400))
    run.to_the_end()
    erased = run.document("routing", COMPLAINT)
    assert erased.base.ordinal == erased.length == document.length + 1 and erased.whole


def test_a_command_in_time_is_judged_in_time_whatever_else_was_dated_later():
    run = Run([TOY])
    run.send("routing", body("Submit"), at=t(100))
    run.tell("callback", Called(complaint_id=COMPLAINT), at=t(119), dated=t(300))
    run.send("routing", body("Report"), at=t(119))
    run.to_the_end()
    assert [fact.late for fact in run.all(Resolved)] == [False] and run.told() == ["Routed", "Resolved", "Remarked"]


def test_the_cost_of_a_message_does_not_grow_with_the_journal():
    run = Run([TOY])
    run.send("routing", body("Submit"), at=t(0))
    run.send("routing", body("Report"), at=t(1))
    for n in range(500):
        run.tell("callback", Called(complaint_id=COMPLAINT), at=t(10 + n))
    run.until(t(400))
    shelf = run.shelves["routing"]
    assert shelf.documents[COMPLAINT].journal == {} and len(shelf.journals[COMPLAINT]) > 300
