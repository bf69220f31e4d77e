"""Customers to whom something is owed: they choose, and now and then forget the papers."""

from collections.abc import Iterator

from contracts.common import CommandRefused
from contracts.routing import ChooseRemedy, RemedyProposed
from services.cli.demo.world.asking import Asking, Heard, asking
from services.cli.demo.world.case_desk import CaseDesk
from services.cli.demo.world.chance import Chance

SOURCE = "claimants"
FORGETS = 0.1
LIKES = {"refund": 3.0, "exchange": 3.0, "compensation": 2.0, "repair": 2.0, "re_delivery": 1.0}


class Claimants:
    def __init__(self, chance: Chance, desk: CaseDesk) -> None:
        self._chance, self._desk = chance, desk
        self._sent = dict[str, tuple[ChooseRemedy, tuple[str, ...]]]()
        """Id → a choice without its papers, and the papers."""

    def hear(self, heard: Heard) -> Iterator[Asking]:
        match heard.event:
            case RemedyProposed(ground="entitlement") as proposed if not self._desk.wants_none(proposed):
                yield self._choose(heard, proposed)
            case CommandRefused(command_source="claimants", reason="evidence_missing") as refused if refused.command_id in self._sent:
                command, papers = self._sent[refused.command_id]
                yield asking(SOURCE, "routing", command.model_copy(update={"evidence": papers}), 0.8, heard.id)

    def _choose(self, heard: Heard, proposed: RemedyProposed) -> Asking:
        about = proposed.complaint_id, proposed.remedy
        kinds = {each.kind: LIKES.get(each.kind, 1.0) for each in proposed.options}
        papers = tuple(paper for paper in proposed.evidence_needed if paper not in proposed.evidence)
        forgets = bool(papers) and self._chance.happens(FORGETS, "forgets the papers", *about)
        command = ChooseRemedy(
            complaint_id=proposed.complaint_id, remedy=proposed.remedy, kind=self._chance.pick(kinds, "chooses", *about),
            evidence=() if forgets else papers,
        )  # fmt: skip
        asked = asking(SOURCE, "routing", command, self._chance.between(0.5, 2, "choosing", *about), heard.id)
        if forgets:
            self._sent[asked.id] = command, papers
        return asked
