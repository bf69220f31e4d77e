"""How it is put right (§2.5): what is owed and chosen, what is given and approved, issued once, done or failed, and what it comes to."""

from collections.abc import Callable

import pytest

from contracts.common import CommandRefused
from contracts.intake import Classes, ShipmentFacts
from contracts.model import Money, Staff
from contracts.routing import (
    ComplaintResolved,
    ProposeRemedy,
    RemedyApproved,
    RemedyCancelled,
    RemedyChosen,
    RemedyDone,
    RemedyFailed,
    RemedyIssued,
    RemedyProposed,
    RemedyRejected,
)
from services.routing.remedies.entitlement import _days_out_of_use
from services.routing.remedies.ledger import MOST_OF_A_GROUND
from tests.core.routing.house import (
    CHIEF,
    HEAD,
    RULES,
    House,
    accept,
    approve,
    bought,
    choose,
    confirmed,
    done,
    erased,
    failed,
    give,
    in_progress,
    owed,
    policy,
    reject,
    reopen,
    repeats,
    resolution,
    second,
    withdraw,
    yuan,
)
from tests.core.routing.ledger import balance, balance_of
from tests.core.routing.remedy_refusals import full, full_of_what_is_owed

LEAD = Staff(staff="lin", role="team_lead")
GUARANTEE = "1-guarantee"
PAPERS = ("receipt", "slips")


def heater(days_ago: float = 3, repairs: int = 0, **more: object) -> House:
    """A thing bought so many days before it was complained of, and repaired so often."""
    return in_progress(product=bought(days_ago), repairs_so_far=repairs, **more)


def options(house: House) -> list[str]:
    return [each.kind for each in house.last(RemedyProposed).options]


def story_of(house: House) -> list[str]:
    return [name for name in house.story if name.startswith("Remedy")]


# -- what is owed -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days_ago", "repairs", "basis", "kinds"),
    [
        (0, 0, "law.9", ["refund", "exchange", "repair"]),
        (7, 0, "law.9", ["refund", "exchange", "repair"]),
        (8, 0, "law.10", ["repair"]),
        (7, 2, "law.9", ["refund", "exchange", "repair"]),
        (8, 1, "law.10", ["repair"]),
        (8, 2, "law.11", ["exchange"]),
        (8, 3, "law.11", ["exchange"]),
        (364, 1, "law.10", ["repair"]),
        (364, 2, "law.11", ["exchange"]),
    ],
)
def test_day_7_is_inside_day_8_is_outside_and_two_repairs_give_another_right_than_one(
    days_ago: float, repairs: int, basis: str, kinds: list[str]
) -> None:
    house = heater(days_ago, repairs).takes(owed("guarantee"), at=11)
    assert (house.last(RemedyProposed).basis, options(house)) == (basis, kinds)


def test_the_working_is_shown() -> None:
    """Sold on a Monday, a week before: the last day is the Monday of the complaint."""
    told = heater(7).takes(owed("guarantee"), at=11).last(RemedyProposed)
    assert (told.counted_from, told.counted_until) == (second(-7 * 86_400), second(15 * 3600))
    assert (told.ground, told.entitlement, told.evidence_needed, told.approvers) == ("entitlement", "guarantee", ("receipt",), ())


def test_what_the_house_takes_long_over_is_not_the_customers_loss() -> None:
    house = heater(7).takes(owed("guarantee"), at=5 * 86_400)
    assert house.last(RemedyProposed).basis == "law.9"


def test_the_dates_that_papers_show_count_for_more_than_those_that_were_told() -> None:
    house = heater(8).takes(owed("guarantee", sold_at=second(-6 * 86_400)), at=11)
    assert house.last(RemedyProposed).basis == "law.9"


