"""The customers: ask where it stands, tell more, answer the phone, are satisfied or not, take a complaint back, or bring it up again; a few
are satisfied with nothing.

Whoever is vulnerable answers in the end: silence is never taken for their consent.
"""

from collections.abc import Iterator
from typing import Any

from contracts.common import Answers
from contracts.feedback import SurveyExpired
from contracts.intake import AddInformation, ComplaintRegistered, CustomerProfileChanged, PriorRepairs
from contracts.routing import ComplaintClosed, ComplaintResolved, ReopenComplaint, WithdrawComplaint
from services.cli.demo.world.asking import Asking, Heard, asking
from services.cli.demo.world.chance import Chance

SOURCE = "customers"
WITHDRAW, REOPEN = 0.05, 0.04
CHASE, TELL_OF_DANGER, TELL_OF_REPAIRS, STUBBORN = 0.08, 0.02, 0.02, 0.02
DANGER = {"zh": "刚才插座冒火花了，有点麻手！", "en": "It has just given off sparks, and my hand tingles!"}
TALK, WRITE_BACK = 0.85, 0.4
"""How many of those who were reached answer our questions, and how many of those who were written to instead write back."""
CONTENT = {1: 0.8, 2: 0.93}
"""How many accept the recovery, by round; in later rounds all."""
OUTCOMES = {"reached": 66.0, "no_answer": 12, "busy": 9, "voicemail": 5, "failed": 3, "wrong_number": 3, "refused": 2}
WHY_NOT = {"unsolved": 5.0, "poor": 3.0, "below": 3.0}
WORST = {"reliability": 4.0, "responsiveness": 3.0, "empathy": 2.0, "assurance": 1.0, "tangibles": 1.0}


class Customers:
    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._vulnerable = set[str]()
        self._expected = dict[str, int]()

    def hear(self, heard: Heard) -> Iterator[Asking]:
        match heard.event:
            case ComplaintRegistered() as registered:
                self._remember(registered)
                yield from self._withdraw(heard, registered.complaint_id)
                yield from self._tell_more(heard, registered)
            case CustomerProfileChanged(is_vulnerable=True, complaint_id=complaint):
                self._vulnerable.add(complaint)
            case ComplaintResolved() as resolved if self._is_stubborn(resolved.complaint_id):
                after = self._chance.between(0.5, 2, "not fixed", resolved.complaint_id, resolved.round)
                yield self._reopen(heard, resolved.complaint_id, "not_fixed", after)
            case ComplaintClosed(round=1, how="confirmed" | "silence") as closed:
                yield from self._come_back(heard, closed.complaint_id)
            case ComplaintClosed(how="final_position") as closed:
                yield self._reopen(heard, closed.complaint_id, "not_fixed", 1)
            case SurveyExpired(kind="recovery", complaint_id=complaint) if complaint in self._vulnerable:
                yield self._reopen(heard, complaint, "visited", 1)

    def called(self, complaint: str, round: int, call: int) -> tuple[str, Answers | None]:
        """What comes of the call: its outcome, and the answers of whoever was reached and has time for them."""
        about = complaint, round, call
        is_vulnerable = complaint in self._vulnerable
        outcome = "reached" if is_vulnerable and call > 1 else self._chance.pick(OUTCOMES, "outcome", *about)
        talks = outcome == "reached" and (is_vulnerable or self._chance.happens(TALK, "talks", *about))
        return outcome, self.opinion(complaint, round) if talks else None

    def writes_back(self, complaint: str, round: int) -> bool:
        """To a message or a letter that was sent because nobody came to the phone."""
        return self._chance.happens(WRITE_BACK, "writes back", complaint, round)

    def answers_surely(self, complaint: str, round: int) -> bool:
        """Who was disappointed once, and the vulnerable."""
        return round > 1 or complaint in self._vulnerable

    def is_content(self, complaint: str, round: int) -> bool:
        return self._chance.happens(CONTENT.get(round, 1), "content", complaint, round)

    def _remember(self, registered: ComplaintRegistered) -> None:
        if registered.is_vulnerable:
            self._vulnerable.add(registered.complaint_id)
        if registered.expectation and registered.expectation.core:
            self._expected[registered.complaint_id] = registered.expectation.core

    def _withdraw(self, heard: Heard, complaint: str) -> Iterator[Asking]:
        """It may be too late for that: then the complaint stays closed."""
        if self._chance.happens(WITHDRAW, "withdraw", complaint):
            command = WithdrawComplaint(complaint_id=complaint, reason="settled_otherwise")
            yield asking(SOURCE, "routing", command, self._chance.between(1, 25, "withdraws", complaint), heard.id)

    def _tell_more(self, heard: Heard, registered: ComplaintRegistered) -> Iterator[Asking]:
        """Where the answer came first, it is too late for that too."""
        id = registered.complaint_id
        if self._chance.happens(CHASE, "chase", id):
            yield self._inform(heard, registered, self._chance.between(5, 18, "chases", id), is_chasing=True)
        if self._chance.happens(TELL_OF_DANGER, "danger", id):
            words = DANGER.get(registered.language or "", DANGER["en"])
            yield self._inform(heard, registered, self._chance.between(2, 8, "tells", id), hazards=("electric_leak",), narrative=words)
        if self._chance.happens(TELL_OF_REPAIRS, "repairs", id):
            repairs = PriorRepairs(count=2, evidence=(f"{registered.source_ref}-1", f"{registered.source_ref}-2"))
            yield self._inform(heard, registered, self._chance.between(1, 6, "proves", id), prior_repairs=repairs)

    def _inform(self, heard: Heard, registered: ComplaintRegistered, after: float, **said: Any) -> Asking:
        request = f"{registered.source_ref}-{'-'.join(said)}"
        command = AddInformation(request=request, reference=registered.reference, channel="phone", **said)
        return asking(SOURCE, "intake", command, after, heard.id, request)

    def _come_back(self, heard: Heard, complaint: str) -> Iterator[Asking]:
        if self._chance.happens(REOPEN, "reopen", complaint):
            yield self._reopen(heard, complaint, "came_back", self._chance.between(1, 5, "reopens", complaint))

    def _reopen(self, heard: Heard, complaint: str, reason: str, after: float) -> Asking:
        return asking(SOURCE, "routing", ReopenComplaint(complaint_id=complaint, reason=reason), after, heard.id)

    def _is_stubborn(self, complaint: str) -> bool:
        return self._chance.happens(STUBBORN, "stubborn", complaint)

    def opinion(self, complaint: str, round: int) -> Answers:
        expected = self._expected.get(complaint) or self._chance.pick({3: 2.0, 4: 3.0, 5: 1.0}, "expected", complaint)
        if self.is_content(complaint, round):
            csat = self._chance.pick({3: 1.0, 4: 4.0, 5: 4.0}, "csat", complaint, round)
            seen = max(expected, csat)
            return Answers(solved=True, csat=csat, effort=2, expected=expected, perceived=seen, would_return=True, nps=5 + csat)
        worst = self._chance.pick(WORST, "worst", complaint, round)
        match self._chance.pick(WHY_NOT, "why not", complaint, round):
            case "unsolved":
                return Answers(solved=False, csat=1, effort=6, expected=expected, perceived=1, would_return=False, dimension=worst, nps=2)
            case "poor":
                return Answers(solved=True, csat=2, effort=5, would_return=False, dimension=worst)
        return Answers(solved=True, csat=3, effort=4, expected=max(2, expected), perceived=max(2, expected) - 1, dimension=worst)
