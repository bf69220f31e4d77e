"""Remedies in any order, drawn by Hypothesis: two currencies with a cap each, and several tables that owe the same item."""

import os
from collections.abc import Iterator

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.common import CommandRefused
from contracts.model import Command, Staff
from contracts.money import in_figures
from contracts.routing import (
    RemedyCancelled,
    RemedyDone,
    RemedyFailed,
    RemedyIssued,
    RemedyProposed,
    RemedyRejected,
)
from services.routing.remedies.ledger import Remedy
from services.routing.state import Complaint
from tests.core.routing.house import (
    CHIEF,
    HEAD,
    RULES,
    House,
    accept,
    approve,
    choose,
    confirmed,
    done,
    erased,
    failed,
    give,
    in_progress,
    not_called,
    owed,
    policy,
    reject,
    reopen,
    resolution,
    withdraw,
    yuan,
)
from tests.core.routing.ledger import balance, balance_of

EXAMPLES = os.environ.get("EXAMPLES")
CAPS = {"CNY": 500_000, "JPY": 9_000}
REFUND = {"kind": "refund", "sum": "price"}
OPTIONS = {
    "back": [REFUND, {"kind": "repair"}],
    "anew": [{"kind": "exchange"}, {"kind": "re_delivery"}],
    "any": [REFUND, {"kind": "exchange"}, {"kind": "repair"}, {"kind": "compensation", "sum": "fixed", "sums": {"CNY": 900}}],
    "loss": [{"kind": "compensation", "sum": "declared_value"}],
    "fell": [{"kind": "price_difference", "sum": "stated", "sums": {"CNY": 5_000}}],
}
ONCE = {"anew": "complaint", "loss": "round"}
PRICE = yuan(19_900)
IN_TWO_CURRENCIES = policy(
    goodwill=RULES["goodwill"] | {"JPY": {"cap_minor": CAPS["JPY"], "bands": [
        {"from_minor": 0, "below_minor": 3_000}, {"from_minor": 3_000, "approvers": ["head"]},
    ]}},
    entitlements={
        name: {"once": ONCE.get(name), "grants": [{"basis": name, "options": options}]} for name, options in OPTIONS.items()
    } | {"missed_promise": RULES["entitlements"]["missed_promise"]},
)  # fmt: skip
FOR_THE_PRICE = ("refund", "exchange", "re_delivery")
TABLES = st.sampled_from([*OPTIONS, "missed_promise"])


def stands_for_the_item(remedy: Remedy) -> bool:
    """The customer has, or is to have, the money or the goods."""
    return remedy.standing in ("issued", "done") and (remedy.kind in FOR_THE_PRICE or remedy.entitlement == "loss")


