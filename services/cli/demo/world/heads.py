"""The heads: decide what used up its rounds, look after what was escalated to them, and approve what is to be given, or not."""

from collections import Counter
from collections.abc import Iterator

from contracts.model import Staff
from contracts.routing import (
    ApproveRemedy,
    AssignDepartments,
    CloseComplaint,
    ComplaintEscalated,
    ComplaintReopened,
    RejectRemedy,
    RemedyProposed,
    SetPriority,
)
from services.cli.demo.world.asking import Asking, Heard, asking
from services.cli.demo.world.chance import Chance

SOURCE = "heads"
HEAD = Staff(staff="head-1", role="head", department="customer_service")
TRIES_AGAIN, HURRIES = 0.5, 0.3
"""How often a head has it worked on once more before the final position, and gives what waited too long the highest priority."""
OTHERS = {"quality": 1.0, "customer_service": 1.0, "contracts": 1.0}
REFUSES, HELPS_ITSELF = 0.15, 0.1
"""How often what needs approval is refused, and how often who proposed it tries to approve it first."""
FINAL = "我们已尽力，最终答复不变。We have done what we can; our offer stands."


class Heads:
    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._decided = Counter[str]()

    def hear(self, heard: Heard) -> Iterator[Asking]:
        match heard.event:
            case ComplaintReopened(is_with_head=True) as back:
                yield self._decide(heard, back.complaint_id)
            case ComplaintEscalated(reason="clock", level=level) as escalated if level > 1:
                yield from self._hurry(heard, escalated)
            case RemedyProposed() as proposed if proposed.approvers:
                yield from self._judge(heard, proposed)

    def _decide(self, heard: Heard, complaint: str) -> Asking:
        """Once more by another department, or the final position; the second time nothing but that."""
        self._decided[complaint] += 1
        tries = self._decided[complaint] == 1 and self._chance.happens(TRIES_AGAIN, "tries again", complaint)
        lead = self._chance.pick(OTHERS, "head's lead", complaint)
        command = (
            AssignDepartments(complaint_id=complaint, departments=(lead,), lead=lead, by=HEAD)
            if tries
            else CloseComplaint(complaint_id=complaint, final_position="offer_stands", note=FINAL, by=HEAD)
        )
        return asking(SOURCE, "routing", command, self._chance.between(1, 3, "decides", complaint, self._decided[complaint]), heard.id)

    def _hurry(self, heard: Heard, escalated: ComplaintEscalated) -> Iterator[Asking]:
        about = escalated.complaint_id, escalated.level
        if self._chance.happens(HURRIES, "hurries", *about):
            command = SetPriority(complaint_id=escalated.complaint_id, priority=1, reason="waited_too_long", by=HEAD)
            yield asking(SOURCE, "routing", command, self._chance.between(0.5, 2, "hurry", *about), heard.id)

    def _judge(self, heard: Heard, proposed: RemedyProposed) -> Iterator[Asking]:
        """By somebody of the lowest role that may."""
        named = {"complaint_id": proposed.complaint_id, "remedy": proposed.remedy}
        who = Staff(staff=f"{proposed.approvers[0]}-7", role=proposed.approvers[0])
        about = proposed.complaint_id, proposed.remedy
        if self._chance.happens(HELPS_ITSELF, "helps itself", *about):
            yield asking(SOURCE, "routing", ApproveRemedy(**named, by=proposed.by), 0.4, heard.id, "helps itself")
        refuses = self._chance.happens(REFUSES, "refuses", *about)
        command = RejectRemedy(**named, reason="too_much", by=who) if refuses else ApproveRemedy(**named, by=who)
        yield asking(SOURCE, "routing", command, self._chance.between(0.8, 2.5, "judges", *about), heard.id)
