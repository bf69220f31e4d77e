"""A complaint's records, as the services would have written them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.catalogue import PARTITIONS, vocabulary
from contracts.ids import complaint_id, derived_id, reference_number
from contracts.wire import write_event
from services.platform.kernel.record import Record, partition_of

COMPLAINT = complaint_id("crm", "T-1")
REFERENCE = reference_number(COMPLAINT)
CUSTOMER = "c7f3e2a9b4d16805"
WHO = {"complaint_id": COMPLAINT, "customer": CUSTOMER}
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
STAFF = {"staff": "li", "role": "agent", "department": "repairs"}
POLICY = "default/routing@5f1d3c2a"


def id_of(name: str) -> str:
    return derived_id("test", name)


def complaint_named(n: int) -> str:
    return complaint_id("crm", f"T-{n}")


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def event(type: str, name: str, seq: int, after: float = 0, cause: str = "outside", **fields: Any) -> Record:
    """An event `after` seconds; its id is derived from `name`, and `cause` is the name of another."""
    service = type.partition(".")[0]
    topic = f"{service}.events.v1"
    model = vocabulary(topic)[type]
    said = {name: value for name, value in WHO.items() if name in model.model_fields} | fields
    body = model.model_validate(said)
    at = START + timedelta(seconds=after)
    value, headers = write_event(service, body, id=id_of(name), at=at, seq=seq, cause=id_of(cause))  # type: ignore[arg-type]
    key = body.key or CUSTOMER
    return Record(topic, partition_of(key, PARTITIONS), seq, at, key.encode(), value, headers)


def registered(**fields: Any) -> Record:
    told = {
        "source": "crm", "source_ref": "T-1", "reference": REFERENCE, "channel": "phone", "complaint_type": "不能开机",
        "first_answer_due": START + timedelta(days=1), "acknowledgement": "ack.zh", "policy": "default/intake@1",
    }  # fmt: skip
    return event("intake.complaint_registered.v1", "registered", 0, **told | fields)


def routed(after: float = 0, **fields: Any) -> Record:
    told = {
        "round": 1, "departments": ["repairs"], "lead": "repairs", "priority": 4, "priority_reasons": ["ordinary"],
        "promised_resolution": START + timedelta(days=5), "policy": POLICY,
    }  # fmt: skip
    return event("routing.complaint_routed.v1", "routed", 0, after, "registered", **told | fields)


def life() -> list[Record]:
    """From the call to a broken callback, in the order in which things led to each other."""
    latest = START + timedelta(days=3)
    promise = {"round": 1, "callback": "1-confirm", "purpose": "confirm"}
    return [
        registered(),
        routed(),
        event("routing.work_requested.v1", "asked", 1, 0, "registered", round=1, work="1-repairs", department="repairs", is_lead=True),
        event("routing.work_accepted.v1", "accepted", 2, 60, round=1, work="1-repairs", department="repairs", by=STAFF),
        event(
            "routing.complaint_resolved.v1", "resolved", 3, 3_600, round=1, finding="upheld", causes=["loose_cable"], gaps=[3],
            answer_parts=[], lead="repairs", promised_resolution=START + timedelta(days=5), is_late=False,
            reopenable_until=START + timedelta(days=21), policy=POLICY,
        ),
        event(
            "callback.callback_promised.v1", "promised", 0, 3_600, "resolved", **promise, channel="phone",
            earliest=START + timedelta(days=1), latest=latest, policy="default/callback@1",
        ),
        event("callback.callback_broken.v1", "broken", 1, 3 * 86_400 + 1, "wake", **promise, broken_at=latest + timedelta(seconds=1)),
    ]  # fmt: skip


def refusal(service: str = "routing", seq: int = 9, after: float = 90, **fields: Any) -> Record:
    told = {
        "command_id": id_of("command"), "command_type": f"{service}.accept_work.v1", "command_source": "crm", "reason": "already_accepted",
    }  # fmt: skip
    return event(f"{service}.command_refused.v1", f"refused-{service}-{seq}", seq, after, "command", **told | fields)
