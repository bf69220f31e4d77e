"""A contract is found below the law that it extends where it is, and only there: both are asked about all situations, one by one (§2.5).

The terms are short, and the calendars have weekends but no holidays, so that all situations can be gone through.
"""

from collections.abc import Iterable, Iterator, Sequence
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
COUNTED_BY: list[list[str | None]] = [["desk"], [None, "desk"], ["desk", "shop"], [None, "east"], ["shop", "east"]]
WORDS, MOST_REPAIRS, MOST_DAYS = ("a", "b", "c"), 2, 3
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
    days_out_of_use = range(BEYOND + 1 if any(within.excludes_out_of_use for within in withins) else 1)
    for n, out_of_use in product(WEEK_OF_CLAIMS, days_out_of_use):
        starts, claim = INSTANTS[n - 2 * BEYOND * len(HALVES) : n + 1], INSTANTS[n]
        sold, received = ([_met(withins, since, start, claim, out_of_use) for start in starts] for since in ("sale", "receipt"))
        together.update(early | late for m, early in enumerate(sold) for late in set(received[m:]))
    return together


def _cases(withins: list[Within], words: Iterable[str]) -> Iterator[Case]:
    known = sorted(set(words))
    circumstances = chain.from_iterable(combinations(known, size) for size in range(len(known) + 1))
    for met, found, repairs in product(_met_together(withins), circumstances, range(MOST_REPAIRS + 1)):
        yield Case(frozenset(found), repairs, lambda within, met=met: withins.index(within) in met)  # type: ignore[misc]


def _is_less(table: Entitlement, law: Entitlement, case: Case) -> bool:
    owed, promised = fitting(law.grants, case), fitting(table.grants, case)
    return not _given(owed) <= _given(promised)


def _given(grant: Grant | None) -> set[str]:
    return {option.kind for option in grant.options} if grant and not grant.is_charged else set()


def _is_anywhere_less(table: Entitlement, law: Entitlement) -> bool:
    withins = [grant.within for grant in (*table.grants, *law.grants) if grant.within]
    return any(_is_less(table, law, case) for case in _cases(withins, (*table.circumstances, *law.circumstances)))


# -- tables -------------------------------------------------------------------------------------------------------------------------------


def _withins(calendars: Sequence[str | None], days: int) -> st.SearchStrategy[Within]:
    since, calendar = st.sampled_from(["sale", "receipt"]), st.sampled_from(calendars)
    return st.builds(Within, since=since, days=st.integers(0, days), calendar=calendar, excludes_out_of_use=st.booleans())


def _grants(withins: st.SearchStrategy[Within]) -> st.SearchStrategy[Grant]:
    words = st.lists(st.sampled_from(WORDS), max_size=2, unique=True).map(tuple)
    kinds = st.lists(st.sampled_from(["repair", "exchange"]), min_size=1, unique=True)
    return st.builds(
        Grant, basis=st.just("x"), within=st.none() | withins, repairs=st.integers(0, MOST_REPAIRS), given=words, unless=words,
        options=kinds.map(lambda kinds: tuple(Option(kind=kind) for kind in kinds)), is_charged=st.sampled_from([False, False, True]),
    )  # fmt: skip


def _repairs(*withins: Within) -> Entitlement:
    return Entitlement(grants=tuple(Grant(basis="x", within=each, options=(Option(kind="repair"),)) for each in withins))


@st.composite
def _laws_and_contracts(draw: st.DrawFn) -> tuple[Entitlement, Entitlement]:
    """A contract has the lines of the law, some of them changed, and perhaps one of its own before them."""
    withins = _withins(["desk"], 2)
    law = draw(st.lists(_grants(withins), min_size=1, max_size=2))
    changed = [line.model_copy(update=draw(st.fixed_dictionaries({}, optional={"within": withins, "unless": st.just(())}))) for line in law]
    terms = [*draw(st.lists(_grants(withins), max_size=1)), *changed]
    return Entitlement(grants=tuple(law)), Entitlement(grants=tuple(terms))


@st.composite
def _counted_differently(draw: st.DrawFn) -> tuple[Entitlement, Entitlement]:
    """A contract has longer times than the law, by other ways of counting."""
    calendars = draw(st.sampled_from(COUNTED_BY))
    law = draw(_withins(calendars, 0))
    return _repairs(law), _repairs(*draw(st.lists(_withins(calendars, MOST_DAYS), min_size=1, max_size=2)))


@settings(deadline=None, max_examples=60)
@given(_laws_and_contracts())
def test_a_contract_is_below_the_law_just_where_a_situation_has_less(both: tuple[Entitlement, Entitlement]) -> None:
    law, terms = both
    assert (below(terms, law, RULES) is not None) is _is_anywhere_less(terms, law)
    assert below(law, law, RULES) is None


@settings(deadline=None)
@given(_counted_differently())
def test_a_time_is_below_the_laws_just_where_a_claim_is_too_late_for_it_alone(both: tuple[Entitlement, Entitlement]) -> None:
    law, terms = both
    assert (below(terms, law, RULES) is not None) is _is_anywhere_less(terms, law)
