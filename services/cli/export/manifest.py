"""`manifest.json`: what of which topics has been exported.  It is replaced in one step after the files of a batch: what it does not count
is not there, and is taken away when the next run begins."""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import AwareDatetime, ValidationError

from contracts.model import Part
from services.cli.errors import CommandError
from services.platform.chassis.onwards import Spot

NAME = "manifest.json"
T = TypeVar("T")


class Manifest(Part):
    layout: Literal[1] = 1
    cluster: str
    prefix: str
    columns: str = ""
    """A hash of all tables' columns, as the files without rows have them."""
    batches: int = 0
    """Files carry the number of their batch; none of a higher number counts."""
    events: int = 0
    repeats: int = 0
    """Events that stood on the topics once more."""
    offsets: Mapping[str, Mapping[int, int]] = {}
    """Topic → partition → the next record."""
    appended: Mapping[str, Mapping[int, AwareDatetime]] = {}
    """… → when the one before it was."""

    @property
    def come_to(self) -> dict[Spot, int]:
        return _by_spot(self.offsets)

    @property
    def last_appended(self) -> dict[Spot, datetime]:
        return _by_spot(self.appended)

    def after(self, position: Mapping[Spot, int], appended: Mapping[Spot, datetime], events: int, repeats: int) -> Self:
        """When one more batch, of any events at all, is written, and the topics are read up to `position`."""
        counted = {"batches": self.batches + bool(events + repeats), "events": self.events + events, "repeats": self.repeats + repeats}
        read = {"offsets": _by_topic({**self.come_to, **position}), "appended": _by_topic({**self.last_appended, **appended})}
        return self.model_copy(update=counted | read)


def _by_spot(by_topic: Mapping[str, Mapping[int, T]]) -> dict[Spot, T]:
    return {(topic, partition): kept for topic, places in by_topic.items() for partition, kept in places.items()}


def _by_topic(by_spot: Mapping[Spot, T]) -> dict[str, dict[int, T]]:
    topics = sorted({topic for topic, _ in by_spot})
    return {topic: {place: by_spot[topic, place] for name, place in sorted(by_spot) if name == topic} for topic in topics}


def read_manifest(place: Path, cluster: str, prefix: str) -> Manifest:
    """Of the export in this directory; raises CommandError where it is of other topics, or nothing that we wrote."""
    file = place / NAME
    try:
        found = Manifest.model_validate_json(file.read_bytes())
    except ValidationError:
        raise CommandError(f"{file} is not the manifest of an export that this version of redress can go on with.") from None
    if (found.cluster, found.prefix) != (cluster, prefix):
        raise CommandError(
            f"{place} is an export of the tenant {found.prefix} on the Kafka cluster {found.cluster}, and this is {prefix} on {cluster}:"
            " name another directory."
        )
    return found


def write_manifest(place: Path, manifest: Manifest) -> None:
    """In one step, and on disk."""
    beside = place / f"{NAME}.new"
    with beside.open("wb") as out:
        out.write(manifest.model_dump_json(indent=1).encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())
    beside.replace(place / NAME)
    sync_directory(place)


def sync_directory(place: Path) -> None:
    """What was moved into it stays there, whatever happens to the machine."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
