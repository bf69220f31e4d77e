"""A toy routing: submit, report, a neutral call, a confirmation that can meet the deadline, three breaches, and ways to crash.

Beside it an intake that keeps files by customer, and a callback that calls whenever a deadline was breached.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Annotated, Any, cast

from pydantic import Field

from contracts.catalogue import Owner
from contracts.model import Command, ComplaintId, Event, Instant, Part
from services.platform.kernel.service import Address, Cause, Policy, Practice, Refused, Service, Woken

TARGET, SETTLE, STEP = (timedelta(seconds=seconds) for seconds in (20, 5, 7))
LEVELS = 3


class About(Part):
    complaint_id: ComplaintId


class Submit(Command, About):
    """Opens."""


class Report(Command, About): ...


class Reopen(Command, About): ...


class Toggle(Command, About): ...


class Flip(Command, About):
    """Raises when the case is odd: whether it dies depends on the state."""


class Crash(Command, About): ...


class Speak(Command, About):
    """Says as much as it is asked to."""

    length: Annotated[int, Field(ge=0)]
    times: int = 1


class Forbidden(Command, About):
    """Always refused by a rule."""


class Hide(Command, About):
    """Brings customer data."""

    secret: str


class Ask(Command, About):
    """intake's: a customer, under one of their names, has a complaint."""

    names: tuple[str, ...]


class Invite(Command):
    """intake's: about nobody in particular."""


class Registered(Event, About):
    """intake's: opens too."""


class Erased(Event, About):
    """intake's."""


class Called(Event, About):
    """callback's: counted, of no consequence."""


class Confirmed(Event, About):
    """callback's: meets the deadline, if it happened by then."""


class Jolted(Event, About):
    """callback's: raises when the case is odd."""


class Crashed(Event, About):
    """callback's: always raises."""


class Lost(Event):
    """callback's: about no complaint."""


class Routed(Event, About):
    due: Instant


class Breached(Event, About):
    level: int
    breached_at: Instant


class Resolved(Event, About):
    late: bool
    asked_at: Instant


class Reopened(Event, About):
    due: Instant


class Settled(Event, About): ...


class Remarked(Event, About): ...


class Toggled(Event, About): ...


class Flipped(Event, About): ...


class Spoken(Event, About):
    text: str


class Hidden(Event, About): ...


class Cleared(Event, About): ...


class Unmoved(Event, About): ...


ROUTING_WORDS = SimpleNamespace(
    COMMANDS=(Submit, Report, Reopen, Toggle, Flip, Crash, Speak, Forbidden, Hide),
    EVENTS=(Routed, Breached, Resolved, Reopened, Settled, Remarked, Toggled, Flipped, Spoken, Hidden, Cleared, Unmoved),
)
INTAKE_WORDS = SimpleNamespace(COMMANDS=(Ask, Invite), EVENTS=(Registered, Erased))
CALLBACK_WORDS = SimpleNamespace(COMMANDS=(), EVENTS=(Called, Confirmed, Jolted, Crashed, Lost))
OWNERS = {
    name: Owner(name, cast(Any, words), hears, any_partition=name == "intake")
    for name, words, hears in (
        ("intake", INTAKE_WORDS, ()),
        ("routing", ROUTING_WORDS, ("intake", "callback")),
        ("callback", CALLBACK_WORDS, ("routing",)),
    )
}


class Case(Part):
    due: Instant
    level: int = 0
    closed: bool = False
    notes: int = 0
    odd: bool = False
    secret: str | None = None


def wake_at(case: Case) -> datetime | None:
    return None if case.closed or case.level >= LEVELS else case.due + SETTLE + timedelta(seconds=1) + case.level * STEP


def decide(case: Case | None, cause: Cause, policy: Policy) -> tuple[Case | None, list[Event]]:
    instant, about = cause.instant, {"complaint_id": cause.document}
    if case is None:
        if isinstance(cause.message, Forbidden):
            raise Refused("forbidden")
        return Case(due=instant + TARGET), [Routed(**about, due=instant + TARGET)]
    changed: dict[str, object] = {}
    match cause.message:
        case Woken():
            changed, said = {"level": case.level + 1}, Breached(**about, level=case.level + 1, breached_at=instant)
        case Report() if not case.closed:
            changed, said = {"closed": True}, Resolved(**about, late=instant > case.due + SETTLE, asked_at=instant)
        case Reopen():
            changed = {"due": instant + TARGET, "level": 0, "closed": False, "odd": False}
            said = Reopened(**about, due=instant + TARGET)
        case Confirmed() if not case.closed and instant <= case.due:
            changed, said = {"closed": True}, Settled(**about)
        case Called():
            changed, said = {"notes": case.notes + 1}, Remarked(**about)
        case Flip() | Jolted() if not case.odd:
            said = Flipped(**about)
        case Toggle():
            changed, said = {"odd": not case.odd}, Toggled(**about)
        case Flip() | Jolted() | Crash() | Crashed():
            raise ZeroDivisionError("the customer's name")
        case Speak(length=length, times=times):
            return case, [Spoken(**about, text="x" * length)] * times
        case Forbidden():
            raise Refused("forbidden", see="elsewhere")
        case Hide(secret=secret):
            changed, said = {"secret": secret}, Hidden(**about)
        case Erased():
            changed, said = {"secret": None}, Cleared(**about)
        case _:
            said = Unmoved(**about)
    return case.model_copy(update=changed), [said]


ROUTING = Service("routing", Case, Policy, decide, wake_at, opens=frozenset({Submit, Registered, Forbidden}), erases=frozenset({Erased}))
TOY = Practice(ROUTING, Policy(reference="toy/routing@1"), "build-1")


def crashing(when: Callable[[Cause], bool], error: Exception = ZeroDivisionError("the customer's name")) -> Practice:
    """The toy with a decide that raises on some causes."""

    def decide_or_raise(case: Case | None, cause: Cause, policy: Policy) -> tuple[Case | None, list[Event]]:
        if when(cause):
            raise error
        return decide(case, cause, policy)

    return replace(TOY, service=replace(ROUTING, decide=decide_or_raise))


BROKEN = crashing(lambda cause: isinstance(cause.message, Woken))
"""Every wake crashes."""


class File(Part):
    names: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()


def keep_file(file: File | None, cause: Cause, policy: Policy) -> tuple[File | None, list[Event]]:
    file = file or File()
    match cause.message:
        case Ask(names=names, complaint_id=complaint) if complaint not in file.complaints:
            file = File(names=tuple(dict.fromkeys(file.names + names)), complaints=(*file.complaints, complaint))
            return file, [Registered(complaint_id=complaint)]
    return file, []


def call(state: About | None, cause: Cause, policy: Policy) -> tuple[About | None, list[Event]]:
    called = [Called(complaint_id=cause.document)] if isinstance(cause.message, Breached) else []
    return state or About(complaint_id=cause.document), called


INTAKE = Service(
    "intake", File, Policy, keep_file, lambda file: None, opens=frozenset({Ask}),
    address=lambda message, source: Address(message.names[0], (message.complaint_id, *message.names)),
    aliases=lambda file: (*file.names, *file.complaints),
)  # fmt: skip
CALLBACK = Service("callback", About, Policy, call, lambda state: None, opens=frozenset({Routed}))
