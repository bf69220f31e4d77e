"""Due dates a second on one core, with a warm calendar.

The calendar is an office in New York, two spans a day, with holidays, short days and breaks; targets are up to two years of open time, so
that nothing that walks through a span could pass.
"""

import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from services.platform.business_time import Calendar, CalendarRules, Target
from tests.bench.report import Bar, Found, Sheet

LEAST = 100_000
AMOUNT, ROUNDS = 50_000, 5
SHORTEST, LONGEST = 60, 2 * 250 * 7 * 3600
"""Open seconds: from a minute to what an office is open in two years."""
FROM = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = [(FROM + timedelta(days=11 * n)).date().isoformat() for n in range(130)]


def office() -> Calendar:
    hours = (("09:00", "12:30"), ("13:30", "17:00"))
    return Calendar.of(
        CalendarRules(
            zone="America/New_York", weekly=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), hours),
            holidays=dict.fromkeys(DAYS[::3], "a holiday"),
            overrides=dict.fromkeys(DAYS[1::3], (("09:00", "12:00"),)),
            breaks=dict.fromkeys(DAYS[2::3], (("10:00", "11:00"),)),
        )
    )  # fmt: skip


def rate(due: Callable[[datetime, int], datetime], asked: list[tuple[datetime, int]]) -> float:
    """Answers a second of this process's CPU, in the best of some rounds; the first only warms."""
    seconds: list[float] = []
    for _ in range(ROUNDS + 1):
        begun = time.process_time()
        for start, amount in asked:
            due(start, amount)
        seconds.append(time.process_time() - begun)
    return len(asked) / min(seconds[1:])


def measure() -> dict[str, float]:
    """Answers a second, by kind of target."""
    calendar, chance = office(), random.Random(1)
    starts = [FROM + timedelta(seconds=chance.randrange(2 * 366 * 24 * 3600)) for _ in range(AMOUNT)]
    asked = [(start, chance.randrange(SHORTEST, LONGEST)) for start in starts]
    days = [Target(amount=amount, unit="business_days") for amount in range(1, 500)]
    return {
        "open seconds, up to two years": rate(calendar.add, asked),
        "business days, up to two years": rate(lambda start, amount: days[amount % len(days)].due(start, calendar), asked),
    }


def found(rates: Mapping[str, float]) -> Found:
    sheet = Sheet("Due dates on one core", ("target", "a second"), [(name, f"{each:,.0f}") for name, each in rates.items()])
    return Found([sheet], [Bar(f"due dates a second: {name}", each, least=LEAST) for name, each in rates.items()])
