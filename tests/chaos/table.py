"""What a run tells, as one table: the faults, what was counted, which invariants held, and the verdict."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from tests.chaos.history import Fault, History, load
from tests.chaos.invariants import INVARIANTS, Violation, check
from tests.chaos.recovery import recovery
from tests.chaos.runner import Outcome

SHOWN = 20
"""Violations that are told in words; the history has all."""
COLUMNS = ("", "of", "what", "lasted", "recovered after", "budget", "verdict")


def report(console: Console, seed: int, outcomes: Sequence[Outcome]) -> int:
    """Prints it; 0 when nothing was found, 1 otherwise."""
    found = 0
    for outcome in outcomes:
        violations = check(load(outcome.directory))
        found += len(violations) + (not outcome.is_quiet)
        console.print(table(seed, outcome, violations))
        for violation in violations[:SHOWN]:
            console.print(f"{violation.invariant}: {violation.subject}: {violation.told}", markup=False)
        console.print(f"The history is in {outcome.directory}.")
    console.print("[red]Something is wrong.[/]" if found else "[green]Every invariant holds.[/]")
    return 1 if found else 0


def table(seed: int, outcome: Outcome, violations: Sequence[Violation]) -> Table:
    whole = Table(*COLUMNS, title=f"Seed {seed}, {outcome.directory.name}, {outcome.seconds:.0f} s")
    for fault in outcome.history.faults:
        whole.add_row(*told(fault, outcome.history.faults))
    whole.add_section()
    for name, value in counts(outcome.history, outcome.ends).items():
        whole.add_row(name, "", str(value))
    whole.add_section()
    for row in verdicts(violations):
        whole.add_row(*row)
    whole.add_section()
    found = len(violations) + (not outcome.is_quiet)
    at_rest = "came to rest" if outcome.is_quiet else "did not come to rest"
    whole.add_row(at_rest, *[""] * 5, f"[red]{found} found[/]" if found else "[green]all holds[/]")
    return whole


def told(fault: Fault, faults: Sequence[Fault]) -> tuple[str, ...]:
    """A row: whether all were well in time."""
    if fault.is_left_out:
        return fault.name, fault.kind, "", "", "", "", f"left out: {fault.why}"
    found, lasted = recovery(fault, faults), (fault.heal - fault.start).total_seconds()
    known = fault.name, fault.kind, fault.what or fault.why, f"{lasted:.1f} s"
    limit = f"{found.budget:.0f} s" if found.budget else ""
    if found.seconds is None:
        return *known, "never", limit, "[red]lost[/]"
    return *known, f"{found.seconds:.1f} s", limit, "[red]late[/]" if found.is_late else "in time"


def counts(history: History, ends: dict[str, int]) -> dict[str, int]:
    sent = Counter(each.kind for each in history.sent)
    kinds = Counter(record.topic.split(".")[1] for record in history.records)
    return {
        "sent": len(history.sent),
        **{f"sent as {kind}": number for kind, number in sorted(sent.items())},
        "not acknowledged": sum(each.offset is None for each in history.sent),
        **{f"records of {kind}": number for kind, number in sorted(kinds.items())},
        **{f"ended with {who.split()[1]}: {who.split()[0]}": number for who, number in sorted(ends.items())},
    }


def verdicts(violations: Sequence[Violation]) -> Iterator[tuple[str, ...]]:
    """A row for each invariant."""
    broken = Counter(violation.invariant for violation in violations)
    for invariant in INVARIANTS:
        number = broken[invariant.name]
        yield invariant.name, "", "", "", "", "", f"[red]{number} times not[/]" if number else "holds"
