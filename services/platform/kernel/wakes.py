"""When a document must be woken (laws 6 and 7)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.common import Wake
from services.platform.kernel.document import Document
from services.platform.kernel.record import Incoming
from services.platform.kernel.service import Practice, Service


def next_wake(document: Document, practice: Practice) -> datetime | None:
    """For its state, or, not opened yet, to give up what has waited longest."""
    if practice.service.is_open(document.state):
        return document.asked
    return min((gives_up(waiting.message, practice) for waiting in document.waiting), default=None)


def gives_up(message: Incoming, practice: Practice) -> datetime:
    """When a message that waits for a complaint which never comes has waited long enough."""
    return message.instant + (practice.limits.patience if message.own else practice.limits.events_wait)


def asked_by(state: Any, service: Service) -> datetime | None:
    """What the state asks for, in whole milliseconds and never too early: a `Wake` and the store know no finer."""
    due = None if state is None else service.wake_at(state)
    if due is None or (due.tzinfo is UTC and not due.microsecond % 1000):
        return due
    return due.astimezone(UTC) + timedelta(microseconds=-due.microsecond % 1000)


def asked_for(document: Document, wake: Wake, appended: datetime, practice: Practice) -> bool:
    """Whether a `Wake` record is the next one and neither stale nor premature."""
    return wake.count == document.wakes and wake.due == next_wake(document, practice) and wake.due <= appended
