-- What customers said.  Groups: recovered (their complaint was resolved when they said so), unresolved (still worked on, or withdrawn),
-- control (ordinary transactions).

CREATE OR REPLACE VIEW satisfaction_by_group AS
SELECT
    day_of("at") AS said_on, "group", segment, coalesce(department, '(nobody)') AS department, count(*) AS answers,
    count(answers_solved) AS solved_told, count(*) FILTER (answers_solved) AS solved, ratio(solved, solved_told) AS solved_share,
    count(answers_csat) AS csat_told, sum(answers_csat)::BIGINT AS csat_sum, ratio(csat_sum, csat_told) AS csat,
    count(gap) AS gap_told, sum(gap)::BIGINT AS gap_sum, ratio(gap_sum, gap_told) AS gap,
    count(*) FILTER (satisfaction = 'satisfied') AS satisfied, count(*) FILTER (satisfaction = 'accepted') AS accepted,
    count(*) FILTER (satisfaction = 'dissatisfied') AS dissatisfied, count(*) FILTER (is_praise) AS praise
FROM feedback_received GROUP BY ALL;
COMMENT ON VIEW satisfaction_by_group IS 'FeedbackReceived, each of which counts, by the day, the group, the customer''s segment (tier) and the department it is about. Solved: yes, of those who said either. csat: the mean of those who told it, 1 to 5. Gap: perceived less expected, the mean of those who told both; by it satisfied (above 0), accepted (0), dissatisfied (below 0). Over several rows add up counts and sums and divide anew.';

CREATE OR REPLACE VIEW satisfaction_by_dimension AS
SELECT
    answers_dimension AS dimension, count(*) AS answers, avg(answers_csat) AS csat, avg(answers_expected) FILTER (gap IS NOT NULL) AS expected,
    avg(answers_perceived) FILTER (gap IS NOT NULL) AS perceived, avg(gap) AS gap, count(*) FILTER (satisfaction = 'dissatisfied') AS dissatisfied
FROM feedback_received WHERE "group" <> 'control' AND answers_dimension IS NOT NULL GROUP BY dimension;
COMMENT ON VIEW satisfaction_by_dimension IS 'By what was worst (answers.dimension), of customers who complained (recovered and unresolved): the mean csat of those who told it; expected, perceived and their gap (perceived less expected) of those who told both; how many were dissatisfied by the gap.';

CREATE OR REPLACE VIEW house_by_dimension AS
WITH gaps AS (
    UNPIVOT (
        SELECT
            "group", gaps_ten_thousandths_tangibles AS tangibles, gaps_ten_thousandths_reliability AS reliability,
            gaps_ten_thousandths_responsiveness AS responsiveness, gaps_ten_thousandths_assurance AS assurance,
            gaps_ten_thousandths_empathy AS empathy, overall_ten_thousandths AS overall, weighted_ten_thousandths AS weighted
        FROM relationship_measured
    ) ON tangibles, reliability, responsiveness, assurance, empathy, overall, weighted INTO NAME dimension VALUE ten_thousandths
)
SELECT "group", dimension, count(*) AS questionnaires, avg(ten_thousandths) / 10000 AS gap FROM gaps GROUP BY "group", dimension;
COMMENT ON VIEW house_by_dimension IS 'How customers see the house: SERVQUAL gaps (perception less expectation) of RelationshipMeasured, the mean of the questionnaires, by group and dimension; overall: the mean of the five; weighted: by the points of 100 that customers give each.';

CREATE OR REPLACE VIEW recovered_v_control AS
WITH scores AS (
    UNPIVOT (
        SELECT
            "group", segment, answers_csat::DOUBLE AS csat, gap::DOUBLE AS gap, answers_would_return::INTEGER::DOUBLE AS would_return,
            answers_nps::DOUBLE AS would_recommend,
            CASE intent WHEN 'promoter' THEN 100 WHEN 'passive' THEN 0 WHEN 'detractor' THEN -100 END::DOUBLE AS net_promoter_score
        FROM feedback_received WHERE "group" <> 'unresolved'
    ) ON csat, gap, would_return, would_recommend, net_promoter_score INTO NAME measure VALUE score
)
SELECT
    coalesce(segment, '(all)') AS segment, measure, CASE WHEN measure IN ('csat', 'gap') THEN 'satisfaction' ELSE 'intent' END AS of_what,
    count(score) FILTER ("group" = 'recovered') AS recovered_answers, avg(score) FILTER ("group" = 'recovered') AS recovered,
    count(score) FILTER ("group" = 'control') AS control_answers, avg(score) FILTER ("group" = 'control') AS control,
    recovered - control AS difference
FROM scores GROUP BY GROUPING SETS ((segment, measure), (measure));
COMMENT ON VIEW recovered_v_control IS 'The recovery paradox, measured: customers whose complaint was resolved beside those of ordinary transactions, by segment (tier) and over all. Each mean is of those who told the score, each answer counting: several of a round, and those of a call for care or to supervise (purpose in FeedbackReceived), too; csat 1 to 5 and gap (satisfaction), would_return 0 or 1, would_recommend 0 to 10 and net_promoter_score, promoters (9 and 10) less detractors (to 6) in a hundred (intent): satisfaction and intent are told apart and need not agree. Difference: recovered less control; none where one of the two is not told. Customers whose complaint is still worked on, or was withdrawn, are in neither.';

CREATE OR REPLACE VIEW survey_response AS
WITH words AS (
    SELECT kind, 'requested' AS word FROM survey_requested UNION ALL SELECT kind, 'reminded' FROM survey_reminded
    UNION ALL SELECT kind, 'declined' FROM survey_declined UNION ALL SELECT kind, 'expired' FROM survey_expired
    UNION ALL SELECT kind, 'cancelled' FROM survey_cancelled
    UNION ALL SELECT 'recovery', 'answered' FROM feedback_received WHERE via = 'survey'
    UNION ALL SELECT 'relationship', 'answered' FROM relationship_measured WHERE survey IS NOT NULL
)
SELECT
    kind, count(*) FILTER (word = 'requested') AS requested, count(*) FILTER (word = 'answered') AS answered, count(*) FILTER (word = 'reminded') AS reminded,
    count(*) FILTER (word = 'declined') AS declined, count(*) FILTER (word = 'expired') AS expired, count(*) FILTER (word = 'cancelled') AS cancelled,
    ratio(answered, requested - cancelled) AS share
FROM words GROUP BY kind;
COMMENT ON VIEW survey_response IS 'Of a kind of survey: answered (FeedbackReceived via survey; RelationshipMeasured with a survey), of SurveyRequested less SurveyCancelled.';
