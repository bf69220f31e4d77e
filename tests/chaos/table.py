"""What a run tells: the faults, what was counted, and the verdict."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.chaos.history import Fault, History, load
from tests.chaos.runner import Outcome

BUDGETS = {"kafka": 15.0, "mongodb": 20.0, "service": 10.0}
"""Seconds from healing until all are well."""


def report(console: Console, seed: int, outcomes: Sequence[Outcome]) -> int:
    """Prints it; 0 when nothing was found, 1 otherwise."""
    from tests.chaos.invariants import check

    found = 0
    for outcome in outcomes:
        history = load(outcome.directory)
        violations = check(history)
        found += len(violations) + (not outcome.is_quiet)
        console.print(faults_table(outcome.history.faults, seed, outcome.directory.name))
        console.print(counts_table(outcome))
        for name, number in Counter(violation.invariant for violation in violations).items():
            console.print(f"[red]{name}: {number} times[/]")
        for violation in violations[:20]:
            console.print(f"  {violation.invariant}: {violation.subject}: {violation.told}")
        if not outcome.is_quiet:
            console.print("[red]it did not come to rest[/]")
        console.print(f"The history is in {outcome.directory}.")
    console.print("[red]Something is wrong.[/]" if found else "[green]Every invariant holds.[/]")
    return 1 if found else 0


def faults_table(faults: Sequence[Fault], seed: int, name: str) -> Table:
    table = Table("fault", "of", "what", "lasted", "recovered after", "budget", "", title=f"Seed {seed}, {name}")
    for fault in faults:
        table.add_row(*told(fault))
    return table


def told(fault: Fault) -> tuple[str, ...]:
    if fault.is_left_out:
        return fault.name, fault.kind, "", "", "", "", f"left out: {fault.why}"
    lasted, budget = (fault.heal - fault.start).total_seconds(), BUDGETS.get(fault.kind)
    if fault.recovered is None:
        return fault.name, fault.kind, fault.what, f"{lasted:.1f} s", "never", f"{budget:.0f} s" if budget else "", "[red]lost[/]"
    took = (fault.recovered - fault.heal).total_seconds()
    is_late = budget is not None and took > budget
    verdict = "[red]late[/]" if is_late else "in time"
    return fault.name, fault.kind, fault.what, f"{lasted:.1f} s", f"{took:.1f} s", f"{budget:.0f} s" if budget else "", verdict


def counts_table(outcome: Outcome) -> Table:
    table = Table("counted", "", title="Counts")
    for name, value in counts(outcome.history, outcome.ends).items():
        table.add_row(name, str(value))
    return table


def counts(history: History, ends: dict[str, int]) -> dict[str, int]:
    sent = Counter(each.kind for each in history.sent)
    kinds = Counter(record.topic.split(".")[1] for record in history.records)
    return {
        "sent": len(history.sent),
        **{f"sent as {kind}": number for kind, number in sorted(sent.items())},
        "not acknowledged": sum(each.offset is None for each in history.sent),
        **{f"records of {kind}": number for kind, number in sorted(kinds.items())},
        **{f"ended: {who}": number for who, number in sorted(ends.items())},
    }
