"""Where documents lie that a backtest has not needed for a while: a temporary SQLite file, which goes when it is closed."""

import sqlite3
from collections.abc import Iterable

SETTINGS = ("journal_mode = off", "synchronous = off", "temp_store = file", "cache_size = -16000")
"""If the process ends, so does the file's use; 16 MB of it are held in memory."""


class SQLiteCold:
    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        for setting in SETTINGS:
            self._database.execute(f"PRAGMA {setting}")
        self._database.execute("CREATE TABLE documents (service TEXT, id TEXT, document BLOB, PRIMARY KEY (service, id))")

    def get(self, service: str, id: str) -> bytes | None:
        found = self._database.execute("SELECT document FROM documents WHERE service = ? AND id = ?", (service, id)).fetchone()
        return None if found is None else found[0]

    def put(self, service: str, documents: Iterable[tuple[str, bytes]]) -> None:
        rows = ((service, id, document) for id, document in documents)
        self._database.execute("BEGIN")
        self._database.executemany("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", rows)
        self._database.execute("COMMIT")
