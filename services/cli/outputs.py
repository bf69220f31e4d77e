"""Files that a command writes: looked at before it begins, and afterwards there whole or not at all."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from services.cli.errors import CommandError


def check_outputs(outputs: Mapping[str, Path], inputs: Iterable[Path], reader: str) -> None:
    """`outputs`: by their options.  `reader`: who reads the inputs, as the user calls it.

    Raises CommandError, naming the option, for what cannot be written, is an input, or is another output too.
    """
    inputs, taken = list(inputs), dict[Path, str]()
    for option, file in outputs.items():
        with telling(f"{option} {file}"):
            if any(file.exists() and each.exists() and file.samefile(each) for each in inputs):
                raise CommandError(f"{option} {file} is a file that {reader} reads: name another one.")
            if other := taken.get(file.resolve()):
                raise CommandError(f"{option} {file} is where {other} writes: name another one.")
            if file.exists() and not file.is_file():
                raise CommandError(f"{option} {file} cannot be written: it is no regular file.")
            with NamedTemporaryFile(dir=file.resolve().parent):
                taken[file.resolve()] = option


@contextmanager
def written(file: Path, option: str) -> Iterator[IO[str]]:
    """Written beside and moved into its place at the end; raises CommandError, naming the option, where that fails."""
    place = file.resolve()
    with telling(f"{option}: {file}"), NamedTemporaryFile("w", dir=place.parent, encoding="utf-8", newline="", delete=False) as out:
        beside = Path(out.name)
        try:
            yield out
            out.close()
            beside.chmod(0o644)
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)


@contextmanager
def telling(named: str) -> Iterator[None]:
    """What the system refuses becomes a CommandError about the file that is named so."""
    try:
        yield
    except OSError as error:
        raise CommandError(f"{named} cannot be written: {(error.strerror or str(error)).lower()}.") from None
