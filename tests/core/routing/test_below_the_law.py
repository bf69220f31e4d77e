"""A contract may extend the law, never undercut it: a table that gives less than the one it extends is a fault (§2.5)."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from contracts.routing import RemedyProposed
from services.routing.remedies.faults import of_remedies
from tests.core.routing.house import START, in_progress, owed, policy

REPAIR: dict[str, Any] = {"basis": "a", "options": [{"kind": "repair"}]}
EXCHANGE: dict[str, Any] = {"basis": "b", "options": [{"kind": "exchange"}]}
WITH_COSTS = {"kind": "refund", "sum": "price_and_costs", "sums": {"CNY": 1}}
SALE_7, RECEIPT_7 = {"since": "sale", "days": 7}, {"since": "receipt", "days": 7}
TERM = {"since": "sale", "days": 365, "excludes_out_of_use": True}
LAW: dict[str, Any] = {
    "grants": [
        {"basis": "law.9", "within": SALE_7, "unless": ["misuse"], "evidence": ["receipt"],
         "options": [{"kind": "refund", "sum": "price"}, {"kind": "exchange"}, {"kind": "repair"}]},
        {"basis": "law.11", "repairs": 2, "within": TERM, "unless": ["misuse"], "evidence": ["receipt"], "options": [{"kind": "exchange"}]},
        {"basis": "law.17", "is_charged": True, "options": [{"kind": "repair"}]},
    ]
}  # fmt: skip
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CALENDARS: dict[str, Any] = {
    name: {"zone": zone, "weekly": {day: [["09:00", "17:00"]] for day in WEEK[:days]}, "holidays": dict.fromkeys(holidays, "feast")}
    for name, zone, days, holidays in (
        ("desk", "UTC", 5, ()), ("twin", "UTC", 5, ()), ("shop", "UTC", 6, ()), ("east", "Asia/Shanghai", 7, ()),
        ("feast", "UTC", 7, ("2026-02-27", "2026-02-28", "2026-03-01")), ("friday", "UTC", 7, ("2026-02-27",)),
    )
}  # fmt: skip
"""Open on the first days of the week.  The complaint is of Monday, the second of March."""


def fault(law: dict[str, Any], terms: dict[str, Any]) -> str | None:
    """What is wrong with the terms, which extend the law."""
    entitlements = {"law": law, "terms": terms | {"extends": "law"}}
    found = [*of_remedies(policy(calendars=CALENDARS, entitlements=entitlements))]
    assert all(field == "entitlements.terms.extends" for field, _ in found) and len(found) < 2
    return found[0][1] if found else None


def table(*grants: dict[str, Any]) -> dict[str, Any]:
    return {"grants": grants}


def within(since: str, days: int, calendar: str | None = None, *, is_term: bool = False) -> dict[str, Any]:
    return {"since": since, "days": days, "calendar": calendar, "excludes_out_of_use": is_term}


def contract(**changes: Any) -> str | None:
    """A contract that says what the law says but for these lines' changes, `n__field`."""
    terms = deepcopy(LAW)
    for name, value in changes.items():
        n, _, field = name[1:].partition("__")
        terms["grants"][int(n)][field] = value
    return fault(LAW, terms)


# -- what is less -------------------------------------------------------------------------------------------------------------------------


def test_what_the_law_says_is_not_below_it() -> None:
    assert contract() is None


@pytest.mark.parametrize(
    ("changes", "less"),
    [
        ({"_0__within": {"since": "sale", "days": 6}}, "on day 7 after 0 repairs the law gives refund"),
        ({"_0__options": [{"kind": "exchange"}, {"kind": "repair"}]}, "on day 0 after 0 repairs the law gives refund"),
        ({"_0__evidence": ["receipt", "box"]}, "on day 0 after 0 repairs the law gives it without box"),
        ({"_0__unless": ["misuse", "opened"]}, "on day 0 after 0 repairs, opened the law gives refund"),
        ({"_0__given": ["nice"], "_0__unless": []}, "on day 0 after 0 repairs the law gives refund"),
        ({"_1__repairs": 3}, "on day 8 after 2 repairs the law gives exchange"),
        ({"_1__within": {"since": "sale", "days": 365}}, "on day 366 (1 of them out of use) after 2 repairs the law gives exchange"),
        (
            {"_0__options": [{"kind": "refund", "sum": "declared_value"}, *LAW["grants"][0]["options"][1:]]},
            "on day 0 after 0 repairs the law gives refund",
        ),
    ],
)
def test_a_contract_may_extend_the_law_and_never_undercut_it(changes: dict[str, Any], less: str) -> None:
    assert contract(**changes) == f"it is below the law that it extends: {less}."


