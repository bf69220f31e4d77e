"""To whom: the first rule that fits, or a person; never a default."""

from typing import Any

import pytest

from contracts.intake import Classes, ProductFacts
from contracts.routing import ComplaintRouted, ComplaintSentToTriage, WorkRequested
from tests.core.routing.house import COMPLAINT, House, assign, policy, registered

NETWORK, BILLING = {"departments": ["network"], "lead": "network"}, {"departments": ["billing"], "lead": "billing"}


@pytest.mark.parametrize(
    ("facts", "departments", "lead"),
    [
        ({"type": "Bill"}, ("billing",), "billing"),
        ({"type": "账单"}, ("billing",), "billing"),
        ({"type": "Internet"}, ("network",), "network"),
        ({"type": "Internet", "hazards": ["smoke", "gas"]}, ("network", "safety"), "safety"),
        ({"type": "Internet", "hazards": ["smoke"]}, ("network",), "network"),
        ({"type": "Both"}, ("billing", "network"), "billing"),
    ],
)
def test_the_first_rule_that_fits_names_the_departments_and_the_lead(facts: dict[str, Any], departments: tuple[str], lead: str) -> None:
    house = House(**facts)
    routed = house.last(ComplaintRouted)
    assert (routed.departments, routed.lead) == (departments, lead)
    asked = [(each.work, each.department, each.is_lead) for each in house.run.all(WorkRequested)]
    assert asked == [(f"1-{name}", name, name == lead) for name in departments]


@pytest.mark.parametrize("type", ["bill", "Bill ", "BILL", "Bills", "Unheard of", None])
def test_what_no_rule_knows_letter_for_letter_goes_to_triage_and_to_no_department(type: str | None) -> None:
    house = House(type=type)
    assert house.told == ["ComplaintSentToTriage", "ClockStarted"]
    assert (house.last(ComplaintSentToTriage).reason, house.complaint.works) == ("no_rule", ())


@pytest.mark.parametrize(
    ("when", "facts"),
    [
        ({"source": "crm"}, {}),
        ({"complaint_type": "Noise"}, {}),
        ({"descriptor": "Loud music"}, {"descriptor": "Loud music"}),
        ({"kind": "举报"}, {"kind": "举报"}),
        ({"class_kind": "transport"}, {"classes": Classes(kind="transport")}),
        ({"stage": "after_sale"}, {"classes": Classes(stage="after_sale")}),
        ({"region": "Bronx"}, {"region": "Bronx"}),
        ({"product_category": "phone"}, {"product": ProductFacts(category="phone")}),
        ({"hazard": "gas"}, {"hazards": ["fire", "gas"]}),
        ({"hazard": ["gas", "fire"], "region": ["Bronx", "Queens"]}, {"hazards": ["fire"], "region": "Queens"}),
    ],
)
def test_a_rule_asks_for_each_of_the_facts(when: dict[str, Any], facts: dict[str, Any]) -> None:
    rules = policy(rules=[{"when": when, **NETWORK}])
    assert House(rules, type="Noise", **facts).last(ComplaintRouted).lead == "network"
    other = {"source": "web", "source_ref": "9", "complaint_type": "Other"}
    bare = registered().model_copy(update=other)
    assert House(rules, told=bare).told[0] == "ComplaintSentToTriage"


def test_every_named_field_must_fit() -> None:
    rules = policy(rules=[{"when": {"complaint_type": "Noise", "region": "Bronx"}, **NETWORK}])
    assert House(rules, type="Noise", region="Queens").told[0] == "ComplaintSentToTriage"
    assert House(rules, type="Bill", region="Bronx").told[0] == "ComplaintSentToTriage"
    assert House(rules, type="Noise", region="Bronx").told[0] == "ComplaintRouted"


def test_among_hundreds_of_rules_the_order_decides() -> None:
    types = [{"when": {"complaint_type": f"Type {n}"}, **NETWORK} for n in range(400)]
    early = {"when": {"complaint_type": "Type 300", "region": "Bronx"}, **BILLING}
    late = {"when": {"region": "Bronx"}, **BILLING}
    rules = policy(rules=[*types[:200], early, *types[200:], late])
    expected = {"Type 199": "network", "Type 300": "billing", "Type 399": "network", "Type 400": "billing"}
    assert {type: House(rules, type=type, region="Bronx").last(ComplaintRouted).lead for type in expected} == expected


def test_triage_is_answered_by_a_person_who_names_the_departments() -> None:
    house = House(type="Unheard of").takes(assign("network", "billing", "network", lead="billing"), at=10)
    assert house.told[2:] == ["ComplaintRouted", "WorkRequested", "WorkRequested"]
    routed = house.last(ComplaintRouted)
    assert (routed.departments, routed.lead, routed.by and routed.by.staff) == (("network", "billing"), "billing", "chief")
    assert (house.complaint.stage, routed.complaint_id) == ("routed", COMPLAINT)
