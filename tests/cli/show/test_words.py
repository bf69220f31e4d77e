"""Every event in words, and every field in the form that people read."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from contracts import common
from contracts.catalogue import OWNERS
from contracts.generate.example import example
from contracts.generate.words import Word, words
from services.cli.show.forms import FORMS, money, nth, span, spoken, target, until, used
from services.cli.show.text import printable, sentence
from services.cli.show.words import BAD_NEWS, WORDS

EVENTS = [word for word in words() if word.topic.kind == "events"]
BY_NAME = {word.name: word for word in EVENTS}
FIELD = re.compile(r"\{([a-z_.]+)(?::([^{}]*))?\}")


def test_every_event_of_the_catalogue_has_words_and_nothing_else_has() -> None:
    assert set(WORDS) == set(BY_NAME)
    assert BAD_NEWS.issubset(WORDS)


def least(word: Word) -> dict[str, Any]:
    """The event with no more than it must say."""
    full = example(word)
    optional = {name for name, field in word.model.model_fields.items() if field.default is None or field.default == ()}
    return {name: value for name, value in full.items() if name not in optional}


@pytest.mark.parametrize("word", EVENTS, ids=lambda word: word.name)
def test_an_event_is_one_sentence_or_two_whether_it_says_all_or_the_least(word: Word) -> None:
    for event in (example(word), least(word)):
        said = sentence(event)
        assert not re.search(r"[{}\[\]?]|None|True|False|\(\)|_seconds", said), said
        assert said[0].isupper() or said.startswith(str(event.get("department")))
        assert said.endswith(".")
        assert "  " not in said


@pytest.mark.parametrize("word", EVENTS, ids=lambda word: word.name)
def test_words_ask_for_fields_that_the_event_has_in_forms_that_there_are(word: Word) -> None:
    for path, form in FIELD.findall(WORDS[word.name]):
        assert path in set(_paths(word.model)) | {"complaint_id"}, path
        assert form in FORMS or "|" in form, form


def _paths(model: type[BaseModel], before: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield before + name
        kinds = (field.annotation, *getattr(field.annotation, "__args__", ()))
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from _paths(kind, f"{before}{name}.")


OFFICE = {"target": 144_000, "unit": "seconds", "calendar": "office"}


def told(type: str, **fields: Any) -> str:
    return sentence({"type": type, "at": "2026-03-02T09:30:00.000Z"} | fields)


def test_sentences_as_they_are_read() -> None:
    assert told("routing.work_accepted.v1", department="repairs", work="1-repairs", by={"staff": "li", "role": "agent"}) == (
        "repairs accepted the work 1-repairs. By li (agent)."
    )
    assert told("routing.clock_breached.v1", clock="resolution", **OFFICE, paused_seconds=0, due="2026-03-01T09:30:00.000Z") == (
        "The resolution target of 40 h of office time is missed: it was due 2026-03-01 09:30:00."
    )
    assert told(
        "routing.clock_met.v1", clock="acceptance", instance="acceptance-1-repairs", work="1-repairs", target=7_200, unit="seconds",
        used_seconds=1_800, paused_seconds=5_400,
    ) == "The acceptance target of the work 1-repairs is met: 30 min used of 2 h, having rested 1 h 30 min."  # fmt: skip
    assert told("routing.complaint_escalated.v1", level=2, to="head", reason="clock", clock="resolution", instance="resolution") == (
        "Escalated to level 2, head: clock resolution."
    )
    assert told(
        "callback.callback_completed.v1", attempt=2, outcome="reached", late_by_seconds=5_400, is_intolerable=False,
        answers={"solved": False, "csat": 2}, cost={"amount_minor": 562, "currency": "USD"},
    ) == "The customer was reached 1 h 30 min late (which cost 5.62 USD) at attempt 2: reached; solved: no, csat: 2."  # fmt: skip
    assert told("routing.complaint_resolved.v1", is_late=True, finding="not_upheld", promised_resolution="2026-03-01T09:30:00Z") == (
        "Resolved late: not upheld. Promised was 2026-03-01 09:30:00."
    )


def test_a_refusal_is_told_by_its_reasons_sentence() -> None:
    said = told("routing.command_refused.v1", command_type="routing.accept_work.v1", command_source="desk", reason="already_accepted")
    assert said == "Refused the command accept work of desk: The work was accepted before."
    said = told("intake.command_refused.v1", command_type="intake.submit_complaint.v1", command_source="crm", reason="of_later", see="X")
    assert said == "Refused the command submit complaint of crm: of_later. See X."


def test_one_attempt_is_one() -> None:
    assert "after 1 attempt:" in told("callback.callback_abandoned.v1", attempts=1, reason="x")
    assert "after 2 attempts:" in told("callback.callback_abandoned.v1", attempts=2, reason="x")


@pytest.mark.parametrize(
    ("service", "reason"),
    [(owner.name, code) for owner in OWNERS.values() for code in {**common.REASONS, **owner.words.REASONS}],
)  # fmt: skip
def test_a_field_of_the_contract_is_no_word_for_people(service: str, reason: str) -> None:
    said = told(f"{service}.command_refused.v1", command_type="x", command_source="crm", reason=reason, see="X")
    assert "see`" not in said and said.endswith(" See X.") and not re.search(r"[;:,(]\.| {2}", said)


def test_a_reason_reads_without_the_field_that_it_names() -> None:
    said = told("callback.command_refused.v1", command_type="x", command_source="crm", reason="claimed", see="1-progress")
    assert "or another one of this complaint, is claimed: until" in said and said.endswith(" See 1-progress.")
    said = told("routing.command_refused.v1", command_type="x", command_source="crm", reason="evidence_missing", see="waybill")
    assert said.endswith("The evidence is not there yet. See waybill.")


@pytest.mark.parametrize(
    ("purpose", "said"),
    [("progress", "to tell of the progress"), ("confirm", "to ask whether it helped"), ("care", "for care"), ("thank", "to thank")],
)
def test_what_a_call_is_for_is_told_as_people_say_it(purpose: str, said: str) -> None:
    assert f"No call {said} can be made: no phone." in told("callback.callback_impossible.v1", purpose=purpose, reason="no_phone")


def test_a_code_is_told_as_people_say_it() -> None:
    assert spoken("re_delivery") == "re-delivery" and spoken("no_answer") == "no answer" and spoken("more_delay") == "more delay"


def test_a_type_without_words_is_told_by_its_name_and_fields() -> None:
    said = told("routing.moon_landed.v1", id="…", seq=3, remedy="refund", total={"amount_minor": 5, "currency": "CNY"}, parts=["a", "b"])
    assert said == "routing.moon_landed.v1 (remedy: refund, total: amount_minor 5, currency CNY, parts: a; b)."


def test_remedies_as_they_are_read() -> None:
    yuan = {"amount_minor": 19_900, "currency": "CNY"}
    owed = [{"kind": "refund", "amount": yuan}, {"kind": "exchange", "amount": None}]
    assert told("routing.remedy_proposed.v1", remedy="1-guarantee", basis="law.9", options=owed, evidence_needed=["receipt"]) == (
        "To put it right, refund of 199.00 CNY or exchange is proposed (remedy 1-guarantee), owed by law.9; evidence needed: receipt."
    )
    assert told("routing.remedy_issued.v1", remedy="1-goodwill", kind="partial_refund", amount=yuan) == (
        "Issued, to be done once: partial refund of 199.00 CNY (remedy 1-goodwill)."
    )
    given = [{"kind": "refund", "amount": yuan, "standing": "issued"}, {"kind": None, "standing": "proposed"}]
    found = {"is_late": False, "finding": "upheld", "promised_resolution": "2026-03-01T09:30:00Z"}
    said = told("routing.complaint_resolved.v1", **found, remedies=given)
    assert "to put it right refund of 199.00 CNY (issued), what the customer chooses (proposed)." in said


def test_a_known_type_of_another_shape_is_told_all_the_same() -> None:
    assert told("routing.clock_started.v1", clock=["a"], target="soon", due=7) == "The a clock runs: soon from ?, due 7."


def test_what_a_customer_wrote_is_never_taken_for_a_template() -> None:
    said = told("routing.complaint_withdrawn.v1", reason="{at} [x] {nothing}")
    assert said == "Withdrawn: {at} [x] {nothing}."


def test_chinese_stays_chinese() -> None:
    assert "about 不能开机, in 上海." in told("intake.complaint_registered.v1", complaint_type="不能开机", region="上海")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (0.4, "0 s"), (45, "45 s"), (60, "1 min"), (725, "12 min 5 s"), (3_600, "1 h"), (3_605, "1 h"), (8_100, "2 h 15 min"),
     (86_400, "1 d"), (86_460, "1 d"), (273_600, "3 d 4 h"), (432_000, "5 d"),
     (1_209_599, "14 d"), (86_399, "1 d"), (3_599, "59 min 59 s"), (7_199, "2 h")],
)  # fmt: skip
def test_a_span_is_told_in_its_two_largest_units(seconds: float, said: str) -> None:
    assert span(seconds) == said


@pytest.mark.parametrize(
    ("number", "unit", "calendar", "said"),
    [
        (28_800, "seconds", None, "8 h"),
        (86_400, "seconds", None, "1 d"),
        (86_400, "seconds", "office", "24 h of office time"),
        (900, "seconds", "office", "15 min of office time"),
        (27_000, "seconds", "office", "7 h 30 min of office time"),
        (1, "business_days", "office", "1 business day by the calendar office"),
        (15, "calendar_days", "london", "15 calendar days by the calendar london"),
        (8, "weeks", None, "8 weeks"),
    ],
)
def test_a_target_is_told_in_its_own_unit_and_open_time_never_in_days(number: int, unit: str, calendar: str | None, said: str) -> None:
    assert target(number, {"unit": unit, "calendar": calendar}) == said
    assert used(90_000, {"calendar": "office"}) == "25 h"


def test_a_final_position_is_told_to_be_the_end() -> None:
    fields = {"how": "final_position", "final_position": "offer_stands", "reopenable_until": "2026-03-02T09:30:00.000Z"}
    assert told("routing.complaint_closed.v1", **fields) == "Closed: final position: offer stands. Nothing reopens it."
    said = told("routing.complaint_closed.v1", how="silence", reopenable_until="2026-03-02T10:30:00.000Z")
    assert said == "Closed: silence. It can be reopened until 2026-03-02 10:30:00 (in 1 h)."


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2026-03-02T13:45:00.000Z", "2026-03-02 13:45:00 (in 4 h 15 min)"),
        ("2026-03-02T09:30:00.000Z", "2026-03-02 09:30:00 (now)"),
        ("2026-03-02T09:29:00.000Z", "2026-03-02 09:29:00 (1 min ago)"),
        ("2026-03-02T09:30:29.600Z", "2026-03-02 09:30:29 (in 30 s)"),
        ("2026-03-02T17:31:00.000+08:00", "2026-03-02 09:31:00 (in 1 min)"),
    ],
)
def test_a_deadline_says_how_far_it_was(due: str, said: str) -> None:
    assert until(due, {"at": "2026-03-02T09:30:00.000Z"}) == said


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (562, "USD", "5.62 USD"),
        (0, "CNY", "0.00 CNY"),
        (1_234_567, "EUR", "12,345.67 EUR"),
        (500, "JPY", "500 JPY"),
        (1_500, "KWD", "1.500 KWD"),
    ],
)
def test_money_is_told_in_major_units(amount: int, currency: str, said: str) -> None:
    assert money({"amount_minor": amount, "currency": currency}, {}) == said


def test_contacts_are_counted_as_people_count() -> None:
    assert [nth(n, {}) for n in (2, 3, 4, 11, 12, 13, 21, 22, 101, 111)] == [
        "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\x1b[31mb", "a�[31mb"), ("a\x9b31mb", "a�31mb"), ("a\u202eb", "a�b"), ("好👨‍👩‍👧", "好👨‍👩‍👧"), ("a\tb", "a b")],
)
def test_a_label_cannot_steer_the_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(("figure", "said"), [(-8_580, "-0.858"), (-9_007, "-0.9007"), (-10_000, "-1"), (0, "+0"), (5_000, "+0.5")])
def test_a_gap_is_told_in_points(figure: int, said: str) -> None:
    assert f"the gap is {said}, weighted +0.5; worst: empathy." in told(
        "feedback.relationship_measured.v1", overall_ten_thousandths=figure, weighted_ten_thousandths=5_000, worst=["empathy"]
    )


def test_praise_is_told_and_where_it_was_heard() -> None:
    said = told("feedback.feedback_received.v1", via="listening_post", listening_post="feedback_card", is_praise=True, answers={"csat": 5})
    assert said == "The customer answered by listening post feedback card, and praises: csat: 5."
