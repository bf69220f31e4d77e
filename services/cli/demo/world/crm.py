"""The customer database: says who is a key customer, who wants no calls, and which two files are one customer's."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import count

from contracts.intake import Customer, LinkCustomers, SetCustomerProfile
from services.cli.demo.world.asking import Asking, asking
from services.cli.demo.world.chance import Chance
from services.cli.demo.world.sample import Entry

SOURCE = "crm"
PROFILES, NO_CALLS, LINKS = 0.3, 0.04, 0.3
TIERS = {"key": 1.0, "suitable": 3.0, "general": 2.0}
WITHIN = 30.0
"""Seconds in which it says so, for some before they complain, for others while the work goes on."""


def knowledge(sample: Sequence[Entry], chance: Chance) -> Iterator[Asking]:
    """All that it will say; it knows whom the sample's complaints are from."""
    numbers = count(1)
    for name, customer in _customers(sample).items():
        said = {"tier": chance.pick(TIERS, "tier", name)} if chance.happens(PROFILES, "profile", name) else {}
        said |= {"do_not_call": "true"} if chance.happens(NO_CALLS, "no calls", name) else {}
        if said:
            told = SetCustomerProfile.model_validate({"request": f"profile-{next(numbers)}", "customer": customer, **said})
            yield asking(SOURCE, "intake", told, chance.between(0, WITHIN, "profiled", name), name)
    for one, other in _namesakes(sample):
        if chance.happens(LINKS, "link", one, other):
            link = LinkCustomers(request=f"link-{next(numbers)}", customer=Customer(phone=one), into=Customer(phone=other))
            yield asking(SOURCE, "intake", link, chance.between(10, WITHIN, "linked", one, other), one, other)


def _customers(sample: Sequence[Entry]) -> dict[str, Customer]:
    """Phone, else e-mail → nothing but that."""
    who = [entry.command.customer for entry in sample]
    by_phone = {customer.phone: Customer(phone=customer.phone) for customer in who if customer.phone}
    return by_phone | {customer.email: Customer(email=customer.email) for customer in who if customer.email and not customer.phone}


def _namesakes(sample: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Two numbers that one name has, and no other."""
    phones = defaultdict[str, dict[str, None]](dict)
    for who in (entry.command.customer for entry in sample):
        if who.name and who.phone:
            phones[who.name][who.phone] = None
    for found in phones.values():
        if len(found) == 2:
            one, other = found
            yield one, other
