"""§4.5: SERVQUAL as a sampled relationship survey: 22 items, the mean gap of each dimension, overall, weighted, the worst."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.feedback import ByDimension, ItemsSaid, RelationshipMeasured, SurveyCancelled, SurveyRequested
from contracts.ids import complaint_id
from contracts.intake import Reachable
from contracts.model import Event
from contracts.servqual import DIMENSIONS, ITEMS, dimensions, of_questionnaire, overall, total, weighted, worst
from services.feedback.policy import FeedbackPolicy, Relationship
from services.feedback.relationship import measured
from services.feedback.state import Complaint
from tests.core.feedback.round import EVERYBODY, EXPIRY, SECOND, Ear, asked_about_relationship, items, promised, weights
from tests.core.heard import WHO, closed, contact, erased, hour, reopened, resolved, withdrawn

KNOWN = Complaint(**WHO, segment="key", department="repairs")
TEXTBOOK = dict(zip(DIMENSIONS, map(Fraction, ("-0.65", "-1.10", "-0.83", "-0.70", "-1.01")), strict=True))
scores = st.lists(st.integers(1, 7), min_size=22, max_size=22).map(tuple)


def measure(said: ItemsSaid) -> RelationshipMeasured:
    return measured(KNOWN, said, EVERYBODY)


# -- the figures --------------------------------------------------------------------------------------------------------------------------


def test_the_questionnaire_has_22_items():
    assert ITEMS == {"tangibles": 4, "reliability": 5, "responsiveness": 4, "assurance": 4, "empathy": 5} and sum(ITEMS.values()) == 22


def test_one_customers_gaps_are_told_exactly():
    told = measure(items(tangibles=(-1, 0, 0, -2), reliability=(-1, -1, -1, -1, -2), responsiveness=(-1, -1, -1, 0),
                         assurance=(-1, -1, 0, -1), empathy=(-1, -1, -1, -1, -1)))  # fmt: skip
    assert told.gaps_ten_thousandths == ByDimension(
        tangibles=-7_500, reliability=-12_000, responsiveness=-7_500, assurance=-7_500, empathy=-10_000
    )
    assert (told.overall_ten_thousandths, told.weighted_ten_thousandths, told.worst) == (-8_900, -9_340, ("reliability",))
    assert told.weights == weights()


def test_who_got_what_was_expected_has_no_gap_and_no_dimension_is_worse_than_another():
    told = measure(items())
    assert (told.overall_ten_thousandths, told.weighted_ten_thousandths, told.worst) == (0, 0, DIMENSIONS)


def test_a_customers_own_weights_go_before_the_policys():
    own = ByDimension(tangibles=0, reliability=0, responsiveness=0, assurance=0, empathy=100)
    told = measure(items(tangibles=(-4,) * 4, empathy=(-1,) * 5, weights=own))
    assert (told.weights, told.weighted_ten_thousandths) == (own, -10_000)


def many_customers() -> list[ItemsSaid]:
    """A hundred, whose gaps are in the mean those of the textbook: each point is somebody's on some item."""
    missing = {name: int(-gap * 100 * ITEMS[name]) for name, gap in TEXTBOOK.items()}

    def gaps(name: str, customer: int) -> list[int]:
        least, more = divmod(missing[name], 100 * ITEMS[name])
        return [-least - (customer * ITEMS[name] + n < more) for n in range(ITEMS[name])]

    return [items(**{name: gaps(name, customer) for name in DIMENSIONS}) for customer in range(100)]


def test_the_facts_of_a_hundred_customers_add_up_to_the_textbooks_figures():
    told = [measure(said) for said in many_customers()]
    answers = [answer for each in told for answer in of_questionnaire(each.expectation, each.perception)]
    found = dimensions(answers, {name: Fraction(points) for name, points in weights().model_dump().items()})
    assert {each.name: each.gap for each in found} == TEXTBOOK
    assert (total(found), overall(found), weighted(found)) == (Fraction("-4.29"), Fraction("-0.858"), Fraction("-0.9007"))
    assert worst(found) == ("reliability",)
    assert sum(each.overall_ten_thousandths for each in told) == -8_580 * 100, "and so do their own figures"
    assert sum(each.weighted_ten_thousandths for each in told) == -9_007 * 100


@given(scores, scores, st.permutations([11, 32, 22, 19, 16]))
def test_no_figure_is_ever_rounded(expectation: tuple[int, ...], perception: tuple[int, ...], points: list[int]):
    own = ByDimension(**dict(zip(DIMENSIONS, points, strict=True)))
    told = measure(ItemsSaid(expectation=expectation, perception=perception, weights=own))
    found = dimensions(of_questionnaire(expectation, perception), {name: Fraction(n) for name, n in own.model_dump().items()})
    assert {name: Fraction(gap, 10_000) for name, gap in told.gaps_ten_thousandths.model_dump().items()} == {
        each.name: each.gap for each in found
    }
    assert Fraction(told.overall_ten_thousandths, 10_000) == overall(found)
    assert Fraction(told.weighted_ten_thousandths, 10_000) == weighted(found)


# -- who is asked, and when ---------------------------------------------------------------------------------------------------------------


