"""All of one service: its policies, each document, and at last what is left over on its topics."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.audit import Difference, Practised, practised
from services.audit.practised import is_as_named
from services.cli.audit.look import Bounds, Onlooker
from services.cli.audit.strays import Strays
from services.cli.audit.tally import Finding, Tally
from services.cli.audit.topics import Topics
from services.platform.chassis.policies import has_calendars, restored
from services.platform.kernel.service import Policy, Service


class Examination:
    """`policies`: every version that the service keeps, its text by its reference.

    examination = Examination(service, policies, build, topics, bounds)
    for row in rows: examination.see(row)
    examination.finish()
    examination.tally
    """

    def __init__(self, service: Service, policies: Mapping[str, str], build: str, topics: Topics, bounds: Bounds) -> None:
        self.service, self.topics, self.bounds, self.build = service, topics, bounds, build
        self.tally = Tally(service.name)
        self._proved = set[str]()
        self.onlooker = Onlooker(self._practised(policies), topics, bounds)

    def see(self, row: Mapping[str, Any], is_first: bool = False) -> bool:
        """False: the document went on beyond what was read of the topics; read on there and see it again.  Only a first look says so."""
        looked = self.onlooker.look(row, is_first)
        if not looked.moved:
            self.tally.count(looked)
        return not looked.moved

    def goes_on(self, policies: Mapping[str, str], bounds: Bounds) -> None:
        """The topics were read further."""
        self.onlooker = Onlooker(self._practised(policies), self.topics, bounds)

    def finish(self, keys: frozenset[bytes] | None = None) -> None:
        """When all documents were seen: of what was read by the first look."""
        strays = Strays(self.service, self.topics, self.bounds.begins, self.bounds.ends, self.bounds.committed, keys)
        for stray in strays.all():
            self.tally.stray(stray)
        self.tally.unchecked += strays.unchecked

    def _practised(self, kept: Mapping[str, str]) -> Practised:
        """Those that can be read.  One whose text does not give its version is a difference, and yet decided under."""
        read = {reference: self._read(reference, content) for reference, content in kept.items()}
        for reference in kept.keys() - self._proved:
            if not is_as_named(reference, kept[reference], has_calendars(self.service)):
                self._differs(reference)
        self._proved |= kept.keys()
        policies = [policy for policy in read.values() if policy is not None]
        return practised(self.service, policies, self.build, unreadable=[name for name, policy in read.items() if policy is None])

    def _read(self, reference: str, content: str) -> Policy | None:
        try:
            return restored({"_id": reference, "content": content}, self.service)
        except ValueError:
            return None

    def _differs(self, reference: str) -> None:
        difference = Difference(None, "text", "one that gives its version", "another")
        self.tally.find(Finding(self.service.name, f"policy {reference}", difference))


def examined(
    service: Service, policies: Mapping[str, str], build: str, topics: Topics, bounds: Bounds, rows: Iterable[Mapping[str, Any]]
) -> Tally:
    """Where nothing moves: all rows as they are."""
    examination = Examination(service, policies, build, topics, bounds)
    for row in rows:
        examination.see(row)
    examination.finish()
    return examination.tally
