"""Under which rules each entry was decided, and whether a kept version is what it calls itself."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from services.platform.business_time import ZONE_DATA_VERSION
from services.platform.kernel.document import Entry
from services.platform.kernel.service import Limits, Policy, Practice, Service

FIRST_YEAR, LAST_YEAR, RELEASES = 2015, 2040, 12
"""Of the time zones' data: a letter, here a number, for each release of a year."""

LIMITS = Limits()


@dataclass(frozen=True)
class Practised:
    """A service with every version of its policy that it ever used, by reference; each knows all others."""

    service: Service
    policies: Mapping[str, Policy]
    build: str
    """This program, which folds."""
    limits: Limits = LIMITS
    unreadable: frozenset[str] = frozenset()
    """Versions that are kept, but not in a form that this program reads."""

    def at(self, entry: Entry) -> Practice | None:
        """What the entry was decided under; None where that version is not kept."""
        policy = self.policies.get(entry.policy)
        return None if policy is None else Practice(self.service, policy, entry.build, self.limits)


def practised(
    service: Service, policies: Iterable[Policy], build: str = "unversioned", limits: Limits = LIMITS, unreadable: Iterable[str] = ()
) -> Practised:
    kept = list(policies)
    return Practised(service, {policy.reference: policy.knowing(kept) for policy in kept}, build, limits, frozenset(unreadable))


def is_as_named(reference: str, content: str, has_zones: bool) -> bool:
    """Whether a kept text gives the version by which it is called.  `has_zones`: its version covers the time zones' data, whose release
    nobody noted: any may have been."""
    version = reference.rpartition("@")[2]
    return any(sha256((content + zones).encode()).hexdigest()[:12] == version for zones in (_zones() if has_zones else ("",)))


def _zones() -> Iterator[str]:
    yield ZONE_DATA_VERSION
    yield from (f"{year}.{n}" for year in range(FIRST_YEAR, LAST_YEAR) for n in range(1, RELEASES))
