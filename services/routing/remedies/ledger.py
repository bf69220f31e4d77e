"""What was proposed to put a complaint right, and what became of it: the part of a complaint's state that is about remedies."""

from collections.abc import Iterable
from typing import Any, Self

from contracts.common import PolicyReference, Round
from contracts.model import Code, Instant, Money, Part, Seconds
from contracts.routing import Codes, Ground, RemedyGiven, RemedyOption, Standing
from services.platform.business_time.instants import seconds_of
from services.platform.business_time.spans import Span

MOST_OF_A_GROUND = 25
"""Of one complaint, those that came to nothing included: however much is given, what is owed finds room, and both find it in one event."""
REPAIR, EXCHANGE = "repair", "exchange"


class Goods(Part):
    """What the complaint is about, as far as remedies depend on it."""

    category: Code | None = None
    sold_at: Instant | None = None
    received_at: Instant | None = None
    price: Money | None = None
    declared_value: Money | None = None
    is_distance_sale: bool | None = None
    has_proof_of_purchase: bool | None = None


class Remedy(Part):
    id: Code
    round: Round
    ground: Ground
    entitlement: Code | None = None
    basis: Code | None = None
    options: tuple[RemedyOption, ...]
    makes_good: Codes = ()
    """Of the options, the kinds that stand for the item itself."""
    evidence_needed: Codes = ()
    evidence: Codes = ()
    approvers: Codes = ()
    proposed_by: Code
    """Whose proposal it is: nobody approves their own."""
    policy: PolicyReference = "unversioned"
    """The version by which it was proposed, and which all of it rests on."""
    promised_in: Round | None = None
    """Of a table that asks for a missed promise: the round whose promise it is for."""
    is_approved: bool = False
    standing: Standing = "proposed"
    kind: Code | None = None
    amount: Money | None = None
    done_at: Instant | None = None
    out_of_use_seconds: Seconds = 0
    out_of_use_from: Instant | None = None
    out_of_use_to: Instant | None = None

    @property
    def out_of_use(self) -> Span | None:
        """While it was being repaired, in seconds since 1970."""
        begins, ends = self.out_of_use_from, self.out_of_use_to
        return (seconds_of(begins), seconds_of(ends)) if begins and ends else None

    @property
    def of(self) -> dict[str, Any]:
        """What every event of it repeats."""
        return {"remedy": self.id, "ground": self.ground, "entitlement": self.entitlement, "basis": self.basis}

    @property
    def what(self) -> dict[str, Any]:
        return {"kind": self.kind, "amount": self.amount}

    @property
    def is_pending(self) -> bool:
        return self.standing == "proposed"

    @property
    def is_under_way(self) -> bool:
        return self.standing in ("proposed", "issued")

    @property
    def counts(self) -> bool:
        """Given, or to be given unless something comes between."""
        return self.standing in ("proposed", "issued", "done")

    def stands_in(self, round: int) -> bool:
        """Whether an answer of this round may call it a remedy: what an earlier round carried out did not help."""
        return self.is_under_way or (self.standing == "done" and self.round == round)

    def but(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)


def goodwill_minor(remedies: Iterable[Remedy], currency: str) -> int:
    """All of it in this currency, issued or pending."""
    return _minor((each for each in remedies if each.counts), currency)


def failed_minor(remedies: Iterable[Remedy], currency: str) -> int:
    """What was issued by goodwill and could not be carried out."""
    return _minor((each for each in remedies if each.standing == "failed"), currency)


def _minor(remedies: Iterable[Remedy], currency: str) -> int:
    given = [each.amount for each in remedies if each.ground == "goodwill"]
    return sum(money.amount_minor for money in given if money and money.currency == currency)


def given(remedies: Iterable[Remedy], round: int) -> tuple[RemedyGiven, ...]:
    """As the resolution of this round tells them."""
    return tuple(
        RemedyGiven(remedy=each.id, ground=each.ground, standing=each.standing, **each.what) for each in remedies if each.stands_in(round)
    )
