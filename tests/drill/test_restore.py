"""The backup drill: databases as they were some time ago, Kafka ahead of them, and the services started again as deploy/README.md says.

The steps come to rest one after the other: in which order a complaint took what two topics told within the same instants only its journal
knows, and a restored one has lost it (deploy/README.md).
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import pytest

from contracts.callback import CallbackDue
from contracts.catalogue import OWNERS
from contracts.intake import Customer, DossierErased, EraseCustomer, SubmitComplaint
from contracts.model import Command
from contracts.routing import ReportProgress, WithdrawComplaint
from services.platform.chassis.clients import open_sender
from services.platform.stack import Stack
from tests.drill.backup import NOTHING, Backup, back_up, documents, put_back
from tests.system.deployment import Deployment, deploy, redress, until
from tests.system.hurried import at_once
from tests.system.sending import QUALITY, accepted, complaint, resolved

GONE = "gone"
"""Whoever is erased after both backups."""
PHONE = "+8613912345678"
MARKER = "markerwords"
JUNK = b'{"type": "routing.no_such_command.v1"}'


@dataclass
class Lived:
    """A history, and two backups taken in its course."""

    deployment: Deployment
    early: Backup
    late: Backup

    def restore(self, backups: Mapping[str, Backup]) -> None:
        """Of each service named.  As the README says: end the services, restore, start them."""
        for process in self.deployment.services:
            process.kill()
        for service, backup in backups.items():
            put_back(self.deployment.settings, backup, service)
        for process in self.deployment.services:
            process.start()
        self.deployment.services.wait_until_ready()
        asyncio.run(self.deployment.settled())

    @property
    def said(self) -> dict[str, set[bytes]]:
        """Each event's id → its words."""
        found = defaultdict[str, set[bytes]](set)
        for fact in asyncio.run(self.deployment.facts()):
            found[fact.envelope.id].add(fact.record.value or b"")
        return found


@pytest.fixture(scope="module")
def lived(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    rules = at_once("default", tmp_path_factory.mktemp("rules") / "set")
    with deploy(stack, f"t{secrets.token_hex(4)}", REDRESS_POLICIES=str(rules)) as deployment:
        early, late = asyncio.run(live(deployment))
        yield Lived(deployment, early, late)


async def live(deployment: Deployment) -> tuple[Backup, Backup]:
    async with open_sender(deployment.settings) as sender:

        async def say(*commands: Command) -> None:
            """Returns when all that they lead to is said and heard."""
            for command in commands:
                service = next(name for name, owner in OWNERS.items() if type(command) in owner.commands)
                await sender.send(service, command, id=secrets.token_hex(4), source="crm")
            await deployment.settled()

        await say(*map(submission, ("A", "B", "C", GONE)))
        await say(accepted("A"), accepted("B"))
        early = back_up(deployment.settings)
        await say(submission("D"), resolved("A"), progress("B"))
        late = back_up(deployment.settings)
        await (await sender.put("routing.commands.v1", b"drill", JUNK, ()))
        await say(accepted("D"), resolved("B"), WithdrawComplaint(complaint_id=complaint(GONE), reason="changed_mind"))
        await say(resolved("D"), EraseCustomer(request="r", customer=Customer(phone=PHONE), now=True))
        await until(partial(are_due, deployment, 3))
        await deployment.settled()
    discarded = redress(deployment.settings, "dead", "discard", *dead(deployment))
    assert discarded.returncode == 0, discarded.stderr
    return early, late


async def are_due(deployment: Deployment, calls: int) -> bool:
    """The calls to confirm what was resolved: wakes have come, and no time runs out any more."""
    return len(await deployment.told(CallbackDue)) == calls


def submission(ref: str) -> SubmitComplaint:
    who = Customer(name=MARKER, phone=PHONE) if ref == GONE else Customer(phone=f"+86138000{ord(ref):05d}")
    return SubmitComplaint(source_ref=ref, channel="phone", kind="quality", customer=who, narrative="它又坏了。")


def progress(ref: str) -> ReportProgress:
    return ReportProgress(complaint_id=complaint(ref), work="1-quality", is_told_to_customer=True, by=QUALITY)


def dead(deployment: Deployment) -> list[str]:
    """Ids of open dead letters."""
    listed = redress(deployment.settings, "dead", "list").stdout
    return [word for line in listed.splitlines() for word in line.split() if word.startswith(tuple(f"{name}-" for name in OWNERS))]


# -- what is restored, and what must be as before ------------------------------------------------------------------------------------------

RESTORES: Mapping[str, Callable[[Lived], Mapping[str, Backup]]] = {
    "all of one instant": lambda it: dict.fromkeys(OWNERS, it.early),
    "intake alone": lambda it: {"intake": it.early},
    "each of another instant": lambda it: {"routing": it.early, "callback": it.early, "feedback": it.late},
    "feedback, of which there is no backup": lambda it: {"feedback": NOTHING},
}


@pytest.mark.parametrize("what", RESTORES)
def test_every_fact_is_as_before(lived: Lived, what: str):
    before = lived.said
    lived.restore(RESTORES[what](lived))
    after = lived.said
    assert [words for words in after.values() if len(words) > 1] == [], "other words under an id that is known"
    assert before.items() <= after.items()
    audit = redress(lived.deployment.settings, "audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr
    assert dead(lived.deployment) == [], "what was discarded stays handled"
    assert is_erased(lived)


def is_erased(lived: Lived) -> bool:
    """In the store, and by what holds on the dossier topic: the last of a key."""
    held = {record.key: record.value for record in asyncio.run(lived.deployment.records("intake.dossiers.v1"))}
    stored = b"".join(documents(lived.deployment.settings, "intake"))
    return held[complaint(GONE).encode()] is None and MARKER.encode() not in stored


def test_the_erased_person_was_in_the_backup(lived: Lived):
    assert MARKER in str(lived.early) and asyncio.run(lived.deployment.told(DossierErased))


def test_bookmarks_younger_than_the_documents_lose_what_lies_between_and_the_audit_says_so(lived: Lived):
    """Why a backup must be of one instant, and bookmarks part of it."""
    torn = {name: {**lived.early[name], "bookmarks": back_up(lived.deployment.settings)[name]["bookmarks"]} for name in OWNERS}
    lived.restore(dict.fromkeys(OWNERS, torn))
    audit = redress(lived.deployment.settings, "audit")
    assert audit.returncode == 1, audit.stdout
