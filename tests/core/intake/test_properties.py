"""What holds for every submission, however it is worded, repeated, reordered or spelt."""

from datetime import timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from contracts.common import Expectation
from contracts.ids import reference_number
from contracts.intake import (
    AddInformation,
    ComplaintRegistered,
    ContactRepeated,
    Customer,
    EraseCustomer,
    PriorRepairs,
    SetCustomerProfile,
    SubmissionMerged,
    SubmitComplaint,
)
from contracts.model import Command, Event
from contracts.routing import ComplaintClosed, ComplaintReopened, ComplaintWithdrawn, ContactReturned
from services.platform.kernel.apply import apply
from services.platform.kernel.document import Document
from services.platform.kernel.record import incoming
from services.platform.kernel.service import own_source
from tests.core.intake.desk import SMITH, START, WANG, Desk, id_of

MARK = "秘密Marker"
NUMBER = "13900000042"
MAIL = "marker@secret.example"
OWN = own_source("intake")
ANONYMOUS = SubmitComplaint(source_ref="T-1", channel="chat", narrative=MARK, customer=Customer())
refs = st.sampled_from(["T-1", "T-2", "T-3"])
types = st.sampled_from(["不能开机", "late delivery", "noise", None])
marked = st.sampled_from([MARK, f"我叫{MARK}。", f"{MARK}, call {NUMBER}", f"{NUMBER} {MAIL}"])
customers = st.builds(
    Customer,
    id=st.sampled_from([None, f"id-{MARK}"]), name=st.none() | marked, phone=st.sampled_from([None, NUMBER, f"+86{NUMBER}", MARK]),
    email=st.sampled_from([None, MAIL, MARK]), post=st.none() | marked, vulnerable=st.none() | st.booleans(),
    language=st.sampled_from([None, "zh", "en-GB"]),
)  # fmt: skip
private: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"narrative": marked},
    optional={
        "place": marked,
        "attachments": st.lists(marked, max_size=2).map(tuple),
        "product": st.fixed_dictionaries({"order_no": marked, "serial": st.none() | marked, "sku": st.sampled_from([None, "K-1"])}),
        "shipment": st.fixed_dictionaries({"waybill": marked}),
        "prior_repairs": st.fixed_dictionaries({"count": st.integers(0, 3), "evidence": st.lists(marked, max_size=2).map(tuple)}),
        "hazards": st.sampled_from([(), ("fire",)]),
    },
)


@st.composite
def submissions(draw: st.DrawFn) -> SubmitComplaint:
    told = {"source_ref": draw(refs), "channel": "chat", "complaint_type": draw(types), "customer": draw(customers)}
    return SubmitComplaint.model_validate(told | draw(private))


additions: st.SearchStrategy[AddInformation] = st.builds(
    AddInformation,
    request=st.just("I-1"), source_ref=st.none() | refs, customer=st.none() | customers, is_chasing=st.booleans(),
    reference=st.none() | refs.map(lambda ref: reference_number(id_of(ref))) | marked, narrative=st.none() | marked,
    attachments=st.lists(marked, max_size=2).map(tuple), hazards=st.sampled_from([(), ("fire",)]),
    prior_repairs=st.none() | st.builds(PriorRepairs, count=st.integers(0, 3), evidence=st.lists(marked, max_size=2).map(tuple)),
)  # fmt: skip
profiles: st.SearchStrategy[SetCustomerProfile] = st.builds(
    SetCustomerProfile,
    request=st.just("P-1"), customer=customers, tier=st.sampled_from([None, "general", "key"]), is_vulnerable=st.none() | st.booleans(),
    do_not_call=st.none() | st.booleans(), expectation=st.none() | st.builds(Expectation, core=st.none() | st.just(5)),
)  # fmt: skip
steps = st.one_of(
    submissions(),
    additions,
    profiles,
    st.builds(EraseCustomer, request=st.just("E-1"), customer=customers, source_ref=st.none() | refs, now=st.booleans()),
    st.builds(lambda ref, round: ("close", ref, round), refs, st.integers(1, 2)),
    st.builds(lambda ref, round: ("withdraw", ref, round), refs, st.integers(1, 2)),
    st.builds(lambda ref, round: ("reopen", ref, round), refs, st.integers(2, 3)),
    st.builds(lambda ref, repeat: ("hand back", ref, repeat), refs, refs),
)


