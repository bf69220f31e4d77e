"""One stack to a data directory."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.platform.stack.errors import StackError

PATIENCE = 3.0  # seconds: after `kill -9` of a runner its servers take a moment to die


@contextmanager
def locked(directory: Path, busy: str, patience: float = PATIENCE) -> Iterator[int]:
    """Holds the directory's lock; yields its file descriptor. Raises StackError(busy) when it is not free within `patience` seconds.

    The kernel frees the lock when the last holder of the descriptor ends. Servers inherit it, so the directory stays locked
    for as long as any process still writes there.
    """
    directory.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _lock(descriptor, busy, time.monotonic() + patience)
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int, busy: str, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise StackError(busy) from None
            time.sleep(0.05)
