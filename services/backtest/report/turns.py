"""What a report keeps of a complaint's life: its turns, a few words and numbers each.

`at` and all instants are milliseconds since 1970, as the event tells them.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar


class Registered(NamedTuple):
    kind: str
    channel: str
    is_repeat: bool
    """Whether complaints about the same matter were closed before."""
    at: int


class Contact(NamedTuple):
    """The customer came again: `what` is repeated or chased; returned: too late for this complaint, which was closed for good."""

    what: str
    at: int


class Owned(NamedTuple):
    """`what` is routed, to `whose` lead, or triage, at `whose` desk."""

    what: str
    whose: str
    priority: int
    at: int


class Raised(NamedTuple):
    priority: int
    reason: str
    at: int


class Work(NamedTuple):
    """`what` is requested or accepted."""

    what: str
    work: str
    department: str
    instead_of: str | None
    at: int


class Answered(NamedTuple):
    """Progress was told to the customer."""

    at: int


class Danger(NamedTuple):
    """`what` is requested, of `department`, or contained."""

    what: str
    department: str | None
    at: int


class Clock(NamedTuple):
    """`what` is started, paused, extended, aimed, warned, met, breached or stopped."""

    what: str
    clock: str
    instance: str
    kind: str | None
    """Only where it is started."""
    work: str | None
    target: int
    unit: str
    calendar: str | None
    due: int
    instant: int
    """When it was so."""
    used: int
    at: int


class Escalated(NamedTuple):
    level: int
    to: str
    reason: str
    instance: str | None
    at: int


class Remedy(NamedTuple):
    """`what` is proposed, chosen, approved, issued, done, failed, rejected or cancelled."""

    what: str
    remedy: str
    ground: str
    kind: str | None
    """None where the customer has still to choose."""
    currency: str | None
    round: int
    amount: int
    at: int


class Resolved(NamedTuple):
    round: int
    causes: tuple[str, ...]
    is_late: bool
    is_same_cause: bool | None
    at: int


class Reopened(NamedTuple):
    round: int
    reason: str
    is_with_head: bool
    at: int


class Ended(NamedTuple):
    """`how` is confirmed, silence, unreachable, final_position or withdrawn."""

    how: str
    at: int


class Callback(NamedTuple):
    """`what` is promised, moved, attempted, completed, broken, cancelled, impossible or abandoned; `word`: by which channel, or why."""

    what: str
    callback: str
    purpose: str | None
    """None where the event does not tell."""
    word: str | None
    currency: str | None
    late: int
    cost: int
    at: int


Turn = (
    Registered | Contact | Owned | Raised | Work | Answered | Danger | Clock | Escalated | Remedy | Resolved | Reopened | Ended | Callback
)


T = TypeVar("T", bound=Turn)


class Life:
    """A complaint's turns, in the order in which they were told.  `came_again`: whether a later complaint names it as one before it."""

    def __init__(self, complaint_id: str, turns: Sequence[Turn], came_again: bool = False) -> None:
        self.complaint_id, self.turns, self.came_again = complaint_id, turns, came_again
        self._by_class: dict[type, list[Any]] = {}
        for turn in turns:
            self._by_class.setdefault(type(turn), []).append(turn)

    def of(self, kind: type[T]) -> Sequence[T]:
        """The turns of this class."""
        return self._by_class.get(kind, ())

    @property
    def registered(self) -> Registered | None:
        """None: it is no complaint (a contact that lives on in another one, an ordinary transaction)."""
        return next(iter(self.of(Registered)), None)
