"""A contract is found below the law that it extends where it is, and only there: both are asked about all situations, one by one (§2.5).

The terms are short, and the calendars have weekends but no holidays, so that all situations can be gone through.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain, combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from services.platform.business_time import ALWAYS, Calendar, CalendarRules
from services.routing.remedies.below import below
from services.routing.remedies.days import last_instant
from services.routing.remedies.rules import Entitlement, Grant, Option, Within
from services.routing.remedies.table import Case, fitting

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RULES = {
    name: CalendarRules.model_validate({"zone": zone, "weekly": {day: [["09:00", "17:00"]] for day in WEEK[:days]}})
    for name, zone, days in (("desk", "UTC", 5), ("shop", "UTC", 6), ("east", "Asia/Shanghai", 6))
}
CALENDARS = {None: ALWAYS, **{name: Calendar.of(rules) for name, rules in RULES.items()}}
COUNTED_BY: list[list[str | None]] = [[None], ["desk"], [None, "desk"], ["desk", "shop"], [None, "east"], ["shop", "east"]]
WORDS, MOST_REPAIRS, MOST_DAYS = ("a", "b", "c"), 2, 2
BEYOND = MOST_DAYS + 4
"""Days after which no term runs, over a weekend and whatever date it is elsewhere, but for the days out of use."""
HALVES = (timedelta(hours=8), timedelta(hours=20))
"""In the second it is tomorrow in the east."""
INSTANTS = [datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=day) + half for day in range(-2 * BEYOND, 7) for half in HALVES]
WEEK_OF_CLAIMS = range(len(INSTANTS) - 7 * len(HALVES), len(INSTANTS))


# -- counted out --------------------------------------------------------------------------------------------------------------------------


@cache
def _end(start: datetime, calendar: str | None, days: int, out_of_use: int) -> datetime:
    return last_instant(start, days, CALENDARS[calendar], out_of_use)


def _met(withins: list[Within], since: str, start: datetime, claim: datetime, out_of_use: int) -> frozenset[int]:
    """The numbers of those since then that a claim meets."""
    asked = ((n, within, out_of_use if within.excludes_out_of_use else 0) for n, within in enumerate(withins) if within.since == since)
    return frozenset(n for n, within, days in asked if claim <= _end(start, within.calendar, within.days, days))


def _met_together(withins: list[Within]) -> set[frozenset[int]]:
    """The numbers of those that are met, for each claim of a week, sale, receipt between them, and days out of use."""
    together = set[frozenset[int]]()
    for n, out_of_use in product(WEEK_OF_CLAIMS, range(BEYOND + 1)):
        starts, claim = INSTANTS[n - 2 * BEYOND * len(HALVES) : n + 1], INSTANTS[n]
        sold, received = ([_met(withins, since, start, claim, out_of_use) for start in starts] for since in ("sale", "receipt"))
        together.update(early | late for m, early in enumerate(sold) for late in set(received[m:]))
    return together


def _cases(withins: list[Within]) -> Iterator[Case]:
    circumstances = chain.from_iterable(combinations(WORDS, size) for size in range(len(WORDS) + 1))
    for met, found, repairs in product(_met_together(withins), circumstances, range(MOST_REPAIRS + 1)):
        yield Case(frozenset(found), repairs, lambda within, met=met: withins.index(within) in met)  # type: ignore[misc]


def _is_less(table: Entitlement, law: Entitlement, case: Case) -> bool:
    owed, promised = fitting(law.grants, case), fitting(table.grants, case)
    return not _given(owed) <= _given(promised)


def _given(grant: Grant | None) -> set[str]:
    return {option.kind for option in grant.options} if grant and not grant.is_charged else set()


# -- tables -------------------------------------------------------------------------------------------------------------------------------


def _withins(calendars: list[str | None]) -> st.SearchStrategy[Within]:
    days, calendar = st.integers(0, MOST_DAYS), st.sampled_from(calendars)
    return st.builds(Within, since=st.sampled_from(["sale", "receipt"]), days=days, calendar=calendar, excludes_out_of_use=st.booleans())


def _grants(withins: st.SearchStrategy[Within]) -> st.SearchStrategy[Grant]:
    words = st.lists(st.sampled_from(WORDS), max_size=2, unique=True).map(tuple)
    kinds = st.lists(st.sampled_from(["repair", "exchange"]), min_size=1, unique=True)
    return st.builds(
        Grant, basis=st.just("x"), within=st.none() | withins, repairs=st.integers(0, MOST_REPAIRS), given=words, unless=words,
        options=kinds.map(lambda kinds: tuple(Option(kind=kind) for kind in kinds)), is_charged=st.sampled_from([False, False, True]),
    )  # fmt: skip


@st.composite
def _laws_and_contracts(draw: st.DrawFn) -> tuple[Entitlement, Entitlement]:
    """A contract has most lines of the law, some of them changed, and lines of its own."""
    withins = _withins(draw(st.sampled_from(COUNTED_BY)))
    law = draw(st.lists(_grants(withins), min_size=1, max_size=2))
    changed = [line.model_copy(update=draw(st.fixed_dictionaries({}, optional={"within": withins, "unless": st.just(())}))) for line in law]
    terms = [*draw(st.lists(_grants(withins), max_size=1)), *changed]
    return Entitlement(grants=tuple(law)), Entitlement(grants=tuple(terms))


@given(_laws_and_contracts())
@settings(deadline=None)
def test_a_contract_is_below_the_law_just_where_a_situation_has_less(both: tuple[Entitlement, Entitlement]) -> None:
    law, terms = both
    withins = [grant.within for grant in (*law.grants, *terms.grants) if grant.within]
    is_below = any(_is_less(terms, law, case) for case in _cases(withins))
    assert (below(terms, law, RULES) is not None) is is_below
    assert below(law, law, RULES) is None
