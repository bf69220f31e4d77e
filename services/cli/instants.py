"""Instants as one writes them on the command line."""

from datetime import datetime

from services.cli.errors import CommandError


def read_instant(option: str, text: str) -> datetime:
    """`option`: where it was written; raises CommandError, naming it."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{option} {text}: is no instant; write it as 2026-03-02T09:00+01:00.") from None
    if found.tzinfo is None:
        raise CommandError(f"{option} {text}: names no zone; write it as {text}Z or {text}+01:00.")
    return found
