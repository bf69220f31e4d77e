"""What a policy may not say of remedies: a band with a gap, a table below the law that it extends, words that nobody knows (§2.5)."""

from copy import deepcopy
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.routing.remedies.below import below
from services.routing.remedies.faults import of_remedies
from services.routing.remedies.rules import Entitlement, Goodwill, Grant, Within
from services.routing.remedies.table import Case, fits, fitting
from tests.core.routing.house import RULES, policy

WITH_COSTS = {"kind": "refund", "sum": "price_and_costs", "sums": {"CNY": 1}}
LAW: dict[str, Any] = {
    "grants": [
        {"basis": "law.9", "within": {"since": "sale", "days": 7}, "unless": ["misuse"], "evidence": ["receipt"],
         "options": [{"kind": "refund", "sum": "price"}, {"kind": "exchange"}, {"kind": "repair"}]},
        {"basis": "law.11", "repairs": 2, "within": {"since": "sale", "days": 365, "excludes_out_of_use": True}, "unless": ["misuse"],
         "evidence": ["receipt"], "options": [{"kind": "exchange"}]},
        {"basis": "law.17", "is_charged": True, "options": [{"kind": "repair"}]},
    ]
}  # fmt: skip


def faults(**changes: Any) -> list[str]:
    return [f"{field}: {sentence}" for field, sentence in of_remedies(policy(**changes))]


def of_bands(*bands: dict[str, Any], cap: int = 1000) -> list[str]:
    return faults(goodwill={"CNY": {"cap_minor": cap, "bands": bands}})


def contract(**changes: Any) -> list[str]:
    """A contract that says what the law says but for these lines' changes, `n__field`."""
    table = deepcopy(LAW)
    for name, value in changes.items():
        n, _, field = name[1:].partition("__")
        table["grants"][int(n)][field] = value
    return faults(entitlements={"law": LAW, "terms": table | {"extends": "law"}})


def test_what_the_tests_use_has_no_fault() -> None:
    assert faults() == [] and contract() == []


# -- goodwill -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bands", "fault"),
    [
        ([{"from_minor": 1}], "goodwill.CNY.bands.0.from_minor: the bands have a gap: nobody may give less than 1."),
        (
            [{"from_minor": 0, "below_minor": 500}, {"from_minor": 501}],
            "goodwill.CNY.bands.1.from_minor: it begins at 501, and the band before ends below 500: a gap, in which nobody may approve.",
        ),
        (
            [{"from_minor": 0, "below_minor": 500}, {"from_minor": 499}],
            "goodwill.CNY.bands.1.from_minor: it begins at 499, and the band before ends below 500: both hold for one sum.",
        ),
        (
            [{"from_minor": 0}, {"from_minor": 500}],
            "goodwill.CNY.bands.1.from_minor: it begins at 500, and the band before has no end: both hold for one sum.",
        ),
        (
            [{"from_minor": 0, "below_minor": 1000}],
            "goodwill.CNY.bands.0.below_minor: the bands have a gap: the cap is 1000, and they end below 1000.",
        ),
        (
            [{"from_minor": 0, "below_minor": 500, "approvers": ["head"]}, {"from_minor": 500}],
            "goodwill.CNY.bands.1.approvers: it needs nobody's approval, though smaller sums do.",
        ),
        *(
            (
                [{"from_minor": 0, "below_minor": 500, "approvers": lower}, {"from_minor": 500, "approvers": higher}],
                "goodwill.CNY.bands.1.approvers: it needs nobody higher than the smaller sums of the band before do.",
            )
            for lower, higher in ((["head"], ["team_lead"]), (["team_lead"], ["team_lead", "head"]), (["head"], ["director", "team_lead"]))
        ),
        (
            [{"from_minor": 0, "below_minor": 500}, {"from_minor": 500, "below_minor": 200}, {"from_minor": 200}],
            "goodwill.CNY.bands.1.below_minor: no sum is in it: it begins at 500 and ends below 200.",
        ),
        (
            [{"from_minor": 500}, {"from_minor": 0, "below_minor": 500}],
            "goodwill.CNY.bands.0.from_minor: the bands have a gap: nobody may give less than 500.",
        ),
        (
            [{"from_minor": 0, "approvers": ["pope"]}],
            "goodwill.CNY.bands.0.approvers: nobody has the role pope: levels and heads name director, head, team_lead.",
        ),
    ],
)
def test_bands_have_no_gap_do_not_overlap_and_name_roles_that_there_are(bands: list[dict[str, Any]], fault: str) -> None:
    assert fault in of_bands(*bands)


def test_bands_that_end_beyond_the_cap_are_whole() -> None:
    assert of_bands({"from_minor": 0, "below_minor": 500}, {"from_minor": 500, "below_minor": 1001}) == []


