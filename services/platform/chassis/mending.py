"""A faulty policy made well formed, for the sake of what else is wrong with it: the least part around a fault is left out or replaced."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from services.platform.business_time import WEEKDAYS
from services.platform.chassis.demands import Fault, bare, within
from services.platform.chassis.stand_ins import stand_ins
from services.platform.kernel.service import Policy

CALENDARS = "calendars"
NAME = "[key]"
"""The last step of a place where the fault is in a name, not in what it names."""
_KEPT = frozenset({"when", "calendar"})
"""Of an entry that is faulty as a whole: without them it would be about other complaints."""
_OPEN = {"zone": "UTC", "weekly": {day: [["00:00", "24:00"]] for day in WEEKDAYS}}
"""In the place of a faulty calendar, so that its name is known."""
_GONE = object()
Place = tuple[Any, ...]


class Entries(list[Any]):
    """A list that knows the number that each of its entries had."""

    def __init__(self, entries: Sequence[Any]) -> None:
        super().__init__(entries)
        self.numbers = list(range(len(entries)))

    def clear_gone(self) -> None:
        left = [(number, each) for number, each in zip(self.numbers, self, strict=True) if each is not _GONE]
        self.numbers, self[:] = [number for number, _ in left], [each for _, each in left]


class Mending:
    """`choice`: which of its stand-ins each faulty value gets."""

    def __init__(self, said: Mapping[str, Any], rules: type[Policy], choice: int) -> None:
        self.said: Any = _copied(dict(said))
        self._rules, self._choice = rules, choice
        self._replaced, self._in_this_look = set[Place](), set[Place]()

    def place(self, steps: Sequence[Any]) -> Place:
        """Where it stands in the file.  What was written once for several, as one target for all priorities, is one place."""
        found, part = list[Any](), self.said
        for n, step in enumerate(steps):
            is_last = n == len(steps) - 1
            if step != NAME and not (isinstance(part, list) or (isinstance(part, dict) and (step in part or is_last))):
                break
            found.append(_number(part, step))
            part = _at(part, [step])
        return tuple(found)

    def numbered(self, steps: Sequence[str]) -> tuple[str, ...]:
        """The same steps, each entry of a list by the number that it had."""
        found, part = list[str](), self.said
        for step in steps:
            found.append(str(_number(part, step)))
            part = _at(part, [int(step) if isinstance(part, list) and step.isdecimal() else step])
        return tuple(found)

    def mend(self, faults: Sequence[Fault]) -> bool:
        """False where something cannot be mended."""
        self._in_this_look.clear()
        mended = [self._mended(fault) for fault in faults]
        self._replaced |= self._in_this_look
        _clear(self.said)
        return all(mended)

    def has_bared(self, place: Place, known: Sequence[Place]) -> bool:
        """Whether all that an entry may say was left out, so that saying too little is not its own fault."""
        model = _form(self._rules, place)
        if not _is_model(model) or not place or not any(other[: len(place)] == place for other in known):
            return False
        return all(model.model_fields[name].is_required() for name in self._first_at(place) or () if name in model.model_fields)

    def _mended(self, fault: Fault) -> bool:
        place = [step for step in fault["loc"] if step != NAME]
        if any(_at(self.said, place[:depth]) is _GONE for depth in range(len(place) + 1)):
            return True
        if fault["type"] == "extra_forbidden" or NAME in fault["loc"]:
            return _dropped(self.said, place)
        if place[:1] == [CALENDARS] and len(place) > 1:
            self.said[CALENDARS][place[1]] = _OPEN
            return True
        if not place:
            return self._rid_of_what_it_names(fault)
        return self._bared(place) or any(self._replace(place[:depth]) for depth in range(len(place), 0, -1))

    def _replace(self, place: list[Any]) -> bool:
        """The entry of a list goes; a field that need not be said is left out or said otherwise, and one that must be is said otherwise."""
        holder, model = _at(self.said, place[:-1]), _form(self._rules, place[:-1])
        if isinstance(holder, list) and place[-1] in range(len(holder)) and _is_model(_form(self._rules, place)):
            holder[place[-1]] = _GONE
            return True
        if not isinstance(holder, dict) or not _is_model(model) or place[-1] not in model.model_fields:
            return False
        if (where := self.place(place)) in self._replaced:
            return False
        if where in self._in_this_look:
            return True
        self._in_this_look.add(where)
        return self._said_otherwise(holder, model, place)

    def _said_otherwise(self, holder: dict[Any, Any], model: type[BaseModel], place: list[Any]) -> bool:
        name, is_needed = place[-1], model.model_fields[place[-1]].is_required()
        if is_needed and any(isinstance(step, int) for step in place[1:]):
            return False
        if not (values := stand_ins(model, name) if is_needed or self._choice else ()):
            return not is_needed and holder.pop(name, None) is not None
        holder[name] = _copied(values[self._choice % len(values)])
        return True

    def _bared(self, place: list[Any]) -> bool:
        """An entry that is faulty as a whole keeps what it must say."""
        model, entry = _form(self._rules, place), _at(self.said, place)
        if len(place) < 2 or not _is_model(model) or not isinstance(entry, dict):
            return False
        extra = [name for name, field in model.model_fields.items() if name in entry and not field.is_required() and name not in _KEPT]
        for name in extra:
            del entry[name]
        return bool(extra)

    def _rid_of_what_it_names(self, fault: Fault) -> bool:
        """Of the policy as a whole: what the sentence speaks of, where it need not be said."""
        spoken = str(fault["msg"]).replace("_", " ")
        named = [name for name, field in self._rules.model_fields.items() if name.replace("_", " ") in spoken and not field.is_required()]
        left_out = [self.said.pop(name, None) is not None for name in named]
        return any(left_out)

    def _first_at(self, place: Place) -> Any:
        """What is left at a place of the file."""
        part = self.said
        for step in place:
            part = _at(part, [part.numbers.index(step) if isinstance(part, Entries) and step in part.numbers else step])
        return part


def _copied(said: Any) -> Any:
    match said:
        case dict():
            return {name: _copied(each) for name, each in said.items()}
        case list():
            return Entries([_copied(each) for each in said])
    return said


def _clear(said: Any) -> None:
    if isinstance(said, Entries):
        said.clear_gone()
    for each in said.values() if isinstance(said, dict) else said if isinstance(said, list) else ():
        _clear(each)


def _number(part: Any, step: Any) -> Any:
    index = int(step) if str(step).isdecimal() else -1
    return part.numbers[index] if isinstance(part, Entries) and 0 <= index < len(part) else step


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
