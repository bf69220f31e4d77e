"""§1.3: who complains is not always who bought, uses or was to receive; and §1.1, §1.4: how it came, and where the customer is."""

from typing import Any

import pytest

from contracts.intake import ComplaintRegistered, Party
from contracts.model import Staff
from services.intake.countries import COUNTRIES
from tests.core.intake.desk import SMITH, WANG, Desk, id_of, names, refusal

CHANNELS = ["phone", "email", "chat", "video", "sms", "fax", "letter", "self_service", "face_to_face", "social", "partner"]


def registered(**fields: Any) -> ComplaintRegistered:
    (event,) = Desk().submit(**fields)
    assert isinstance(event, ComplaintRegistered)
    return event


def test_the_roles_of_others_are_told_and_who_they_are_is_in_the_dossier_only():
    mother = Party(role="user", name="王奶奶", phone="139 0013 9000")
    shop = Party(role="buyer", kind="organisation", name="重庆家电有限公司")
    desk = Desk()
    (event,) = desk.submit(complainant_role="on_behalf_of", other_parties=(mother, shop, Party(role="user", name="王爷爷")))
    assert isinstance(event, ComplaintRegistered)
    assert (event.complainant_role, event.other_parties) == ("on_behalf_of", ("buyer", "user"))
    assert "王" not in event.model_dump_json() and "重庆" not in event.model_dump_json()
    assert desk.dossier().other_parties[:2] == (mother, shop)
    assert desk.erase(day=1, now=True) and "王奶奶" not in desk.file().model_dump_json()


@pytest.mark.parametrize(("role", "is_internal"), [("staff", True), ("buyer", False), (None, False)])
def test_staff_who_complain_are_internal_customers(role: str | None, is_internal: bool):
    assert registered(complainant_role=role).is_internal is is_internal


@pytest.mark.parametrize("kind", ["person", "organisation"])
def test_a_person_is_told_from_an_organisation(kind: str):
    assert registered(customer=WANG.model_copy(update={"kind": kind})).customer_kind == kind


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_is_kept_with_its_mode(channel: str):
    event = registered(channel=channel, mode="inbound")
    assert (event.channel, event.mode) == (channel, "inbound")


def test_whoever_took_it_down_is_named_by_a_key():
    anna = Staff(staff="s-1", role="agent", department="desk")
    desk = Desk()
    told = [*desk.submit(by=anna), *desk.submit("T-2", day=1, by=anna)]
    assert [getattr(each, "by", anna) for each in told] == [anna] * 3


PLACES = [
    ({"time_zone": "Asia/Shanghai"}, None),
    ({"time_zone": "America/Argentina/Buenos_Aires"}, None),
    ({"time_zone": "UTC"}, None),
    ({"time_zone": "Asia/Peking"}, "unknown_zone"),
    ({"time_zone": "asia/shanghai"}, "unknown_zone"),
    ({"time_zone": "GMT+8"}, "unknown_zone"),
    ({"country": "CN"}, None),
    ({"country": "UK"}, "unknown_country"),
    ({"country": "ZZ"}, "unknown_country"),
    ({"country": "ZZ", "time_zone": "Nowhere"}, "unknown_zone"),
]


@pytest.mark.parametrize(("told", "reason"), PLACES)
def test_a_zone_or_a_country_that_there_is_not_is_refused_and_nothing_is_kept(told: dict[str, str], reason: str | None):
    desk = Desk()
    events = desk.submit(customer=SMITH.model_copy(update={"country": None, **told}))
    if reason is None:
        assert names(events) == ["ComplaintRegistered"]
        return
    assert refusal(events) == (reason, None)
    document = desk.run.document("intake", id_of("T-1"))
    assert document is None or document.state is None


def test_what_is_known_already_is_told_so_before_its_places_are_looked_at():
    desk = Desk()
    desk.submit()
    assert refusal(desk.submit(customer=WANG.model_copy(update={"country": "ZZ"}), day=1))[0] == "already_registered"


def test_there_are_249_countries():
    assert len(COUNTRIES) == 249 and {"CN", "HK", "TW", "GB", "US"} <= COUNTRIES