def test_the_customer_chooses_before_what_is_owed_issues_and_then_it_issues_once() -> None:
    house = heater().takes(owed("guarantee", evidence=["receipt"]), at=11)
    assert story_of(house) == ["RemedyProposed"]
    house.takes(choose("refund", GUARANTEE), at=12).takes(choose("refund", GUARANTEE), at=13)
    assert story_of(house) == ["RemedyProposed", "RemedyChosen", "RemedyIssued"] and house.refusal == "already_chosen"
    issued = house.last(RemedyIssued)
    assert (issued.remedy, issued.kind, issued.amount, issued.basis) == (GUARANTEE, "refund", yuan(19_900), "law.9")


def test_owed_money_needs_evidence_and_nobodys_approval() -> None:
    house = heater().takes(owed("guarantee", price=yuan(10**9)), at=11).takes(choose("refund", GUARANTEE), at=12)
    assert house.refusal == "evidence_missing"
    house.takes(choose("refund", GUARANTEE, "receipt"), at=13)
    assert house.last(RemedyIssued).amount == yuan(10**9) and house.last(RemedyChosen).evidence == ("receipt",)


def test_a_table_is_for_the_complaints_that_it_names() -> None:
    assert in_progress(source="city").takes(owed("statutory_only"), at=11).story[-1] == "RemedyProposed"
    assert in_progress(classes=Classes(kind="service")).takes(owed("guarantee"), at=11).refusal == "unknown_entitlement"


def test_repairs_are_as_many_as_intake_counts_whenever_it_tells_them() -> None:
    house = heater(20).hears(repeats(repairs=2), at=11).takes(owed("guarantee"), at=12)
    assert (options(house), house.last(RemedyProposed).repairs_so_far) == (["exchange"], 2)
    house.takes(reject(GUARANTEE), at=13).hears(repeats(repairs=0), at=14).takes(owed("guarantee"), at=15)
    assert options(house) == ["repair"], "it was exchanged"


def test_days_out_of_use_do_not_count_against_the_term() -> None:
    assert heater(365).takes(owed("guarantee"), at=11).last(RemedyProposed).basis == "law.10"
    assert heater(366).takes(owed("guarantee"), at=11).refusal == "not_entitled"
    assert heater(366).takes(owed("guarantee", out_of_use_days=1), at=11).last(RemedyProposed).basis == "law.10"


def test_a_repair_that_was_done_moves_the_end_of_the_term_by_the_days_it_took() -> None:
    house = heater(364).takes(owed("guarantee"), at=11).takes(choose("repair", GUARANTEE), at=12)
    before = house.last(RemedyProposed).counted_until
    house.until(3 * 86_400).takes(done(GUARANTEE, out_of_use_from=second(20), out_of_use_to=second(86_421)), at=3 * 86_400)
    house.takes(owed("guarantee"), at=3 * 86_400 + 1)
    told = house.last(RemedyProposed)
    assert told.remedy == "1-guarantee.2" and before is not None and told.counted_until is not None
    assert (told.counted_until - before).days == 2, "a day that was begun counts"


@pytest.mark.parametrize(("days_ago", "is_within"), [(7, True), (8, True), (9, True), (10, False)])
def test_an_end_on_a_day_without_business_rolls_forward(days_ago: int, is_within: bool) -> None:
    """The complaint comes on a Monday: day 7 was that Monday, the Sunday, the Saturday, the Friday before."""
    line = {"basis": "a", "within": {"since": "receipt", "days": 7, "calendar": "desk"}, "options": [{"kind": "repair"}]}
    house = in_progress(rules=policy(entitlements={"return": {"grants": [line]}}))
    house.takes(owed("return", received_at=second(-days_ago * 86_400)), at=11)
    assert (house.story[-1] == "RemedyProposed") is is_within


def test_an_exchange_begins_everything_anew() -> None:
    house = heater(20, repairs=2).takes(owed("guarantee"), at=11).takes(choose("exchange", GUARANTEE, *PAPERS), at=12)
    house.takes(done(GUARANTEE), at=13).hears(repeats(repairs=0), at=14).takes(resolution(), at=15).takes(reopen(), at=16)
    house.takes(accept("2-billing"), at=17).takes(owed("guarantee"), at=18)
    assert (house.last(RemedyProposed).basis, house.last(RemedyProposed).counted_from) == ("law.9", second(13))


