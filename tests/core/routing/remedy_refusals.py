"""Each reason for which routing refuses something about remedies, with a complaint at which it does and the command."""

from collections.abc import Callable

from contracts.intake import Classes
from contracts.model import Command, Staff
from contracts.routing import RemedyProposed
from services.routing.remedies.ledger import MOST_OF_A_GROUND
from tests.core.routing.house import (
    HEAD,
    House,
    accept,
    approve,
    bought,
    choose,
    done,
    failed,
    give,
    in_progress,
    in_triage,
    merged_away,
    owed,
    reject,
    reopen,
    resolution,
    resolved,
    second,
    withdrawn,
    yuan,
)
from tests.core.routing.house import policy as policy_with
from tests.core.routing.prepared import with_remedies

LEAD = Staff(staff="lin", role="team_lead")
SERVICE_CLASS = Classes(kind="service")


def heater(days_ago: float = 3, **more: object) -> House:
    """A thing bought so many days ago."""
    return in_progress(product=bought(days_ago), **more)


def proposed() -> House:
    return with_remedies("in_progress")


def after(*commands: Command) -> House:
    house = heater()
    for n, command in enumerate(commands):
        house.takes(command, at=11 + n)
    return house


def full() -> House:
    """Of goodwill."""
    house = in_progress()
    for n in range(MOST_OF_A_GROUND):
        house.takes(give(None, "apology"), at=11 + n / 100)
    return house


def full_of_what_is_owed() -> House:
    house = in_progress()
    for n in range(MOST_OF_A_GROUND):
        house.takes(owed(), at=11 + n / 100).takes(reject(house.last(RemedyProposed).remedy), at=11 + n / 100)
    return house


def stated(**sums: int) -> House:
    table = {"grants": [{"basis": "terms.1", "options": [{"kind": "compensation", "sum": "stated", "sums": sums}]}]}
    return in_progress(rules=policy_with(entitlements={"loss": table}))


def owing(kind: str) -> House:
    most = {"CNY": 100} if kind == "price_and_costs" else {}
    table = {"grants": [{"basis": "terms.1", "options": [{"kind": "compensation", "sum": kind, "sums": most}]}]}
    return in_progress(rules=policy_with(entitlements={"loss": table}))


def fixed(**sums: int) -> House:
    table = {"grants": [{"basis": "terms.1", "options": [{"kind": "compensation", "sum": "fixed", "sums": sums}]}]}
    return in_progress(rules=policy_with(entitlements={"loss": table}))


def twice_refundable() -> House:
    return after(owed(), owed("guarantee"), choose())


def in_vain() -> House:
    """What the first round gave was carried out, and did not help."""
    return after(give(), done(), resolution(), reopen(), accept("2-billing"))


