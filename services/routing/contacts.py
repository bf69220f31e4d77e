"""What comes to light later: the customer comes again or adds something, late news of what was before, another profile."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from contracts.callback import CallbackBroken
from contracts.intake import ContactRepeated, CustomerProfileChanged, InformationAdded, RepeatFactsChanged
from contracts.routing import ComplaintEscalated, ContainmentRequested
from services.routing import clocks, containment, priority
from services.routing.policy import RoutingPolicy
from services.routing.priority import Sign, of_amount, of_repeats, of_tier
from services.routing.remedies import entitlement
from services.routing.state import Complaint
from services.routing.told import Told, then
from services.routing.transitions import OPEN

Contact = ContactRepeated | InformationAdded


def repeated(complaint: Complaint, told: ContactRepeated, instant: datetime, policy: RoutingPolicy) -> Told:
    """Of an open complaint: having come again is a sign of its own."""
    return _heard(complaint, told, instant, policy, is_again=True)


def informed(complaint: Complaint, told: InformationAdded, instant: datetime, policy: RoutingPolicy) -> Told:
    """Of an open complaint: a customer who is chasing has come again."""
    return _heard(complaint, told, instant, policy, is_again=told.is_chasing)


def learnt(complaint: Complaint, told: Contact, instant: datetime, policy: RoutingPolicy) -> Told:
    """What is new in it and no more; a new danger is contained at once."""
    return _heard(complaint, told, instant, policy, is_again=False)


def learnt_afterwards(complaint: Complaint, told: Contact, instant: datetime, policy: RoutingPolicy) -> Told:
    """Of what stays resolved: only that the public knows of it now asks for something."""
    known = _learnt(complaint, _with_what_it_says(complaint, told), (), instant, policy)
    return then(known, lambda now: containment.ask(now, (), _is_newly_exposed(complaint, told), instant, policy))


def repeats(complaint: Complaint, told: RepeatFactsChanged, instant: datetime, policy: RoutingPolicy) -> Told:
    """More complaints before this one than were known raise it; fewer change nothing.  Repairs are as many as intake counts."""
    known, now = set(of_repeats(complaint.repeats, policy.priority)), len(told.predecessors)
    new = [sign for sign in of_repeats(now, policy.priority) if sign not in known and now > complaint.repeats]
    after = complaint.but(repeats=max(complaint.repeats, now), repairs=told.repairs_so_far)
    return _learnt(complaint, after, new, instant, policy)


def profile(complaint: Complaint, told: CustomerProfileChanged, instant: datetime, policy: RoutingPolicy) -> Told:
    """Who is no longer vulnerable may be answered by silence again; the priority stays."""
    rules = policy.priority
    new = [sign for sign in of_tier(told.tier, rules) if sign[1] not in complaint.priority_reasons]
    if told.is_vulnerable and not complaint.is_vulnerable:
        new.append((rules.vulnerable, "vulnerable"))
    return _learnt(complaint, complaint.but(is_vulnerable=told.is_vulnerable, tier=told.tier), new, instant, policy)


def promise_broken(complaint: Complaint, told: CallbackBroken, policy: RoutingPolicy) -> Told:
    """A missed callback is a supervisor's matter at once, and once a round: what was to make up for it may be missed too.

    As with a clock's levels, the complaint's own level stays as it is.  That it was missed is so, also where the customer came again
    before that was told.
    """
    if complaint.stage not in OPEN and complaint.stage != "resolved":
        return complaint, []
    complaint = complaint.with_promise_missed(told.round)
    if told.round != complaint.round or complaint.callback_broken_in == complaint.round:
        return complaint, []
    level = policy.broken_callback_level
    return complaint.but(callback_broken_in=complaint.round), [ComplaintEscalated(
        **complaint.of, level=level, to=policy.whose(level), reason="callback_broken", instance=told.callback, escalated_at=told.broken_at,
        policy=policy.reference,
    )]  # fmt: skip


def _learnt(before: Complaint, complaint: Complaint, signs: Iterable[Sign], instant: datetime, policy: RoutingPolicy) -> Told:
    """What is not open rises no more; `priority.reopened` heeds it when it begins again."""
    complaint = entitlement.learnt(before, complaint, policy)
    if complaint.stage not in OPEN:
        return clocks.choose(before, complaint, instant, policy)
    return priority.rise(before, complaint, signs, instant, policy)


def _heard(complaint: Complaint, told: Contact, instant: datetime, policy: RoutingPolicy, is_again: bool) -> Told:
    """Raised first, so that the danger has the target of its gravity; told first is what is to be contained."""
    hazards = [hazard for hazard in dict.fromkeys(told.severity.hazards) if hazard not in complaint.hazards]
    is_exposed = _is_newly_exposed(complaint, told)
    signs = [*_new_signs(complaint, told, policy)]
    if is_again and (step := _having_come(complaint, policy)) < min((asked for asked, _ in signs), default=complaint.priority):
        signs.append((step, "repeated_contact"))
    known = entitlement.learnt(complaint, _with_what_it_says(complaint, told), policy)
    complaint, risen = priority.rise(complaint, known, signs, instant, policy)
    complaint, contained = containment.ask(complaint, hazards, is_exposed, instant, policy)
    first = [event for event in contained if isinstance(event, ContainmentRequested)]
    return complaint, [*first, *risen, *contained[len(first) :]]


def _having_come(complaint: Complaint, policy: RoutingPolicy) -> int:
    """The priority that it has for having come again alone."""
    rule = policy.repeated_contact
    return max(rule.at_most, complaint.priority - rule.steps)


def _is_newly_exposed(complaint: Complaint, told: Contact) -> bool:
    return told.severity.has_public_exposure and not complaint.has_public_exposure


def _new_signs(complaint: Complaint, told: Contact, policy: RoutingPolicy) -> Iterator[Sign]:
    rules = policy.priority
    if not set(told.severity.hazards) <= set(complaint.hazards):
        yield rules.hazard, "new_hazard"
    if _is_newly_exposed(complaint, told):
        yield rules.exposure, "public_exposure"
    if told.is_vulnerable and not complaint.is_vulnerable:
        yield rules.vulnerable, "vulnerable"
    yield from (sign for sign in of_amount(told.severity.amount_at_stake, rules) if sign[1] not in complaint.priority_reasons)


def _with_what_it_says(complaint: Complaint, told: Contact) -> Complaint:
    """True once said; an erased customer cannot be reached again."""
    is_reachable = told.reachable is not None and any(way for _, way in told.reachable)
    return complaint.but(
        hazards=tuple(dict.fromkeys((*complaint.hazards, *told.severity.hazards))),
        has_public_exposure=complaint.has_public_exposure or told.severity.has_public_exposure,
        is_vulnerable=complaint.is_vulnerable or bool(told.is_vulnerable),
        is_reachable=complaint.is_reachable or (is_reachable and not complaint.is_erased),
    )
