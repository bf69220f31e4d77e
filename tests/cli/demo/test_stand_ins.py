"""What each stand-in does on hearing an event."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.callback import CallbackAttemptStarted, CallbackDue, RecordAttempt, Script, StartAttempt
from contracts.common import CommandRefused
from contracts.feedback import AnswerSurvey, SurveyExpired, SurveyRequested
from contracts.ids import complaint_id, derived_id, reference_number
from contracts.intake import AddInformation, LinkCustomers, SetCustomerProfile, SubmitComplaint
from contracts.model import Event, Staff
from contracts.routing import (
    AcceptWork,
    AssignDepartments,
    CloseComplaint,
    ComplaintClosed,
    ComplaintEscalated,
    ContainmentRequested,
    DeclineWork,
    ExtendClock,
    PauseWork,
    ReopenComplaint,
    ReportContained,
    ReportProgress,
    ReportResolution,
    ResumeWork,
    SetPriority,
    WithdrawComplaint,
    WorkAccepted,
    WorkRequested,
)
from services.cli.demo.world import Agenda, Asking, Heard, World, entries
from tests.core.heard import START, in_triage, registered, reopened, resolved

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


def requested(n: int, department: str = "quality", is_lead: bool = True, instead_of: str | None = None) -> WorkRequested:
    return WorkRequested(**of(n), work=f"1-{department}", department=department, is_lead=is_lead, instead_of=instead_of)


def refused(asked: Asking, reason: str, see: str | None = None) -> CommandRefused:
    return CommandRefused(
        complaint_id=asked.command.complaint_id, command_id=asked.id, command_type="routing.x.v1", command_source=asked.source,
        reason=reason, see=see,
    )  # fmt: skip


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
        if isinstance(one.command, SubmitComplaint):
            moments.setdefault(one.command.source_ref, one.after)
    assert set(moments) == {entry.command.source_ref for entry in sample} and max(moments.values()) < 90
    assert all(moments[entry.command.source_ref] >= moments[entry.again] + 3 for entry in sample if entry.again)


def test_the_customer_database_knows_some_customers_and_that_two_numbers_are_one_persons():
    told = [one.command for one in World(entries(), 1).opening if one.source == "crm"]
    profiles = [command for command in told if isinstance(command, SetCustomerProfile)]
    links = [command for command in told if isinstance(command, LinkCustomers)]
    assert len(profiles) + len(links) == len(told) and len(links) > 3
    assert {profile.tier for profile in profiles} == {None, "general", "suitable", "key"} and any(one.do_not_call for one in profiles)
    assert all(link.customer.phone != link.into.phone for link in links)
    assert len({command.request for command in told}) == len(told)


def test_a_department_accepts_what_it_is_asked_to_do_sometimes_twice_unless_it_is_not_its_own():
    told = asked([requested(n) for n in range(MANY)])
    assert 0.02 < share(told, DeclineWork) < 0.1 and share(told, AcceptWork) + share(told, DeclineWork) == 1
    assert MANY < len(commands(told)) < 1.1 * MANY and {command.by.department for command in commands(told)} == {"quality"}


def test_no_complaint_is_declined_for_ever():
    one = world()
    for n in range(MANY):
        times = [one.hear(heard(requested(n, department, instead_of="1-safety"), department)) for department in "abcdef"]
        assert share(times, DeclineWork) <= 2 / 6


def test_some_work_rests_for_a_while_and_is_reported_later():
    told = asked([work(n) for n in range(MANY)])
    resting = [some for some in told if isinstance(some[-1].command, ReportResolution) and share([some], PauseWork)]
    assert 0.05 < len(resting) / MANY < 0.15
    for some in resting:
        kinds = [type(one.command) for one in some if isinstance(one.command, PauseWork | ResumeWork | ReportResolution)]
        assert kinds == [PauseWork, ResumeWork, ReportResolution]


def test_more_time_is_another_persons_to_grant_and_who_forgets_it_asks_again():
    one = world()
    told = [asked for n in range(MANY) for asked in one.hear(heard(work(n))) if isinstance(asked.command, ExtendClock)]
    without = [asked for asked in told if asked.command.approver is None]
    assert len(told) > 30 and 0 < len(without) < len(told) / 2
    assert all(asked.command.approver.staff != asked.command.by.staff for asked in told if asked.command.approver)
    (again,) = one.hear(heard(refused(without[0], "approver_missing")))
    assert again.command.approver and again.command.target == without[0].command.target and again.id != without[0].id


def test_what_an_answer_lacks_is_sent_after_it_and_what_is_not_contained_yet_later():
    one = world()
    reports = [asked for n in range(MANY) for asked in one.hear(heard(work(n))) if isinstance(asked.command, ReportResolution)]
    lacking = [asked for asked in reports if "explanation" not in asked.command.answer_parts]
    assert 0 < len(lacking) < 0.1 * MANY
    (whole,) = one.hear(heard(refused(lacking[0], "answer_incomplete", "explanation, invitation")))
    assert {"acknowledgement", "explanation", "invitation"} < set(whole.command.answer_parts)
    (later,) = one.hear(heard(refused(whole, "not_contained"), "again"))
    assert later.command == whole.command and later.id != whole.id
    assert one.hear(heard(refused(later, "withdrawn"), "at last")) == []


def test_danger_is_contained_by_whoever_is_asked_mostly_at_once():
    told = asked([ContainmentRequested(**of(n), department="safety", hazards=("gas",), policy="p") for n in range(MANY)])
    assert all(isinstance(command, ReportContained) and command.by.department == "safety" for command in commands(told))
    assert 0.05 < sum(one.after > 8 for some in told for one in some) / MANY < 0.2


def test_a_department_reports_progress_before_its_result_and_says_why_it_is_late():
    told = asked([work(n) for n in range(MANY)])
    assert share(told, ReportResolution) == 1 and 0.6 < share(told, ReportProgress) < 0.8
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


def test_a_declined_work_goes_to_somebody_who_was_not_asked_before_and_the_lead_with_it():
    one = world()
    for n in range(MANY):
        for department, is_lead in (("quality", True), ("logistics", False)):
            one.hear(heard(requested(n, department, is_lead), department))
        for work, lead in (("1-quality", True), ("1-logistics", False)):
            sent = about(in_triage(), n).model_copy(update={"reason": "declined", "work": work})
            (answer,) = commands([one.hear(heard(sent, work))])
            assert answer.work == work and not {"quality", "logistics"} & set(answer.departments)
            assert answer.lead == (answer.departments[0] if lead else None)


def test_the_head_has_it_worked_on_once_more_or_closes_it_and_the_second_time_closes_it():
    one = world()
    first, second = (commands([one.hear(heard(about(reopened(4, True), n), time)) for n in range(MANY)]) for time in (1, 2))
    assert {type(command) for command in first} == {AssignDepartments, CloseComplaint}
    assert {type(command) for command in second} == {CloseComplaint}
    assert {command.by.role for command in first + second} == {"head"}
    assert one.hear(heard(about(reopened(2), 1))) == []


def test_a_head_hurries_some_of_what_was_escalated_to_the_heads_by_a_clock():
    def escalated(n: int, level: int, reason: str = "clock") -> ComplaintEscalated:
        return ComplaintEscalated(**of(n), level=level, to="head", reason=reason, escalated_at=START, policy="p")

    assert 0.2 < share(asked([escalated(n, 2) for n in range(MANY)]), SetPriority) < 0.4
    assert not any(asked([escalated(n, 1) for n in range(MANY)]) + asked([escalated(n, 3, "reopened") for n in range(MANY)]))


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
    answers = [command.answers for command in commands(told) if isinstance(command, AnswerSurvey)]
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
        (lambda n: about(registered(), n), AddInformation),
        (lambda n: about(resolved(), n), ReopenComplaint),
        (lambda n: ComplaintClosed(**of(n), how="confirmed", reopenable_until=START, policy="p"), ReopenComplaint),
    ],
    ids=["take a complaint back", "tell more of it", "are satisfied with nothing", "bring a closed one up again"],
)
def test_a_few_customers(make, kind):
    assert 0.01 < share(asked([make(n) for n in range(MANY)]), kind) < 0.2


def test_who_hears_the_final_position_tries_once_more():
    closed = ComplaintClosed(**of(1, round=4), how="final_position", final_position="offer_stands", reopenable_until=START, policy="p")
    (again,) = commands(asked([closed]))
    assert isinstance(again, ReopenComplaint)


# -- the agenda -------------------------------------------------------------------------------------------------------------------------


def test_the_agenda_gives_what_is_due_in_order_and_keeps_the_rest():
    agenda, told = Agenda(), World(entries(3), 1).opening
    for now, after in ((10, 5), (0, 1), (3, 2)):
        agenda.add(now, [told[0]._replace(after=after)])
    assert [when for when, _ in agenda.due(5)] == [1, 5] and len(agenda) == 1
    assert [when for when, _ in agenda.due(20)] == [15] and not agenda
