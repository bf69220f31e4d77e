"""`redress export DIR`: the events of the topics as Parquet, each once; a run adds what is new.

Exit code 0 if all of it was exported, 1 if something could not be (it is told what), 2 if it cannot be done at all.
"""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from services.cli import local
from services.cli.duck import require
from services.cli.errors import CommandError
from services.cli.export.manifest import Manifest
from services.cli.export.store import Store
from services.cli.instants import read_instant
from services.cli.progress import bars
from services.export.tables import EVENTS
from services.platform.chassis.onwards import Onwards, cluster_id, onwards
from services.platform.chassis.settings import Settings

app = typer.Typer()
BATCH = 100_000
"""Events that are written together; as many are read again when a run is killed."""
BATCH_BYTES = 128 * 1024 * 1024
"""… and of large ones fewer."""


@app.command()
def export(
    place: Annotated[Path, typer.Argument(help="The directory; a second run goes on with it.", metavar="DIR", show_default=False)],
    topics: Annotated[list[str] | None, typer.Option(help="Only this topic's, as routing.events.v1; may be given again.")] = None,
    until: Annotated[str | None, typer.Option(help="Only what was appended before this instant, as 2026-03-02T09:00+01:00.")] = None,
) -> None:
    """Write the events of the topics into Parquet files, each event once.  Needs the right to read the events, and no more."""
    require(f"export {place}")
    names, end = _topics(topics), None if until is None else read_instant("--until", until)
    sentences = asyncio.run(_export(place, local.settings(), names, end))
    print("\n".join(sentences))
    raise typer.Exit(1 if len(sentences) > 1 else 0)


def _topics(asked: list[str] | None) -> list[str]:
    for name in asked or ():
        if name not in EVENTS:
            raise CommandError(f"--topics {name}: is no topic of events; there are {', '.join(EVENTS)}.")
    return sorted(set(asked or EVENTS))


async def _export(place: Path, settings: Settings, names: list[str], until: datetime | None) -> list[str]:
    """What was exported, and a sentence for each fault."""
    with Store.open(place, await cluster_id(settings), settings.topic_prefix) as store:
        before = store.manifest
        async with onwards(settings, names, before.come_to, before.last_appended, until) as way:
            if way.lost:
                raise CommandError(_lost(place, way))
            await _read(way, store)
            gone = [_gone(topic, partition, count) for (topic, partition), count in way.gone.items()]
        unread = [f"{topic}: {number:,} records are no events ({why})." for (topic, why), number in store.staging.unreadable.items()]
        return [_told(before, store.manifest), *gone, *unread]


async def _read(way: Onwards, store: Store) -> None:
    with bars() as progress:
        bar = progress.add_task("exporting", total=way.left, count=0, what="records")
        count = 0
        async for records in way.batches():
            for record in records:
                store.staging.take(record)
            count += len(records)
            progress.update(bar, completed=count, count=count)
            if store.staging.waiting >= BATCH or store.staging.bytes >= BATCH_BYTES:
                store.commit(way.position, way.appended)
        store.commit(way.position, way.appended)


def _told(before: Manifest, after: Manifest) -> str:
    events, repeats = after.events - before.events, after.repeats - before.repeats
    return f"{events:,} events exported, {after.events:,} in all; {repeats:,} repeats left out."


def _gone(topic: str, partition: int, count: int) -> str:
    return f"{topic}, partition {partition}: {count:,} records were deleted from the topic before they were exported."


def _lost(place: Path, way: Onwards) -> str:
    topic, partition = way.lost[0]
    return f"{topic}, partition {partition} does not hold what {place} has of it: it is another topic than it was. Name another directory."