def test_days_in_repair_before_an_exchange_do_not_lengthen_the_term_of_what_was_given_for_it() -> None:
    house = heater(20).takes(owed("guarantee"), at=11).takes(choose("repair", GUARANTEE, *PAPERS), at=12)
    house.takes(done(GUARANTEE, out_of_use_from=second(-864_000), out_of_use_to=second(10)), at=13).hears(repeats(repairs=2), at=14)
    house.takes(owed("guarantee"), at=15).takes(choose("exchange", "1-guarantee.2", *PAPERS), at=16).takes(done("1-guarantee.2"), at=17)
    assert _days_out_of_use(house.complaint, owed("guarantee", out_of_use_days=300)) == 0, "nor does a paper of the item before"


def test_a_missed_promise_has_its_fixed_sum_once_a_round_and_only_the_clock_says_that_it_was_missed() -> None:
    assert in_progress().takes(owed("missed_promise"), at=400).refusal == "not_entitled"
    house = in_progress().takes(owed("missed_promise"), at=401).takes(choose("compensation", "1-missed_promise"), at=402)
    assert house.last(RemedyIssued).amount == yuan(3000)
    house.takes(done("1-missed_promise"), at=403).takes(owed("missed_promise"), at=404)
    assert house.refusal == "already_given"
    house.takes(resolution(), at=405).takes(reopen(), at=406).takes(accept("2-billing"), at=407)
    assert house.takes(owed("missed_promise"), at=606).refusal == "not_entitled"
    assert house.takes(owed("missed_promise"), at=607).last(RemedyProposed).remedy == "2-missed_promise"


@pytest.mark.parametrize(
    ("command", "see"),
    [
        (owed("missed_promise", "promise_missed"), "promised_resolution"),
        (owed("late", "latte"), "late"),
        (owed("missed_promise", "latte"), None),        # it knows none that anybody could find
    ],
)
def test_a_refused_circumstance_says_which_there_are_and_never_that_one_may_say_what_the_clock_says(
    command: ProposeRemedy, see: str | None
) -> None:
    for at in (11, 500):
        assert in_progress().takes(command, at=at).last(CommandRefused).see == see


def test_what_was_declared_is_paid_and_costs_come_on_top_of_the_price() -> None:
    option = {"kind": "compensation", "sum": "declared_value"}
    rules = policy(entitlements={
        "loss": {"grants": [{"basis": "a", "options": [option]}]},
        "substandard": {"grants": [{"basis": "b", "options": [{"kind": "refund", "sum": "price_and_costs", "sums": {"CNY": 3_500}}]}]},
        "fraud": {"grants": [{"basis": "c", "options": [{"kind": "compensation", "sum": "price", "times": 3, "sums": {"CNY": 50_000}}]}]},
    })  # fmt: skip
    house = in_progress(rules=rules, shipment=ShipmentFacts(declared_value=yuan(80_000)))

    def sum_of(entitlement: str, at: float, **more: object) -> Money | None:
        told = house.takes(owed(entitlement, **more), at=at).last(RemedyProposed)
        house.takes(reject(told.remedy), at=at)
        return told.options[0].amount

    assert sum_of("loss", 11) == yuan(80_000)
    assert sum_of("substandard", 12, amount=yuan(3_500)) == yuan(23_400)
    assert sum_of("substandard", 13) == yuan(19_900)
    assert house.takes(owed("substandard", amount=yuan(3_501)), at=13).refusal == "over_the_cap"
    assert sum_of("fraud", 14) == yuan(59_700)
    assert sum_of("fraud", 15, price=yuan(16_666)) == yuan(50_000), "no less than five hundred"


