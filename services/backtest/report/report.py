"""Hears every fact of a run once, and keeps of each complaint no more than a report asks for."""

from collections import Counter
from typing import Any

from contracts.callback import CallbackPromised
from contracts.common import CommandRefused
from contracts.feedback import EVENTS as OF_FEEDBACK
from contracts.feedback import FeedbackReceived, SurveyRequested
from contracts.intake import ComplaintRegistered, RepeatFactsChanged
from contracts.model import EARLIEST, LATEST, Event, type_name
from contracts.routing import ComplaintRouted, ComplaintSentToTriage
from services.backtest.fact import Fact
from services.backtest.report.keeping import KEEP, milliseconds
from services.backtest.report.satisfaction import Heard
from services.backtest.report.summary import Summary, summary_of
from services.backtest.report.traces import Traces
from services.backtest.report.turns import Life

NAME_THEIR_POLICY = frozenset(
    {ComplaintRegistered, ComplaintRouted, ComplaintSentToTriage, CallbackPromised, SurveyRequested, FeedbackReceived}
)
"""Enough to know each service's version."""
BESIDES = frozenset({CommandRefused, ComplaintRegistered, RepeatFactsChanged, *OF_FEEDBACK})


class Report:
    def __init__(self) -> None:
        self._events: Counter[tuple[str, type[Event]]] = Counter()
        self._refusals: Counter[tuple[str, str, str]] = Counter()
        self._policies: set[str] = set()
        self._traces = Traces()
        self._came_again: set[str] = set()
        self._feedback = Heard()
        self._first, self._last = LATEST, EARLIEST

    def hear(self, fact: Fact) -> None:
        """Any order between services will do; of one service and complaint the order in which it says its facts."""
        message: Any = fact.message
        kind = type(message)
        self._events[fact.service, kind] += 1
        if fact.at < self._first:
            self._first = fact.at
        if fact.at > self._last:
            self._last = fact.at
        if kind in BESIDES:
            self._hear_besides(fact.service, message)
        if kind in NAME_THEIR_POLICY:
            self._policies.add(message.policy)
        keep = KEEP.get(kind)
        if keep and (kept := keep(message)):
            self._traces.keep(message.complaint_id, *kept, milliseconds(fact.at))

    def _hear_besides(self, service: str, message: Event) -> None:
        match message:
            case CommandRefused():
                self._refusals[service, message.command_type, message.reason] += 1
            case ComplaintRegistered() | RepeatFactsChanged():
                self._came_again.update(message.predecessors)
            case _:
                self._feedback.hear(message)

    @property
    def complaints(self) -> frozenset[str]:
        return frozenset(self._traces.ids)

    def life(self, complaint_id: str) -> Life:
        """Without a turn where nothing was heard of it."""
        return Life(complaint_id, self._traces.turns(complaint_id), complaint_id in self._came_again)

    def summary(self) -> Summary:
        events: dict[str, int] = {type_name(service, kind): count for (service, kind), count in self._events.items()}
        period = (self._first, self._last) if events else (None, None)
        return summary_of(map(self.life, self._traces.ids), events, self._refusals, self._feedback, frozenset(self._policies), period)
