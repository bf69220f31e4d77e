"""Answers are stored words; ids are derived, and nobody can take another's."""

from dataclasses import replace

from services.platform.kernel.apply import apply
from services.platform.kernel.service import Policy
from tests.core.kernel.story import OWN, PARTITION, command, event, facts, fold, kinds, new, sent_again, submit, t
from tests.core.kernel.toy import ROUTING, TOY


def test_law3_a_message_seen_again_is_answered_with_the_stored_words_whatever_the_policy_is_now():
    document, said = fold([submit()])
    later = replace(TOY, policy=Policy(reference="toy/routing@2"), service=replace(ROUTING, decide=lambda *_: 1 / 0))
    assert apply(document, submit(), later) == (document, tuple(said))
    assert apply(document, sent_again(submit(), 7), later) == (document, tuple(said))


def test_law3_the_document_given_is_never_changed():
    document = new()
    apply(document, submit(), TOY)
    assert vars(document) == vars(new())


def test_law4_another_body_under_a_known_id_is_refused_audibly_and_the_refusal_is_repeated():
    document, _ = fold([submit()])
    forged = command("Report", 101, 1, id="Submit0")
    document, said = apply(document, forged, TOY)
    assert kinds(said) == ["command_refused"] and facts(said)[0]["reason"] == "id_taken" and not document.state.closed
    assert apply(document, forged, TOY) == (document, said)
    assert apply(document, submit(), TOY)[0] is document


def test_law4_nobody_silences_anothers_message_by_picking_its_id():
    document, _ = fold([submit()])
    assert kinds(apply(document, command("Report", 101, 1, id="Submit0", source="other"), TOY)[1]) == ["resolved"]


def test_law4_another_body_under_a_known_events_id_is_a_dead_letter():
    document, _ = fold([submit(), event("Called", 101, 0, id="e")])
    document, said = apply(document, event("Confirmed", 102, 1, id="e"), TOY)
    assert kinds(said) == ["dead: id_taken"] and not document.state.closed


def test_law4_the_id_of_a_message_that_died_is_free_for_a_repaired_one():
    _, said = fold([submit(), command("Crash", 101, 1, id="x"), command("Report", 102, 2, id="x")])
    assert kinds(said) == ["routed", "dead: undecidable.ZeroDivisionError", "resolved"]


def test_law4_two_commands_that_differ_in_source_or_in_body_only_never_share_an_events_id():
    toggles = (command("Toggle", 101, n, id="same", source=f"s{n}") for n in range(1, 4))
    _, said = fold([submit(), *toggles, command("Report", 102, 4, id="same")])
    ids = [fact["id"] for fact in facts(said)]
    assert len(set(ids)) == len(ids) == 5
    one, other = (fold([submit(), command("Speak", 101, 1, id="same", length=n)])[1][1:] for n in (1, 2))
    assert facts(one)[0]["id"] != facts(other)[0]["id"]


def test_law4_the_same_message_leads_to_the_same_ids_wherever_it_stands():
    assert facts(fold([submit()])[1]) == facts(fold([sent_again(submit(), 9)])[1])


def test_law11_an_entry_says_which_record_it_was_and_under_which_policy_and_build_it_was_answered():
    document, said = fold([submit(), event("Called", 101, 5, appended=103)])
    opened, heard = document.journal.values()
    assert (opened.ordinal, opened.name, opened.partition, opened.offset) == (0, (OWN, "crm", submit().id), PARTITION, 0)
    assert (opened.policy, opened.build, opened.fingerprint) == ("toy/routing@1", "build-1", submit().fingerprint)
    assert (heard.instant, heard.appended, heard.answers) == (t(101), t(103), tuple(said[1:]))