def play(life: list[Any]) -> Desk:
    """Five days pass from each step to the next."""
    desk = Desk()
    for n, step in enumerate(life):
        at = START + timedelta(days=5 * n)
        if isinstance(step, Command):
            desk.run.send("intake", step, at=at)
        else:
            desk.run.tell("routing", said(*step, at=at), at=at)
        desk.run.until(at)
    return desk


def said(word: str, ref: str, detail: Any, at: Any) -> Any:
    about = {"complaint_id": id_of(ref), "customer": "c-unknown"}
    match word:
        case "close":
            return ComplaintClosed(**about, round=detail, how="silence", reopenable_until=at + timedelta(days=21), policy="p")
        case "withdraw":
            return ComplaintWithdrawn(**about, round=detail, reason="solved_itself")
        case "reopen":
            return ComplaintReopened(**about, round=detail, reason="not_solved", level=1, policy="p")
    return ContactReturned(**about, round=1, submission=id_of(detail))


@given(st.lists(steps, max_size=10))
def test_law10_no_event_key_alias_or_facet_ever_tells_who_it_is_or_what_was_said(life: list[Any]):
    desk = play(life)
    told = [record.value + record.key for record in desk.run._said if record.value and record.key]
    documents = desk.run.shelves["intake"].documents.values()
    names = [repr((d.id, desk.service.aliases(d.state), desk.service.facets(d.state))).encode() for d in documents if d.state]
    for secret in (MARK, NUMBER, MAIL, "marker@"):
        assert not any(secret.encode() in each for each in told + names)


@given(st.lists(steps, max_size=10))
@example([ANONYMOUS, AddInformation(request="I-1", source_ref="T-1", customer=Customer(email=MAIL))])
def test_nothing_that_can_be_sent_is_undecidable_and_every_command_is_answered(life: list[Any]):
    """What files note for each other is nobody's question."""
    desk = play(life)
    assert desk.run.dead == []
    commands = [record for record in desk.run.log if record.topic == "intake.commands.v1" and _header(record, "ce_source") != OWN]
    assert len({told.envelope.cause for told in desk.run.events} & {_header(each, "ce_id") for each in commands}) == len(commands)


def _header(record: Any, wanted: str) -> str:
    return next(value.decode() for name, value in record.headers if name == wanted)


@given(st.lists(steps, max_size=12))
def test_a_submission_is_one_complaint_or_lives_on_in_one_and_is_registered_once(life: list[Any]):
    desk = play(life)
    registered = [event.complaint_id for event in desk.run.all(ComplaintRegistered)]
    assert len(registered) == len(set(registered))
    submitted = {id_of(step.source_ref) for step in life if isinstance(step, SubmitComplaint)}
    merged = [event.complaint_id for event in desk.run.all(SubmissionMerged)]
    assert submitted == {*registered, *merged}
    assert [event.submission for event in desk.run.all(ContactRepeated)] == merged


@given(submissions(), st.lists(st.tuples(customers, st.booleans()), max_size=6))
def test_the_same_submission_is_one_complaint_whatever_the_command_id_and_whoever_it_names(first: SubmitComplaint, again: list[Any]):
    desk = Desk()
    desk.run.send("intake", first, at=START, id="the-first")
    for n, (customer, is_same_command) in enumerate(again, 1):
        id = "the-first" if is_same_command else None
        body = first if is_same_command else first.model_copy(update={"customer": customer})
        desk.run.send("intake", body, at=START + timedelta(hours=n), id=id)
    desk.run.to_the_end()
    assert [event.complaint_id for event in desk.run.all(ComplaintRegistered)] == [id_of(first.source_ref)]
    refused = [told for told in desk.run.told() if told != "ComplaintRegistered"]
    assert refused == ["CommandRefused"] * sum(not is_same_command for _, is_same_command in again)


