"""What a service hears and has no use for is skipped unread: by the classes that it names, which are those `address` finds a place for."""

from datetime import UTC, datetime
from json import dumps

import pytest

from contracts.generate.example import example
from contracts.generate.words import Word, words
from services import callback, feedback, intake, routing
from services.platform.chassis.reading import Call, Lost, Skipped, read_one
from services.platform.kernel.record import Record
from services.platform.kernel.service import Service

SERVICES = (intake.service(b"a secret of sixteen bytes"), routing.SERVICE, callback.SERVICE, feedback.SERVICE)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HEARD = [
    pytest.param(service, word, id=f"{service.name} hears {word.name}")
    for service in SERVICES
    for word in words()
    if word.topic.name in service.inputs[1:]
]


def record(word: Word, value: bytes) -> Record:
    return Record(word.topic.name, 3, 7, NOW, b"k", value)


@pytest.mark.parametrize(("service", "word"), HEARD)
def test_the_classes_that_a_service_uses_are_those_that_its_address_finds(service: Service, word: Word) -> None:
    told = {"type": word.name} | example(word) | {"at": "2026-03-02T09:00:00.000Z"}
    message = word.model.model_validate(told, extra="ignore")
    found = service.address(message, word.topic.owner)
    is_used = service.uses is not None and word.model in service.uses
    assert is_used == (found is not None and word.model.__name__ != "CommandRefused")
    ours, anybodys = dumps(told, separators=(",", ":")), dumps({"id": "x"} | told)
    for value in (ours, anybodys):
        read = read_one(record(word, value.encode()), service)
        assert isinstance(read, Call) if is_used else read == Skipped(word.name)


@pytest.mark.parametrize(("service", "word"), HEARD)
def test_only_what_is_of_no_use_and_begins_as_ours_do_is_not_read_to_its_end(service: Service, word: Word) -> None:
    ours, anybodys = f'{{"type":"{word.name}","at":no time'.encode(), dumps({"type": word.name, "at": "no time"}).encode()
    is_used = service.uses is not None and word.model in service.uses
    read = read_one(record(word, ours), service)
    assert isinstance(read, Lost) if is_used else read == Skipped(word.name)
    assert isinstance(read_one(record(word, anybodys), service), Lost)
