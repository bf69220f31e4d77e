"""Reads all that a run left on Kafka and MongoDB, while no process changes it, into the files of a history."""

import shutil
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from pymongo import MongoClient

from contracts.catalogue import TOPICS
from services.platform.chassis.clients import read_to_end
from services.platform.chassis.connections import mongodb
from services.platform.chassis.rows import OPTIONS
from services.platform.chassis.settings import Settings
from tests.chaos.history import Fault, History, Kept, save
from tests.chaos.world import NAMES, World


async def record(
    world: World, scenario: str, seed: int, faults: Sequence[Fault], began: datetime, quiet: datetime, directory: Path
) -> History:
    """Without documents and practices: `history.load` makes them from what was kept."""
    records = [each async for each in read_to_end(world.settings, tuple(TOPICS))]
    logs = {file.stem: file.read_text("utf-8", "replace") for file in sorted(world.fleet.logs.glob("*.log"))}
    history = History(
        seed=seed, scenario=scenario, set=world.settings.policies, began=began, quiet=quiet,
        sent=tuple(world.shipping.sent), records=tuple(sorted(records, key=lambda each: each.origin)), documents={}, practices={},
        offsets=tuple(await world.measure.offsets(NAMES)), faults=tuple(faults), scrapes=tuple(world.fleet.scrapes.values()), logs=logs,
    )  # fmt: skip
    shutil.rmtree(directory, ignore_errors=True)
    save(history, kept(world.settings, NAMES), directory)
    return history


def kept(settings: Settings, services: Collection[str]) -> dict[str, Kept]:
    """Each service's database, read from a majority."""
    with MongoClient(**mongodb(settings)) as client:
        found = {}
        for service in services:
            database = client.get_database(settings.database(service), codec_options=OPTIONS)
            found[service] = Kept(tuple(database["documents"].find({}).sort("_id")), tuple(database["policies"].find({}).sort("_id")))
    return found

