"""How much there was to do: complaints by what they are, how they stand at the end, and how often customers came again."""

from collections import Counter
from typing import NamedTuple

from services.backtest.report.figures import Counts, Share, Spread, counted
from services.backtest.report.keeping import seconds_between
from services.backtest.report.turns import Answered, Callback, Contact, Ended, Life, Owned, Registered, Reopened, Resolved

NOBODY = "(nobody)"
"""Whose a complaint is that no department ever had."""
NOT_TOLD = "(not told)"
"""What no fact of the history tells: its beginning may be cut off."""


class Volumes(NamedTuple):
    complaints: int
    by_kind: Counts
    by_channel: Counts
    by_priority: Counts
    """As first told: P1 …"""
    by_department: Counts
    """Who led first."""
    by_end: Counts
    """How they stand when the history ends: confirmed, silence, unreachable, final_position, withdrawn, resolved, or open."""


class Repeats(NamedTuple):
    complaints: int
    """That came again after they were closed."""
    contacts: int
    chases: int
    returned: int
    same_cause: Share
    """Of the resolutions that tell."""
    first_contact: Share
    """Resolved for good without another word of the customer, of all that were resolved."""


class Times(NamedTuple):
    """From the registration, elapsed."""

    to_answer: Spread
    to_resolve: Spread
    to_close: Spread


class Rounds(NamedTuple):
    reopened: Share
    """Complaints that were reopened at all, of all that were resolved."""
    by_reason: Counts
    with_head: int
    resolutions: Share
    """In time, of all."""


class Course(NamedTuple):
    volumes: Volumes
    repeats: Repeats
    times: Times
    rounds: Rounds


class CourseTally:
    """What a complaint's course tells."""

    def __init__(self) -> None:
        self._of: dict[str, Counter[str]] = {name: Counter() for name in ("kind", "channel", "priority", "department", "end")}
        self._counts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._spans: dict[str, list[int]] = {"answer": [], "resolve": [], "close": []}

    def take(self, life: Life) -> None:
        registered = life.registered
        if registered is None:
            return
        self._volumes(life, registered)
        self._contacts(life, registered)
        self._rounds(life)
        for name, at in (("answer", answered_at(life)), ("resolve", resolved_at(life)), ("close", closed_at(life))):
            if at is not None:
                self._spans[name].append(seconds_between(registered.at, at))

    def _volumes(self, life: Life, registered: Registered) -> None:
        owned = life.of(Owned)
        led = [turn.whose for turn in owned if turn.what == "routed"]
        self._counts["complaints"] += 1
        self._of["kind"][registered.kind] += 1
        self._of["channel"][registered.channel] += 1
        self._of["priority"][urgency(owned[0].priority if owned else None)] += 1
        self._of["department"][led[0] if led else NOBODY] += 1
        self._of["end"][standing(life)] += 1

    def _contacts(self, life: Life, registered: Registered) -> None:
        contacts = [turn.what for turn in life.of(Contact)]
        self._counts["repeat"] += registered.is_repeat
        self._counts.update(contacts)
        if resolved_at(life) is not None:
            is_reopened = bool(life.of(Reopened))
            self._counts["resolved"] += 1
            self._counts["reopened"] += is_reopened
            self._counts["first_contact"] += not (contacts or is_reopened or life.came_again)

    def _rounds(self, life: Life) -> None:
        for resolved in life.of(Resolved):
            self._counts["resolutions"] += 1
            self._counts["in_time"] += not resolved.is_late
            self._counts["looked"] += resolved.is_same_cause is not None
            self._counts["same_cause"] += bool(resolved.is_same_cause)
        for reopened in life.of(Reopened):
            self._reasons[reopened.reason] += 1
            self._counts["with_head"] += reopened.is_with_head

    def course(self) -> Course:
        counts, of = self._counts, {name: counted(found) for name, found in self._of.items()}
        return Course(
            Volumes(counts["complaints"], of["kind"], of["channel"], of["priority"], of["department"], of["end"]),
            Repeats(
                counts["repeat"], counts["repeated"], counts["chased"], counts["returned"], Share(counts["same_cause"], counts["looked"]),
                Share(counts["first_contact"], counts["resolved"]),
            ),
            Times(*(Spread.of(self._spans[name]) for name in ("answer", "resolve", "close"))),
            Rounds(
                Share(counts["reopened"], counts["resolved"]), counted(self._reasons), counts["with_head"],
                Share(counts["in_time"], counts["resolutions"]),
            ),
        )  # fmt: skip


def urgency(priority: int | None) -> str:
    """`P1` is the gravest."""
    return f"P{priority}" if priority else NOT_TOLD


def answered_at(life: Life) -> int | None:
    """The first word of substance: progress that was told, a call that reached the customer, the resolution."""
    told = [turn.at for turn in life.of(Answered)] + [turn.at for turn in life.of(Resolved)]
    return min(told + [turn.at for turn in life.of(Callback) if turn.what == "completed"], default=None)


def resolved_at(life: Life) -> int | None:
    """The first time."""
    return next((turn.at for turn in life.of(Resolved)), None)


def closed_at(life: Life) -> int | None:
    """The closing that stands; none of what was reopened since, or withdrawn."""
    last = next((turn for turn in reversed(life.turns) if isinstance(turn, Ended | Reopened)), None)
    return last.at if isinstance(last, Ended) and last.how != "withdrawn" else None


def standing(life: Life) -> str:
    """How it was closed, `withdrawn`, `resolved`, or `open`."""
    last = next((turn for turn in reversed(life.turns) if isinstance(turn, Ended | Reopened | Resolved)), None)
    match last:
        case Ended():
            return last.how
        case Resolved():
            return "resolved"
        case _:
            return "open"
