"""What Prometheus is told of a process itself: whether it gets on, can work, and how near its breaker is to tripping."""

from collections.abc import Callable
from time import monotonic, time

from services.platform.chassis.breaker import Breaker
from services.platform.chassis.health import Pulse, ready
from services.platform.chassis.series import Series

OTHERS = ("kafka", "mongodb")


def tell_pulse(series: Series, pulse: Pulse) -> None:
    """An instant and not an age, wherever it may stop: so it grows old also when nobody is left to say so."""
    series.gauge(
        "progress_timestamp_seconds", "When it last got on: with the batch in hand, or else by asking for records",
        lambda: time() - (monotonic() - progress(pulse)),
    )  # fmt: skip
    series.gauge("in_hand", "1 while a batch is in hand", lambda: pulse.in_hand)
    series.gauge("partitions", "Partitions that this process holds, of all inputs", lambda: pulse.partitions or 0)
    series.gauge("ready", "1 when it can take work", lambda: ready(pulse, monotonic()).ok)
    for who in OTHERS:
        series.gauge("away", "1 for who did not answer when last asked", _away(pulse, who), what=who)


def progress(pulse: Pulse) -> float:
    """By `time.monotonic()`."""
    return pulse.progress if pulse.in_hand or pulse.polled is None else max(pulse.polled, pulse.progress)


def _away(pulse: Pulse, who: str) -> Callable[[], float]:
    return lambda: who in pulse.absent or pulse.waiting == who


def tell_breaker(series: Series, breaker: Breaker) -> None:
    series.gauge("breaker_enabled", "0 when what crashes our own code may go to the dead letters", lambda: breaker.is_on)
    series.gauge("breaker_crashed_messages", "Of the last messages those that crashed in our own code", lambda: sum(breaker.window))
    series.gauge("breaker_window_messages", "How many the last messages are", lambda: len(breaker.window))
