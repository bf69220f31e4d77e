"""The canary beside the real services: it comes to its end, goes on where a killed one stopped, and counts what nobody has handled."""

import asyncio
import time
from collections.abc import Callable

from prometheus_client.parser import text_string_to_metric_families

from contracts.canary import KEY, SOURCE
from contracts.intake import ComplaintRegistered
from contracts.routing import ComplaintClosed
from services.cli.canary.course import STAGES
from services.cli.processes import ServiceProcess
from services.platform.chassis.clients import open_sender
from services.platform.stack.ports import free_ports
from tests.system.deployment import Deployment, deploy, redress, variables

SECONDS = 60.0
EVERY = {"REDRESS_CANARY_SECONDS": "3", "REDRESS_POLICIES": "default"}


def samples(process: ServiceProcess) -> dict[str, float]:
    """`name label,label` → value."""
    found = (sample for family in text_string_to_metric_families(process.metrics()) for sample in family.samples)
    return {" ".join([each.name, *(v for label, v in sorted(each.labels.items()) if label != "service")]): each.value for each in found}


def wait(process: ServiceProcess, holds: Callable[[dict[str, float]], bool]) -> dict[str, float]:
    deadline = time.monotonic() + SECONDS
    while not holds(found := samples(process)):
        assert time.monotonic() < deadline, f"it did not come true: {found}"
        time.sleep(0.2)
    return found


def finished(at_least: int) -> Callable[[dict[str, float]], bool]:
    return lambda found: found.get("redress_canary_complaints_total finished", 0) >= at_least


async def bury(deployment: Deployment) -> None:
    async with open_sender(deployment.settings) as sender:
        await (await sender.put("routing.commands.v1", b"any", b"{", ()))


async def told(deployment: Deployment) -> tuple[int, int]:
    registered, closed = await deployment.told(ComplaintRegistered), await deployment.told(ComplaintClosed)
    assert all(fact.message.source == SOURCE and fact.message.customer.startswith(KEY) for fact in registered)
    return len(registered), len(closed)


def test_a_canary_is_seen_at_every_stage_and_a_killed_one_goes_on(stack, prefix, tmp_path):
    with deploy(stack, prefix, REDRESS_POLICIES="default") as deployment:
        log, (port,) = tmp_path / "canary.log", free_ports(1)
        canary = ServiceProcess("canary", 1, variables(deployment.settings, **EVERY), log, port, ("-m", "services.cli"))
        try:
            play(deployment, canary)
            one_alone(deployment)
        finally:
            canary.kill()


def play(deployment: Deployment, canary: ServiceProcess) -> None:
    started = time.time()
    canary.start()
    found = wait(canary, finished(2))
    assert canary.health("ready")[0] and canary.health("live")[0]
    assert all(found[f"redress_canary_stage_last_seen_timestamp_seconds {stage}"] > started for stage in STAGES)
    assert all(found[f"redress_canary_failures_total {stage}"] == 0 for stage in STAGES)
    assert not [name for name in found if name.startswith("redress_canary_refusals_total ")]
    assert abs(found["redress_clock_skew_seconds"]) < 5

    wait(canary, lambda found: found.get("redress_canary_under_way", 0) > 0)
    canary.kill()
    asyncio.run(bury(deployment))
    canary.start()
    found = wait(canary, lambda found: finished(2)(found) and found["redress_open_dead_letters routing"] == 1)
    assert found["redress_oldest_open_dead_letter_timestamp_seconds routing"] > started
    assert canary.stop() == 0
    begun, ended = asyncio.run(told(deployment))
    assert begun == ended >= 4

    for service in deployment.services:
        alive(samples(service), started)
        business = ("redress_registrations_total", "redress_closings_total", "redress_clock_outcomes_total")
        assert not [name for name, value in samples(service).items() if name.startswith(business) and value]
    assert "redress_complaints" not in "".join(samples(deployment.services.of("routing")))


def alive(found: dict[str, float], started: float) -> None:
    """What a service tells of itself while it is well."""
    assert (found["redress_ready"], found["redress_breaker_enabled"]) == (1, 1) and 0 <= found["redress_group_lag"] < 100
    assert found["redress_partitions"] >= 24 and found["redress_away kafka"] == 0 == found["redress_away mongodb"]
    assert found["redress_breaker_window_messages"] > 0 == found["redress_breaker_crashed_messages"]
    assert min(found[f"redress_{name}_timestamp_seconds"] for name in ("progress", "counted")) > started
    assert -60 < found["redress_clock_skew_seconds"] < 5


def one_alone(deployment: Deployment) -> None:
    done = redress(deployment.settings, "canary", "--once")
    assert (done.returncode, done.stdout) == (0, "The canary came to its end.\n"), done.stderr
