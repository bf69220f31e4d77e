"""What the business counts, read off the events as they are published: two tables.  A new count is a new row in each.

`MEASURES` names each metric with its labels and the series that there are from the start, so that the first fact is seen to be one more.
`FACTS` says what an event of a type adds to which.  What a canary is about is not counted, see `contracts.canary`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from contracts.canary import SOURCE, is_canary
from contracts.catalogue import OWNERS

LATE = (0, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 86_400)
SCORES = (1, 2, 3, 4, 5)
NONE = "none"
"""The label of what an event does not say."""


class Measure(NamedTuple):
    """A counter; with `buckets` a histogram."""

    owner: str
    """The service that tells it; `any`: each."""
    help: str
    labels: tuple[str, ...] = ()
    known: tuple[tuple[str, ...], ...] = ()
    """The series that exist from the start."""
    buckets: tuple[int, ...] = ()


class Fact(NamedTuple):
    """What one event adds."""

    measure: str
    labels: Mapping[str, str] = {}
    """Label → the event's field (`amount.currency`: of a part)."""
    fixed: Mapping[str, str] = {}
    """Label → value."""
    adds: str | None = None
    """The field that says how much; one where there is none.  An event that leaves the field out is not counted."""
    unless: str | None = None
    """The field that is true of what is not to be counted."""


def _one_by_one(*values: str) -> tuple[tuple[str, ...], ...]:
    return tuple((value,) for value in values)


MEASURES: Mapping[str, Measure] = {
    "registrations": Measure("intake", "Complaints registered", ("channel", "kind")),
    "repeated_contacts": Measure("intake", "Contacts about a complaint that was open", ("channel",)),
    "routings": Measure(
        "routing", "Complaints that somebody owns, and that triage is to decide on", ("outcome", "priority"),
        tuple((outcome, priority) for outcome in ("routed", "triage") for priority in "1234"),
    ),
    "works": Measure("routing", "What departments are asked to do, by what became of it", ("department", "outcome")),
    "clock_outcomes": Measure("routing", "Clocks by name, kind and how they ended", ("clock", "kind", "outcome")),
    "escalations": Measure("routing", "Levels reached: whose they are, and why", ("to", "reason")),
    "resolutions": Measure(
        "routing", "Complaints resolved: what was found, and whether it came later than promised", ("finding", "is_late"),
        tuple((finding, late) for finding in ("upheld", "partly", "not_upheld", "undetermined") for late in ("false", "true")),
    ),
    "closings": Measure(
        "routing", "Complaints that ended, and how", ("how",),
        _one_by_one("confirmed", "silence", "unreachable", "final_position", "withdrawn"),
    ),
    "reopenings": Measure("routing", "Complaints reopened, and why", ("reason",)),
    "remedies": Measure("routing", "Remedies by what became of them", ("outcome", "ground", "kind")),
    "remedy_minor_units": Measure("routing", "Their money, in minor units", ("outcome", "ground", "kind", "currency")),
    "callbacks": Measure("callback", "Callbacks by outcome", ("outcome",), _one_by_one("broken", "abandoned", "cancelled", "impossible")),
    "callbacks_promised": Measure("callback", "Callbacks promised", ("purpose",), _one_by_one("confirm", "progress", "care", "supervise")),
    "callback_late_seconds": Measure("callback", "How late the customer was reached; 0: in time", buckets=LATE),
    "callback_cost_minor_units": Measure("callback", "What lateness cost, in minor units", ("currency",)),
    "surveys": Measure(
        "feedback", "Surveys by what became of them", ("kind", "outcome"),
        tuple((kind, outcome) for kind in ("recovery", "relationship")
              for outcome in ("requested", "reminded", "declined", "expired", "cancelled")),
    ),
    "feedback": Measure("feedback", "Answers by where they came from", ("via", "group", "satisfaction", "intent")),
    "csat": Measure("feedback", "How satisfied customers say they are, 1 to 5", ("group",), buckets=SCORES),
    "verdicts": Measure(
        "feedback", "Whether the recovery worked, and if not, what was worst", ("outcome", "because", "dimension"),
        (("recovered", NONE, NONE),),
    ),
    "refusals": Measure(
        "any", "Commands refused, and why", ("reason",),
    ),
}  # fmt: skip

_WORK, _REMEDY = {"department": "department"}, {"ground": "ground", "kind": "kind"}
_CLOCK = {"clock": "clock"}


def _remedy(outcome: str) -> tuple[Fact, ...]:
    money = Fact("remedy_minor_units", _REMEDY | {"currency": "amount.currency"}, {"outcome": outcome}, adds="amount.amount_minor")
    return Fact("remedies", _REMEDY, {"outcome": outcome}), money


def _survey(outcome: str) -> tuple[Fact, ...]:
    return (Fact("surveys", {"kind": "kind"}, {"outcome": outcome}),)


