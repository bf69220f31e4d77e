"""What a backup tool does, in a few lines: all databases of a tenant at one instant, and back again.

`mongodump --oplog`, a snapshot of the disks and a backup of the cloud's give such an instant; here it is a transaction's.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.read_concern import ReadConcern

from contracts.catalogue import OWNERS
from services.platform.chassis.settings import Settings

Backup = Mapping[str, Mapping[str, list[RawBSONDocument]]]
"""Service → collection → documents, byte for byte."""
NOTHING: Backup = {service: {} for service in OWNERS}
"""Where there is none."""


def back_up(settings: Settings) -> Backup:
    with _mongodb(settings) as client, client.start_session() as session:
        held = {service: client[settings.database(service)] for service in OWNERS}
        names = {service: database.list_collection_names() for service, database in held.items()}
        with session.start_transaction(read_concern=ReadConcern("snapshot")):
            return {
                service: {name: list(database[name].find(session=session)) for name in names[service]}
                for service, database in held.items()
            }  # fmt: skip


def put_back(settings: Settings, backup: Backup, service: str) -> None:
    """This service's database is what it was; indexes and validators stay, as `mongorestore` would make them again."""
    with _mongodb(settings) as client:
        database = client[settings.database(service)]
        for name in database.list_collection_names():
            database[name].delete_many({})
            if rows := backup[service].get(name):
                database[name].insert_many(rows)


def documents(settings: Settings, service: str) -> list[bytes]:
    with _mongodb(settings) as client:
        return [row.raw for row in client[settings.database(service)]["documents"].find()]


@contextmanager
def _mongodb(settings: Settings) -> Iterator[MongoClient[Any]]:
    client = MongoClient[Any](settings.mongodb_url.get_secret_value(), document_class=RawBSONDocument, w="majority", journal=True)
    try:
        yield client
    finally:
        client.close()
