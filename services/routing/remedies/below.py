"""Whether a contract's table gives less than the law's table that it extends, in any situation at all.

For each line of the law and each answer of the contract that is less, it is looked for a situation in which both decide.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

from services.platform.business_time import CalendarRules
from services.routing.remedies.countings import Counting, countings
from services.routing.remedies.rules import Entitlement, Grant, Option, Within
from services.routing.remedies.situations import ANY, AtMost, Line, Number, Situations, Word, some

OFTEN = (None, "round", "complaint")
"""From most to least."""


class Example(NamedTuple):
    """Of those with as few circumstances, the least is the plainest."""

    later: tuple[tuple[int, str], ...]
    """By which calendar the end is later, and by how many days."""
    out_of_use: int
    way: int
    """Received so many days after the sale."""
    found: tuple[str, ...]
    repairs: int
    day: int
    """Since the sale."""
    lacks: str

    def __str__(self) -> str:
        without = [f"{self.out_of_use} of them out of use"] if self.out_of_use else []
        later = [f"by {name or 'UTC'} the end is {days} day{'s' if days > 1 else ''} later" for days, name in self.later]
        notes = f" ({'; '.join((*without, *later))})" if without or later else ""
        received = f", received on day {self.way}," if self.way else ""
        found = f", {' and '.join(self.found)}" if self.found else ""
        return f"on day {self.day}{notes}{received} after {self.repairs} repairs{found} the law gives {self.lacks}"


def below(table: Entitlement, law: Entitlement, calendars: Mapping[str, CalendarRules]) -> str | None:
    """Where it is, in words; None: nowhere."""
    if OFTEN.index(table.once) > OFTEN.index(law.once):
        return f"it is owed once a {table.once}, and the law gives it {f'once a {law.once}' if law.once else 'again'}"
    withins = [grant.within for grant in (*table.grants, *law.grants) if grant.within]
    examples = (example for counting in countings(withins, calendars) for example in _examples(table, law, counting))
    plainest = min(examples, key=lambda example: (len(example.found), example), default=None)
    return str(plainest) if plainest else None


def _examples(table: Entitlement, law: Entitlement, counting: Counting) -> Iterator[Example]:
    promises, owes = ([_line(grant, counting) for grant in each.grants] for each in (table, law))
    for (n, owed), (m, promised) in product(enumerate(law.grants), enumerate((*table.grants, None))):
        if not owed.is_charged and (lacks := _lacks(promised, owed)):
            both = ANY.where_all((*_order(counting), *owes[n], *(promises[m] if promised else ())))
            if found := some(both, (*owes[:n], *promises[:m])):
                yield _example(found, counting, lacks)


# -- situations ---------------------------------------------------------------------------------------------------------------------------


def _order(counting: Counting) -> Line:
    """Received is what was sold, and claimed is what was received; nothing is out of use, or repaired, less than not at all."""
    return (
        AtMost(Number.SOLD, Number.RECEIVED, -counting.least_way),
        AtMost(Number.RECEIVED, Number.CAME, 0),
        AtMost(Number.CAME_LESS_OUT_OF_USE, Number.CAME, 0),
        AtMost(Number.ZERO, Number.REPAIRS, 0),
    )


def _line(grant: Grant, counting: Counting) -> Line:
    """What is the plainest where it does not hold comes first."""
    return (
        *(Word(word, True) for word in grant.given),
        *([AtMost(Number.ZERO, Number.REPAIRS, -grant.repairs)] if grant.repairs else []),
        *([_in_time(grant.within, counting)] if grant.within else []),
        *(Word(word, False) for word in grant.unless),
    )


def _in_time(within: Within, counting: Counting) -> AtMost:
    came = Number.CAME_LESS_OUT_OF_USE if within.excludes_out_of_use else Number.CAME
    return AtMost(came, Number.SOLD if within.since == "sale" else Number.RECEIVED, counting.days(within))


def _example(found: Situations, counting: Counting, lacks: str) -> Example:
    found = found.with_least(Number.CAME, Number.CAME_LESS_OUT_OF_USE).with_least(Number.RECEIVED, Number.SOLD)
    return Example(
        later=tuple(sorted({(days, name) for (_, name), days in counting.later if days})),
        out_of_use=found.least(Number.CAME, Number.CAME_LESS_OUT_OF_USE),
        way=found.least(Number.RECEIVED, Number.SOLD),
        found=tuple(sorted(word for word, is_found in found.words if is_found)),
        repairs=found.least(Number.REPAIRS, Number.ZERO),
        day=found.least(Number.CAME, Number.SOLD),
        lacks=lacks,
    )


# -- what is less -------------------------------------------------------------------------------------------------------------------------


def _lacks(promised: Grant | None, owed: Grant) -> str | None:
    """What the contract's line does not have of the law's."""
    options = {option.kind: option for option in promised.options} if promised and not promised.is_charged else {}
    for option in owed.options:
        if option.kind not in options or not _is_as_much(options[option.kind], option):
            return option.kind
    more = [paper for paper in promised.evidence if paper not in owed.evidence] if promised else []
    return f"it without {more[0]}" if more else None


def _is_as_much(promised: Option, owed: Option) -> bool:
    if owed.sum is None:
        return True
    is_like = promised.sum == owed.sum or ((promised.sum, owed.sum) == ("price_and_costs", "price") and not owed.sums)
    is_enough = all(promised.sums.get(currency, 0) >= minor for currency, minor in owed.sums.items())
    return is_like and is_enough and promised.times >= owed.times