GUARANTEE = "1-guarantee"
CASES: list[tuple[str, Callable[[], House], Command]] = [
    ("in_triage", in_triage, give()),
    ("not_accepted", House, give()),
    ("resolved", resolved, give()),
    ("merged", merged_away, done()),
    ("withdrawn", withdrawn, choose()),
    ("withdrawn", lambda: with_remedies("withdrawn"), approve("1-goodwill.2")),
    ("unknown_remedy", in_progress, give(kind="moon")),
    ("unknown_remedy", in_progress, give().model_copy(update={"kind": None})),
    ("unknown_currency", in_progress, give(currency="EUR")),
    ("unknown_currency", lambda: stated(CNY=100), owed("loss", amount=yuan(1, "USD"))),
    ("currency_missing", lambda: fixed(EUR=5, USD=6), owed("loss", price=None)),
    ("unknown_currency", lambda: fixed(EUR=5), owed("loss", price=yuan(1, "CNY"))),
    ("unknown_entitlement", in_progress, owed("charm")),
    ("unknown_entitlement", lambda: in_progress(classes=SERVICE_CLASS), owed("guarantee")),
    ("unknown_entitlement", in_progress, owed("statutory_only")),
    ("unknown_circumstance", in_progress, owed("late", "latte")),
    ("unknown_circumstance", in_progress, owed("missed_promise", "late")),
    ("found_by_the_clock", in_progress, owed("missed_promise", "promise_missed")),
    ("found_by_the_clock", in_progress, owed("late", "late", "promise_missed")),
    ("kind_contradicts", in_progress, owed(kind="refund")),
    ("not_entitled", in_progress, owed("missed_promise")),
    ("not_entitled", lambda: heater(400), owed("guarantee")),
    ("not_entitled", heater, owed("guarantee", "misuse")),
    ("date_unknown", in_progress, owed("guarantee")),
    ("price_unknown", in_progress, owed(price=None)),
    ("price_unknown", in_progress, owed(price=yuan(0))),
    ("price_unknown", lambda: owing("declared_value"), owed("loss")),
    ("amount_missing", in_progress, give(None)),
    ("amount_missing", in_progress, give(0)),
    ("amount_missing", in_progress, give(None, "repair")),
    ("amount_missing", lambda: stated(CNY=100), owed("loss")),
    ("amount_missing", lambda: stated(CNY=100), owed("loss", amount=yuan(0))),
    ("amount_too_large", lambda: owing("price_and_costs"), owed("loss", price=yuan(10**15), amount=yuan(1))),
    ("currency_differs", lambda: owing("price_and_costs"), owed("loss", price=yuan(100), amount=yuan(1, "EUR"))),
    ("over_the_cap", in_progress, give(500_001)),
    ("over_the_cap", lambda: after(give(200_000)), give(300_001)),
    ("over_the_cap", lambda: stated(CNY=100), owed("loss", amount=yuan(101))),
    ("remedy_pending", proposed, owed()),
    ("remedy_pending", lambda: after(owed(), choose()), owed()),
    ("already_given", lambda: after(owed(), choose(), done("1-late")), owed()),
    ("already_given", twice_refundable, choose("refund", GUARANTEE, "receipt")),
    ("too_many_remedies", full, give(1)),
    ("too_many_remedies", full_of_what_is_owed, owed()),
    ("no_such_remedy", proposed, choose(remedy="9-late")),
    ("no_such_remedy", in_progress, approve()),
    ("no_such_remedy", in_progress, reject()),
    ("no_such_remedy", in_progress, done()),
    ("no_such_remedy", in_progress, failed()),
    ("nothing_to_choose", proposed, choose("compensation", "1-goodwill.2")),
    ("not_an_option", proposed, choose("repair")),
    ("date_wrong", heater, owed("guarantee", sold_at=second(10_000))),
    ("date_wrong", heater, owed("guarantee", received_at=second(10_000))),
    ("evidence_missing", lambda: after(owed("guarantee")), choose("refund", GUARANTEE)),
    ("evidence_missing", lambda: after(owed("guarantee")), choose("refund", GUARANTEE, "slips")),
    ("already_chosen", lambda: after(owed(), choose()), choose()),
    ("already_chosen", lambda: after(owed(), choose(), done("1-late")), choose()),
    ("not_chosen", proposed, approve("1-late")),
    ("not_chosen", proposed, done("1-late")),
    ("not_chosen", proposed, failed("1-late")),
    ("not_approved", proposed, done("1-goodwill.2")),
    ("not_approved", proposed, failed("1-goodwill.2")),
    ("needs_no_approval", proposed, approve("1-goodwill")),
    ("needs_no_approval", lambda: after(owed(), choose()), approve("1-late")),
    ("already_approved", lambda: after(give(60_000), approve()), approve()),
    ("already_approved", lambda: after(give(60_000), approve(), done()), approve(by=LEAD)),
    ("approver_is_proposer", lambda: after(give(60_000, by=HEAD)), approve()),
    ("not_the_role", proposed, approve("1-goodwill.2", by=Staff(staff="li", role="agent"))),
    ("not_the_role", lambda: after(give(200_000)), approve(by=LEAD)),
    ("not_the_role", proposed, reject("1-goodwill.2", by=Staff(staff="li", role="agent"))),
    ("already_issued", proposed, reject("1-goodwill")),
    ("remedy_done", lambda: after(give(), done()), done()),
    ("remedy_done", lambda: after(give(), done()), failed()),
    ("remedy_done", lambda: after(give(), done()), reject()),
    ("remedy_over", lambda: after(give(), failed()), done()),
    ("remedy_over", lambda: after(give(60_000), reject()), approve()),
    ("remedy_over", lambda: after(give(60_000), reject()), reject()),
    ("remedy_over", lambda: after(owed(), reject("1-late")), choose()),
    ("remedy_over", lambda: with_remedies("withdrawn"), done("1-late")),
    ("out_of_use_wrong", proposed, done(out_of_use_from=second(1))),
    ("out_of_use_wrong", proposed, done(out_of_use_from=second(2), out_of_use_to=second(1))),
    ("out_of_use_wrong", proposed, done(out_of_use_from=second(1), out_of_use_to=second(9000))),
    ("remedy_missing", in_progress, resolution(answer_parts=["remedy"])),
    ("remedy_missing", lambda: after(give(60_000), reject()), resolution(answer_parts=["remedy"])),
    ("remedy_missing", in_vain, resolution("2-billing", answer_parts=["remedy"])),
]