class Remedies(RuleBasedStateMachine):
    @initialize()
    def is_worked_on(self) -> None:
        self.house: House = in_progress(rules=IN_TWO_CURRENCIES)
        self.at = 11.0

    @property
    def state(self) -> Complaint:
        return self.house.complaint

    def asks(self, command: Command) -> str:
        """What is answered last."""
        self.at += 1
        return self.house.takes(command, self.at).told[-1]

    @property
    def owed_ones(self) -> list[Remedy]:
        return [each for each in self.state.remedies if each.ground == "entitlement"]

    def given(self, currency: str) -> int:
        """Of goodwill, as whoever reads the events adds it up."""
        worth = {each.remedy: each.options[0].amount for each in self.house.run.all(RemedyProposed) if each.ground == "goodwill"}
        ends = (RemedyRejected, RemedyFailed, RemedyCancelled)
        gone = {each.remedy for end in ends for each in self.house.run.all(end)}
        return sum(money.amount_minor for id, money in worth.items() if id not in gone and money and money.currency == currency)

    # -- what is asked --------------------------------------------------------------------------------------------------------------------

    @rule(
        minor=st.sampled_from([1, 999, 2_999, 3_000, 6_000, 9_000, 49_999, 50_000, 300_000, 500_000]), currency=st.sampled_from([*CAPS]),
        kind=st.sampled_from(["compensation", "refund", "repair", "exchange"]), by=st.sampled_from([CHIEF, HEAD]),
    )  # fmt: skip
    def something_is_given(self, minor: int, currency: str, kind: str, by: Staff) -> None:
        left = CAPS[currency] - self.given(currency)
        said = self.asks(give(minor, kind, currency, by))
        assert said == ("CommandRefused" if minor > left else said)
        if said == "CommandRefused" and (refusal := self.house.last(CommandRefused)).reason == "over_the_cap":
            assert minor > left and refusal.see == in_figures(yuan(left, currency))

    @rule(table=TABLES)
    def something_is_owed(self, table: str) -> None:
        self.asks(owed(table, declared_value=PRICE, amount=yuan(500)))

    @rule(table=TABLES)
    def what_is_owed_can_be_had(self, table: str) -> None:
        """No proposal without a thing to choose, at once."""
        if self.asks(owed(table, declared_value=PRICE, amount=yuan(500))) == "RemedyProposed":
            told = self.house.last(RemedyProposed)
            assert any(self.asks(choose(each.kind, told.remedy)) == "RemedyIssued" for each in told.options)

    @rule(data=st.data())
    def the_customer_chooses(self, data: st.DataObject) -> None:
        if pending := [each for each in self.owed_ones if each.is_pending]:
            remedy = data.draw(st.sampled_from(pending))
            self.asks(choose(data.draw(st.sampled_from([each.kind for each in remedy.options])), remedy.id))

    @rule(data=st.data(), what=st.sampled_from([approve, reject, done, done, failed]))
    def it_goes_on(self, data: st.DataObject, what: object) -> None:
        if self.state.remedies:
            self.asks(what(data.draw(st.sampled_from(self.state.remedies)).id))  # type: ignore[operator]

    @rule()
    def all_that_is_issued_is_done(self) -> None:
        for remedy in self.state.remedies:
            if remedy.standing == "issued":
                self.asks(done(remedy.id))

    @rule()
    def a_new_round_begins(self) -> None:
        for command in (resolution(f"{self.state.round}-billing"), reopen(), accept(f"{self.state.round + 1}-billing")):
            self.asks(command)

    @rule()
    def nobody_calls_back(self) -> None:
        self.at += 1
        self.house.hears(not_called(self.state.round), self.at)

    @rule(tables=st.permutations([*OPTIONS]), is_done=st.booleans(), data=st.data())
    def of_tables_side_by_side_the_customer_wants_all(self, tables: list[str], is_done: bool, data: st.DataObject) -> None:
        for table in tables:
            self.asks(owed(table, declared_value=PRICE, amount=yuan(500)))
        for remedy in [each for each in self.owed_ones if each.is_pending]:
            self.asks(choose(data.draw(st.sampled_from([each.kind for each in remedy.options])), remedy.id))
            if is_done:
                self.asks(done(remedy.id))

    @rule()
    def time_passes(self) -> None:
        self.at += 450

    @rule(how=st.sampled_from(["withdrawn", "closed", "erased", "erased and closed"]))
    def it_comes_to_an_end(self, how: str) -> None:
        """With something pending; what is erased may go on."""
        self.asks(give(60_000))
        self.at += 1
        match how:
            case "withdrawn":
                self.asks(withdraw())
            case "closed":
                self.asks(resolution(f"{self.state.round}-billing"))
                self.house.hears(confirmed(self.state.round), self.at)
            case "erased":
                self.house.hears(erased(self.state.stage not in ("closed", "withdrawn")), self.at)
            case "erased and closed":
                self.house.hears(erased(), self.at)
                self.asks(owed("any"))
                self.asks(resolution(f"{self.state.round}-billing"))
                self.house.hears(confirmed(self.state.round), self.at)

    # -- what holds -----------------------------------------------------------------------------------------------------------------------

    @invariant()
    def no_currency_takes_more_than_its_cap(self) -> None:
        assert all(self.given(currency) <= cap for currency, cap in CAPS.items())

    @invariant()
    def the_item_is_paid_for_once_and_not_also_replaced(self) -> None:
        issued = [each.remedy for each in self.house.run.all(RemedyIssued)]
        standing = sorted((each for each in self.owed_ones if stands_for_the_item(each)), key=lambda each: issued.index(each.id))
        paid = [n for n, each in enumerate(standing) if each.kind in ("refund", "compensation")]
        assert paid in ([], [len(standing) - 1]), "nothing comes after the money, and it comes once"
        under_way = [each for each in standing if each.standing == "issued"]
        assert len(under_way) <= 1
        back = [each for each in self.owed_ones if each.kind in ("refund", "price_difference") and each.standing in ("issued", "done")]
        assert sum(each.amount.amount_minor for each in back if each.amount) <= PRICE.amount_minor

    @invariant()
    def what_is_being_repaired_is_not_paid_for(self) -> None:
        if any(each.kind == "repair" and each.standing == "issued" for each in self.owed_ones):
            assert not any(stands_for_the_item(each) and each.standing == "issued" for each in self.owed_ones)

    @invariant()
    def nothing_is_left_open_of_which_nothing_can_come(self) -> None:
        is_over = self.state.stage == "withdrawn" or (self.state.is_erased and self.state.stage == "closed")
        assert not (is_over and any(each.is_pending for each in self.state.remedies))
        if any(each.kind == "refund" and each.standing == "done" for each in self.owed_ones):
            assert not any(each.is_pending and set(self._kinds(each)) <= {*FOR_THE_PRICE, "repair"} for each in self.owed_ones)

    def _kinds(self, remedy: Remedy) -> Iterator[str]:
        return (each.kind for each in remedy.options)

    @invariant()
    def a_missed_promise_has_one_sum(self) -> None:
        sums = [each.promised_in for each in self.owed_ones if each.entitlement == "missed_promise" and each.counts]
        assert len(sums) == len(set(sums)) and all(round is not None and round <= self.state.round for round in sums)

    @invariant()
    def the_books_balance(self) -> None:
        assert balance(each.message for each in self.house.run.events) == balance_of(self.state)
        assert {each.remedy for each in self.house.run.all(RemedyDone)} <= {each.remedy for each in self.house.run.all(RemedyIssued)}

    @invariant()
    def it_can_be_stored(self) -> None:
        assert Complaint.model_validate_json(self.state.model_dump_json()) == self.state


Remedies.TestCase.settings = settings(
    max_examples=int(EXAMPLES or 100), stateful_step_count=30, derandomize=EXAMPLES is None, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
TestRemediesInAnyOrder = Remedies.TestCase
