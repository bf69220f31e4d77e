"""An audit of services that run: only reading, beside them.

What a service has committed is asked first, then the topics are read to their ends, then the documents one by one, so each is at least as
new as what was read.  One that went on beyond that, or has not yet published, is put aside; these are read again, the topics are read on to
ends seen after that, and so hold all that led to them.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from rich.progress import Progress

from contracts.catalogue import PARTITIONS, topic
from services.cli.audit.examination import Examination
from services.cli.audit.look import Bounds
from services.cli.audit.one import Only, only
from services.cli.audit.tally import Tally
from services.cli.audit.topics import Topics
from services.cli.registry import find_service
from services.cli.show.story import wanted
from services.platform.chassis.holdings import PAGE, Holdings, Row
from services.platform.chassis.recording import Recording, committed, open_recording
from services.platform.chassis.settings import Settings
from services.platform.kernel.service import Service


class Live:
    """One audit of some services; `only`: of one complaint."""

    def __init__(
        self, settings: Settings, services: Sequence[Service], topics: Topics, recording: Recording, progress: Progress, only: Only | None
    ) -> None:  # fmt: skip
        self.settings, self.services, self.topics, self.recording, self.progress = settings, services, topics, recording, progress
        self.only = only
        self.committed: dict[str, Mapping[tuple[str, int], int]] = {}

    async def audit(self) -> list[Tally]:
        await self._read_on()
        return [await self._examine(service) for service in self.services]

    async def _read_on(self) -> None:
        self.committed = {service.name: await committed(self.settings, service.name) for service in self.services}
        task = self.progress.add_task("topics", total=await self.recording.look())
        async for records in self.recording.read():
            self.topics.add(record for record in records if self.only is None or self.only.keeps(record))
            self.progress.advance(task, len(records))

    def _bounds(self, service: Service) -> Bounds:
        return Bounds(self.recording.begins, dict(self.recording.ends), self.committed[service.name])

    async def _examine(self, service: Service) -> Tally:
        async with Holdings(self.settings, service.name) as holdings:
            bounds, moved = self._bounds(service), list[str]()
            examination = Examination(service, await holdings.policies(), self.settings.build, self.topics, bounds)
            task = self.progress.add_task(service.name, total=None if self.only else await holdings.count())
            async for row in self._rows(service, holdings):
                if not examination.see(row, is_first=True):
                    moved.append(row["_id"])
                self.progress.advance(task)
            for ids in pages(moved):
                await self._again(examination, holdings, ids)
        examination.finish(frozenset({self.only.complaint.encode()}) if self.only else None)
        return examination.tally

    async def _rows(self, service: Service, holdings: Holdings) -> AsyncIterator[Row]:
        if self.only is None:
            async for row in holdings.rows():
                yield row
        else:
            for row in await holdings.of(self.only.ids[service.name]):
                yield row

    async def _again(self, examination: Examination, holdings: Holdings, ids: Collection[str]) -> None:
        """First the documents, then the topics: so every cause is there now."""
        rows = await holdings.of(ids)
        await self._read_on()
        examination.goes_on(await holdings.policies(), self._bounds(examination.service))
        for row in rows:
            examination.see(row)


async def audit(settings: Settings, names: Sequence[str], progress: Progress, complaint: str | None = None) -> list[Tally]:
    """Of these services; `complaint`: a reference number or an id."""
    one = await only(settings, names, wanted(complaint), complaint) if complaint else None
    services = [find_service(name, settings) for name in names]
    with Topics() as topics:
        async with open_recording(settings, topics_of(services), one.partitions if one else range(PARTITIONS)) as recording:
            return await Live(settings, services, topics, recording, progress, one).audit()


def topics_of(services: Iterable[Service]) -> list[str]:
    """What they hear and say."""
    own = {topic(service.name, kind).name for service in services for kind in ("events", "dossiers", "dlq")}
    return sorted(own | {name for service in services for name in service.inputs})


def pages(ids: Iterable[str]) -> Iterator[list[str]]:
    left = iter(ids)
    while page := list(islice(left, PAGE)):
        yield page
