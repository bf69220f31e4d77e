"""A canary in virtual time: its watch hears what the services of a run say, and what it asks is sent a little later."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from heapq import heappop, heappush
from itertools import count

from contracts.canary import SOURCE
from services import callback, feedback, intake, routing
from services.cli.canary.course import Asking
from services.cli.canary.watch import Outcome, Watch
from services.cli.canary.words import words_of
from services.platform.chassis.policies import load
from services.platform.kernel.record import Record
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice

SERVICES = (intake.service(b"a secret of sixteen bytes"), routing.SERVICE, callback.SERVICE, feedback.SERVICE)
SETS = ("default", "demo", "telecom", "city", "retail-cn", "bank")
A_MOMENT = timedelta(milliseconds=200)
words = cache(words_of)


@cache
def practices(policies: str) -> tuple[Practice, ...]:
    return tuple(Practice(service, load(policies, service)) for service in SERVICES)


class Told:
    """What a watch tells, in order."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.taken: dict[str, float | None] = {}
        self.outcomes: list[tuple[Outcome, str | None]] = []
        self.left_out: list[str] = []
        self.refusals: list[str] = []

    def seen(self, stage: str, at: datetime, after: float | None) -> None:
        self.stages.append(stage)
        self.taken[stage] = after

    def ended(self, outcome: Outcome, stage: str | None = None) -> None:
        self.outcomes.append((outcome, stage))

    def skipped(self, stage: str) -> None:
        self.left_out.append(stage)

    def refused(self, reason: str) -> None:
        self.refusals.append(reason)


class Played:
    """A run of the four services, and one process of the canary after another beside it."""

    def __init__(self, policies: str) -> None:
        self.run, self.policies = Run(practices(policies)), policies
        self.heard, self._due, self._number = 0, list[tuple[datetime, int, Asking]](), count()
        self.start()

    def start(self, is_live: bool = True) -> None:
        """Another process in place of the one before: what that one had not sent is lost."""
        self.told, self._due, self.heard = Told(), [], self.heard if is_live else 0
        self.watch = Watch(words(self.policies), self.told)
        self.watch.is_live = is_live

    def catch_up(self, at: datetime) -> None:
        self._hear()
        self.ask(self.watch.catch_up(), at)

    def ask(self, asked: Iterable[Asking], at: datetime) -> None:
        for one in asked:
            heappush(self._due, (at, next(self._number), one))

    def until(self, end: datetime, step: timedelta = A_MOMENT, deaf: Sequence[str] = ()) -> None:
        """`deaf`: services whose commands do not arrive."""
        now = self.run.now or end
        while now < end:
            now += step
            self.run.until(now)
            self.ask(self._hear(), now)
            self.ask(self.watch.look(now), now)
            self._send(now, deaf)

    def _hear(self) -> list[Asking]:
        new: list[Record] = self.run._said[self.heard :]
        self.heard += len(new)
        return [asked for record in new for asked in self.watch.hear(record)]

    def _send(self, now: datetime, deaf: Sequence[str]) -> None:
        while self._due and self._due[0][0] <= now:
            _, _, one = heappop(self._due)
            if one.service not in deaf:
                self.run.send(one.service, one.command, at=now, id=one.id, source=SOURCE)