@pytest.mark.parametrize(
    "changes",
    [
        {"_0__within": {"since": "sale", "days": 15}},
        {"_0__within": RECEIPT_7},
        {"_0__options": [WITH_COSTS, {"kind": "repair"}, {"kind": "apology"}, {"kind": "exchange"}]},
        {"_0__evidence": []},
        {"_0__unless": []},
        {"_1__repairs": 1},
        {"_1__within": TERM | {"days": 730}},
        {"_2__is_charged": False},
    ],
)
def test_more_than_the_law_is_no_fault(changes: dict[str, Any]) -> None:
    assert contract(**changes) is None


@pytest.mark.parametrize(
    ("law", "terms", "is_less"),
    [
        (None, "complaint", True),
        (None, "round", True),
        ("round", "complaint", True),
        ("round", "round", False),
        ("complaint", "round", False),
        ("complaint", None, False),
    ],
)
def test_what_the_law_gives_again_is_not_given_once(law: str | None, terms: str | None, is_less: bool) -> None:
    assert bool(fault(table(REPAIR) | {"once": law}, table(REPAIR) | {"once": terms})) is is_less


def test_a_fixed_sum_of_the_law_is_given_in_each_of_its_currencies() -> None:
    def found(**sums: int) -> str | None:
        def fixed(sums: dict[str, int]) -> dict[str, Any]:
            return table({"basis": "a", "options": [{"kind": "compensation", "sum": "fixed", "sums": sums}]})

        return fault(fixed({"CNY": 100, "EUR": 10}), fixed(sums))

    assert found(CNY=100, EUR=10) is None and found(CNY=101, EUR=10, USD=1) is None
    assert found(CNY=99, EUR=10) and found(CNY=100)


# -- days ---------------------------------------------------------------------------------------------------------------------------------

DESK_7, EAST_7, TERM_7 = within("sale", 7, "desk"), within("sale", 7, "east"), within("sale", 7, is_term=True)
LESS: list[tuple[dict[str, Any], list[dict[str, Any]], tuple[int, int, int], str]] = [
    (RECEIPT_7, [SALE_7], (8, 1, 0), "on day 8, received on day 1, after 0 repairs"),
    (RECEIPT_7, [within("sale", 1000)], (1001, 994, 0), "on day 1001, received on day 994, after 0 repairs"),
    (TERM, [within("sale", 400)], (401, 0, 36), "on day 401 (36 of them out of use) after 0 repairs"),
    (TERM, [within("sale", 3000)], (3001, 0, 2636), "on day 3001 (2636 of them out of use) after 0 repairs"),
    (TERM, [within("receipt", 3000)], (3001, 0, 2636), "on day 3001 (2636 of them out of use) after 0 repairs"),
    (RECEIPT_7, [within("sale", 500, is_term=True)], (501, 494, 0), "on day 501, received on day 494, after 0 repairs"),
    (
        within("receipt", 7, is_term=True),
        [RECEIPT_7, within("sale", 90, is_term=True)],
        (92, 84, 1),
        "on day 92 (1 of them out of use), received on day 84, after 0 repairs",
    ),
    (DESK_7, [SALE_7], (8, 0, 0), "on day 8 (by desk the end is 1 day later) after 0 repairs"),
    (DESK_7, [within("sale", 8)], (9, 0, 0), "on day 9 (by desk the end is 2 days later) after 0 repairs"),
    (within("sale", 7, "feast"), [within("sale", 9)], (10, 0, 0), "on day 10 (by feast the end is 3 days later) after 0 repairs"),
    (within("sale", 7, "feast"), [within("sale", 7, "friday")], (8, 0, 0), "on day 8 (by feast the end is 2 days later) after 0 repairs"),
    (
        TERM | {"calendar": "desk"},
        [TERM, within("sale", 1000)],
        (1001, 0, 635),
        "on day 1001 (635 of them out of use; by desk the end is 1 day later) after 0 repairs",
    ),
    (
        within("receipt", 7, "desk"),
        [RECEIPT_7, within("sale", 90)],
        (91, 83, 0),
        "on day 91 (by desk the end is 1 day later), received on day 83, after 0 repairs",
    ),
]
"""What the law says, what the contract says, and a situation in which that is less: days since the sale, on the way, and out of use."""


def lines(*withins: dict[str, Any]) -> dict[str, Any]:
    """The customer has a repair within any of these times."""
    return table(*(REPAIR | {"within": each} for each in withins))


@pytest.mark.parametrize(("law", "terms", "situation", "when"), LESS)
def test_another_way_of_counting_does_not_pass_for_as_many_days(
    law: dict[str, Any], terms: list[dict[str, Any]], situation: tuple[int, int, int], when: str
) -> None:
    assert fault(lines(law), lines(*terms)) == f"it is below the law that it extends: {when} the law gives repair."


@pytest.mark.parametrize(("law", "terms", "situation", "when"), LESS)
def test_the_situation_that_is_told_is_one_in_which_the_law_gives_and_the_contract_does_not(
    law: dict[str, Any], terms: list[dict[str, Any]], situation: tuple[int, int, int], when: str
) -> None:
    day, way, out_of_use = situation
    sold, received = START - timedelta(days=day), START - timedelta(days=day - way)
    house = in_progress(rules=policy(calendars=CALENDARS, entitlements={"law": lines(law), "terms": lines(*terms)}))
    assert house.takes(owed("terms", sold_at=sold, received_at=received, out_of_use_days=out_of_use), at=11).refusal == "not_entitled"
    house.takes(owed("law", sold_at=sold, received_at=received, out_of_use_days=out_of_use), at=12)
    assert [option.kind for option in house.last(RemedyProposed).options] == ["repair"]


