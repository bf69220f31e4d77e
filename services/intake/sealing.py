"""What one file of intake writes to another bears a seal: a sender calls itself what it likes, but only intake knows the secret."""

from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest, digest
from typing import TypeVar

from contracts.intake import Sealed
from contracts.model import type_name

C = TypeVar("C", bound=Sealed)
PURPOSE = b"seal: from file to file"
"""No customer is called so: their names begin otherwise."""


@dataclass(frozen=True)
class Seal:
    key: bytes

    @staticmethod
    def under(secret: bytes) -> "Seal":
        """By a key of its own, which tells nothing of the secret."""
        return Seal(digest(secret, PURPOSE, sha256))

    def on(self, command: C) -> C:
        return command.model_copy(update={"seal": self._of(command)})

    def is_on(self, command: Sealed) -> bool:
        return compare_digest(self._of(command), command.seal or "")

    def _of(self, command: Sealed) -> str:
        """Of its type and all that it says.  What is not said is left out, so that a later build may give it one more thing to say."""
        said = command.model_dump_json(exclude={"seal"}, exclude_defaults=True)
        return digest(self.key, f"{type_name('intake', type(command))} {said}".encode(), sha256).hex()
