from dataclasses import replace
from datetime import UTC, datetime

from contracts.routing import WithdrawComplaint
from services.cli.registry import find_service
from services.platform.chassis.policies import practice, stored
from services.platform.chassis.rows import new_row
from services.platform.chassis.settings import read_settings
from services.platform.kernel.record import Record
from services.platform.kernel.run import Run
from tests.chaos.history import Fault, History, Kept, Offset, Scrape, Sent, digest_of, load, save

NOW = datetime(2026, 3, 2, 9, 0, 0, 250_000, tzinfo=UTC)
COMPLAINT = "00000000-0000-4000-8000-000000000001"


def test_a_history_is_read_as_it_was_written(tmp_path):
    settings = read_settings(policies="demo")
    under = practice(find_service("routing", settings), settings)
    run = Run([under])
    run.send("routing", WithdrawComplaint(complaint_id=COMPLAINT, reason="changed_mind"), at=NOW)
    run.until(NOW)
    [document] = run.shelves["routing"].documents.values()
    history = History(
        seed=7, scenario="kills", set="demo", began=NOW, quiet=NOW,
        sent=(
            Sent("routing", "routing.commands.v1", "routing.accept_work.v1", "a-1", "crm", "k", digest_of(b"{}"), "command", 1, 2),
            Sent("", "intake.events.v1", "", "", "", "", digest_of(None), "poison", reason="empty"),
        ),
        records=(Record("routing.events.v1", 3, 9, NOW, None, b"\xff\x00", (("h", b"\xfe"),)), Record("t", 0, 0, NOW, b"k", None)),
        documents={}, practices={},
        offsets=(Offset("routing", "intake.events.v1", 0, None, 6),),
        faults=(Fault("kill", "service", NOW, NOW, None, what="routing-2"), Fault("full", "kafka", NOW, NOW, NOW, True, "no root")),
        scrapes=(Scrape("routing-2", "routing", NOW, "# metrics\n", True, NOW),),
        logs={"routing-2": "line\n"},
    )  # fmt: skip
    save(history, {"routing": Kept((new_row(document, under),), (stored(under.policy),))}, tmp_path / "h")
    found = load(tmp_path / "h")
    assert found._replace(documents={}, practices={}, set="demo") == history
    [again] = found.documents["routing"]
    assert (again.id, again.waiting, again.journal) == (document.id, document.waiting, document.journal)
    assert found.practices["routing"] == replace(under, policy=found.practices["routing"].policy)
    assert found.practices["routing"].policy.reference == under.policy.reference
