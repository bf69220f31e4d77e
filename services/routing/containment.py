"""Contain first (防止问题扩大): whoever can stop a danger is asked before anything else, and until they have, nothing is resolved."""

from collections.abc import Iterable
from datetime import datetime

from contracts.model import Event
from contracts.routing import Contained, ContainmentRequested, ReportContained
from services.routing import clocks
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint
from services.routing.told import Told, then
from services.routing.transitions import refused


def ask(
    complaint: Complaint, hazards: Iterable[str], is_exposed: bool, instant: datetime, policy: RoutingPolicy, since: datetime | None = None
) -> Told:
    """These are new.  What comes while another danger is still uncontained is told too, and runs on the same clock.

    `since`: from when its clock counts, where the danger was told before now.
    """
    departments = policy.containment.departments(hazards, is_exposed) if policy.containment else {}
    events: list[Event] = [
        ContainmentRequested(**complaint.of, department=department, hazards=named, has_public_exposure=is_exposed, policy=policy.reference)
        for department, named in departments.items()
    ]
    if not events or complaint.danger == "uncontained":
        return complaint, events
    endangered = complaint.but(danger="uncontained", containments=complaint.containments + 1)
    return then((endangered, events), lambda now: clocks.begin(now, "endangered", instant, policy, since=since))


def contained(complaint: Complaint, told: ReportContained, instant: datetime, policy: RoutingPolicy) -> Told:
    if complaint.danger != "uncontained":
        raise refused("nothing_to_contain")
    said = Contained(**complaint.of, measure=told.measure, by=told.by)
    return then((complaint.but(danger="contained"), [said]), lambda now: clocks.reached(now, "contained", instant, policy))
