"""One example message of each type, with every field filled that may stand beside the others, made from its schema: the same at every run.

Values are chosen by the field's name where the name is telling, else by its pattern.  A model whose fields depend on each other
gives some of them in `model_config = ConfigDict(json_schema_extra={"examples": [{…}]})`.
"""

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from contracts.generate.schema import schema
from contracts.generate.words import Word
from contracts.ids import complaint_id, derived_id, reference_number
from contracts.servqual import DIMENSIONS

COMPLAINT = complaint_id("crm", "T-1")

BY_NAME: dict[str, Any] = {
    "id": derived_id("example", "id"), "cause": derived_id("example", "cause"), "source": "crm", "source_ref": "T-1", "seq": 3,
    "complaint_id": COMPLAINT, "document": COMPLAINT, "customer": "c7f3e2a9b4d16805", "reference": reference_number(COMPLAINT),
    "submission": complaint_id("crm", "T-2"), "into": complaint_id("crm", "T-3"), "command_id": derived_id("example", "command"),
    "command_type": "routing.accept_work.v1", "channel": "phone", "time_zone": "Asia/Shanghai",
    "department": "quality", "departments": "quality", "lead": "quality", "opens": "09:00", "closes": "18:00", "name": "王小明",
    "staff": "s-204", "role": "agent", "work": "1-quality", "callback": "1-confirm", "survey": "1-survey", "clock": "resolution",
    "cause_code": "worn_part", "causes": "worn_part", "no_action_because": "single_case", "answer_parts": "apology",
    "code": "check_supplier", "owner": "quality", "delay_cause": "spare_part", "purpose": "confirm", "outcome": "reached",
    "how": "confirmed", "because": "not_solved", "see": reference_number(COMPLAINT), "candidates": "quality", "segment": "general",
    "calendar": "office", "dimension": "reliability", "questionnaire": "recovery-1", "questions": "solved", "tier": "general",
    "unit": "seconds", "stage": "after_sale", "element": "response_time", "failed_right": "product", "service_class": "duration",
    "mode": "inbound", "complainant_role": "buyer", "remedy_sought": "repair", "hazards": "electric_leak", "priority_reasons": "hazard",
    "acknowledgement": "ack.zh", "category": "air_conditioner", "complaint_type": "维修太慢", "descriptor": "空调不制冷", "region": "上海",
    "command_source": "repairs-desk", "complaint_source": "crm", "request": "E-17", "order_no": "A-4711", "waybill": "SF-1001",
    "other_parties": "user", "instance": "resolution", "instead_of": "1-logistics", "measure": "power_cut_off", "to": "head",
    "final_position": "offer_stands", "predecessors": complaint_id("crm", "T-0"), "same_matter": complaint_id("crm", "T-4"),
    "transaction_ref": "T-1", "listening_post": "feedback_card", "worst": "reliability", "expectation": 6, "perception": 5,
    "complaints": COMPLAINT, "evidence": "R-88", "evidence_of_repairs": "R-88", "attachments": "photo-1.jpg",
    "seal": "5f1d3c2a" * 8,
    "remedy": "1-three_guarantees", "entitlement": "three_guarantees", "basis": "cn.three_guarantees.11",
    "circumstances": "no_same_model", "evidence_needed": "repair_records", "approvers": "head",
    "phone": "+8613800138000", "email": "wang@example.com", "post": "上海市示例路1号", "narrative": "空调修了两次还是不制冷。",
}  # fmt: skip
HEAD = {"staff": "s-101", "role": "head", "department": "quality"}
"""Who approves is somebody else than who asks."""
PAPERS = ["proof_of_purchase", "repair_records"]
OWED = {"ground": "entitlement"}
GIVEN = {
    "remedy": "1-goodwill", "ground": "goodwill", "entitlement": None, "basis": None, "kind": "compensation",
    "amount": {"amount_minor": 50_000, "currency": "CNY"}, "by": HEAD,
}  # fmt: skip
KINDS = ("质量", "quality")
"""A kind in the sender's words, and as a code of the policy's classes."""
BY_TYPE: dict[str, dict[str, Any]] = {
    "Party": {"role": "user"}, "CommandRefused": {"reason": "id_taken"}, "RepeatFactsChanged": {"because": "proof_added"},
    "ComplaintSentToTriage": {"reason": "no_rule", "owner": "triage_desk"}, "ClockStarted": {"kind": "resolution"},
    "PriorityChanged": {"reason": "repeat", "before": 4, "priority": 2}, "SetPriority": {"reason": "heat_wave"},
    "LinkCustomers": {"into": {"id": "C-1001"}}, "ReportResolution": {"no_action_because": None},
    "DeclineWork": {"reason": "not_ours"}, "WorkDeclined": {"reason": "not_ours"},
    "PauseWork": {"reason": "awaiting_customer"}, "WorkPaused": {"reason": "awaiting_customer"},
    "ClockPaused": {"reason": "awaiting_customer"}, "ClockAimed": {"because": "priority"},
    "ExtendClock": {"reason": "awaiting_parts", "target": 86_400, "approver": HEAD},
    "ClockExtended": {"reason": "awaiting_parts", "before": 28_800, "target": 86_400, "approver": HEAD},
    "ComplaintEscalated": {"reason": "clock"}, "ReopenComplaint": {"reason": "not_fixed"}, "ComplaintReopened": {"reason": "not_fixed"},
    "WithdrawComplaint": {"reason": "changed_mind"}, "ComplaintWithdrawn": {"reason": "changed_mind"},
    "ClockStopped": {"reason": "withdrawn"}, "CallbackCancelled": {"reason": "reopened"}, "CallbackImpossible": {"reason": "no_phone"},
    "CallbackAbandoned": {"reason": "attempts_used_up"}, "SurveyCancelled": {"reason": "reopened"},
    "RelationshipMeasured": {
        "gaps_ten_thousandths": dict.fromkeys(DIMENSIONS, -10_000), "overall_ten_thousandths": -10_000, "weighted_ten_thousandths": -10_000,
        "weights": dict(zip(DIMENSIONS, (11, 32, 22, 19, 16), strict=True)), "worst": list(DIMENSIONS),
    },
    "ProposeRemedy": {"kind": None, "evidence": PAPERS, "out_of_use_days": 12}, "ChooseRemedy": {"kind": "refund", "evidence": PAPERS},
    "ApproveRemedy": {"remedy": "1-goodwill", "by": HEAD},
    "RejectRemedy": {"reason": "not_wanted"}, "ReportRemedyFailed": {"reason": "account_closed"}, "RemedyOption": {"kind": "refund"},
    "RemedyGiven": {"kind": "refund", "ground": "entitlement", "standing": "issued"},
    "RemedyProposed": OWED | {"evidence": PAPERS, "approvers": [], "repairs_so_far": 2}, "RemedyApproved": GIVEN,
    "RemedyChosen": OWED | {"kind": "refund", "evidence": PAPERS}, "RemedyRejected": OWED | {"reason": "not_wanted"},
    "RemedyIssued": OWED | {"kind": "refund"}, "RemedyDone": OWED | {"kind": "repair", "amount": None, "product_category": "water_heater"},
    "RemedyFailed": OWED | {"kind": "refund", "reason": "account_closed"}, "RemedyCancelled": OWED | {"reason": "withdrawn"},
}  # fmt: skip
"""Words that mean another thing in each message, or in a part of one; None: left out, for another field contradicts it."""
PLAIN = ("example", "一行文字", "zh", "CN", "CNY", "Asia/Shanghai", derived_id("example", "uuid"))
"""Tried in turn on every other string, against its pattern and its bounds."""


