"""A story on a deployment: somebody says something, what comes of it is awaited, and in the end all that was told is read again."""

from typing import TypeVar

from contracts.common import CommandRefused
from contracts.ids import message_id
from contracts.model import Command, Event, Staff
from services.platform.chassis.clients import Sender
from tests.system.deployment import Deployment, Fact, until

E = TypeVar("E", bound=Event)
ABOUT = ("instance", "work", "remedy", "reason", "how", "callback")
"""Of what a fact is about the most telling field that it has."""


class Story:
    """Of one complaint."""

    def __init__(self, deployment: Deployment, sender: Sender, complaint: str) -> None:
        self.deployment, self.sender, self.complaint = deployment, sender, complaint
        self._said = 0

    async def say(self, service: str, command: Command, source: str = "12345", key: str | None = None) -> str:
        """The command's id comes back, as facts name it."""
        self._said += 1
        id = f"{self.complaint[:8]}-{self._said}"
        await self.sender.send(service, command, id=id, source=source, key=key)
        return message_id(source, id)

    async def is_refused(self, service: str, command: Command) -> tuple[str, str | None]:
        """Says what breaks a rule: why nothing comes of it, and where to look instead."""
        refusal = await self.sees(CommandRefused, command_id=await self.say(service, command))
        return refusal.reason, refusal.see

    async def sees(self, kind: type[E], **like: object) -> E:
        """The last event of this kind with these values about the complaint, as soon as there is one."""
        found: list[E] = []

        async def is_told() -> bool:
            facts = await self.deployment.told(kind)
            found[:] = [fact.message for fact in facts if self._is_ours(fact.message) and self._is_like(fact.message, like)]
            return bool(found)

        await until(is_told)
        return found[-1]

    async def told(self, service: str) -> list[str]:
        """Everything that this service said of it, in order, repeats left out: each by its name and what it is about."""
        return [_line(fact) for fact in await self.facts(service)]

    async def facts(self, service: str) -> list[Fact]:
        """The same, whole."""
        facts = {fact.envelope.id: fact for fact in await self.deployment.facts(service)}
        return [fact for fact in facts.values() if self._is_ours(fact.message)]

    def _is_ours(self, message: object) -> bool:
        return getattr(message, "complaint_id", None) == self.complaint

    @staticmethod
    def _is_like(message: object, like: dict[str, object]) -> bool:
        return all(getattr(message, name) == value for name, value in like.items())


def _line(fact: Fact) -> str:
    about = (getattr(fact.message, field, None) for field in ABOUT)
    return " ".join([fact.name, *(str(next(filter(None, about), "")).split())])


def of(department: str, role: str = "agent") -> Staff:
    return Staff(staff=f"{department}-1", role=role, department=department)
