"""The services by name."""

from importlib import import_module

from contracts.catalogue import OWNERS
from services.cli.errors import CommandError
from services.platform.chassis.settings import Settings
from services.platform.kernel.service import Service

NAMES = tuple(OWNERS)


def check_name(name: str) -> str:
    if name not in NAMES:
        raise CommandError(f"There is no service {name!r}: there are {', '.join(NAMES)}.")
    return name


def find_service(name: str, settings: Settings) -> Service:
    """The service of this name; only its own code is imported.  Intake knows customers by a hash under the settings' key."""
    module = import_module(f"services.{check_name(name)}")
    found: Service = module.service(settings.identity_secret, settings.phone_region) if name == "intake" else module.SERVICE
    return found
