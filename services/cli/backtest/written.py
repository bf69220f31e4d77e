"""A file that is there whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from services.cli.errors import CommandError


@contextmanager
def written(file: Path, option: str) -> Iterator[IO[str]]:
    """Written beside and moved into its place at the end; raises CommandError, naming the option, where that fails."""
    try:
        with NamedTemporaryFile("w", dir=file.resolve().parent, encoding="utf-8", newline="", delete=False) as out:
            beside = Path(out.name)
            try:
                yield out
                out.close()
                beside.chmod(0o644)
                beside.replace(file)
            finally:
                beside.unlink(missing_ok=True)
    except OSError as error:
        raise CommandError(f"{option}: {file} cannot be written: {(error.strerror or str(error)).lower()}.") from None
