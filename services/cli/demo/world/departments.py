"""The departments: accept their work or say that it is not theirs, tell how far it is, let it rest, ask for more time, and report.

Most are in time, some late.  What is refused because something is missing they send again with it.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from contracts.common import CommandRefused
from contracts.model import Command, Staff
from contracts.routing import (
    AcceptWork,
    DeclineWork,
    ExtendClock,
    PauseWork,
    ReportProgress,
    ReportResolution,
    ResumeWork,
    WorkAccepted,
    WorkRequested,
)
from services.cli.demo.world.asking import Asking, Heard, asking
from services.cli.demo.world.chance import Chance
from services.cli.demo.world.findings import completed, resolution

SOURCE = "departments"
PACES: dict[tuple[float, float], float] = {(2, 9): 70, (13, 20): 18, (26, 31): 12}
"""From and to how many seconds the work takes, and how often: quick, slow enough for the clock to warn, and late."""
ACCEPTS: dict[tuple[float, float], float] = {(0.5, 3): 95, (6.5, 9): 5}
"""The same of saying that one takes it on; what was reopened at once."""
AGAIN = (2.0, 8.0)
"""What was reopened is everybody's first concern."""
TELLS, RESTS, EXTENDS, FORGETS_APPROVER = 0.7, 0.1, 0.5, 0.25
PRESSED_TWICE = 0.02
NOT_OURS, NOT_OURS_EITHER = 0.06, 0.2
"""How often a work is declined, and how often who is asked instead declines it too."""
MOST_DECLINES = 2
"""Of one complaint."""
SLOW = 12
"""Seconds of work from which on a department may ask for more time."""
MORE_TIME = 45
"""Seconds; as a whole target, which is longer than any that the policy has."""
LAST_STEP = timedelta(seconds=20)

WHY_NOT = {"not_ours": 5.0, "wrong_department": 3.0, "lacks_facts": 1.0}
WHY_RESTS = {"awaiting_customer": 3.0, "awaiting_parts": 2.0, "awaiting_authority": 1.0}
WHY_LONGER = {"awaiting_parts": 3.0, "complex_case": 2.0}
DELAYS = {"waiting_for_part": 3.0, "waiting_for_carrier": 2.0, "expert_away": 1.0}


