"""Every fault of a policy in one look: what is wrong with a field hides nothing that is wrong elsewhere.

Pydantic looks at the whole only when every part is well formed.  So what is faulty is left out, where it can be, and the rest is looked at
again: until it is a policy that can say by itself what could never work, or until nothing can be left out any more.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from services.platform.business_time import WEEKDAYS
from services.platform.chassis.demands import Fault, bare, demand, truths, within
from services.platform.kernel.service import Policy

CALENDARS = "calendars"
NAME = "[key]"
"""The last step of a place where the fault is in a name, not in what it names."""
_KEPT = frozenset({"when", "calendar"})
"""Of an entry that is faulty as a whole: without them it would be about other complaints."""
_OPEN = {"zone": "UTC", "weekly": {day: [["00:00", "24:00"]] for day in WEEKDAYS}}
"""In the place of a faulty calendar, so that its name is known."""


class Found(NamedTuple):
    place: tuple[Any, ...]
    sentence: str


def examine(said: Mapping[str, Any], rules: type[Policy]) -> tuple[Policy | None, list[Found]]:
    """The policy, and its faults; where there are faults it is not to be used."""
    faults, rest = list[Fault](), deepcopy(dict(said))
    policy, new = _read(rest, rules)
    while new:
        known = [fault["loc"] for fault in faults]
        faults += [fault for fault in new if fault["loc"] not in known and not _is_left_bare(rest, fault["loc"], known, rules)]
        if not all(_left_out(rest, fault, rules) for fault in new):
            break
        policy, new = _read(rest, rules)
    faults += [fault for fault in truths(said, rules) if fault["loc"] not in {known["loc"] for known in faults}]
    found = [Found(fault["loc"], f"{demand(fault, rules)}.") for fault in faults]
    return policy, [*found, *_never_working(policy, found)]


def _read(said: Mapping[str, Any], rules: type[Policy]) -> tuple[Policy | None, Sequence[Fault]]:
    try:
        return rules.model_validate(said), ()
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _never_working(policy: Policy | None, found: Sequence[Found]) -> Iterator[Found]:
    """What the policy says of itself, but not of what was left out."""
    for field, sentence in policy.faults() if policy else ():
        place = tuple(field.split("."))
        if not any(place[: len(other)] == tuple(map(str, other)) for other, _ in found):
            yield Found(place, sentence)


def _left_out(said: Any, fault: Fault, rules: type[Policy]) -> bool:
    """The innermost field around the fault that need not be said; a policy's own fields stay, for others lean on them."""
    place = [step for step in fault["loc"] if step != NAME]
    if fault["type"] == "extra_forbidden" or NAME in fault["loc"]:
        return _dropped(said, place)
    if place[:1] == [CALENDARS] and len(place) > 1:
        said[CALENDARS][place[1]] = _OPEN
        return True
    optional = [depth for depth in range(1, len(place)) if _need_not_be_said(rules, place[: depth + 1])]
    return _dropped(said, place[: optional[-1] + 1]) if optional else _bared(said, place, rules)


def _need_not_be_said(rules: type[Policy], place: Sequence[Any]) -> bool:
    model = _form(rules, place[:-1])
    return _is_model(model) and place[-1] in model.model_fields and not model.model_fields[place[-1]].is_required()


def _bared(said: Any, place: Sequence[Any], rules: type[Policy]) -> bool:
    """An entry that is faulty as a whole keeps what it must say."""
    model, entry = _form(rules, place), _at(said, place)
    if len(place) < 2 or not _is_model(model) or not isinstance(entry, dict):
        return False
    extra = [name for name, field in model.model_fields.items() if name in entry and not field.is_required() and name not in _KEPT]
    for name in extra:
        del entry[name]
    return bool(extra)


def _is_left_bare(said: Any, place: tuple[Any, ...], known: Sequence[tuple[Any, ...]], rules: type[Policy]) -> bool:
    """Whether all that it may say was left out, so that saying too little is not its own fault."""
    model = _form(rules, place)
    if not _is_model(model) or not place or not any(other[: len(place)] == place for other in known):
        return False
    return all(model.model_fields[name].is_required() for name in _at(said, place) or () if name in model.model_fields)


def _dropped(said: Any, place: Sequence[Any]) -> bool:
    holder = _at(said, place[:-1])
    if isinstance(holder, dict) and place[-1] in holder:
        del holder[place[-1]]
        return True
    return False


def _at(said: Any, place: Sequence[Any]) -> Any:
    """None where it is missing, or pydantic calls it by another name."""
    for step in place:
        try:
            said = said[step]
        except (KeyError, IndexError, TypeError):
            return None
    return said


def _form(rules: type[Policy], place: Sequence[Any]) -> Any:
    form: Any = rules
    for step in place:
        form = within(bare(form), step)
    return bare(form)


def _is_model(form: Any) -> bool:
    return isinstance(form, type) and issubclass(form, BaseModel)
