-- Two figures to begin with, what counts as in ../duckdb, by the day of the end; every other one there is written alike.  FINAL: each event
-- once.

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
SELECT toDate(at, 'UTC') AS ended_on, outcome, assumeNotNull(currency) AS cost_currency, count() AS callbacks, sum(minor) AS cost_minor
FROM (
    SELECT at, 'completed' AS outcome, cost_currency AS currency, cost_minor AS minor FROM redress.callback_completed FINAL
    UNION ALL SELECT at, 'abandoned', cost_currency, cost_minor FROM redress.callback_abandoned FINAL
    UNION ALL SELECT at, 'cancelled', cost_currency, cost_minor FROM redress.callback_cancelled FINAL
)
WHERE minor > 0
GROUP BY ended_on, outcome, cost_currency;
