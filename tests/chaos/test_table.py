from datetime import UTC, datetime, timedelta

import pytest

from tests.chaos.history import Fault
from tests.chaos.table import told

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(("fault", "verdict"), [
    (Fault("broker_kill", "kafka", NOW, NOW, NOW + timedelta(seconds=15), what="Kafka 2"), "in time"),
    (Fault("broker_kill", "kafka", NOW, NOW, NOW + timedelta(seconds=15.1), what="Kafka 2"), "[red]late[/]"),
    (Fault("broker_kill", "kafka", NOW, NOW, None, what="Kafka 2"), "[red]lost[/]"),
    (Fault("mongodb_disk_full", "mongodb", NOW, NOW, NOW, True, "no root"), "left out: no root"),
])  # fmt: skip
def test_a_row_says_whether_all_were_well_in_time(fault, verdict):
    assert told(fault, [fault])[0] == fault.name and told(fault, [fault])[-1] == verdict
