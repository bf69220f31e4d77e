"""The morning's routing table, before any service has seen it."""

from pathlib import Path

from services.platform.chassis.plain_yaml import read_yaml
from services.routing.policy import RoutingPolicy
from tests.cli.replay.policy_from_nyc import FILE, requests, write_policies


def test_every_type_has_one_agency_so_the_morning_routes_the_rest_of_the_day_right(shared_data: Path, tmp_path: Path) -> None:
    learnt = write_policies(shared_data / FILE, tmp_path / "nyc")
    policy = RoutingPolicy.model_validate(read_yaml(tmp_path / "nyc" / "routing.yaml"))
    for row in requests(shared_data / FILE):
        rule = policy.table.decide({"source": ("nyc311",), "complaint_type": (row.type,)}) or None
        assert (rule.lead if rule else None) == learnt.expected[row.key]
        assert rule is None or rule.lead == row.agency


def test_the_morning_knows_92_of_116_types_and_leaves_44_rows_to_triage(shared_data: Path, tmp_path: Path) -> None:
    learnt = write_policies(shared_data / FILE, tmp_path / "nyc")
    assert len(learnt.agency_of) == 92
    assert sum(agency is None for agency in learnt.expected.values()) == 44
    assert len(learnt.expected) == 6_765