def test_the_proposer_does_not_approve_under_another_role_and_department() -> None:
    house = in_progress().takes(give(60_000, by=Staff(staff="wang", role="agent")), at=11)
    house.takes(approve(by=Staff(staff="wang", role="head", department="finance")), at=12)
    assert house.refusal == "approver_is_proposer"


# -- what is given ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minor", "approvers"),
    [
        (1, ()),
        (49_999, ()),
        (50_000, ("team_lead", "head")),
        (199_999, ("team_lead", "head")),
        (200_000, ("head",)),
        (500_000, ("head",)),
    ],
)
def test_below_500_nobody_from_500_a_lead_and_from_2000_a_head_approves(minor: int, approvers: tuple[str, ...]) -> None:
    house = in_progress().takes(give(minor), at=11)
    assert house.last(RemedyProposed).approvers == approvers
    assert story_of(house) == ["RemedyProposed", *(() if approvers else ("RemedyIssued",))]


def test_somebody_else_of_the_role_approves_and_then_it_issues() -> None:
    house = in_progress().takes(give(50_000, by=LEAD), at=11).takes(approve(by=LEAD), at=12)
    assert house.refusal == "approver_is_proposer"
    assert house.takes(approve(by=CHIEF), at=13).refusal == "not_the_role"
    house.takes(approve(), at=14).takes(approve(), at=15)
    assert story_of(house) == ["RemedyProposed", "RemedyApproved", "RemedyIssued"] and house.refusal == "already_approved"
    assert house.last(RemedyApproved).by == HEAD and house.last(RemedyIssued).amount == yuan(50_000)


def test_nobody_gives_in_two_pieces_what_they_may_not_give_in_one() -> None:
    house = in_progress().takes(give(49_999), at=11).takes(give(1), at=12)
    assert house.last(RemedyProposed).approvers == ("team_lead", "head")
    other = in_progress().takes(give(49_998), at=11).takes(give(1), at=12)
    assert other.last(RemedyProposed).approvers == ()


def test_the_cap_counts_what_is_issued_and_what_is_pending() -> None:
    house = in_progress().takes(give(49_999), at=11).takes(give(400_000), at=12)
    assert house.takes(give(50_002), at=13).refusal == "over_the_cap"
    assert house.takes(give(50_001), at=14).last(RemedyProposed).remedy == "1-goodwill.3"
    assert house.takes(give(1), at=15).refusal == "over_the_cap"


def test_a_sum_over_the_cap_is_told_what_is_left_as_money() -> None:
    rules = policy(
        goodwill={"JPY": {"cap_minor": 5_000, "bands": [{"from_minor": 0}]}, "CNY": RULES["goodwill"]["CNY"]},
        entitlements={"loss": {"grants": [{"basis": "a", "options": [{"kind": "compensation", "sum": "stated", "sums": {"KWD": 1_500}}]}]}},
    )
    house = in_progress(rules=rules).takes(give(49_950), at=11)

    def left(command: ProposeRemedy) -> str | None:
        refusal = house.takes(command, at=12).last(CommandRefused)
        assert refusal.reason == "over_the_cap"
        return refusal.see

    assert left(give(500_000)) == "4500.50 CNY"
    assert left(give(5_001, currency="JPY")) == "5000 JPY"
    assert left(owed("loss", amount=yuan(1_501, "KWD"))) == "1.500 KWD"


@pytest.mark.parametrize(("gone", "ends"), [(reject("1-goodwill"), "rejected"), (failed("1-goodwill"), "failed")])
def test_what_came_to_nothing_counts_no_more(gone: object, ends: str) -> None:
    house = in_progress().takes(give(500_000), at=11)
    if ends == "failed":
        house.takes(approve(), at=12)
    house.takes(gone, at=13)  # type: ignore[arg-type]
    assert house.complaint.remedies[0].standing == ends
    assert house.takes(give(500_000), at=14).story[-1] == "RemedyProposed"


