"""Free text that people add to a complaint over the years, kept small enough for a dossier to be written as one record.

Each service that keeps notes refuses a further one as `notes_full` by this rule; the same command without its note is accepted.
"""

from collections.abc import Iterable

from contracts.common import Note

MOST_BYTES = 200 * 1024
"""Of the notes of one complaint in one service: UTF-8, as the dossier writes them.  A topic takes five times as much."""


def fits(note: Note, notes: Iterable[Note]) -> bool:
    """Whether there is room for one more."""
    return sum(_size(each) for each in (*notes, note)) <= MOST_BYTES


def _size(note: Note) -> int:
    """With its instant and its command: many short notes fill a dossier too."""
    return len(note.model_dump_json().encode())
