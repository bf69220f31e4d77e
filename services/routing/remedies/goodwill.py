"""What is given without being owed: within bands, each with who may approve it, and up to a cap."""

from contracts.model import Money
from contracts.money import in_figures
from contracts.routing import ProposeRemedy, RemedyOption
from services.platform.kernel.service import listed
from services.routing.policy import RoutingPolicy
from services.routing.remedies.ledger import Remedy, failed_minor, goodwill_minor
from services.routing.remedies.rules import GOODWILL, Band, Kinds
from services.routing.state import Complaint
from services.routing.transitions import refused


def proposal(complaint: Complaint, asked: ProposeRemedy, id: str, policy: RoutingPolicy) -> Remedy:
    """Raises `Refused`."""
    kind = _kind(asked, policy.remedies)
    amount = _amount(asked, kind, policy.remedies)
    return Remedy(
        id=id, round=complaint.round, ground=GOODWILL, options=(RemedyOption(kind=kind, amount=amount),), evidence=asked.evidence,
        approvers=_approvers(complaint, amount, policy) if amount else (), proposed_by=asked.by.staff, policy=policy.reference, kind=kind,
        amount=amount,
    )  # fmt: skip


def _kind(asked: ProposeRemedy, kinds: Kinds) -> str:
    if asked.kind is None or asked.kind not in kinds.all:
        raise refused("unknown_remedy", listed(kinds.all))
    return asked.kind


def _amount(asked: ProposeRemedy, kind: str, kinds: Kinds) -> Money | None:
    """What costs something tells how much; what costs nothing may not."""
    is_nothing = asked.amount is None or asked.amount.amount_minor == 0
    if is_nothing and kind not in kinds.other:
        raise refused("amount_missing")
    return None if is_nothing else asked.amount


def _approvers(complaint: Complaint, amount: Money, policy: RoutingPolicy) -> tuple[str, ...]:
    """By the band of all goodwill of the complaint together: nobody gives in two pieces what they may not give in one, nor by saying that
    it failed, which the cap does not count."""
    rules = policy.goodwill.get(amount.currency)
    if rules is None:
        raise refused("unknown_currency", listed(policy.goodwill))
    before = goodwill_minor(complaint.remedies, amount.currency)
    together = before + amount.amount_minor
    tried = min(together + failed_minor(complaint.remedies, amount.currency), rules.cap_minor)
    band = next((each for each in rules.bands if _holds(each, tried)), None)
    if together > rules.cap_minor or band is None:
        raise refused("over_the_cap", in_figures(Money(amount_minor=max(0, rules.cap_minor - before), currency=amount.currency)))
    return band.approvers


def _holds(band: Band, minor: int) -> bool:
    return band.from_minor <= minor and (band.below_minor is None or minor < band.below_minor)
