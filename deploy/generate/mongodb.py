"""The users and roles of MongoDB as its own commands: each service at its own database only, with what the chassis does there.

The commands are for the database `admin` and without passwords, which `deploy/mongodb/apply.js` puts in.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from contracts.access import PRINCIPALS
from contracts.catalogue import OWNERS

PLACE = Path("deploy/mongodb")
DOCUMENTS = ("find", "insert", "update", "createIndex", "collMod")
"""Made at the first start, which the right to insert allows, with its validator and indexes; nothing is ever deleted."""
KEPT = ("find", "insert", "update")
WHOLE = ("listCollections",)
"""On the database: the driver looks what there is before it makes a collection."""
Command = dict[str, Any]


def files(prefixes: Iterable[str]) -> dict[Path, str]:
    """Path from the repository's root → what is to stand there."""
    return {PLACE / f"{prefix}.json": json.dumps(commands(prefix), indent=1) + "\n" for prefix in prefixes}


def commands(prefix: str) -> list[Command]:
    """Roles first; a user has the name of its role, and of the one user in Kafka."""
    operator = PRINCIPALS["operator"].under(prefix)
    roles = {PRINCIPALS[name].under(prefix): _own(database(prefix, name)) for name in OWNERS}
    roles[operator] = [right for name in OWNERS for right in _reading(database(prefix, name))]
    making = [{"createRole": name, "privileges": rights, "roles": []} for name, rights in roles.items()]
    return [*making, *({"createUser": name, "roles": [name], "mechanisms": ["SCRAM-SHA-256"]} for name in roles)]


def database(prefix: str, service: str) -> str:
    return f"{prefix}_{service}"


def _own(name: str) -> list[Command]:
    return [
        _right(name, "documents", DOCUMENTS), _right(name, "policies", KEPT), _right(name, "bookmarks", KEPT), _right(name, "", WHOLE),
    ]  # fmt: skip


def _reading(name: str) -> list[Command]:
    """For `redress audit`."""
    return [_right(name, "documents", ("find",)), _right(name, "policies", ("find",))]


def _right(name: str, collection: str, actions: tuple[str, ...]) -> Command:
    return {"resource": {"db": name, "collection": collection}, "actions": list(actions)}
