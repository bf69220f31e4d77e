"""What every record says besides its message.  Read from a record of anybody, so each field is bounded like a message's own."""

from typing import Annotated

from pydantic import Field

from contracts.model import Instant, Label, Part

_UUID = Field(json_schema_extra={"format": "uuid"})


class CommandHead(Part):
    """What a sender says about its command."""

    id: Label
    """The sender's own id of this command; sent again, it is the same command.  Best a UUID: other text is folded into one."""
    source: Label
    """The sender: a system, never a person.  Ids are its own: two sources may use the same id."""


class EventHead(Part):
    """What a service says about its event."""

    id: Annotated[Label, _UUID]
    """Derived from the cause: the same event always has the same id.  Deduplicate by it."""
    at: Instant
    """The instant of the cause; never before the last event of this service about this complaint."""
    seq: Annotated[int, Field(ge=0, le=2**53)]
    """The number of this event among those of its service about its complaint: gaps and repeats are visible.

    Intake numbers the customer's file, which several complaints may share: there the numbers are without gaps per `customer`."""
    cause: Annotated[Label, _UUID]
    """The id of the message, or of the wake, that led to it."""
