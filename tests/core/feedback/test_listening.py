"""§4.6 and §4.7: what is heard unasked at the listening posts; the control group; praise is kept."""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

import pytest

from contracts.common import Answers
from contracts.feedback import FeedbackReceived, RelationshipMeasured
from contracts.ids import complaint_id
from contracts.model import Event
from services.feedback import SERVICE
from services.feedback.policy import FeedbackPolicy
from tests.core.feedback.round import POLICY, Ear, abandoned, asked, completed, items
from tests.core.heard import COMPLAINT, closed, registered, reopened, resolved, withdrawn

SEVEN = (
    "complaint_line", "transaction_survey", "feedback_card", "mystery_shopper", "focus_group", "lost_customer", "frontline_staff",
)  # fmt: skip
ORDER = complaint_id("shop", "O-1")


def test_there_are_seven_listening_posts():
    assert FeedbackPolicy().listening_posts == SEVEN


@pytest.mark.parametrize("post", SEVEN)
def test_each_is_a_source_of_feedback(post: str):
    ear = Ear().recorded(1, answers=Answers(csat=4), listening_post=post).until(2)
    (told,) = ear.run.all(FeedbackReceived)
    assert (told.via, told.listening_post, told.answers) == ("listening_post", post, Answers(csat=4))


def test_an_ordinary_transaction_is_of_the_control_group_and_says_whose():
    ear = Ear().recorded(1, "O-1", answers=Answers(csat=5, expected=4, perceived=5, nps=9), segment="key", department="shop", customer="k1")
    (told,) = ear.until(2).run.all(FeedbackReceived)
    assert (told.complaint_id, told.customer, told.round) == (ORDER, "k1", 1)
    assert (told.group, told.segment, told.department, told.policy) == ("control", "key", "shop", "test/feedback@1")
    assert (told.gap, told.satisfaction, told.intent) == (1, "satisfied", "promoter")


def test_whose_transaction_it_was_need_not_be_known():
    (told,) = Ear().recorded(1, "O-1", answers=Answers(csat=5)).until(2).run.all(FeedbackReceived)
    assert (told.customer, told.segment, told.department, told.gap) == (None, "general", None, None)


def test_a_transactions_document_is_that_of_its_source_and_reference():
    ear = Ear().recorded(1, "O-1", answers=Answers(csat=5)).until(2)
    document = ear.run.document("feedback", ORDER)
    assert document is not None and SERVICE.facets(document.state) == {"state": "recorded"} and SERVICE.dossiers(document.state) == {}


def test_the_first_feedback_on_a_transaction_counts_and_another_sources_is_another():
    ear = Ear().recorded(1, "O-1", answers=Answers(csat=5)).recorded(2, "O-1", answers=Answers(csat=1))
    ear.recorded(3, "O-1", source="kiosk", answers=Answers(csat=2)).until(4)
    assert [told.answers.csat for told in ear.run.all(FeedbackReceived)] == [5, 2] and ear.refused == [("already_recorded", None)]


def test_what_a_complainant_says_unasked_is_recovered_and_of_the_complaints_own_segment_and_department():
    ear = Ear(tier="key", core=5).hears(resolved(2), 0).recorded(1, answers=Answers(perceived=3), segment="general").until(2)
    (told,) = ear.run.all(FeedbackReceived)
    assert (told.group, told.segment, told.department, told.round, told.gap) == ("recovered", "key", "repairs", 2, -2)


def test_what_is_said_while_somebody_works_on_it_is_of_neither_group():
    """§4.6: compared are customers whose complaint was resolved with those who had none."""
    ear = Ear().recorded(1, is_praise=True).hears(completed(Answers(csat=2), purpose="progress"), 2).hears(resolved(), 3)
    ear.recorded(4, is_praise=True).hears(reopened(2), 5).recorded(6, is_praise=True).hears(resolved(2), 7)
    ear.hears(completed(Answers(csat=4), round=2), 8).hears(closed(2), 9).hears(completed(Answers(csat=5), round=2, purpose="care"), 10)
    groups = ["unresolved", "unresolved", "recovered", "unresolved", "recovered", "recovered"]
    assert [told.group for told in ear.until(11).run.all(FeedbackReceived)] == groups
    ear.hears(completed(Answers(csat=1), purpose="progress"), 11.5).until(12)
    assert [told.group for told in ear.run.all(FeedbackReceived)][6:] == ["unresolved"], "a word of a round that is long over"
    (told,) = Ear().hears(withdrawn(), 1).recorded(2, is_praise=True).until(3).run.all(FeedbackReceived)
    assert told.group == "unresolved"


@pytest.mark.parametrize("since", [[reopened(2)], [reopened(2), resolved(2)]])
def test_who_is_called_for_care_is_of_the_round_that_was_resolved_whatever_has_come_since(since: list[Event]):
    ear = Ear().hears(resolved(), 1)
    for event in since:
        ear.hears(event, 3)
    ear.hears(completed(Answers(csat=5), purpose="care"), 4).until(5)
    assert [(told.group, told.round) for told in ear.run.all(FeedbackReceived)] == [("recovered", 1)]


def test_who_is_called_of_progress_waits_still_whichever_topic_is_read_first():
    ear = Ear().hears(resolved(), 3).hears(completed(Answers(csat=2), purpose="progress"), 4, dated=2).until(5)
    assert [told.group for told in ear.run.all(FeedbackReceived)] == ["unresolved"]


