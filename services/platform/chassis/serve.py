"""One service as a process: looks whether all it needs is there, runs the engine until it is asked to end, says how it ended.

Exit codes tell a supervisor what to do: 0 asked to end and drained; 2 a setting or a policy is wrong, starting again will not help;
75 Kafka, MongoDB or a topic is not there, try again later; 1 it stopped for a reason that needs a person.
"""

import asyncio
import ctypes
import gc
import logging
import signal
from contextlib import suppress

from services.platform.chassis import certificates
from services.platform.chassis.clients import UNAVAILABLE, Unavailable
from services.platform.chassis.engine import Engine
from services.platform.chassis.errors import KafkaUnavailable, MongoUnavailable, MustEnd
from services.platform.chassis.health import serve_health
from services.platform.chassis.logs import describe, start_logs
from services.platform.chassis.metrics import Metrics
from services.platform.chassis.policies import practice
from services.platform.chassis.settings import Settings
from services.platform.chassis.topics import require_topics
from services.platform.kernel.service import Service

DRAINED, STOPPED = 0, 1
BATCHES_IN_HAND = 250_000
"""Objects, at most: of a batch that is worked on and of one that leaves."""
M_ARENA_MAX = -8
"""As glibc's <malloc.h> calls it."""

log = logging.getLogger(__name__)


def serve(service: Service, settings: Settings) -> int:
    """Runs until SIGTERM or SIGINT, and returns the exit code.  Raises BadPolicy or BadSettings before anything is begun."""
    _share_the_heap()
    under = practice(service, settings)
    metrics = Metrics(service.name, settings.build, service.inputs)
    metrics.policy(under.policy.reference, {name: rule.kind for name, rule in getattr(under.policy, "clocks", {}).items()})
    start_logs(service.name, settings.log_level)
    if service.name == "intake" and not (settings.is_local or settings.has_own_customer_key):
        log.warning("REDRESS_CUSTOMER_KEY is not set: customers are known by a hash that anybody can compute")
    engine = Engine(under, settings, metrics)
    try:
        asyncio.run(_run(engine, service, settings, metrics))
    except (Unavailable, KafkaUnavailable, MongoUnavailable) as absence:
        log.error("%s", absence)
        return UNAVAILABLE
    except MustEnd as end:
        log.critical("%s", end)
        return STOPPED
    except Exception as error:
        log.critical("a fault of the program: %s", describe(error))
        return STOPPED
    log.info("ended: all that was in hand is stored, published and committed")
    return DRAINED


async def _run(engine: Engine, service: Service, settings: Settings, metrics: Metrics) -> None:
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    listening = serve_health(settings.http_host, settings.http_port, engine.pulse, metrics.text)
    async with certificates.told(settings, metrics.series), listening as port:
        log.info("started", extra={"port": port, "policy": engine.practice.policy.reference, "build": settings.build})
        await require_topics(settings, service.name)
        _spare_the_collector()
        await engine.run(stop)


def _share_the_heap() -> None:
    """One heap for all threads, before there are any: glibc would give each its own, and each keeps what a large batch once took of it.
    Where there is no glibc there is nothing to be set."""
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def _spare_the_collector() -> None:
    """What is loaded by now stays, and is not walked at every collection.  Nor are the batches in hand, which hold some hundred objects
    for each message: they go without the collector's help, which is for cycles, and few messages leave one."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(BATCHES_IN_HAND, 5, 5)
