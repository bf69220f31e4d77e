"""Cash office, workshop and warehouse: carry out what was issued, once, and say when that failed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from contracts.model import Staff
from contracts.routing import ConfirmRemedyDone, RemedyIssued, ReportRemedyFailed
from services.cli.demo.world.asking import Asking, Heard, asking
from services.cli.demo.world.chance import Chance

SOURCE = "fulfilment"
CLERK = Staff(staff="fulfilment-1", role="clerk", department="fulfilment")
FAILS, TOLD_TWICE = 0.08, 0.04
WHY_FAILS = {"refund": "account_closed", "compensation": "account_closed", "exchange": "no_same_model", "repair": "part_no_longer_made"}


class Fulfilment:
    def __init__(self, chance: Chance) -> None:
        self._chance = chance

    def hear(self, heard: Heard) -> Iterator[Asking]:
        match heard.event:
            case RemedyIssued() as issued:
                yield from self._carry_out(heard, issued)

    def _carry_out(self, heard: Heard, issued: RemedyIssued) -> Iterator[Asking]:
        """The event's id is what it goes by in the books: told twice it is not done twice."""
        named: dict[str, Any] = {"complaint_id": issued.complaint_id, "remedy": issued.remedy, "by": CLERK}
        after = self._chance.between(0.5, 3, "carries out", heard.id)
        if issued.kind in WHY_FAILS and self._chance.happens(FAILS, "fails", heard.id):
            yield asking(SOURCE, "routing", ReportRemedyFailed(reason=WHY_FAILS[issued.kind], **named), after, heard.id)
            return
        away = {"out_of_use_from": heard.at, "out_of_use_to": heard.at + timedelta(seconds=after / 2)} if issued.kind == "repair" else {}
        done = ConfirmRemedyDone(**named, **away)
        yield asking(SOURCE, "routing", done, after, heard.id)
        if self._chance.happens(TOLD_TWICE, "told twice", heard.id):
            yield asking(SOURCE, "routing", done, after + 0.7, heard.id, "told twice")
