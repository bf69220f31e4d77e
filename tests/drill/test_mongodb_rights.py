"""Every right of every user on real MongoDB: allowed or denied as its role says, by trying.  The roles are the generated file's."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from pymongo.database import Database
from pymongo.errors import OperationFailure

from contracts.catalogue import OWNERS, PARTITIONS
from contracts.routing import WithdrawComplaint
from deploy.generate.mongodb import commands
from services.cli.registry import find_service
from services.platform.chassis.errors import MongoUnavailable, NoRight
from services.platform.chassis.policies import practice
from services.platform.chassis.settings import Settings, read_settings
from services.platform.chassis.store import Store, Write
from services.platform.kernel.apply import apply
from services.platform.kernel.document import Document
from services.platform.kernel.record import incoming, partition_of
from services.platform.kernel.service import Practice
from tests.chassis.engine.memory import Log
from tests.drill.files import Json, mongodb_commands
from tests.drill.secured import ADMIN, Secured, mongodb

PREFIX = "redress"
COMMANDS = mongodb_commands(PREFIX)
ROLES: Mapping[str, list[Json]] = {each["createRole"]: each["privileges"] for each in COMMANDS if "createRole" in each}
USERS = [each["createUser"] for each in COMMANDS if "createUser" in each]
DATABASES = [f"{PREFIX}_{service}" for service in OWNERS]
ELSEWHERE = ("acme_routing", f"{PREFIX}2_routing", f"{PREFIX}_routing2", "local", "config")
"""Another tenant's, those of whoever is called alike, the server's own."""
COLLECTIONS = ("documents", "policies", "bookmarks", "others")
UNAUTHORIZED = 13

Ask = Callable[[str], Json]
ON_COLLECTIONS: Mapping[str, Ask] = {
    "find": lambda name: {"find": name, "limit": 1},
    "insert": lambda name: {"insert": name, "documents": [{"_id": "drill"}]},
    "update": lambda name: {"update": name, "updates": [{"q": {"_id": "nobody"}, "u": {"$set": {"x": 1}}}]},
    "remove": lambda name: {"delete": name, "deletes": [{"q": {"_id": "nobody"}, "limit": 1}]},
    "createCollection": lambda name: {"create": name},
    "createIndex": lambda name: {"createIndexes": name, "indexes": [{"key": {"_id": 1}, "name": "_id_"}]},
    "collMod": lambda name: {"collMod": name},
    "dropCollection": lambda name: {"drop": name},
    "dropIndex": lambda name: {"dropIndexes": name, "index": "none"},
}
ON_DATABASES: Mapping[str, Json] = {
    "listCollections": {"listCollections": 1},
    "dropDatabase": {"dropDatabase": 1},
    "createUser": {"createUser": "x", "pwd": "y", "roles": []},
    "viewUser": {"usersInfo": 1},
    "grantRole": {"grantRolesToUser": "nobody", "roles": [{"role": "readWrite", "db": "drill"}]},
    "createRole": {"createRole": "x", "privileges": [], "roles": []},
}
ON_SERVERS: Mapping[str, Json] = {
    "inprog": {"currentOp": 1},
    "getParameter": {"getParameter": 1, "featureCompatibilityVersion": 1},
    "setParameter": {"setParameter": 1, "quiet": True},
    "replSetGetStatus": {"replSetGetStatus": 1},
    "fsync": {"fsync": 1},
    "killop": {"killOp": 1, "op": 0},
}
"""Asked of the database `admin`."""
OTHERWISE = {**ON_DATABASES, **ON_SERVERS}


class Trial(NamedTuple):
    user: str
    database: str
    collection: str
    action: str


def trials(user: str) -> Iterator[Trial]:
    yield from (Trial(user, "admin", "", action) for action in ON_SERVERS)
    for database in (*DATABASES, *ELSEWHERE, "admin"):
        yield from (Trial(user, database, collection, action) for collection in COLLECTIONS for action in ON_COLLECTIONS)
        yield from (Trial(user, database, "", action) for action in ON_DATABASES)


def expected(trial: Trial) -> bool:
    """Whoever may insert may make the collection."""
    where = {"db": trial.database, "collection": trial.collection}
    enough = {"createCollection", "insert"} if trial.action == "createCollection" else {trial.action}
    return any(right["resource"] == where and enough & {*right["actions"]} for right in ROLES.get(trial.user, ()))


def is_allowed(database: "Database[Any]", trial: Trial) -> bool:
    try:
        database.command(ON_COLLECTIONS[trial.action](trial.collection) if trial.collection else OTHERWISE[trial.action])
    except OperationFailure as failure:
        return failure.code != UNAUTHORIZED
    return True


@pytest.fixture(scope="module", autouse=True)
def _leaving_nothing(secured: Secured) -> Iterator[None]:
    """What was inserted on trial is no row that a service could read."""
    yield
    with mongodb(secured.mongodb, secured.ca, username=ADMIN, password=secured.passwords[ADMIN]) as client:
        for database in DATABASES:
            client.drop_database(database)


@pytest.mark.parametrize("user", USERS)
def test_each_may_do_what_its_role_says_and_nothing_else(secured: Secured, user: str):
    asked = list(trials(user))
    with mongodb(secured.mongodb, secured.ca, username=user, password=secured.passwords[user]) as client:
        wrong = [trial for trial in asked if is_allowed(client[trial.database], trial) != expected(trial)]
    assert wrong == []
    assert any(map(expected, asked))


def test_what_is_tried_can_succeed_the_administrator_may_do_it_all(secured: Secured):
    """On databases of nobody."""
    asked = [Trial(ADMIN, "drill", collection, action) for collection in COLLECTIONS for action in ON_COLLECTIONS]
    asked += [Trial(ADMIN, "drill", "", action) for action in ON_DATABASES]
    asked += [Trial(ADMIN, "admin", "", action) for action in ON_SERVERS]
    with mongodb(secured.mongodb, secured.ca, username=ADMIN, password=secured.passwords[ADMIN]) as client:
        assert [trial for trial in asked if not is_allowed(client[trial.database], trial)] == []


SERVICE, ID, PLACE = "routing", "00000000-0000-4000-8000-00000000000a", ("routing.commands.v1", 0)
NEEDED = [(n, action) for n, right in enumerate(ROLES[f"{PREFIX}-{SERVICE}"]) for action in right["actions"]]


async def begins_and_works(settings: Settings) -> bool:
    """Whether a service can start on a new database, store a document, load it and change it, and keep where it is."""
    under = practice(find_service(SERVICE, settings), settings)
    store, log = Store(settings, under), Log()
    document = Document(ID, partition_of(ID, PARTITIONS))
    try:
        await store.open()
        for n in range(2):
            saved = await store.save([with_a_message(document, n, log, under)])
            if saved.conflicts or saved.poison:
                return False
            (document,) = await store.load([ID], [])
            await store.bookmarks.keep({PLACE: n}, {})
        return document.version == 2 and await store.bookmarks.kept([PLACE[0]]) == {PLACE: 1}
    except (MongoUnavailable, NoRight):
        return False
    finally:
        store.close()


def with_a_message(document: Document, n: int, log: Log, under: Practice) -> Write:
    record = log.put(SERVICE, WithdrawComplaint(complaint_id=ID, reason="drill"), f"{n:08x}-0000-4000-8000-000000000000", after=1)
    changed, _ = apply(document, incoming(record, under.service), under)
    return Write(document, changed)


def settings_of(secured: Secured, prefix: str, without: tuple[int, str] | None = None) -> Settings:
    """Of a tenant's user whose role is as generated, but for one right."""
    (role,) = [each for each in commands(prefix) if each.get("createRole") == f"{prefix}-{SERVICE}"]
    left = [[action for action in right["actions"] if (n, action) != without] for n, right in enumerate(role["privileges"])]
    privileges = [right | {"actions": actions} for right, actions in zip(role["privileges"], left, strict=True) if actions]
    with mongodb(secured.mongodb, secured.ca, username=ADMIN, password=secured.passwords[ADMIN]) as client:
        client.admin.command(role | {"privileges": privileges})
        client.admin.command("createUser", role["createRole"], pwd="of-this-drill", roles=[role["createRole"]])
    given = {"mongodb_url": secured.mongodb, "mongodb_username": role["createRole"], "mongodb_password": "of-this-drill"}
    return read_settings(topic_prefix=prefix, mongodb_tls_cafile=secured.ca, **given)


async def test_a_role_is_enough_for_a_service_on_a_new_database(secured: Secured):
    assert await begins_and_works(settings_of(secured, "whole"))


@pytest.mark.parametrize(("entry", "action"), NEEDED)
async def test_a_role_with_one_right_less_is_too_small(secured: Secured, entry: int, action: str):
    """So nothing is granted that is not needed."""
    assert not await begins_and_works(settings_of(secured, f"less-{entry}-{action}".lower(), without=(entry, action)))
