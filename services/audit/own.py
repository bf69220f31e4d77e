"""What must be so in any document, whatever its causes: where it contradicts itself."""

from collections.abc import Iterable, Iterator

from services.audit.parts import Difference
from services.platform.kernel.document import Document, Entry, Snapshot
from services.platform.kernel.record import digest
from services.platform.kernel.turn import ENTRY_BYTES


def gaps(stored: Document) -> Iterator[Difference]:
    """Without every entry in its place nothing can be folded."""
    wanted = range(stored.first, stored.length)
    if missing := [n for n in wanted if n not in stored.journal]:
        yield Difference(missing[0], "entry", "one", "none")
    if foreign := sorted(n for n in stored.journal if n not in wanted):
        yield Difference(foreign[0], "entry", "none", "one")


def own_faults(stored: Document, snapshots: Iterable[Snapshot] = ()) -> Iterator[Difference]:
    """Names, size, what of its answers is marked as perhaps not published, and where its snapshots were taken."""
    if b"".join(digest(stored.journal[n].name) for n in sorted(stored.journal)) != stored.known:
        yield Difference(None, "known", "the digests of its entries' names", "others")
    if (weight := weight_of(stored.journal.values())) != stored.size:
        yield Difference(None, "size", str(weight), str(stored.size))
    if not stored.first <= stored.tail <= stored.length:
        yield Difference(None, "tail", f"between {stored.first} and {stored.length}", str(stored.tail))
    for each in snapshots:
        if not stored.first <= each.ordinal <= stored.length:
            yield Difference(None, f"snapshot {each.ordinal}", f"between {stored.first} and {stored.length}", str(each.ordinal))


def weight_of(entries: Iterable[Entry]) -> int:
    """About how many bytes they have, as a turn counts them."""
    return sum(ENTRY_BYTES + sum(answer.weight for answer in entry.answers) for entry in entries)