def test_what_is_owed_never_nets_out_what_is_given() -> None:
    house = heater().takes(owed("guarantee", evidence=["receipt"], price=yuan(10**8)), at=11).takes(choose("refund", GUARANTEE), at=12)
    assert house.takes(give(49_999), at=13).last(RemedyProposed).approvers == ()
    assert balance(each.message for each in house.run.events) == {
        ("entitlement", "issued", "CNY"): 10**8, ("goodwill", "issued", "CNY"): 49_999,
    }  # fmt: skip


def test_no_number_of_apologies_locks_out_what_is_owed_nor_the_other_way_round() -> None:
    assert full().takes(owed(), at=20).takes(choose(), at=21).last(RemedyIssued).remedy == "1-late"
    assert full_of_what_is_owed().takes(give(), at=20).story[-1] == "RemedyIssued"


def test_as_many_remedies_as_there_can_be_are_told_when_it_is_resolved() -> None:
    """Of each ground the most, all of them standing."""
    rules = policy(entitlements={
        f"table_{n}": {"once": "round", "grants": [{"basis": "a", "options": [{"kind": "apology"}]}]} for n in range(20)
    })  # fmt: skip
    house = in_progress(rules=rules)
    for n in range(MOST_OF_A_GROUND):
        house.takes(give(None, "apology"), at=11 + n / 100).takes(owed(f"table_{n % 20}"), at=11 + n / 100)
        house.takes(choose("apology", house.last(RemedyProposed).remedy), at=11 + n / 100)
        if n == 19:
            house.takes(resolution(), at=11.19).takes(reopen(), at=11.19).takes(accept("2-billing"), at=11.19)
    house.takes(resolution("2-billing", answer_parts=["remedy"]), at=12)
    assert len(house.last(ComplaintResolved).remedies) == 2 * MOST_OF_A_GROUND == 50


def test_an_apology_costs_nothing_and_a_repair_that_is_given_tells_its_worth() -> None:
    assert in_progress().takes(give(None, "apology"), at=11).last(RemedyIssued).amount is None
    assert in_progress().takes(give(60_000, "repair"), at=11).last(RemedyProposed).approvers == ("team_lead", "head")


def test_who_proposed_it_may_take_it_back() -> None:
    house = in_progress().takes(give(60_000), at=11).takes(reject(by=CHIEF), at=12)
    assert house.last(RemedyRejected).reason == "too_much"


# -- what becomes of it -------------------------------------------------------------------------------------------------------------------


def test_done_or_failed_comes_back_once() -> None:
    house = in_progress(product=bought(3, category="water_heater")).takes(give(60_000, "repair"), at=11).takes(approve(), at=12)
    house.takes(done(out_of_use_from=second(1), out_of_use_to=second(5)), at=13)
    told = house.last(RemedyDone)
    assert (told.kind, told.product_category, told.out_of_use_to) == ("repair", "water_heater", second(5))
    assert house.takes(failed(), at=14).refusal == "remedy_done"
    assert in_progress().takes(give(), at=11).takes(failed(), at=12).last(RemedyFailed).amount == yuan(10_000)


