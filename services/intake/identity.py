"""Who a customer is: the customer id, else the phone number in E.164, else the e-mail address, else nobody (anonymous)."""

import re
from base64 import b32encode
from functools import lru_cache
from hashlib import sha256
from hmac import digest

from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, format_number, parse
from phonenumbers.timezone import time_zones_for_number

from contracts import canary
from contracts.intake import Customer
from services.platform.business_time import known_zone

_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
_DIGITS = range(8, 16)
"""How many an E.164 number has.  Fewer are an emergency or service number, or a slip: whoever wrote it is not known by it."""
_NO_ID = frozenset({"n/a", "na", "none", "null", "nil", "nan", "undefined", "unknown", "anonymous", "无", "不详", "未知"})
"""What forms and programs write where there is no id, beside noughts and signs."""
_DIALLED = 5
"""The fewest digits of anything that a person could dial."""


def identity(customer: Customer, region: str) -> str | None:
    """`id:…`, `phone:…` or `mail:…`, always the same for the same customer; None for an anonymous one.

    What cannot be an id, a number or an address is passed over: `n/a` would gather strangers in one file.
    """
    if id := customer_id(customer.id):
        return f"id:{id}"
    if number := phone_number(customer.phone, customer.country or region):
        return f"phone:{number}"
    mail = mail_address(customer.email)
    return f"mail:{mail}" if mail else None


def customer_id(text: str | None) -> str | None:
    """The id without the blanks around it, or None where it only says that there is none."""
    id = (text or "").strip()
    says_none = id.casefold() in _NO_ID or not any(sign.isalnum() and sign != "0" for sign in id)
    return None if says_none else id


def phone_number(text: str | None, region: str) -> str | None:
    """The number in E.164, or None.  `region` (ISO 3166) is where one without a country's code belongs.

    An extension stays with it: behind one switchboard there are many customers.
    """
    if (number := _parsed(text or "", region)) is None:
        return None
    written = str(format_number(number, PhoneNumberFormat.E164))
    if len(written) - 1 not in _DIGITS:
        return None
    return f"{written};ext={number.extension}" if number.extension else written


def time_zones(customer: Customer, region: str) -> tuple[str, ...]:
    """Where the customer may be: the stated zone, else every zone that the phone number may belong to; empty where neither tells."""
    if customer.time_zone:
        return (customer.time_zone,)
    if (number := _parsed(customer.phone or "", customer.country or region)) is None:
        return ()
    return tuple(sorted(name for name in time_zones_for_number(number) if known_zone(name)))


@lru_cache(maxsize=1024)
def _parsed(text: str, region: str) -> PhoneNumber | None:
    """Each submission asks twice, for the customer and for the zones."""
    try:
        return parse(text, region)
    except NumberParseException:
        return None


def mail_address(text: str | None) -> str | None:
    """The address case-folded, or None where it cannot be one."""
    mail = (text or "").strip().casefold()
    return mail if _MAIL.fullmatch(mail) else None


def can_be_dialled(text: str | None) -> bool:
    """Whether a person could try it, even where it tells nobody's identity."""
    return sum(map(str.isdecimal, text or "")) >= _DIALLED


def customer_key(identity: str, secret: bytes) -> str:
    """An opaque key: without the secret nobody can tell whose it is, or try numbers until one fits.  Only a canary is told by it."""
    kind = canary.KEY if identity.startswith(f"id:{canary.CUSTOMER}") else "c-"
    return kind + b32encode(digest(secret, identity.encode(), sha256)[:20]).decode().lower()
