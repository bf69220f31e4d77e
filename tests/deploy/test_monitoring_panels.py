"""What panels show of given series; what stands for nothing stands aside for something, or a total would count its parts twice."""

from typing import Any

import pytest
import yaml

from tests.deploy.monitoring import panel_queries
from tests.deploy.tools import run

DEAD = 'redress_dead_letters_total{service="intake", reason='
OVERDUE = 'state_priority:redress_overdue:max{namespace="a", service="routing", '
SKEW, EVERY = "redress_clock_skew_seconds", "redress_canary_interval_seconds"
SEEN = "redress_canary_stage_last_seen_timestamp_seconds"
TAKEN = 'redress_messages_total{service="routing", '
EXPIRY = "redress_certificate_expiry_timestamp_seconds"
SHOWN = {
    "4-bad-data: Died": {
        "where none died a line at 0": ({f'{DEAD}"not_json"}}': "0+0x60"}, {'{service="intake"}': 0}),
        "else each reason, and no total on top": (
            {f'{DEAD}"not_json"}}': "0+1x60", f'{DEAD}"empty"}}': "0+0x60"}, {'{reason="not_json", service="intake"}': 60}
        ),
    },
    "3-stuck: Past their due": {
        "where none is late a line at 0": ({f'{OVERDUE}state="triage", priority="P1"}}': "0+0x60"}, {'{service="routing"}': 0}),
        "else each state": (
            {f'{OVERDUE}state="triage", priority="P1"}}': "2+0x60", f'{OVERDUE}state="routed", priority="P4"}}': "0+0x60"},
            {'{priority="P1", service="routing", state="triage"}': 2},
        ),
    },
    "6-platform: Certificates": {
        "without TLS there is none": ({}, {"{}": 0}),
        "with it no other": ({f'{EXPIRY}{{what="kafka_ca"}}': "7200+0x60"}, {'{what="kafka_ca"}': 3600}),
    },
    "4-bad-data: Share that is refused": {
        "of a kind of command, whatever events the service hears": (
            {
                f'{TAKEN}type="accept", outcome="refused"}}': "0+1x60", f'{TAKEN}type="accept", outcome="decided"}}': "0+3x60",
                f'{TAKEN}type="done", outcome="refused"}}': "0+0x60", f'{TAKEN}type="closed", outcome="decided"}}': "0+99x60",
            },
            {'{service="routing", type="accept"}': 0.25},
        ),
        "where nothing is refused a line at 0": ({f'{TAKEN}type="accept", outcome="decided"}}': "0+3x60"}, {'{service="routing"}': 0}),
    },
    "6-platform: Clocks apart": {
        "behind or ahead for the canary; a service that works on what came long ago is no clock that is behind": (
            {
                f'{SKEW}{{service="canary"}}': "-30+0x60", f'{SKEW}{{service="intake", instance="1"}}': "-900+0x60",
                f'{SKEW}{{service="intake", instance="2"}}': "1+0x60",
            },
            {'{service="canary"}': 30, '{service="intake"}': 1},
        ),
    },
    "1-customers: The canary's last complaint": {
        "in rounds, of the tenant that is worst": (
            {
                f'{SEEN}{{namespace="a", stage="closed"}}': "3300+0x60", f'{EVERY}{{namespace="a"}}': "60+0x60",
                f'{SEEN}{{namespace="b", stage="closed"}}': "3000+0x60", f'{EVERY}{{namespace="b"}}': "300+0x60",
            },
            {"{}": 5},
        ),
    },
}  # fmt: skip
CASES = [(panel, name) for panel, cases in SHOWN.items() for name in cases]


@pytest.mark.tools
def test_a_panel_shows_what_is_so(tmp_path):
    played = tmp_path / "panels.yaml"
    played.write_text(yaml.safe_dump({"tests": [scene(*case) for case in CASES]}), "utf-8")
    shown = run("promtool", "test", "rules", played)
    assert shown.returncode == 0, shown.stdout + shown.stderr


def scene(panel: str, name: str) -> dict[str, Any]:
    series, expected = SHOWN[panel][name]
    (expression,) = (query.expression for query in panel_queries() if query.where == panel)
    return {
        "name": f"{panel}: {name}",
        "interval": "1m",
        "input_series": [{"series": each, "values": values} for each, values in series.items()],
        "promql_expr_test": [
            {
                "expr": expression.replace("$namespace", ".*"), "eval_time": "1h",
                "exp_samples": [{"labels": labels, "value": value} for labels, value in expected.items()],
            }
        ],
    }  # fmt: skip