def example(word: Word) -> dict[str, Any]:
    full = schema(word)
    made: dict[str, Any] = _value("", full, full)
    if "policy" in made:
        made["policy"] = f"default/{word.topic.owner}@5f1d3c2a"
    told = made | deepcopy(BY_TYPE.get(word.model.__name__, {})) | dict(*word.model.model_json_schema().get("examples", ())[:1])
    return {field: value for field, value in told.items() if value is not None}


def _value(name: str, node: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    match node:
        case {"$ref": reference}:
            return _part(name, reference.rpartition("/")[2], root)
        case {"const": value} | {"enum": [value, *_]}:
            return value
        case {"anyOf": [first, *_]} | {"oneOf": [first, *_]} | {"allOf": [first, *_]}:
            return _value(name, first, root)
        case {"type": "object", "properties": properties}:
            return {field: _value(field, properties[field], root) for field in properties}
        case {"type": "object"}:
            return _map(name, node, root)
        case {"type": "array", "prefixItems": items}:
            return [_value(name, item, root) for item in items]
        case {"type": "array"}:
            return [_value(name, node["items"], root) for _ in range(max(1, node.get("minItems", 1)))]
        case {"type": "string"}:
            return _string(name, node)
        case {"type": "integer" | "number"}:
            return told if isinstance(told := BY_NAME.get(name), int) else max(node.get("minimum", 1), 1)
        case {"type": "boolean"}:
            return True
        case _:
            raise ValueError(f"There is no example for the field {name}: say how in contracts/generate/example.py.")


def _part(name: str, kind: str, root: Mapping[str, Any]) -> Any:
    made = _value(name, root["$defs"][kind], root)
    return made | deepcopy(BY_TYPE.get(kind, {})) if isinstance(made, dict) else made


def _map(name: str, node: Mapping[str, Any], root: Mapping[str, Any]) -> dict[str, Any]:
    ((pattern, item),) = node.get("patternProperties", {"": node.get("additionalProperties", {})}).items()
    key = node.get("propertyNames", {"pattern": pattern})
    return {_string("key", key): _value(name, item, root)}


def _string(name: str, node: Mapping[str, Any]) -> str:
    if node.get("format") == "date-time":
        return "2026-03-02T09:30:00.000Z"
    if name in BY_NAME:
        return str(BY_NAME[name])
    fitting = (text for text in (KINDS + PLAIN if name == "kind" else PLAIN) if _fits(text, node))
    if (found := next(fitting, None)) is None:
        raise ValueError(f"There is no example for the field {name}: add one to contracts/generate/example.py.")
    return found


def _fits(text: str, node: Mapping[str, Any]) -> bool:
    return bool(re.search(node.get("pattern", ""), text)) and node.get("minLength", 0) <= len(text) <= node.get("maxLength", len(text))