FACTS: Mapping[str, tuple[Fact, ...]] = {
    "intake.complaint_registered.v1": (Fact("registrations", {"channel": "channel", "kind": "classes.kind"}),),
    "intake.contact_repeated.v1": (Fact("repeated_contacts", {"channel": "channel"}),),
    "routing.complaint_routed.v1": (Fact("routings", {"priority": "priority"}, {"outcome": "routed"}),),
    "routing.complaint_sent_to_triage.v1": (Fact("routings", {"priority": "priority"}, {"outcome": "triage"}),),
    "routing.work_requested.v1": (Fact("works", _WORK, {"outcome": "requested"}),),
    "routing.work_accepted.v1": (Fact("works", _WORK, {"outcome": "accepted"}),),
    "routing.work_declined.v1": (Fact("works", _WORK, {"outcome": "declined"}),),
    "routing.work_done.v1": (Fact("works", _WORK, {"outcome": "done"}),),
    "routing.clock_met.v1": (Fact("clock_outcomes", _CLOCK, {"outcome": "met"}),),
    "routing.clock_breached.v1": (Fact("clock_outcomes", _CLOCK, {"outcome": "breached"}),),
    "routing.clock_stopped.v1": (Fact("clock_outcomes", _CLOCK, {"outcome": "stopped"}),),
    "routing.clock_warned.v1": (Fact("clock_outcomes", _CLOCK, {"outcome": "warned"}),),
    "routing.complaint_escalated.v1": (Fact("escalations", {"to": "to", "reason": "reason"}),),
    "routing.complaint_resolved.v1": (Fact("resolutions", {"finding": "finding", "is_late": "is_late"}),),
    "routing.complaint_closed.v1": (Fact("closings", {"how": "how"}),),
    "routing.complaint_withdrawn.v1": (Fact("closings", fixed={"how": "withdrawn"}),),
    "routing.complaint_reopened.v1": (Fact("reopenings", {"reason": "reason"}),),
    "routing.remedy_proposed.v1": (Fact("remedies", {"ground": "ground"}, {"outcome": "proposed", "kind": NONE}),),
    "routing.remedy_approved.v1": _remedy("approved"),
    "routing.remedy_issued.v1": _remedy("issued"),
    "routing.remedy_done.v1": _remedy("done"),
    "routing.remedy_failed.v1": _remedy("failed"),
    "routing.remedy_rejected.v1": (Fact("remedies", {"ground": "ground"}, {"outcome": "rejected", "kind": NONE}),),
    "routing.remedy_cancelled.v1": (Fact("remedies", {"ground": "ground"}, {"outcome": "cancelled", "kind": NONE}),),
    "callback.callback_promised.v1": (Fact("callbacks_promised", {"purpose": "purpose"}),),
    "callback.callback_completed.v1": (
        Fact("callbacks", {"outcome": "outcome"}),
        Fact("callback_late_seconds", adds="late_by_seconds"),
        Fact("callback_cost_minor_units", {"currency": "cost.currency"}, adds="cost.amount_minor"),
    ),
    "callback.callback_broken.v1": (Fact("callbacks", fixed={"outcome": "broken"}),),
    "callback.callback_abandoned.v1": (Fact("callbacks", fixed={"outcome": "abandoned"}),),
    "callback.callback_cancelled.v1": (Fact("callbacks", fixed={"outcome": "cancelled"}),),
    "callback.callback_impossible.v1": (Fact("callbacks", fixed={"outcome": "impossible"}, unless="goes_on"),),
    "feedback.survey_requested.v1": _survey("requested"),
    "feedback.survey_reminded.v1": _survey("reminded"),
    "feedback.survey_declined.v1": _survey("declined"),
    "feedback.survey_expired.v1": _survey("expired"),
    "feedback.survey_cancelled.v1": _survey("cancelled"),
    "feedback.feedback_received.v1": (
        Fact("feedback", {"via": "via", "group": "group", "satisfaction": "satisfaction", "intent": "intent"}),
        Fact("csat", {"group": "group"}, adds="answers.csat"),
    ),
    "feedback.recovery_confirmed.v1": (Fact("verdicts", fixed={"outcome": "recovered", "because": NONE, "dimension": NONE}),),
    "feedback.dissatisfaction_reported.v1": (
        Fact("verdicts", {"because": "because", "dimension": "dimension"}, {"outcome": "dissatisfied"}),
    ),
    **{f"{owner}.command_refused.v1": (Fact("refusals", {"reason": "reason"}),) for owner in OWNERS},
}


def is_counted(event: Mapping[str, Any]) -> bool:
    """Whether it is about a customer's matter, and not a canary's."""
    return not is_canary(event.get("customer")) and event.get("command_source") != SOURCE


def said(event: Mapping[str, Any], path: str) -> Any:
    """The field, or the field of a part; None where the event leaves it out."""
    if "." not in path:
        return event.get(path)
    found: Any = event
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def word(value: Any) -> str:
    """As a label has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return NONE if value is None else str(value)
