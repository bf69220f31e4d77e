"""What MongoDB's driver raises, in our words: law 9's closed list, and rights that are missing."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WTimeoutError,
)

from services.platform.chassis.errors import Away, NoRight

FORBIDDEN = frozenset({13, 18})
"""No right, no such user or another password."""
PASSING = frozenset({
    6, 7, 43, 50, 64, 89, 91, 112, 134, 175, 189, 202, 237, 262, 317, 358, 9001, 10107, 11600, 11601, 11602, 13435, 13436, 13388,
})  # fmt: skip
"""MongoDB's codes for: network, timeout, no primary or a new one, shutting down, a cursor that went with it, majority not there yet,
write conflict."""


@contextmanager
def in_our_words() -> Iterator[None]:
    """Raises `Away` where waiting helps, `NoRight` where the service's role lacks a right, and leaves everything else as it is."""
    try:
        yield
    except (ConnectionFailure, ServerSelectionTimeoutError, ExecutionTimeout, WTimeoutError) as error:
        raise Away("mongodb", type(error).__name__) from None
    except BulkWriteError as error:
        details = error.details
        codes = [failure["code"] for failure in (*details.get("writeErrors", ()), *details.get("writeConcernErrors", ()))]
        if details.get("writeConcernErrors") or any(code in PASSING for code in codes):
            raise Away("mongodb", "codes " + ", ".join(sorted({str(code) for code in codes}))) from None
        raise
    except OperationFailure as error:
        if error.code in PASSING or error.has_error_label("RetryableWriteError"):
            raise Away("mongodb", f"code {error.code}") from None
        if error.code in FORBIDDEN:
            raise NoRight(f"MongoDB gives no right to this (code {error.code}): give REDRESS_MONGODB_USERNAME its role.") from None
        raise


def why(error: PyMongoError) -> str:
    return f"{type(error).__name__} {error.code}" if isinstance(error, OperationFailure) else type(error).__name__
