"""How a complaint stands, told from its events alone; instants are seconds after the registration."""

from typing import Any

import pytest

from services.cli.show.now import now
from services.cli.show.story import story
from services.platform.kernel.record import Record
from tests.cli.show.support import COMPLAINT, POLICY, STAFF, START, at, event, registered, routed

HOUR = 3_600.0
CLERK = {"by": STAFF, "round": 1}


def standing(*records: Record, seconds: float = HOUR) -> str:
    return now(story(COMPLAINT, records).events, at(seconds).isoformat())


def work(what: str, seq: int, department: str = "repairs", **fields: Any) -> Record:
    told = {"work": f"1-{department}", "department": department, "round": 1} | fields
    return event(f"routing.work_{what}.v1", f"{what}-{seq}", seq, seq, **told)


def asked(seq: int, department: str = "repairs", **fields: Any) -> Record:
    return work("requested", seq, department, is_lead=department == "repairs", **fields)


def clock(what: str, seq: int, due: float, instance: str = "resolution", **fields: Any) -> Record:
    told = {
        "round": 1, "clock": instance.partition("-")[0], "instance": instance, "target": 7_200, "unit": "seconds", "due": at(due),
        "policy": POLICY,
    }  # fmt: skip
    return event(f"routing.clock_{what}.v1", f"{what}-{seq}", seq, seq, **told | fields)


def started(seq: int, due: float, instance: str = "resolution") -> Record:
    return clock("started", seq, due, instance, kind=instance.partition("-")[0], started_from=START, registered_at=START)


def test_before_routing_has_spoken_it_is_only_registered() -> None:
    assert standing(registered()) == "Now: registered, and routing has not spoken yet."


def test_nothing_at_all_is_told_as_such() -> None:
    assert standing() == "Now: neither its registration nor its routing is among the events that are kept."


def test_in_triage_the_desk_is_named() -> None:
    sent = event(
        "routing.complaint_sent_to_triage.v1", "sent", 0, 1, round=1, reason="no_rule", owner="triage_desk", priority=2,
        priority_reasons=["vulnerable"], policy=POLICY,
    )  # fmt: skip
    assert standing(registered(), sent, started(1, 2 * HOUR, "triage")) == (
        "Now: in triage, triage desk decides, priority P2. Due next: triage until 2026-03-02 11:30:00 (in 1 h)."
    )


def test_at_work_each_department_is_told_what_is_due_first_and_what_is_promised() -> None:
    told = [
        registered(), routed(), asked(1), asked(2, "billing"), started(3, 5 * HOUR),
        started(4, 2 * HOUR, "acceptance-1-repairs"), started(5, 2 * HOUR, "acceptance-1-billing"), work("accepted", 6, by=STAFF),
        clock("met", 7, 2 * HOUR, "acceptance-1-repairs", used_seconds=1, met_at=at(7)),
    ]  # fmt: skip
    assert standing(*told) == (
        "Now: with repairs, priority P4; repairs works on it; billing has not accepted yet."
        " Due next: acceptance-1-billing until 2026-03-02 11:30:00 (in 1 h), resolution until 2026-03-02 14:30:00 (in 4 h)."
        " Promised: the resolution until 2026-03-07 09:30:00 (in 4 d 23 h)."
    )


def test_who_takes_over_a_declined_work_is_named_in_its_place() -> None:
    told = [registered(), routed(), asked(1), asked(2, "billing"), work("declined", 3, "billing", reason="not_ours", by=STAFF)]
    assert "; billing declined it (not ours)" in standing(*told)
    assert standing(*told, asked(4, "legal", instead_of="1-billing")).startswith(
        "Now: with repairs, priority P4; repairs has not accepted yet; legal has not accepted yet."
    )


@pytest.mark.parametrize(("round", "promised"), [(1, "2026-03-02 15:30:00"), (2, "2026-03-07 09:30:00")])
def test_a_moved_promise_is_learnt_from_the_clock_that_resolves_whatever_it_is_called(round: int, promised: str) -> None:
    """Of the first round only: a later one's promise is told when it is routed."""
    begun = clock("started", 2, 5 * HOUR, "repair", kind="resolution", started_from=START, registered_at=START)
    moved = clock("resumed", 3, 6 * HOUR, "repair", resumed_at=at(3), used_seconds=4, paused_seconds=2, round=round)
    assert f"Promised: the resolution until {promised}" in standing(registered(), routed(), begun, moved)


def test_a_pause_is_told_with_its_reason_and_the_clocks_that_rest() -> None:
    told = [registered(), routed(), asked(1), started(2, 5 * HOUR), work("paused", 3, reason="awaiting_parts", by=STAFF)]
    rests = clock("paused", 4, 5 * HOUR, reason="awaiting_parts", paused_at=at(4), used_seconds=4)
    assert "; repairs rests (awaiting parts). At rest: resolution. Promised" in standing(*told, rests)
    on = clock("resumed", 6, 6 * HOUR, resumed_at=at(6), used_seconds=4, paused_seconds=2)
    assert "Promised: the resolution until 2026-03-02 15:30:00 (in 5 h)" in standing(*told, rests, work("resumed", 5, paused_seconds=2), on)


