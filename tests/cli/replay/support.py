"""Small files and mappings for tests."""

import gzip
from pathlib import Path
from typing import Any

from services.cli.replay.commands import Asked, Finding, Outcome, outcomes
from services.cli.replay.mapping import MappingFile
from services.cli.replay.rows import Broken, Row, open_table

SUBMIT: dict[str, Any] = {"command": "intake.SubmitComplaint", "fields": {"channel": "phone", "narrative": "{说明}"}}
PLAN: dict[str, Any] = {"source": "shop", "source_ref": "{单号}", "zone": "Asia/Shanghai", "emit": [SUBMIT]}


def plan(**changes: Any) -> MappingFile:
    return MappingFile.model_validate(PLAN | changes)


def submitting(**fields: Any) -> MappingFile:
    """A mapping whose one command has these fields too (dots as `__`)."""
    more = {name.replace("__", "."): value for name, value in fields.items()}
    return plan(emit=[{"command": "intake.SubmitComplaint", "fields": {"channel": "phone"} | more}])


def write(directory: Path, text: str | bytes, *, encoding: str = "utf-8", packed: bool = False) -> Path:
    file = directory / ("rows.csv.gz" if packed else "rows.csv")
    data = text.encode(encoding) if isinstance(text, str) else text
    file.write_bytes(gzip.compress(data) if packed else data)
    return file


def table_of(file: Path, mapping: MappingFile) -> list[Row | Broken]:
    with open_table(file, mapping.format) as table:
        return list(table.rows())


def replayed(file: Path, mapping: MappingFile) -> list[Outcome]:
    with open_table(file, mapping.format) as table:
        table.require(mapping.columns)
        return list(outcomes(table.rows(), mapping))


def one(cells: dict[str, str], mapping: MappingFile) -> Outcome:
    """What comes of a single row."""
    (outcome,) = outcomes([Row(2, {"单号": "A-1", "说明": "坏了"} | cells)], mapping)
    return outcome


def commands(results: list[Outcome]) -> list[Asked]:
    return [command for outcome in results for command in outcome.commands]


def findings(results: list[Outcome]) -> list[Finding]:
    return [finding for outcome in results for finding in outcome.findings]
