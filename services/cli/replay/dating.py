"""When a row's commands came, in the world of the file: a backtest's clock.  Pure."""

from datetime import datetime

from contracts.model import EARLIEST, FIRST_YEAR, LAST_YEAR, LATEST, cut, write_instant
from services.cli.replay.doubts import AmbiguousValue, Unfit
from services.cli.replay.findings import Finding, Lost
from services.cli.replay.mapping import MappingFile
from services.cli.replay.mapping_emit import At, Emit
from services.cli.replay.mapping_values import evaluate
from services.cli.replay.words import Words


def instants(
    emits: list[Emit], words: Words, mapping: MappingFile, latest: datetime | None, findings: list[Finding]
) -> list[datetime]:
    """One for each command; raises Lost (undated) where one has none.

    A command without an `at` of its own goes by the mapping's; where that says nothing, it comes with the command before it in the row.
    None comes before what the complaint did so far (`latest`), in this row or an earlier one: it is taken then, and that is told once.
    """
    came: list[datetime] = []
    for emit in emits:
        said = _instant(emit.at or mapping.at, words, mapping.zone) or (came[-1] if came else None)
        if said is None:
            raise Lost("at", f"{emit.command} has no instant", "undated")
        if latest is not None and said < latest:
            findings.append(_disordered(emit, words.row, said, latest))
        latest = said if latest is None else max(said, latest)
        came.append(latest)
    return came


def _instant(at: At | None, words: Words, zone: str | None) -> datetime | None:
    if at is None:
        return None
    try:
        said: datetime | None = evaluate(at, words.cells, zone)
    except (Unfit, AmbiguousValue) as doubt:
        raise Lost("at", str(doubt), "undated") from None
    if said is not None and not EARLIEST <= said < LATEST:
        raise Lost("at", f"{said.isoformat()} is not between {FIRST_YEAR} and {LAST_YEAR}", "undated")
    return cut(said) if said else None


def _disordered(emit: Emit, row: int, said: datetime, latest: datetime) -> Finding:
    why = f"{emit.command} came at {write_instant(said)}, before what the complaint did at {write_instant(latest)}: taken then"
    return Finding(row, "disordered", "at", why)
