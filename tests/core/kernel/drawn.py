"""Stories drawn by Hypothesis: any mixture of what may arrive at one document."""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from services.platform.kernel.record import Incoming
from tests.core.kernel.story import command, event, sent_again
from tests.core.kernel.toy import SETTLE

EXAMPLES = os.environ.get("EXAMPLES")
law = settings(max_examples=int(EXAMPLES or 120), derandomize=EXAMPLES is None, deadline=None, suppress_health_check=list(HealthCheck))
"""The same examples in every run of the gate; EXAMPLES=2500 draws as many new ones."""

SETTLES = int(SETTLE.total_seconds())
COMMANDS = ["Report", "Reopen", "Toggle", "Flip", "Crash", "Submit", "Forbidden", "Forge"]
OWNS = st.lists(st.tuples(st.sampled_from(COMMANDS), st.integers(0, 15)), max_size=8)
"""Commands in append order: what, and how many seconds after the last."""
FOREIGN = st.lists(
    st.tuples(st.sampled_from(["Called", "Confirmed", "Jolted", "Crashed"]), st.integers(0, 120), st.integers(0, SETTLES - 1)), max_size=6
)
"""Events of other services: what, when (seconds after 100), and how much later they come."""


def owns(steps: list[tuple[str, int]], start: int = 100, first: str | None = "Submit") -> list[Incoming]:
    out = [command(first, start, 0)] if first else []
    for n, (kind, gap) in enumerate(steps, 1):
        start += gap
        out.append(command("Speak", start, n, id="Submit0", length=n) if kind == "Forge" else command(kind, start, n))
    return out


@st.composite
def stories(draw: st.DrawFn, attempts: int = 2, forged: bool = True) -> list[Incoming]:
    """Own commands in append order, events of others in any order at any place, an opener (perhaps late), repeats of commands.

    `attempts`: up to which attempt a repeat may claim to be (an operator's replay comes after the death; a forged one may not).
    `forged`: whether two messages may have one id."""
    opener = draw(st.sampled_from(["own", "foreign"]))
    steps = [step for step in draw(OWNS) if forged or step[0] != "Forge"]
    own = owns(steps, first="Submit" if opener == "own" else None)
    numbers = draw(st.lists(st.integers(0, 6), min_size=6, max_size=6)) if forged else range(6)
    foreign = [event(kind, 95 + at, n, id=f"{kind}{numbers[n]}") for n, (kind, at, _) in enumerate(draw(FOREIGN))]
    if opener == "foreign":
        foreign.append(event("Registered", draw(st.integers(90, 110)), 0))
    out = list(own)
    for each in foreign:
        out.insert(draw(st.integers(0, len(out))), each)
    for n in range(draw(st.integers(0, 2)) if own else 0):
        victim = draw(st.sampled_from(own))
        out.insert(out.index(victim) + 1, sent_again(victim, 500 + n, attempt=draw(st.integers(0, attempts))))
    return out