@pytest.mark.parametrize(
    ("law", "terms", "when"),
    [
        (DESK_7, [within("sale", 7, "shop")], "on day 8 (by desk the end is 1 day later)"),
        (SALE_7, [EAST_7], "on day 8 (by UTC the end is 1 day later)"),
        (EAST_7, [SALE_7], "on day 8 (by east the end is 1 day later)"),
        (within("receipt", 7, "east"), [EAST_7], "on day 8, received on day 1,"),
        (within("receipt", 7, "east"), [EAST_7, RECEIPT_7], "on day 8 (by east the end is 1 day later)"),
    ],
)
def test_ends_differ_by_the_days_of_business_and_by_the_zone(law: dict[str, Any], terms: list[dict[str, Any]], when: str) -> None:
    """Where it is tomorrow in the east when the goods are sold, or received, or asked for again."""
    assert fault(lines(law), lines(*terms)) == f"it is below the law that it extends: {when} after 0 repairs the law gives repair."


@pytest.mark.parametrize(
    ("law", "terms"),
    [
        (DESK_7, [DESK_7]),
        (DESK_7, [within("sale", 7, "twin")]),
        (DESK_7, [within("sale", 9)]),
        (SALE_7, [DESK_7]),
        (within("sale", 7, "shop"), [DESK_7]),
        (within("sale", 7, "feast"), [within("sale", 10)]),
        (within("sale", 7, "friday"), [within("sale", 7, "feast")]),
        (TERM_7 | {"calendar": "desk"}, [within("receipt", 9, is_term=True)]),
        (SALE_7, [within("receipt", 7, "desk", is_term=True)]),
        (SALE_7, [within("sale", 8, "east")]),
        (EAST_7, [within("receipt", 7, "east"), SALE_7]),
        (within("sale", 9), [SALE_7, {"since": "sale", "days": 9}]),
    ],
)
def test_as_many_days_by_another_way_of_counting_are_no_fault(law: dict[str, Any], terms: list[dict[str, Any]]) -> None:
    assert fault(lines(law), lines(*terms)) is None


# -- circumstances ------------------------------------------------------------------------------------------------------------------------

MANY = [f"w{n}" for n in range(12)]


def test_what_only_many_circumstances_together_take_away_is_less() -> None:
    charged = REPAIR | {"given": ["w2", "w5", "w7", "w11"], "unless": ["w1"], "is_charged": True}
    known = [EXCHANGE | {"given": [word]} for word in MANY]
    everything = REPAIR | {"options": [{"kind": "repair"}, {"kind": "exchange"}]}
    less = "on day 0 after 0 repairs, w11 and w2 and w5 and w7 the law gives exchange"
    assert fault(table(*known, REPAIR), table(charged, everything)) == f"it is below the law that it extends: {less}."


def test_what_cannot_be_found_together_takes_nothing_away() -> None:
    """The last line would be less, and never decides: whatever is found, one before it does."""
    either = [REPAIR | {"given": [word]} for word in MANY] + [REPAIR | {"unless": [word]} for word in MANY]
    assert fault(table(REPAIR), table(*either, EXCHANGE)) is None
    without = table(*(REPAIR | {"unless": [word]} for word in MANY), EXCHANGE)
    less = f"on day 0 after 0 repairs, {' and '.join(sorted(MANY))} the law gives repair"
    assert fault(table(REPAIR), without) == f"it is below the law that it extends: {less}."


def test_a_line_that_the_law_itself_puts_before_another_is_what_it_gives() -> None:
    law = table(EXCHANGE | {"given": ["w1", "w2", "w3"]}, REPAIR | {"given": ["w1"]})
    assert fault(law, table(EXCHANGE | {"given": ["w1", "w2", "w3"]}, REPAIR | {"given": ["w1"]})) is None
    less = "on day 0 after 0 repairs, w1 and w2 and w3 the law gives exchange"
    assert fault(law, table(REPAIR | {"given": ["w1"]})) == f"it is below the law that it extends: {less}."


def test_the_plainest_situation_is_told() -> None:
    """Days on the way, days out of use and circumstances only where it takes them."""
    law = table(REPAIR | {"given": ["w1"]}, EXCHANGE | {"within": RECEIPT_7}, REPAIR | {"within": TERM, "repairs": 2})
    terms = table(REPAIR | {"given": ["w1", "w2"]}, EXCHANGE | {"within": SALE_7}, REPAIR | {"within": SALE_7})
    assert fault(law, terms) == "it is below the law that it extends: on day 8 after 2 repairs the law gives repair."
