"""The shop floor: hears what customers say unasked, and asks those of ordinary transactions, to whom nothing happened.

Without these nobody could say whether a recovery makes customers more satisfied than they would have been anyway.
"""

from collections.abc import Iterator

from contracts.common import AnswersSaid
from contracts.feedback import RecordFeedback
from contracts.ids import complaint_id
from contracts.routing import ComplaintClosed
from services.cli.demo.world.asking import Asking, Heard, asking
from services.cli.demo.world.chance import Chance

SOURCE = "shop-floor"
TRANSACTIONS, WITHIN = 60, 60.0
"""How many are asked, and in how many seconds."""
SEGMENTS = {"general": 6.0, "suitable": 3.0, "key": 1.0}
GAPS = {-1: 2.0, 0: 6.0, 1: 2.0}
PRAISED = 0.06
"""How many of those whose complaint was settled say so to the frontline."""
PRAISE = "来店里时特地道谢。Came in to say thank you."


class ShopFloor:
    def __init__(self, chance: Chance) -> None:
        self._chance = chance

    def opening(self) -> Iterator[Asking]:
        """What the survey of ordinary transactions brings in; one is sent in twice by mistake."""
        for n in range(1, TRANSACTIONS + 1):
            ref = f"till-{n}"
            after = self._chance.between(0, WITHIN, "transaction", n)
            yield asking(SOURCE, "feedback", self._transaction(ref, n), after, ref)
            if n == 1:
                yield asking(SOURCE, "feedback", self._transaction(ref, n), after + 2, ref, "twice")

    def hear(self, heard: Heard) -> Iterator[Asking]:
        match heard.event:
            case ComplaintClosed(how="confirmed", complaint_id=id, round=1) if self._chance.happens(PRAISED, "praises", id):
                praise = RecordFeedback(complaint_id=id, listening_post="frontline_staff", is_praise=True, comment=PRAISE)
                yield asking(SOURCE, "feedback", praise, self._chance.between(1, 4, "says so", id), heard.id)

    def _transaction(self, ref: str, n: int) -> RecordFeedback:
        expected = self._chance.pick({3: 2.0, 4: 2.0}, "expected", ref)
        nps = self._chance.pick({10: 1.0, 9: 2.0, 8: 3.0, 7: 2.0, 5: 2.0}, "recommends", ref)
        answers = AnswersSaid(
            csat=self._chance.pick({3: 2.0, 4: 5.0, 5: 2.0}, "csat", ref), expected=expected,
            perceived=expected + self._chance.pick(GAPS, "gap", ref), nps=nps,
        )  # fmt: skip
        return RecordFeedback(
            complaint_id=complaint_id(SOURCE, ref), transaction_ref=ref, listening_post="transaction_survey", answers=answers,
            segment=self._chance.pick(SEGMENTS, "segment", ref),
        )  # fmt: skip
