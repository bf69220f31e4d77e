"""What a department reports in the end: what it found, why, and what is done about it.  Now and then it forgets to explain."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from contracts.model import Staff
from contracts.routing import CorrectiveAction, Finding, ReportResolution, WorkAccepted
from services.cli.demo.world.chance import Chance

FINDINGS: dict[Finding, float] = {"upheld": 55, "partly": 20, "not_upheld": 15, "undetermined": 10}
CAUSES: dict[str, dict[str, float]] = {
    "safety": {"insulation_damaged": 2, "overheating": 2, "warning_missing": 1},
    "quality": {"part_worn": 3, "assembly_fault": 2, "firmware_fault": 2},
    "contracts": {"wrong_price_in_system": 3, "picked_wrong_item": 2, "stock_count_wrong": 2},
    "logistics": {"carrier_delay": 3, "address_misread": 2, "poor_packing": 2},
    "customer_service": {"training_gap": 3, "part_not_ordered": 2, "too_few_technicians": 2},
}
REMEDIES = {"training": 2.0, "supplier_changed": 1.0, "packing_changed": 1.0, "check_added": 3.0}
EXPLANATIONS: dict[Finding, str] = {
    "upheld": "You are right. We found the fault, put it right, and are sorry for the trouble. 您说得对，问题已查明并处理，给您添麻烦了。",
    "partly": "Part of this was our fault and is put right; the rest is explained in our letter. 部分属实，已处理，其余附说明。",
    "not_upheld": "We looked into it with care and found nothing wrong on our side; here is why. 经核查未发现问题，理由附后。",
    "undetermined": "We could not find out what happened, and put it right all the same. 原因未能查明，仍按您的要求处理。",
}
FORGETS = 0.05
WITHOUT = ("acknowledgement",)
"""The answer of who forgets."""


def resolution(chance: Chance, taken: WorkAccepted, at: datetime, by: Staff) -> ReportResolution:
    """As it would be reported at that instant."""
    about = taken.complaint_id, taken.work
    finding = chance.pick(FINDINGS, "finding", *about)
    is_fault = finding in ("upheld", "partly")
    remedy = CorrectiveAction(code=chance.pick(REMEDIES, "remedy", *about), owner=taken.department, due=at + timedelta(days=14))
    report = ReportResolution(
        complaint_id=taken.complaint_id, work=taken.work, finding=finding,
        cause_code=chance.pick(CAUSES[taken.department], "cause", *about) if is_fault else "none_found",
        explanation=EXPLANATIONS[finding], corrective_action=remedy if is_fault else None,
        no_action_because=None if is_fault else "nothing_to_change", by=by,
    )  # fmt: skip
    return report.model_copy(update={"answer_parts": WITHOUT}) if chance.happens(FORGETS, "forgets", *about) else completed(report)


def completed(report: ReportResolution, lacking: Iterable[str] = ()) -> ReportResolution:
    """With every part that its own finding needs, and what the other departments' answers lack besides."""
    kind = ("apology", "prevention") if report.corrective_action else ("appreciation",)
    return report.model_copy(update={"answer_parts": tuple(dict.fromkeys(("acknowledgement", "explanation", *kind, *lacking)))})
