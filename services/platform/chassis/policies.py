"""Policies: a service's rules as data, checked, and versioned by their content.

A set is a directory with a `<service>.yaml` for each service and, where there are calendars, a `calendars.yaml` that its services share:
one of those that come with Redress (`services/policies/<set>`), or any other that is named by its path.  A policy's reference is
`set/service@version`; the version is the hash of everything that decides, defaults and time zones included, so that what a later program
takes for granted never changes what an earlier one decided.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic_core import to_jsonable_python

import services
from services.platform.business_time import ZONE_DATA_VERSION
from services.platform.chassis.plain_yaml import BadYaml, read_yaml
from services.platform.chassis.policy_faults import CALENDARS, NAME, Examined, examine
from services.platform.chassis.settings import Settings
from services.platform.kernel.service import Policy, Practice, Service

SHIPPED = Path(services.__file__).parent / "policies"


class BadPolicy(Exception):
    """`problems`: a sentence for each, naming the file and the field; `examined`: what else can be said of it."""

    def __init__(self, *problems: str, examined: Examined | None = None) -> None:
        super().__init__("\n".join(problems))
        self.problems, self.examined = problems, examined


def practice(service: Service, settings: Settings) -> Practice:
    """The service under the policy that the settings name."""
    return Practice(service, load(settings.policies, service), settings.build)


def load(policies: str, service: Service) -> Policy:
    """The service's policy of a set or a directory, with its reference; raises BadPolicy."""
    directory = find_set(policies)
    file = directory / f"{service.name}.yaml"
    if not file.is_file():
        raise BadPolicy(f"The policies of {service.name} are missing: there is no {file}.")
    said = _fields(file)
    if CALENDARS in said and has_calendars(service):
        raise BadPolicy(f"{file}: {CALENDARS}: belongs into {CALENDARS}.yaml, which all services of a set share.")
    shared = directory / f"{CALENDARS}.yaml"
    if has_calendars(service) and shared.is_file():
        said[CALENDARS] = _fields(shared)
    return _referenced(_checked(said, service, file), f"{directory.name}/{service.name}")


def has_calendars(service: Service) -> bool:
    return CALENDARS in service.policy.model_fields


def find_set(policies: str) -> Path:
    """Where the files of a set are; a name with a `/`, or of a directory that is here, is a path."""
    if "/" in policies or Path(policies).is_dir():
        directory = Path(policies).resolve()
        if not directory.is_dir():
            raise BadPolicy(f"There is no directory {policies} with policies.")
        return directory
    if policies not in (known := shipped_sets()):
        raise BadPolicy(f"There is no policy set {policies!r}: there are {', '.join(known)}, or name a directory.")
    return SHIPPED / policies


def shipped_sets() -> tuple[str, ...]:
    return tuple(sorted(place.name for place in SHIPPED.iterdir() if any(place.glob("*.yaml")))) if SHIPPED.is_dir() else ()


def canonical(policy: Policy) -> str:
    """The same rules are the same text: JSON with every default written out and sets in order.

    Fields stand as the model has them, and what a mapping names stands as it was written: the first of several clocks may be the one.
    """
    return json.dumps(_plain(policy.model_dump(exclude={"reference"})), separators=(",", ":"), ensure_ascii=False)


def stored(policy: Policy) -> dict[str, str]:
    """What is kept of a policy, once, before its first use (law 11): `{_id: reference, content: canonical JSON}`."""
    return {"_id": policy.reference, "content": canonical(policy)}


def restored(document: dict[str, Any], service: Service) -> Policy:
    """The policy that `stored` kept, for a fold.  Raises ValueError where it is no policy of this build, or a row of somebody else's."""
    policy = service.policy.model_validate_json(document.get("content", ""))
    return policy.model_copy(update={"reference": document["_id"]})


def _fields(file: Path) -> dict[str, Any]:
    try:
        said = read_yaml(file)
    except BadYaml as error:
        raise BadPolicy(str(error)) from None
    if not isinstance(said, dict):
        raise BadPolicy(f"{file} must hold fields and their values.")
    return said


def _checked(said: dict[str, Any], service: Service, file: Path) -> Policy:
    """Raises BadPolicy with all faults."""
    if "reference" in said:
        raise BadPolicy(f"{file}: reference: is computed from the content, leave it out.")
    found = examine(said, service.policy)
    if found.faults or found.policy is None:
        raise BadPolicy(*dict.fromkeys(f"{_place(file, place)}: {sentence}" for place, sentence in found.faults), examined=found)
    return found.policy


def _referenced(policy: Policy, name: str) -> Policy:
    """Time zones are data too: under other rules for summer time the same calendar is another policy."""
    decides = canonical(policy) + (ZONE_DATA_VERSION if CALENDARS in type(policy).model_fields else "")
    return policy.model_copy(update={"reference": f"{name}@{sha256(decides.encode()).hexdigest()[:12]}"})


def _place(file: Path, field: Sequence[Any]) -> str:
    """Where it is written: a calendar stands in the file of its own."""
    if field and field[0] == CALENDARS:
        file, field = file.with_name(f"{CALENDARS}.yaml"), field[1:]
    return f"{file}: {'.'.join(str(step) for step in field if step != NAME) or 'the whole'}"


def _plain(value: Any) -> Any:
    """As JSON has it.  Sets have no order of their own, so they are given one."""
    if isinstance(value, dict):
        return {str(to_jsonable_python(name)): _plain(each) for name, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((_plain(each) for each in value), key=str)
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else to_jsonable_python(value)
