"""What a course needs of the policies, so that it can play any department's part under rules that nobody wrote for it."""

from services.callback import SERVICE as CALLBACK
from services.callback.policy import CallbackPolicy
from services.cli.canary.course import Words
from services.platform.chassis.policies import load
from services.routing import SERVICE as ROUTING
from services.routing.policy import RoutingPolicy


def words_of(policies: str) -> Words:
    """Of a set or a directory; raises BadPolicy."""
    routing, callback = load(policies, ROUTING), load(policies, CALLBACK)
    assert isinstance(routing, RoutingPolicy) and isinstance(callback, CallbackPolicy)
    return Words(next(iter(routing.departments)), next(iter(routing.causes)), _reached(callback))


def _reached(policy: CallbackPolicy) -> str:
    """The outcome that ends a callback by a message; any that reaches the customer, where none is particular to messages."""
    reaching = {name: outcome.channels for name, outcome in policy.outcomes.items() if outcome.reaches}
    return next((name for name, channels in reaching.items() if not channels or "message" in channels), next(iter(reaching)))
