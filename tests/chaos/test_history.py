from datetime import UTC, datetime

from services.platform.kernel.record import Record
from tests.chaos.history import Fault, History, Offset, Scrape, Sent, digest_of, load, save

NOW = datetime(2026, 3, 2, 9, 0, 0, 250_000, tzinfo=UTC)


def test_a_history_is_read_as_it_was_written(tmp_path):
    history = History(
        seed=7, scenario="kills", prefix="c7", policies="demo", began=NOW, quiet=NOW,
        sent=(
            Sent(NOW, "routing", "routing.commands.v1", "AcceptWork", "crm", "a-1", "k", digest_of(b"{}"), "first", place=("t", 1, 2)),
            Sent(NOW, "routing", "routing.commands.v1", "", "", "", None, digest_of(None), "poison", "empty"),
        ),
        faults=(Fault("k", "kill", "service", "routing-2", NOW, NOW, None), Fault("k", "x", "kafka", "", None, None, None, "root")),
        records=(Record("routing.events.v1", 3, 9, NOW, None, b"\xff\x00", (("h", b"\xfe"),)), Record("t", 0, 0, NOW, b"k", None)),
        documents={"routing": ({"_id": "a", "journal": {"0": b"\x01"}, "wake_at": datetime(2026, 3, 2)},)},
        practised={"routing": ({"_id": "demo/routing@1", "content": "{}"},)},
        offsets=(Offset("routing", "intake.events.v1", 0, 5, 6),),
        scrapes=(Scrape("routing-2", 1, NOW, "killed", "# metrics\n"),),
        logs={"routing-2": "line\n"},
    )  # fmt: skip
    save(history, tmp_path / "h")
    assert load(tmp_path / "h") == history