@given(st.lists(steps, max_size=10), st.booleans())
def test_law10_after_an_erasure_nothing_of_the_customer_is_left_and_a_repeat_brings_nothing_back(life: list[Any], now: bool):
    desk = play([step for step in life if not isinstance(step, EraseCustomer)])
    day = 5.0 * len(life)
    for ref in ("T-1", "T-2", "T-3"):
        document = desk.run.document("intake", id_of(ref))
        if document and document.state:
            desk.erase(None, day=day, source_ref=ref, now=now)
            for complaint in desk.file(ref).complaints:
                desk.hear(said("withdraw", "T-1", 9, START).model_copy(update={"complaint_id": complaint.id}), day=day)
    for command in (step for step in life if isinstance(step, SubmitComplaint)):
        (answer,) = desk.send(command, day=day)
        assert getattr(answer, "reason", None) == "erased"
    for document in desk.run.shelves["intake"].documents.values():
        held = "" if document.state is None else document.state.model_dump_json()
        assert not any(secret in held for secret in (MARK, NUMBER, MAIL))
        assert document.state is None or all(dossier is None for dossier in desk.service.dossiers(document.state).values())


@given(st.lists(steps, max_size=10))
def test_law2_a_state_that_was_stored_and_read_again_is_the_same(life: list[Any]):
    desk = play(life)
    for document in desk.run.shelves["intake"].documents.values():
        if document.state is not None:
            assert desk.service.state.model_validate_json(document.state.model_dump_json()) == document.state


@given(st.lists(steps, max_size=10))
def test_law11_folding_a_files_causes_gives_its_state_and_its_answers(life: list[Any]):
    desk = play(life)
    practice, log = desk.run.practices["intake"], {record.origin: record for record in desk.run.log}
    for id in desk.run.shelves["intake"].documents:
        kept = desk.run.shelves["intake"].whole(id)          # by its own id: an early request's document may bear another's name
        assert kept is not None
        again = Document(id, kept.partition)
        for entry in kept.journal.values():
            cause = incoming(log[entry.name[0], entry.partition, entry.offset], practice.service)
            again, answers = apply(again, cause, practice)
            assert answers == entry.answers
        assert (again.state, again.seq, again.waiting) == (kept.state, kept.seq, kept.waiting)


tones = st.text("不好骂!！damned CROOKS", min_size=1, max_size=20)


@given(submissions(), submissions(), additions, st.lists(tones, min_size=3, max_size=3))
def test_tone_changes_nothing(first: SubmitComplaint, second: SubmitComplaint, third: AddInformation, tones: list[str]):
    """§1.8: 不挑剔个别客户的不当言行: whoever swears is heard as whoever does not."""
    civil = [command.model_copy(update={"narrative": "冰箱不制冷"}) for command in (first, second, third)]
    rude = [command.model_copy(update={"narrative": f"冰箱不制冷 {tone}"}) for command, tone in zip(civil, tones, strict=True)]
    assert _answers(civil) == _answers(rude)


def _answers(commands: list[Any]) -> list[Event]:
    return [told.message for told in play(commands).run.events]


def test_one_customers_complaints_do_not_touch_anothers():
    alone, together = Desk(), Desk()
    for desk, others in ((alone, ()), (together, (SMITH, Customer(), WANG.model_copy(update={"phone": "13900000001"})))):
        for n, customer in enumerate((WANG, *others)):
            desk.submit(f"T-{n}", customer)
        desk.close("T-0", day=1)
    assert alone.file("T-0").model_dump() | {"complaints": ()} == together.file("T-0").model_dump() | {"complaints": ()}
    assert len(together.file("T-0").complaints) == 1
