"""Policies: a service's rules as data, checked, and versioned by their content.

A set is a directory with a `<service>.yaml` for each service: one of those that come with Redress (`services/policies/<set>`), or any
other that is named by its path.  A policy's reference is `set/service@version`; the version is the hash of everything that decides,
defaults included, so that what a later program takes for granted never changes what an earlier one decided.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import to_jsonable_python

import services
from services.platform.chassis.plain_yaml import BadYaml, read_yaml
from services.platform.chassis.settings import Settings
from services.platform.kernel.service import Policy, Practice, Service

SHIPPED = Path(services.__file__).parent / "policies"


class BadPolicy(Exception):
    """`problems`: a sentence for each, naming the file and the field."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def practice(service: Service, settings: Settings) -> Practice:
    """The service under the policy that the settings name."""
    return Practice(service, load(settings.policies, service), settings.build)


def load(policies: str, service: Service) -> Policy:
    """The service's policy of a set or a directory, with its reference; raises BadPolicy."""
    directory = find_set(policies)
    file = directory / f"{service.name}.yaml"
    if not file.is_file():
        raise BadPolicy(f"The policies of {service.name} are missing: there is no {file}.")
    try:
        said = read_yaml(file)
    except BadYaml as error:
        raise BadPolicy(str(error)) from None
    return _referenced(_checked(said, service, file), f"{directory.name}/{service.name}")


def find_set(policies: str) -> Path:
    """Where the files of a set are; a name with a `/`, or of a directory that is here, is a path."""
    if "/" in policies or Path(policies).is_dir():
        directory = Path(policies).resolve()
        if not directory.is_dir():
            raise BadPolicy(f"REDRESS_POLICIES names {policies}, which is no directory.")
        return directory
    if policies not in (known := shipped_sets()):
        raise BadPolicy(f"There is no policy set {policies!r}: there are {', '.join(known)}, or name a directory.")
    return SHIPPED / policies


def shipped_sets() -> tuple[str, ...]:
    return tuple(sorted(place.name for place in SHIPPED.iterdir() if any(place.glob("*.yaml")))) if SHIPPED.is_dir() else ()


def canonical(policy: Policy) -> str:
    """The same rules are the same text: JSON with every default written out, sorted keys, sets in order."""
    return json.dumps(policy.model_dump(exclude={"reference"}), default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def stored(policy: Policy) -> dict[str, str]:
    """What is kept of a policy, once, before its first use (law 11): `{_id: reference, content: canonical JSON}`."""
    return {"_id": policy.reference, "content": canonical(policy)}


def restored(document: dict[str, Any], service: Service) -> Policy:
    """The policy that `stored` kept, for a fold."""
    policy = service.policy.model_validate_json(document["content"])
    return policy.model_copy(update={"reference": document["_id"]})


def _checked(said: Any, service: Service, file: Path) -> Policy:
    if not isinstance(said, dict):
        raise BadPolicy(f"{file} must hold fields and their values.")
    if "reference" in said:
        raise BadPolicy(f"{file}: reference: is computed from the content, leave it out.")
    try:
        return service.policy.model_validate(said)
    except ValidationError as error:
        raise BadPolicy(*(f"{file}: {_sentence(fault)}" for fault in error.errors(include_url=False))) from None


def _referenced(policy: Policy, name: str) -> Policy:
    version = sha256(canonical(policy).encode()).hexdigest()[:12]
    return policy.model_copy(update={"reference": f"{name}@{version}"})


def _sentence(fault: Any) -> str:
    field = ".".join(map(str, fault["loc"])) or "the whole"
    demand = fault["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{field}: {demand[:1].lower()}{demand[1:]}."


def _plain(value: Any) -> Any:
    """Sets have no order of their own, so they are given one."""
    return sorted(value, key=str) if isinstance(value, set | frozenset) else to_jsonable_python(value)
