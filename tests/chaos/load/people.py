"""Who is in a life: a customer whose every datum can be recognised, and the staff."""

from datetime import UTC, datetime

from contracts.intake import Customer, Product
from contracts.model import Money, Staff

TOKEN = "zzperson"
"""In every name, e-mail, postal address, customer's id and free text: see `history.PERSONAL`."""
BOUGHT = datetime(2026, 1, 1, tzinfo=UTC)


def phone(n: int) -> str:
    """Of a range that is nobody else's."""
    return f"13997770{n % 1000:03}"


def customer(n: int, **more: object) -> Customer:
    """The same number is the same customer."""
    told = {"id": f"{TOKEN}-{n}", "name": f"{TOKEN} 李{n}", "phone": phone(n), "email": f"{TOKEN}{n}@example.org", "language": "zh"}
    return Customer.model_validate(told | {"post": f"{TOKEN}路 {n} 号"} | more)


def product(n: int) -> Product:
    return Product(
        category="heater", order_no=f"O-{n}", price=Money(amount_minor=199_900, currency="CNY"), has_proof_of_purchase=True,
        bought_at=BOUGHT, received_at=BOUGHT, is_distance_sale=True,
    )  # fmt: skip


def said(what: str) -> str:
    """Free text."""
    return f"{TOKEN}：{what}"


def clerk(department: str) -> Staff:
    return Staff(staff=f"{department}-clerk", role="clerk", department=department)


def team_lead(department: str) -> Staff:
    return Staff(staff=f"{department}-lead", role="team_lead", department=department)


HEAD = Staff(staff="head-1", role="head")
TRIAGE = Staff(staff="triage-1", role="agent", department="triage_desk")
DIALERS = tuple(Staff(staff=f"agent-{seat}", role="agent", department="callback_desk") for seat in range(1, 5))
CRM = Staff(staff="crm-1", role="agent")
