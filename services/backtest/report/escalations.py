"""Who was called upon, how high, and for what."""

from collections import Counter
from typing import NamedTuple

from services.backtest.report.figures import Counts, Share, counted
from services.backtest.report.turns import Escalated, Life


class Escalations(NamedTuple):
    complaints: Share
    """That were escalated at all, of all."""
    by_level: tuple[tuple[int, str, int], ...]
    """Level, whose it is, how often."""
    by_reason: Counts


class EscalationTally:
    def __init__(self) -> None:
        self._levels: Counter[tuple[int, str]] = Counter()
        self._reasons: Counter[str] = Counter()
        self._complaints: Counter[str] = Counter()

    def take(self, life: Life) -> None:
        found = life.of(Escalated)
        self._levels.update((turn.level, turn.to) for turn in found)
        self._reasons.update(turn.reason for turn in found)
        if life.registered:
            self._complaints.update(all=1, escalated=bool(found))

    def escalations(self) -> Escalations:
        by_level = tuple((level, to, count) for (level, to), count in sorted(self._levels.items()))
        return Escalations(Share(self._complaints["escalated"], self._complaints["all"]), by_level, counted(self._reasons))
