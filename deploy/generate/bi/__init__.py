"""For those who count: the tables of the contracts in the words of each engine, a canary's complaints left out."""

from pathlib import Path

from deploy.generate.bi import clickhouse, duckdb, figures, flink
from deploy.generate.tenants import ROOT

PLACE = Path("deploy/bi")


def files() -> dict[Path, str]:
    """Path from the repository's root → what is to stand there."""
    return {
        PLACE / "duckdb" / "tables.sql": duckdb.tables(),
        PLACE / "duckdb" / "figures.md": figures.page(ROOT / PLACE / "duckdb"),
        PLACE / "clickhouse" / "tables.sql": clickhouse.tables(),
        PLACE / "flink" / "tables.sql": flink.tables(),
    }