def test_whom_it_is_about_can_be_said():
    ear = Ear().hears(resolved(), 0).recorded(1, is_praise=True, department="front_desk").until(2)
    assert [told.department for told in ear.run.all(FeedbackReceived)] == ["front_desk"]
    assert ear.complaint.department == "repairs", "the round's verdict is still about whoever led its work"


@pytest.mark.parametrize("answers", [Answers(solved=False), Answers(csat=1), Answers(solved=True)])
def test_what_is_said_unasked_is_no_verdict_and_answers_no_survey(answers: Answers):
    ear = asked().recorded(40, answers=answers).answered(41, Answers(solved=True)).until(42)
    assert ear.told == ["SurveyRequested", "FeedbackReceived", "FeedbackReceived", "RecoveryConfirmed"]


def test_praise_is_kept_with_its_words():
    ear = Ear().recorded(1, is_praise=True, comment="王师傅很耐心，谢谢！").recorded(2, is_praise=True).until(3)
    assert [(told.is_praise, told.answers) for told in ear.run.all(FeedbackReceived)] == [(True, Answers())] * 2
    assert [note.text for note in SERVICE.dossiers(ear.complaint)[COMPLAINT].notes] == ["王师傅很耐心，谢谢！"]
    assert not any("王" in told.message.model_dump_json() for told in ear.run.events)


def test_words_alone_are_feedback_too():
    assert Ear().recorded(1, comment="门口的台阶太滑").until(2).told == ["FeedbackReceived"]


def test_praise_of_a_transaction_is_kept_without_words():
    (told,) = Ear().recorded(1, "O-1", is_praise=True).until(2).run.all(FeedbackReceived)
    assert told.is_praise and told.group == "control"


def test_a_relationship_survey_that_was_held_elsewhere_measures_the_control_group():
    ear = Ear().recorded(1, "O-1", items=items(6, 5), listening_post="focus_group").until(2)
    assert ear.told == ["RelationshipMeasured"]
    (told,) = ear.run.all(RelationshipMeasured)
    assert (told.group, told.survey, told.listening_post, told.overall_ten_thousandths) == ("control", None, "focus_group", -10_000)


def test_with_other_answers_beside_it_both_are_told():
    assert Ear().recorded(1, "O-1", items=items(), answers=Answers(csat=4)).until(2).told == ["FeedbackReceived", "RelationshipMeasured"]


def test_a_complaint_that_its_source_calls_like_a_transaction_is_a_complaint():
    ear = Ear(knows=False).recorded(1, "T-1", source="crm", answers=Answers(csat=4)).hears(registered(), 2).hears(resolved(), 3)
    ear.hears(abandoned(), 30).recorded(31, "T-1", source="crm", answers=Answers(csat=4)).until(32)
    assert ear.told == ["FeedbackReceived", "SurveyRequested", "CommandRefused"] and ear.refused == [("not_a_transaction", None)]


def test_what_is_said_of_it_before_it_is_registered_waits_for_that():
    ear = Ear(knows=False).recorded(1, "T-1", source="crm", answers=Answers(csat=4)).hears(resolved(), 2).hears(abandoned(), 3)
    ear.answered(4, Answers(csat=4)).hears(registered(), 5).until(6)
    assert ear.told == ["FeedbackReceived", "SurveyRequested", "FeedbackReceived", "RecoveryConfirmed"]
    assert ear.complaint.department == "repairs"


def test_what_waits_for_a_complaint_that_never_comes_is_given_up():
    ear = Ear(knows=False).recorded(1, "T-1", source="crm", answers=Answers(csat=4)).hears(resolved(), 2)
    ear.answered(4, Answers(csat=4)).until(4 + 24.1)
    assert ear.refused == [("never_opened", None)]
    assert not ear.run.dead
    assert [letter.reason for letter in ear.until(2 + 24 * 91).run.dead] == ["never_opened"]


# -- the recovery paradox -----------------------------------------------------------------------------------------------------------------


def means(events: Iterable[Event]) -> dict[tuple[str, str], tuple[Fraction, Fraction]]:
    """By group and segment: the mean gap, and how many of those who said so would recommend us less those who would not."""
    gaps, intents = defaultdict[tuple[str, str], list[int]](list), defaultdict[tuple[str, str], list[int]](list)
    for told in events:
        if isinstance(told, FeedbackReceived) and told.gap is not None and told.intent is not None:
            gaps[told.group, told.segment].append(told.gap)
            intents[told.group, told.segment].append({"promoter": 1, "passive": 0, "detractor": -1}[told.intent])
    return {of: (Fraction(sum(found), len(found)), Fraction(sum(intents[of]), len(found))) for of, found in gaps.items()}


def test_the_recovery_paradox_can_be_measured_from_the_facts_alone_satisfaction_and_intent_apart():
    ear = asked(POLICY, tier="key").answered(40, Answers(solved=True, expected=3, perceived=5, nps=6))
    for n, (perceived, nps) in enumerate([(4, 9), (4, 10), (5, 8)]):
        ear.recorded(50 + n, f"O-{n}", answers=Answers(expected=4, perceived=perceived, nps=nps), segment="key")
    ear.recorded(60, "O-9", answers=Answers(expected=4, perceived=4, nps=7)).until(61)
    assert means(told.message for told in ear.run.events) == {
        ("recovered", "key"): (Fraction(2), Fraction(-1)),  # more satisfied than the others, and none the more loyal
        ("control", "key"): (Fraction(1, 3), Fraction(2, 3)),
        ("control", "general"): (Fraction(0), Fraction(0)),
    }
