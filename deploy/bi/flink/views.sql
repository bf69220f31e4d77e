-- Clocks that ended, hour by hour, a little after each hour is over: five minutes' patience for what the topics bring late.

CREATE VIEW `clock_ends` AS
SELECT
    `at`, `clock`,
    CASE WHEN `type` = 'routing.clock_met.v1' THEN 1 ELSE 0 END AS `met`,
    CASE WHEN `type` = 'routing.clock_breached.v1' THEN 1 ELSE 0 END AS `breached`,
    CASE WHEN `type` = 'routing.clock_stopped.v1' THEN 1 ELSE 0 END AS `stopped`
FROM `routing_events`
WHERE `type` IN ('routing.clock_met.v1', 'routing.clock_breached.v1', 'routing.clock_stopped.v1');

CREATE VIEW `sla_by_hour` AS
SELECT
    `window_start`, `window_end`, `clock`, SUM(`met`) AS `met`, SUM(`breached`) AS `breached`, SUM(`stopped`) AS `stopped`,
    CAST(SUM(`met`) AS DOUBLE) / NULLIF(SUM(`met`) + SUM(`breached`), 0) AS `kept_share`
FROM TABLE(TUMBLE(TABLE `clock_ends`, DESCRIPTOR(`at`), INTERVAL '1' HOUR))
GROUP BY `window_start`, `window_end`, `clock`;

-- Calls that came late, as they come: for a wallboard.
CREATE VIEW `late_calls` AS
SELECT `at`, `complaint_id`, `callback`, `purpose`, `late_by_seconds`, `is_intolerable`
FROM `callback_events`
WHERE `type` = 'callback.callback_completed.v1' AND `late_by_seconds` > 0;
