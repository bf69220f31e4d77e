"""Submit → registered: facts, classes, signs, promise, acknowledgement, dossier."""

from datetime import timedelta

import pytest

from contracts.common import Expectation
from contracts.ids import reference_number
from contracts.intake import (
    Classes,
    ComplaintRegistered,
    ContactWindow,
    Customer,
    PriorRepairs,
    Product,
    Reachable,
    Severity,
    Shipment,
)
from contracts.model import Money
from tests.core.intake.desk import START, WANG, Desk, id_of, names, policy, refusal

PRICE = Money(amount_minor=329_900, currency="CNY")
FRIDGE = Product(category="fridge", order_no="JD-20260227-81", sku="BCD-502", serial="SN-00017", price=PRICE)


def registered(desk: Desk | None = None, **fields: object) -> ComplaintRegistered:
    (event,) = (desk or Desk()).submit(**fields)
    assert isinstance(event, ComplaintRegistered)
    return event


def test_a_complaint_is_registered_with_its_reference_number_its_promise_and_its_acknowledgement():
    """§1.11."""
    event = registered()
    assert (event.complaint_id, event.source, event.source_ref) == (id_of("T-1"), "crm", "T-1")
    assert event.reference == reference_number(id_of("T-1")) == "8YFA-MW4F-467Z-D"
    assert event.first_answer_due == START.replace(microsecond=0) + timedelta(days=1)
    assert event.acknowledgement == "ack.zh"
    assert (event.tier, event.policy) == ("general", "test/intake@1")


def test_facts_about_customer_product_and_shipment_are_told_without_saying_who_it_is():
    windows = (ContactWindow(days=(6, 7), opens="10:00", closes="12:00"),)
    customer = WANG.model_copy(
        update={
            "kind": "organisation", "vulnerable": True, "do_not_call": True,
            "time_zone": "Asia/Urumqi", "country": "CN", "contact_windows": windows,
        }
    )  # fmt: skip
    event = registered(
        customer=customer, product=FRIDGE, shipment=Shipment(waybill="SF-9", quantity=2), mode="inbound", complainant_role="user",
        region="渝中区", place="民权路 18 号", remedy_sought="refund", expectation=Expectation(core=5),
    )  # fmt: skip
    assert event.customer_kind == "organisation" and event.is_vulnerable and event.do_not_call
    assert (event.time_zone, event.country, event.contact_windows, event.language) == ("Asia/Urumqi", "CN", windows, "zh")
    assert event.reachable == Reachable(phone=True, mail=True, post=True)
    assert event.product is not None and event.product.model_dump(exclude_defaults=True) == {
        "category": "fridge", "sku": "BCD-502", "price": {"amount_minor": 329_900, "currency": "CNY"}
    }  # fmt: skip
    assert event.shipment is not None and event.shipment.model_dump(exclude_defaults=True) == {"quantity": 2}
    assert (event.mode, event.complainant_role, event.region, event.remedy_sought) == ("inbound", "user", "渝中区", "refund")
    assert event.expectation == Expectation(core=5)


def test_the_dossier_holds_who_it_is_and_what_was_said():
    desk = Desk()
    desk.submit(product=FRIDGE, place="民权路 18 号", attachments=("photo-1",), prior_repairs=PriorRepairs(count=1, evidence=("slip-1",)))
    dossier = desk.dossier()
    assert (dossier.customer, dossier.product, dossier.place) == (WANG, FRIDGE, "民权路 18 号")
    assert (dossier.narrative, dossier.attachments, dossier.evidence_of_repairs) == ("冰箱买了三天就不制冷了。", ("photo-1",), ("slip-1",))
    assert dossier.reference == reference_number(id_of("T-1"))


@pytest.mark.parametrize(
    ("customer", "reachable"),
    [
        (Customer(), Reachable()),
        (Customer(phone="10086"), Reachable(phone=True)),
        (Customer(phone="不详", email="无", post=" "), Reachable()),
        (Customer(email="li.na@example.com"), Reachable(mail=True)),
        (Customer(post="Main Street 1"), Reachable(post=True)),
    ],
)
def test_reachable_is_what_a_person_could_try(customer: Customer, reachable: Reachable):
    assert registered(customer=customer).reachable == reachable


