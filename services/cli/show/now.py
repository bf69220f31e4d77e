"""Where a complaint stands, from its story: the stage, whose it is, which remedies wait, what is due, which promises are open.  Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from services.cli.show.forms import Told, purpose, until, window, words
from services.cli.show.waiting import remedies_that_wait

STAGES = frozenset({
    "complaint_registered", "complaint_sent_to_triage", "complaint_routed", "complaint_resolved", "complaint_reopened",
    "complaint_withdrawn", "complaint_closed",
})  # fmt: skip
WORKS: Mapping[str, str] = {
    "work_requested": "has not accepted yet", "work_accepted": "works on it", "work_declined": "declined it", "work_paused": "rests",
    "work_resumed": "works on it", "work_done": "is done",
}  # fmt: skip
MOST_NAMED = 3


class Due(NamedTuple):
    what: str
    by: str
    """An instant."""


def now(events: Iterable[Told], at: str) -> str:
    """`Now: …`, as far as these events tell; deadlines are seen from the instant `at`."""
    try:
        return f"Now: {'. '.join(_parts(list(events), at))}."
    except (KeyError, TypeError, ValueError, AttributeError):
        return "Now: that cannot be told, some of these events are of a version that is not known here."


def _parts(told: Sequence[Told], at: str) -> Iterator[str]:
    stage = _last(told, STAGES)
    if stage is None:
        yield "neither its registration nor its routing is among the events that are kept"
    else:
        yield _stage(stage, told, at)
        if (danger := _last(told, ("containment_requested", "contained"))) and _name(danger) != "contained":
            yield f"The danger is not contained, which is for {words(danger['department'], danger)}"
        if waiting := "; ".join(remedies_that_wait((_name(event), event) for event in told)):
            yield f"To put it right there wait: {waiting}"
        yield from _clocks(told, at)
        yield from _promises(told, at, is_open=_name(stage) not in ("complaint_resolved", "complaint_withdrawn", "complaint_closed"))


def _name(event: Told) -> str:
    """`clock_met` of `routing.clock_met.v1`."""
    return str(event["type"]).removesuffix(".v1").partition(".")[2]


def _last(told: Sequence[Told], names: Iterable[str]) -> Told | None:
    """A declined work in triage is no stage of the complaint."""
    return next((event for event in reversed(told) if _name(event) in names and not (_name(event) in STAGES and "work" in event)), None)


# -- the stage, and whose it is ---------------------------------------------------------------------------------------------------------


def _stage(stage: Told, told: Sequence[Told], at: str) -> str:
    match _name(stage):
        case "complaint_registered":
            return "registered, and routing has not spoken yet"
        case "complaint_sent_to_triage":
            return f"in triage, {words(stage['owner'], stage)} decides{_urgency(told)}"
        case "complaint_routed" | "complaint_reopened" if stage.get("is_with_head"):
            return f"with the head, who routes it again or closes it{_urgency(told)}"
        case "complaint_routed" | "complaint_reopened":
            return f"with {stage.get('lead', 'nobody')}{_urgency(told)}{''.join(_works(told, stage))}"
        case "complaint_resolved":
            return f"resolved by {stage['lead']}, reopenable until {until(stage['reopenable_until'], {'at': at})}"
        case "complaint_closed":
            return f"closed, {words(stage['how'], stage)}. {window(stage['reopenable_until'], {'at': at})}"
    return "withdrawn"


def _urgency(told: Sequence[Told]) -> str:
    urgent = _last(told, ("complaint_sent_to_triage", "complaint_routed", "priority_changed"))
    level = _last(told, ("complaint_escalated",))
    round = max(event.get("round", 1) for event in told)
    told_of = (
        f"round {round}" if round > 1 else None,
        f"priority P{urgent['priority']}" if urgent else None,
        f"escalated to {words(level['to'], level)}" if level else None,
    )
    return "".join(f", {one}" for one in told_of if one)


def _works(told: Sequence[Told], stage: Told) -> Iterator[str]:
    """What each department of the round does."""
    works: dict[str, tuple[str, str]] = {}
    for event in told:
        if event.get("round") == stage["round"] and _name(event) in WORKS:
            works.pop(str(event.get("instead_of")), None)
            reason = f" ({words(event['reason'], event)})" if "reason" in event else ""
            works[event["work"]] = event["department"], WORKS[_name(event)] + reason
    yield from (f"; {department} {how}" for department, how in works.values())


# -- what is to come --------------------------------------------------------------------------------------------------------------------


def _clocks(told: Sequence[Told], at: str) -> Iterator[str]:
    running, resting = dict[str, Due](), dict[str, str]()
    for event in told:
        match _name(event):
            case "clock_started" | "clock_resumed" | "clock_extended" | "clock_aimed":
                resting.pop(event["instance"], None)
                running[event["instance"]] = Due(words(event["instance"], event), event["due"])
            case "clock_paused":
                resting[event["instance"]] = running.pop(event["instance"], Due(event["instance"], "")).what
            case "clock_met" | "clock_breached" | "clock_stopped":
                running.pop(event["instance"], None)
                resting.pop(event["instance"], None)
    if running:
        yield f"Due next: {_listed(running.values(), at)}"
    if resting:
        yield f"At rest: {', '.join(resting.values())}"


def _promises(told: Sequence[Told], at: str, is_open: bool) -> Iterator[str]:
    promised, clocks = dict[str, Due](), _of_resolution(told)
    for event in told:
        match _name(event):
            case "complaint_routed" | "priority_changed" if is_open and event.get("promised_resolution"):
                promised["resolution"] = Due("the resolution", event["promised_resolution"])
            case "clock_resumed" | "clock_extended" | "clock_aimed" if event["instance"] in clocks and "resolution" in promised:
                if event["round"] == 1:
                    promised["resolution"] = Due("the resolution", event["due"])
            case "callback_promised" | "callback_rescheduled":
                promised[event["callback"]] = Due(f"a call {purpose(event['purpose'], event)}", event["latest"])
            case "callback_completed" | "callback_cancelled" | "callback_abandoned" | "callback_broken":
                promised.pop(event["callback"], None)
            case "survey_requested":
                promised[f"survey {event['round']}"] = Due("answers to the survey count", event["expires_at"])
            case "survey_expired" | "survey_cancelled" | "feedback_received" | "relationship_measured" if "listening_post" not in event:
                promised.pop(f"survey {event['round']}", None)
    if promised:
        yield f"Promised: {_listed(promised.values(), at)}"


def _of_resolution(told: Sequence[Told]) -> frozenset[str]:
    """The clocks whose due is what the first round was promised, whatever the policy calls them."""
    return frozenset(event["instance"] for event in told if _name(event) == "clock_started" and event["kind"] == "resolution")


def _listed(due: Iterable[Due], at: str) -> str:
    """The earliest first."""
    ordered = sorted(due, key=lambda one: (one.by, one.what))
    return ", ".join(f"{one.what} until {until(one.by, {'at': at})}" for one in ordered[:MOST_NAMED])
