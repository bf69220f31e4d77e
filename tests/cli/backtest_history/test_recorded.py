"""Commands as a cluster recorded them, taken again in virtual time: what the four services said then they say again, byte for byte."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from contracts import canary
from contracts.callback import RecordAttempt, StartAttempt
from contracts.catalogue import PARTITIONS
from contracts.common import Answers, CommandRefused
from contracts.feedback import RecordFeedback
from contracts.ids import complaint_id
from contracts.intake import AddInformation, Customer, EraseCustomer, LinkCustomers, NoteComplaint, Product, SubmitComplaint
from contracts.model import Staff
from contracts.routing import AcceptWork, ReopenComplaint, ReportResolution, WithdrawComplaint
from contracts.wire import write_command
from services import callback, feedback, intake, routing
from services.backtest.command import Timed
from services.cli.backtest.recorded import Recording
from services.intake.sealing import Seal
from services.platform.chassis.policies import load
from services.platform.kernel.record import ATTEMPT, Record, partition_of
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice

SECRET = b"a secret of sixteen bytes"
SERVICES = {each.name: each for each in (intake.service(SECRET), routing.SERVICE, callback.SERVICE, feedback.SERVICE)}
PRACTICES = [Practice(service, load("default", service)) for service in SERVICES.values()]
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
WANG, LI = Customer(phone="+8613800138000", language="zh"), Customer(phone="+8613900139000", language="zh")
DESK = Staff(staff="s1", role="agent", department="quality")


def hour(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def submission(ref: str, customer: Customer = WANG, order: str = "D-1") -> SubmitComplaint:
    return SubmitComplaint(source_ref=ref, channel="phone", kind="quality", customer=customer, product=Product(order_no=order))


def recording(records: Iterable[Record]) -> Recording:
    recorded = Recording(SERVICES, Seal.under(SECRET))
    for record in records:
        if record.topic.endswith(".commands.v1"):
            recorded.take(record)
    return recorded


def again(commands: Iterable[Timed]) -> Run:
    run = Run(PRACTICES)
    for timed in commands:
        assert timed.value is not None
        headers = ((ATTEMPT, str(timed.attempt).encode()),) if timed.attempt else ()
        run.put(f"{timed.service}.commands.v1", timed.key or "", timed.value, at=timed.at, headers=headers)
    run.to_the_end()
    return run


def said(run: Run) -> list[bytes]:
    return sorted(record.value or b"" for record in run.log if record.topic.endswith(".events.v1"))


def resolve(run: Run, ref: str, at: datetime, round: int = 1) -> None:
    named = {"complaint_id": complaint_id("crm", ref), "work": f"{round}-quality", "by": DESK}
    run.send("routing", AcceptWork(**named), at=at)
    parts = ("acknowledgement", "apology", "explanation", "prevention", "appreciation", "invitation")
    answer = {"finding": "upheld", "cause_code": "worn_part", "no_action_because": "single_case", "answer_parts": parts}
    run.send("routing", ReportResolution(**named, **answer), at=at + timedelta(minutes=30))


def call(run: Run, ref: str, at: datetime, solved: bool) -> None:
    named = {"complaint_id": complaint_id("crm", ref), "callback": "1-confirm", "by": DESK}
    run.send("callback", StartAttempt(**named), at=at)
    run.send("callback", RecordAttempt(**named, outcome="reached", answers=Answers(solved=solved)), at=at + timedelta(minutes=3))


@pytest.fixture(scope="module")
def live() -> Run:
    """Two files that become one, a complaint called back and closed, one that time breaks, one reopened, and all that senders get wrong."""
    run = Run(PRACTICES)
    run.send("intake", submission("T-1"), at=MONDAY, key="wang")
    run.send("intake", submission("T-2", LI, "D-2"), at=hour(0.1), key="li")
    run.send("intake", submission("T-3", LI, "D-3"), at=hour(0.2), key="li")
    resolve(run, "T-1", hour(0.5))
    call(run, "T-1", hour(27), solved=True)
    resolve(run, "T-2", hour(3))
    call(run, "T-2", hour(28), solved=False)
    run.send("intake", LinkCustomers(request="L", customer=LI, into=WANG), at=hour(4), key="ops")
    run.send("intake", AddInformation(request="I", customer=LI, source_ref="T-3", is_chasing=True), at=hour(5), key="li")
    heard = RecordFeedback(complaint_id=complaint_id("till", "S-1"), transaction_ref="S-1", listening_post="shop")
    run.send("feedback", heard, at=hour(6), source="till")
    run.send("routing", WithdrawComplaint(complaint_id=complaint_id("crm", "T-9"), reason="never_there"), at=hour(7))
    run.send("routing", ReopenComplaint(complaint_id=complaint_id("crm", "T-1"), reason="again"), at=hour(40))
    run.send("intake", EraseCustomer(request="E", customer=LI), at=hour(900), key="li")
    for at in (hour(8), hour(9)):
        run.send("intake", submission("T-4"), at=at, id="same", key="wang")
    run.send("intake", submission("T-5"), at=hour(10), id="same", key="wang")
    note = {"customer": "c", "complaint_id": complaint_id("crm", "T-1"), "complaint_source": "crm", "source_ref": "T-1", "since": MONDAY}
    forged = NoteComplaint(**note, seal="0" * 64)
    run.send("intake", forged, at=hour(11), source="redress.intake", key="ops")
    own_hand = json.dumps(json.loads(write_command("intake", submission("T-6"), id="x", source="web").value) | {"colour": "red"}, indent=1)
    run.put("intake.commands.v1", "wang", own_hand.encode(), at=hour(12))
    run.put("routing.commands.v1", "k", b"{", at=hour(13))
    wire = write_command("routing", ReopenComplaint(complaint_id=complaint_id("crm", "T-1"), reason="lost"), id="y", source="crm")
    wrong = next(key for key in "abc" if partition_of(key, PARTITIONS) != partition_of(wire.key, PARTITIONS))
    run.put("routing.commands.v1", wrong, wire.value, at=hour(14))
    run.put("routing.commands.v1", wire.key, wire.value, at=hour(41), headers=((ATTEMPT, b"1"),))
    run.to_the_end()
    return run


def test_what_was_recorded_is_said_again_byte_for_byte(live: Run) -> None:
    repeated = again(recording(live.log).commands())
    assert {"CustomersLinked", "ComplaintReopened", "ClockBreached", "DossierErased", "SurveyExpired"} <= {*live.told()}
    assert {refusal.reason for refusal in live.all(CommandRefused)} >= {"id_taken", "never_opened", "only_intake"}
    assert said(repeated) == said(live)


def test_what_the_run_makes_itself_and_what_nobody_can_read_are_left_out_and_counted(live: Run) -> None:
    recorded = recording(live.log)
    taken = list(recorded.commands())
    assert recorded.lines() == [
        "callback.commands.v1 holds commands from 2026-03-03T00:00:00.000Z on.",
        "feedback.commands.v1 holds commands from 2026-03-02T15:00:00.000Z on.",
        "intake.commands.v1 holds commands from 2026-03-02T09:00:00.000Z on.",
        "routing.commands.v1 holds commands from 2026-03-02T09:30:00.000Z on.",
        "routing.commands.v1: 1 could not be read (not_json).",
        "routing.commands.v1: 1 could not be read (wrong_key).",
        f"{len(taken)} commands taken; {recorded.own} of services to themselves left out, which the run makes itself.",
    ]
    assert not recorded.is_whole
    on_topics = [record for record in live.log if record.topic.endswith(".commands.v1")]
    assert len(taken) + recorded.own + 2 == len(on_topics)
    assert max(timed.attempt for timed in taken) == 1


def test_a_canary_s_complaint_is_nobody_s_and_is_left_out() -> None:
    run = Run(PRACTICES)
    run.send("intake", submission("T-1"), at=MONDAY, key="wang")
    run.send("intake", submission("C-1", Customer(id=f"{canary.CUSTOMER}C-1")), at=hour(1), source=canary.SOURCE)
    withdrawn = WithdrawComplaint(complaint_id=complaint_id(canary.SOURCE, "C-1"), reason="canary")
    run.send("routing", withdrawn, at=hour(2), source=canary.SOURCE)
    run.to_the_end()
    recorded = recording(run.log)
    assert [each.command for each in recorded.commands()] == [submission("T-1")] and recorded.is_whole
    assert recorded.lines()[-1].startswith("1 commands taken; ") and recorded.lines()[-1].endswith("; 2 of the canary left out.")


def test_of_one_instant_commands_come_by_topic_partition_and_offset_however_they_were_read(live: Run) -> None:
    commands = [record._replace(appended=MONDAY) for record in live.log if record.topic.endswith(".commands.v1")]
    orders = (lambda record: record.origin, lambda record: (record.offset, record.partition))
    here, there = (list(recording(sorted(commands, key=order)).commands()) for order in orders)
    assert here == there and len(here) > 20


def test_append_times_that_fall_hold_back_their_own_complaint_only() -> None:
    """After a change of leader: the document's time never falls either (law 5)."""

    def record(ref: str, offset: int, seconds: int) -> Record:
        id = complaint_id("crm", ref)
        wire = write_command("routing", WithdrawComplaint(complaint_id=id, reason="r"), id=f"{ref} {offset}", source="crm")
        return Record("routing.commands.v1", 1, offset, hour(1) + timedelta(seconds=seconds), wire.key.encode(), wire.value)

    refs = [f"T-{n}" for n in range(100)]
    mine, other, *_ = (ref for ref in refs if partition_of(complaint_id("crm", ref), PARTITIONS) == 1)
    opened = [wire_record(submission(ref), offset) for offset, ref in enumerate((mine, other))]
    fallen = [record(mine, 0, 9), record(mine, 1, 5), record(other, 2, 7), record(mine, 3, 8), record(mine, 4, 10)]
    taken = recording([*opened, *fallen]).commands()
    came = [(timed.command.key == complaint_id("crm", mine), (timed.at - hour(1)).seconds) for timed in taken if timed.service == "routing"]
    assert came == [(False, 7), (True, 9), (True, 9), (True, 9), (True, 10)]


