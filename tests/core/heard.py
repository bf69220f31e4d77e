"""What intake and routing say, as callback and feedback hear it.  Instants are hours after `START`, the resolution of round 1."""

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.catalogue import OWNERS
from contracts.common import Expectation
from contracts.generate.example import example
from contracts.generate.words import words
from contracts.ids import complaint_id, reference_number
from contracts.intake import ComplaintRegistered, ContactRepeated, CustomerProfileChanged, DossierErased, InformationAdded, Reachable
from contracts.model import Event, Staff
from contracts.routing import (
    ComplaintClosed,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintRouted,
    ComplaintSentToTriage,
    ComplaintWithdrawn,
    PriorityChanged,
)

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
COMPLAINT = complaint_id("crm", "T-1")
WHO: dict[str, Any] = {"complaint_id": COMPLAINT, "customer": "c7f3e2a9b4d16805"}
ANNA, BAO = (Staff(staff=name, role="agent", department="callback-desk") for name in ("anna", "bao"))
EVERY_WAY = Reachable(phone=True, mail=True, post=True)


def hour(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def registered(reachable: Reachable = EVERY_WAY, core: int | None = None, **more: Any) -> ComplaintRegistered:
    return ComplaintRegistered(
        **WHO, source="crm", source_ref="T-1", reference=reference_number(COMPLAINT), channel="phone", language="zh", reachable=reachable,
        expectation=Expectation(core=core), first_answer_due=hour(1), acknowledgement="received", policy="default/intake@1", **more,
    )  # fmt: skip


def routed(round: int = 1, priority: int = 4) -> ComplaintRouted:
    return ComplaintRouted(
        **WHO, round=round, departments=("repairs",), lead="repairs", priority=priority, priority_reasons=("default",),
        promised_resolution=hour(48), policy="default/routing@1",
    )  # fmt: skip


def in_triage(round: int = 1, priority: int = 3) -> ComplaintSentToTriage:
    return ComplaintSentToTriage(
        **WHO, round=round, reason="no_rule", owner="triage_desk", priority=priority, priority_reasons=("key_customer",),
        policy="default/routing@1",
    )  # fmt: skip


def raised(round: int = 1, priority: int = 1) -> PriorityChanged:
    return PriorityChanged(**WHO, round=round, before=4, priority=priority, reason="hazard", policy="default/routing@1")


def resolved(round: int = 1, lead: str = "repairs") -> ComplaintResolved:
    return ComplaintResolved(
        **WHO, round=round, finding="upheld", causes=("part_worn",), gaps=(3,), answer_parts=("apology", "explanation"), lead=lead,
        promised_resolution=hour(48), is_late=False, reopenable_until=hour(504), policy="default/routing@1",
    )  # fmt: skip


def reopened(round: int = 2, is_with_head: bool = False) -> ComplaintReopened:
    return ComplaintReopened(**WHO, round=round, reason="not_fixed", level=round - 1, is_with_head=is_with_head, policy="default/routing@1")


def withdrawn(round: int = 1) -> ComplaintWithdrawn:
    return ComplaintWithdrawn(**WHO, round=round, reason="changed_mind")


def closed(round: int = 1, how: str = "confirmed") -> ComplaintClosed:
    position = "offer_stands" if how == "final_position" else None
    return ComplaintClosed(**WHO, round=round, how=how, final_position=position, reopenable_until=hour(500), policy="default/routing@1")


def contact(**said: Any) -> ContactRepeated:
    """The customer came again; `said`: what intake knows of them since."""
    return ContactRepeated(
        **WHO, submission=complaint_id("crm", "T-2"), source="crm", source_ref="T-2", channel="phone", contacts=2,
        policy="default/intake@1", **said,
    )  # fmt: skip


def informed(is_chasing: bool = False, **said: Any) -> InformationAdded:
    return InformationAdded(**WHO, is_chasing=is_chasing, contacts=1 + is_chasing, **said)


def profiled(
    tier: str = "general", is_vulnerable: bool = False, do_not_call: bool = False, core: int | None = None
) -> CustomerProfileChanged:
    return CustomerProfileChanged(
        **WHO, tier=tier, is_vulnerable=is_vulnerable, do_not_call=do_not_call, expectation=Expectation(core=core) if core else None
    )


def erased(is_open: bool = True) -> DossierErased:
    return DossierErased(**WHO, is_open=is_open)


def speaker_of(event: Event) -> str:
    """The service that says it; a refusal is every service's word, here routing's."""
    module = type(event).__module__.removeprefix("contracts.")
    return module if module in OWNERS else "routing"


def every_event(hearer: str) -> list[Event]:
    """One of each word of the services that `hearer` hears, as the contracts' examples have it, about `COMPLAINT`."""
    heard = OWNERS[hearer].hears
    spoken = [word for word in words() if word.topic.owner in heard and word.topic.kind == "events"]
    found = [word.model.model_validate(example(word), extra="ignore") for word in spoken]
    return [event for event in found if isinstance(event, Event)]


def in_round(event: Event, round: int) -> Event:
    """The event in that round, if it belongs to one at all."""
    return event.model_copy(update={"round": round}) if "round" in type(event).model_fields else event
