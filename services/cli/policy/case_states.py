"""What becomes of a ticket with a promise to answer and a promise to resolve: the state that a case expects after its events."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.cli.policy.case_pauses import Pause, unpaused
from services.platform.business_time import Calendar

_SPAN = re.compile(r"([0-9]{1,6}) (min|h)")
_SECONDS = {"min": 60, "h": 3600}


class Targets(NamedTuple):
    """In open seconds."""

    response: int
    resolution: int


class Ticket(NamedTuple):
    """When what happened, first."""

    created: datetime
    targets: Targets
    replied: datetime | None = None
    resolved: datetime | None = None
    paused: datetime | None = None
    pauses: tuple[Pause, ...] = ()


def state(calendar: Calendar, policy: str, events: Sequence[tuple[datetime, str]]) -> str:
    """As of the last event.  `policy` words two spans, response and resolution, and where urgency differs two more.

    Raises ValueError for words that are not known.
    """
    (created, word), *others = events
    ticket = Ticket(created, _targets(policy, word))
    for at, word in others:
        ticket = _after(ticket, at, word)
    return _state(ticket, calendar, events[-1][0])


def _targets(policy: str, word: str) -> Targets:
    spans = [int(number) * _SECONDS[unit] for number, unit in _SPAN.findall(policy)]
    match word, spans:
        case "created", [response, resolution, *_]:
            return Targets(response, resolution)
        case "created_high", [_, _, response, resolution]:
            return Targets(response, resolution)
    raise ValueError(f"policy: it has no targets for a case that begins with {word!r}")


def _after(ticket: Ticket, at: datetime, word: str) -> Ticket:
    match word:
        case "evaluate":
            return ticket
        case "replied":
            return ticket._replace(replied=ticket.replied or at)
        case "replied_paused":
            return ticket._replace(replied=ticket.replied or at, paused=ticket.paused or at)
        case "open":
            return _running(ticket, at)
        case "resolved" | "closed":
            return _running(ticket, at)._replace(replied=ticket.replied or at, resolved=ticket.resolved or at)
    raise ValueError(f"events: {word!r} is not known")


def _running(ticket: Ticket, at: datetime) -> Ticket:
    return ticket._replace(paused=None, pauses=(*ticket.pauses, (ticket.paused, at))) if ticket.paused else ticket


def _state(ticket: Ticket, calendar: Calendar, now: datetime) -> str:
    pauses = [*_running(ticket, now).pauses]
    response = calendar.between(ticket.created, ticket.replied or now)
    resolution = unpaused(calendar, ticket.created, ticket.resolved or now, pauses)
    if response > ticket.targets.response or resolution > ticket.targets.resolution:
        return "failed"
    if ticket.resolved:
        return f"fulfilled_resolution_{resolution}s"
    if ticket.paused:
        return "paused"
    return "resolution_due" if ticket.replied else "response_due"