def test_what_is_past_is_told_as_past_and_who_looks_after_it() -> None:
    late = [
        registered(), routed(promised_resolution=at(1_800)), asked(1), started(2, 1_800),
        clock("breached", 3, 1_800, used_seconds=1_801, breached_at=at(1_801)),
        event(
            "routing.complaint_escalated.v1", "up", 4, 1_801, round=1, level=2, to="head", reason="clock", clock="resolution",
            instance="resolution", escalated_at=at(1_801), policy=POLICY,
        ),
    ]  # fmt: skip
    assert standing(*late) == (
        "Now: with repairs, priority P4, escalated to head; repairs has not accepted yet."
        " Promised: the resolution until 2026-03-02 10:00:00 (30 min ago)."
    )


def resolved() -> Record:
    return event(
        "routing.complaint_resolved.v1", "resolved", 8, 60, round=1, finding="upheld", causes=["loose_cable"], gaps=[3], answer_parts=[],
        lead="repairs", promised_resolution=at(5 * HOUR), is_late=False, reopenable_until=at(25 * HOUR), policy=POLICY,
    )  # fmt: skip


def test_when_resolved_the_open_promises_are_the_call_and_the_survey() -> None:
    call = event(
        "callback.callback_promised.v1", "promised", 0, 61, "resolved", round=1, callback="1-confirm", purpose="confirm", channel="phone",
        earliest=at(HOUR), latest=at(3 * HOUR), policy=POLICY,
    )  # fmt: skip
    told = [registered(), routed(), resolved(), call]
    assert standing(*told) == (
        "Now: resolved by repairs, reopenable until 2026-03-03 10:30:00 (in 1 d)."
        " Promised: a call to ask whether it helped until 2026-03-02 12:30:00 (in 2 h)."
    )
    given_up = event(
        "callback.callback_abandoned.v1", "abandoned", 1, 62, round=1, callback="1-confirm", purpose="confirm", attempts=3, reason="refused"
    )
    survey = event(
        "feedback.survey_requested.v1", "asked", 0, 63, round=1, survey="1-survey", channel="sms", questions=["solved"],
        questionnaire="recovery-1", expires_at=at(9 * HOUR), policy=POLICY,
    )  # fmt: skip
    assert "Promised: answers to the survey count until 2026-03-02 18:30:00 (in 8 h)." in standing(*told, given_up, survey)
    expired = event("feedback.survey_expired.v1", "expired", 1, 64, round=1, survey="1-survey")
    assert "Promised" not in standing(*told, given_up, survey, expired)
    heard = {"via": "listening_post", "listening_post": "feedback_card", "answers": {"csat": 4}, "segment": "general"}
    unasked = event("feedback.feedback_received.v1", "unasked", 1, 64, round=1, policy="default/feedback@1", **heard)
    assert "Promised: answers" in standing(*told, given_up, survey, unasked), "what is said unasked answers no survey"


def test_a_danger_is_told_until_it_is_contained() -> None:
    danger = event("routing.containment_requested.v1", "danger", 1, 1, round=1, department="gas_emergency", hazards=["gas"], policy=POLICY)
    contained = event("routing.contained.v1", "safe", 2, 2, round=1, measure="valve_closed", by=STAFF)
    assert "The danger is not contained, which is for gas emergency." in standing(registered(), routed(), danger)
    assert "danger" not in standing(registered(), routed(), danger, contained)


def test_with_the_head_it_is_said_what_the_head_may_do() -> None:
    back = event("routing.complaint_reopened.v1", "back", 9, 70, round=4, reason="not_fixed", level=3, is_with_head=True, policy=POLICY)
    assert standing(registered(), routed(), resolved(), back).startswith(
        "Now: with the head, who routes it again or closes it, round 4, priority P4."
    )


@pytest.mark.parametrize(
    ("end", "fields", "said"),
    [
        ("withdrawn", {"reason": "changed_mind"}, "withdrawn."),
        (
            "closed",
            {"how": "silence", "reopenable_until": at(2 * HOUR), "policy": POLICY},
            "closed, silence. It can be reopened until 2026-03-02 11:30:00 (in 1 h).",
        ),
        ("closed", {"how": "confirmed", "reopenable_until": at(60), "policy": POLICY}, "closed, confirmed. Nothing reopens it."),
    ],
)
def test_the_end_is_the_end(end: str, fields: dict[str, Any], said: str) -> None:
    over = event(f"routing.complaint_{end}.v1", "end", 9, 70, round=1, **fields)
    assert standing(registered(), routed(), over) == f"Now: {said}"


def test_events_of_another_shape_are_no_reason_to_fail() -> None:
    odd = [dict(told) for told in story(COMPLAINT, [registered(), routed(), resolved()]).events]
    del odd[2]["reopenable_until"]
    assert now(odd, START.isoformat()).startswith("Now: that cannot be told")
