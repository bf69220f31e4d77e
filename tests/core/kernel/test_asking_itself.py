"""A service may ask itself: what one document says to another goes by the service's own command topic, and is an answer like any other."""

from dataclasses import replace
from typing import Any

from contracts.model import Command, Event
from contracts.wire import read
from services.platform.kernel.apply import apply
from services.platform.kernel.prune import forget
from services.platform.kernel.run import Run
from services.platform.kernel.service import Cause, Limits, Policy, Practice
from tests.core.kernel import toy
from tests.core.kernel.story import COMPLAINT, OWN, command, event, fold, kinds, sent_again, submit, t
from tests.core.kernel.toy import ROUTING, TOY, Case, Hide, Submit, Toggle

OTHER = "00000000-0000-4000-8000-000000000002"
MARK = "王小明"


def decide(case: Case | None, cause: Cause, policy: Policy) -> tuple[Case | None, list[Event | Command]]:
    """Who is toggled opens another case and hands a secret over to it."""
    case, said = toy.decide(case, cause, policy)
    if isinstance(cause.message, Toggle):
        return case, [Submit(complaint_id=OTHER), *said, Hide(complaint_id=OTHER, secret=MARK)]
    return case, list(said)


ASKING = Practice(replace(ROUTING, decide=decide, settles=frozenset({toy.Erased})), TOY.policy, TOY.build)


def toggled() -> Any:
    return fold([submit(), command("Toggle", 101, 1)], ASKING)


def test_a_command_to_itself_goes_to_its_own_topic_in_the_services_name_and_takes_no_number():
    document, said = toggled()
    assert [answer.to for answer in said] == ["events", "commands", "events", "commands"]
    asked = [read(OWN, answer.value)[0] for answer in said if answer.to == "commands"]
    assert [(each.source, each.seq) for each in asked] == [("redress.routing", None)] * 2 and len({each.id for each in asked}) == 2
    assert [answer.key for answer in said if answer.to == "commands"] == [OTHER.encode()] * 2
    assert [read("routing.events.v1", a.value)[0].seq for a in said if a.to == "events"] == [1, 2] and document.seq == 2


def test_law3_a_message_seen_again_asks_again_byte_for_byte():
    document, said = toggled()
    same, again = apply(document, sent_again(command("Toggle", 101, 1), 9), ASKING)
    assert same is document and list(again) == said[1:]


def test_the_other_document_hears_it_in_the_run_and_only_events_are_told():
    run = Run([ASKING])
    for message in (Submit(complaint_id=COMPLAINT), Toggle(complaint_id=COMPLAINT)):
        run.send("routing", message, at=t(100))
    run.until(t(100))
    assert run.told() == ["Routed", "Toggled", "Routed", "Hidden"] and run.dead == []
    other = run.document("routing", OTHER)
    assert other and other.state.secret == MARK


def test_what_no_topic_takes_makes_the_record_dead():
    small = replace(ASKING, limits=Limits(answer_bytes=300))
    huge = replace(ROUTING, decide=lambda case, cause, policy: (case, [Hide(complaint_id=OTHER, secret="x" * 300)]))
    document, said = fold([submit()], replace(small, service=huge))
    assert kinds(said) == ["dead: answer_too_large"] and document.seq == 0


def test_law10_an_erasure_leaves_what_may_not_have_arrived_and_drops_it_once_all_has():
    document, _ = toggled()
    forget(kept := document.copy(), document.length, t(102))
    assert [[answer.to for answer in entry.answers] for entry in kept.journal.values()][1] == ["commands", "events", "commands"]
    settled, _ = fold([event("Erased", 102, 0)], ASKING, document)
    answers = [answer for entry in settled.journal.values() for answer in entry.answers]
    assert {answer.to for answer in answers} == {"events"} and MARK.encode() not in b"".join(a.value or b"" for a in answers)
    assert settled.size == sum(answer.weight for answer in answers) + 200 * settled.length
