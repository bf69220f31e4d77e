"""Caps in bytes: a document that has outgrown its own refuses more, audibly, and its time goes on."""

from dataclasses import replace

import pytest

from services.platform.kernel.service import Woken
from tests.core.kernel.story import COMPLAINT, command, ended, event, facts, fold, kinds, submit, wake
from tests.core.kernel.toy import ROUTING, TOY, Hide, Spoken

SMALL = replace(TOY, limits=replace(TOY.limits, document_bytes=5_000, answer_bytes=3_000))


def full():
    return fold([submit(), *(command("Speak", 101, n, length=2_000) for n in (1, 2))], SMALL)


def test_cap_a_full_document_refuses_every_further_command():
    document, said = full()
    assert kinds(said) == ["routed", "spoken", "spoken"] and document.size > 5_000
    closed, said = fold([command("Report", 102, 4), command("Report", 103, 5)], SMALL, document)
    assert kinds(said) == ["command_refused"] * 2 and {f["reason"] for f in facts(said)} == {"document_full"}
    assert closed.state == document.state and not closed.waiting


def test_cap_a_full_document_still_wakes_and_refuses_after_the_wakes_that_are_due():
    document, _ = full()
    _, said = fold([wake(0, 126, 127, 4), command("Report", 134, 5)], SMALL, document)
    assert kinds(said) == ["breached", "breached", "command_refused"]
    assert kinds(ended(document, [], SMALL)[1]) == ["breached"] * 3


def test_cap_what_another_service_says_and_what_ends_the_matter_has_room_in_a_full_document():
    said = fold([event("Called", 102, 0)], SMALL, full()[0])[1]
    assert said and not any(kind.startswith(("dead", "command_refused")) for kind in kinds(said))
    ending = replace(SMALL, service=replace(ROUTING, ends=frozenset({type(command("Report", 102, 4).body)})))
    assert kinds(fold([command("Report", 102, 4)], ending, full()[0])[1]) == ["resolved"]


def test_cap_a_document_at_its_ceiling_stays_as_it_is_and_each_further_record_is_a_dead_letter():
    limited = replace(SMALL, limits=replace(SMALL.limits, ceiling_bytes=6_000))
    document, _ = full()
    while document.size <= 6_000:
        document, _ = fold([event("Called", 102, document.length)], limited, document)
    after, said = fold([command("Report", 103, 900), event("Called", 103, 901)], limited, document)
    assert after is document and kinds(said) == ["dead: document_full"] * 2
    again, words = fold([command("Report", 103, 900)], limited, document)
    assert again is document and words == said[:1]
    assert kinds(fold([event("Erased", 104, 902)], limited, document)[1]) == ["cleared"]
    assert kinds(fold([wake(0, 126, 127, 903)], limited, document)[1]) == ["breached"]


def test_cap_refused_commands_cannot_take_the_room_of_what_other_services_say_nor_of_endings():
    document, _ = full()
    limited = replace(SMALL, limits=replace(SMALL.limits, ceiling_bytes=21_000))
    flooded, said = fold([command("Report", 102, n) for n in range(10, 110)], limited, document)
    assert flooded.size < 7_000 and kinds(said)[0] == "command_refused" and kinds(said)[-1] == "dead: document_full"
    ending = replace(limited, service=replace(ROUTING, ends=frozenset({type(command("Report", 102, 4).body)})))
    assert kinds(fold([event("Called", 103, 0), command("Report", 103, 200)], ending, flooded)[1]) == ["remarked", "resolved"]
    worn, said = fold([command("Report", 102, n) for n in range(10, 110)], ending, flooded)
    assert worn.size < 14_000 and kinds(said)[-1] == "dead: document_full"
    assert kinds(fold([event("Called", 103, 0)], ending, worn)[1]) == ["remarked"]


