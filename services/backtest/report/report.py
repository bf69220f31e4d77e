"""Hears every fact of a run once, and keeps of each complaint no more than a report asks for."""

from array import array
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from contracts.callback import CallbackPromised
from contracts.common import CommandRefused
from contracts.feedback import EVENTS as OF_FEEDBACK
from contracts.feedback import FeedbackReceived, SurveyRequested
from contracts.intake import ComplaintRegistered, RepeatFactsChanged
from contracts.model import Event, type_name
from contracts.routing import ComplaintRouted, ComplaintSentToTriage
from services.backtest.fact import Fact
from services.backtest.report.keeping import KEEP, Words, milliseconds
from services.backtest.report.satisfaction import Heard
from services.backtest.report.summary import Summary, summary_of
from services.backtest.report.turns import Life, Turn

NAME_THEIR_POLICY = frozenset(
    {ComplaintRegistered, ComplaintRouted, ComplaintSentToTriage, CallbackPromised, SurveyRequested, FeedbackReceived}
)
"""Enough to know each service's version."""
BESIDES = frozenset({CommandRefused, ComplaintRegistered, RepeatFactsChanged, *OF_FEEDBACK})


class Report:
    """A complaint's turns are numbers in one array: the code of the words, its numbers, its instant, and so on.  Words are kept once."""

    def __init__(self) -> None:
        self._events: Counter[tuple[str, type[Event]]] = Counter()
        self._refusals: Counter[tuple[str, str, str]] = Counter()
        self._policies: set[str] = set()
        self._codes: dict[Words, int] = {}
        self._words: list[Words] = []
        self._lengths: list[int] = []
        self._traces: dict[str, array[int]] = {}
        self._came_again: set[str] = set()
        self._feedback = Heard()
        self._first: datetime | None = None
        self._last: datetime | None = None

    def hear(self, fact: Fact) -> None:
        """Any order between services will do; of one service and complaint the order in which it says its facts."""
        message = fact.message
        kind = type(message)
        self._events[fact.service, kind] += 1
        if self._first is None or self._last is None:
            self._first = self._last = fact.at
        elif fact.at > self._last:
            self._last = fact.at
        elif fact.at < self._first:
            self._first = fact.at
        if kind in BESIDES:
            self._hear_besides(fact.service, message)
        if kind in NAME_THEIR_POLICY:
            self._policies.add(message.policy)  # type: ignore[attr-defined]
        keep = KEEP.get(kind)
        if keep and (kept := keep(message)):
            words, numbers = kept
            code = self._codes.get(words)
            if code is None:
                code = self._learn(words, len(numbers))
            id: str = message.complaint_id  # type: ignore[attr-defined]
            trace = self._traces.get(id)
            if trace is None:
                trace = self._traces[id] = array("q")
            trace.extend((code, *numbers, milliseconds(fact.at)))

    def _learn(self, words: Words, numbers: int) -> int:
        self._codes[words] = code = len(self._words)
        self._words.append(words)
        self._lengths.append(numbers + 1)
        return code

    def _hear_besides(self, service: str, message: Event) -> None:
        match message:
            case CommandRefused():
                self._refusals[service, message.command_type, message.reason] += 1
            case ComplaintRegistered() | RepeatFactsChanged():
                self._came_again.update(message.predecessors)
            case _:
                self._feedback.hear(message)

    def lives(self) -> Iterator[Life]:
        """All that was kept, in the order in which it was first heard of."""
        return (self._life(id, trace) for id, trace in self._traces.items())

    @property
    def complaints(self) -> frozenset[str]:
        return frozenset(self._traces)

    def life(self, complaint_id: str) -> Life:
        """Without a turn where nothing was heard of it."""
        return self._life(complaint_id, self._traces.get(complaint_id, array("q")))

    def _life(self, id: str, trace: "array[int]") -> Life:
        return Life(id, list(self._turns(trace)), id in self._came_again)

    def _turns(self, trace: "array[int]") -> Iterator[Turn]:
        place = 0
        while place < len(trace):
            code = trace[place]
            until = place + 1 + self._lengths[code]
            turn, *words = self._words[code]
            yield turn(*words, *trace[place + 1 : until])
            place = until

    def summary(self) -> Summary:
        events: dict[str, int] = {type_name(service, kind): count for (service, kind), count in self._events.items()}
        return summary_of(self.lives(), events, self._refusals, self._feedback, frozenset(self._policies), (self._first, self._last))
