"""Settings come from the environment, and each bad one is named in one sentence."""

import pytest

from services.platform.chassis import connections
from services.platform.chassis.settings import BadSettings, read_settings

SECRET = "hunter2-hunter2-hunter2"

WRONG = {
    "REDRESS_KAFKA_BOOTSTRAP_SERVERS": ("localhost", "host:port"),
    "REDRESS_KAFKA_SECURITY_PROTOCOL": ("TLS", "'PLAINTEXT', 'SSL'"),
    "REDRESS_KAFKA_SSL_CAFILE": ("/no/such/file", "must name a file"),
    "REDRESS_KAFKA_PASSWORD_FILE": ("/no/such/file", "must name a file"),
    "REDRESS_KAFKA_SESSION_SECONDS": ("1", "at least 6"),
    "REDRESS_REPLICATION_FACTOR": ("0", "at least 1"),
    "REDRESS_MONGODB_URL": (f"mongodb://u:{SECRET}/x@host", "must be mongodb://"),
    "REDRESS_TOPIC_PREFIX": ("Redress.EU", "lower-case"),
    "REDRESS_PHONE_REGION": ("China", "two capital letters"),
    "REDRESS_HTTP_PORT": ("80a", "must be a number"),
    "REDRESS_BATCH_SIZE": ("100000", "at most 10000"),
    "REDRESS_POLL_SECONDS": ("nan", "must be a number"),
    "REDRESS_DEAD_LETTER_BREAKER": ("maybe", "on or off"),
    "REDRESS_LOG_LEVEL": ("loud", "'debug', 'info'"),
}

CONTRADICTIONS = {
    "a password and a file with one": ({"KAFKA_PASSWORD": SECRET, "KAFKA_PASSWORD_FILE": __file__}, "not both"),
    "SASL without a user": ({"KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}, "needs REDRESS_KAFKA_USERNAME"),
    "a user without SASL": ({"KAFKA_USERNAME": "me"}, "SASL_SSL or SASL_PLAINTEXT"),
    "a certificate without TLS": ({"KAFKA_SSL_CERTFILE": __file__, "KAFKA_SSL_KEYFILE": __file__}, "SSL or SASL_SSL"),
    "a certificate without its key": ({"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SSL_CERTFILE": __file__}, "KEYFILE"),
    "a MongoDB user without a password": ({"MONGODB_USERNAME": "me"}, "REDRESS_MONGODB_PASSWORD"),
    "a customer key that can be guessed": ({"CUSTOMER_KEY": "short"}, "at least 16 bytes"),
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    import os

    for name in [name for name in os.environ if name.startswith("REDRESS_")]:
        monkeypatch.delenv(name)
    return monkeypatch


def problems() -> tuple[str, ...]:
    with pytest.raises(BadSettings) as caught:
        read_settings()
    return caught.value.problems


def test_nothing_need_be_set_on_one_machine(environment: pytest.MonkeyPatch) -> None:
    settings = read_settings()
    assert settings.is_local and not settings.has_own_customer_key
    assert settings.topic("routing.events.v1") == "redress.routing.events.v1"
    assert settings.group("routing") == "redress.routing" and settings.database("routing") == "redress_routing"


@pytest.mark.parametrize(("variable", "wrong"), WRONG.items())
def test_a_wrong_value_is_one_sentence_that_names_its_variable(environment, variable: str, wrong: tuple[str, str]) -> None:
    environment.setenv(variable, wrong[0])
    (problem,) = problems()
    assert problem.startswith(variable) and wrong[1] in problem and problem.endswith(".") and "\n" not in problem


@pytest.mark.parametrize(("variables", "sentence"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_settings_that_contradict_each_other_are_named(environment, variables: dict[str, str], sentence: str) -> None:
    for name, value in variables.items():
        environment.setenv(f"REDRESS_{name}", value)
    assert any(sentence in problem for problem in problems())


def test_all_wrong_values_are_named_at_once(environment) -> None:
    for variable, (value, _) in WRONG.items():
        environment.setenv(variable, value)
    assert {problem.split()[0] for problem in problems()} == set(WRONG)


def test_no_error_quotes_a_secret(environment) -> None:
    environment.setenv("REDRESS_MONGODB_URL", f"http://u:{SECRET}@host")
    environment.setenv("REDRESS_HTTP_PORT", "x")
    assert len(problems()) == 2 and not any(SECRET in problem for problem in problems())


def test_a_secret_is_not_in_what_settings_look_like(environment) -> None:
    environment.setenv("REDRESS_CUSTOMER_KEY", SECRET)
    assert SECRET not in repr(read_settings())


def test_a_secret_may_come_from_a_file_and_loses_its_last_line_break(environment, tmp_path) -> None:
    (file := tmp_path / "key").write_text(f"{SECRET}\n", "utf-8")
    environment.setenv("REDRESS_CUSTOMER_KEY_FILE", str(file))
    assert read_settings().identity_secret == SECRET.encode()


@pytest.mark.parametrize("name", ["REDRESS_CUSTOMER_KEYS", "REDRESS_KAFKA_BOOTSTRAP_SERVER", "REDRESS_MONGO_DB_URL"])
def test_a_misspelt_variable_is_named_with_the_one_that_was_meant(environment, name: str) -> None:
    environment.setenv(name, SECRET)
    (problem,) = problems()
    assert problem.startswith(f"{name} is no setting: did you mean REDRESS_") and SECRET not in problem


def test_what_others_set_under_our_prefix_is_theirs(environment) -> None:
    """Kubernetes tells each container of its services: REDRESS_INTAKE_PORT."""
    environment.setenv("REDRESS_INTAKE_PORT", "tcp://10.0.0.1:80")
    environment.setenv("REDRESS_INTAKE_SERVICE_HOST", "10.0.0.1")
    assert read_settings().http_port == 0


def test_an_empty_variable_is_not_set(environment) -> None:
    environment.setenv("REDRESS_HTTP_PORT", "")
    assert read_settings().http_port == 0


def test_a_broker_elsewhere_is_not_local(environment) -> None:
    environment.setenv("REDRESS_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092, kafka.example.org:9092")
    assert not read_settings().is_local


def test_every_client_of_kafka_gets_the_security_of_the_settings(environment) -> None:
    settings = read_settings(kafka_security_protocol="SASL_PLAINTEXT", kafka_username="routing", kafka_password=SECRET)
    for options in (connections.kafka(settings), connections.producer(settings), connections.reader(settings)):
        assert options["sasl_plain_password"] == SECRET and options["security_protocol"] == "SASL_PLAINTEXT"
    assert connections.broker(settings)["security"].password == SECRET


def test_what_must_always_be_set_is_set(environment) -> None:
    settings = read_settings()
    assert connections.producer(settings).items() >= {"acks": "all", "enable_idempotence": True}.items()
    assert connections.broker(settings)["allow_auto_create_topics"] is False
    told = connections.subscriber(settings, "routing")
    assert told["auto_offset_reset"] == "earliest" and told["no_reply"] and told["group_id"] == "redress.routing"
    assert connections.mongodb(settings).items() >= {"w": "majority", "journal": True, "readConcernLevel": "majority"}.items()


def test_a_certificate_that_is_none_is_one_sentence(environment) -> None:
    settings = read_settings(kafka_security_protocol="SSL", kafka_ssl_cafile=__file__)
    with pytest.raises(BadSettings, match="PEM"):
        connections.kafka(settings)
