"""Who may do what: what must hold of the table whatever it says."""

import pytest

from contracts.access import PRINCIPALS, Right, may
from contracts.catalogue import OWNERS, TOPICS
from services.platform.chassis.settings import read_settings

SERVICES = [PRINCIPALS[name] for name in OWNERS]
OUTSIDE = [each for name, each in PRINCIPALS.items() if name not in OWNERS]


def test_whoever_writes_a_topic_by_the_catalogue_may_and_only_the_operator_may_besides():
    writers = {name: {each.name for each in PRINCIPALS.values() if name in each.writes} for name in TOPICS}
    assert {name: found | {"operator"} for name, found in writers.items()} == {
        name: {*topic.writers, "operator"} for name, topic in TOPICS.items()
    }


@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
def test_a_service_writes_only_to_its_own_topics_and_reads_no_dossier_and_no_dead_letter(service):
    assert {TOPICS[name].owner for name in service.writes} == {service.name}
    assert {TOPICS[name].kind for name in service.writes} == {"commands", "events", "dossiers", "dlq"}
    assert {TOPICS[name].kind for name in service.reads} == {"commands", "events"}
    assert {name for name in service.reads if TOPICS[name].kind == "commands"} == {f"{service.name}.commands.v1"}


@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
def test_a_service_has_the_group_that_its_settings_name(service):
    (group,) = service.groups
    assert not group.is_beginning
    assert group.under("acme") == read_settings(topic_prefix="acme").group(service.name)


def test_nobody_outside_may_speak_as_a_service_but_the_operator_who_puts_dead_records_back():
    assert {each.name for each in OUTSIDE for name in each.writes if TOPICS[name].kind in ("events", "dossiers", "dlq")} == {"operator"}
    assert not [name for name in PRINCIPALS["operator"].writes if TOPICS[name].kind == "dossiers"]


def test_bi_sees_no_personal_data():
    assert {TOPICS[name].kind for name in PRINCIPALS["bi"].reads} == {"events"}
    assert not PRINCIPALS["bi"].writes


def test_nobody_outside_may_join_or_disturb_a_service_s_group():
    names = [right for each in OUTSIDE for right in each.rights if right.on == "group" and right.operation == "Read"]
    assert names and not [(right, owner) for right in names for owner in OWNERS if owner.startswith(right.name)]
    assert all(right.is_beginning and right.name.endswith(".") for right in names), "else it would begin another team's names too"


def test_topics_are_named_whole_and_only_the_operator_looks_at_what_it_does_not_use():
    rights = {name: each.rights for name, each in PRINCIPALS.items()}
    assert not [right for all in rights.values() for right in all if right.on == "topic" and right.is_beginning]
    assert {name for name, all in rights.items() for right in all if right.operation not in ("Read", "Write")} == {"operator"}


def test_no_user_of_one_tenant_is_called_like_a_user_of_another():
    """`a-b-c` would be both c of the tenant `a-b` and b-c of the tenant `a`."""
    assert not [(longer, name) for longer in PRINCIPALS for name in PRINCIPALS if longer.endswith(f"-{name}")]


def test_who_may_read_or_write_may_describe_and_nothing_else_follows():
    bi, operator, routing = PRINCIPALS["bi"], PRINCIPALS["operator"], PRINCIPALS["routing"]
    assert may(bi, "topic", "routing.events.v1", "Describe") and may(bi, "topic", "routing.events.v1", "Read")
    assert not may(bi, "topic", "routing.events.v1", "Write") and not may(bi, "topic", "routing.commands.v1", "Describe")
    assert may(routing, "topic", "routing.dlq.v1", "Describe") and not may(routing, "topic", "routing.dlq.v1", "Read")
    assert may(operator, "group", "routing", "Describe") and not may(operator, "group", "routing", "Read")
    assert may(bi, "group", "bi.warehouse", "Read") and not may(bi, "group", "bills", "Read")


def test_every_right_names_a_topic_or_begins_or_is_a_group_once():
    for each in PRINCIPALS.values():
        assert len(set(each.rights)) == len(each.rights)
        assert {right.name for right in each.rights if right.on == "topic"} <= set(TOPICS)


def test_names_stand_behind_the_tenant_s_prefix():
    assert PRINCIPALS["bi"].under("acme") == "acme-bi"
    assert Right("topic", "routing.events.v1", "Read").under("acme") == "acme.routing.events.v1"
