"""Which of the policy's clocks are a complaint's, by what is known of it."""

from collections.abc import Mapping

from services.routing.clock.rules import ClockRule
from services.routing.policy import RoutingPolicy
from services.routing.rules import Facts, When, signs
from services.routing.state import Complaint

IN_ITS_STATE = ("class_kind", "hazard", "sign", "tier")
"""What a complaint knows of itself as it is now."""


def names(known: Facts, policy: RoutingPolicy) -> tuple[str, ...]:
    """Of each kind the first that fits, every legal one that fits."""
    fitting = [(name, rule.kind) for name, rule in policy.clocks.items() if fits(rule.when, known)]
    kinds = [kind for _, kind in fitting]
    return tuple(name for n, (name, kind) in enumerate(fitting) if kind == "legal" or kinds.index(kind) == n)


def fits(when: When | None, known: Facts) -> bool:
    """A word of each field that is asked for."""
    return when is None or all(words is None or not set(words).isdisjoint(known.get(field, ())) for field, words in when)


def remembered(known: Facts, policy: RoutingPolicy) -> Mapping[str, str]:
    """Of a registration, what is asked for again when it turns out graver: the fields that some clock, or some table of what is owed, asks
    for."""
    asking = (*(rule.when for rule in policy.clocks.values()), *(table.when for table in policy.entitlements.values()))
    asked = {field for when in asking if when for field, words in when if words is not None}
    words = {field: known[field][0] for field in known if field in asked and field not in IN_ITS_STATE}
    return {field: word for field, word in words.items() if word is not None}


def known_of(complaint: Complaint) -> Facts:
    """As far as it was remembered; what was not fits nothing."""
    found = signs(complaint.hazards, complaint.has_public_exposure, complaint.repeats, complaint.is_vulnerable)
    own = {"class_kind": (complaint.class_kind,), "hazard": complaint.hazards, "sign": tuple(found), "tier": (complaint.tier,)}
    return {**{field: (word,) for field, word in complaint.facts.items()}, **own}


def own(complaint: Complaint, policy: RoutingPolicy) -> Mapping[str, ClockRule]:
    """Its clocks by their names; where the policy that came since knows none of a kind, the ones that fit are its own from then on."""
    known = {name: policy.clocks[name] for name in complaint.clock_names if name in policy.clocks}
    without = {rule.kind for rule in policy.clocks.values()} - {rule.kind for rule in known.values()}
    if any(clock.kind == "legal" for clock in complaint.clocks):
        without -= {"legal"}
    if not without:
        return known
    successors = (name for name in names(known_of(complaint), policy) if policy.clocks[name].kind in without)
    return {**known, **{name: policy.clocks[name] for name in successors}}
