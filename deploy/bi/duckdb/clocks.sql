-- Promises in time.  A clock (`instance`) ends at most once: met, breached or stopped.

CREATE OR REPLACE VIEW clock_words AS
SELECT complaint_id, seq, instance, due, 'started' AS word FROM clock_started
UNION ALL SELECT complaint_id, seq, instance, due, 'paused' FROM clock_paused
UNION ALL SELECT complaint_id, seq, instance, due, 'resumed' FROM clock_resumed
UNION ALL SELECT complaint_id, seq, instance, due, 'extended' FROM clock_extended
UNION ALL SELECT complaint_id, seq, instance, due, 'aimed' FROM clock_aimed
UNION ALL SELECT complaint_id, seq, instance, due, 'warned' FROM clock_warned;
COMMENT ON VIEW clock_words IS 'What was told of a clock on its way.';

CREATE OR REPLACE VIEW clock_ends AS
SELECT complaint_id, seq, instance, clock, work, due, "at", 'met' AS outcome, used_seconds FROM clock_met
UNION ALL SELECT complaint_id, seq, instance, clock, work, due, "at", 'breached', used_seconds FROM clock_breached
UNION ALL SELECT complaint_id, seq, instance, clock, work, due, "at", 'stopped', used_seconds FROM clock_stopped;
COMMENT ON VIEW clock_ends IS 'ClockMet, ClockBreached and ClockStopped.';

CREATE OR REPLACE VIEW clock_outcomes AS
WITH starts AS (
    SELECT complaint_id, instance, min_by(kind, seq) AS kind, min("at") AS started_at FROM clock_started GROUP BY complaint_id, instance
), owned AS (
    SELECT
        e.*, coalesce(s.kind, '') AS kind, s.started_at, p.priority,
        CASE s.kind
            WHEN 'acceptance' THEN coalesce(w.department, l.lead)
            WHEN 'triage' THEN t.owner
            WHEN 'containment' THEN g.department
            ELSE l.lead
        END AS department
    FROM clock_ends AS e
    LEFT JOIN starts AS s ON e.complaint_id = s.complaint_id AND e.instance = s.instance
    ASOF LEFT JOIN priorities AS p ON e.complaint_id = p.complaint_id AND e.seq > p.seq
    ASOF LEFT JOIN complaint_routed AS l ON e.complaint_id = l.complaint_id AND e.seq > l.seq
    ASOF LEFT JOIN complaint_sent_to_triage AS t ON e.complaint_id = t.complaint_id AND e.seq > t.seq
    ASOF LEFT JOIN containment_requested AS g ON e.complaint_id = g.complaint_id AND e.seq > g.seq
    ASOF LEFT JOIN work_requested AS w ON e.complaint_id = w.complaint_id AND e.work = w.work AND e.seq > w.seq
), came AS (
    SELECT
        o.*,
        CASE kind
            WHEN 'acceptance' THEN (
                SELECT min(a."at") FROM work_accepted AS a WHERE a.complaint_id = o.complaint_id AND a.work = o.work)
            WHEN 'first_answer' THEN m.answered_at
            WHEN 'resolution' THEN m.resolved_at
            WHEN 'total_resolution' THEN m.closed_at
            WHEN 'containment' THEN (
                SELECT min(c."at") FROM contained AS c WHERE c.complaint_id = o.complaint_id AND c."at" >= o.started_at)
            WHEN 'triage' THEN CASE WHEN o.work IS NULL
                THEN (SELECT min(r."at") FROM complaint_routed AS r WHERE r.complaint_id = o.complaint_id AND r."at" >= o.started_at)
                ELSE (SELECT min(i."at") FROM work_requested AS i WHERE i.complaint_id = o.complaint_id AND i.instead_of = o.work)
            END
        END AS came_at
    FROM owned AS o LEFT JOIN milestones AS m ON o.complaint_id = m.complaint_id
)
SELECT
    complaint_id, instance, clock, kind, outcome, "at" AS ended_at, day_of("at") AS ended_on, due, used_seconds, priority,
    coalesce(department, '(nobody)') AS department,
    CASE WHEN outcome = 'breached' AND came_at IS NOT NULL THEN greatest(0, seconds_between(due, came_at)) END AS late_seconds