class Departments:
    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._declined = Counter[str]()
        self._sent = dict[str, Command]()
        """Id → what may have to be sent again with what it lacks."""

    def hear(self, heard: Heard) -> Iterator[Asking]:
        match heard.event:
            case WorkRequested() as asked if self._is_declined(asked):
                yield self._decline(heard, asked)
            case WorkRequested() as asked:
                yield from self._accept(heard, asked)
            case WorkAccepted() as taken:
                yield from self._work(heard, taken)
            case CommandRefused(command_source="departments") as refused if refused.command_id in self._sent:
                yield from self._mend(heard, refused, self._sent[refused.command_id])

    # -- to take it on or not ---------------------------------------------------------------------------------------------------------

    def _is_declined(self, asked: WorkRequested) -> bool:
        share = NOT_OURS_EITHER if asked.instead_of else NOT_OURS
        may = asked.round == 1 and self._declined[asked.complaint_id] < MOST_DECLINES
        return may and self._chance.happens(share, "declines", asked.complaint_id, asked.work)

    def _decline(self, heard: Heard, asked: WorkRequested) -> Asking:
        self._declined[asked.complaint_id] += 1
        about = asked.complaint_id, asked.work
        command = DeclineWork(
            complaint_id=asked.complaint_id, work=asked.work, reason=self._chance.pick(WHY_NOT, "why not", *about),
            note="不属于我部门职责，请改派。", by=clerk(asked.department),
        )  # fmt: skip
        return asking(SOURCE, "routing", command, self._chance.between(0.5, 3, "decline", *about), heard.id)

    def _accept(self, heard: Heard, asked: WorkRequested) -> Iterator[Asking]:
        about = asked.complaint_id, asked.work
        command = AcceptWork(complaint_id=asked.complaint_id, work=asked.work, by=clerk(asked.department))
        pace = (0.5, 3.0) if asked.round > 1 else self._chance.pick(ACCEPTS, "pace of accepting", *about)
        after = self._chance.between(*pace, "accept", *about)
        yield asking(SOURCE, "routing", command, after, heard.id)
        if self._chance.happens(PRESSED_TWICE, "pressed twice", *about):
            yield asking(SOURCE, "routing", command, after + 0.8, heard.id, "pressed twice")

    # -- the work ---------------------------------------------------------------------------------------------------------------------

    def _work(self, heard: Heard, taken: WorkAccepted) -> Iterator[Asking]:
        """In the order in which it will be sent; a rest makes all that follows later."""
        about = taken.complaint_id, taken.work
        pace = AGAIN if taken.round > 1 else self._chance.pick(PACES, "pace", *about)
        takes = self._chance.between(*pace, "takes", *about) * (0.7 if taken.department == "safety" else 1)
        rests = self._chance.between(2, 5, "rests for", *about) if self._may_rest(taken) else 0
        if takes > SLOW and self._chance.happens(EXTENDS, "extends", *about):
            yield self._extend(heard, taken, takes * 0.25)
        if rests:
            yield from self._rest(heard, taken, takes * 0.3, rests)
        if self._chance.happens(TELLS, "tells", *about):
            yield self._progress(heard, taken, takes / 3 + rests)
        report = resolution(self._chance, taken, heard.at + timedelta(seconds=takes), clerk(taken.department))
        yield self._ask(report, takes + rests, heard.id)

    def _may_rest(self, taken: WorkAccepted) -> bool:
        return taken.round == 1 and self._chance.happens(RESTS, "rests", taken.complaint_id, taken.work)

    def _rest(self, heard: Heard, taken: WorkAccepted, after: float, rests: float) -> Iterator[Asking]:
        named = {"complaint_id": taken.complaint_id, "work": taken.work, "by": clerk(taken.department)}
        reason = self._chance.pick(WHY_RESTS, "why rests", taken.complaint_id, taken.work)
        yield asking(SOURCE, "routing", PauseWork.model_validate(named | {"reason": reason}), after, heard.id)
        yield asking(SOURCE, "routing", ResumeWork.model_validate(named), after + rests, heard.id)

    def _extend(self, heard: Heard, taken: WorkAccepted, after: float) -> Asking:
        """More time is the team lead's to grant, which is forgotten at times."""
        about = taken.complaint_id, taken.work
        forgets = self._chance.happens(FORGETS_APPROVER, "forgets approver", *about)
        command = ExtendClock(
            complaint_id=taken.complaint_id, clock="resolution", target=MORE_TIME,
            reason=self._chance.pick(WHY_LONGER, "why longer", *about), approver=None if forgets else team_lead(taken.department),
            next_update=heard.at + timedelta(seconds=after) + LAST_STEP, by=clerk(taken.department),
        )  # fmt: skip
        return self._ask(command, after, heard.id)

    def _progress(self, heard: Heard, taken: WorkAccepted, after: float) -> Asking:
        """A department that is slow says why, and when the next word comes."""
        delay = self._chance.pick(DELAYS, "delay", taken.complaint_id, taken.work) if after > AGAIN[1] / 2 else None
        command = ReportProgress(
            complaint_id=taken.complaint_id, work=taken.work, is_told_to_customer=True, delay_cause=delay,
            next_update=heard.at + timedelta(seconds=after) + LAST_STEP if delay else None, by=clerk(taken.department),
        )  # fmt: skip
        return asking(SOURCE, "routing", command, after, heard.id)

    # -- what was refused -------------------------------------------------------------------------------------------------------------

    def _mend(self, heard: Heard, refused: CommandRefused, command: Command) -> Iterator[Asking]:
        match refused.reason, command:
            case "answer_incomplete", ReportResolution():
                yield self._ask(completed(command, refused.see.split(", ") if refused.see else ()), 1, heard.id)
            case "not_contained" | "remedy_missing", ReportResolution():
                yield self._ask(command, 2, heard.id)
            case "approver_missing", ExtendClock():
                yield self._ask(command.model_copy(update={"approver": team_lead(str(command.by.department))}), 1, heard.id)

    def _ask(self, command: Command, after: float, because: str) -> Asking:
        asked = asking(SOURCE, "routing", command, after, because)
        self._sent[asked.id] = command
        return asked


def clerk(department: str) -> Staff:
    return Staff(staff=f"{department}-clerk", role="clerk", department=department)


def team_lead(department: str) -> Staff:
    return Staff(staff=f"{department}-lead", role="team_lead", department=department)
