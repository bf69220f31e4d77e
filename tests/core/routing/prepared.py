"""Complaints in every state for which a cause leads to a certain other one."""

from collections.abc import Callable

from contracts.feedback import SurveyExpired
from contracts.intake import CustomerProfileChanged, Severity
from contracts.model import Command, Message
from contracts.routing import AcceptWork, AssignDepartments, CloseComplaint, DeclineWork, PauseWork, ReportResolution, ResumeWork
from services.platform.kernel.service import Woken
from tests.core.routing.house import (
    IN,
    NO_WAY,
    House,
    accept,
    both,
    confirmed,
    contact,
    decline,
    expired,
    give,
    in_progress,
    information,
    owed,
    pause,
    reopen,
    resolution,
    resolved,
    withdraw,
)


def again(*accepted: str) -> House:
    """In its second round, asked of billing and network."""
    house = both("billing", "network").takes(resolution("1-billing"), at=11).takes(resolution("1-network"), at=12).takes(reopen(), at=13)
    for department in accepted:
        house.takes(accept(f"2-{department}"), at=14)
    return house


def all_accepted() -> House:
    return both("billing", "network")


def in_its_last_round() -> House:
    """Resolved."""
    house = resolved()
    for round in (2, 3):
        for command in (reopen(), accept(f"{round}-billing"), resolution(f"{round}-billing")):
            house.takes(command, at=20 + round)
    return house


def closed_in_its_last_round() -> House:
    return in_its_last_round().hears(confirmed(3), at=24)


def in_danger(stage: str) -> House:
    """In this state, with a danger that is not contained."""
    if stage == "withdrawn":
        return House(hazards=["fire"]).takes(withdraw(), at=10)
    is_over = stage in ("resolved", "closed")
    return IN[stage]().hears(information(severity=Severity(has_public_exposure=True)) if is_over else contact("fire"), at=31)


ON_THE_WAY: dict[str, tuple[Command, ...]] = {
    "triage": (decline(),), "routed": (decline(),), "reopened": (resolution(), reopen()), "in_progress": (), "waiting": (pause(),),
    "with_head": (
        resolution(), reopen(), accept("2-billing"), resolution("2-billing"), reopen(), accept("3-billing"), resolution("3-billing"),
        reopen(),
    ),
    "resolved": (resolution(),), "closed": (resolution(),), "withdrawn": (withdraw(),),
}  # fmt: skip


def with_remedies(stage: str) -> House:
    """In this state: one remedy is issued (1-goodwill), one waits for approval (1-goodwill.2), one for the customer's choice (1-late)."""
    house = both("billing") if stage == "routed" else in_progress()
    for n, command in enumerate((give(), give(60_000), owed(), *ON_THE_WAY[stage])):
        house.takes(command, at=11 + n)
    return house.hears(confirmed(), at=25) if stage == "closed" else house


PREPARED: dict[tuple[str, type[Message | Woken], str], Callable[[], House]] = {
    ("triage", AssignDepartments, "reopened"): lambda: IN["reopened"]().takes(decline("2-billing"), at=31),
    ("triage", AssignDepartments, "in_progress"): lambda: both("network").takes(decline(), at=11).takes(resolution("1-network"), at=12),
    ("routed", AssignDepartments, "routed"): lambda: both().takes(decline(), at=11),
    ("reopened", AssignDepartments, "reopened"): lambda: again().takes(decline("2-billing"), at=15),
    ("in_progress", AssignDepartments, "in_progress"): lambda: both("network").takes(decline(), at=11),
    ("waiting", AssignDepartments, "in_progress"): lambda: both("network").takes(decline(), at=11).takes(pause("1-network"), at=12),
    ("in_progress", AcceptWork, "in_progress"): lambda: both("network"),
    ("resolved", CustomerProfileChanged, "closed"): lambda: IN["resolved"](is_vulnerable=True).hears(expired(), at=30),
    ("routed", DeclineWork, "routed"): both,
    ("reopened", DeclineWork, "reopened"): again,
    ("in_progress", DeclineWork, "routed"): lambda: both("billing"),
    ("in_progress", DeclineWork, "reopened"): lambda: again("billing"),
    ("in_progress", DeclineWork, "in_progress"): all_accepted,
    ("in_progress", DeclineWork, "waiting"): lambda: all_accepted().takes(pause("1-network"), at=11),
    ("waiting", DeclineWork, "waiting"): lambda: all_accepted().takes(pause("1-network"), at=11).takes(pause(), at=12),
    ("in_progress", PauseWork, "in_progress"): all_accepted,
    ("in_progress", ResumeWork, "in_progress"): lambda: all_accepted().takes(pause(), at=11),
    ("in_progress", ReportResolution, "in_progress"): all_accepted,
    ("in_progress", ReportResolution, "waiting"): lambda: all_accepted().takes(pause("1-network"), at=11),
    ("in_progress", ReportResolution, "triage"): lambda: all_accepted().takes(decline("1-network"), at=11),
    ("waiting", ReportResolution, "waiting"): lambda: all_accepted().takes(pause("1-network"), at=11).takes(pause(), at=12),
    ("waiting", ReportResolution, "triage"): lambda: all_accepted().takes(decline("1-network"), at=11).takes(pause(), at=12),
    ("resolved", CloseComplaint, "closed"): lambda: resolved(is_vulnerable=True).hears(expired(), at=30),
    ("resolved", SurveyExpired, "resolved"): lambda: resolved(is_vulnerable=True),
    ("resolved", Woken, "resolved"): lambda: resolved(is_vulnerable=True, reachable=NO_WAY),
}
