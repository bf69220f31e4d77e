"""A bank: its own promises, and the law's clocks beside them: DISP 1.6 and the CFPB's (§2.3; response_deadlines.json)."""

import json
from pathlib import Path

import pytest

from contracts.common import CommandRefused
from contracts.intake import Customer
from contracts.routing import ClockExtended, ComplaintEscalated, ContainmentRequested, ExtendClock, PriorityChanged, ReportProgress
from services.platform.business_time import Target
from tests.core.policies.lives import Life, routing_policy, staff

LONDON = "Europe/London"
ANSWER = {"cause_code": "payment_error", "answer_parts": ["acknowledgement", "explanation", "apology", "prevention"]}


def life(registered: str = "2026-04-02 16:00", **said: object) -> Life:
    """On Maundy Thursday: Good Friday and Easter Monday are no business days."""
    return Life("bank", LONDON, registered, **said)


def test_a_final_response_is_due_eight_weeks_after_receipt() -> None:
    told = life(complaint_type="Savings")
    assert told.due("fca_final_response") == "2026-05-28 24:00"
    assert {"fca_summary"} == {clock for clock in told.clocks() if clock.startswith(("fca_", "cfpb_"))} - {"fca_final_response"}
    told.until("2026-05-29 00:00")
    assert "fca_final_response" not in told.breached()
    assert told.until("2026-05-29 00:00:01").breached()["fca_final_response"] == "2026-05-29 00:00:01"


def test_the_third_business_day_tells_which_letter_to_write() -> None:
    soon, late = life(complaint_type="Savings"), life(complaint_type="Savings")
    assert soon.due("fca_summary") == "2026-04-09 24:00"
    soon.accepts("1-savings", "2026-04-07 09:30").resolves("1-savings", "2026-04-09 17:00", **ANSWER)
    late.accepts("1-savings", "2026-04-07 09:30").resolves("1-savings", "2026-04-10 09:30", **ANSWER)
    assert "fca_summary" in soon.met() and late.breached() == {"fca_summary": "2026-04-10 00:00:01", "first_answer": "2026-04-07 16:00:01"}
    assert "fca_final_response" in soon.met() & late.met()


def test_a_payments_complaint_has_fifteen_business_days_and_thirty_five_if_a_head_approves() -> None:
    told = life(complaint_type="Payments").accepts("1-payments", "2026-04-07 09:30")
    assert told.due("fca_payments") == "2026-04-27 24:00"
    ask = {"clock": "fca_payments", "target": 35, "reason": "beyond_our_control"}
    told.takes(ExtendClock, "2026-04-27 16:00", **ask)
    assert told.last(CommandRefused).reason == "approver_missing"
    told.takes(ExtendClock, "2026-04-27 16:00", **ask, approver=staff("team_lead", "s2"))
    assert told.last(CommandRefused).reason == "not_the_role"
    told.takes(ExtendClock, "2026-04-27 16:00", **ask, approver=staff("complaints_head", "s2"))
    assert (told.last(ClockExtended).before, told.due("fca_payments")) == (15, "2026-05-27 24:00")
    told.takes(ExtendClock, "2026-05-20 16:00", **ask | {"target": 36}, approver=staff("complaints_head", "s2"))
    assert told.last(CommandRefused).reason in ("extension_too_long", "not_extendable")


def test_an_american_complaint_has_fifteen_calendar_days_and_sixty_if_it_is_in_progress() -> None:
    told = Life("bank", "America/New_York", "2026-02-02 09:00", source="cfpb", region="US", complaint_type="Cards")
    assert told.works == ("us_compliance",) and told.due("cfpb_response") == "2026-02-17 24:00"
    told.accepts("1-us_compliance", "2026-02-02 10:00")
    ask = {"clock": "cfpb_response", "target": 60, "reason": "in_progress", "approver": staff("complaints_head", "s2")}
    told.takes(ExtendClock, "2026-02-16 10:00", **ask)
    assert told.due("cfpb_response") == "2026-04-03 24:00"


def test_nobody_else_has_the_american_clock() -> None:
    assert "cfpb_response" not in life(complaint_type="Cards").clocks() | life(region="Scotland", complaint_type="Cards").clocks()


def test_fraud_under_way_is_stopped_before_it_is_looked_into_by_night_too() -> None:
    told = life("2026-04-05 03:00", narrative="Someone is emptying my account right now", hazards=["fraud"])
    assert told.last(ContainmentRequested).department == "fraud_team"
    assert told.works == ("fraud_team", "complaints_office")
    assert (told.due("containment"), told.due("urgent_acceptance")) == ("2026-04-05 03:30", "2026-04-05 03:30")
    told.until("2026-04-05 04:01")
    assert "containment" in told.breached() and "board_risk" in {each.to for each in told.all(ComplaintEscalated)}


def test_a_vulnerable_customer_is_heard_first() -> None:
    told = life(customer=Customer(phone="+447911123456", vulnerable=True), narrative="I cannot pay my mortgage")
    assert told.works == ("hardship_team",) and told.due("resolution") == "2026-04-09 24:00"
    assert not told.all(PriorityChanged) and told.due("first_answer") == "2026-04-07 12:00"


def test_the_laws_clocks_never_rest() -> None:
    assert not any(rule.pauses_for for rule in routing_policy("bank").clocks.values() if rule.kind == "legal")


def test_a_word_to_the_customer_meets_the_first_answer_and_no_legal_clock() -> None:
    told = life(complaint_type="Payments").accepts("1-payments", "2026-04-02 16:30")
    by = staff(department="payments")
    told.takes(ReportProgress, "2026-04-07 10:00", work="1-payments", is_told_to_customer=True, by=by)
    assert told.met() == {"acceptance", "first_answer"}


@pytest.mark.parametrize(
    ("rule", "clock", "target", "extended"),
    [
        ("fca_psd_emd", "fca_payments", "15 business days", 35),
        ("cfpb", "cfpb_response", "15 days", 60),
        ("fca_disp", "fca_final_response", "8 weeks", None),
    ],
)
def test_the_laws_days_are_those_of_the_published_rules(
    shared_data: Path, rule: str, clock: str, target: str, extended: int | None
) -> None:
    said = {each["id"]: each["rule"] for each in json.loads((shared_data / "response_deadlines.json").read_text("utf-8"))}[rule]
    kept = routing_policy("bank").clocks[clock]
    assert set(kept.targets.values()) == {Target.model_validate(target)} and target.partition(" ")[0] in said
    assert (kept.extensions and kept.extensions.at_most) == extended and str(extended or "") in said
