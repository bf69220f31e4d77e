"""What customers said, in the groups that are compared."""

from fractions import Fraction

import pytest

from contracts.feedback import (
    ByDimension,
    DissatisfactionReported,
    RecoveryConfirmed,
    RelationshipMeasured,
    SurveyCancelled,
    SurveyExpired,
    SurveyRequested,
)
from tests.core.backtest_report.history import Matter, at, heard

IT = Matter()
OF_SURVEY = {**IT.who, "round": 1, "survey": "1-recovery"}
ASKED = SurveyRequested(**OF_SURVEY, channel="sms", questions=("solved",), questionnaire="q1", expires_at=at(99), policy="test/feedback@1")


def said(*events):
    return heard(*enumerate(events)).summary().satisfaction


def opinion(*events, group="recovered"):
    return next(each for each in said(*events).opinions if each.group == group)


def test_a_share_is_of_those_who_answered_that_question():
    found = opinion(IT.opinion(solved=True), IT.opinion(solved=False), IT.opinion(csat=4))
    assert dict(found.shares)["solved"] == (1, 2) and found.answers == 3
    assert dict(found.means)["csat"] == (4, 1)


def test_groups_stand_apart_and_only_those_of_which_somebody_spoke():
    found = said(IT.opinion(csat=5), IT.opinion("control", csat=1), IT.opinion(csat=3))
    assert [(each.group, dict(each.means)["csat"].value) for each in found.opinions] == [("recovered", 4), ("control", 1)]


@pytest.mark.parametrize(("intents", "score"), [
    ([], None), (["promoter"], 1), (["detractor"], -1), (["passive"], 0),
    (["promoter", "promoter", "passive", "detractor"], Fraction(1, 4)),
])  # fmt: skip
def test_promoters_less_detractors_of_all_who_told_how_likely(intents, score):
    found = opinion(IT.opinion(csat=3), *(IT.opinion(nps=5, intent=each) for each in intents))
    assert found.promoters_less_detractors.value == score


def test_satisfaction_by_the_gap_and_by_what_was_worst():
    found = said(
        IT.opinion(csat=2, gap=-1, satisfaction="dissatisfied", dimension="reliability"), IT.opinion(csat=4, dimension="reliability"),
        IT.opinion("control", csat=5, dimension="empathy"),
    )  # fmt: skip
    assert found.csat_by_dimension == (("reliability", (6, 2)),)
    assert found.opinions[0].gap == (-1, 1) and found.opinions[0].satisfaction == (("dissatisfied", 1),)


@pytest.mark.parametrize(("more", "response"), [
    ([], (0, 1)),
    ([IT.opinion(via="survey", solved=True)], (1, 1)),
    ([IT.opinion(via="callback", solved=True)], (0, 1)),
    ([SurveyExpired(**OF_SURVEY)], (0, 1)),
    ([SurveyCancelled(**OF_SURVEY, reason="reopened")], (0, 0)),
])  # fmt: skip
def test_response_is_of_the_surveys_that_were_not_called_off(more, response):
    assert said(ASKED, *more).surveys[0].response == response


def test_verdicts_are_counted_and_the_reasons_of_the_bad_ones():
    bad = DissatisfactionReported(**IT.who, round=1, dimension="unspecified", because="csat")
    found = said(RecoveryConfirmed(**IT.who, round=1), bad, bad)
    assert found.confirmed == 1 and found.dissatisfied == (("csat", 2),)


def test_how_the_house_is_seen_is_the_mean_of_the_questionnaires_in_ten_thousandths():
    def measured(reliability: int) -> RelationshipMeasured:
        gaps = ByDimension(tangibles=0, reliability=reliability, responsiveness=0, assurance=0, empathy=0)
        return RelationshipMeasured(
            **IT.who, segment="general", survey="relationship", expectation=(5,) * 22, perception=(4,) * 22, gaps_ten_thousandths=gaps,
            overall_ten_thousandths=reliability // 5, weights=gaps, weighted_ten_thousandths=0, worst=("reliability",), policy="t/f@1",
        )  # fmt: skip

    found = said(measured(-10_000), measured(-5_000))
    assert found.relationship[0].measured == 2 and dict(found.relationship[0].gaps)["reliability"].value == -7_500
    assert found.surveys[1].answered == 2
