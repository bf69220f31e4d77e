"""A fixed sum for each missed promise (§2.5): of the resolution or of a callback, once a round, and not lost when the round is over."""

from contracts.routing import RemedyIssued, RemedyProposed
from tests.core.routing.house import House, accept, choose, confirmed, done, in_progress, not_called, owed, reject, reopen, resolution

CLAIM, LATE = owed("missed_promise"), 401


def reopened_late() -> House:
    """The first round's promise was missed, and nobody asked for the sum; the second round's is missed after second 610."""
    house = in_progress().takes(resolution(), at=LATE)
    return house.takes(reopen(), at=410).takes(accept("2-billing"), at=411)


def claimed(house: House, at: float) -> str:
    """And paid."""
    remedy = house.takes(CLAIM, at).last(RemedyProposed).remedy
    house.takes(choose("compensation", remedy), at).takes(done(remedy), at)
    assert house.last(RemedyIssued).remedy == remedy
    return remedy


def test_the_sum_of_an_earlier_round_is_still_owed_in_a_later_one_and_once() -> None:
    house = reopened_late()
    assert claimed(house, at=412) == "2-missed_promise"
    assert house.takes(CLAIM, at=413).refusal == "not_entitled"


def test_each_of_two_missed_promises_has_its_sum() -> None:
    house = reopened_late()
    assert [claimed(house, at) for at in (700, 701)] == ["2-missed_promise", "2-missed_promise.2"]
    assert house.takes(CLAIM, at=702).refusal == "already_given"


def test_what_the_customer_did_not_want_may_be_proposed_again() -> None:
    house = reopened_late().takes(CLAIM, at=412).takes(reject("2-missed_promise"), at=413)
    assert claimed(house, at=414) == "2-missed_promise.2"
    assert house.takes(CLAIM, at=415).refusal == "not_entitled"


def test_a_promise_that_was_kept_is_owed_nothing_later() -> None:
    house = in_progress().takes(resolution(), at=20).takes(reopen(), at=30).takes(accept("2-billing"), at=31)
    assert house.takes(CLAIM, at=32).refusal == "not_entitled"


def test_what_an_earlier_promise_brings_in_this_round_is_a_remedy_of_this_rounds_answer() -> None:
    house = reopened_late()
    claimed(house, at=412)
    assert house.takes(resolution("2-billing", answer_parts=["remedy"]), at=413).story[-1] == "ComplaintResolved"


def test_a_callback_that_was_promised_and_not_made_is_a_missed_promise() -> None:
    house = in_progress().takes(CLAIM, at=11)
    assert house.refusal == "not_entitled"
    assert claimed(house.hears(not_called(purpose="progress"), at=12), at=13) == "1-missed_promise"


def test_a_round_has_one_sum_whatever_was_missed_in_it() -> None:
    house = in_progress().hears(not_called(purpose="progress"), at=12)
    claimed(house, at=13)
    assert house.takes(CLAIM, at=LATE).refusal == "already_given"


def test_a_callback_that_was_missed_after_the_resolution_has_its_sum_when_the_complaint_is_reopened() -> None:
    house = in_progress().takes(resolution(), at=20).hears(not_called(), at=25)
    assert house.takes(CLAIM, at=26).refusal == "resolved"
    house.takes(reopen(), at=30).takes(accept("2-billing"), at=31)
    assert claimed(house, at=32) == "2-missed_promise"


def test_a_callback_that_was_missed_is_one_also_where_the_customer_came_again_before_that_was_told() -> None:
    house = in_progress().takes(resolution(), at=20).takes(reopen(), at=30).takes(accept("2-billing"), at=31)
    said = len(house.told)
    assert len(house.hears(not_called(round=1), at=32).told) == said, "it is no supervisor's matter of the new round"
    claimed(house, at=33)


def test_a_callback_that_was_missed_when_all_was_over_changes_nothing() -> None:
    house = in_progress().takes(resolution(), at=20).hears(confirmed(), at=25).hears(not_called(), at=26)
    house.takes(reopen(), at=30).takes(accept("2-billing"), at=31)
    assert house.takes(CLAIM, at=32).refusal == "not_entitled"
