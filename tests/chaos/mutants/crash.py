"""A fault of our own code: a `decide` that raises on what is marked."""

from dataclasses import replace
from typing import Any

from services.platform.kernel.service import Cause, Decision, Service

MARK = "crash"
"""The reason of a withdrawal on which it raises."""
REASON = "undecidable.ZeroDivisionError"


def crashing(service: Service) -> Service:
    def decide(state: Any, cause: Cause, policy: Any) -> Decision:
        if getattr(cause.message, "reason", None) == MARK:
            raise ZeroDivisionError("made to fail")
        return service.decide(state, cause, policy)

    return replace(service, decide=decide)
