"""The figures of the semantic layer once more: life by life, in plain Python, from what the events say."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

Event = dict[str, Any]
Rows = set[tuple[Any, ...]]
ENDED = {"complaint_closed", "complaint_withdrawn", "complaint_reopened", "complaint_resolved"}


def word(event: Event) -> str:
    return str(event["type"].split(".")[1])


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def seconds(start: str, end: str) -> int:
    """Whole ones, both cut."""
    return int(instant(end).timestamp()) - int(instant(start).timestamp())


def day(text: str) -> str:
    return text[:10]


def rank(values: Iterable[int], percent: int) -> int | None:
    found = sorted(values)
    return next((value for value in found if 100 * sum(each <= value for each in found) >= percent * len(found)), None)


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def mean(values: Iterable[int | None]) -> float | None:
    found = [value for value in values if value is not None]
    return sum(found) / len(found) if found else None


class Life:
    """What was told of one complaint, each service's words in their order."""

    def __init__(self, said: list[Event]) -> None:
        self.said = said

    def of(self, *words: str) -> list[Event]:
        return [each for each in self.said if word(each) in words]

    @property
    def registered(self) -> Event | None:
        return next(iter(self.of("complaint_registered")), None)

    @property
    def state(self) -> str:
        match self.of(*ENDED)[-1:]:
            case [{"how": str(how)}]:
                return how
            case [last] if word(last) != "complaint_reopened":
                return word(last).removeprefix("complaint_")
            case _:
                return "open"

    @property
    def answered_at(self) -> str | None:
        told = [each for each in self.of("progress_reported") if each["is_told_to_customer"]]
        return min((each["at"] for each in told + self.of("callback_completed", "complaint_resolved")), default=None)

    @property
    def resolved_at(self) -> str | None:
        return next((each["at"] for each in self.of("complaint_resolved")), None)

    @property
    def closed_at(self) -> str | None:
        last = self.of("complaint_closed", "complaint_withdrawn", "complaint_reopened")[-1:]
        return last[0]["at"] if last and word(last[0]) == "complaint_closed" else None

    @property
    def lead(self) -> str:
        return str(next((each["lead"] for each in self.of("complaint_routed")), "(nobody)"))

    @property
    def chases(self) -> int:
        return sum(each["is_chasing"] for each in self.of("information_added"))


class Told:
    def __init__(self, events: list[Event]) -> None:
        self.events = events
        by_id: defaultdict[str, list[Event]] = defaultdict(list)
        for event in events:
            if "complaint_id" in event:
                by_id[event["complaint_id"]].append(event)
        self.lives = {id: Life(said) for id, said in by_id.items()}
        self.complaints = {id: life for id, life in self.lives.items() if life.registered}

    def of(self, *words: str) -> list[Event]:
        return [event for event in self.events if word(event) in words]

    def by(self, row: Callable[[Life, Event], tuple[Any, ...]], is_resolved: bool = False) -> dict[tuple[Any, ...], list[tuple[str, Life]]]:
        """Complaints, or those that were resolved, by what `row` says of them."""
        found: defaultdict[tuple[Any, ...], list[tuple[str, Life]]] = defaultdict(list)
        for id, life in self.complaints.items():
            if life.registered and (life.resolved_at or not is_resolved):
                found[row(life, life.registered)].append((id, life))
        return found
