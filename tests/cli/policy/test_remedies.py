"""What `policy check` says of remedies, and what it refuses of them (§2.5)."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from services.cli.policy.remedy_words import remedies
from services.platform.chassis.policies import shipped_sets
from tests.cli.policy.sets import Edit, altered, checked, fields
from tests.core.policies.lives import routing_policy
from tests.core.routing.house import policy


def said(name: str) -> str:
    console = Console(width=400, record=True, file=StringIO())
    for each in remedies(routing_policy(name)):
        console.print(each, markup=False)
    return " ".join(console.export_text().split())


def test_it_tells_who_may_give_how_much() -> None:
    assert (
        "Given besides, in CNY: from 0.00 CNY to below 500.00 CNY by who proposes it, from 500.00 CNY to below 2,000.00 CNY approved by "
        "shift_lead, after_sales_head or general_manager and from 2,000.00 CNY approved by after_sales_head or general_manager; all of it "
        "together at most 5,000.00 CNY a complaint."
    ) in said("retail-cn")


def test_it_tells_what_is_owed_on_what_and_by_what() -> None:
    told = said("retail-cn")
    assert "Owed: store_promise; kind is quality or unclassified; no less than three_guarantees" in told
    assert "compensation (the price 3 times at least 500.00 CNY)" in told and "paid repair, to be paid for" in told
    assert "Nothing is given that is not owed." in said("city")


@pytest.mark.parametrize("name", shipped_sets())
def test_every_table_of_every_set_is_told(name: str) -> None:
    told = said(name)
    assert all(f"Owed: {table}" in told for table in routing_policy(name).entitlements)


def test_a_policy_without_remedies_says_so() -> None:
    assert list(remedies(policy(entitlements={}, goodwill={}))) == ["Nothing is owed by a rule.", "Nothing is given that is not owed."]


@pytest.mark.parametrize(
    ("edit", "field", "sentence"),
    [
        (
            ("routing", "{from_minor: 50000, below_minor: 200000,", "{from_minor: 50001, below_minor: 200000,"),
            "routing.yaml: goodwill.CNY.bands.1.from_minor", "a gap, in which nobody may approve",
        ),
        (
            ("routing", "approvers: [after_sales_head, general_manager]}\n", "approvers: [after_sale_head]}\n"),
            "routing.yaml: goodwill.CNY.bands.2.approvers", "nobody has the role after_sale_head",
        ),
        (
            ("routing", "      - basis: store.two_repairs ", "      - given: [luck]\n        basis: store.two_repairs "),
            "routing.yaml: entitlements.store_promise.extends", "on day 16 after 2 repairs the law gives exchange",
        ),
        (
            ("routing", "{kind: refund, sum: price_and_costs,", "{kind: refunds, sum: price_and_costs,"),
            "routing.yaml: entitlements.substandard.grants.0.options.0.kind", "there is no remedy refunds",
        ),
    ],
)  # fmt: skip
def test_a_band_with_a_gap_and_a_table_below_the_law_are_refused_with_file_and_field(
    tmp_path: Path, edit: Edit, field: str, sentence: str
) -> None:
    place = altered(tmp_path, edit, of="retail-cn")
    answer = checked(place)
    assert answer.code == 2 and fields(answer.faults, place) == [field] and sentence in answer.faults[0]


def test_a_table_for_a_kind_that_intake_never_gives_is_refused(tmp_path: Path) -> None:
    old = "  equipment:\n    when: {class_kind: [quality, transport]}\n"
    place = altered(tmp_path, ("routing", old, "  equipment:\n    when: {class_kind: gear}\n"), of="telecom")
    assert fields(checked(place).faults, place) == ["routing.yaml: entitlements.equipment.when.class_kind"]
