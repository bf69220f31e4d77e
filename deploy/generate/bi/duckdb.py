"""The files of an export as views of DuckDB."""

from collections.abc import Iterable

from contracts.canary import KEY, SOURCE
from deploy.generate.bi.common import MADE, types_by_name
from services.export.duck import DAY, text, with_default, word
from services.export.tables import ALL, TABLES


def tables() -> str:
    events = _view("events", [ALL])
    as_of = f'CREATE OR REPLACE VIEW as_of AS SELECT max("at") AS "at" FROM {_files([ALL])};'
    return "\n".join([MADE, "", events, as_of, "", *(_view(name, of) for name, of in types_by_name().items())]) + "\n"


def _view(name: str, types: Iterable[str]) -> str:
    return f"CREATE OR REPLACE VIEW {word(name)} AS SELECT {_columns(types)} FROM {_files(types)} WHERE {_not_canary(name)};"


def _columns(types: Iterable[str]) -> str:
    """All; a file that is older than a field has no column for it, and the field its default."""
    found = {word(each.name): each for name in types if name in TABLES for each in TABLES[name].columns}
    told = [f"{kept} AS {name}" for name, each in found.items() if (kept := with_default(name, each)) != name]
    return f"* REPLACE ({', '.join(told)})" if told else "*"


def _files(types: Iterable[str]) -> str:
    places = ", ".join(text(f"{name}/*/*.parquet") for name in types)
    return f"read_parquet([{places}], union_by_name = true, hive_partitioning = true, hive_types = {{{text(DAY)}: DATE}})"


def _not_canary(name: str) -> str:
    whose = f"(customer IS NULL OR NOT starts_with(customer, {text(KEY)}))"
    return f"{whose} AND command_source <> {text(SOURCE)}" if name == "command_refused" else whose
