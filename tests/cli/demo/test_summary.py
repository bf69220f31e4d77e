"""The demonstration's books: what its summary tells of calls, of customers won back and of answers, and that it must add up."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from services.cli.demo.world import entries
from services.cli.demo.world.accounts import attempts, contradictions, promises
from services.cli.demo.world.ledger import Ledger
from services.cli.demo.world.summary import sentences
from services.platform.kernel.record import Record
from tests.cli.demo.test_whole_demo import reported
from tests.cli.demo.virtual import Played, played
from tests.cli.show.support import STAFF, at, complaint_named, event

FORTY = 40
POLICY = "demo/feedback@1"


def heard(*records: Record) -> Ledger:
    ledger = Ledger()
    for record in records:
        ledger.hear(record)
    return ledger


def told(ledger: Ledger, step: str) -> str:
    return dict(sentences(ledger))[step]


def call(what: str, n: int, seq: int, callback: str = "1-confirm", **fields: Any) -> Record:
    said = {"complaint_id": complaint_named(n), "round": 1, "callback": callback} | fields
    return event(f"callback.callback_{what}.v1", f"{what}-{n}-{callback}-{seq}", seq, seq, **said)


def promised(n: int, callback: str = "1-confirm") -> Record:
    return call("promised", n, 1, callback, purpose="confirm", channel="phone", earliest=at(1), latest=at(3_600), policy=POLICY)


def claimed(n: int, seq: int, attempt: int = 1) -> Record:
    return call("attempt_started", n, seq, attempt=attempt, leased_until=at(9_000), by=STAFF)


def tried(n: int, seq: int, outcome: str = "reached", attempt: int = 1, callback: str = "1-confirm") -> Record:
    return call("attempted", n, seq, callback, channel="phone", attempt=attempt, outcome=outcome, by=STAFF)


def broken(n: int, callback: str = "1-confirm") -> Record:
    return call("broken", n, 5, callback, purpose="confirm", broken_at=at(3_601), late_by_seconds=1)


def cost(minor: int) -> dict[str, Any]:
    return {"late_by_seconds": minor, "cost": {"amount_minor": minor, "currency": "USD"}}


def completed(n: int, minor: int = 0, callback: str = "1-confirm") -> Record:
    return call("completed", n, 9, callback, purpose="confirm", attempt=1, outcome="reached", policy=POLICY, by=STAFF, **cost(minor))


def abandoned(n: int, minor: int = 0) -> Record:
    return call("abandoned", n, 9, purpose="confirm", attempts=3, reason="time_up", **cost(minor))


def cancelled(n: int, minor: int = 0) -> Record:
    return call("cancelled", n, 9, reason="closed", **cost(minor))


IN_TIME = (promised(1), claimed(1, 2), tried(1, 3), completed(1))
LATE = (promised(2), broken(2), claimed(2, 6), tried(2, 7), completed(2, 100))
NEVER = (promised(3), claimed(3, 2), tried(3, 3, "no_answer"), broken(3), abandoned(3, 2_000))
AWAY = (promised(4), broken(4), claimed(4, 6), cancelled(4, 30))
SETTLED = (
    promised(5), broken(5), promised(5, "1-progress"), tried(5, 7, callback="1-progress"), completed(5, 4), completed(5, 0, "1-progress"),
)  # fmt: skip


def test_every_promise_is_kept_in_time_or_late_or_never_or_fell_away_and_the_broken_are_told_by_their_end():
    ledger = heard(*IN_TIME, *LATE, *NEVER, *AWAY)
    assert told(ledger, "Promises kept") == (
        "1 in time, 1 late, 1 never, 1 fell away; 3 of all were broken when their time was up: 1 were kept late, 1 never,"
        " 1 fell away afterwards"
    )
    assert list(contradictions(ledger)) == [] and ledger.unsettled == set()


def test_what_lateness_cost_is_told_by_how_the_promise_ended():
    assert told(heard(*IN_TIME, *LATE, *NEVER, *AWAY), "Lateness cost") == (
        "21.30 USD in all: 1.00 USD for promises kept late, 20.00 USD for those never kept, 0.30 USD for those that fell away after their"
        " time; 0 ended later than is tolerable"
    )


def test_claims_attempts_and_callbacks_completed_are_led_from_one_to_the_next():
    ledger = heard(*IN_TIME, *NEVER, *AWAY, *SETTLED)
    assert "3 times, 0 more were lost" in told(ledger, "Claimed") and "1 claims ended unreported" in told(ledger, "Claimed")
    assert told(ledger, "Attempted") == (
        "3 times (3 phone): 3 claims less 1 unreported, and 1 who wrote back, which needs no claim; 2 reached, 1 no answer;"
        " with 1 settled in a conversation about another call 3 are completed"
    )
    assert list(contradictions(ledger)) == []


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([one for one in LATE if one is not LATE[1]], "ended late and were not broken"),
        ([promised(1), broken(1), completed(1)], "are broken and did not end late"),
        ([promised(1), completed(1)], "no attempt reached anybody"),
        ([promised(1), claimed(1, 2)], "they have not ended"),
        ([promised(1), tried(1, 2, "sent"), abandoned(1)], "without a claim, and nobody was reached"),
        ([event("feedback.recovery_confirmed.v1", "yes", 1, round=1)], "verdicts on a recovery are told, and no answer"),
    ],
)
def test_what_does_not_add_up_is_told_and_fails_the_demonstration(records: list[Record], said: str):
    ledger = heard(*records)
    code, page = reported(ledger, 0)
    assert any(said in odd for odd in contradictions(ledger)) and code == 1 and "Does not add up: " in page


def test_the_books_of_the_whole_demonstration_balance():
    ledger = played().ledger
    calls, tried_ = promises(ledger), attempts(ledger)
    assert list(contradictions(ledger)) == []
    assert len(calls.promised) == len(calls.kept) + len(calls.given_up) + len(calls.fell_away)
    assert min(len(calls.kept_late), len(calls.given_up), len(calls.fell_away), tried_.vanished, tried_.overtaken.total()) > 10
    assert tried_.told.total() == tried_.claims.total() - tried_.overtaken.total() + tried_.unclaimed.total()


@pytest.mark.parametrize(
    "mark",
    [b"callback_promised", b"callback_completed", b"callback_abandoned", b"callback_cancelled", b"survey_requested", b"survey_expired"],
)
def test_a_promise_or_a_survey_whose_beginning_or_end_is_lost_is_enough_to_fail(mark: bytes):
    ledger = _without(lambda record: mark in (record.value or b"").split(b",")[0])
    assert len(ledger.unsettled) == 1 and reported(ledger, FORTY)[0] == 1
    assert reported(ledger, FORTY)[1].count("Not settled: the ") == 1


@cache
def short() -> tuple[Record, ...]:
    return tuple(Played(entries(FORTY), 7).run.log)


def _without(is_lost: Callable[[Record], bool]) -> Ledger:
    """A short demonstration of which one event was not heard."""
    log = short()
    lost = next(record for record in log if record.topic.endswith(".events.v1") and is_lost(record))
    return heard(*(record for record in log if record is not lost))


# -- what customers said --------------------------------------------------------------------------------------------------------------


def verdict(what: str, n: int, round: int) -> Record:
    fields = {"dimension": "reliability", "because": "csat"} if what == "dissatisfaction_reported" else {}
    return event(f"feedback.{what}.v1", f"{what}-{n}-{round}", round, round, complaint_id=complaint_named(n), round=round, **fields)


def answer(n: int, csat: int, via: str = "callback", **fields: Any) -> Record:
    said = {"complaint_id": complaint_named(n), "answers": {"csat": csat}, "segment": "general", "policy": POLICY} | fields
    return event("feedback.feedback_received.v1", f"answer-{n}-{csat}", n, n, via=via, **said)


def test_won_back_is_who_accepts_a_later_round_than_the_last_that_did_not_satisfy():
    no, yes = "dissatisfaction_reported", "recovery_confirmed"
    ledger = heard(
        verdict(no, 1, 1), verdict(yes, 1, 2),
        verdict(yes, 2, 1), verdict(no, 2, 2),
        verdict(no, 3, 1), verdict(no, 3, 2), verdict(yes, 3, 3),
        verdict(yes, 4, 1),
        event("routing.complaint_withdrawn.v1", "back", 9, complaint_id=complaint_named(2), round=3, reason="changed_mind"),
    )  # fmt: skip
    assert told(ledger, "Won back") == (
        "2 of 3 complaints whose customers were not satisfied were put right in a later round; the others: 1 withdrawn"
    )


def test_only_who_has_seen_a_recovery_is_compared_with_ordinary_customers():
    ledger = heard(
        answer(1, 1), answer(1, 5), answer(2, 4, "survey"), answer(2, 1, purpose="care"),
        answer(3, 1, purpose="progress", group="unresolved"), answer(4, 3, "listening_post", group="control"),
    )  # fmt: skip
    assert told(ledger, "Compared") == (
        "recovered CSAT 4.50 (of 2), gap +0.00 (of 0), NPS +0 (of 0); ordinary customers CSAT 3.00 (of 1), gap +0.00 (of 0), NPS +0 (of 0);"
        " not compared: 2 said while the work was still going on, or when called for care, and 1 earlier ones of a round"
    )
