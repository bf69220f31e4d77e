"""What the stand-ins do to put a complaint right, and what those say who are asked in writing or unasked."""

from typing import Any

import pytest

from contracts.common import CommandRefused
from contracts.feedback import (
    AnswerRelationshipSurvey,
    AnswerSurvey,
    DeclineSurvey,
    RecordFeedback,
    SurveyReminded,
)
from contracts.intake import Classes
from contracts.model import Command, Money, Staff
from contracts.routing import (
    ApproveRemedy,
    ChooseRemedy,
    ComplaintClosed,
    ConfirmRemedyDone,
    ProposeRemedy,
    RejectRemedy,
    RemedyFailed,
    RemedyIssued,
    RemedyOption,
    RemedyProposed,
    ReportRemedyFailed,
    WorkAccepted,
)
from services.cli.demo.world import World, entries
from tests.cli.demo.test_stand_ins import MANY, START, about, asked, commands, complaint, heard, of, share, survey, work, world
from tests.core.heard import registered

CLERK = Staff(staff="case-1", role="agent", department="case_desk")
YUAN = Money(amount_minor=60_000, currency="CNY")


def proposed(n: int, ground: str = "entitlement", **more: Any) -> RemedyProposed:
    return RemedyProposed.model_validate(of(n) | {
        "remedy": f"1-{ground}", "ground": ground, "options": [{"kind": "refund"}, {"kind": "exchange"}], "by": CLERK,
        "policy": "demo/routing@1",
    } | more)  # fmt: skip


def issued(n: int, kind: str = "refund") -> RemedyIssued:
    return RemedyIssued(**of(n), remedy="1-guarantee", ground="entitlement", kind=kind, policy="demo/routing@1")


def refused(n: int, source: str, reason: str, command: str = "00000000-0000-0000-0000-000000000000", **more: Any) -> CommandRefused:
    return CommandRefused(
        complaint_id=complaint(n), command_id=command, command_type="routing.x.v1", command_source=source, reason=reason, **more,
    )  # fmt: skip


def knowing(kind: str) -> World:
    """A world that has taken in many complaints of this kind."""
    one = world()
    for n in range(MANY):
        one.hear(heard(about(registered(classes=Classes(kind=kind)), n)))
    return one


def proposals(one: World, events: list[Any]) -> list[ProposeRemedy]:
    return [command for command in commands([one.hear(heard(event)) for event in events]) if isinstance(command, ProposeRemedy)]


@pytest.mark.parametrize(
    ("kind", "tables"),
    [
        ("quality", {"guarantee"}), ("transport", {"late_delivery", "loss_and_damage"}), ("contract", {"not_as_agreed"}),
        ("service", {None}),
    ],
)  # fmt: skip
def test_the_case_desk_asks_by_the_table_of_the_complaints_kind_else_it_gives_goodwill(kind: str, tables: set[str | None]):
    asks = proposals(knowing(kind), [work(n) for n in range(MANY)])
    assert {ask.entitlement for ask in asks} == tables and 0.4 * MANY < len(asks) < 0.7 * MANY


def test_the_case_desk_proposes_once_a_round_however_many_departments_accept():
    one = knowing("quality")
    second = WorkAccepted(**of(1), work="1-safety", department="safety", by=CLERK)
    assert len(proposals(one, [work(1), second])) <= 1


def test_what_no_table_owes_and_what_failed_is_made_good_by_goodwill():
    one = knowing("quality")
    failed = RemedyFailed(**of(2), remedy="1-guarantee", ground="entitlement", kind="refund", reason="account_closed", by=CLERK)
    asks = proposals(one, [refused(1, "case-desk", "not_entitled"), failed])
    assert [(ask.entitlement, ask.kind) for ask in asks] == 2 * [(None, "compensation")]


@pytest.mark.parametrize("left", [0, 4_000, 20_000])
def test_over_the_cap_the_desk_offers_what_is_left_or_says_sorry(left: int):
    (ask,) = proposals(knowing("service"), [refused(1, "case-desk", "over_the_cap", see=f"{left / 100:.2f} CNY")])
    assert ask.amount.amount_minor <= left if ask.amount else (ask.kind, left < 5_000) == ("apology", True)


