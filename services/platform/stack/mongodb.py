"""MongoDB as a replica set of one: transactions, change streams and majority writes work as they do with three."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError

from services.platform.stack.ports import Ports
from services.platform.stack.server import Server

REPLICA_SET = "rs0"
NOT_YET_INITIALIZED = 94  # MongoDB's error code: the member was never told which set it belongs to

# --noscripting: `$where` and the like run code for anybody who may read
# the window: by default every version of a document is kept for five minutes, for readers of the past whom we do not have; with long
# journals that costs more than the writing itself
OPTIONS = [
    "--replSet", REPLICA_SET, "--noscripting", "--wiredTigerCacheSizeGB", "0.5", "--oplogSize", "512", "--quiet",
    "--setParameter", "minSnapshotHistoryWindowInSeconds=0",
]  # fmt: skip


def mongodb_url(port: int) -> str:
    return f"mongodb://127.0.0.1:{port}/?replicaSet={REPLICA_SET}"


def mongodb_server(
    directory: Path, ports: Ports, mongod: str, lock: int, is_ready: Callable[[str], bool] | None = None, name: str = "MongoDB",
    options: Sequence[str] = (),
) -> Server:  # fmt: skip
    """A server with its data in the directory. Not started yet.

    Alone it is ready once it is primary. One of several, or one that asks for a password by its `options`, is ready when `is_ready` says
    so of its address, and somebody else forms the set.
    """
    data, port = directory / "data", ports["mongodb"]
    data.mkdir(parents=True, exist_ok=True)
    return Server(
        name=name,
        address=(address := f"127.0.0.1:{port}"),
        command=[mongod, "--dbpath", str(data), "--port", str(port), "--bind_ip", "127.0.0.1", "--nounixsocket", *OPTIONS, *options],
        log=directory / "mongodb.log",
        lock=lock,
        is_ready=partial(is_ready or has_primary, address),
    )


def has_primary(address: str) -> bool:
    """Whether the member at the address is primary: one attempt of a second or two. On the way there it forms the set, or moves it
    to this address when it was formed at another: the port may have been taken since."""
    with MongoClient[dict[str, Any]](f"mongodb://{address}/?directConnection=true", serverSelectionTimeoutMS=1_000) as client:
        try:
            if client.admin.command("hello").get("isWritablePrimary"):
                return True
            _form_set(client.admin, address)
        except PyMongoError:
            pass  # not listening yet, or still reading its own configuration: the next attempt finds out
        return False


def _form_set(admin: "Database[dict[str, Any]]", address: str) -> None:
    try:
        config = admin.command("replSetGetConfig")["config"]
    except OperationFailure as failure:
        if failure.code == NOT_YET_INITIALIZED:
            admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [{"_id": 0, "host": address}]})
            return
        raise
    if config["members"][0]["host"] != address:
        config["members"][0]["host"] = address
        # forced: at its new address the member does not find itself in the set, and nobody else is left to agree
        admin.command("replSetReconfig", config | {"version": config["version"] + 1}, force=True)
