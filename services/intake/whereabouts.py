"""Where a customer may be, so that nobody is called at night: told with whatever tells of a complaint's customer."""

from collections.abc import Callable, Sequence

from contracts.intake import ComplaintRegistered, ContactRepeated, InformationAdded
from contracts.model import Command, Event
from services.intake.complaint import Complaint
from services.intake.identity import time_zones
from services.intake.policy import IntakePolicy
from services.intake.state import CustomerFile
from services.platform.kernel.service import Cause

Decision = tuple[CustomerFile | None, Sequence[Event | Command]]
Decide = Callable[[CustomerFile | None, Cause, IntakePolicy], Decision]
TELLING = (ComplaintRegistered, ContactRepeated, InformationAdded)


def decide_with_zones(decide: Decide, region: str, file: CustomerFile | None, cause: Cause, policy: IntakePolicy) -> Decision:
    """As `decide`; `region` (ISO 3166) is where a number without a country's code belongs."""
    after, said = decide(file, cause, policy)
    return after, [_with_zones(word, after, region) for word in said]


def _with_zones(word: Event | Command, file: CustomerFile | None, region: str) -> Event | Command:
    complaint = file.find(word.complaint_id) if file and isinstance(word, TELLING) else None
    zones = _zones(complaint, region) if complaint else ()
    return word.model_copy(update={"time_zones": zones}) if zones else word


def _zones(complaint: Complaint, region: str) -> tuple[str, ...]:
    """By the newest of what was told."""
    return next((zones for told in reversed(complaint.told_customers) if (zones := time_zones(told, region))), ())
