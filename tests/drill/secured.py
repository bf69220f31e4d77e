"""Kafka and MongoDB as in production: with TLS, a password for everybody, and the rights that the generated files give, no others.

What is tried here is the files themselves: KafkaUsers and MongoDB's commands are read back from `deploy/`.
"""

import asyncio
import base64
import secrets
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aiokafka.errors import KafkaError
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from services.platform.chassis.clients import Unavailable, open_admin
from services.platform.chassis.settings import Settings, read_settings
from services.platform.stack.jars import kafka_jars
from services.platform.stack.kafka import kafka_server
from services.platform.stack.lock import locked
from services.platform.stack.mongodb import REPLICA_SET, mongodb_server, mongodb_url
from services.platform.stack.ports import Ports, free_ports
from services.platform.stack.tools import find_java, find_mongod
from tests.drill.certificates import Certificates, certificates
from tests.drill.files import kafka_users, mongodb_commands

ADMIN = "admin"
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"
Json = dict[str, Any]


@dataclass(frozen=True)
class Secured:
    """`passwords`: by user, in files too, as an orchestrator mounts them."""

    kafka: str
    mongodb: str
    ca: Path
    passwords: Mapping[str, str]
    files: Path

    def variables(self, user: str, prefix: str) -> dict[str, str]:
        """The environment of one who has this user's password."""
        word = str(self.files / user)
        return {
            "REDRESS_KAFKA_BOOTSTRAP_SERVERS": self.kafka, "REDRESS_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "REDRESS_KAFKA_USERNAME": user, "REDRESS_KAFKA_PASSWORD_FILE": word, "REDRESS_KAFKA_SSL_CAFILE": str(self.ca),
            "REDRESS_MONGODB_URL": self.mongodb, "REDRESS_MONGODB_USERNAME": user, "REDRESS_MONGODB_PASSWORD_FILE": word,
            "REDRESS_MONGODB_TLS_CAFILE": str(self.ca), "REDRESS_TOPIC_PREFIX": prefix,
        }  # fmt: skip

    def settings(self, user: str, prefix: str) -> Settings:
        given = {name.removeprefix("REDRESS_").lower(): value for name, value in self.variables(user, prefix).items()}
        return read_settings(**given)


def admit(url: str, ca: Path, passwords: Mapping[str, str], commands: Sequence[Json]) -> None:
    """What `deploy/mongodb/apply.js` does on a new server."""
    with mongodb(url, ca, username=ADMIN, password=passwords[ADMIN]) as client:
        for command in commands:
            client.admin.command(command | ({"pwd": passwords[command["createUser"]]} if "createUser" in command else {}))


# -- the servers --------------------------------------------------------------------------------------------------------------------------


@contextmanager
def secured_stack(directory: Path, prefixes: Sequence[str]) -> Iterator[Secured]:
    """Fresh servers that know these tenants' users; the admin, who may do all, has made nothing else yet."""
    users = [user["metadata"]["name"] for prefix in prefixes for user in kafka_users(prefix)]
    passwords = {user: secrets.token_hex(12) for user in (ADMIN, *users)}
    _write_passwords(files := directory / "passwords", passwords)
    trust = certificates(directory)
    ports = dict(zip(("kafka", "kafka controller", "mongodb"), free_ports(3), strict=True))
    url = mongodb_url(ports["mongodb"])
    secured = Secured(f"127.0.0.1:{ports['kafka']}", url, trust.ca, passwords, files)
    java = find_java()
    with ExitStack() as closing:
        lock = closing.enter_context(locked(directory, busy=f"Another stack runs on {directory}."))
        documents = mongodb_server(directory / "mongodb", ports, find_mongod(), lock, partial(_is_primary, ca=trust.ca),
                                 options=_mongodb_options(directory, trust))  # fmt: skip
        kafka = kafka_server(directory / "kafka", ports, java, kafka_jars(java, print), lock, users=passwords,
                             among=_kafka_settings(ports, trust, passwords),
                             is_ready=lambda _: _answers(secured.settings(ADMIN, "redress")))  # fmt: skip
        for server in (documents, kafka):
            closing.callback(server.stop)
            server.launch()
        documents.wait_until_ready()
        _make_admin(url, trust.ca, passwords[ADMIN])
        for prefix in prefixes:
            admit(url, trust.ca, passwords, mongodb_commands(prefix))
        kafka.wait_until_ready()
        yield secured


def _write_passwords(directory: Path, passwords: Mapping[str, str]) -> None:
    directory.mkdir(parents=True)
    for user, word in passwords.items():
        (directory / user).write_text(f"{word}\n", "ascii")


def _kafka_settings(ports: Ports, trust: Certificates, passwords: Mapping[str, str]) -> dict[str, str]:
    """Beside those of the broker that asks nobody; only the controller, which no client reaches, goes without."""
    listener = f"CLIENTS://127.0.0.1:{ports['kafka']}"
    return {
        "node.id": "1",
        "listeners": f"{listener},CONTROLLER://127.0.0.1:{ports['kafka controller']}",
        "advertised.listeners": listener,
        "listener.security.protocol.map": "CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "CLIENTS",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
        "listener.name.clients.scram-sha-512.sasl.jaas.config": f'{SCRAM} required username="{ADMIN}" password="{passwords[ADMIN]}";',
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(trust.server),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(trust.ca),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:{ADMIN};User:ANONYMOUS",
        "allow.everyone.if.no.acl.found": "false",
    }


def _answers(settings: Settings) -> bool:
    async def look() -> bool:
        async with open_admin(settings) as admin:
            return bool((await admin.describe_cluster())["brokers"])

    host, _, port = settings.kafka_bootstrap_servers.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()  # the client would log an error for each refusal
        return asyncio.run(look())
    except (Unavailable, KafkaError, OSError):
        return False


def _mongodb_options(directory: Path, trust: Certificates) -> list[str]:
    """The members of a replica set that asks for passwords know each other by a key file."""
    key = directory / "mongodb.key"
    key.write_bytes(base64.b64encode(secrets.token_bytes(96)))
    key.chmod(0o600)
    tls = ["--tlsMode", "requireTLS", "--tlsCertificateKeyFile", str(trust.server), "--tlsCAFile", str(trust.ca)]
    return ["--keyFile", str(key), *tls, "--tlsAllowConnectionsWithoutCertificates"]


def mongodb(url: str, ca: Path, **options: Any) -> "MongoClient[Json]":
    return MongoClient(url, tls=True, tlsCAFile=str(ca), serverSelectionTimeoutMS=1_000, **options)


def _is_primary(address: str, ca: Path) -> bool:
    """One attempt; forms the set, which is still allowed from this machine while there is no user."""
    with mongodb(f"mongodb://{address}/?directConnection=true", ca) as client:
        try:
            if client.admin.command("hello").get("isWritablePrimary"):
                return True
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [{"_id": 0, "host": address}]})
        except PyMongoError:
            pass  # not listening yet, or formed and not yet primary
        return False


def _make_admin(url: str, ca: Path, password: str) -> None:
    """The first user: like the set, from this machine only, and only while there is none."""
    with mongodb(url, ca) as client:
        client.admin.command("createUser", ADMIN, pwd=password, roles=["root"])
