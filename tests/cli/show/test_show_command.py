"""`redress show` as it is typed."""

import json
from collections.abc import AsyncIterator, Collection
from datetime import timedelta

import pytest

from contracts.catalogue import PARTITIONS
from contracts.ids import complaint_id, reference_number
from services.cli import execute, show
from services.cli.dead.letters import letters, mark
from services.platform.chassis.dossiers import VERSION
from services.platform.kernel.dead import letter
from services.platform.kernel.record import Record, partition_of
from tests.cli.show.support import COMPLAINT, CUSTOMER, REFERENCE, START, event, life, refusal

Reads = list[tuple[tuple[str, ...], str | None]]
OTHER = complaint_id("crm", "T-9")


class Log:
    """Records on topics; keeps what was read of them."""

    def __init__(self, records: list[Record]) -> None:
        self.records = records
        self.reads: Reads = []

    async def read_to_end(self, settings: object, names: Collection[str], key: str | None = None) -> AsyncIterator[Record]:
        self.reads.append((tuple(names), key))
        for record in self.records:
            if record.topic in names and (key is None or record.partition == partition_of(key, PARTITIONS)):
                yield record


def dossier(service: str, version: int, **said: str) -> Record:
    value = json.dumps({"complaint_id": COMPLAINT} | said).encode() if said else None
    headers = ((VERSION, str(version).encode()),)
    return Record(f"{service}.dossiers.v1", partition_of(COMPLAINT, PARTITIONS), version, START, COMPLAINT.encode(), value, headers)


def dead(offset: int, value: bytes = b"{broken") -> Record:
    origin = Record("routing.commands.v1", 3, offset, START, COMPLAINT.encode(), value)
    said = letter(origin, "routing", "not_json")
    return Record("routing.dlq.v1", 3, offset, START, said.key, said.value, said.headers)


def handled(record: Record) -> Record:
    """What an operator leaves behind who replayed or discarded this letter."""
    (open_,) = letters([record])
    said = mark(open_, "discarded")
    return Record(said.topic, 3, record.offset + 100, START + timedelta(seconds=1), said.key, said.value, said.headers)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    merged = event("intake.submission_merged.v1", "merged", 5, complaint_id=OTHER, into=COMPLAINT, reference=REFERENCE)
    pointing = refusal("intake", 6, 120, complaint_id=None, see=REFERENCE, reason="already_registered", customer=CUSTOMER)
    at_the_customers = pointing._replace(key=CUSTOMER.encode(), partition=partition_of(CUSTOMER, PARTITIONS))
    present = dossier("intake", 2, name="王小明", narrative="不能\n开机\x1b[31m")
    dossiers = [present, dossier("intake", 1, name="old"), dossier("routing", 4)]
    kept = Log([*life(), merged, at_the_customers, *dossiers, dead(1), dead(1), dead(2), dead(3), handled(dead(3))])
    monkeypatch.setattr(show, "read_to_end", kept.read_to_end)
    return kept


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert execute(["show", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_a_complaint_is_told_from_its_reference_in_order_and_in_words(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    *told, now = shown(capsys, REFERENCE)
    assert told == [
        f"Complaint {REFERENCE} ({COMPLAINT}); times are UTC",
        f"2026-03-02 09:30:00  intake    Registered as {REFERENCE}: crm calls it T-1; it came by phone, about 不能开机;"
        " its class is unclassified. The first answer is promised by 2026-03-03 09:30:00 (in 1 d).",
        "2026-03-02 09:30:00  routing   Routed to repairs, repairs has the lead, priority P4 (ordinary)."
        " Resolution promised by 2026-03-07 09:30:00 (in 5 d).",
        "2026-03-02 09:30:00  routing   repairs is asked to work on it and has the lead (work 1-repairs).",
        "2026-03-02 09:31:00  routing   repairs accepted the work 1-repairs. By li (agent, repairs).",
        "2026-03-02 09:32:00  intake    Refused the command accept work of crm: This source and source_ref is a complaint already."
        f" See {REFERENCE}.",
        "2026-03-02 10:30:00  routing   Resolved in time: upheld, cause: loose cable (gap: delivery). Promised was 2026-03-07 09:30:00."
        " It can be reopened until 2026-03-23 09:30:00 (in 20 d 23 h).",
        "2026-03-02 10:30:00  callback  A callback to ask whether it helped is promised by phone, from 2026-03-03 09:30:00"
        " until 2026-03-05 09:30:00 (in 2 d 23 h).",
        "2026-03-05 09:30:01  callback  The promise to call back is broken: the customer was not reached before 2026-03-05 09:30:01.",
        "2 dead letters about it: `redress dead list` tells why.",
    ]
    assert now.startswith("Now: resolved by repairs, reopenable until 2026-03-23 09:30:00 (")


def test_an_id_leads_there_too_and_reads_only_the_complaints_partition_of_events(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(shown(capsys, COMPLAINT)) == 11
    assert [key for names, key in log.reads if names[0].endswith(".events.v1")] == [COMPLAINT, CUSTOMER]


def test_so_does_the_name_that_its_source_has_for_it(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "--source", "crm", "--ref", "T-1") == shown(capsys, COMPLAINT)


def test_without_being_asked_no_dossier_is_read(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    assert not any("王小明" in line for line in shown(capsys, COMPLAINT))
    assert not any(name.endswith(".dossiers.v1") for names, _ in log.reads for name in names)


def test_the_present_dossiers_are_shown_when_asked_for(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, COMPLAINT, "--dossier")[11:] == [
        "Dossier of intake",
        "  name: 王小明",
        "  narrative: 不能",
        "    开机�[31m",
        "Dossier of routing (erased)",
    ]


@pytest.mark.parametrize("name", [OTHER, reference_number(OTHER)])
def test_a_merged_submission_says_where_it_lives_on(name: str, log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, name)
    assert lines[0] == f"{reference_number(OTHER)} was recognised as a repeated contact: it lives on in {REFERENCE} ({COMPLAINT})."
    assert lines[1].startswith(f"Complaint {REFERENCE}")


@pytest.mark.parametrize("name", [complaint_id("crm", "nowhere"), reference_number(complaint_id("crm", "nowhere"))])
def test_what_is_not_there_is_told_in_a_sentence(name: str, log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["show", name]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"There is no complaint {name} on the topics: ") and told.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["T-1"], "'T-1' is neither a complaint's id nor a reference number like 8YFA-MW4F-467Z-D."),
        ([], "Say which complaint: "),
        (["--ref", "T-1"], "--source and --ref together"),
        (["--source", "crm"], "--source and --ref together"),
        ([REFERENCE, "--source", "crm", "--ref", "T-1"], "or else"),
    ],
)
def test_a_mistake_is_said_in_one_sentence(arguments: list[str], said: str, log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["show", *arguments]) == 2
    told = capsys.readouterr()
    assert said in told.err and told.err.count("\n") == 1 and log.reads == []
