"""The semantic layer with one fault: a text of its SQL, and what stands in its place.  Each must change a figure of its view."""

REOPENED = "SELECT complaint_id, seq, \"at\", 'open' FROM complaint_reopened"
CANCELLED = "cost_minor, cost_currency, reason FROM callback_cancelled"
COUNTED = "AS dissatisfied\nFROM feedback_received WHERE"
MUTANTS: dict[str, list[tuple[str, str]]] = {
    "milestones": [
        ("WHERE is_told_to_customer", ""), ('UNION ALL SELECT complaint_id, "at" FROM callback_completed', ""),
        (REOPENED, f"{REOPENED} WHERE false"), ('min("at") AS resolved_at', 'max("at") AS resolved_at'),
        ("max_by(state, seq) AS state", "min_by(state, seq) AS state"),
    ],
    "first_contact_resolution": [
        ("reopenings + contacts_repeated", "contacts_repeated"), ("contacts_repeated + chases", "chases"), (" + chases + ", " + "),
        (" AND NOT came_again", ""), ("UNION SELECT DISTINCT unnest(predecessors) FROM repeat_facts_changed", ""),
        ("FROM complaints WHERE resolved_at IS NOT NULL\n)", "FROM complaints\n)"),
    ],
    "reopen_rate": [("FILTER (reopenings > 0)", "FILTER (reopenings > 1)"), ("sum(reopenings)", "max(reopenings)")],
    "reopen_reasons": [("FILTER (is_with_head)", "")],
    "repeat_rate": [
        ("FILTER (is_repeat)", "FILTER (came_again)"), ("FROM information_added WHERE is_chasing", "FROM information_added"),
        ("FILTER (is_same_cause) AS same_cause", "FILTER (NOT is_same_cause) AS same_cause"), ("count(is_same_cause)", "count(*)"),
    ],
    "promised_resolutions": [("FILTER (NOT is_late)", "")],
    "clock_outcomes": [
        ("e.seq > p.seq", "e.seq < p.seq"), ("e.seq > l.seq", "e.seq < l.seq"), ("coalesce(w.department, l.lead)", "l.lead"),
        ("WHEN 'triage' THEN t.owner", ""), ("WHEN 'containment' THEN g.department", ""),
        ("seconds_between(due, came_at)", "seconds_between(ended_at, came_at)"), ("a.work = o.work", "true"), ("greatest(0, ", "least(9, "),
        ("WHEN 'first_answer' THEN m.answered_at", "WHEN 'first_answer' THEN m.resolved_at"),
    ],
    "sla_outcomes": [
        ("ratio(met, met + breached)", "ratio(met, met + breached + stopped)"), ("late_seconds, 0.9", "late_seconds, 0.1"),
        ("(used_seconds, 0.5) FILTER (outcome = 'met')", "(used_seconds, 0.5)"),
        ("outcome = 'breached' AND late_seconds IS NULL", "late_seconds IS NULL"),
    ],
    "callback_outcomes": [
        ("word = 'completed' AND late_by_seconds = 0", "word = 'completed' AND late_by_seconds >= 0"), (" WHERE NOT goes_on", ""),
        ("max_by(latest, seq)", "min_by(latest, seq)"), (CANCELLED, CANCELLED.replace("cost_minor", "NULL")),
    ],
    "callback_punctuality": [("ratio(kept, kept + broken)", "ratio(kept, promised)"), ("late_by_seconds, 0.5", "late_by_seconds, 0.1")],
    "callback_lateness_cost": [("WHERE cost_minor > 0", ""), ("sum(cost_minor)", "max(cost_minor)")],
    "remedy_outcomes": [
        ("json_array_length(options) = 1", "true"), ("max_by(kind, seq)", "min_by(kind, seq)"),
        ("(round, seq) AS round", "(round, seq) + 1 AS round"),
    ],
    "remedy_spend_by_cause": [("count(done_at)", "count(*)"), ("sum(done_minor)", "sum(issued_minor)")],
    "satisfaction_by_group": [
        ("FILTER (answers_solved) AS solved", "AS solved"), ("ratio(gap_sum, gap_told)", "ratio(gap_sum, answers)"),
        ("satisfaction = 'accepted'", "satisfaction = 'satisfied'"), ("count(answers_csat) AS", "count(*) AS"), ("FILTER (is_praise)", ""),
    ],
    "satisfaction_by_dimension": [
        ("\"group\" <> 'control' AND ", ""), ("avg(answers_perceived)", "avg(answers_expected)"),
        ("avg(answers_csat)", "sum(answers_csat)"), (f"FILTER (satisfaction = 'dissatisfied') {COUNTED}", COUNTED),
    ],
    "house_by_dimension": [("gaps_ten_thousandths_reliability AS", "gaps_ten_thousandths_tangibles AS"), ("/ 10000", "/ 1000")],
    "recovered_v_control": [
        ("WHERE \"group\" <> 'unresolved'", ""), ("recovered - control", "control - recovered"),
        ("(segment, measure), (measure)", "(segment, measure)"), ("avg(score) FILTER (\"group\" = 'control')", "avg(score)"),
        ("'detractor' THEN -100", "'detractor' THEN 0"), ("'passive' THEN 0", "'passive' THEN NULL"),
        ("answers_nps::DOUBLE", "answers_csat::DOUBLE"),
    ],
    "survey_response": [("requested - cancelled", "requested"), (" WHERE via = 'survey'", ""), (" WHERE survey IS NOT NULL", "")],
}  # fmt: skip
"""By view."""
