-- How it was put right: what is owed and what is given, each apart, in each currency apart.

CREATE OR REPLACE VIEW remedy_words AS
SELECT complaint_id, remedy, seq, "at", 'proposed' AS word, round, ground, basis, CASE WHEN json_array_length(options) = 1 THEN options->>'$[0].kind' END AS kind, NULL::BIGINT AS amount_minor, NULL AS amount_currency FROM remedy_proposed
UNION ALL SELECT complaint_id, remedy, seq, "at", 'chosen', round, ground, basis, kind, NULL, NULL FROM remedy_chosen
UNION ALL SELECT complaint_id, remedy, seq, "at", 'approved', round, ground, basis, kind, NULL, NULL FROM remedy_approved
UNION ALL SELECT complaint_id, remedy, seq, "at", 'issued', round, ground, basis, kind, amount_minor, amount_currency FROM remedy_issued
UNION ALL SELECT complaint_id, remedy, seq, "at", 'done', round, ground, basis, kind, amount_minor, amount_currency FROM remedy_done
UNION ALL SELECT complaint_id, remedy, seq, "at", 'failed', round, ground, basis, kind, NULL, NULL FROM remedy_failed
UNION ALL SELECT complaint_id, remedy, seq, "at", 'rejected', round, ground, basis, NULL, NULL, NULL FROM remedy_rejected
UNION ALL SELECT complaint_id, remedy, seq, "at", 'cancelled', round, ground, basis, NULL, NULL, NULL FROM remedy_cancelled;
COMMENT ON VIEW remedy_words IS 'What was told of a remedy.';

CREATE OR REPLACE VIEW remedy_outcomes AS
WITH remedies AS (
    SELECT
        complaint_id, remedy, min_by(ground, seq) AS ground, min_by(round, seq) AS round, max_by(basis, seq) FILTER (basis IS NOT NULL) AS basis,
        max_by(kind, seq) FILTER (kind IS NOT NULL) AS kind, min("at") AS proposed_at, max_by(word, seq) AS standing,
        min("at") FILTER (word = 'issued') AS issued_at, sum(amount_minor) FILTER (word = 'issued') AS issued_minor,
        min("at") FILTER (word = 'done') AS done_at, sum(amount_minor) FILTER (word = 'done') AS done_minor,
        max(amount_currency) AS currency
    FROM remedy_words GROUP BY complaint_id, remedy
), found AS (
    SELECT complaint_id, round, array_to_string(max_by(causes, seq), ', ') AS causes FROM complaint_resolved GROUP BY complaint_id, round
)
SELECT
    complaint_id, remedy, round, ground, basis, coalesce(kind, '(not chosen)') AS kind,
    coalesce(nullif(causes, ''), '(not found)') AS causes, standing, proposed_at, issued_at, day_of(issued_at) AS issued_on, done_at,
    coalesce(issued_minor, 0)::BIGINT AS issued_minor, coalesce(done_minor, 0)::BIGINT AS done_minor, currency
FROM remedies LEFT JOIN found USING (complaint_id, round);
COMMENT ON VIEW remedy_outcomes IS 'A row for each remedy. Ground: entitlement (owed, by a rule with its basis) or goodwill (given). Kind: the last one told; of a proposal with several options there is none until the customer chooses. Causes: all causes of the ComplaintResolved of the round in which it was proposed; several are one text, so that no sum counts twice. Standing: the last of proposed, chosen, approved, issued, done, failed, rejected, cancelled.';

CREATE OR REPLACE VIEW remedy_spend_by_cause AS
SELECT
    issued_on, causes, ground, kind, currency, count(*) AS issued, count(done_at) AS done, sum(issued_minor)::BIGINT AS issued_minor,
    sum(done_minor)::BIGINT AS done_minor
FROM remedy_outcomes WHERE issued_at IS NOT NULL GROUP BY issued_on, causes, ground, kind, currency;
COMMENT ON VIEW remedy_spend_by_cause IS 'Amounts of RemedyIssued, and of RemedyDone, in minor units, each currency for itself (none: a remedy that is no money), by the day of issue, by causes, ground and kind. What is owed and what is given never share a row. Done: of those issued that day, whenever they were carried out.';
