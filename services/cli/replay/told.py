"""What a replay, or a backtest of a file, has to tell at its end of the file's rows."""

from collections import Counter
from collections.abc import Iterable

from services.cli.replay.commands import Asked, Outcome
from services.cli.replay.findings import LOST, Finding

HEADINGS = {
    "unreadable": "Could not be read, and not sent",
    "undated": "Without an instant, and not taken",
    "ambiguous": "Ambiguous, and sent without the field",
    "repeated": "Named like an earlier row",
    "disordered": "Before what the complaint did earlier in the file",
}


class Told:
    """What a replay has to tell at its end.  `keep`: how many of the first commands."""

    def __init__(self, keep: int = 0) -> None:
        self._keep = keep
        self.rows = self.sent = self.left_out = 0
        self.commands: Counter[str] = Counter()
        self.findings: list[Finding] = []
        self.first: list[Asked] = []

    def hear(self, results: Iterable[Outcome]) -> None:
        for outcome in results:
            self.count(outcome)

    def count(self, outcome: Outcome) -> None:
        self.rows += 1
        self.sent += bool(outcome.commands)
        self.left_out += outcome.is_readable and not outcome.commands
        self.commands.update(command.name for command in outcome.commands)
        self.findings += outcome.findings
        self.first += outcome.commands[: self._keep - len(self.first)]

    @property
    def is_whole(self) -> bool:
        return all(finding.kind not in LOST for finding in self.findings)

    def lines(self, done: str) -> list[str]:
        """The first commands, the listed rows by kind, the counts of what was `done`: sent, or taken into a backtest."""
        shown = [command.wire().value.decode() for command in self.first]
        listed = [line for kind, heading in HEADINGS.items() for line in self._listed(kind, heading)]
        return [*shown, *listed, self._summary(done)]

    def _listed(self, kind: str, heading: str) -> list[str]:
        found = [finding for finding in self.findings if finding.kind == kind]
        return [f"{heading} ({_rows(self._count(kind))}):", *(f"  {finding}" for finding in found)] if found else []

    def _count(self, kind: str) -> int:
        return len({finding.row for finding in self.findings if finding.kind == kind})

    def _summary(self, done: str) -> str:
        commands = ", ".join(f"{count:,} {name}" for name, count in self.commands.items()) or "no command"
        unread = self._count("unreadable")
        parts = [f"{_rows(self.rows)}: {self.sent:,} {done} as {commands}"]
        if unread:
            parts.append(f"{unread:,} could not be read")
        if undated := self._count("undated"):
            parts.append(f"{undated:,} without an instant")
        if self.left_out:
            parts.append(f"{self.left_out:,} not meant by the mapping")
        return "; ".join(parts) + "."


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
