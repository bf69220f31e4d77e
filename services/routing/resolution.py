"""A department's last word, and after the last department's the complaint is resolved: what was found, why, and what was answered."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar, get_args

from contracts.model import made
from contracts.routing import ComplaintResolved, Finding, ReportResolution, WorkDone
from services.platform.kernel.service import listed
from services.routing import clocks
from services.routing.clock.clock import LAST, SECOND
from services.routing.policy import AnswerRule, RoutingPolicy
from services.routing.promise import is_missed
from services.routing.remedies.ledger import given
from services.routing.standing import stand
from services.routing.state import Complaint, Result
from services.routing.told import Told, then
from services.routing.transitions import refused
from services.routing.work import going, in_hand

T = TypeVar("T")

MOST_PARTS = 20
"""As many parts as an answer can name on the wire."""
REMEDY = "remedy"
"""The part of an answer that says how it is put right."""
GRAVEST_FIRST: tuple[Finding, ...] = ("upheld", "partly", "undetermined", "not_upheld")
"""An open question is graver than a no."""


def report(complaint: Complaint, told: ReportResolution, instant: datetime, policy: RoutingPolicy) -> Told:
    """Work that rests goes on by being done."""
    work = in_hand(complaint, told)
    _must_say_what_changes(told, instant)
    if told.cause_code not in policy.causes:
        raise refused("unknown_cause", listed(policy.causes))
    result = made(
        Result,
        finding=told.finding, cause_code=told.cause_code, gap=policy.causes[told.cause_code].gap, is_same_cause=told.is_same_cause,
        answer_parts=told.answer_parts,
    )  # fmt: skip
    work, resumed = going(complaint, work, instant, told.by)
    complaint = complaint.with_work(work.but(result=result))
    done = made(
        WorkDone,
        **complaint.of, work=work.id, department=work.department, finding=told.finding, cause_code=told.cause_code, gap=result.gap,
        corrective_action=told.corrective_action, no_action_because=told.no_action_because, by=told.by,
    )  # fmt: skip
    _must_be_sayable(complaint)
    follows = stand if complaint.open_works else _resolved
    return then((complaint, [*resumed, done]), lambda now: follows(now, instant, policy))


def _must_say_what_changes(told: ReportResolution, instant: datetime) -> None:
    """Either the corrective action, which is still to come, or why there is none."""
    action = told.corrective_action
    if action is None and told.no_action_because is None:
        raise refused("action_missing")
    if action is not None and told.no_action_because is not None:
        raise refused("action_contradicts")
    if action is not None and action.due < instant:
        raise refused("action_past")


def _must_be_sayable(complaint: Complaint) -> None:
    if len(_parts(complaint)) > MOST_PARTS:
        raise refused("too_many_answer_parts")


def _must_be_over(complaint: Complaint, finding: Finding, policy: RoutingPolicy) -> None:
    """The danger is contained, and the departments' answers together have all that such a complaint needs, and claim no more than is so.

    Where nothing was wrong, why there is no remedy is an answer too.
    """
    if complaint.danger == "uncontained":
        raise refused("not_contained")
    if missing := [part for part in needed(complaint, finding, policy) if part not in _parts(complaint)]:
        raise refused("answer_incomplete", listed(missing))
    if REMEDY in _parts(complaint) and finding != "not_upheld" and not given(complaint.remedies, complaint.round):
        raise refused("remedy_missing")


def needed(complaint: Complaint, finding: Finding, policy: RoutingPolicy) -> tuple[str, ...]:
    """The parts that every rule asks for that fits what was found, how grave it is, and what kind it is of."""
    return _union(part for rule in policy.answers if finding in rule.finding and _fits(rule, complaint) for part in rule.parts)


def _fits(rule: AnswerRule, complaint: Complaint) -> bool:
    has_sign = rule.sign is None or not set(rule.sign).isdisjoint(_signs(complaint))
    return has_sign and (rule.class_kind is None or complaint.class_kind in rule.class_kind)


def _signs(complaint: Complaint) -> Iterator[str]:
    """The reasons of its priority, and what came to light when that could not rise any more."""
    yield from complaint.priority_reasons
    if complaint.hazards:
        yield "hazard"
    if complaint.has_public_exposure:
        yield "public_exposure"
    if complaint.is_vulnerable:
        yield "vulnerable"
    if complaint.repeats:
        yield "repeat"


def _resolved(complaint: Complaint, instant: datetime, policy: RoutingPolicy) -> Told:
    results = list(_results(complaint))
    finding = min((each.finding for each in results), key=GRAVEST_FIRST.index)
    _must_be_over(complaint, finding, policy)
    complaint, resumed = clocks.go_on(complaint, instant, policy)
    is_late = is_missed(complaint, instant, policy)
    complaint = complaint.with_promise_missed(complaint.round) if is_late else complaint
    until = min(instant + policy.reopening.window_seconds * SECOND, LAST)
    said = made(
        ComplaintResolved,
        **complaint.of, finding=finding, causes=_union(each.cause_code for each in results), gaps=_union(each.gap for each in results),
        is_same_cause=_is_same_cause(results), answer_parts=_parts(complaint),
        remedies=given(complaint.remedies, complaint.round), lead=complaint.lead,
        promised_resolution=complaint.promised_resolution, is_late=is_late, reopenable_until=until,
        policy=policy.reference,
    )  # fmt: skip
    complaint = complaint.but(stage="resolved", reopenable_until=until, given_up_at=min(until + policy.settle_seconds * SECOND, LAST))
    return then((complaint, [*resumed, said]), lambda now: clocks.reached(now, "resolved", instant, policy))


def _is_same_cause(results: Iterable[Result]) -> bool | None:
    """One department that recognises the cause is enough; None where none looked."""
    told = [each.is_same_cause for each in results if each.is_same_cause is not None]
    return any(told) if told else None


def _results(complaint: Complaint) -> Iterator[Result]:
    return (work.result for work in complaint.works if work.result)


def _parts(complaint: Complaint) -> tuple[str, ...]:
    return _union(part for each in _results(complaint) for part in each.answer_parts)


def _union(words: Iterable[T]) -> tuple[T, ...]:
    """Each once, in the order in which they came."""
    return tuple(dict.fromkeys(words))


assert set(GRAVEST_FIRST) == set(get_args(Finding))
