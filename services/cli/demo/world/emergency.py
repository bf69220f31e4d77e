"""Who is called when there is danger: stops it from spreading, as a rule in time."""

from collections.abc import Iterator

from contracts.model import Staff
from contracts.routing import ContainmentRequested, ReportContained
from services.cli.demo.world.asking import Asking, Heard, asking
from services.cli.demo.world.chance import Chance

SOURCE = "emergency"
MEASURES = {"power_cut_off": 2.0, "withdrawn_from_sale": 2.0, "customer_moved_to_safety": 1.0}
IN_PUBLIC = {"statement_published": 2.0, "author_called": 1.0}
"""Where nobody is in danger but the house's good name."""
PACES: dict[tuple[float, float], float] = {(1, 6): 88, (9, 12): 12}
"""From and to how many seconds it takes, and how often: in time and late."""


class Emergency:
    def __init__(self, chance: Chance) -> None:
        self._chance = chance

    def hear(self, heard: Heard) -> Iterator[Asking]:
        match heard.event:
            case ContainmentRequested() as asked:
                pace = self._chance.pick(PACES, "pace of", asked.complaint_id)
                measure = self._chance.pick(MEASURES if asked.hazards else IN_PUBLIC, "measure", asked.complaint_id)
                who = Staff(staff=f"{asked.department}-on-duty", role="on_duty", department=asked.department)
                command = ReportContained(complaint_id=asked.complaint_id, measure=measure, by=who)
                yield asking(SOURCE, "routing", command, self._chance.between(*pace, "contains", asked.complaint_id), heard.id)
