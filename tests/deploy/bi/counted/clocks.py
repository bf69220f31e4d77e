"""Promises in time."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from tests.deploy.bi.counted.life import Event, Life, Rows, Told, day, instant, rank, seconds, share, word


def clock_outcomes(told: Told) -> Rows:
    return {row for id, life in told.lives.items() for row in _clocks(id, life)}


def _clocks(id: str, life: Life) -> Iterator[tuple[Any, ...]]:
    priority, lead, desk, guard = None, "(nobody)", "(nobody)", "(nobody)"
    works: dict[str, str] = {}
    started: dict[str, Event] = {}
    for event in life.said:
        match word(event):
            case "complaint_routed":
                priority, lead = event["priority"], event["lead"]
            case "complaint_sent_to_triage":
                priority, desk = event["priority"], event["owner"]
            case "priority_changed":
                priority = event["priority"]
            case "work_requested":
                works[event["work"]] = event["department"]
            case "containment_requested":
                guard = event["department"]
            case "clock_started":
                started[event["instance"]] = event
            case "clock_met" | "clock_breached" | "clock_stopped" as name:
                start = started[event["instance"]]
                whose = {"acceptance": works.get(event.get("work", ""), lead), "triage": desk, "containment": guard}
                came = _came(life, start) if name == "clock_breached" else None
                late = None if came is None else max(0, seconds(event["due"], came))
                yield (
                    id, event["instance"], event["clock"], start["kind"], name.removeprefix("clock_"), day(event["at"]), priority,
                    whose.get(start["kind"], lead), event["used_seconds"], late,
                )  # fmt: skip


def _came(life: Life, start: Event) -> str | None:
    work = start.get("work")

    def first(name: str, fits: Callable[[Event], bool]) -> str | None:
        return next((each["at"] for each in life.of(name) if fits(each)), None)

    def later(each: Event) -> bool:
        return bool(each["at"] >= start["at"])

    match start["kind"]:
        case "acceptance":
            return first("work_accepted", lambda each: each["work"] == work)
        case "first_answer":
            return life.answered_at
        case "resolution":
            return life.resolved_at
        case "total_resolution":
            return life.closed_at
        case "containment":
            return first("contained", later)
        case "triage":
            return first("work_requested", lambda each: each.get("instead_of") == work) if work else first("complaint_routed", later)
        case _:
            return None


def sla_outcomes(told: Told) -> Rows:
    cells: defaultdict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for _, _, clock, _, outcome, ended, priority, department, used, late in clock_outcomes(told):
        cells[ended, clock, department, priority].append((outcome, used, late))

    def figures(found: list[tuple[Any, ...]]) -> tuple[Any, ...]:
        count = Counter(outcome for outcome, _, _ in found)
        used = [used for outcome, used, _ in found if outcome == "met"]
        late = [late for _, _, late in found if late is not None]
        return (
            count["met"], count["breached"], count["stopped"], share(count["met"], count["met"] + count["breached"]), rank(used, 50),
            rank(used, 90), rank(late, 50), rank(late, 90), max(late, default=None), count["breached"] - len(late),
        )  # fmt: skip

    return {(*cell, *figures(found)) for cell, found in cells.items()}


def open_complaints(told: Told, as_of: str) -> Rows:
    def row(id: str, life: Life, registered: Event) -> tuple[Any, ...]:
        ended = {each["instance"] for each in life.of("clock_met", "clock_breached", "clock_stopped")}
        dues = {each["instance"]: each["due"] for each in life.said if word(each).startswith("clock_") and each["instance"] not in ended}
        due = min(dues.values(), default=None)
        priority = [each["priority"] for each in life.of("complaint_routed", "complaint_sent_to_triage", "priority_changed")]
        lead = (["(nobody)"] + [each["lead"] for each in life.of("complaint_routed")])[-1]
        age, is_past = seconds(registered["at"], as_of), bool(due and instant(due) < instant(as_of))
        return id, life.state, priority[-1] if priority else None, lead, age, due, is_past, life.answered_at is None

    return {
        row(id, life, life.registered) for id, life in told.complaints.items() if life.registered and life.state in ("open", "resolved")
    }
