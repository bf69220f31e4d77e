"""Triage: people who say whose a complaint is where no rule does, or whose a work is that was declined.

Now and then one names a department that is none, and is told so.
"""

from collections import defaultdict
from collections.abc import Iterator

from contracts.common import CommandRefused
from contracts.model import Staff
from contracts.routing import AssignDepartments, ComplaintSentToTriage, WorkRequested
from services.cli.demo.world.asking import Asking, Heard, asking
from services.cli.demo.world.chance import Chance

SOURCE = "triage"
CLERK = Staff(staff="triage-1", role="triage", department="triage")
LEADS = {"customer_service": 5.0, "contracts": 3.0, "logistics": 2.0, "quality": 1.0}
PACES: dict[tuple[float, float], float] = {(1, 4): 93, (13, 16): 7}
"""From and to how many seconds it takes to decide, and how often: in time and late."""
SLIP = 0.08
SLIPPED = "warehouse"


class Triage:
    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._asked = defaultdict[str, set[str]](set)
        """Complaint → the departments that were asked so far, or will be when our answer is there."""
        self._leading = set[tuple[str, str]]()
        """(complaint, work) of those that own the answer."""

    def hear(self, heard: Heard) -> Iterator[Asking]:
        match heard.event:
            case WorkRequested() as asked:
                self._asked[asked.complaint_id].add(asked.department)
                if asked.is_lead:
                    self._leading.add((asked.complaint_id, asked.work))
            case ComplaintSentToTriage(work=str(work)) as declined:
                yield self._replace(heard, declined.complaint_id, work)
            case ComplaintSentToTriage() as asked:
                slips = self._chance.happens(SLIP, "slip", asked.complaint_id)
                yield self._assign(heard, asked.complaint_id, SLIPPED if slips else self._lead(asked.complaint_id))
            case CommandRefused(command_source="triage", reason="unknown_department", complaint_id=str(complaint)):
                yield self._assign(heard, complaint, self._lead(complaint))

    def _lead(self, complaint: str) -> str:
        return self._chance.pick(LEADS, "lead", complaint)

    def _assign(self, heard: Heard, complaint: str, lead: str) -> Asking:
        command = AssignDepartments(complaint_id=complaint, departments=(lead,), lead=lead, by=CLERK)
        return self._answer(heard, command, "triage", complaint)

    def _replace(self, heard: Heard, complaint: str, work: str) -> Asking:
        """Another department, which nobody asked before; it has the lead if the one had it that declined."""
        others = {name: weight for name, weight in LEADS.items() if name not in self._asked[complaint]} or LEADS
        department = self._chance.pick(others, "instead", complaint, work)
        self._asked[complaint].add(department)
        lead = department if (complaint, work) in self._leading else None
        command = AssignDepartments(complaint_id=complaint, work=work, departments=(department,), lead=lead, by=CLERK)
        return self._answer(heard, command, "replace", complaint, work)

    def _answer(self, heard: Heard, command: AssignDepartments, *what: str) -> Asking:
        pace = self._chance.pick(PACES, "pace", *what)
        return asking(SOURCE, "routing", command, self._chance.between(*pace, *what), heard.id)
