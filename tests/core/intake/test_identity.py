"""§1.4: who a customer is: id, else phone, else e-mail, else nobody."""

import pytest

from contracts.canary import is_canary
from contracts.intake import Customer
from services.intake.identity import can_be_dialled, customer_key, identity, mail_address, phone_number, time_zones

NUMBERS = [
    # what was written          where     what it is
    ("138 0013 8000",           "CN",     "+8613800138000"),
    ("13800138000",             "CN",     "+8613800138000"),
    ("+86 138-0013-8000",       "US",     "+8613800138000"),
    ("0086 138 0013 8000",      "CN",     "+8613800138000"),
    ("１３８００１３８０００",     "CN",     "+8613800138000"),
    ("tel:+86-138-0013-8000",   "CN",     "+8613800138000"),
    ("010-6552 9988",           "CN",     "+861065529988"),
    ("(023) 6329 1234",         "CN",     "+862363291234"),
    ("+1 (212) 555-0123",       "CN",     "+12125550123"),
    ("212 555 0123",            "US",     "+12125550123"),
    ("023-6329 1234 ext. 12",   "CN",     "+862363291234;ext=12"),
    ("110",                     "CN",     None),
    ("10086",                   "CN",     None),
    ("0",                       "CN",     None),
    ("00000",                   "CN",     None),
    ("+",                       "CN",     None),
    ("不详",                    "CN",     None),
    ("n/a",                     "CN",     None),
    ("138 0013 8000",           "XX",     None),
    ("9" * 200,                 "CN",     None),
    (" ",                       "CN",     None),
    (None,                      "CN",     None),
]  # fmt: skip


@pytest.mark.parametrize(("written", "region", "number"), NUMBERS)
def test_a_phone_number_is_read_as_e164_or_not_at_all(written: str | None, region: str, number: str | None):
    assert phone_number(written, region) == number


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Li.Na@Example.COM", "li.na@example.com"),
        ("  li.na@example.com ", "li.na@example.com"),
        ("李娜@例子.公司", "李娜@例子.公司"),
        ("n/a", None),
        ("@", None),
        ("@example.com", None),
        ("li na@example.com", None),
        ("a@b@c", None),
        (None, None),
    ],
)
def test_an_e_mail_address_is_case_folded_and_what_cannot_be_one_is_nobodys(written: str | None, address: str | None):
    assert mail_address(written) == address


@pytest.mark.parametrize(
    ("customer", "who"),
    [
        (Customer(id="C-77", phone="13800138000", email="a@b.cn"), "id:C-77"),
        (Customer(id=" C-77 "), "id:C-77"),
        (Customer(id=" ", phone="13800138000"), "phone:+8613800138000"),
        (Customer(phone="13800138000", email="a@b.cn"), "phone:+8613800138000"),
        (Customer(phone="212 555 0123", country="US"), "phone:+12125550123"),
        (Customer(phone="不详", email="A@B.cn"), "mail:a@b.cn"),
        (Customer(phone="不详", email="无"), None),
        (Customer(name="王秀英", post="重庆市渝中区民权路 18 号"), None),
        (Customer(), None),
    ],
)
def test_the_first_of_id_phone_and_mail_that_is_one_tells_who_it_is(customer: Customer, who: str | None):
    assert identity(customer, "CN") == who


@pytest.mark.parametrize("written", ["n/a", " N/A ", "None", "unknown", "NULL", "-", "--", "0", "000", "?", "无", "不详", "", "  "])
def test_what_only_says_that_there_is_no_id_gathers_no_strangers(written: str):
    assert identity(Customer.model_construct(id=written, phone="13800138000"), "CN") == "phone:+8613800138000"
    assert identity(Customer.model_construct(id=written), "CN") is None


@pytest.mark.parametrize("written", ["N", "7", "007", "n/a-7", "Nadine", "无锡-1"])
def test_an_id_may_be_short_or_look_like_none(written: str):
    assert identity(Customer(id=written), "CN") == f"id:{written}"


def test_a_key_is_the_same_for_the_same_customer_and_tells_nothing_without_the_secret():
    key = customer_key("phone:+8613800138000", b"one secret")
    assert key == customer_key("phone:+8613800138000", b"one secret") == "c-" + key[2:]
    assert len(key) == 34 and key.isascii() and key.islower()
    assert key != customer_key("phone:+8613800138000", b"another secret")
    assert key != customer_key("id:+8613800138000", b"one secret")


@pytest.mark.parametrize(
    ("customer", "is_canarys"),
    [
        (Customer(id="redress.canary:2026-03-01"), True),
        (Customer(id=" redress.canary:1 ", phone="+8613800138000"), True),
        (Customer(id="redress.canary"), False),
        (Customer(id="REDRESS.CANARY:1"), False),
        (Customer(id="canary-1"), False),
        (Customer(email="redress.canary:1@redress.invalid"), False),
    ],
)
def test_only_the_reserved_ids_make_a_canarys_key(customer: Customer, is_canarys: bool):
    key = customer_key(identity(customer, "CN") or "", b"one secret")
    assert is_canary(key) == is_canarys == (not key.startswith("c-"))
    assert key != customer_key("id:redress.canary:2", b"one secret") != customer_key("id:redress.canary:2", b"another secret")


@pytest.mark.parametrize(
    ("written", "can"), [("10086", True), ("138 0013 8000", True), ("ask for Li", False), ("110", False), (None, False)]
)
def test_a_number_that_tells_nobody_can_still_be_dialled(written: str | None, can: bool):
    assert can_be_dialled(written) is can


@pytest.mark.parametrize(("customer", "region", "zones"), [
    (Customer(phone="138 0013 8000"), "CN", ("Asia/Shanghai",)),
    (Customer(phone="+86 138 0013 8000"), "US", ("Asia/Shanghai",)),
    (Customer(phone="212 555 0123", country="US"), "CN", ("America/New_York",)),
    (Customer(phone="+1 416 555 0123"), "CN", ("America/Toronto",)),
    (Customer(phone="138 0013 8000", time_zone="Asia/Urumqi"), "CN", ("Asia/Urumqi",)),
    (Customer(time_zone="Europe/London"), "CN", ("Europe/London",)),
    (Customer(phone="不详"), "CN", ()),
    (Customer(email="li.na@example.com"), "CN", ()),
    (Customer(), "CN", ()),
])  # fmt: skip
def test_where_the_customer_may_be_is_as_stated_or_as_the_number_tells(customer: Customer, region: str, zones: tuple[str, ...]):
    assert time_zones(customer, region) == zones


def test_a_number_that_may_be_in_several_zones_tells_all_of_them():
    mobile, toll_free = (time_zones(Customer(phone=number), "CN") for number in ("+7 916 123 45 67", "+1 800 555 0123"))
    assert {"Europe/Moscow", "Asia/Vladivostok"} <= set(mobile) and {"America/New_York", "Pacific/Honolulu"} <= set(toll_free)
    assert list(mobile) == sorted(mobile) and "Etc/Unknown" not in time_zones(Customer(phone="+44 7700 900123"), "CN")
