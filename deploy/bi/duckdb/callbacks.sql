-- Promised calls: kept, late, broken, and what that cost.

CREATE OR REPLACE VIEW callback_words AS
SELECT complaint_id, callback, seq, "at", 'promised' AS word, purpose, latest, NULL::BIGINT AS late_by_seconds, NULL::BIGINT AS cost_minor, NULL AS cost_currency, NULL AS reason FROM callback_promised
UNION ALL SELECT complaint_id, callback, seq, "at", 'moved', purpose, latest, NULL, NULL, NULL, NULL FROM callback_rescheduled
UNION ALL SELECT complaint_id, callback, seq, "at", 'attempted', NULL, NULL, NULL, NULL, NULL, outcome FROM callback_attempted
UNION ALL SELECT complaint_id, callback, seq, "at", 'broken', purpose, NULL, late_by_seconds, NULL, NULL, NULL FROM callback_broken
UNION ALL SELECT complaint_id, callback, seq, "at", 'impossible', purpose, NULL, NULL, NULL, NULL, reason FROM callback_impossible WHERE NOT goes_on
UNION ALL SELECT complaint_id, callback, seq, "at", 'completed', purpose, NULL, late_by_seconds, cost_minor, cost_currency, outcome FROM callback_completed
UNION ALL SELECT complaint_id, callback, seq, "at", 'abandoned', purpose, NULL, late_by_seconds, cost_minor, cost_currency, reason FROM callback_abandoned
UNION ALL SELECT complaint_id, callback, seq, "at", 'cancelled', NULL, NULL, late_by_seconds, cost_minor, cost_currency, reason FROM callback_cancelled;
COMMENT ON VIEW callback_words IS 'What was told of a callback, as far as it counts: a way that could not be gone while others were tried (CallbackImpossible.goes_on) does not.';

CREATE OR REPLACE VIEW callback_outcomes AS
WITH callbacks AS (
    SELECT
        complaint_id, callback, coalesce(min_by(purpose, seq) FILTER (purpose IS NOT NULL), '(not told)') AS purpose,
        max_by(latest, seq) FILTER (latest IS NOT NULL) AS latest, min("at") AS told_at,
        bool_or(word = 'promised') AS is_promised, bool_or(word = 'broken') AS is_broken, bool_or(word = 'impossible') AS is_impossible,
        count(*) FILTER (word = 'attempted') AS attempts, count(*) FILTER (word = 'moved') AS moves
    FROM callback_words GROUP BY complaint_id, callback
), ends AS (
    SELECT complaint_id, callback, word, "at" AS ended_at, late_by_seconds, cost_minor, cost_currency, reason
    FROM callback_words WHERE word IN ('completed', 'abandoned', 'cancelled')
    QUALIFY row_number() OVER (PARTITION BY complaint_id, callback ORDER BY seq) = 1
)
SELECT
    complaint_id, callback, purpose, is_promised, latest, day_of(coalesce(latest, told_at)) AS promised_for, is_broken, attempts, moves,
    CASE
        WHEN word = 'completed' AND late_by_seconds = 0 THEN 'kept'
        WHEN word = 'completed' THEN 'late'
        WHEN word IS NOT NULL THEN word
        WHEN is_impossible THEN 'impossible'
        WHEN is_promised THEN 'open'
    END AS outcome,
    ended_at, CASE WHEN word = 'completed' THEN late_by_seconds END AS late_by_seconds, coalesce(cost_minor, 0) AS cost_minor, cost_currency, reason
FROM callbacks LEFT JOIN ends USING (complaint_id, callback);
COMMENT ON VIEW callback_outcomes IS 'A row for each callback. Kept: CallbackCompleted with late_by_seconds 0, not a second after the promised latest. Late: with more; those are broken too. Cancelled: called off; abandoned: given up; impossible: never promised. Open: promised, and none of these. Promised for: the day of the latest instant that was promised last. Cost: of the event that ended the call; what is said of it on the way is not counted.';

CREATE OR REPLACE VIEW callback_punctuality AS
SELECT
    promised_for, purpose, count(*) FILTER (is_promised) AS promised, count(*) FILTER (outcome = 'kept') AS kept, count(*) FILTER (outcome = 'late') AS late,
    count(*) FILTER (is_broken) AS broken, count(*) FILTER (outcome = 'abandoned') AS abandoned, count(*) FILTER (outcome = 'cancelled') AS cancelled,
    count(*) FILTER (outcome = 'impossible') AS impossible, count(*) FILTER (outcome = 'open') AS open, sum(moves)::BIGINT AS moved,
    ratio(kept, kept + broken) AS in_time_share,
    quantile_disc(late_by_seconds, 0.5) FILTER (late_by_seconds > 0) AS late_p50,
    quantile_disc(late_by_seconds, 0.9) FILTER (late_by_seconds > 0) AS late_p90, max(late_by_seconds) FILTER (late_by_seconds > 0) AS late_worst
FROM callback_outcomes GROUP BY promised_for, purpose;
COMMENT ON VIEW callback_punctuality IS 'Calls by the day they were promised for and their purpose. In time: kept, of kept and broken; what was called off before it was due is neither. Broken: not by the promised latest, but later or never. Late by: wall-clock time from the promised latest to the customer, of those that were late.';

CREATE OR REPLACE VIEW callback_lateness_cost AS
SELECT promised_for, purpose, cost_currency, count(*) AS callbacks, sum(cost_minor)::BIGINT AS cost_minor
FROM callback_outcomes WHERE cost_minor > 0 GROUP BY promised_for, purpose, cost_currency;
COMMENT ON VIEW callback_lateness_cost IS 'What late calls cost: k d² up to the tolerance, beyond it the whole compensation, as the event told that ended the call (completed, given up or called off). In minor units, each currency for itself; calls that cost nothing are left out. By the day they were promised for and their purpose.';
