"""How a customer can be reached, and what a later contact says of it that an earlier one did not."""

from collections.abc import Sequence
from typing import Any

from contracts.intake import Customer, Reachable
from contracts.model import made
from services.intake.countries import COUNTRIES
from services.intake.identity import can_be_dialled, mail_address
from services.platform.business_time import known_zone
from services.platform.kernel.service import Refused

_WHO = ("name", "phone", "email", "post")
_WHERE = ("time_zone", "country", "contact_windows")


def reachable(*told: Customer) -> Reachable:
    """What a person could try, by anything that was told."""
    return made(
        Reachable,
        phone=any(can_be_dialled(each.phone) for each in told),
        mail=any(mail_address(each.email) for each in told),
        post=any(each.post and each.post.strip() for each in told),
    )


def has_new_phone(*told: Customer) -> bool:
    """Whether the last of these tells a number that none before it told."""
    *before, last = map(_dialled, told)
    return bool(last) and last not in before


def _dialled(told: Customer) -> str:
    return "".join(filter(str.isdecimal, told.phone or "")) if can_be_dialled(told.phone) else ""


def completed(told: Customer, known: Customer) -> Customer:
    """What is told, and what was known before where nothing usable is told: no later contact takes a way to reach the customer away."""
    mine, theirs = reachable(told), reachable(known)
    lent: dict[str, str | None] = {}
    if theirs.phone and not mine.phone:
        lent["phone"] = known.phone
    if theirs.mail and not mine.mail:
        lent["email"] = known.email
    if theirs.post and not mine.post:
        lent["post"] = known.post
    return told.model_copy(update=lent) if lent else told


def check_places(told: Customer) -> None:
    """Refuses a zone and a country that there are not: hours and numbers would be reckoned by them."""
    if told.time_zone and not known_zone(told.time_zone):
        raise Refused("unknown_zone")
    if told.country and told.country not in COUNTRIES:
        raise Refused("unknown_country")


def newest(field: str, told: Sequence[Customer]) -> Any:
    """What the last contact that said anything of it said; None where none did."""
    return next((value for each in reversed(told) if (value := getattr(each, field))), None)


def is_elsewhere(told: Customer, known: Sequence[Customer]) -> bool:
    """Whether it says where the customer is, or when to call, and that is new."""
    return any((value := getattr(told, field)) and value != newest(field, known) for field in _WHERE)


def differing(told: Customer, first: Customer) -> Customer | None:
    """Of a later contact, who and where, as far as it is another than at first; None where nothing is."""
    changed = {field: value for field in _WHO if (value := getattr(told, field)) and value != getattr(first, field)}
    return Customer(**changed) if changed else None
