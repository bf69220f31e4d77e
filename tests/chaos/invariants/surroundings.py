"""What surrounds the facts: offsets, personal data, recovery."""

from collections.abc import Iterator

from contracts.catalogue import PARTITIONS
from services.platform.kernel.dead import DEAD
from services.platform.kernel.record import Record
from tests.chaos.history import PERSONAL, History, digest_of
from tests.chaos.recovery import GRACEFUL, recovery


def is_at_the_ends(history: History) -> Iterator[tuple[str, str]]:
    """After quiet each service has committed every record of its inputs."""
    known = {(each.service, each.topic, each.partition) for each in history.offsets}
    for service, under in history.practices.items():
        if missing := sum((service, topic, p) not in known for topic in under.service.inputs for p in range(PARTITIONS)):
            yield service, f"nobody knows how far it is in {missing} partitions"
    for each in history.offsets:
        if (each.committed or 0) != each.end:
            yield f"{each.service} {each.topic}/{each.partition}", f"is committed up to {each.committed or 0} of {each.end}"


def is_impersonal(history: History) -> Iterator[tuple[str, str]]:
    """No customer's data in events, in records' keys, in headers of dead letters' own, in logs and in metrics."""
    foreign = {(sent.topic, sent.hash) for sent in history.sent if sent.kind == "poison"}
    for record in history.records:
        if foreign and (record.topic, digest_of(record.value)) in foreign:
            continue
        if any(_is_personal(part) for part in _public(record)):
            yield f"{record.topic}/{record.partition}/{record.offset}", "holds a customer's data"
    for process, log in history.logs.items():
        if _is_personal(log.encode()):
            yield process, "writes a customer's data into its log"
    for scrape in history.scrapes:
        if _is_personal(scrape.text.encode()):
            yield scrape.process, "tells a customer's data in its metrics"


def _public(record: Record) -> Iterator[bytes]:
    if record.topic.endswith(".dlq.v1"):
        yield from (value for name, value in record.headers if name.startswith(DEAD))
        return
    yield record.key or b""
    if record.topic.endswith(".events.v1"):
        yield record.value or b""
        yield from (value for _, value in record.headers)


def _is_personal(text: bytes) -> bool:
    return any(token in text for token in PERSONAL)


def is_recovered(history: History) -> Iterator[tuple[str, str]]:
    """After each fault was healed, all was handled again within its budget."""
    for fault in history.faults:
        found = recovery(fault, history.faults)
        if fault.is_left_out or found.budget is None:
            continue
        if found.seconds is None:
            yield f"{fault.name} {fault.what}", "was never recovered from"
        elif found.is_late:
            yield f"{fault.name} {fault.what}", f"took {found.seconds:.1f} s of {found.budget:.0f} to recover from"


def is_undisturbed(history: History) -> bool:
    return all(fault.name in GRACEFUL for fault in history.faults if not fault.is_left_out)
