"""What a command may fail with, and the exit code it ends with."""

from services.platform.chassis.clients import UNAVAILABLE, Unavailable
from services.platform.chassis.plain_yaml import BadYaml
from services.platform.chassis.policies import BadPolicy
from services.platform.chassis.settings import BadSettings
from services.platform.stack.errors import StackError


class CommandError(Exception):
    """One sentence naming the flag, file, row or field that is wrong."""


MISTAKEN = 2
MISTAKES = (CommandError, BadSettings, BadPolicy, BadYaml)
"""The caller's own."""
ABSENCES = (Unavailable, StackError)
"""Something is not there: exit code `UNAVAILABLE`, try again later."""

__all__ = ["ABSENCES", "MISTAKEN", "MISTAKES", "UNAVAILABLE", "CommandError"]