def test_signs_of_severity_are_copied_and_tone_is_none():
    """§1.8."""
    money = Money(amount_minor=1_000_000, currency="CNY")
    event = registered(hazards=("electric_leak",), has_public_exposure=True, amount_at_stake=money)
    assert event.severity == Severity(hazards=("electric_leak",), has_public_exposure=True, amount_at_stake=money)
    assert registered(narrative="你们太不像话了！！！叫你们经理来！").severity == Severity()


@pytest.mark.parametrize(
    ("told", "classes"),
    [
        ({"complaint_type": "不能开机"}, Classes(kind="quality")),
        ({"complaint_type": " LATE delivery "}, Classes(kind="transport", stage="in_sale")),
        ({"complaint_type": "late delivery", "stage": "after_sale"}, Classes(kind="transport", stage="after_sale")),
        ({"complaint_type": "late"}, Classes(kind="unclassified")),
        ({"complaint_type": None}, Classes(kind="unclassified")),
        ({"complaint_type": None, "narrative": "late delivery"}, Classes(kind="unclassified")),
        ({"complaint_type": "外星人", "stage": "pre_sale"}, Classes(kind="unclassified", stage="pre_sale")),
    ],
)
def test_classes_come_from_the_policys_table_and_what_no_rule_knows_is_unclassified(told: dict[str, str | None], classes: Classes):
    assert registered(**told).classes == classes


@pytest.mark.parametrize(("hours", "is_kept"), [(-48, True), (0, True), (1, False)])
def test_a_claim_about_the_past_is_kept_and_one_about_the_future_is_no_fact(hours: int, is_kept: bool):
    claimed = START + timedelta(hours=hours)
    event = registered(occurred_at=claimed, received_at=claimed)
    assert event.occurred_at == event.received_at == (claimed if is_kept else None)


@pytest.mark.parametrize(("count", "evidence", "counted"), [(2, ("a", "b"), 2), (2, ("a",), 1), (1, ("a", "b"), 1), (3, (), 0)])
def test_a_prior_repair_without_a_paper_does_not_count(count: int, evidence: tuple[str, ...], counted: int):
    """§1.7."""
    assert registered(prior_repairs=PriorRepairs(count=count, evidence=evidence)).repairs_so_far == counted


@pytest.mark.parametrize(
    ("language", "text"), [("zh", "ack.zh"), ("zh-Hant", "ack.hant"), ("en-GB", "ack.en"), ("fr", "ack.zh"), (None, "ack.zh")]
)
def test_the_acknowledgement_is_in_the_customers_language_where_there_is_one(language: str | None, text: str):
    desk = Desk(policy(acknowledgements={"zh": "ack.zh", "zh-Hant": "ack.hant", "en": "ack.en"}))
    event = registered(desk, customer=Customer(language=language))
    assert (event.acknowledgement, event.language) == (text, language)


def test_an_anonymous_complaint_has_a_file_of_its_own():
    desk = Desk()
    assert names(desk.submit("A-1", Customer())) == names(desk.submit("A-2", Customer())) == ["ComplaintRegistered"]
    assert desk.file("A-1").customer == id_of("A-1") != desk.file("A-2").customer


def test_the_same_submission_is_the_same_under_another_command_id_and_a_corrected_number():
    """§1.5."""
    desk = Desk()
    desk.submit()
    told = ("already_registered", reference_number(id_of("T-1")))
    assert refusal(desk.submit(day=1)) == told
    assert refusal(desk.submit(day=2, customer=WANG.model_copy(update={"phone": "139 0013 9000"}))) == told
    assert refusal(desk.submit(day=3, customer=Customer())) == told
    assert desk.dossier().customer == WANG


def test_another_source_may_use_the_same_number_for_another_complaint():
    desk = Desk()
    desk.submit(complaint_type="不能开机")
    assert names(desk.submit(complaint_type="late delivery", source="web")) == ["ComplaintRegistered"]
    assert set(desk.file().lives_in) == {id_of("T-1"), id_of("T-1", "web")}