def test_a_resolution_tells_its_remedies() -> None:
    house = heater().takes(give(), at=11).takes(done(), at=12).takes(owed("guarantee"), at=13).takes(give(60_000), at=14)
    house.takes(reject("1-goodwill.2"), at=15).takes(resolution(answer_parts=["remedy"]), at=16)
    told = house.last(ComplaintResolved).remedies
    assert [(each.remedy, each.kind, each.standing) for each in told] == [
        ("1-goodwill", "compensation", "done"), (GUARANTEE, None, "proposed"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("prepared", "finding", "is_taken"),
    [
        (in_progress, "upheld", False),
        (in_progress, "undetermined", False),
        (in_progress, "not_upheld", True),
        (lambda: in_progress().takes(give(60_000), at=11), "upheld", True),
        (lambda: in_progress().takes(give(), at=11), "partly", True),
        (lambda: in_progress().takes(give(), at=11).takes(failed(), at=12), "upheld", False),
    ],
)
def test_the_answer_may_claim_a_remedy_only_where_there_is_one_or_nothing_was_wrong(
    prepared: Callable[[], House], finding: str, is_taken: bool
) -> None:
    house = prepared().takes(resolution(finding=finding, answer_parts=["remedy"]), at=20)
    assert (house.complaint.stage == "resolved") is is_taken


def test_an_answer_that_needs_a_remedy_lacks_it_until_one_is_proposed() -> None:
    rules = policy(answers=[{"finding": ["upheld"], "parts": ["remedy"]}])
    house = in_progress(rules=rules).takes(resolution(), at=11)
    assert house.refusal == "answer_incomplete"
    assert house.takes(resolution(answer_parts=["remedy"]), at=12).refusal == "remedy_missing"
    assert house.takes(give(), at=13).takes(resolution(answer_parts=["remedy"]), at=14).story[-1] == "ComplaintResolved"


def test_the_customer_may_choose_and_the_head_approve_after_it_is_resolved_and_closed() -> None:
    house = in_progress().takes(owed(), at=11).takes(give(60_000), at=12).takes(resolution(), at=13).takes(choose(), at=14)
    assert house.story[-1] == "RemedyIssued"
    assert house.hears(confirmed(), at=15).takes(approve(), at=16).story[-1] == "RemedyIssued"


def test_a_withdrawn_complaint_keeps_what_is_issued_and_cancels_what_is_pending() -> None:
    house = in_progress().takes(give(), at=11).takes(owed(), at=12).takes(give(60_000), at=13).takes(withdraw(), at=14)
    assert house.story[-3:] == ["ComplaintWithdrawn", "RemedyCancelled", "RemedyCancelled"]
    assert [each.remedy for each in house.run.all(RemedyCancelled)] == ["1-late", "1-goodwill.2"]
    assert house.takes(done(), at=15).story[-1] == "RemedyDone"


def test_what_is_issued_is_told_as_done_also_when_the_customer_was_forgotten() -> None:
    house = in_progress().takes(give(), at=11).takes(resolution(), at=12).hears(confirmed(), at=13).hears(erased(False), at=14)
    assert house.takes(done(), at=15).story[-1] == "RemedyDone"


@pytest.mark.parametrize("is_closed", [False, True])
def test_what_is_pending_is_cancelled_when_the_customer_is_forgotten_and_what_is_issued_is_still_done(is_closed: bool) -> None:
    house = in_progress().takes(give(), at=11).takes(owed(), at=12).takes(give(60_000), at=13)
    if is_closed:
        house.takes(resolution(), at=14).hears(confirmed(), at=15)
    house.hears(erased(not is_closed), at=16)
    assert house.story[-2:] == ["RemedyCancelled", "RemedyCancelled"]
    assert [(each.remedy, each.reason) for each in house.run.all(RemedyCancelled)] == [("1-late", "erased"), ("1-goodwill.2", "erased")]
    assert house.takes(done(), at=17).story[-1] == "RemedyDone"


def test_a_repeated_erasure_takes_nothing_away_that_was_proposed_since_but_nothing_is_left_pending_at_the_end() -> None:
    """Of an open complaint the work goes on without its customer, and may need a remedy for its answer."""
    house = in_progress().hears(erased(), at=11).takes(give(60_000), at=12).hears(erased(), at=13)
    assert house.story[-1] == "RemedyProposed"
    house.takes(resolution(answer_parts=["remedy"]), at=14).hears(confirmed(), at=15)
    assert house.story[-2:] == ["ComplaintClosed", "RemedyCancelled"] and house.last(RemedyCancelled).reason == "erased"


def test_what_is_pending_of_a_customer_who_is_known_outlives_the_closing() -> None:
    house = in_progress().takes(give(60_000), at=12).takes(resolution(), at=14).hears(confirmed(), at=15)
    assert house.complaint.remedies[0].is_pending


def test_a_remedy_of_an_earlier_round_can_still_be_chosen_in_a_later_one() -> None:
    house = in_progress().takes(owed(), at=11).takes(resolution(answer_parts=["remedy"]), at=12).takes(reopen(), at=13)
    house.takes(accept("2-billing"), at=14).takes(choose(), at=15)
    assert (house.last(RemedyIssued).remedy, house.last(RemedyIssued).round) == ("1-late", 2)


def test_the_books_balance() -> None:
    house = in_progress().takes(give(20_000), at=11).takes(give(60_000), at=12).takes(approve("1-goodwill.2"), at=13)
    for n, command in enumerate((give(100), give(200, "refund"), owed(), choose(), done("1-late"), done(), failed("1-goodwill.2"))):
        house.takes(command, at=14 + n)
    house.takes(reject("1-goodwill.3"), at=30).takes(withdraw(), at=31)
    told = balance(each.message for each in house.run.events)
    assert told == balance_of(house.complaint)
    assert told == {
        ("goodwill", "done", "CNY"): 20_000, ("goodwill", "failed", "CNY"): 60_000, ("goodwill", "rejected", ""): 1,
        ("goodwill", "cancelled", ""): 1, ("entitlement", "done", "CNY"): 19_900,
    }  # fmt: skip


def test_what_is_issued_names_the_version_by_which_it_was_proposed_for_nothing_of_it_was_decided_by_a_later_one() -> None:
    """Sums, options, papers and approvers are kept as they were: by the new version nothing is owed, and nobody has to approve."""
    dearer = policy(reference="test/routing@2", goodwill={"CNY": {"cap_minor": 10**9, "bands": [{"from_minor": 0}]}}, entitlements={})
    house = in_progress().takes(owed(), at=11).takes(give(60_000), at=12).under(dearer).takes(choose(), at=13)
    assert (house.last(RemedyIssued).amount, house.last(RemedyIssued).policy) == (yuan(19_900), "test/routing@1")
    assert house.takes(approve(), at=14).last(RemedyIssued).policy == "test/routing@1"
    assert house.takes(give(), at=15).last(RemedyIssued).policy == "test/routing@2"


def test_two_payments_have_two_keys_and_a_repeated_command_has_none_of_its_own() -> None:
    house = in_progress().takes(give(), at=11).takes(give(), at=12)
    ids = [each.envelope.id for each in house.run.events if isinstance(each.message, RemedyIssued)]
    assert len(set(ids)) == 2


def test_only_a_repair_takes_the_item_away_and_no_day_counts_twice() -> None:
    sorry = in_progress().takes(give(None, "apology"), at=11)
    assert sorry.takes(done(out_of_use_from=second(-9_000), out_of_use_to=second(1)), at=12).refusal == "out_of_use_wrong"
    away = {"out_of_use_from": second(-9 * 86_400), "out_of_use_to": second(1)}
    house, again = heater(5).takes(owed("guarantee"), at=11).takes(choose("repair", GUARANTEE, *PAPERS), at=12), "1-guarantee.2"
    house.takes(done(GUARANTEE, **away), at=13)
    house.takes(owed("guarantee"), at=14).takes(choose("repair", again, *PAPERS), at=15).takes(done(again, **away), at=16)
    assert [each.out_of_use_seconds for each in house.complaint.remedies] == [5 * 86_400 + 1, 0], "from the sale on, and once"


def test_what_failed_and_is_given_again_is_somebody_elses_to_see() -> None:
    """Else one agent gives 499.99 as often as they say that it failed."""
    house = in_progress().takes(give(49_999), at=11).takes(failed("1-goodwill"), at=12).takes(give(49_999), at=13)
    assert story_of(house).count("RemedyIssued") == 1 and house.last(RemedyProposed).approvers
