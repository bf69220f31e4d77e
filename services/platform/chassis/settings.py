"""What may be set, and only by the environment: every variable begins with `REDRESS_` and has a default that fits one machine.

    settings = read_settings()        # raises BadSettings, which names every variable that is wrong, in a sentence each

A secret is given by its own variable or by the name of a file that holds it (`…_FILE`, as orchestrators mount them).
"""

import os
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

PREFIX = "REDRESS_"
ALMOST = 0.93
"""How alike two names are of which one is taken for the other misspelt: a letter or two."""
LOCAL_KEY = "for one machine only: set REDRESS_CUSTOMER_KEY"
LOOPBACK = ("127.", "localhost", "[::1]")


class BadSettings(Exception):
    """`problems`: a sentence for each variable that is wrong, never with a secret's value."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _addresses(text: str) -> str:
    places = [place.strip() for place in text.split(",")]
    if not all(re.fullmatch(r"([A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5}", place) for place in places):
        raise ValueError("must be host:port, several of them separated by commas")
    return ",".join(places)


def _prefix(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", text):
        raise ValueError("must be a lower-case letter and up to 39 letters, digits, `-` or `_`: topics and databases begin with it")
    return text


def _region(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", text):
        raise ValueError("must be a country code of two capital letters")
    return text


def _url(url: SecretStr) -> SecretStr:
    text = url.get_secret_value()
    try:
        if text.startswith("mongodb+srv://"):
            return url                                   # to look further would be a question to the network
        parse_uri(text)
        return url
    except (PyMongoError, ValueError):
        raise ValueError("must be mongodb://host:port/?replicaSet=name, with special characters of a password as %XX") from None


def _existing(file: Path) -> Path:
    if not (file.is_file() and os.access(file, os.R_OK)):
        raise ValueError("must name a file that can be read")
    return file


Addresses = Annotated[str, AfterValidator(_addresses)]
Prefix = Annotated[str, AfterValidator(_prefix)]
MongoUrl = Annotated[SecretStr, AfterValidator(_url)]
File = Annotated[Path, AfterValidator(_existing)]


class Settings(BaseSettings):
    """One process's settings, checked.  The variable of `http_port` is REDRESS_HTTP_PORT."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True, use_attribute_docstrings=True
    )

    kafka_bootstrap_servers: Addresses = "127.0.0.1:9092"
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_username: str | None = None
    kafka_password: SecretStr | None = None
    kafka_password_file: File | None = None
    kafka_ssl_cafile: File | None = None
    kafka_ssl_certfile: File | None = None
    kafka_ssl_keyfile: File | None = None
    kafka_session_seconds: Annotated[int, Field(ge=6, le=300)] = 30
    """How long a process that died without a word keeps its partitions."""
    replication_factor: Annotated[int, Field(ge=1, le=9)] = 1
    """Of topics that are created; 3 in production."""

    mongodb_url: MongoUrl = SecretStr("mongodb://127.0.0.1:27017/?replicaSet=rs0")
    mongodb_username: str | None = None
    mongodb_password: SecretStr | None = None
    mongodb_password_file: File | None = None
    mongodb_tls_cafile: File | None = None
    mongodb_tls_certfile: File | None = None
    """Certificate and key of this client, in one file."""
    mongodb_database_prefix: Prefix | None = None
    """A service's database is `<prefix>_<service>`; the topics' prefix where none is given."""

    topic_prefix: Prefix = "redress"
    """The tenant: all topics, groups and databases of a deployment begin with it."""
    policies: str = "default"
    """A set that comes with Redress, or a directory with a `<service>.yaml` each."""
    customer_key: SecretStr | None = None
    """Intake's secret: customers are known by a hash under this key.  It never changes, and is backed up."""
    customer_key_file: File | None = None
    phone_region: Annotated[str, AfterValidator(_region)] = "CN"
    """The country of phone numbers that come without its code.  It never changes either."""

    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65_535)] = 0
    """Of /live, /ready and /metrics; 0: any free one."""
    batch_size: Annotated[int, Field(ge=1, le=10_000)] = 1_000
    """Records taken at once, under backlog."""
    poll_seconds: Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)] = 1.0
    """How often it is looked whether a document must be woken.  Facts do not depend on it."""
    canary_seconds: Annotated[float, Field(ge=1, le=3_600, allow_inf_nan=False)] = 60.0
    """How often `redress canary` hands in a complaint."""
    dead_letter_breaker: bool = True
    """Whether to stop when most messages crash in our own code; `off` for one start lets them go to the dead letters."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    build: Annotated[str, Field(pattern=r"^[A-Za-z0-9._+-]{1,64}$")] = version("redress")
    """What journal entries and metrics call this program."""

    SECRET: ClassVar = frozenset({"kafka_password", "mongodb_url", "mongodb_password", "customer_key"})

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if problems := tuple(_contradictions(self)):
            raise BadSettings(problems)
        return self

    # -- what follows from them -------------------------------------------------------------------------------------------------------

    def topic(self, name: str) -> str:
        """A topic of the catalogue as the broker calls it."""
        return f"{self.topic_prefix}.{name}"

    def group(self, service: str) -> str:
        return f"{self.topic_prefix}.{service}"

    def database(self, service: str) -> str:
        return f"{self.mongodb_database_prefix or self.topic_prefix}_{service}"

    @property
    def is_local(self) -> bool:
        """Whether all of Kafka is on this machine."""
        return all(place.startswith(LOOPBACK) for place in self.kafka_bootstrap_servers.split(","))

    @property
    def has_own_customer_key(self) -> bool:
        return bool(self.customer_key or self.customer_key_file)

    @property
    def identity_secret(self) -> bytes:
        return (self.secret("customer_key") or LOCAL_KEY).encode()

    def secret(self, name: Literal["kafka_password", "mongodb_password", "customer_key"]) -> str | None:
        """Its value, from the variable or from the file, less the line's end."""
        value: SecretStr | None = getattr(self, name)
        file: Path | None = getattr(self, f"{name}_file")
        return value.get_secret_value() if value else file.read_text("utf-8").rstrip("\r\n") if file else None


