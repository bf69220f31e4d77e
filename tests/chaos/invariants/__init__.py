"""What must be true of any run, whatever was broken in it: each invariant is a pure function of the history that the run left behind.

    check(history) -> list[Violation]          # none: all is as promised
"""

from tests.chaos.history import History
from tests.chaos.invariants import (
    calling,
    clocks,
    counters,
    dead,
    folding,
    going_on,
    moves,
    order,
    pure,
    registering,
    remedies,
    surroundings,
)
from tests.chaos.invariants.violation import Invariant, Violation

__all__ = ["INVARIANTS", "NAMES", "Invariant", "Violation", "check"]

INVARIANTS = (
    Invariant("one complaint", "What was accepted is one complaint, a contact of one, or refused.", registering.is_one_complaint),
    Invariant("answered", "Every command leads to an event, a refusal or a dead letter.", registering.is_answered),
    Invariant("woken", "Nothing that was due is left, and nothing waits for nothing.", going_on.is_woken),
    Invariant("in hand", "Every complaint is over, or somebody named is to go on.", going_on.is_in_somebodys_hands),
    Invariant("legal", "Complaints go only where routing's table lets them.", moves.is_legal),
    Invariant("fold", "What is stored is what its causes make, in the order of the journal.", folding.is_the_fold),
    Invariant("published", "The topics have exactly the answers of the journals.", folding.is_published),
    Invariant("pure run", "Routing's facts are those of the kernel's pure run of the log.", pure.is_the_pure_run),
    Invariant("in order", "A document's words leave in the order in which it said them.", order.is_said_in_order),
    Invariant("numbered", "Events are numbered without a gap, and repeats are byte-identical.", order.is_numbered),
    Invariant("one promise", "A callback is promised once, broken at most once, and ends once.", calling.is_promised_once),
    Invariant("promised", "After each resolution somebody is to ask whether it helped.", calling.is_promised),
    Invariant("one winner", "A callback is claimed by one at a time.", calling.has_one_winner),
    Invariant("remedies", "A remedy is issued once, as it was proposed and chosen or approved.", remedies.is_issued_once),
    Invariant("deadlines", "Dues and breaches are as an independent walk computes them.", clocks.is_recomputed),
    Invariant("broken calls", "Promised calls are broken at the first second too late.", clocks.is_broken_in_time),
    Invariant("poison", "Dead letters are exactly the poison, as it came.", dead.is_the_poison),
    Invariant("offsets", "Every record of every input is committed.", surroundings.is_at_the_ends),
    Invariant("impersonal", "No customer's data outside of commands and dossiers.", surroundings.is_impersonal),
    Invariant("counters", "Counters count what is there.", counters.is_the_ledger),
    Invariant("recovered", "After each fault all was handled again within its budget.", surroundings.is_recovered),
    Invariant("handed over", "Who goes as asked hands over: no record is taken twice.", counters.is_handed_over),
)
NAMES = tuple(invariant.name for invariant in INVARIANTS)


def check(history: History) -> list[Violation]:
    """Everything that is not as promised, in the order of `INVARIANTS`."""
    return [found for invariant in INVARIANTS for found in invariant.violations(history)]
