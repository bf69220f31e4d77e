"""Dead letters are exactly the poison, and exactly as it came."""

from collections.abc import Iterator

from contracts.wire import Headers, header
from services.platform.chassis.publication import HASH, SIZE
from services.platform.kernel.dead import ATTEMPT, DEAD, OFFSET, PARTITION, REASON, TOPIC
from services.platform.kernel.record import Record
from tests.chaos.history import History, digest_of
from tests.chaos.invariants.facts import by

Origin = tuple[str, int, int]


def origin_of(letter: Record) -> Origin:
    """Where the record stood that this dead letter holds."""
    topic, partition, offset = (header(letter.headers, name) or "" for name in (TOPIC, PARTITION, OFFSET))
    return topic, int(partition or -1), int(offset or -1)


def is_the_poison(history: History) -> Iterator[tuple[str, str]]:
    """Every service that hears a poisoned record has its dead letter, with the reason that was to be expected, and no other."""
    reasons = {(sent.topic, sent.hash): sent.reason for sent in history.sent if sent.kind == "poison"}
    log = {record.origin: record for record in history.records}
    for service, under in history.practices.items():
        letters = by((origin_of(record), record) for record in history.records if record.topic == f"{service}.dlq.v1")
        heard = (record for record in history.records if record.topic in under.service.inputs)
        poison = {record.origin: reasons[known] for record in heard if (known := (record.topic, digest_of(record.value))) in reasons}
        for origin in poison.keys() - letters.keys():
            yield f"{service} {place(origin)}", "is poison, and has no dead letter"
        for origin, found in letters.items():
            yield from ((f"{service} {place(origin)}", told) for told in _faults(found, poison.get(origin), log.get(origin)))


def _faults(letters: list[Record], reason: str | None, origin: Record | None) -> Iterator[str]:
    told = header(letters[0].headers, REASON) or "no reason"
    if reason is None:
        yield f"is a dead letter ({told}) and no poison"
    elif reason and told != reason:
        yield f"is dead for {told}, not for {reason}"
    if len({(letter.key, letter.value, letter.headers) for letter in letters}) > 1:
        yield "has dead letters that differ"
    if origin and not _is_as_it_came(letters[0], origin):
        yield "is not in its dead letter as it came"


def _is_as_it_came(letter: Record, origin: Record) -> bool:
    """Whole; or, where it is too large to be sent on, by its size and hash."""
    if letter.key != origin.key or _theirs(letter) != _theirs(origin):
        return False
    if letter.value is None and origin.value is not None:
        return (header(letter.headers, SIZE), header(letter.headers, HASH)) == (str(len(origin.value)), digest_of(origin.value))
    return letter.value == origin.value


def _theirs(record: Record) -> Headers:
    return tuple(pair for pair in record.headers if not pair[0].startswith(DEAD) and pair[0] != ATTEMPT)


def place(origin: Origin) -> str:
    return "/".join(map(str, origin))
