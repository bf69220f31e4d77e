-- Two figures to begin with, defined as in ../duckdb; every other one there is written alike.  FINAL: each event once.

CREATE VIEW IF NOT EXISTS redress.sla_by_day AS
SELECT
    toDate(at, 'UTC') AS ended_on, clock, countIf(outcome = 'met') AS met, countIf(outcome = 'breached') AS breached,
    countIf(outcome = 'stopped') AS stopped, met / nullIf(met + breached, 0) AS kept_share
FROM (
    SELECT at, clock, 'met' AS outcome FROM redress.clock_met FINAL
    UNION ALL SELECT at, clock, 'breached' FROM redress.clock_breached FINAL
    UNION ALL SELECT at, clock, 'stopped' FROM redress.clock_stopped FINAL
)
GROUP BY ended_on, clock;

CREATE VIEW IF NOT EXISTS redress.callback_cost_by_day AS
SELECT
    toDate(at, 'UTC') AS completed_on, purpose, cost_currency, count() AS completed, countIf(late_by_seconds = 0) AS kept,
    sum(cost_minor) AS cost_minor
FROM redress.callback_completed FINAL
GROUP BY completed_on, purpose, cost_currency;
