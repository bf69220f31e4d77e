"""The whole platform as in production: TLS to Kafka and MongoDB, a user of its own for each service, and only the generated rights.

The demonstration's world plays on the example tenant, its stand-ins with the operator's password.
"""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from rich.console import Console

from contracts.catalogue import OWNERS
from services.cli.demo import LIMIT, POLICIES, report
from services.cli.demo.play import Play
from services.cli.demo.world import World, entries
from services.cli.demo.world.ledger import Ledger
from services.cli.processes import start_services
from services.export.tables import EVENTS
from services.platform.chassis.clients import open_sender, read_to_end
from services.platform.chassis.settings import Settings
from services.platform.chassis.topics import create_topics
from services.platform.kernel.record import Record
from tests.cli.export.topics import events, told
from tests.deploy.bi.counted.life import Told
from tests.deploy.bi.figures import COUNTED, History
from tests.deploy.bi.lives import of_customers, views
from tests.drill.files import kafka_users
from tests.drill.granting import grant
from tests.drill.secured import ADMIN, Secured
from tests.system.deployment import LOGS, until

PREFIX = "acme"
SUBMISSIONS, SEED = 10_000, 7  # all that there are
KEY = {"REDRESS_CUSTOMER_KEY": "of this drill, and of no other"}
JUNK = b'{"type": "routing.no_such_command.v1"}'


@contextmanager
def services(secured: Secured) -> Iterator[None]:
    """Each with its own user's password and nothing else."""
    quick = {"REDRESS_POLICIES": POLICIES, "REDRESS_POLL_SECONDS": "0.3", **KEY}
    own = {name: secured.variables(f"{PREFIX}-{name}", PREFIX) | quick for name in OWNERS}
    with ExitStack() as running:
        started = [running.enter_context(start_services([name], own[name], LOGS / "secured", wait=False)) for name in OWNERS]
        for each in started:
            each.wait_until_ready()
        yield


def redress(secured: Secured, user: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line, as this user types it."""
    environment = os.environ | secured.variables(f"{PREFIX}-{user}", PREFIX) | KEY
    command = [sys.executable, "-m", "services.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)


class Played(NamedTuple):
    secured: Secured
    ledger: Ledger
    expected: int
    canary: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def played(secured: Secured) -> Played:
    """All is over, and a record that nobody can take has become a dead letter; the services have ended."""
    admin, operator = secured.settings(ADMIN, PREFIX), secured.settings(f"{PREFIX}-operator", PREFIX)
    asyncio.run(create_topics(admin))
    asyncio.run(grant(secured, PREFIX, kafka_users(PREFIX)))
    sample = entries(SUBMISSIONS)
    play = Play(operator, World(sample, SEED), Ledger(), LIMIT)
    with services(secured):
        asyncio.run(play.run())
        canary = redress(secured, "canary", "canary", "--once")
        asyncio.run(until_dead(secured.settings(f"{PREFIX}-departments", PREFIX), operator))
    return Played(secured, play.ledger, len(sample), canary)


async def until_dead(sender: Settings, reader: Settings) -> None:
    """A department sends what routing cannot take, and waits until routing has said so."""
    async with open_sender(sender) as sending:
        await (await sending.put("routing.commands.v1", b"drill", JUNK, ()))

    async def is_dead() -> bool:
        return JUNK in [record.value async for record in read_to_end(reader, ["routing.dlq.v1"])]

    await until(is_dead)


def test_every_complaint_is_accounted_for(played: Played, capsys: pytest.CaptureFixture[str]):
    assert report(Console(width=140), played.ledger, played.expected) == 0, capsys.readouterr().out


def test_a_canary_comes_to_its_end_by_its_own_rights(played: Played):
    assert (played.canary.returncode, played.canary.stdout) == (0, "The canary came to its end.\n"), played.canary.stderr


def test_bi_exports_every_event_by_its_own_rights_and_its_figures_are_what_the_topics_say(played: Played, tmp_path: Path):
    exported = redress(played.secured, "bi", "export", str(tmp_path))
    assert exported.returncode == 0, exported.stderr
    topics = asyncio.run(read_events(played.secured.settings(f"{PREFIX}-bi", PREFIX)))
    assert events(tmp_path) == told(topics)
    history = History(Told(of_customers(topics)), views(tmp_path))
    assert [view for view in COUNTED if not history.agrees(view)] == []


async def read_events(settings: Settings) -> list[Record]:
    return [record async for record in read_to_end(settings, EVENTS)]


def test_the_operator_s_audit_finds_all_that_is_stored_and_said_as_the_log_makes_it(played: Played):
    audit = redress(played.secured, "operator", "audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_the_operator_sees_that_the_topics_are_the_catalogue_s(played: Played):
    topics = redress(played.secured, "operator", "topics", "--check")
    assert (topics.returncode, topics.stdout.strip()) == (0, "All topics are as the catalogue says.")


def test_the_operator_lists_a_dead_letter_and_discards_it(played: Played):
    listed = redress(played.secured, "operator", "dead", "list")
    assert "unknown_type" in listed.stdout, listed.stdout + listed.stderr
    (id,) = re.findall(r"routing-[0-9a-f]{8}", listed.stdout)
    assert redress(played.secured, "operator", "dead", "discard", id).returncode == 0
    assert "No open dead letters." in redress(played.secured, "operator", "dead", "list").stdout


@pytest.mark.parametrize(("user", "arguments"), [
    ("bi", ("dead", "list")), ("departments", ("submit", "it leaks", "--ref", "D-1")), ("call-centre", ("topics", "--create")),
])  # fmt: skip
def test_who_has_no_right_is_told_in_a_sentence_and_nothing_hangs(played: Played, user: str, arguments: tuple[str, ...]):
    done = redress(played.secured, user, *arguments)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr
