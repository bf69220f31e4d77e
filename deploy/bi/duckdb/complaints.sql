-- What became of complaints.  Times are whole seconds between two instants, both cut to whole seconds; nights and holidays count too.

CREATE OR REPLACE MACRO seconds_between(start, stop) AS epoch_ms(stop) // 1000 - epoch_ms(start) // 1000;
CREATE OR REPLACE MACRO day_of(instant) AS CAST(make_timestamp(epoch_us(instant)) AS DATE);
CREATE OR REPLACE MACRO ratio(part, whole) AS CASE WHEN whole > 0 THEN part / whole END;

CREATE OR REPLACE VIEW milestones AS
WITH answers AS (
    SELECT complaint_id, "at" FROM progress_reported WHERE is_told_to_customer
    UNION ALL SELECT complaint_id, "at" FROM callback_completed
    UNION ALL SELECT complaint_id, "at" FROM complaint_resolved
), first_answers AS (
    SELECT complaint_id, min("at") AS answered_at FROM answers GROUP BY complaint_id
), resolutions AS (
    SELECT complaint_id, min("at") AS resolved_at FROM complaint_resolved GROUP BY complaint_id
), turns AS (
    SELECT complaint_id, seq, "at", how AS state FROM complaint_closed
    UNION ALL SELECT complaint_id, seq, "at", 'withdrawn' FROM complaint_withdrawn
    UNION ALL SELECT complaint_id, seq, "at", 'open' FROM complaint_reopened
    UNION ALL SELECT complaint_id, seq, "at", 'resolved' FROM complaint_resolved
), last_turns AS (
    SELECT complaint_id, max_by(state, seq) AS state, max_by("at", seq) AS since FROM turns GROUP BY complaint_id
)
SELECT
    complaint_id, answered_at, resolved_at, coalesce(state, 'open') AS state,
    CASE WHEN state NOT IN ('open', 'resolved', 'withdrawn') THEN since END AS closed_at
FROM first_answers FULL JOIN resolutions USING (complaint_id) FULL JOIN last_turns USING (complaint_id);
COMMENT ON VIEW milestones IS 'When a complaint came to what. Answered: the earliest of progress that was told to the customer, a completed call, the resolution. Resolved: the first time. Closed: the closing that stands, none where the complaint was reopened since or withdrawn. State: confirmed, silence, unreachable or final_position (how it was closed), withdrawn, resolved, else open.';

CREATE OR REPLACE VIEW priorities AS
SELECT complaint_id, seq, priority FROM complaint_routed
UNION ALL SELECT complaint_id, seq, priority FROM complaint_sent_to_triage
UNION ALL SELECT complaint_id, seq, priority FROM priority_changed;
COMMENT ON VIEW priorities IS 'Every priority that a complaint was told to have, in the order of routing''s words.';

CREATE OR REPLACE VIEW complaints AS
WITH first_priorities AS (
    SELECT complaint_id, min_by(priority, seq) AS first_priority, max_by(priority, seq) AS priority FROM priorities GROUP BY complaint_id
), leads AS (
    SELECT complaint_id, min_by(lead, seq) AS first_department, max_by(lead, seq) AS department FROM complaint_routed GROUP BY complaint_id
), again AS (
    SELECT DISTINCT unnest(predecessors) AS complaint_id FROM complaint_registered
    UNION SELECT DISTINCT unnest(predecessors) FROM repeat_facts_changed
), repeated AS (
    SELECT complaint_id, count(*) AS contacts_repeated FROM contact_repeated GROUP BY complaint_id
), chased AS (
    SELECT complaint_id, count(*) AS chases FROM information_added WHERE is_chasing GROUP BY complaint_id
), returned AS (
    SELECT complaint_id, count(*) AS contacts_returned FROM contact_returned GROUP BY complaint_id
), reopened AS (
    SELECT complaint_id, count(*) AS reopenings FROM complaint_reopened GROUP BY complaint_id
)
SELECT
    complaint_id, customer, reference, "at" AS registered_at, day_of("at") AS registered_on, channel, classes_kind AS kind, tier,
    is_vulnerable, len(predecessors) > 0 AS is_repeat, first_priority, priority, coalesce(first_department, '(nobody)') AS first_department,
    coalesce(department, '(nobody)') AS department, coalesce(state, 'open') AS state, answered_at, resolved_at, closed_at,
    seconds_between("at", answered_at) AS seconds_until_answer, seconds_between("at", resolved_at) AS seconds_until_resolution,
    seconds_between("at", closed_at) AS seconds_until_closing, coalesce(reopenings, 0) AS reopenings,
    coalesce(contacts_repeated, 0) AS contacts_repeated, coalesce(chases, 0) AS chases,
    coalesce(contacts_returned, 0) AS contacts_returned, again.complaint_id IS NOT NULL AS came_again
FROM complaint_registered
LEFT JOIN milestones USING (complaint_id) LEFT JOIN first_priorities USING (complaint_id) LEFT JOIN leads USING (complaint_id)
LEFT JOIN again USING (complaint_id) LEFT JOIN repeated USING (complaint_id) LEFT JOIN chased USING (complaint_id)
LEFT JOIN returned USING (complaint_id) LEFT JOIN reopened USING (complaint_id);
COMMENT ON VIEW complaints IS 'A row for each complaint that ComplaintRegistered tells; a contact that lives on in another one is none. First priority and department: as first told (the lead of the first ComplaintRouted); priority and department: as last told. Came again: another complaint names it among its predecessors.';

CREATE OR REPLACE VIEW first_contact_resolution AS
WITH ended AS (
    SELECT *, reopenings + contacts_repeated + chases + contacts_returned = 0 AND NOT came_again AS is_at_first_contact
    FROM complaints WHERE resolved_at IS NOT NULL
)
SELECT
    registered_on, kind, first_department, count(*) AS resolved, count(*) FILTER (is_at_first_contact) AS at_first_contact,
    ratio(at_first_contact, resolved) AS share
FROM ended GROUP BY registered_on, kind, first_department;
COMMENT ON VIEW first_contact_resolution IS 'Complaints with a ComplaintResolved, without ComplaintReopened, ContactRepeated, a chase (InformationAdded.is_chasing) or ContactReturned, and that no other complaint names among its predecessors; of those with a ComplaintResolved. By the day of registration, the kind, and the department that led first.';

CREATE OR REPLACE VIEW reopen_rate AS
SELECT
    registered_on, kind, first_department, count(*) AS resolved, count(*) FILTER (reopenings > 0) AS reopened, ratio(reopened, resolved) AS share,
    sum(reopenings)::BIGINT AS reopenings
FROM complaints WHERE resolved_at IS NOT NULL GROUP BY registered_on, kind, first_department;
COMMENT ON VIEW reopen_rate IS 'Complaints with a ComplaintReopened, of those with a ComplaintResolved; reopenings: how often in all. By the day of registration, the kind, and the department that led first.';

CREATE OR REPLACE VIEW reopen_reasons AS
SELECT day_of("at") AS reopened_on, reason, count(*) AS reopenings, count(*) FILTER (is_with_head) AS with_head
FROM complaint_reopened GROUP BY reopened_on, reason;
COMMENT ON VIEW reopen_reasons IS 'ComplaintReopened by its reason, and how many of them went to the head since the rounds were used up. By the day on which it was reopened.';

CREATE OR REPLACE VIEW repeat_rate AS
WITH causes AS (
    SELECT complaint_id, count(is_same_cause) AS looked, count(*) FILTER (is_same_cause) AS same_cause FROM complaint_resolved GROUP BY complaint_id
)
SELECT
    registered_on, kind, count(*) AS registered, count(*) FILTER (is_repeat) AS repeats, ratio(repeats, registered) AS share,
    sum(contacts_repeated)::BIGINT AS contacts_repeated, sum(chases)::BIGINT AS chases, sum(contacts_returned)::BIGINT AS contacts_returned,
    coalesce(sum(looked), 0)::BIGINT AS resolutions_that_tell_the_cause, coalesce(sum(same_cause), 0)::BIGINT AS same_cause
FROM complaints LEFT JOIN causes USING (complaint_id) GROUP BY registered_on, kind;
COMMENT ON VIEW repeat_rate IS 'Registrations with predecessors (complaints of the same customer about the same matter that were closed before), of all registrations; ContactRepeated; chases; ContactReturned; is_same_cause of the resolutions that tell it. By the day of registration and the kind.';

CREATE OR REPLACE VIEW promised_resolutions AS
SELECT day_of("at") AS resolved_on, lead AS department, count(*) AS resolutions, count(*) FILTER (NOT is_late) AS kept, ratio(kept, resolutions) AS share
FROM complaint_resolved GROUP BY resolved_on, department;
COMMENT ON VIEW promised_resolutions IS 'ComplaintResolved without is_late, of all: once a round. By the day of the resolution and the department that led.';
