"""A real Prometheus watches the demonstration: every question of every dashboard and rule has an answer."""

import asyncio
from pathlib import Path
from typing import Any

from services.cli.demo.play import Play
from services.cli.demo.world import World, entries
from services.cli.demo.world.ledger import Ledger
from services.cli.processes import start_services
from services.platform.chassis.clients import open_sender
from services.platform.stack import Stack
from tests.deploy.monitoring import panel_queries, rules
from tests.drill.prometheus import Prometheus, prometheus
from tests.system.deployment import Deployment, deploy, until, variables

COMPLAINTS = 150
SECONDS = 150.0
"""Of the demonstration at most; it is broken off as soon as nothing is unanswered."""
CANARY = ("-m", "services.cli")


def test_every_panel_and_every_recorded_rule_has_data_once_the_demonstration_has_been_played(stack: Stack, prefix: str, tmp_path: Path):
    with deploy(stack, prefix, REDRESS_POLICIES="demo") as deployment:
        environment = variables(deployment.settings, REDRESS_CANARY_SECONDS="5", REDRESS_POLICIES="demo")
        with start_services(("canary",), environment, tmp_path / "logs", program=CANARY) as canary:
            ports = [process.port for process in (*deployment.services, *canary)]
            (tmp_path / "prometheus").mkdir()
            with prometheus(tmp_path / "prometheus", ports) as server:
                asyncio.run(played(deployment, server))
                assert set(server.targets().values()) == {"up"}
                assert unanswered(server) == []
                assert unrecorded(server) == []
                assert ill_rules(server) == []


async def played(deployment: Deployment, server: Prometheus) -> None:
    """Until every panel has something to show; and after that one record that nobody can read."""

    async def is_answered() -> bool:
        return not await asyncio.to_thread(unanswered, server)

    async def has_died() -> bool:
        return bool(server.ask('redress_dead_letters_total{service="intake", reason="not_json"} > 0'))

    play = asyncio.create_task(Play(deployment.settings, World(entries(COMPLAINTS), seed=7), Ledger(), SECONDS).run())
    await until(is_answered, SECONDS)
    play.cancel()
    await asyncio.gather(play, return_exceptions=True)
    async with open_sender(deployment.settings) as sender:
        await (await sender.put("intake.commands.v1", b"x", b"{", ()))
    await until(has_died, seconds=30)


def unanswered(server: Prometheus) -> list[str]:
    """The panels of which a query brings nothing, or nothing that is a number."""
    return [query.where for query in panel_queries() if not has_number(server.ask(query.expression.replace("$namespace", ".*")))]


def has_number(series: list[dict[str, Any]]) -> bool:
    return any(each["value"][1] != "NaN" for each in series)


def unrecorded(server: Prometheus) -> list[str]:
    return sorted({rule["record"] for rule in rules() if "record" in rule and not server.ask(rule["record"])})


def ill_rules(server: Prometheus) -> list[str]:
    """Those that Prometheus could not evaluate, or has not."""
    return [f"{rule['name']}: {rule.get('lastError', rule['health'])}" for rule in server.rules() if rule["health"] != "ok"]
