"""What a policy may not say of remedies: a band with a gap, words that nobody knows, a law that there is not (§2.5)."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.routing.remedies.faults import of_remedies
from services.routing.remedies.rules import Entitlement, Goodwill
from services.routing.remedies.table import Case, fits, fitting
from tests.core.routing.house import RULES, policy

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


def test_what_the_tests_use_has_no_fault() -> None:
    assert faults() == []


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


def test_a_band_that_begins_beyond_the_cap_has_no_sum() -> None:
    fault = "goodwill.CNY.bands.1.from_minor: no sum is in it: it begins at 501, beyond the cap of 500."
    assert fault in of_bands({"from_minor": 0, "below_minor": 501}, {"from_minor": 501}, cap=500)
    assert of_bands({"from_minor": 0, "below_minor": 500}, {"from_minor": 500}, cap=500) == []


@given(st.lists(st.integers(1, 1000), max_size=8, unique=True).map(sorted), st.integers(1, 1000))
def test_without_a_fault_every_sum_up_to_the_cap_is_in_one_band(edges: list[int], cap: int) -> None:
    edges = [edge for edge in edges if edge <= cap]
    bounds = [0, *edges, None]
    bands = [{"from_minor": low, "below_minor": high} for low, high in pairwise(bounds)]
    assert of_bands(*bands, cap=cap) == []
    told = Goodwill.model_validate({"cap_minor": cap, "bands": bands}).bands
    for minor in {*range(0, cap + 1, 37), *edges, cap}:
        assert sum(band.from_minor <= minor and (band.below_minor is None or minor < band.below_minor) for band in told) == 1


# -- what is owed -------------------------------------------------------------------------------------------------------------------------


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


def test_the_first_line_that_fits_decides() -> None:
    table = Entitlement.model_validate(RULES["entitlements"]["guarantee"])
    case = Case(frozenset(), 2, lambda within: within.days > 7)
    assert [grant.basis for grant in table.grants if fits(grant, case)] == ["law.11", "law.10"]
    first = fitting(table.grants, case)
    assert first is not None and first.basis == "law.11"
