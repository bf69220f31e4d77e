"""What became of complaints."""

from collections import Counter, defaultdict
from typing import Any

from tests.deploy.bi.counted.life import ENDED, Event, Life, Rows, Told, day, share


def of_registration(life: Life, registered: Event) -> tuple[Any, ...]:
    return day(registered["at"]), registered["classes"]["kind"], life.lead


def first_contact_resolution(told: Told) -> Rows:
    again = {id for event in told.of("complaint_registered") + told.of("repeat_facts_changed") for id in event["predecessors"]}

    def is_first(id: str, life: Life) -> bool:
        return not (life.of("complaint_reopened", "contact_repeated", "contact_returned") or life.chases or id in again)

    return {
        (*row, len(found), good := sum(is_first(*each) for each in found), share(good, len(found)))
        for row, found in told.by(of_registration, is_resolved=True).items()
    }


def reopen_rate(told: Told) -> Rows:
    def figures(lives: list[Life]) -> tuple[Any, ...]:
        times = [len(life.of("complaint_reopened")) for life in lives]
        reopened = sum(map(bool, times))
        return len(times), reopened, share(reopened, len(times)), sum(times)

    return {(*row, *figures([life for _, life in found])) for row, found in told.by(of_registration, is_resolved=True).items()}


def reopen_reasons(told: Told) -> Rows:
    found = Counter((day(each["at"]), each["reason"]) for each in told.of("complaint_reopened"))
    head = Counter((day(each["at"]), each["reason"]) for each in told.of("complaint_reopened") if each["is_with_head"])
    return {(*row, number, head[row]) for row, number in found.items()}


def repeat_rate(told: Told) -> Rows:
    def figures(lives: list[Life]) -> tuple[Any, ...]:
        repeats = sum(bool(life.registered and life.registered["predecessors"]) for life in lives)
        contacts = [sum(len(life.of(name)) for life in lives) for name in ("contact_repeated", "contact_returned")]
        same = [each["is_same_cause"] for life in lives for each in life.of("complaint_resolved") if "is_same_cause" in each]
        chases = sum(life.chases for life in lives)
        return len(lives), repeats, share(repeats, len(lives)), contacts[0], chases, contacts[1], len(same), sum(same)

    return {(*row[:2], *figures([life for _, life in found])) for row, found in told.by(lambda *life: of_registration(*life)[:2]).items()}


def promised_resolutions(told: Told) -> Rows:
    found: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for each in told.of("complaint_resolved"):
        found[day(each["at"]), each["lead"]].append(not each["is_late"])
    return {(*row, len(kept), sum(kept), share(sum(kept), len(kept))) for row, kept in found.items()}


def milestones(told: Told) -> Rows:
    return {
        (id, life.answered_at, life.resolved_at, life.closed_at, life.state)
        for id, life in told.lives.items()
        if life.answered_at or life.of(*ENDED)
    }  # fmt: skip
