"""An export, its views, and what they are to say."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from services.platform.kernel.record import Record
from tests.cli.export.topics import export
from tests.deploy.bi.counted import calls, clocks, complaints, opinions
from tests.deploy.bi.counted.life import Rows, Told
from tests.deploy.bi.lives import of_customers, views

COUNTED: dict[str, tuple[str, Callable[[Told], Rows]]] = {
    "milestones": ("complaint_id, @answered_at, @resolved_at, @closed_at, state", complaints.milestones),
    "first_contact_resolution": (
        "#registered_on, kind, first_department, resolved, at_first_contact, share", complaints.first_contact_resolution,
    ),
    "reopen_rate": ("#registered_on, kind, first_department, resolved, reopened, share, reopenings", complaints.reopen_rate),
    "reopen_reasons": ("#reopened_on, reason, reopenings, with_head", complaints.reopen_reasons),
    "repeat_rate": (
        "#registered_on, kind, registered, repeats, share, contacts_repeated, chases, contacts_returned, resolutions_that_tell_the_cause,"
        " same_cause", complaints.repeat_rate,
    ),
    "promised_resolutions": ("#resolved_on, department, resolutions, kept, share", complaints.promised_resolutions),
    "clock_outcomes": (
        "complaint_id, instance, clock, kind, outcome, #ended_on, priority, department, used_seconds, late_seconds", clocks.clock_outcomes,
    ),
    "sla_outcomes": (
        "#ended_on, clock, department, priority, met, breached, stopped, kept_share, used_p50, used_p90, late_p50, late_p90, late_worst,"
        " never_came", clocks.sla_outcomes,
    ),
    "callback_outcomes": (
        "complaint_id, callback, purpose, is_promised, #promised_for, is_broken, attempts, moves, outcome, late_by_seconds, cost_minor,"
        " cost_currency", calls.callback_outcomes,
    ),
    "callback_punctuality": (
        "#promised_for, purpose, promised, kept, late, broken, abandoned, cancelled, impossible, open, moved, in_time_share, late_p50,"
        " late_p90, late_worst", calls.callback_punctuality,
    ),
    "callback_lateness_cost": ("#promised_for, purpose, cost_currency, callbacks, cost_minor", calls.callback_lateness_cost),
    "remedy_outcomes": (
        "complaint_id, remedy, round, ground, kind, causes, standing, #issued_on, done_at IS NOT NULL, issued_minor, done_minor, currency",
        calls.remedy_outcomes,
    ),
    "remedy_spend_by_cause": (
        "#issued_on, causes, ground, kind, currency, issued, done, issued_minor, done_minor", calls.remedy_spend_by_cause,
    ),
    "satisfaction_by_group": (
        '#said_on, "group", segment, department, answers, solved_told, solved, solved_share, csat_told, csat_sum, csat, gap_told, gap_sum,'
        " gap, satisfied, accepted, dissatisfied, praise", opinions.satisfaction_by_group,
    ),
    "satisfaction_by_dimension": ("dimension, answers, csat, expected, perceived, gap, dissatisfied", opinions.satisfaction_by_dimension),
    "house_by_dimension": ('"group", dimension, questionnaires, gap', opinions.house_by_dimension),
    "recovered_v_control": (
        "segment, measure, recovered_answers, recovered, control_answers, control, difference", opinions.recovered_v_control,
    ),
    "survey_response": ("kind, requested, answered, reminded, declined, expired, cancelled, share", opinions.survey_response),
}  # fmt: skip
"""View → its columns, `#` a day and `@` an instant, as an event writes them; and who counts them once more."""


class History(NamedTuple):
    told: Told
    views: duckdb.DuckDBPyConnection

    def agrees(self, view: str) -> bool:
        columns, count = COUNTED[view]
        return set(self.rows(columns, view)) == count(self.told)

    def rows(self, columns: str, view: str) -> list[tuple[Any, ...]]:
        columns = re.sub(r"#(\w+)", r"CAST(\1 AS VARCHAR)", columns)
        columns = re.sub(r"@(\w+)", r"""strftime(make_timestamp(epoch_us("\1")), '%Y-%m-%dT%H:%M:%S.%gZ')""", columns)
        return self.views.execute(f"SELECT {columns} FROM {view}").fetchall()


def exported(place: Path, topics: Sequence[Record]) -> History:
    export(place, topics, batch=1_000)
    return History(Told(of_customers(topics)), views(place))