@given(st.lists(st.integers(1, 1000), max_size=8, unique=True).map(sorted), st.integers(1, 1000))
def test_without_a_fault_every_sum_up_to_the_cap_is_in_one_band(edges: list[int], cap: int) -> None:
    bounds = [0, *edges, None]
    bands = [{"from_minor": low, "below_minor": high} for low, high in pairwise(bounds)]
    assert of_bands(*bands, cap=cap) == []
    told = Goodwill.model_validate({"cap_minor": cap, "bands": bands}).bands
    for minor in {*range(0, cap + 1, 37), *edges, cap}:
        assert sum(band.from_minor <= minor and (band.below_minor is None or minor < band.below_minor) for band in told) == 1


# -- what is owed -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "less"),
    [
        ({"_0__within": {"since": "sale", "days": 6}}, "on day 7 after 0 repairs the law gives refund"),
        ({"_0__options": [{"kind": "exchange"}, {"kind": "repair"}]}, "on day 0 after 0 repairs the law gives refund"),
        ({"_0__evidence": ["receipt", "box"]}, "on day 0 after 0 repairs the law gives it without box"),
        ({"_0__unless": ["misuse", "opened"]}, "on day 0 after 0 repairs, opened the law gives refund"),
        ({"_0__given": ["nice"], "_0__unless": []}, "on day 0 after 0 repairs the law gives refund"),
        ({"_1__repairs": 3}, "on day 8 after 2 repairs the law gives exchange"),
        (
            {"_1__within": {"since": "sale", "days": 365}},
            "on day 366 (30 of them out of use) after 2 repairs the law gives exchange",
        ),
        ({"_0__options": [{"kind": "refund", "sum": "declared_value"}, *LAW["grants"][0]["options"][1:]]}, "the law gives refund"),
    ],
)
def test_a_contract_may_extend_the_law_and_never_undercut_it(changes: dict[str, Any], less: str) -> None:
    (fault,) = contract(**changes)
    assert fault.startswith("entitlements.terms.extends: it is below the law that it extends: ") and less in fault


@pytest.mark.parametrize(
    "changes",
    [
        {"_0__within": {"since": "sale", "days": 15}},
        {"_0__within": {"since": "receipt", "days": 7}},
        {"_0__options": [WITH_COSTS, {"kind": "repair"}, {"kind": "apology"}, {"kind": "exchange"}]},
        {"_0__evidence": []},
        {"_0__unless": []},
        {"_1__repairs": 1},
        {"_1__within": {"since": "sale", "days": 730, "excludes_out_of_use": True}},
        {"_2__is_charged": False},
    ],
)
def test_more_than_the_law_is_no_fault(changes: dict[str, Any]) -> None:
    assert contract(**changes) == []


def test_seven_days_from_the_sale_are_less_than_seven_from_the_receipt() -> None:
    law = {"grants": [{"basis": "a", "within": {"since": "receipt", "days": 7}, "options": [{"kind": "repair"}]}]}
    terms = {"grants": [{"basis": "b", "within": {"since": "sale", "days": 7}, "options": [{"kind": "repair"}]}], "extends": "law"}
    assert "received on day 7" in faults(entitlements={"law": law, "terms": terms})[0]


def _terms(law: dict[str, Any], terms: dict[str, Any], law_more: dict[str, Any], more: dict[str, Any]) -> list[str]:
    """What is wrong with a contract of one line that extends a law of one line."""
    lines = {name: {"grants": [{"basis": name, "within": within, "options": [{"kind": "repair"}]}]} for name, within in
             (("law", law), ("terms", terms))}  # fmt: skip
    return faults(entitlements={"law": lines["law"] | law_more, "terms": lines["terms"] | more | {"extends": "law"}})


@pytest.mark.parametrize(
    ("law", "terms", "less"),
    [
        ({"since": "receipt", "days": 7}, {"since": "sale", "days": 14}, "received on day 60"),
        ({"since": "sale", "days": 365, "excludes_out_of_use": True}, {"since": "sale", "days": 400}, "365 of them out of use"),
        ({"since": "sale", "days": 7, "calendar": "desk"}, {"since": "sale", "days": 7}, "none of business by desk"),
        ({"since": "sale", "days": 7, "calendar": "desk"}, {"since": "sale", "days": 7, "calendar": "desk"}, None),
        ({"since": "sale", "days": 7, "calendar": "desk"}, {"since": "sale", "days": 8}, None),
        ({"since": "sale", "days": 7}, {"since": "sale", "days": 7, "calendar": "desk"}, None),
    ],
)
def test_another_way_of_counting_does_not_pass_for_as_many_days(law: dict[str, Any], terms: dict[str, Any], less: str | None) -> None:
    found = _terms(law, terms, {}, {})
    assert len(found) == (1 if less else 0) and all(less in fault for fault in found if less)


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
    days = {"since": "sale", "days": 7}
    assert bool(_terms(days, days, {"once": law}, {"once": terms})) is is_less


