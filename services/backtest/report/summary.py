"""All figures of a report."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from services.backtest.report.callbacks import Callbacks, CallbackTally
from services.backtest.report.clocks import Clocks, ClockTally
from services.backtest.report.course import Course, CourseTally
from services.backtest.report.escalations import Escalations, EscalationTally
from services.backtest.report.figures import Counts, counted
from services.backtest.report.remedies import Remedies, RemedyTally
from services.backtest.report.satisfaction import Heard, Satisfaction
from services.backtest.report.turns import Life


class Summary(NamedTuple):
    policies: tuple[str, ...]
    """Those that facts name, of all services: `set/service@version`."""
    since: datetime | None
    until: datetime | None
    """The instants of the first and the last fact; None where there is none."""
    events: Counts
    """By type."""
    refusals: tuple[tuple[tuple[str, str, str], int], ...]
    """(service, the command's type, reason), the most first."""
    course: Course
    clocks: Clocks
    escalations: Escalations
    remedies: Remedies
    callbacks: Callbacks
    satisfaction: Satisfaction


def summary_of(
    lives: Iterable[Life], events: Mapping[str, int], refusals: Counter[tuple[str, str, str]], feedback: Heard, policies: frozenset[str],
    period: tuple[datetime | None, datetime | None],
) -> Summary:  # fmt: skip
    course, clocks, escalations, remedies, callbacks = CourseTally(), ClockTally(), EscalationTally(), RemedyTally(), CallbackTally()
    for life in lives:
        for tally in (course, clocks, escalations, remedies, callbacks):
            tally.take(life)
    return Summary(
        policies=tuple(sorted(policies)), since=period[0], until=period[1], events=counted(events),
        refusals=tuple(sorted(refusals.items(), key=lambda each: (-each[1], each[0]))),
        course=course.course(), clocks=clocks.clocks(), escalations=escalations.escalations(), remedies=remedies.remedies(),
        callbacks=callbacks.callbacks(), satisfaction=feedback.satisfaction(),
    )  # fmt: skip
