"""To whom: the first rule that fits, or a person; never a default."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import complaint_id
from contracts.intake import Classes, ProductFacts, Severity
from contracts.routing import ComplaintRouted, ComplaintSentToTriage, WorkRequested
from services.routing.rule_table import RuleTable
from services.routing.rules import Rule, When, facts
from tests.core.routing.house import House, policy, registered

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
    assert house.story == ["ComplaintSentToTriage"]
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
        ({"element": "order_cycle"}, {"classes": Classes(element="order_cycle")}),
        ({"failed_right": "place"}, {"classes": Classes(failed_right="place")}),
        ({"service_class": "duration"}, {"classes": Classes(service_class="duration")}),
        ({"channel": "chat"}, {"channel": "chat"}),
        ({"tier": "key"}, {"tier": "key"}),
        ({"sign": "hazard"}, {"hazards": ["dust"]}),
        ({"sign": "exposure"}, {"severity": Severity(has_public_exposure=True)}),
        ({"sign": "repeat"}, {"predecessors": (complaint_id("crm", "T-0"),)}),
        ({"sign": ["vulnerable", "repeat"]}, {"is_vulnerable": True}),
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
    assert House(rules, told=bare).story == ["ComplaintSentToTriage"]


def test_what_rules_can_ask_is_told_of_every_complaint() -> None:
    assert set(facts(registered())) == set(When.model_fields)


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


EQUALS: list[dict[str, Any]] = [
    {"when": {"region": "Bronx"}, **NETWORK, "group": "place"},
    {"when": {"complaint_type": "Noise"}, **BILLING},
    {"when": {"channel": "phone"}, **BILLING, "group": "place"},
    {"when": {"stage": "after_sale"}, **NETWORK, "group": "place"},
]


def test_rules_of_one_group_that_disagree_send_it_to_a_person_with_what_they_name() -> None:
    """§2.1: no rule, or contradicting rules → triage with the candidates."""
    told = House(policy(rules=EQUALS), type="Other", region="Bronx").last(ComplaintSentToTriage)
    assert (told.reason, told.candidates, told.work) == ("contradicting_rules", ("network", "billing"), None)
    assert House(type="Unheard of").last(ComplaintSentToTriage).candidates == ()


@pytest.mark.parametrize(
    ("told", "lead"),
    [
        ({"region": "Bronx", "channel": "fax"}, "network"),
        ({"region": "Bronx", "channel": "fax", "classes": Classes(stage="after_sale")}, "network"),
        ({"type": "Noise"}, "billing"),
        ({"type": "Noise", "channel": "fax", "classes": Classes(stage="after_sale")}, "billing"),
    ],
)
def test_rules_of_a_group_that_agree_or_come_too_late_to_be_asked_contradict_nothing(told: dict[str, Any], lead: str) -> None:
    assert House(policy(rules=EQUALS), **{"type": "Other"} | told).last(ComplaintRouted).lead == lead


def test_the_same_departments_under_another_lead_are_a_contradiction() -> None:
    both = {"departments": ["network", "billing"], "group": "g"}
    rules = [{"when": {"region": "Bronx"}, "lead": "network", **both}, {"when": {"channel": "phone"}, "lead": "billing", **both}]
    assert House(policy(rules=rules), region="Bronx").last(ComplaintSentToTriage).candidates == ("network", "billing")


def test_no_more_candidates_are_told_than_an_event_holds() -> None:
    names = [f"d{n}" for n in range(30)]
    rules = [{"when": {"channel": "phone"}, "departments": [name], "lead": name, "group": "g"} for name in names]
    told = House(policy(rules=rules, departments={name: {} for name in names}, containment=None)).last(ComplaintSentToTriage)
    assert told.candidates == tuple(names[:20])


WORDS = st.one_of(st.none(), st.lists(st.sampled_from("abc"), min_size=1, max_size=3))
CONDITIONS = st.fixed_dictionaries({"region": WORDS, "hazard": WORDS, "kind": WORDS}).filter(lambda when: any(when.values()))
RULES = st.builds(
    lambda when, group, lead: Rule.model_validate({"when": when, "departments": [lead], "lead": lead, "group": group}),
    CONDITIONS, st.sampled_from([None, None, "g", "h"]), st.sampled_from("xy"),
)  # fmt: skip
TOLD = [
    {"region": (region,), "hazard": hazards, "kind": (kind,)}
    for region in (None, *"abc") for hazards in ((), *map(tuple, ("a", "b", "c", "ab", "ac", "bc", "abc"))) for kind in (None, *"abc")
]  # fmt: skip


def by_reading(rules: list[Rule], told: dict[str, tuple[str | None, ...]]) -> Rule | tuple[str, ...]:
    """What the table answers, one rule after the other."""
    fitting = [rule for rule in rules if all(words is None or set(words) & set(told.get(field, ())) for field, words in rule.when)]
    voices = [rule for rule in fitting if rule.group and rule.group == fitting[0].group] or fitting[:1]
    says = {(rule.departments, rule.lead) for rule in voices}
    return voices[0] if len(says) == 1 else tuple(dict.fromkeys(name for rule in voices for name in rule.departments))


@given(st.lists(RULES, max_size=7))
def test_the_table_answers_as_if_one_read_the_rules_and_knows_which_never_have_a_say(rules: list[Rule]) -> None:
    table = RuleTable(tuple(rules))
    assert [table.decide(told) for told in TOLD] == [by_reading(rules, told) for told in TOLD]
    for n, earlier in table.never():
        without = [*rules[:n], *rules[n + 1 :]]
        assert earlier < n
        assert [by_reading(without, told) for told in TOLD] == [table.decide(told) for told in TOLD]
