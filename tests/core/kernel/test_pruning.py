"""Law 11: what no topic can repeat any more gives way to a snapshot, and folding from it is folding from the start."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.platform.kernel.apply import apply
from services.platform.kernel.prune import restore
from services.platform.kernel.record import Incoming, digest
from services.platform.kernel.service import Address
from services.platform.kernel.shelf import Shelf
from tests.core.kernel.drawn import law, stories
from tests.core.kernel.story import COMPLAINT, PARTITION, command, event, facts, fold, kinds, new, picture, submit, t
from tests.core.kernel.toy import ROUTING, TOY, Case

KEPT = timedelta(seconds=100)
BRIEF = replace(TOY, limits=replace(TOY.limits, journal_kept=KEPT))
CALM = replace(BRIEF, service=replace(ROUTING, wake_at=lambda case: None))


def kept(messages, practice=CALM):
    """The messages through a shelf, as a store would keep them, with the sizes that the document had."""
    shelf, sizes = Shelf(practice.service, 12), []
    for message in messages:
        document = shelf.load(shelf.find(Address(COMPLAINT), message), message)
        after, _ = apply(document, message, practice)
        if after is not document:
            shelf.keep(after)
        sizes.append(shelf.documents[COMPLAINT].size)
    return shelf, sizes


def months(n: int, every: int = 10) -> list[Incoming]:
    return [command("Submit", 0, 0), *(command("Speak", k * every, k, length=100) for k in range(1, n))]


def test_law11_entries_older_than_the_longest_retention_are_pruned_and_those_younger_never():
    for n in range(2, 60):
        document = kept(months(n))[0].whole(COMPLAINT)
        assert document.whole and len(document.known) == 8 * len(document.journal) and document.length == n
        ages = [t(10 * (n - 1)) - entry.appended for entry in document.journal.values()]
        assert len(ages) >= min(n, 10) and max(ages) <= KEPT * 2


def test_the_size_of_a_document_shrinks_with_its_journal():
    shelf, sizes = kept(months(60))
    assert max(sizes) < sizes[0] * 25 and any(after < before for before, after in pairwise(sizes))
    document = shelf.whole(COMPLAINT)
    assert document.size == sum(200 + sum(a.weight for a in entry.answers) for entry in document.journal.values())


def test_a_repeat_within_the_time_kept_is_still_answered_with_the_stored_words():
    messages = months(60)
    shelf, _ = kept(messages)
    document = shelf.whole(COMPLAINT)
    again, said = apply(document, messages[-10], CALM)
    assert again is document and kinds(said) == ["spoken"]


def test_what_waits_or_is_not_published_yet_is_never_pruned():
    early = [command("Toggle", 0, 0), *(command("Report", 90 + 5 * n, 1 + n) for n in range(60))]
    patient = replace(CALM, limits=replace(CALM.limits, patience=timedelta(days=9)))
    assert kept(early, patient)[0].whole(COMPLAINT).first == 0
    document, _ = fold(months(60), CALM)
    assert document.first == 0, "nobody said that its answers were published"


def test_the_numbers_of_entries_and_events_go_on_after_pruning():
    shelf, _ = kept(months(60))
    document, said = fold([command("Report", 600, 99)], CALM, shelf.whole(COMPLAINT))
    assert facts(said)[0]["seq"] == 61 and max(document.journal) == 60


@law
@given(stories(forged=False), stories(forged=False), st.integers(30, 200))
def test_law11_folding_from_a_snapshot_is_folding_from_the_start(one, two, seconds):
    """Any two stories, one after the other; what waits across a snapshot is in it.  It does not know the ids from before it, so that
    only the journal can tell that one was taken: nobody forges here."""
    brief = replace(BRIEF, limits=replace(BRIEF.limits, journal_kept=timedelta(seconds=seconds)))
    later = [shifted(message, 1000, n) for n, message in enumerate(two)]
    document, snapshots = new(), []
    for message in one + later:
        document, _ = apply(document, message, brief)
        if document.next is not None:
            snapshots.append(document.next)
            document.next = None
    record = {(m.name, m.record.offset): m for m in one + later}
    for snapshot in snapshots:
        entries = [entry for n, entry in document.journal.items() if n >= snapshot.ordinal]
        causes = [record[entry.name, entry.offset] for entry in entries]
        again, answers = fold(causes, brief, restore(COMPLAINT, PARTITION, snapshot, brief.service))
        assert answers == [answer for entry in entries for answer in entry.answers]
        same = ("state", "time", "at", "seq", "wakes", "asked", "parked", "waiting", "length")
        assert {k: picture(again)[k] for k in same} == {k: picture(document)[k] for k in same}


def shifted(message: Incoming, seconds: int, n: int) -> Incoming:
    """The same message as another one, later."""
    by = timedelta(seconds=seconds)
    record = message.record._replace(appended=message.record.appended + by, offset=message.record.offset + 1000)
    id = f"{message.id[:24]}{n:012}"
    name = record.topic, message.source, id
    return message._replace(record=record, instant=message.instant + by, id=id, name=name, mark=digest(name))


def test_a_restored_document_asks_to_be_woken_as_before():
    document, _ = fold([submit(), event("Called", 101, 0, appended=140)], BRIEF)
    restored = restore(COMPLAINT, PARTITION, document.next, ROUTING)
    assert restored.asked == document.asked == t(126) and restored.state == Case(due=t(120), notes=1)
