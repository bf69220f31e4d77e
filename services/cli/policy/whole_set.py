"""A set of policies as a whole: what each of its files says, and every fault of every file."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from contracts.catalogue import OWNERS
from services.cli import local
from services.cli.registry import find_service
from services.platform.chassis.policies import BadPolicy, find_set, load
from services.platform.chassis.policy_faults import CALENDARS, Examined
from services.platform.kernel.service import Policy

P = TypeVar("P", bound=Policy)
READ = frozenset({*OWNERS, CALENDARS})
"""The names of the files that somebody reads."""


class PolicySet(NamedTuple):
    directory: Path
    policies: dict[str, Policy]
    """Of the services whose file has no fault."""
    faults: list[str]
    mended: dict[str, Examined]
    """Of the others, as far as they can be looked at: to be asked for faults only."""

    def of(self, service: str, kind: type[P]) -> P | None:
        found = self.policies.get(service)
        return found if isinstance(found, kind) else None

    def even_mended(self, service: str, kind: type[P], *fields: str) -> P | None:
        """Where none of these fields is faulty, so that it is as the file says."""
        if service not in self.mended:
            return self.of(service, kind)
        examined = self.mended[service]
        is_as_said = not any(place[:1] == (field,) for place, _ in examined.faults for field in fields)
        return examined.policy if isinstance(examined.policy, kind) and is_as_said else None

    def place(self, file: str, field: str) -> str:
        """Where it stands in the file."""
        if file in self.mended:
            field = ".".join(self.mended[file].mending.numbered(field.split(".")))
        return f"{self.directory / file}.yaml: {field}"


def read_set(name: str) -> PolicySet:
    """Raises BadPolicy only where there is no such set."""
    directory = find_set(name)
    policies, faults, mended = dict[str, Policy](), list[str](), dict[str, Examined]()
    for service in OWNERS:
        try:
            policies[service] = load(str(directory), find_service(service, local.settings()))
        except BadPolicy as bad:
            faults += bad.problems
            mended |= {service: bad.examined} if bad.examined else {}
    return PolicySet(directory, policies, [*dict.fromkeys(faults)], mended)


def unread(directory: Path) -> Iterator[str]:
    """Files that look like policies and are nobody's: misspelt, most likely."""
    return (file.name for file in sorted(directory.glob("*.y*ml")) if file.stem not in READ or file.suffix != ".yaml")