def wire_record(command: SubmitComplaint, offset: int) -> Record:
    wire = write_command("intake", command, id=command.source_ref, source="crm")
    return Record("intake.commands.v1", 0, offset, MONDAY, wire.key.encode(), wire.value)


# -- where retention has cut the beginning --------------------------------------------------------------------------------------------


def cut(records: Iterable[Record], before: datetime) -> list[Record]:
    return [record for record in records if record.appended >= before]


def test_what_is_about_complaints_whose_submission_is_gone_is_left_out_and_counted(live: Run) -> None:
    recorded = recording(cut(live.log, hour(0.15)))
    taken = list(recorded.commands())
    gone = {complaint_id("crm", ref) for ref in ("T-1", "T-2", "T-9")}
    assert not any(timed.command.key in gone for timed in taken)
    assert recorded.gone[1] == 3 and not recorded.is_whole
    assert "intake.commands.v1 holds commands from 2026-03-02T09:12:00.000Z on: what came before is gone." in recorded.lines()
    assert f"{recorded.gone[0]} commands about 3 complaints are left out: their submissions are gone." in recorded.lines()
    assert any(type(timed.command) is RecordFeedback for timed in taken), "a transaction needs no submission"


def test_a_complaint_that_never_was_is_refused_again_while_nothing_is_cut(live: Run) -> None:
    assert any(timed.command.key == complaint_id("crm", "T-9") for timed in recording(live.log).commands())
