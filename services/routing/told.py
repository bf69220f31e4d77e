"""What each part of routing gives back."""

from collections.abc import Callable

from contracts.model import Event
from services.routing.state import Complaint

Told = tuple[Complaint, list[Event]]
"""The complaint after it, and what routing says, in order."""


def then(told: Told, *steps: Callable[[Complaint], Told]) -> Told:
    """One thing after another, each with what the one before left."""
    complaint, events = told
    for step in steps:
        complaint, more = step(complaint)
        events = [*events, *more]
    return complaint, events
