"""The departments: accept their work, tell how far it is, and report what they found; most in time, some late."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from contracts.model import Staff
from contracts.routing import (
    AcceptWork,
    CorrectiveAction,
    Finding,
    ReportProgress,
    ReportResolution,
    WorkAccepted,
    WorkRequested,
)
from services.cli.world.asking import Asking, Heard, asking
from services.cli.world.chance import Chance

SOURCE = "departments"
PACES: dict[tuple[float, float], float] = {(2, 9): 70, (13, 20): 18, (26, 31): 12}
"""From and to how many seconds the work takes, and how often: quick, slow enough for the clock to warn, and late."""
AGAIN = (2.0, 8.0)
"""What was reopened is everybody's first concern."""
TELLS = 0.4
PRESSED_TWICE = 0.02
LAST_STEP = timedelta(seconds=20)

FINDINGS: dict[Finding, float] = {"upheld": 55, "partly": 20, "not_upheld": 15, "undetermined": 10}
CAUSES: dict[str, dict[str, float]] = {
    "safety": {"insulation_damaged": 2, "overheating": 2, "warning_missing": 1},
    "quality": {"part_worn": 3, "assembly_fault": 2, "firmware_fault": 2},
    "contracts": {"wrong_price_in_system": 3, "picked_wrong_item": 2, "stock_count_wrong": 2},
    "logistics": {"carrier_delay": 3, "address_misread": 2, "poor_packing": 2},
    "customer_service": {"training_gap": 3, "part_not_ordered": 2, "too_few_technicians": 2},
}
REMEDIES = {"training": 2.0, "supplier_changed": 1.0, "packing_changed": 1.0, "check_added": 3.0}
DELAYS = {"waiting_for_part": 3.0, "waiting_for_carrier": 2.0, "expert_away": 1.0}
EXPLANATIONS: dict[Finding, str] = {
    "upheld": "You are right. We found the fault, put it right, and are sorry for the trouble. 您说得对，问题已查明并处理，给您添麻烦了。",
    "partly": "Part of this was our fault and is put right; the rest is explained in our letter. 部分属实，已处理，其余附说明。",
    "not_upheld": "We looked into it with care and found nothing wrong on our side; here is why. 经核查未发现问题，理由附后。",
    "undetermined": "We could not find out what happened, and put it right all the same. 原因未能查明，仍按您的要求处理。",
}


class Departments:
    def __init__(self, chance: Chance) -> None:
        self._chance = chance

    def hear(self, heard: Heard) -> Iterator[Asking]:
        match heard.event:
            case WorkRequested() as asked:
                yield from self._accept(heard, asked)
            case WorkAccepted() as taken:
                yield from self._work(heard, taken)

    def _accept(self, heard: Heard, asked: WorkRequested) -> Iterator[Asking]:
        about = asked.complaint_id, asked.work
        command = AcceptWork(complaint_id=asked.complaint_id, work=asked.work, by=_clerk(asked.department))
        after = self._chance.between(0.5, 3, "accept", *about)
        yield asking(SOURCE, "routing", command, after, heard.id)
        if self._chance.happens(PRESSED_TWICE, "pressed twice", *about):
            yield asking(SOURCE, "routing", command, after + 0.8, heard.id, "pressed twice")

    def _work(self, heard: Heard, taken: WorkAccepted) -> Iterator[Asking]:
        about = taken.complaint_id, taken.work
        pace = AGAIN if taken.round > 1 else self._chance.pick(PACES, "pace", *about)
        takes = self._chance.between(*pace, "takes", *about) * (0.7 if taken.department == "safety" else 1)
        if self._chance.happens(TELLS, "tells", *about):
            yield self._progress(heard, taken, takes / 2)
        yield asking(SOURCE, "routing", self._resolution(taken, heard.at + timedelta(seconds=takes)), takes, heard.id)

    def _progress(self, heard: Heard, taken: WorkAccepted, after: float) -> Asking:
        """A department that is slow says why, and when the next word comes."""
        delay = self._chance.pick(DELAYS, "delay", taken.complaint_id, taken.work) if after > AGAIN[1] / 2 else None
        command = ReportProgress(
            complaint_id=taken.complaint_id, work=taken.work, is_told_to_customer=True, delay_cause=delay,
            next_update=heard.at + timedelta(seconds=after) + LAST_STEP if delay else None, by=_clerk(taken.department),
        )  # fmt: skip
        return asking(SOURCE, "routing", command, after, heard.id)

    def _resolution(self, taken: WorkAccepted, at: datetime) -> ReportResolution:
        about = taken.complaint_id, taken.work
        finding = self._chance.pick(FINDINGS, "finding", *about)
        is_fault = finding in ("upheld", "partly")
        remedy = CorrectiveAction(
            code=self._chance.pick(REMEDIES, "remedy", *about), owner=taken.department, due=at + timedelta(days=14)
        )
        return ReportResolution(
            complaint_id=taken.complaint_id, work=taken.work, finding=finding,
            cause_code=self._chance.pick(CAUSES[taken.department], "cause", *about) if is_fault else "none_found",
            explanation=EXPLANATIONS[finding], corrective_action=remedy if is_fault else None,
            no_action_because=None if is_fault else "nothing_to_change",
            answer_parts=("acknowledgement", "explanation", *(("apology", "prevention") if is_fault else ("appreciation",))),
            by=_clerk(taken.department),
        )  # fmt: skip


def _clerk(department: str) -> Staff:
    return Staff(staff=f"{department}-clerk", role="clerk", department=department)
