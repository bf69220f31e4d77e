"""The case desk: proposes how a complaint is put right, by what the house's tables say is owed or by goodwill.

What cannot be owed it makes good by goodwill; what is over the cap it proposes again for less; what failed it proposes another way.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from contracts.common import CommandRefused
from contracts.intake import ComplaintRegistered
from contracts.model import Command, Money, Staff
from contracts.money import of_figures
from contracts.routing import ClockBreached, ProposeRemedy, RejectRemedy, RemedyFailed, RemedyProposed, WorkAccepted
from services.cli.demo.world.asking import Asking, Heard, asking
from services.cli.demo.world.chance import Chance

SOURCE = "case-desk"
PROPOSES, OFFERS_MORE, COMPENSATES = 0.55, 0.4, 0.6
"""How often a first round has a proposal, a later one, and a missed promise a fixed sum."""
MISUSED, IS_SEEN, NOT_WANTED = 0.1, 0.8, 0.06
"""How often the fault is the customer's, the papers are there at once, and the customer wants nothing of what is owed."""
CURRENCIES = {"zh": "CNY", "en": "USD"}
GOODWILL = {
    "CNY": {5_000: 6.0, 20_000: 3.0, 60_000: 2.0, 250_000: 1.0, 600_000: 1.0},
    "USD": {800: 6.0, 3_000: 3.0, 9_000: 2.0, 40_000: 1.0, 150_000: 1.0},
}
"""What is offered, in fen and cents: alone, with a team lead's word, with a head's, and more than anybody may."""
PRICES = {"CNY": {9_900: 3.0, 59_900: 2.0, 259_900: 1.0}, "USD": {1_999: 3.0, 12_900: 2.0, 49_900: 1.0}}
DAYS_AGO = {3: 2.0, 12: 2.0, 100: 4.0, 500: 1.0}
"""When it was sold: within 7 days, within 15, within the term of the guarantee, and before."""
TABLES = {
    "quality": {("guarantee", ()): 1.0},
    "transport": {
        ("late_delivery", ("late",)): 3.0, ("late_delivery", ("late", "of_no_use")): 2.0, ("loss_and_damage", ("damaged",)): 2.0,
        ("loss_and_damage", ("lost",)): 1.0,
    },
    "contract": {("not_as_agreed", ("not_as_agreed",)): 1.0},
}  # fmt: skip
"""By the kind of the complaint: what is asked for, and what was found."""


class Known(NamedTuple):
    """What the desk has in its file."""

    kind: str
    currency: str


class CaseDesk:
    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._known = dict[str, Known]()
        self._begun = set[tuple[str, int]]()
        self._failed = Counter[str]()

    def hear(self, heard: Heard) -> Iterator[Asking]:
        match heard.event:
            case ComplaintRegistered() as registered:
                currency = CURRENCIES.get(registered.language or "", "CNY")
                self._known[registered.complaint_id] = Known(registered.classes.kind, currency)
            case WorkAccepted(complaint_id=id, round=round) if id in self._known and (id, round) not in self._begun:
                self._begun.add((id, round))
                yield from self._begin(heard, id, round)
            case ClockBreached(kind="resolution", complaint_id=id, round=1) if self._chance.happens(COMPENSATES, "compensates", id):
                yield self._ask(heard, ProposeRemedy(complaint_id=id, entitlement="missed_promise", by=self._clerk(id)), 0.5)
            case RemedyProposed(ground="entitlement") as proposed if self.wants_none(proposed):
                yield self._take_back(heard, proposed)
            case RemedyFailed(complaint_id=id) if id in self._known:
                self._failed[id] += 1
                yield self._goodwill(heard, id, "instead", self._failed[id])
            case CommandRefused(complaint_id=str(id)) as refused if id in self._known:
                yield from self._mend(heard, id, refused)

    def wants_none(self, proposed: RemedyProposed) -> bool:
        """Whether the customer has told the desk so: then there is no choice to wait for."""
        return self._chance.happens(NOT_WANTED, "not wanted", proposed.complaint_id, proposed.remedy)

    # -- what is proposed ---------------------------------------------------------------------------------------------------------------

    def _begin(self, heard: Heard, id: str, round: int) -> Iterator[Asking]:
        if not self._chance.happens(PROPOSES if round == 1 else OFFERS_MORE, "proposes", id, round):
            return
        tables = TABLES.get(self._known[id].kind) if round == 1 else None
        yield self._owed(heard, id, *self._chance.pick(tables, "table", id)) if tables else self._goodwill(heard, id, "round", round)

    def _owed(self, heard: Heard, id: str, table: str, circumstances: tuple[str, ...]) -> Asking:
        """As the papers show: when it was sold, and what for."""
        currency = self._known[id].currency
        price = Money(amount_minor=self._chance.pick(PRICES[currency], "price", id), currency=currency)
        sold_at = heard.at - timedelta(days=self._chance.pick(DAYS_AGO, "days ago", id))
        if table == "guarantee":
            circumstances = ("misuse",) if self._chance.happens(MISUSED, "misused", id) else ()
        is_seen = table == "guarantee" and self._chance.happens(IS_SEEN, "seen", id)
        return self._ask(heard, ProposeRemedy(
            complaint_id=id, entitlement=table, circumstances=circumstances, sold_at=sold_at, price=price,
            evidence=("proof_of_purchase",) if is_seen else (), by=self._clerk(id),
        ))  # fmt: skip

    def _goodwill(self, heard: Heard, id: str, *why: str | int, most: int | None = None) -> Asking:
        currency = self._known[id].currency
        offers = {minor: often for minor, often in GOODWILL[currency].items() if most is None or minor <= most}
        if not offers:
            return self._ask(heard, ProposeRemedy(complaint_id=id, kind="apology", by=self._clerk(id)))
        amount = Money(amount_minor=self._chance.pick(offers, "goodwill", id, *why), currency=currency)
        return self._ask(heard, ProposeRemedy(complaint_id=id, kind="compensation", amount=amount, by=self._clerk(id)))

    def _mend(self, heard: Heard, id: str, refused: CommandRefused) -> Iterator[Asking]:
        """No table has it: it is made good all the same.  Over the cap: what is left of it.  An answer lacks its remedy: an apology."""
        match refused.command_source, refused.reason:
            case "case-desk", "not_entitled":
                yield self._goodwill(heard, id, "not entitled")
            case "case-desk", "over_the_cap":
                yield self._goodwill(heard, id, "less", most=of_figures(refused.see).amount_minor if refused.see else 0)
            case "departments", "remedy_missing":
                yield self._ask(heard, ProposeRemedy(complaint_id=id, kind="apology", by=self._clerk(id)), 0.3)

    # -- what the customer does not want --------------------------------------------------------------------------------------------------

    def _take_back(self, heard: Heard, proposed: RemedyProposed) -> Asking:
        id = proposed.complaint_id
        command = RejectRemedy(complaint_id=id, remedy=proposed.remedy, reason="not_wanted", by=self._clerk(id))
        return self._ask(heard, command, self._chance.between(0.5, 2, "takes back", id))

    def _ask(self, heard: Heard, command: Command, after: float | None = None) -> Asking:
        pace = self._chance.between(0.3, 1.5, "pace of the desk", heard.id)
        return asking(SOURCE, "routing", command, pace if after is None else after, heard.id)

    def _clerk(self, complaint: str) -> Staff:
        return Staff(staff=f"case-{self._chance.pick({1: 1.0, 2: 1.0, 3: 1.0}, 'clerk', complaint)}", role="agent", department="case_desk")
