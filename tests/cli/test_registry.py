"""Every service of the catalogue runs under every policy set that comes with Redress."""

import pytest

from contracts.intake import Customer, SubmitComplaint
from services.cli.errors import CommandError
from services.cli.registry import NAMES, find_service
from services.platform.chassis.policies import BadPolicy, load, shipped_sets
from services.platform.chassis.settings import read_settings


@pytest.mark.parametrize("policies", shipped_sets())
@pytest.mark.parametrize("name", NAMES)
def test_every_service_has_a_policy_in_every_set(name: str, policies: str) -> None:
    service = find_service(name, read_settings())
    assert service.name == name
    assert load(policies, service).reference.startswith(f"{policies}/{name}@")


def test_a_name_that_is_none_is_told_with_those_that_are() -> None:
    with pytest.raises(CommandError, match="intake, routing, callback, feedback"):
        find_service("billing", read_settings())


def test_intake_knows_customers_by_the_secret_and_the_phone_region_of_its_settings() -> None:
    of = SubmitComplaint(source_ref="1", channel="phone", customer=Customer(phone="13800000000"))
    given = ({"customer_key": "a" * 16}, {"customer_key": "b" * 16}, {"customer_key": "a" * 16, "phone_region": "US"})
    assert len({find_service("intake", read_settings(**each)).address(of, "crm") for each in given}) == len(given)


def test_a_bad_policy_is_an_error_of_its_own() -> None:
    with pytest.raises(BadPolicy):
        load("moon", find_service("routing", read_settings()))
