"""How the clients of Kafka and MongoDB are set, once for all who open one: what must always be set, and the settings' security."""

import ssl
from contextlib import suppress
from typing import Any

from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from contracts.catalogue import MAX_DEAD_LETTER_BYTES
from services.platform.chassis.settings import BadSettings, Settings

SASL = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}
METADATA_MS = 30_000
HEARTBEAT_MS = 5_000
"""A MongoDB server that says nothing, without its connection breaking (frozen, or its power gone), is given up after twice as long; by the
driver's own measure it were 30 seconds, and what was asked of it would wait as long."""
LARGEST_REQUEST = MAX_DEAD_LETTER_BYTES + 64 * 1024
"""A dead letter with its headers always fits."""
FETCHED, FETCHED_OF_ONE = 4 * 1024 * 1024, 512 * 1024
"""Bytes that a service asks for at once, and of one partition, whatever is waiting: under a backlog it holds some of each.  A larger record
comes all the same, alone."""
WRITING = {"acks": "all", "enable_idempotence": True, "linger_ms": 2, "max_batch_size": 262_144, "max_request_size": LARGEST_REQUEST}


def kafka(settings: Settings) -> dict[str, Any]:
    """For every client of aiokafka: where, and with what right."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap_servers.split(","),
        "security_protocol": settings.kafka_security_protocol,
        "ssl_context": _ssl_context(settings),
        "metadata_max_age_ms": METADATA_MS,
    }
    if settings.kafka_username:
        options |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_username,
            "sasl_plain_password": settings.secret("kafka_password"),
        }
    return options


def producer(settings: Settings) -> dict[str, Any]:
    """For an `AIOKafkaProducer` whose word is kept: all replicas, each record once and in order."""
    return kafka(settings) | WRITING


def reader(settings: Settings) -> dict[str, Any]:
    """For an `AIOKafkaConsumer` that belongs to no group and changes nothing: it assigns itself partitions and seeks."""
    alone = {"group_id": None, "enable_auto_commit": False, "auto_offset_reset": "earliest"}
    return kafka(settings) | alone | {"max_partition_fetch_bytes": LARGEST_REQUEST}


def broker(settings: Settings) -> dict[str, Any]:
    """For FastStream's `KafkaBroker`."""
    return {
        "bootstrap_servers": settings.kafka_bootstrap_servers.split(","),
        "security": _security(settings),
        "allow_auto_create_topics": False,
        "metadata_max_age_ms": METADATA_MS,
        "graceful_timeout": 25,
        "apply_types": False,
        "client_id": f"redress-{settings.build}",
        **WRITING,
    }


def subscriber(settings: Settings, service: str) -> dict[str, Any]:
    """For the one batch subscriber of a service.  Partition p of every input sits in one process (range assignment)."""
    return {
        "group_id": settings.group(service),
        "batch": True,
        "max_records": settings.batch_size,
        "auto_offset_reset": "earliest",
        "partition_assignment_strategy": (RangePartitionAssignor,),
        "session_timeout_ms": settings.kafka_session_seconds * 1_000,
        "heartbeat_interval_ms": settings.kafka_session_seconds * 100,
        "rebalance_timeout_ms": 60_000,
        "max_poll_interval_ms": 3_600_000,
        "fetch_max_bytes": FETCHED,
        "max_partition_fetch_bytes": FETCHED_OF_ONE,
        "no_reply": True,
        "include_in_schema": False,
    }


def mongodb(settings: Settings) -> dict[str, Any]:
    """For motor's (or PyMongo's) client: what is written is on disk with the majority, what is read cannot be rolled back."""
    options: dict[str, Any] = {
        "host": settings.mongodb_url.get_secret_value(),
        "w": "majority",
        "journal": True,
        "readConcernLevel": "majority",
        "tz_aware": True,
        "serverSelectionTimeoutMS": 15_000,
        "heartbeatFrequencyMS": HEARTBEAT_MS,
        "connectTimeoutMS": HEARTBEAT_MS,
        "appname": "redress",
    }
    if settings.mongodb_username:
        options |= {"username": settings.mongodb_username, "password": settings.secret("mongodb_password")}
    if settings.mongodb_tls_cafile or settings.mongodb_tls_certfile:
        files = {"tlsCAFile": settings.mongodb_tls_cafile, "tlsCertificateKeyFile": settings.mongodb_tls_certfile}
        options |= {"tls": True} | {name: str(file) for name, file in files.items() if file}
    return options


def mongodb_ssl(settings: Settings) -> ssl.SSLContext | None:
    """As the driver makes it of the same files, to look at the server's certificate; None for files that it will refuse."""
    if not (settings.mongodb_tls_cafile or settings.mongodb_tls_certfile):
        return None
    with suppress(ssl.SSLError):
        context = ssl.create_default_context(cafile=settings.mongodb_tls_cafile)
        if settings.mongodb_tls_certfile:
            context.load_cert_chain(settings.mongodb_tls_certfile)
        return context
    return None


def advice(settings: Settings) -> str:
    """What to look at when MongoDB cannot be used."""
    if settings.mongodb_username:
        return "check REDRESS_MONGODB_URL, that it runs, and the password and the rights of REDRESS_MONGODB_USERNAME."
    return "check REDRESS_MONGODB_URL and that it runs."


def _ssl_context(settings: Settings) -> ssl.SSLContext | None:
    if not settings.kafka_security_protocol.endswith("SSL"):
        return None
    try:
        context = ssl.create_default_context(cafile=settings.kafka_ssl_cafile)
        if settings.kafka_ssl_certfile and settings.kafka_ssl_keyfile:
            context.load_cert_chain(settings.kafka_ssl_certfile, settings.kafka_ssl_keyfile)
    except ssl.SSLError:
        raise BadSettings(("REDRESS_KAFKA_SSL_… must name PEM files, a certificate and its own key without a passphrase.",)) from None
    return context


def _security(settings: Settings) -> BaseSecurity | None:
    context = _ssl_context(settings)
    if not settings.kafka_username:
        return BaseSecurity(ssl_context=context) if context else None
    make = SASL[settings.kafka_sasl_mechanism]
    return make(settings.kafka_username, settings.secret("kafka_password") or "", ssl_context=context, use_ssl=context is not None)