def _contradictions(s: Settings) -> Iterator[str]:
    for name in ("kafka_password", "mongodb_password", "customer_key"):
        if getattr(s, name) and getattr(s, f"{name}_file"):
            yield f"Set {_variable(name)} or {_variable(name)}_FILE, not both."
    has_password = s.kafka_password or s.kafka_password_file
    if s.kafka_security_protocol.startswith("SASL"):
        if not (s.kafka_username and has_password):
            yield f"{s.kafka_security_protocol} needs REDRESS_KAFKA_USERNAME and REDRESS_KAFKA_PASSWORD (or _FILE)."
    elif s.kafka_username or has_password:
        yield "REDRESS_KAFKA_USERNAME is of use only with REDRESS_KAFKA_SECURITY_PROTOCOL SASL_SSL or SASL_PLAINTEXT."
    if (s.kafka_ssl_cafile or s.kafka_ssl_certfile) and not s.kafka_security_protocol.endswith("SSL"):
        yield "REDRESS_KAFKA_SSL_… is of use only with REDRESS_KAFKA_SECURITY_PROTOCOL SSL or SASL_SSL."
    if bool(s.kafka_ssl_certfile) != bool(s.kafka_ssl_keyfile):
        yield "Set both REDRESS_KAFKA_SSL_CERTFILE and REDRESS_KAFKA_SSL_KEYFILE, or neither."
    if bool(s.mongodb_username) != bool(s.mongodb_password or s.mongodb_password_file):
        yield "Set both REDRESS_MONGODB_USERNAME and REDRESS_MONGODB_PASSWORD (or _FILE), or neither."
    if s.has_own_customer_key and len(s.identity_secret) < 16:
        yield "REDRESS_CUSTOMER_KEY must have at least 16 bytes: a shorter one can be guessed."


def read_settings(**given: Any) -> Settings:
    """The environment's settings; `given` ones go before it (tests, and what a runner decides)."""
    misspelt = tuple(_misspelt(os.environ))
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise BadSettings((*misspelt, *(_sentence(fault) for fault in error.errors(include_url=False)))) from None
    if misspelt:
        raise BadSettings(misspelt)
    return settings


def _misspelt(environment: Mapping[str, str]) -> Iterator[str]:
    """Variables that are almost ours: left alone, a default would silently take their place."""
    known = [_variable(name) for name in Settings.model_fields]
    for name in environment:
        if name.startswith(PREFIX) and name not in known and (meant := get_close_matches(name, known, 1, ALMOST)):
            yield f"{name} is no setting: did you mean {meant[0]}?"


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _sentence(fault: Mapping[str, Any]) -> str:
    name = str(fault["loc"][0])
    value = "" if name in Settings.SECRET else f" (it is {str(fault['input'])!r:.80})"
    return f"{_variable(name)} {_demand(fault)}{value}."


def _demand(fault: Mapping[str, Any]) -> str:
    limits = fault.get("ctx", {})
    match fault["type"]:
        case "value_error":
            return str(limits["error"])
        case "literal_error":
            return f"must be {limits['expected']}"
        case "int_parsing" | "int_from_float" | "float_parsing" | "finite_number":
            return "must be a number"
        case "bool_parsing":
            return "must be on or off"
        case "greater_than_equal":
            return f"must be at least {limits['ge']}"
        case "greater_than":
            return f"must be more than {limits['gt']}"
        case "less_than_equal":
            return f"must be at most {limits['le']}"
        case other:
            return f"cannot be used: {other}"