def test_a_fixed_sum_of_the_law_is_given_in_each_of_its_currencies() -> None:
    def table(**sums: int) -> dict[str, Any]:
        return {"grants": [{"basis": "a", "options": [{"kind": "compensation", "sum": "fixed", "sums": sums}]}]}

    def found(**sums: int) -> list[str]:
        return faults(entitlements={"law": table(CNY=100, EUR=10), "terms": table(**sums) | {"extends": "law"}})

    assert found(CNY=100, EUR=10) == [] and found(CNY=101, EUR=10, USD=1) == []
    assert len(found(CNY=99, EUR=10)) == 1 and len(found(CNY=100)) == 1


@pytest.mark.parametrize(
    ("entitlements", "fault"),
    [
        (
            {"terms": LAW | {"extends": "law"}},
            "entitlements.terms.extends: there is no other table law; there is none.",
        ),
        (
            {"law": LAW | {"extends": "law"}},
            "entitlements.law.extends: there is no other table law; there is none.",
        ),
        ({"goodwill": LAW}, "entitlements.goodwill: goodwill is what is not owed: call the table by what it owes."),
        (
            {"law": {"grants": [{"basis": "a", "options": [{"kind": "moon"}]}]}},
            "entitlements.law.grants.0.options.0.kind: there is no remedy moon; there is refund, compensation, repair, exchange, apology.",
        ),
        (
            {"law": {"grants": [{"basis": "a", "options": [{"kind": "refund"}]}]}},
            "entitlements.law.grants.0.options.0.sum: refund is paid in money: say how much.",
        ),
        (
            {"law": {"grants": [{"basis": "a", "options": [{"kind": "apology", "sum": "price"}]}]}},
            "entitlements.law.grants.0.options.0.sum: apology costs nothing.",
        ),
        (
            {"law": {"grants": [{"basis": "a", "options": [{"kind": "repair"}, {"kind": "repair"}]}]}},
            "entitlements.law.grants.0.options: a kind is named twice: the customer chooses among different ones.",
        ),
        (
            {"law": {"grants": [{"basis": "a", "given": ["x"], "unless": ["x"], "options": [{"kind": "repair"}]}]}},
            "entitlements.law.grants.0.unless: it can never fit: x must be found and must not.",
        ),
        (
            {"law": {"grants": [
                {"basis": "a", "within": {"since": "sale", "days": 7, "calendar": "moon"}, "options": [{"kind": "repair"}]}
            ]}},
            "entitlements.law.grants.0.within.calendar: there is no calendar moon; there is desk.",
        ),
    ],
)  # fmt: skip
def test_words_that_nobody_knows_are_faults(entitlements: dict[str, Any], fault: str) -> None:
    assert fault in faults(entitlements=entitlements)


@pytest.mark.parametrize(
    "option", [{"kind": "refund", "sum": "fixed"}, {"kind": "refund", "sum": "stated"}, {"kind": "refund", "sum": "stated", "times": 2}]
)
def test_a_sum_says_how_much(option: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        policy(entitlements={"law": {"grants": [{"basis": "a", "options": [option]}]}})


WORDS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=2, unique=True)
GRANTS = st.builds(
    lambda days, repairs, given, unless, kinds: Grant.model_validate({
        "basis": "x", "within": None if days is None else {"since": "sale", "days": days}, "repairs": repairs, "given": given,
        "unless": unless, "options": [{"kind": kind} for kind in kinds],
    }),
    st.one_of(st.none(), st.integers(0, 20)), st.integers(0, 3), WORDS, WORDS,
    st.lists(st.sampled_from(["repair", "exchange", "re_delivery"]), min_size=1, unique=True),
)  # fmt: skip
TABLES = st.lists(GRANTS, min_size=1, max_size=4).map(lambda grants: Entitlement(grants=tuple(grants)))


@given(TABLES, TABLES, st.sets(st.sampled_from("abc")), st.integers(0, 4), st.integers(0, 25))
def test_where_no_fault_is_found_no_case_has_less(table: Entitlement, law: Entitlement, found: set[str], repairs: int, day: int) -> None:
    def is_within(within: Within) -> bool:
        return day <= within.days

    case = Case(frozenset(found), repairs, is_within)
    owed, promised = ({each.kind for each in grant.options} if grant else set() for grant in _answers(case, law, table))
    has_less = not owed <= promised
    assert not has_less or next(below(table, law), None) is not None
    assert next(below(law, law), None) is None


def _answers(case: Case, *tables: Entitlement) -> list[Grant | None]:
    return [fitting(table.grants, case) for table in tables]


def test_the_first_line_that_fits_decides() -> None:
    table = Entitlement.model_validate(RULES["entitlements"]["guarantee"])
    case = Case(frozenset(), 2, lambda within: within.days > 7)
    assert [grant.basis for grant in table.grants if fits(grant, case)] == ["law.11", "law.10"]
    first = fitting(table.grants, case)
    assert first is not None and first.basis == "law.11"
