"""When a complaint is resolved, and what is found and answered."""

import pytest

from contracts.ids import complaint_id
from contracts.intake import Classes, Severity
from contracts.routing import ComplaintResolved, WorkDone
from tests.core.routing.house import House, accept, assign, both, contain, decline, in_progress, policy, resolution, resolved, second

QUALITY = Classes(kind="quality")


def test_it_is_resolved_when_the_last_department_is_done() -> None:
    house = both("network", "billing").takes(resolution("1-network", "not_upheld", answer_parts=["apology", "explanation"]), at=13)
    assert (house.complaint.stage, house.told[-1]) == ("in_progress", "WorkDone")
    house.takes(resolution("1-billing", "partly", "communication", answer_parts=["explanation", "prevention"]), at=14)
    done, found = house.run.all(WorkDone), house.last(ComplaintResolved)
    assert [(each.work, each.finding, each.gap) for each in done] == [("1-network", "not_upheld", 3), ("1-billing", "partly", 4)]
    assert (found.finding, found.causes, found.gaps, found.lead) == ("partly", ("communication", "delivery"), (4, 3), "billing")
    assert found.answer_parts == ("explanation", "prevention", "apology")
    assert (found.is_late, found.promised_resolution, found.reopenable_until) == (False, second(400), second(5014))


@pytest.mark.parametrize(
    ("one", "other", "finding"),
    [
        ("upheld", "partly", "upheld"),
        ("not_upheld", "upheld", "upheld"),
        ("partly", "undetermined", "partly"),
        ("undetermined", "not_upheld", "undetermined"),
        ("not_upheld", "not_upheld", "not_upheld"),
    ],
)
def test_the_gravest_finding_is_the_complaints(one: str, other: str, finding: str) -> None:
    house = both("network", "billing").takes(resolution("1-network", one), at=13).takes(resolution("1-billing", other), at=14)
    assert house.last(ComplaintResolved).finding == finding
    assert (house.last(ComplaintResolved).causes, house.last(ComplaintResolved).gaps) == (("delivery",), (3,))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [(None, None, None), (None, False, False), (False, False, False), (True, False, True), (None, True, True)],
)
def test_one_department_that_recognises_the_cause_is_enough(one: bool | None, other: bool | None, same: bool | None) -> None:
    house = both("network", "billing").takes(resolution("1-network", is_same_cause=one), at=13)
    assert house.takes(resolution("1-billing", is_same_cause=other), at=14).last(ComplaintResolved).is_same_cause is same


def test_a_department_may_accept_after_another_is_done() -> None:
    house = both("network").takes(resolution("1-network"), at=12).takes(accept("1-billing"), at=13).takes(resolution("1-billing"), at=14)
    assert house.story[-1] == "ComplaintResolved"


def test_declined_work_that_waits_in_triage_keeps_it_open() -> None:
    house = both("network").takes(decline(), at=11).takes(resolution("1-network"), at=12)
    assert house.complaint.stage == "triage"
    house.takes(assign("safety", work="1-billing", lead="safety"), at=13).takes(accept("1-safety"), at=14)
    assert house.takes(resolution("1-safety"), at=15).last(ComplaintResolved).lead == "safety"


def test_it_is_late_by_the_promise() -> None:
    assert not in_progress().takes(resolution(), at=400.9).last(ComplaintResolved).is_late
    assert in_progress().takes(resolution(), at=401).last(ComplaintResolved).is_late


# -- what an answer needs -----------------------------------------------------------------------------------------------------------------


def test_the_departments_together_give_the_parts_that_such_a_complaint_needs() -> None:
    house = both("network", "billing", classes=QUALITY).takes(resolution("1-network", "not_upheld", answer_parts=["apology"]), at=12)
    assert house.takes(resolution("1-billing", answer_parts=["prevention"]), at=13).refusal == "answer_incomplete"
    assert house.takes(resolution("1-billing", answer_parts=["explanation"]), at=14).story[-1] == "ComplaintResolved"


def test_what_is_needed_goes_by_the_finding_the_signs_and_the_class() -> None:
    twice = tuple(complaint_id("crm", ref) for ref in ("T-0", "T-00"))
    both_parts = ["explanation", "apology"]
    house = in_progress(classes=QUALITY, predecessors=twice)
    assert house.takes(resolution(answer_parts=both_parts), at=20).refusal == "answer_incomplete"
    assert house.takes(resolution(answer_parts=[*both_parts, "prevention"]), at=21).story[-1] == "ComplaintResolved"
    assert in_progress(classes=QUALITY, predecessors=twice).takes(resolution(finding="not_upheld"), at=20).story[-1] == "ComplaintResolved"
    assert in_progress(predecessors=twice).takes(resolution(), at=20).story[-1] == "ComplaintResolved"
    assert resolved(classes=Classes(kind="service")).complaint.stage == "resolved"


@pytest.mark.parametrize(
    ("sign", "facts"),
    [
        ("hazard", {"hazards": ["gas"]}),
        ("public_exposure", {"severity": Severity(has_public_exposure=True)}),
        ("vulnerable", {"is_vulnerable": True}),
        ("repeat", {"predecessors": (complaint_id("crm", "T-0"),)}),
    ],
)
def test_each_sign_may_ask_for_parts(sign: str, facts: dict[str, object]) -> None:
    rules = policy(answers=[{"sign": sign, "parts": ["recognition"]}], containment=None)
    assert in_progress(rules=rules, **facts).takes(resolution(), at=20).refusal == "answer_incomplete"
    assert in_progress(rules=rules, **facts).takes(resolution(answer_parts=["recognition"]), at=20).story[-1] == "ComplaintResolved"
    assert resolved(rules=rules).complaint.stage == "resolved"


def test_a_danger_is_contained_before_it_is_resolved() -> None:
    house = in_progress(hazards=["fire"])
    assert house.takes(resolution(), at=20).refusal == "not_contained"
    assert house.takes(contain(), at=21).takes(resolution(), at=22).story[-2:] == ["WorkDone", "ComplaintResolved"]


def test_while_others_are_at_work_a_department_may_be_done_before_the_danger_is_contained() -> None:
    assert both("billing", "network", hazards=["fire"]).takes(resolution("1-network"), at=12).story[-1] == "WorkDone"


def test_which_gap_a_cause_points_at_is_the_policys() -> None:
    rules = policy(causes={"delivery": {"gap": 1}})
    assert House(rules).takes(accept(), at=1).takes(resolution(), at=2).last(ComplaintResolved).gaps == (1,)
