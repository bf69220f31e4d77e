"""The remedies of a set as data: which kinds there are, what is owed on which conditions, and how much may be given besides."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.model import Code, Currency, Minor, Part
from contracts.routing import Codes
from services.routing.rules import When

GOODWILL = "goodwill"
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=45)]
"""A code, short enough for `1000-name.20` to be one too: the id of a remedy."""
Basis = Literal["price", "price_and_costs", "declared_value", "stated", "fixed"]
"""What a sum is: the price; the price and the reasonable costs that the proposal states; what the goods were declared to be worth; what
the proposal states, up to `sums`; `sums` itself."""
MAKING_GOOD = ("refund", "exchange", "re_delivery", "repair")
"""Kinds that stand for the item itself, whatever they come to."""


class Kinds(Part):
    """Which kinds of remedy there are."""

    money: Codes = ()
    """Paid out: refund, compensation, …"""
    goods: Codes = ()
    """They cost something, which goodwill has to tell: repair, exchange, spare_part, …  Repairs and exchanges that are done are counted."""
    other: Codes = ()
    """They cost nothing: apology, correction of record, …"""

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.money, *self.goods, *self.other)


class Within(Part):
    """So many days from a date, which is day 0; the last ends at 24:00, and where that day is none of business with the next that is."""

    since: Literal["sale", "receipt"]
    days: Annotated[int, Field(ge=0, le=3660)]
    calendar: Code | None = None
    """Whose zone says what date it was, and whose holidays roll the end forward; None: UTC, where every day is one of business."""
    excludes_out_of_use: bool = False
    """A term: days in repair, and waiting for parts, do not count."""


class Option(Part):
    kind: Code
    sum: Basis | None = None
    times: Annotated[int, Field(ge=1, le=100)] = 1
    """Of the price."""
    sums: Mapping[Currency, Minor] = {}
    """Of `fixed` the sum, of `stated` the most, of costs the most that is reasonable, of a price the least."""

    @property
    def makes_good(self) -> bool:
        """Whether it stands for the item itself: with it the customer has, or has back, what was paid for."""
        return self.kind in MAKING_GOOD or self.sum == "declared_value"

    @model_validator(mode="after")
    def _says_how_much(self) -> Self:
        if self.sum in ("fixed", "stated", "price_and_costs") and not self.sums:
            raise ValueError(f"a sum that is {self.sum} needs sums, by currency")
        if self.times > 1 and self.sum != "price":
            raise ValueError("times are of the price")
        return self


class Grant(Part):
    """One line of a table: where all of it holds, the customer has these options."""

    basis: Code
    """The law or the contract that it rests on: cn.three_guarantees.9."""
    within: Within | None = None
    repairs: Annotated[int, Field(ge=0, le=100)] = 0
    """Done so far, at least so many."""
    given: Codes = ()
    """Circumstances that must have been found …"""
    unless: Codes = ()
    """… and those that must not."""
    evidence: Codes = ()
    """Papers without which it does not issue."""
    options: Annotated[tuple[Option, ...], Field(min_length=1, max_length=20)]
    is_charged: bool = False
    """Not owed but offered: the customer pays for it."""


class Entitlement(Part):
    """A table of what is owed: the first line that fits decides."""

    when: When | None = None
    """Which complaints it is for; None: all."""
    extends: Code | None = None
    """The law's table, of which it takes nothing away."""
    once: Literal["complaint", "round"] | None = None
    """How often it is owed; None: again whenever what it gave did not help."""
    grants: Annotated[tuple[Grant, ...], Field(min_length=1, max_length=50)]

    @property
    def circumstances(self) -> tuple[str, ...]:
        """All words that its lines know."""
        return tuple(dict.fromkeys(word for grant in self.grants for word in (*grant.given, *grant.unless)))


class Band(Part):
    """Sums of goodwill from here to there, and which roles may approve them."""

    from_minor: Minor
    below_minor: Minor | None = None
    """None: without end."""
    approvers: Codes = ()
    """Roles; none: whoever proposes it may give it."""


class Goodwill(Part):
    """What may be given in one currency to one complaint."""

    bands: Annotated[tuple[Band, ...], Field(min_length=1, max_length=10)]
    """From nothing on, each where the one before ends."""
    cap_minor: Annotated[Minor, Field(ge=1)]
    """All goodwill of a complaint together, issued or pending."""