@pytest.mark.parametrize(("length", "left"), [(2_000, "hidden"), (4_000, "dead: answer_too_large")])
def test_cap_a_state_whose_dossier_fits_no_record_is_not_adopted(length, left):
    held = replace(ROUTING, dossiers=lambda case: {COMPLAINT: case if case.secret else None})
    document, said = fold([submit(), command("Hide", 101, 1, secret="x" * length)], replace(SMALL, service=held))
    assert kinds(said) == ["routed", left] and bool(document.state.secret) == (left == "hidden")


def test_cap_an_erasure_is_never_refused_for_lack_of_room():
    assert kinds(fold([event("Erased", 102, 0)], SMALL, full()[0])[1]) == ["cleared"]


def test_cap_erasures_and_endings_that_the_service_asks_itself_for_go_on_above_the_ceiling_up_to_the_utmost():
    service = replace(ROUTING, ends=frozenset({Hide}))
    limited = replace(SMALL, service=service, limits=replace(SMALL.limits, ceiling_bytes=5_500, utmost_bytes=8_000))
    for onwards in (lambda n: event("Erased", 104, n), lambda n: command("Hide", 104, n, source="redress.routing", secret="x")):
        document, said = full()
        for n in range(100, 112):
            document, said = fold([onwards(n)], limited, document)
            assert document.size > 8_000 or kinds(said)[-1] in ("cleared", "hidden")
        assert 8_000 < document.size < 9_000
        after, said = fold([onwards(900)], limited, document)
        assert after is document and kinds(said) == ["dead: document_full"]


def test_cap_any_other_command_in_the_services_name_is_refused_as_anybodys_is():
    assert kinds(fold([command("Toggle", 102, 9, source="redress.routing")], SMALL, full()[0])[1]) == ["command_refused"]


@pytest.mark.parametrize("kind", ["Forbidden", "Crash"])
def test_cap_an_erasure_in_vain_counts_as_a_refusal_does(kind):
    own = replace(ROUTING, erases=frozenset({type(command(kind, 102, 4).body)}))
    limited = replace(SMALL, service=own, limits=replace(SMALL.limits, ceiling_bytes=21_000))
    document, said = full()
    for source in ("crm", "redress.routing"):
        document, said = fold([command(kind, 102, n, source=source) for n in range(10, 110)], limited, document)
    assert 6_000 < document.size < 7_000 and kinds(said)[-1] == "dead: document_full"
    assert kinds(fold([event("Called", 103, 0)], limited, document)[1]) == ["remarked"]


def test_cap_an_answer_too_large_for_its_topic_is_a_dead_letter_and_nothing_is_said():
    document, said = fold([submit(), command("Speak", 101, 1, length=3_000)], SMALL)
    assert kinds(said) == ["routed", "dead: answer_too_large"] and document.seq == 1


def test_cap_many_answers_that_no_document_could_hold_are_a_dead_letter():
    document, said = fold([submit(), command("Speak", 101, 1, length=1_000, times=6)], SMALL)
    assert kinds(said) == ["routed", "dead: answer_too_large"] and document.size < 2_000


def test_cap_a_wake_that_says_too_much_parks_its_document():
    def decide(state, cause, policy):
        said = [Spoken(complaint_id=cause.document, text="x" * 2_000)] * 3
        return (state, said) if isinstance(cause.message, Woken) else ROUTING.decide(state, cause, policy)

    document, said = fold([submit(), wake(0, 126, 127, 1)], replace(SMALL, service=replace(ROUTING, decide=decide)))
    assert document.parked == "TooLarge" and kinds(said) == ["routed", "dead: answer_too_large"]


def test_cap_dead_letters_count_with_the_records_and_headers_that_they_carry():
    light, heavy = command("Crash", 101, 1), command("Crash", 101, 1)
    heavy = heavy._replace(record=heavy.record._replace(headers=(("h", b"x" * 4_000),)))
    grown = [fold([submit(), crash])[0].size for crash in (light, heavy)]
    assert grown[1] - grown[0] > 3_500
