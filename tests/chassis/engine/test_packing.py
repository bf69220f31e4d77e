"""However a journal is packed, pruned, amended or erased in its row, it reads as if it had never left memory."""

from bson import decode, encode
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.catalogue import PARTITIONS
from services.platform.chassis.packing import LENGTH, LOOSE, WORTH, unpacked, wanted
from services.platform.chassis.rows import OPTIONS, changes, document_of, entries_of, give_entries, new_row
from services.platform.kernel.apply import apply, needs_journal
from services.platform.kernel.document import Document
from services.platform.kernel.record import Incoming, incoming, partition_of
from tests.chassis.engine.memory import Log, _updated
from tests.core.kernel.toy import TOY, Called, Crash, Erased, Report, Submit, Toggle

ONE = "00000000-0000-4000-8000-000000000001"
DAY = 86_400.0
KINDS = {"toggle": Toggle, "report": Report, "crash": Crash, "called": Called, "erased": Erased}
BATCH = st.tuples(
    st.lists(st.sampled_from([*4 * ["toggle"], "report", "crash", "called"]), min_size=1, max_size=30),
    st.booleans(), st.sampled_from([1.0, 1.0, 20 * DAY]),
)  # fmt: skip
ERASING = st.tuples(st.just(["erased"]), st.booleans(), st.just(1.0))


class Kept:
    """One document, kept in a row from batch to batch; and what its entries were when each was last at hand."""

    def __init__(self) -> None:
        self.log, self.number = Log(), 0
        first = self.applied(Document(ONE, partition_of(ONE, PARTITIONS)), [self.message(Submit)])
        self.row = decode(encode(new_row(first, TOY)), OPTIONS)
        self.entries = dict(first.journal)

    def message(self, kind: type, after: float = 1.0) -> Incoming:
        self.number += 1
        service = {Called: "callback", Erased: "intake"}.get(kind, "routing")
        return incoming(self.log.put(service, kind(complaint_id=ONE), f"{self.number:08x}", after=after), TOY.service)

    def applied(self, document: Document, messages: list[Incoming]) -> Document:
        for message in messages:
            document, _ = apply(document, message, TOY)
        return document

    def batch(self, kinds: list[str], is_published: bool, after: float) -> None:
        """As the loop does it: loads no more of the journal than is asked for."""
        messages = [self.message(KINDS[kind], after if n == 0 else 1.0) for n, kind in enumerate(kinds)]
        before = document_of(self.row, TOY.service)
        before.tail = before.length if is_published else before.tail
        is_whole = any(needs_journal(before, message, TOY.service) for message in messages)
        needed = None if is_whole else set(map(str, wanted(before)))
        journal = {n: kept for n, kept in self.row["journal"].items() if needed is None or n in needed}
        give_entries(before, journal, is_whole)
        assert is_whole or {*before.journal, *before.loose} == set(wanted(before)), "what is needed in part is never packed"
        assert is_whole or before.journal.keys() == set(range(before.tail, before.length)), "what is only to be packed is not read"
        done = self.applied(before, messages)
        self.row = decode(encode(_updated(self.row, decode(encode(changes(before, done, TOY)), OPTIONS))), OPTIONS)
        self.entries = {n: entry for n, entry in (self.entries | done.journal).items() if n >= done.first}

    @property
    def read(self) -> dict[int, object]:
        return {entry.ordinal: entry for entry in entries_of(self.row["journal"], ONE, self.row["book"]["first"])}


@settings(max_examples=60, deadline=None)
@given(st.lists(BATCH | ERASING, max_size=14))
def test_a_packed_journal_reads_as_it_was_written(batches: list[tuple[list[str], bool, float]]) -> None:
    kept = Kept()
    for batch in batches:
        kept.batch(*batch)
        assert kept.read == kept.entries
        ordinals = [n for n, _ in unpacked(kept.row["journal"])]
        assert len(ordinals) == len(set(ordinals)) and min(ordinals) > kept.row["book"]["first"] - LENGTH


def test_all_but_the_youngest_entries_of_a_long_journal_are_packed() -> None:
    kept = Kept()
    for _ in range(100):
        kept.batch(["toggle"], True, 1.0)
    loose = [name for name in kept.row["journal"] if not name.startswith("p")]
    assert LOOSE <= len(loose) <= WORTH and len(kept.row["journal"]) - len(loose) == kept.row["book"]["packed"] // LENGTH


def test_a_packed_entry_takes_a_fifth_of_its_room() -> None:
    kept = Kept()
    for _ in range(LENGTH + WORTH):
        kept.batch(["toggle"], True, 1.0)
    loose = len(kept.row["journal"][str(kept.row["book"]["length"] - 1)])
    assert len(kept.row["journal"]["p16"]) < LENGTH * loose / 2


def test_what_may_not_be_published_yet_is_not_packed() -> None:
    kept = Kept()
    for _ in range(3 * WORTH):
        kept.batch(["toggle"], False, 1.0)
    assert kept.row["book"]["packed"] == 0 and not any(name.startswith("p") for name in kept.row["journal"])
