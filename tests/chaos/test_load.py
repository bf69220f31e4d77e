"""The load, and what it comes to in the kernel's own run: nothing is planned that would not be a life."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from contracts.catalogue import OWNERS
from contracts.common import CommandRefused, Wake
from contracts.intake import CustomersLinked, LinkCustomers, Sealed
from contracts.model import Message, type_name
from contracts.wire import Envelope, Unreadable, read
from services.cli.registry import NAMES, find_service
from services.platform.chassis.policies import practice
from services.platform.chassis.settings import read_settings
from services.platform.kernel.record import Record
from services.platform.kernel.run import Run
from tests.chaos.history import PERSONAL
from tests.chaos.load.plan import Mode, Shipment, plan

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECONDS = 22.0
"""Enough for one life of each kind, and a few more."""


@pytest.fixture(scope="module")
def shipments() -> list[Shipment]:
    return plan(3, START, SECONDS)


@pytest.fixture(scope="module")
def run(shipments) -> Run:
    """As the services take it where nothing is broken and nothing is slow."""
    settings = read_settings(policies="demo")
    run = Run(practice(find_service(name, settings), settings) for name in NAMES)
    for shipment in shipments:
        run.put(shipment.topic, shipment.key.decode(), shipment.value, at=START + timedelta(seconds=shipment.at), headers=shipment.headers)
    run.until(START + timedelta(seconds=SECONDS + 60))
    return run


def test_the_same_seed_is_the_same_plan_and_another_is_another(shipments):
    assert plan(3, START, SECONDS) == shipments != plan(8, START, SECONDS)


def test_every_kind_of_command_is_sent_but_for_wakes_which_are_the_services_own(shipments):
    every = {type_name(name, word) for name, owner in OWNERS.items() for word in owner.commands if word is not Wake}
    assert every - {shipment.sent.type for shipment in shipments} == set()


def test_every_kind_of_command_leads_to_something_but_for_what_only_intake_may_say_to_itself(run):
    causes = {told.envelope.cause for told in run.events if not isinstance(told.message, CommandRefused)}
    commands = [told for record in run.log if record.topic.endswith(".commands.v1") and (told := readable(record))]
    accepted = {type(message) for envelope, message in commands if envelope.id in causes}
    within = {word for word in OWNERS["intake"].commands if issubclass(word, Sealed)} | {LinkCustomers, Wake}
    assert run.all(CustomersLinked), "what a link leads to is told by the file that adopts"
    assert {word for owner in OWNERS.values() for word in owner.commands} - accepted - within == set()


def readable(record: Record) -> tuple[Envelope, Message] | None:
    try:
        return read(record.topic, record.value)
    except Unreadable:
        return None


def test_lives_lead_to_almost_every_kind_of_event(run):
    every = {word.__name__ for owner in OWNERS.values() for word in owner.events}
    assert len(every - {*run.told()}) < len(every) / 10


def test_dead_are_exactly_the_poison_to_each_service_that_hears_it(shipments, run):
    hears = Counter(topic for name in NAMES for topic in find_service(name, read_settings()).inputs)
    poison = [shipment for shipment in shipments if shipment.sent.kind == "poison"]
    expected = Counter[str]()
    for shipment in poison:
        expected[shipment.sent.reason] += hears[shipment.topic]
    assert Counter(dead.reason for dead in run.dead) == expected and expected.total() > len(poison)


def test_personal_data_is_in_what_is_sent_and_in_no_event(shipments, run):
    sent = b"".join(shipment.value for shipment in shipments)
    own = [record for record in run.log if ".events." in record.topic and readable(record)]
    assert all(mark in sent for mark in PERSONAL)
    assert not [record for record in own if any(mark in (record.value or b"") for mark in PERSONAL)]


def test_a_flood_is_ten_times_as_many_lives():
    quiet, loud = (begun(plan(7, START, 40, modes), 10, 30) for modes in ([], [Mode("flood", 10, 30)]))
    assert 6 * quiet < loud < 15 * quiet


def begun(shipments: list[Shipment], begin: float, end: float) -> int:
    """Lives, by their first words."""
    return sum(begin <= shipment.at < end and shipment.sent.id.endswith("/0") for shipment in shipments)


def test_a_hot_complaint_has_half_of_the_traffic():
    shipments = [shipment for shipment in plan(7, START, 40, [Mode("hot", 10, 30)]) if 10 <= shipment.at < 30]
    hot = sum(shipment.sent.id.startswith("L-9000") for shipment in shipments)
    assert 0.4 < hot / len(shipments) < 0.6


@pytest.mark.parametrize(("name", "least", "most"), [("poison_30", 0.2, 0.4), ("poison_100", 0.9, 1.0)])
def test_so_much_of_a_topic_is_poison(name, least, most):
    topic = "routing.commands.v1"
    shipments = [s for s in plan(7, START, 40, [Mode(name, 10, 30, topic)]) if 10 <= s.at < 30 and s.topic == topic]
    assert least < sum(shipment.sent.kind == "poison" for shipment in shipments) / len(shipments) <= most


def test_a_sender_whose_clock_is_wrong_is_so_while_it_holds():
    shipments = plan(7, START, 40, [Mode("clock_ahead", 10, 20), Mode("clock_behind", 20, 30)])
    assert {(shipment.at // 10, shipment.skew) for shipment in shipments if shipment.at < 40} == {(0, 0), (1, 7200), (2, -7200), (3, 0)}
