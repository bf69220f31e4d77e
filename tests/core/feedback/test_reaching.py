"""§4.1: by the customer's channel.  Whom nothing reaches is asked as soon as a way is known, and once."""

import pytest

from contracts.common import Answers
from contracts.feedback import SurveyRequested
from contracts.intake import Reachable
from contracts.model import Event
from tests.core.feedback.round import EXPIRY, Ear, abandoned, asked, completed, impossible
from tests.core.heard import closed, contact, erased, hour, informed, profiled, reopened, resolved, withdrawn

MAIL, POST = Reachable(mail=True), Reachable(post=True)
NOBODY = Reachable()


def channels(ear: Ear) -> list[tuple[str, int]]:
    return [(survey.channel, survey.round) for survey in ear.run.all(SurveyRequested)]


@pytest.mark.parametrize("news", [contact(reachable=MAIL), informed(reachable=MAIL)])
@pytest.mark.parametrize("event", [abandoned(), impossible(), completed(), completed(Answers(effort=1))])
def test_who_tells_a_way_later_is_asked_then(event: Event, news: Event):
    ear = Ear(reachable=NOBODY).hears(resolved(), 0).hears(event, 30).hears(news, 300).until(301)
    (survey,) = ear.run.all(SurveyRequested)
    assert (survey.channel, survey.expires_at) == ("email", hour(300 + EXPIRY)), "with all of its time from then on"


def test_what_tells_no_way_asks_nothing():
    ear = asked(reachable=NOBODY).hears(informed(), 40).hears(informed(reachable=NOBODY), 41).hears(profiled(), 42)
    assert ear.to_the_end().told == []


def test_before_the_call_has_ended_in_vain_a_further_way_is_only_kept():
    ear = Ear(reachable=NOBODY).hears(resolved(), 0).hears(contact(reachable=MAIL), 10).until(20)
    assert ear.told == []
    assert channels(ear.hears(abandoned(), 30).until(31)) == [("email", 1)]


def test_a_further_way_asks_nobody_twice():
    ear = asked(reachable=POST).hears(contact(reachable=MAIL), 40).hears(informed(reachable=POST), 41).until(42)
    assert channels(ear) == [("letter", 1)]
    ear = asked(reachable=NOBODY).hears(contact(reachable=MAIL), 40).hears(contact(reachable=POST), 41).until(42)
    assert channels(ear) == [("email", 1)]


@pytest.mark.parametrize("over", [withdrawn(), closed(), erased(), reopened(2)])
def test_what_is_over_meanwhile_is_not_asked_about(over: Event):
    assert asked(reachable=NOBODY).hears(over, 40).hears(contact(reachable=MAIL), 41).to_the_end().told == []


def test_the_next_round_is_asked_about_by_the_way_that_was_told_meanwhile():
    ear = asked(reachable=NOBODY).hears(reopened(2), 40).hears(contact(reachable=MAIL), 41).hears(resolved(2), 50)
    assert channels(ear.hears(abandoned(2), 60).until(61)) == [("email", 2)]
