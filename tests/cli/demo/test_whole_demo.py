"""The whole demonstration in virtual time: the four services' own decisions, the stand-ins, and nobody else."""

from io import StringIO

import pytest
from rich.console import Console

from contracts.callback import CallbackAbandoned, CallbackAttempted, CallbackBroken, CallbackCompleted, CallbackPromised
from contracts.common import CommandRefused
from contracts.feedback import (
    DissatisfactionReported,
    FeedbackReceived,
    RecoveryConfirmed,
    RelationshipMeasured,
    SurveyDeclined,
    SurveyExpired,
    SurveyReminded,
)
from contracts.intake import (
    ComplaintRegistered,
    ContactRepeated,
    CustomerProfileChanged,
    CustomerProfileSet,
    CustomersLinked,
    InformationAdded,
)
from contracts.routing import (
    ClockBreached,
    ClockExtended,
    ClockMet,
    ClockPaused,
    ClockResumed,
    ClockWarned,
    ComplaintClosed,
    ComplaintEscalated,
    ComplaintReopened,
    ComplaintSentToTriage,
    ComplaintWithdrawn,
    Contained,
    ContainmentRequested,
    PriorityChanged,
    ProgressReported,
    RemedyApproved,
    RemedyChosen,
    RemedyDone,
    RemedyFailed,
    RemedyIssued,
    RemedyProposed,
    RemedyRejected,
    WorkDeclined,
    WorkPaused,
)
from services.cli.demo import LIMIT, report
from services.cli.demo.world import entries
from services.cli.demo.world.ledger import Ledger
from services.platform.kernel.record import Record
from tests.cli.demo.virtual import START, Played, played

SHOWN = (
    ComplaintRegistered, ContactRepeated, InformationAdded, CustomerProfileSet, CustomerProfileChanged, CustomersLinked,
    ContainmentRequested, Contained, ComplaintSentToTriage, PriorityChanged, WorkDeclined, WorkPaused, ProgressReported, ClockMet,
    ClockWarned, ClockBreached, ClockPaused, ClockResumed, ClockExtended, ComplaintEscalated, CallbackCompleted, CallbackBroken,
    CallbackAbandoned, DissatisfactionReported, RecoveryConfirmed, ComplaintReopened, ComplaintWithdrawn, CommandRefused, RemedyProposed,
    RemedyChosen, RemedyApproved, RemedyRejected, RemedyIssued, RemedyDone, RemedyFailed, SurveyReminded, SurveyDeclined, SurveyExpired,
    RelationshipMeasured,
)  # fmt: skip


def reported(ledger: Ledger, expected: int) -> tuple[int, str]:
    page = StringIO()
    code = report(Console(file=page, width=120), ledger, expected)
    return code, page.getvalue()


def test_every_complaint_ends_and_every_command_is_answered():
    ledger = played().ledger
    assert (ledger.missing, ledger.unanswered, played().run.dead) == ([], 0, []) and ledger.is_complete
    assert len(ledger.submissions) == len(entries())


def test_it_takes_about_as_long_as_we_say():
    assert 60 < played().seconds < 120 < LIMIT


@pytest.mark.parametrize("seed", [1, 2])
def test_it_ends_with_other_seeds_too(seed: int):
    other = Played(entries(120), seed)
    assert other.ledger.is_complete and other.run.dead == []


def test_the_same_seed_ends_in_the_same_facts():
    one, other = (Played(entries(40), 3).ledger for _ in range(2))
    assert [record.value for record in one.records] == [record.value for record in other.records] and one.records


def test_it_shows_what_there_is_to_see():
    assert [kind.__name__ for kind in SHOWN if len(played().ledger.all(kind)) < 5] == []
    assert {event.how for event in played().ledger.all(ComplaintClosed)} == {"confirmed", "silence", "unreachable", "final_position"}


def test_it_climbs_the_whole_ladder_for_every_purpose():
    assert {event.channel for event in played().ledger.all(CallbackAttempted)} == {"phone", "message", "letter", "visit"}
    assert {event.purpose for event in played().ledger.all(CallbackPromised)} == {"confirm", "progress", "care", "supervise"}


def test_it_hears_the_recovered_the_unresolved_and_the_control_group_by_every_way():
    heard = played().ledger.all(FeedbackReceived)
    assert {(event.group, event.via) for event in heard} == {
        ("recovered", "callback"), ("recovered", "survey"), ("recovered", "listening_post"), ("control", "listening_post"),
        ("unresolved", "callback"),
    }  # fmt: skip


