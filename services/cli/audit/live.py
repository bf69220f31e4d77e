"""An audit of services that run: only reading, beside them.

What a service has committed is asked first, then the topics are read to their ends, then the documents one by one, so each is at least as
new as what was read.  One that went on beyond that, or has not yet published, is put aside; these are read again, the topics are read on to
ends seen after that, and so hold all that led to them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from itertools import islice

from rich.progress import Progress

from contracts.catalogue import topic
from services.cli.audit.examination import Examination
from services.cli.audit.look import Bounds
from services.cli.audit.tally import Tally
from services.cli.audit.topics import Topics
from services.cli.registry import find_service
from services.platform.chassis.holdings import PAGE, Holdings
from services.platform.chassis.recording import Recording, committed, open_recording
from services.platform.chassis.settings import Settings
from services.platform.kernel.service import Service


class Live:
    """One audit of some services."""

    def __init__(self, settings: Settings, names: Sequence[str], topics: Topics, recording: Recording, progress: Progress) -> None:
        self.settings, self.names, self.topics, self.recording, self.progress = settings, names, topics, recording, progress
        self.services = {name: find_service(name, settings) for name in names}
        self.committed: dict[str, Mapping[tuple[str, int], int]] = {}

    async def audit(self) -> list[Tally]:
        await self.read_on()
        return [await self._examine(service) for service in self.services.values()]

    async def read_on(self) -> None:
        self.committed = {name: await committed(self.settings, name) for name in self.names}
        task = self.progress.add_task("reading topics", total=await self.recording.look())
        async for records in self.recording.read():
            self.topics.add(records)
            self.progress.advance(task, len(records))

    def bounds(self, name: str) -> Bounds:
        return Bounds(self.recording.begins, self.recording.ends, self.committed[name])

    async def _examine(self, service: Service) -> Tally:
        async with AsyncExitStack() as stack:
            holdings = Holdings(self.settings, service.name)
            stack.callback(holdings.close)
            bounds = self.bounds(service.name)
            examination = Examination(service, await holdings.policies(), self.settings.build, self.topics, bounds)
            task = self.progress.add_task(service.name, total=await holdings.count())
            moved = list[str]()
            async for row in holdings.rows():
                if not examination.see(row, is_first=True):
                    moved.append(row["_id"])
                self.progress.advance(task)
            for some in _pages(moved):
                await self._again(examination, holdings, some)
            examination.finish()
        return examination.tally

    async def _again(self, examination: Examination, holdings: Holdings, ids: Collection[str]) -> None:
        rows = await holdings.named(ids)
        await self.read_on()
        examination.goes_on(await holdings.policies(), self.bounds(examination.service.name))
        for row in rows:
            examination.see(row)


def topics_of(services: Iterable[Service]) -> list[str]:
    """What they hear and say."""
    own = {topic(service.name, kind).name for service in services for kind in ("events", "dossiers", "dlq")}
    return sorted(own | {name for service in services for name in service.inputs})


async def audit(settings: Settings, names: Sequence[str], progress: Progress) -> list[Tally]:
    services = [find_service(name, settings) for name in names]
    with Topics() as topics:
        async with open_recording(settings, topics_of(services)) as recording:
            return await Live(settings, names, topics, recording, progress).audit()


def _pages(ids: Iterable[str]) -> Iterable[list[str]]:
    left = iter(ids)
    while page := list(islice(left, PAGE)):
        yield page
