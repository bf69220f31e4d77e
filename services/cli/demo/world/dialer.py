"""The callback desk: claims the calls that are due, makes them, and reports what came of each.

Two sometimes reach for the same call, one sometimes vanishes with a claim, and some calls are left until they are due again.
"""

from collections import Counter
from collections.abc import Iterator

from contracts.callback import CallbackAttemptStarted, CallbackDue, RecordAttempt, StartAttempt
from contracts.common import Answers
from contracts.model import Staff
from services.cli.demo.world.asking import Asking, Heard, asking
from services.cli.demo.world.chance import Chance
from services.cli.demo.world.customers import Customers

SOURCE = "dialer"
SEATS = {f"agent-{seat}": 1.0 for seat in range(1, 7)}
LEFT, REACHED_FOR_TWICE, LOST = 0.04, 0.05, 0.04
PATIENT = 2
"""How often a call may be left or lost before somebody looks after it."""


class Dialer:
    def __init__(self, chance: Chance, customers: Customers) -> None:
        self._chance, self._customers = chance, customers
        self._dues, self._claims = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        self._channels: dict[tuple[str, str], str] = {}

    def hear(self, heard: Heard) -> Iterator[Asking]:
        match heard.event:
            case CallbackDue() as due:
                yield from self._claim(heard, due)
            case CallbackAttemptStarted() as started:
                yield from self._call(heard, started)

    def _claim(self, heard: Heard, due: CallbackDue) -> Iterator[Asking]:
        about = due.complaint_id, due.callback
        self._dues[about] += 1
        self._channels[about] = due.channel
        time = self._dues[about]
        if time <= PATIENT and self._chance.happens(LEFT, "left", *about, time):
            return
        after = self._chance.between(0.3, 1.5, "claim", *about, time)
        yield self._start(heard, due, self._chance.pick(SEATS, "seat", *about, time), after)
        if self._chance.happens(REACHED_FOR_TWICE, "twice", *about, time):
            yield self._start(heard, due, "agent-7", after + 0.2)

    def _start(self, heard: Heard, due: CallbackDue, seat: str, after: float) -> Asking:
        command = StartAttempt(complaint_id=due.complaint_id, callback=due.callback, by=_agent(seat))
        return asking(SOURCE, "callback", command, after, heard.id, seat)

    def _call(self, heard: Heard, started: CallbackAttemptStarted) -> Iterator[Asking]:
        about = started.complaint_id, started.callback
        self._claims[about] += 1
        call = self._claims[about]
        if call <= PATIENT and self._chance.happens(LOST, "lost", *about, call):
            return
        outcome, answers = self._customers.called(started.complaint_id, started.round, call)
        outcome, answers = _by(self._channels.get(about, "phone"), outcome, answers)
        command = RecordAttempt(
            complaint_id=started.complaint_id, callback=started.callback, outcome=outcome, answers=answers, by=started.by
        )
        after = self._chance.between(0.5, 2, "talk", *about, call)
        yield asking(SOURCE, "callback", command, after, heard.id)
        if outcome == "sent" and self._customers.writes_back(started.complaint_id, started.round):
            yield self._written_back(heard, started, after + 1)

    def _written_back(self, heard: Heard, started: CallbackAttemptStarted, after: float) -> Asking:
        """No claim is needed for what the customer writes."""
        command = RecordAttempt(
            complaint_id=started.complaint_id, callback=started.callback, outcome="reached",
            answers=self._customers.opinion(started.complaint_id, started.round), by=started.by,
        )  # fmt: skip
        return asking(SOURCE, "callback", command, after, heard.id, "written back")


def _by(channel: str, outcome: str, answers: Answers | None) -> tuple[str, Answers | None]:
    """What comes of it where it is no call: what is written is sent, and whoever could not be called is not at home."""
    match channel:
        case "message" | "letter":
            return "sent", None
        case "visit" if outcome != "reached":
            return "not_home", None
        case _:
            return outcome, answers


def _agent(seat: str) -> Staff:
    return Staff(staff=seat, role="agent", department="callback_desk")
