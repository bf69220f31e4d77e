"""§1.4, in any order: several processes read the partitions as they like, while files are linked, written to, and erased."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.catalogue import PARTITIONS
from contracts.common import CommandRefused
from contracts.intake import (
    AddInformation,
    ComplaintRegistered,
    Customer,
    CustomerProfileSet,
    EraseCustomer,
    LinkCustomers,
    SetCustomerProfile,
    SubmissionMerged,
    SubmitComplaint,
)
from contracts.model import Command
from contracts.routing import ComplaintClosed, ComplaintReopened, ContactReturned
from services.intake import service
from services.intake.state import CustomerFile
from services.platform.kernel.record import partition_of
from tests.core.intake.desk import POLICY, SECRET, START, id_of
from tests.core.intake.scattered import Scattered

MARK = "marker"
CUSTOMERS = [Customer(name=MARK, phone=f"1380013800{n}", email=f"{MARK}{n}@example.com") for n in range(3)]
REFS = [f"T-{n}" for n in range(4)]
PAUSE = timedelta(milliseconds=1)
SERVICE = service(SECRET)
SOON = settings(max_examples=60, deadline=None)

customers, refs = st.sampled_from(CUSTOMERS), st.sampled_from(REFS)


def complaint(ref: str, customer: Customer, order: int) -> SubmitComplaint:
    said = {"complaint_type": "不能开机", "narrative": MARK, "product": {"order_no": f"{MARK}-{order}"}}
    return SubmitComplaint.model_validate({"source_ref": ref, "channel": "phone", "customer": customer, **said})


submissions = st.builds(complaint, refs, customers, st.integers(0, 1))
links = st.builds(LinkCustomers, request=st.just("L"), customer=customers, into=customers).filter(lambda link: link.customer != link.into)
others = st.one_of(
    st.builds(EraseCustomer, request=st.just("E"), customer=customers, now=st.booleans()),
    st.builds(EraseCustomer, request=st.just("E"), source_ref=refs, now=st.booleans()),
    st.builds(AddInformation, request=st.just("A"), source_ref=refs, narrative=st.just(MARK), is_chasing=st.just(True)),
    st.builds(SetCustomerProfile, request=st.just("P"), customer=customers, tier=st.sampled_from(["key", "suitable"])),
    st.builds(lambda ref, round: ("close", ref, round), refs, st.integers(1, 2)),
    st.builds(lambda ref, round: ("reopen", ref, round), refs, st.integers(2, 3)),
    st.builds(lambda ref, repeat: ("hand back", ref, repeat), refs, refs),
)
steps = st.sampled_from(["submit", "submit", "link", "link", "other"]).flatmap(
    lambda kind: {"submit": submissions, "link": links, "other": others}[kind]
)
reads = st.lists(st.tuples(st.integers(0, 11), st.booleans()), max_size=3)
lives = st.lists(st.tuples(steps, st.sampled_from("pqrs"), reads), max_size=20)
"""Each step with the key under which it is sent, and what is read after it."""


def play(life: list[Any], run: Scattered | None = None) -> Scattered:
    run = run or Scattered(SERVICE, POLICY)
    for step, key, read in life:
        put(run, step, key)
        for number, is_twice in read:
            if run.waiting:
                run.read_next(number, is_twice)
    return run


def put(run: Scattered, step: Any, key: str) -> None:
    at = run.now + PAUSE if run.now else START
    if isinstance(step, Command):
        run.send("intake", step, at=at, key=key)
    else:
        word, ref, detail = step
        about = {"complaint_id": id_of(ref), "customer": SERVICE.address(submission(0), "crm").id}
        said = {
            "close": lambda: ComplaintClosed(**about, round=detail, how="silence", reopenable_until=at, policy="p@1"),
            "reopen": lambda: ComplaintReopened(**about, round=detail, reason="not_solved", level=1, policy="p@1"),
            "hand back": lambda: ContactReturned(**about, round=1, submission=id_of(detail)),
        }
        run.tell("routing", said[word](), at=at)
    run.until(at)


def submission(n: int) -> SubmitComplaint:
    return SubmitComplaint(source_ref=f"X-{n}", channel="phone", customer=CUSTOMERS[n], narrative=MARK)


def files(run: Scattered) -> list[CustomerFile]:
    return [document.state for document in run.shelves["intake"].documents.values() if document.state is not None]


@SOON
@given(lives)
def test_every_submission_ends_in_exactly_one_complaint_and_no_hand_over_stays_half_done(life: list[Any]):
    run = play(life)
    run.drain()
    assert run.dead == []
    registered = [event.complaint_id for event in run.all(ComplaintRegistered)]
    merged = [event.complaint_id for event in run.all(SubmissionMerged)]
    assert len(registered) == len(set(registered)), "though a contact that routing hands back may be merged a second time"
    assert {id_of(step.source_ref) for step, *_ in life if isinstance(step, SubmitComplaint)} == {*registered, *merged}
    for file in files(run):
        assert not file.expecting and not file.on_the_way
    owners = [id for file in files(run) if not file.linked_to for id in file.lives_in]
    assert sorted(owners) == sorted({*registered, *merged}), "each is in one file that is at work"


@SOON
@given(lives)
def test_every_command_is_answered_once_wherever_it_was_passed_on_to(life: list[Any]):
    run = play(life)
    run.drain()
    sent = [message for record in run.log if (message := _sent_from_outside(record))]
    causes = {told.envelope.cause for told in run.events} | {event.command_id for event in run.all(CommandRefused)}
    own = {command for record in run.log for command in _passed_on(record)}
    refused = [event.command_id for event in run.all(CommandRefused)]
    linking = {id for id, type in sent if type == "LinkCustomers"}
    assert {id for id, _ in sent} <= causes | own | linking and len(refused) == len(set(refused))


def _sent_from_outside(record: Any) -> tuple[str, str] | None:
    from contracts.wire import read

    if record.topic != "intake.commands.v1":
        return None
    envelope, message = read(record.topic, record.value)
    return (envelope.id, type(message).__name__) if envelope.source == "crm" else None


def _passed_on(record: Any) -> list[str]:
    from contracts.intake import PassOn
    from contracts.wire import read

    message = read(record.topic, record.value)[1] if record.topic == "intake.commands.v1" else None
    return [message.message_id] if isinstance(message, PassOn) else []


@SOON
@given(lives)
def test_law10_after_all_are_erased_nothing_is_left_in_any_state_journal_or_snapshot(life: list[Any]):
    run = play(life)
    run.drain()
    for customer in CUSTOMERS:
        put(run, EraseCustomer(request="E", customer=customer, now=True), "p")
        run.drain()
    assert not _held(run)


@SOON
@given(links, st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=8), st.sampled_from(["old", "new"]), reads, reads)
def test_law10_an_erasure_by_either_name_after_the_link_reaches_both_files_wherever_they_are(
    link: LinkCustomers, more: Any, by: str, read: Any, further: Any
):
    """Nobody waits for an answer: the erasure may come before, between or after the records of the hand-over."""
    run = play([(complaint(f"T-{n}", customer, n), "p", []) for n, customer in enumerate((link.customer, link.into))])
    run.drain()
    named = link.customer if by == "old" else link.into
    play([(link, "p", read), (EraseCustomer(request="E", customer=named, now=True), "q", [*further, *more])], run)
    run.drain()
    assert not _held(run)


def _held(run: Scattered) -> list[str]:
    """The documents in which a customer can still be read."""
    shelf, found = run.shelves["intake"], []
    for id in shelf.documents:
        document = shelf.whole(id)
        assert document is not None
        kept = repr((document.state, document.journal, document.waiting, document.base, shelf.nexts.get(id)))
        if MARK in kept:
            found.append(id)
    return found


@SOON
@given(lives)
def test_law11_folding_the_causes_of_each_file_gives_its_state(life: list[Any]):
    from services.platform.kernel.apply import apply
    from services.platform.kernel.document import Document
    from services.platform.kernel.record import incoming

    run = play(life)
    run.drain()
    log = {record.origin: record for record in run.log}
    for id in run.shelves["intake"].documents:
        kept = run.shelves["intake"].whole(id)
        assert kept is not None
        again = Document(id, kept.partition)
        for entry in kept.journal.values():
            again, _ = apply(again, incoming(log[entry.name[0], entry.partition, entry.offset], SERVICE), run.practices["intake"])
        assert (again.state, again.seq, again.journal) == (kept.state, kept.seq, kept.journal)


@SOON
@given(lives)
def test_a_file_that_was_stored_and_read_again_is_the_same(life: list[Any]):
    for file in files(play(life)):
        assert CustomerFile.model_validate_json(file.model_dump_json()) == file


def test_a_profile_that_was_told_after_an_erasure_outlives_it_and_what_was_told_before_does_not():
    """The erasure reaches the new file only with the old one, when the profile was told long ago."""
    run = Scattered(SERVICE, POLICY)
    old, new = CUSTOMERS[:2]

    def take(command: Command) -> None:
        run.send("intake", command, at=run.now or START, key="k")
        run.until(run.now or START)
        run.read_next(run.waiting.index(("intake.commands.v1", partition_of("k", PARTITIONS))))

    take(complaint("T-1", old, 0))
    take(SetCustomerProfile(request="P", customer=new, tier="key", do_not_call=True))
    take(LinkCustomers(request="L", customer=old, into=new))
    take(EraseCustomer(request="E", customer=old))
    take(SetCustomerProfile(request="P", customer=new, is_vulnerable=True))
    run.drain()
    take(complaint("T-2", new, 1))
    told = run.all(ComplaintRegistered)[-1]
    assert (told.is_vulnerable, told.tier, told.do_not_call) == (True, "general", False)
    known = run.all(CustomerProfileSet)[-1]
    assert (known.customer, known.is_vulnerable, known.tier, known.do_not_call) == (told.customer, True, "general", False)
