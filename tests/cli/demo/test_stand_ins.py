"""What each stand-in does on hearing an event."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.callback import CallbackAttemptStarted, CallbackDue, RecordAttempt, Script, StartAttempt
from contracts.common import CommandRefused
from contracts.feedback import AnswerSurvey, SurveyExpired, SurveyRequested
from contracts.ids import complaint_id, derived_id, reference_number
from contracts.model import Event, Staff
from contracts.routing import (
    AcceptWork,
    AssignDepartments,
    ComplaintClosed,
    ReopenComplaint,
    ReportProgress,
    ReportResolution,
    WithdrawComplaint,
    WorkAccepted,
    WorkRequested,
)
from services.cli.world import Agenda, Asking, Heard, World, entries
from tests.core.heard import START, in_triage, registered

MANY = 400
CUSTOMER = "c7f3e2a9b4d16805"


def complaint(n: int) -> str:
    return complaint_id("call-centre", f"T-{n}")


def heard(event: Event, *name: str | int) -> Heard:
    return Heard(derived_id("test", type(event).__name__, getattr(event, "complaint_id", ""), *name), START, event)


def of(n: int, **more: Any) -> dict[str, Any]:
    return {"complaint_id": complaint(n), "customer": CUSTOMER, "round": 1} | more


def about(event: Event, n: int) -> Event:
    return event.model_copy(update={"complaint_id": complaint(n)})


def world(seed: int = 1) -> World:
    return World((), seed)


def asked(events: list[Event], one: World | None = None) -> list[list[Asking]]:
    """What is asked for because of each of these events, all heard by one world."""
    one = one or world()
    return [one.hear(heard(event, n)) for n, event in enumerate(events)]


def due(n: int, attempt: int = 1) -> CallbackDue:
    return CallbackDue(
        **of(n), callback="1-confirm", purpose="confirm", channel="phone", attempt=attempt, allowed_until=START, latest=START,
        script=Script(reference=reference_number(complaint(n))),
    )  # fmt: skip


def started(n: int, attempt: int = 1) -> CallbackAttemptStarted:
    agent = Staff(staff="agent-3", role="agent", department="callback_desk")
    return CallbackAttemptStarted(**of(n), callback="1-confirm", attempt=attempt, leased_until=START, by=agent)


def survey(n: int, **more: Any) -> SurveyRequested:
    return SurveyRequested(
        **of(n, **more), survey="1", channel="sms", questions=("solved",), questionnaire="q", expires_at=START, policy="demo/feedback@1"
    )


def work(n: int, round: int = 1) -> WorkAccepted:
    clerk = Staff(staff="quality-clerk", role="clerk", department="quality")
    return WorkAccepted(**of(n, round=round), work=f"{round}-quality", department="quality", by=clerk)


def commands(told: list[list[Asking]]) -> list[Any]:
    return [one.command for some in told for one in some]


def share(told: list[list[Asking]], kind: type) -> float:
    return sum(any(isinstance(one.command, kind) for one in some) for some in told) / len(told)


# -- the seed ---------------------------------------------------------------------------------------------------------------------------


def test_the_same_seed_is_the_same_world_in_whatever_order_it_is_heard():
    events = [make(n) for make in (due, started, survey, work) for n in range(50)]
    one, other = world(), world()
    forwards = {event: one.hear(heard(event)) for event in events}
    backwards = {event: other.hear(heard(event)) for event in reversed(events)}
    assert forwards == backwards and sum(map(len, forwards.values())) > 100


def test_another_seed_is_another_world():
    events = [work(n) for n in range(20)]
    assert asked(events, world(1)) != asked(events, world(2))
    assert [one.after for one in World(entries(20), 1).opening] != [one.after for one in World(entries(20), 2).opening]


def test_a_repeat_of_an_event_changes_nothing():
    one, event = world(), heard(work(1))
    assert one.hear(event) and one.hear(event) == []


def test_every_command_has_an_id_of_its_own():
    told = asked([make(n) for make in (due, started, survey, work) for n in range(MANY)])
    ids = [one.id for some in told for one in some]
    assert len(set(ids)) == len(ids)


# -- who does what ----------------------------------------------------------------------------------------------------------------------


def test_every_complaint_is_handed_in_and_a_further_contact_after_the_first():
    sample = entries()
    moments: dict[str, float] = {}
    for one in World(sample, 1).opening:
        moments.setdefault(one.command.source_ref, one.after)
    assert set(moments) == {entry.command.source_ref for entry in sample} and max(moments.values()) < 90
    assert all(moments[entry.command.source_ref] >= moments[entry.again] + 3 for entry in sample if entry.again)


def test_a_department_accepts_what_it_is_asked_to_do_sometimes_twice():
    told = asked([WorkRequested(**of(n), work="1-quality", department="quality", is_lead=True) for n in range(MANY)])
    assert share(told, AcceptWork) == 1 and MANY < len(commands(told)) < 1.1 * MANY
    assert {command.by.department for command in commands(told)} == {"quality"}


def test_a_department_reports_progress_before_its_result_and_says_why_it_is_late():
    told = asked([work(n) for n in range(MANY)])
    assert share(told, ReportResolution) == 1 and 0.3 < share(told, ReportProgress) < 0.5
    for some in told:
        assert [one.after for one in some] == sorted(one.after for one in some)
    delayed = [one for one in commands(told) if isinstance(one, ReportProgress) and one.delay_cause]
    assert delayed and all(one.next_update and one.next_update > START + timedelta(seconds=20) for one in delayed)


def test_some_work_takes_longer_than_the_clock_allows_but_not_what_was_reopened():
    first, second = ([some[-1].after for some in asked([work(n, round) for n in range(MANY)])] for round in (1, 2))
    assert 0.05 < sum(after > 25 for after in first) / MANY < 0.2 and max(second) < 10


def test_what_is_found_fits_what_is_done_about_it():
    for command in commands(asked([work(n) for n in range(MANY)])):
        if isinstance(command, ReportResolution):
            assert (command.corrective_action is None) == (command.finding in ("not_upheld", "undetermined"))
            assert (command.corrective_action is None) == (command.no_action_because is not None)


def test_triage_names_a_department_and_corrects_a_slip():
    one = world()
    answers = [command for n in range(100) for command in commands([one.hear(heard(about(in_triage(), n)))])]
    slips = [answer for answer in answers if answer.lead == "warehouse"]
    assert len(answers) == 100 and 0 < len(slips) < 20
    refusal = CommandRefused(
        complaint_id=slips[0].complaint_id, command_id=derived_id("x"), command_type="routing.assign_departments.v1",
        command_source="triage", reason="unknown_department",
    )  # fmt: skip
    (again,) = commands([one.hear(heard(refusal))])
    assert isinstance(again, AssignDepartments) and again.complaint_id == slips[0].complaint_id and again.lead != "warehouse"
    elsewhere = refusal.model_copy(update={"command_source": "crm", "complaint_id": complaint(999)})
    assert one.hear(heard(elsewhere)) == []


def test_a_due_call_is_claimed_sometimes_by_two_and_sometimes_by_nobody_yet():
    told = asked([due(n) for n in range(MANY)])
    claims = [len(some) for some in told]
    assert set(claims) == {0, 1, 2} and claims.count(1) > 0.8 * MANY
    assert all(isinstance(command, StartAttempt) for command in commands(told))


def test_a_call_is_neither_left_nor_lost_for_ever():
    one = world()
    for make in (due, started):
        told = [[one.hear(heard(make(n), time)) for time in range(4)] for n in range(MANY)]
        assert any(not first for first, *_ in told) and all(all(later) for _, _, *later in told)


def test_the_claims_winner_reports_what_came_of_the_call():
    told = commands(asked([started(n) for n in range(MANY)]))
    assert {command.outcome for command in told} == {
        "reached", "no_answer", "busy", "voicemail", "failed", "wrong_number", "refused",
    }  # fmt: skip
    assert all(isinstance(command, RecordAttempt) and command.by.staff == "agent-3" for command in told)
    assert all(command.answers is None for command in told if command.outcome != "reached")


def test_customers_are_satisfied_or_not_and_some_keep_silent():
    told = asked([survey(n) for n in range(MANY)])
    answers = [command.answers for command in commands(told)]
    assert 0.5 < share(told, AnswerSurvey) < 0.7
    assert {answer.solved for answer in answers} == {True, False} and any(answer.csat == 2 for answer in answers)
    assert any(answer.solved and answer.csat == 3 and answer.perceived < answer.expected for answer in answers)


def test_in_the_third_round_everybody_is_satisfied():
    answers = [command.answers for command in commands(asked([survey(n, round=3) for n in range(MANY)]))]
    assert all(answer.solved and answer.csat >= 3 and answer.perceived >= answer.expected for answer in answers)


def test_whoever_expects_much_is_only_satisfied_with_much():
    one = world()
    for n in range(100):
        one.hear(heard(about(registered(core=5), n)))
    content = [command.answers for command in commands([one.hear(heard(survey(n, round=3))) for n in range(100)])]
    assert content and all(answer.expected == answer.perceived == 5 for answer in content)


def test_whoever_is_vulnerable_answers_in_the_end():
    one = world()
    for n in range(MANY):
        one.hear(heard(about(registered(is_vulnerable=True), n)))
    assert all(commands([one.hear(heard(survey(n)))]) for n in range(MANY))
    calls = [[one.hear(heard(started(n), time)) for time in range(4)] for n in range(MANY)]
    assert all(any(command.answers for command in commands(some)) for some in calls)


def test_somebody_calls_on_a_vulnerable_customer_whose_survey_expired_and_on_nobody_else():
    one = world()
    one.hear(heard(about(registered(is_vulnerable=True), 1)))
    (visit,) = commands([one.hear(heard(SurveyExpired(**of(1), survey="1")))])
    assert isinstance(visit, ReopenComplaint) and visit.reason == "visited"
    assert one.hear(heard(SurveyExpired(**of(2), survey="1"))) == []


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda n: about(registered(), n), WithdrawComplaint),
        (lambda n: ComplaintClosed(**of(n), how="confirmed", reopenable_until=START), ReopenComplaint),
    ],
    ids=["take a complaint back", "bring a closed one up again"],
)
def test_a_few_customers(make, kind):
    assert 0.01 < share(asked([make(n) for n in range(MANY)]), kind) < 0.1


# -- the agenda -------------------------------------------------------------------------------------------------------------------------


def test_the_agenda_gives_what_is_due_in_order_and_keeps_the_rest():
    agenda, told = Agenda(), World(entries(3), 1).opening
    for now, after in ((10, 5), (0, 1), (3, 2)):
        agenda.add(now, [told[0]._replace(after=after)])
    assert [when for when, _ in agenda.due(5)] == [1, 5] and len(agenda) == 1
    assert [when for when, _ in agenda.due(20)] == [15] and not agenda
