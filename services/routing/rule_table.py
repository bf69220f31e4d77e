"""Which rule decides, found with one look for each fact, however many rules there are; and which rule never can.

Conditions are sets of bits, built once for a policy: bit n stands for the nth.  For each field there is the set of conditions that do not
ask for it, and for each of its words the set of those that want it.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import and_

from services.routing.rules import Facts, Rule, When

MOST_CANDIDATES = 20
"""As many as an event can name."""


class Conditions:
    def __init__(self, conditions: Sequence[When | None]) -> None:
        """None: fits everything."""
        self._conditions = conditions
        self._all = (1 << len(conditions)) - 1
        self._indifferent = dict.fromkeys(When.model_fields, 0)
        self._wanting: dict[str, dict[str | None, int]] = {field: {} for field in When.model_fields}
        for n, when in enumerate(conditions):
            for field in When.model_fields:
                self._enter(1 << n, field, getattr(when, field, None))
        self._asked = [field for field, wanting in self._wanting.items() if wanting]

    def _enter(self, condition: int, field: str, words: tuple[str, ...] | None) -> None:
        if words is None:
            self._indifferent[field] |= condition
        for word in words or ():
            self._wanting[field][word] = self._wanting[field].get(word, 0) | condition

    def fitting(self, told: Facts) -> int:
        """Those that fit these facts."""
        found = self._all
        for field in self._asked:
            fits = self._indifferent[field]
            for word in told.get(field, ()):
                fits |= self._wanting[field].get(word, 0)
            found &= fits
        return found

    def covering(self, when: When | None) -> int:
        """Those that fit wherever this one does: whatever they ask for, it asks for too, and wants no other words."""
        found = self._all
        for field in When.model_fields:
            words: tuple[str, ...] | None = getattr(when, field, None)
            wanting = [self._wanting[field].get(word, 0) for word in words or ()]
            found &= self._indifferent[field] | (reduce(and_, wanting) if wanting else 0)
        return found

    def never(self) -> Iterator[tuple[int, int]]:
        """Those that can never be the first that fits, each with the one that always fits before it."""
        for n, when in enumerate(self._conditions):
            if earlier := self.covering(when) & ((1 << n) - 1):
                yield n, lowest(earlier)


class RuleTable:
    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules = rules
        self._conditions = Conditions([rule.when for rule in rules])
        self._groups: dict[str, int] = {}
        for n, rule in enumerate(rules):
            if rule.group:
                self._groups[rule.group] = self._groups.get(rule.group, 0) | 1 << n

    def decide(self, told: Facts) -> Rule | tuple[str, ...]:
        """The first rule that fits.  Where others of its group disagree with it: the departments that they name; where none fits: ()."""
        fitting = self._conditions.fitting(told)
        if not fitting:
            return ()
        first = self._rules[lowest(fitting)]
        if first.group is None:
            return first
        voices = [self._rules[n] for n in _each(fitting & self._groups[first.group])]
        if all(_says(voice) == _says(first) for voice in voices):
            return first
        return tuple(dict.fromkeys(name for voice in voices for name in voice.departments))[:MOST_CANDIDATES]

    def never(self) -> Iterator[tuple[int, int]]:
        """Rules that can never decide, each with the earlier one that always does; one of a group has a voice as long as the group has."""
        for n, rule in enumerate(self._rules):
            first = lowest(self._groups[rule.group]) if rule.group else n
            if earlier := self._conditions.covering(rule.when) & ((1 << first) - 1):
                yield n, lowest(earlier)


def lowest(bits: int) -> int:
    """The number of the first of these, of which there is one at least."""
    return (bits & -bits).bit_length() - 1


def _each(bits: int) -> Iterator[int]:
    while bits:
        yield lowest(bits)
        bits &= bits - 1


def _says(rule: Rule) -> tuple[frozenset[str], str]:
    return frozenset(rule.departments), rule.lead
