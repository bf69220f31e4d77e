"""Where the outputs go: looked at before anything is played."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from services.cli.errors import CommandError


def check_places(outputs: Mapping[str, Path], inputs: Iterable[Path]) -> None:
    """Raises CommandError, naming the option, for what cannot be written, is read by the run, or is another output too."""
    inputs, taken = list(inputs), dict[Path, str]()
    for option, file in outputs.items():
        if any(file.exists() and each.exists() and file.samefile(each) for each in inputs):
            raise CommandError(f"{option} {file} is a file that the backtest reads: name another one.")
        if other := taken.get(file.resolve()):
            raise CommandError(f"{option} {file} is where {other} writes: name another one.")
        taken[file.resolve()] = option
        _try(option, file)


def _try(option: str, file: Path) -> None:
    if file.exists() and not file.is_file():
        raise CommandError(f"{option} {file} cannot be written: it is no regular file.")
    try:
        with NamedTemporaryFile(dir=file.resolve().parent):
            pass
    except OSError as error:
        raise CommandError(f"{option} {file} cannot be written: {(error.strerror or str(error)).lower()}.") from None