def test_each_ground_and_each_kind_of_remedy_is_given():
    issued = played().ledger.all(RemedyIssued)
    assert {event.ground for event in issued} == {"entitlement", "goodwill"}
    assert {event.kind for event in issued} >= {"repair", "exchange", "refund", "compensation", "re_delivery"}
    assert {event.amount.currency for event in issued if event.amount} == {"CNY", "USD"}


@pytest.mark.parametrize("reason", ["evidence_missing", "over_the_cap", "approver_is_proposer", "remedy_done", "claimed", "not_entitled"])
def test_what_is_wrong_is_refused_too(reason: str):
    assert any(event.reason == reason for event in played().ledger.all(CommandRefused))


@pytest.mark.parametrize("clock", ["acceptance", "triage", "containment", "first_answer", "resolution", "total_resolution"])
def test_every_clock_is_met_by_some_and_missed_by_others(clock: str):
    met, missed = (sum(event.clock == clock for event in played().ledger.all(kind)) for kind in (ClockMet, ClockBreached))
    assert met > missed > 0


def test_what_used_up_its_rounds_is_the_heads_and_ends_with_a_final_position():
    heads = {event.complaint_id for event in played().ledger.all(ComplaintReopened) if event.is_with_head}
    final = {event.complaint_id for event in played().ledger.all(ComplaintClosed) if event.how == "final_position"}
    assert heads and heads == final


def test_silence_is_never_taken_for_a_vulnerable_customers_consent():
    ledger = played().ledger
    vulnerable = {event.complaint_id for event in ledger.all(ComplaintRegistered) if event.is_vulnerable}
    silent = {event.complaint_id for event in ledger.all(ComplaintClosed) if event.how == "silence"}
    assert len(vulnerable) > 20 and not vulnerable & silent


def test_the_report_says_so_and_tells_a_story_in_each_language():
    code, page = reported(played().ledger, len(entries()))
    assert code == 0 and f"Accounted for: {len(entries())} of {len(entries())}." in page
    stories = page.split("What happened, counted from the topics")[0]
    assert stories.count("Closed: confirmed.") >= 2 and stories.count("The customer is not satisfied") == 2
    assert any("\u4e00" <= sign <= "\u9fff" for sign in stories) and "“" in stories


def test_the_report_counts_what_was_contained_in_time_and_escalated():
    _, page = reported(played().ledger, len(entries()))
    rows = {row[2:15].strip(): row[17:] for row in page.split("counted from the topics\n")[1].splitlines() if row[2:3].strip()}
    assert {"Contained", "Routed", "Worked on", "In time", "Escalated", "Known besides", "Put right", "Given", "Won back"} < rows.keys()
    assert rows["In time"].startswith("acceptance ") and rows["Escalated"].split()[1] == "times:"


def test_the_report_of_an_unfinished_demonstration_names_what_is_missing_and_fails():
    unfinished = Played(entries(40), 7, most_seconds=20).ledger
    code, page = reported(unfinished, 40)
    assert unfinished.missing and code == 1
    assert f"Accounted for: {len(unfinished.submissions) - len(unfinished.missing)} of 40." in page
    assert page.count("Not accounted for: D-") == min(20, len(unfinished.missing)) and ": still open" in page


def test_a_complaint_that_never_came_in_is_missed():
    assert reported(played().ledger, len(entries()) + 1)[0] == 1


def test_a_dead_letter_is_enough_to_fail():
    ledger = Played(entries(5), 7).ledger
    assert reported(ledger, 5)[0] == 0
    ledger.hear(Record("routing.dlq.v1", 0, 0, START, b"key", b"{}"))
    assert reported(ledger, 5)[0] == 1


def test_a_remedy_that_nobody_carried_out_is_enough_to_fail():
    whole = Played(entries(40), 7)
    done = next(record for record in whole.run.log if b"remedy_done" in (record.value or b"") and record.topic == "routing.events.v1")
    ledger = Ledger()
    for record in whole.run.log:
        if record is not done:
            ledger.hear(record)
    assert len(ledger.unsettled) == 1 and not ledger.is_complete
    code, page = reported(ledger, 40)
    assert code == 1 and page.count("Not settled: the remedy ") == 1


def test_a_command_that_nothing_came_of_is_enough_to_fail():
    whole = Played(entries(5), 7)
    ledger = Ledger()
    lost = next(record for record in whole.run.log if record.topic == "callback.commands.v1" and b"record_attempt" in (record.value or b""))
    id = (dict(lost.headers)["ce_id"]).decode()
    for record in whole.run.log:
        if not (record.topic.endswith(".events.v1") and id.encode() in (record.value or b"")):
            ledger.hear(record)
    assert ledger.unanswered == 1 and not ledger.is_complete
