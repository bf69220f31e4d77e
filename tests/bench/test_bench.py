"""What the bench says of what it measured, and that the documents it makes are those that a service would have made."""

from datetime import UTC, datetime

import pytest
from bson import decode, encode
from bson.raw_bson import RawBSONDocument

from contracts.catalogue import PARTITIONS
from services import routing
from services.platform.chassis.metrics import Metrics
from services.platform.chassis.policies import load
from services.platform.chassis.rows import OPTIONS, document_of, entries_of, new_row
from services.platform.kernel.apply import apply
from services.platform.kernel.document import Document
from services.platform.kernel.record import Record, incoming, partition_of
from services.platform.kernel.service import Practice
from tests.bench.feeds import complaints, registered
from tests.bench.filling import copies
from tests.bench.hop import Round
from tests.bench.life import Lives
from tests.bench.life import found as found_of_lives
from tests.bench.measuring import Spent
from tests.bench.one_hop import FULL, NAIVE, RAW, THIN, Case, not_taken
from tests.bench.one_hop import found as found_of_hops
from tests.bench.report import Bar, Found, Sheet, markdown, tails, verdicts, write


@pytest.mark.parametrize(
    ("bar", "verdict"),
    [
        (Bar("speed", 0.6, least=0.6), "held"),
        (Bar("speed", 0.599, least=0.6), "MISSED"),
        (Bar("memory", 150.0, most=150), "held"),
        (Bar("memory", 150.1, most=150), "MISSED"),
    ],
)
def test_a_bar_is_held_up_to_its_bound(bar, verdict):
    assert verdicts([bar]).rows[0][-1] == verdict


def test_the_report_shows_every_table_and_every_verdict(tmp_path):
    found = Found([Sheet("Hops", ("hop", "events/s"), [("routing", "5,000")])], [Bar("speed", 0.5, least=0.6)], {"routing": [(0, 90.0)]})
    text = write(tmp_path, "The bench", ["Two cores."], [found]).read_text("utf-8")
    assert text == markdown("The bench", ["Two cores."], [found], "report.png")
    assert "| routing | 5,000 |" in text and "| speed | ≥ 0.6 | 0.5 | MISSED |" in text
    assert (tmp_path / "report.png").stat().st_size


def test_what_each_cost_is_what_was_spent_between_two_looks():
    before, after = Spent({"own": 1.0, "Kafka": 2.0}), Spent({"own": 1.5, "Kafka": 2.1})
    each = after.each(before, 1_000)
    assert {name: round(cost) for name, cost in each.by.items()} == {"own": 500, "Kafka": 100} and round(each.total) == 600


def test_a_tail_is_what_one_in_a_hundred_exceeds():
    median, p99 = tails([float(n) for n in range(1, 1_001)])
    assert median == 500.5 and 990 <= p99 <= 991


def test_lives_are_judged_by_the_median_of_their_rounds():
    rounds = [Lives(speed, Spent({"routing": 1_000.0})) for speed in (100.0, 260.0, 270.0)]
    assert found_of_lives(rounds).bars[0].is_held


def test_a_hop_is_judged_beside_its_neighbours_in_time_and_not_by_its_best_round():
    def rounds(*speeds):
        return [Round(speed, Spent({"own": 1e6 / speed, "Kafka": 0.0, "MongoDB": 0.0})) for speed in speeds]

    ours = {THIN: rounds(590, 70, 590), FULL: rounds(500, 60, 500)}
    case = Case("routing", 1, {RAW: rounds(1_000, 100, 1_000), **ours, NAIVE: rounds(9, 1, 9)})
    found = found_of_hops([case])
    assert [(round(bar.measured, 2), bar.is_held) for bar in found.bars] == [
        (0.59, False), (1.69, True), (0.5, True), (2.0, True), (55.56, False),
    ]  # fmt: skip
    assert len(found.sheets[0].rows) == 4 and {len(row) for row in found.sheets[0].rows} == {len(found.sheets[0].heads)}


def test_a_copied_document_is_the_one_that_the_service_would_have_written_for_the_other_complaint():
    service, (pattern, other) = routing.SERVICE, complaints("a", 2)
    practice, now = Practice(service, load("default", service)), datetime(2026, 3, 2, 9, tzinfo=UTC)

    def row_of(id):
        posted = registered(id, now)
        record = Record(posted.topic, 0, 0, now, posted.key, posted.value, posted.headers)
        document, _ = apply(Document(id, partition_of(id, PARTITIONS)), incoming(record, service), practice)
        return new_row(document, practice)

    (copy,) = copies([RawBSONDocument(encode(row_of(pattern)))], [other])
    made = document_of(decode(copy.raw, OPTIONS), service)
    assert (made.id, made.partition, made.state.complaint_id) == (other, partition_of(other, PARTITIONS), other)
    entry = next(iter(entries_of(decode(copy.raw, OPTIONS)["journal"], other)))
    assert {answer.key for answer in entry.answers} == {other.encode()}
    assert made.state.clocks == document_of(decode(encode(row_of(other)), OPTIONS), service).state.clocks


def test_a_round_counts_where_nothing_was_refused_or_died() -> None:
    metrics = Metrics("routing", "test", ["routing.commands.v1"])
    for outcome in ("said", "decided", "skipped"):
        metrics.messages("routing.report_progress.v1", outcome, 9)
    assert 'outcome="refused"' in metrics.text().decode() and not_taken(metrics.text().decode()) == []
    for outcome in ("refused", "dead"):
        metrics.messages("routing.report_progress.v1", outcome, 1)
    assert len(not_taken(metrics.text().decode())) == 2
