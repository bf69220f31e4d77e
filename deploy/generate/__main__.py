"""`python -m deploy.generate` writes what follows from the code; with `--check` it writes nothing, names each file that is stale in a
sentence, and exits 1 if there is one.  With the name of a new tenant it adds that tenant's.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy.generate import bi, mongodb, monitoring, strimzi
from deploy.generate.tenants import ROOT, BadTenant, checked, tenants

USAGE = "`python -m deploy.generate` writes the generated files, with a new prefix another tenant's too, with --check it compares them."


def generated(prefixes: Iterable[str]) -> dict[Path, str]:
    """Path from the repository's root → what is to stand there."""
    prefixes = tuple(prefixes)
    return strimzi.files(prefixes) | mongodb.files(prefixes) | monitoring.files() | bi.files()


def write(root: Path, files: Mapping[Path, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")


def stale(root: Path, files: Mapping[Path, str]) -> list[str]:
    """What differs from what would be generated now, in sentences."""
    wrong = [path for path, text in files.items() if not (root / path).is_file() or (root / path).read_text("utf-8") != text]
    return [f"{path} is not what the code says: run `python -m deploy.generate`." for path in wrong]


def main(arguments: list[str], root: Path = ROOT) -> int:
    match arguments:
        case []:
            write(root, generated(tenants(root)))
        case ["--check"]:
            faults = stale(root, generated(tenants(root)))
            print(*faults, sep="\n", end="\n" if faults else "", file=sys.stderr)
            return 1 if faults else 0
        case [prefix] if not prefix.startswith("-"):
            try:
                write(root, generated({*tenants(root), checked(prefix)}))
            except BadTenant as fault:
                print(fault, file=sys.stderr)
                return 2
        case _:
            print(USAGE, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
