"""Triage: people who say whose a complaint is where no rule does.  Now and then one names a department that is none, and is told so."""

from collections.abc import Iterator

from contracts.common import CommandRefused
from contracts.model import Staff
from contracts.routing import AssignDepartments, ComplaintSentToTriage
from services.cli.world.asking import Asking, Heard, asking
from services.cli.world.chance import Chance

SOURCE = "triage"
CLERK = Staff(staff="triage-1", role="triage", department="triage")
LEADS = {"customer_service": 5.0, "contracts": 3.0, "logistics": 2.0, "quality": 1.0}
SLIP = 0.08
SLIPPED = "warehouse"


class Triage:
    def __init__(self, chance: Chance) -> None:
        self._chance = chance

    def hear(self, heard: Heard) -> Iterator[Asking]:
        match heard.event:
            case ComplaintSentToTriage() as asked:
                slips = self._chance.happens(SLIP, "slip", asked.complaint_id)
                yield self._assign(heard, asked.complaint_id, SLIPPED if slips else self._lead(asked.complaint_id))
            case CommandRefused(command_source="triage", reason="unknown_department", complaint_id=str(complaint)):
                yield self._assign(heard, complaint, self._lead(complaint))

    def _lead(self, complaint: str) -> str:
        return self._chance.pick(LEADS, "lead", complaint)

    def _assign(self, heard: Heard, complaint: str, lead: str) -> Asking:
        after = self._chance.between(1, 4, "triage", complaint)
        command = AssignDepartments(complaint_id=complaint, departments=(lead,), lead=lead, by=CLERK)
        return asking(SOURCE, "routing", command, after, heard.id)