def test_a_customer_of_the_sample_is_asked_some_time_after_the_closing_and_answers():
    ear = asked_about_relationship(tier="key").measured(2, items(6, 5)).to_the_end()
    assert ear.stamps[0] == ("SurveyRequested", hour(1)) and ear.told == ["SurveyRequested", "RelationshipMeasured"]
    (survey,), (told,) = ear.run.all(SurveyRequested), ear.run.all(RelationshipMeasured)
    assert (survey.kind, survey.survey, survey.channel) == ("relationship", "relationship", "sms")
    assert (survey.questions, survey.questionnaire, survey.expires_at) == (("servqual",), "servqual-1", hour(1 + EXPIRY))
    assert (told.survey, told.group, told.segment, told.department) == ("relationship", "recovered", "key", "repairs")


def test_the_sample_is_drawn_by_the_complaints_id_and_is_about_as_large_as_the_policy_says():
    ids = [complaint_id("crm", f"T-{n}") for n in range(4_000)]
    drawn = [id for id in ids if Relationship(sample_permille=50).samples(id)]
    assert 140 < len(drawn) < 260
    assert drawn == [id for id in ids if Relationship(sample_permille=50).samples(id)], "the same whoever draws"
    assert set(drawn) <= {id for id in ids if Relationship(sample_permille=60).samples(id)}, "a larger sample holds the smaller"
    assert not any(Relationship(sample_permille=0).samples(id) for id in ids)
    assert all(Relationship(sample_permille=1000).samples(id) for id in ids)


def test_who_is_not_of_the_sample_is_not_asked():
    nobody = FeedbackPolicy(relationship=Relationship(sample_permille=0))
    assert asked_about_relationship(nobody).to_the_end().told == []


def test_without_an_answer_it_is_reminded_of_and_expires_like_any_survey():
    ear = asked_about_relationship().to_the_end()
    assert ear.stamps == [
        ("SurveyRequested", hour(1)), ("SurveyReminded", hour(1 + 7 * 24)), ("SurveyExpired", hour(1 + EXPIRY + SECOND)),
    ]  # fmt: skip


def test_a_call_that_was_promised_before_the_closing_holds_it_no_longer():
    ear = Ear(EVERYBODY).hears(resolved(), -2).hears(promised(), -1).hears(closed(), 0).to_the_end()
    assert ear.told == ["SurveyRequested", "SurveyReminded", "SurveyExpired"]


def test_cancelled_by_a_reopening_it_is_refused_as_what_it_is():
    """It asks about the house, and not about a round."""
    ear = asked_about_relationship().hears(reopened(2), 2).measured(3, items()).until(4)
    assert ear.refused == [("survey_cancelled", "ReopenComplaint")]


def test_it_can_be_declined():
    ear = asked_about_relationship().declined(2, "relationship").to_the_end()
    assert ear.told == ["SurveyRequested", "SurveyDeclined", "SurveyExpired"]


def test_the_first_answer_wins():
    ear = asked_about_relationship().measured(2, items()).measured(3, items(7, 1)).to_the_end()
    assert ear.told == ["SurveyRequested", "RelationshipMeasured", "CommandRefused"]
    assert ear.refused == [("already_answered", "ReopenComplaint")]


@pytest.mark.parametrize("event", [reopened(2), erased()])
def test_before_it_is_asked_it_is_given_up_for_a_complaint_that_is_reopened_or_erased(event: Event):
    assert asked_about_relationship().hears(event, 0.5).to_the_end().told == []


@pytest.mark.parametrize(("event", "reason"), [(reopened(2), "reopened"), (erased(), "erased")])
def test_and_cancelled_afterwards(event: Event, reason: str):
    ear = asked_about_relationship().hears(event, 2).to_the_end()
    assert [(told.survey, told.reason, told.kind) for told in ear.run.all(SurveyCancelled)] == [("relationship", reason, "relationship")]


def test_a_complaint_that_was_reopened_is_asked_about_by_its_next_closing_and_once():
    ear = asked_about_relationship().hears(reopened(2), 0.5).hears(resolved(2), 10).hears(closed(2), 20).until(22)
    assert ear.stamps == [("SurveyRequested", hour(21))]
    ear.hears(reopened(3), 23).hears(resolved(3), 30).hears(closed(3), 40).to_the_end()
    assert ear.told == ["SurveyRequested", "SurveyCancelled"], "nobody is asked for such an answer twice"


def test_a_withdrawn_complaint_is_not_asked_about():
    assert Ear(EVERYBODY).hears(withdrawn(), 0).to_the_end().told == []


def test_a_closing_that_is_told_again_changes_nothing():
    ear = asked_about_relationship().hears(closed(), 0.5).hears(closed(), 2).until(3)
    assert ear.told == ["SurveyRequested"] and ear.complaint.live


def test_whom_nothing_reaches_by_then_falls_out_of_the_sample():
    assert asked_about_relationship(reachable=Reachable()).to_the_end().told == []
    ear = asked_about_relationship(reachable=Reachable()).hears(contact(reachable=Reachable(mail=True)), 0.5).until(2)
    assert [survey.channel for survey in ear.run.all(SurveyRequested)] == ["email"]


def test_its_answers_are_no_verdict_on_the_recovery():
    assert asked_about_relationship().measured(2, items(7, 1)).to_the_end().told == ["SurveyRequested", "RelationshipMeasured"]
