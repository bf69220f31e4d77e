"""Where a customer may be and when to call, so that nobody is called at night: told with whatever tells of a complaint's customer."""

from collections.abc import Callable, Sequence

from contracts.intake import ComplaintRegistered, ContactRepeated, InformationAdded
from contracts.model import Command, Event
from services.intake.complaint import Complaint
from services.intake.contacts import has_new_phone, newest
from services.intake.identity import time_zones
from services.intake.policy import IntakePolicy
from services.intake.state import CustomerFile
from services.platform.kernel.service import Cause

Decision = tuple[CustomerFile | None, Sequence[Event | Command]]
Decide = Callable[[CustomerFile | None, Cause, IntakePolicy], Decision]
LATER = (ContactRepeated, InformationAdded)
TELLING = (ComplaintRegistered, *LATER)


def decide_with_zones(decide: Decide, region: str, file: CustomerFile | None, cause: Cause, policy: IntakePolicy) -> Decision:
    """As `decide`; `region` (ISO 3166) is where a number without a country's code belongs."""
    after, said = decide(file, cause, policy)
    return after, [_with_places(word, after, region) for word in said]


def _with_places(word: Event | Command, file: CustomerFile | None, region: str) -> Event | Command:
    """A registration tells the stated country and windows itself."""
    complaint = file.find(word.complaint_id) if file and isinstance(word, TELLING) else None
    if complaint is None:
        return word
    told = {"time_zones": _zones(complaint, region)}
    if isinstance(word, LATER):
        told |= {field: newest(field, complaint.told_customers) for field in ("country", "contact_windows")}
    return word.model_copy(update={field: value for field, value in told.items() if value})


def _zones(complaint: Complaint, region: str) -> tuple[str, ...]:
    """By the newest contact that states a zone or tells another number: a number that was known before moves nobody."""
    told = complaint.told_customers
    telling = (told[: n + 1] for n in reversed(range(len(told))) if told[n].time_zone or has_new_phone(*told[: n + 1]))
    return next((zones for contacts in telling if (zones := time_zones(contacts[-1], region))), ())