def test_an_answer_that_lacks_a_remedy_gets_one():
    (ask,) = proposals(knowing("service"), [refused(1, "departments", "remedy_missing")])
    assert (ask.kind, ask.amount) == ("apology", None)


def test_the_customer_chooses_one_of_the_options_or_the_desk_takes_it_back():
    told = [[command for command in some if isinstance(command, (ChooseRemedy, RejectRemedy))] for some in _each(proposed)]
    assert all(len(some) == 1 for some in told) and 0.02 < sum(isinstance(some[0], RejectRemedy) for some in told) / MANY < 0.12
    assert {some[0].kind for some in told if isinstance(some[0], ChooseRemedy)} == {"refund", "exchange"}


def test_who_forgot_the_papers_brings_them():
    one, forgot = world(), []
    for n in range(MANY):
        for asking in one.hear(heard(proposed(n, evidence_needed=["waybill"]))):
            if isinstance(asking.command, ChooseRemedy) and not asking.command.evidence:
                forgot += one.hear(heard(refused(n, "claimants", "evidence_missing", asking.id)))
    assert 10 < len(forgot) < 80 and {each.command.evidence for each in forgot} == {("waybill",)}


def test_goodwill_is_judged_by_the_role_that_may_and_never_by_who_proposed_it_but_in_vain():
    told = commands(_asked(lambda n: proposed(n, "goodwill", options=[RemedyOption(kind="compensation", amount=YUAN)], approvers=["head"])))
    judged = {(type(command), command.by.role) for command in told}
    assert judged == {(ApproveRemedy, "head"), (ApproveRemedy, "agent"), (RejectRemedy, "head")}
    assert 0 < sum(command.by == CLERK for command in told) < 0.2 * MANY


def test_what_is_issued_is_carried_out_or_fails_and_is_told_twice_by_mistake_only():
    told = _each(issued)
    assert {type(some[0]) for some in told} == {ConfirmRemedyDone, ReportRemedyFailed} and {len(some) for some in told} == {1, 2}
    repaired = [some[0] for some in _each(lambda n: issued(n, "repair")) if isinstance(some[0], ConfirmRemedyDone)]
    assert all(done.out_of_use_from == START and done.out_of_use_to and done.out_of_use_to > START for done in repaired)


def test_some_would_rather_not_say_and_a_few_of_them_do_all_the_same():
    told = _each(survey)
    kinds = {tuple(dict.fromkeys(type(command) for command in some)) for some in told}
    assert kinds == {(), (AnswerSurvey,), (DeclineSurvey,), (DeclineSurvey, AnswerSurvey)}


def test_a_reminder_helps_only_with_those_who_had_not_written():
    one, wrote, reminded = world(), set[int](), set[int]()
    for n in range(MANY):
        wrote |= {n} if commands([one.hear(heard(survey(n)))]) else set()
        word = SurveyReminded(**of(n), survey="1", channel="sms", expires_at=START)
        reminded |= {n} if commands([one.hear(heard(word))]) else set()
    assert len(reminded - wrote) > 20


def test_the_relationship_survey_is_answered_item_by_item():
    told = [command for command in commands(_asked(lambda n: survey(n, kind="relationship"))) if not isinstance(command, DeclineSurvey)]
    assert told and {type(command) for command in told} == {AnswerRelationshipSurvey}
    assert all(len(command.items.expectation) == len(command.items.perception) == 22 for command in told)


def test_ordinary_customers_are_the_control_group_and_some_of_the_recovered_say_thank_you():
    opening = [each.command for each in World(entries(3), 1).opening if isinstance(each.command, RecordFeedback)]
    assert len({each.transaction_ref for each in opening}) == 60 and len(opening) == 61
    closed = [ComplaintClosed(**of(n), how="confirmed", reopenable_until=START, policy="p") for n in range(MANY)]
    assert 0.02 < share(asked(closed), RecordFeedback) < 0.12


def _asked(make: Any) -> list[Any]:
    return asked([make(n) for n in range(MANY)])


def _each(make: Any) -> list[list[Command]]:
    return [[asking.command for asking in some] for some in _asked(make)]
