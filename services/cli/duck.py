"""DuckDB as the command line uses it: a writer of Parquet that stays in bounds.  It comes with the extra `bi`."""

from importlib.util import find_spec

from services.cli.errors import CommandError

BOUNDS = {"threads": 1, "memory_limit": "256MB", "preserve_insertion_order": True, "autoinstall_known_extensions": False}
"""One thread keeps the order of what is read."""


def require(asked: str) -> None:
    """`asked`: what of the command needs it, as its user wrote it."""
    if not find_spec("duckdb"):
        # Not by the name `redress`: in public indexes that is somebody else's package.
        raise CommandError(f"{asked}: Parquet needs duckdb, which `pip install '.[bi]'` in the project's directory installs.")


def quoted(text: str) -> str:
    return text.replace("'", "''")