FROM came;
COMMENT ON VIEW clock_outcomes IS 'A row for each clock that ended. Priority: the complaint''s at the clock''s end, by the last ComplaintRouted, ComplaintSentToTriage or PriorityChanged that routing told before. Department: of an acceptance the department of its work, of triage the desk (owner) last named, of a containment the department last asked, of all else the lead last named; (nobody) where none was. Used: open seconds of the clock''s own calendar, less pauses. Late: of a breach, elapsed seconds (not open time) from its due until what it measures came, by its kind: acceptance with the WorkAccepted of its work; first_answer, resolution and total_resolution as the milestones say; containment with the next Contained; triage with the next ComplaintRouted, or, where it is about one work, the WorkRequested instead of it. None where it has not come; what a legal clock measures no fact tells.';

CREATE OR REPLACE VIEW sla_outcomes AS
SELECT
    ended_on, clock, department, priority, count(*) FILTER (outcome = 'met') AS met, count(*) FILTER (outcome = 'breached') AS breached,
    count(*) FILTER (outcome = 'stopped') AS stopped, ratio(met, met + breached) AS kept_share,
    quantile_disc(used_seconds, 0.5) FILTER (outcome = 'met') AS used_p50, quantile_disc(used_seconds, 0.9) FILTER (outcome = 'met') AS used_p90,
    quantile_disc(late_seconds, 0.5) AS late_p50, quantile_disc(late_seconds, 0.9) AS late_p90, max(late_seconds) AS late_worst,
    count(*) FILTER (outcome = 'breached' AND late_seconds IS NULL) AS never_came
FROM clock_outcomes GROUP BY ended_on, clock, department, priority;
COMMENT ON VIEW sla_outcomes IS 'Clocks that ended, by the day of their end, by clock, department and priority. Kept: met, of met and breached; stopped clocks are neither. Used: of those met; late: of breaches, as in clock_outcomes; p50 is the smallest value that half of the values do not exceed, p90 the same of nine in ten. Never came: breaches of what has not come, or is not asked for any more. Over several rows add up the counts and divide anew; percentiles are to be taken from clock_outcomes.';

CREATE OR REPLACE VIEW running_clocks AS
WITH starts AS (
    SELECT complaint_id, instance, min_by(clock, seq) AS clock, min_by(kind, seq) AS kind FROM clock_started GROUP BY complaint_id, instance
), dues AS (
    SELECT complaint_id, instance, max_by(due, seq) AS due FROM clock_words GROUP BY complaint_id, instance
)
SELECT complaint_id, instance, clock, kind, due FROM starts JOIN dues USING (complaint_id, instance) ANTI JOIN clock_ends USING (complaint_id, instance);
COMMENT ON VIEW running_clocks IS 'Clocks that have started and not ended, with the due that was told last; a paused one''s counts when it goes on.';

CREATE OR REPLACE VIEW open_complaints AS
WITH dues AS (
    SELECT complaint_id, min(due) AS next_due FROM running_clocks GROUP BY complaint_id
)
SELECT
    complaint_id, reference, registered_at, kind, tier, is_vulnerable, priority, department, state, reopenings,
    seconds_between(registered_at, as_of."at") AS age_seconds, next_due, coalesce(next_due < as_of."at", false) AS is_past_due,
    answered_at IS NULL AS is_unanswered
FROM complaints LEFT JOIN dues USING (complaint_id) CROSS JOIN as_of
WHERE state IN ('open', 'resolved');
COMMENT ON VIEW open_complaints IS 'Complaints that are neither closed nor withdrawn (resolved ones wait for their confirmation), as of the last instant that the export knows of. Age: elapsed seconds since the registration. Next due: the earliest due of its running clocks; past due where that has passed (a paused clock may rest there). Unanswered: nothing of substance was told to the customer so far.';
