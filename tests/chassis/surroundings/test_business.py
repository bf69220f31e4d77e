"""What the business does is counted off its own events, each once, and a canary's never."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import uuid4

import pytest
from pydantic import BaseModel

from contracts import canary
from contracts.callback import CallbackCompleted, CallbackImpossible, RecordAttempt, StartAttempt
from contracts.catalogue import OWNERS
from contracts.common import Answers
from contracts.ids import complaint_id
from contracts.intake import ComplaintRegistered, Customer, SubmitComplaint
from contracts.model import Event, Money, Staff, type_name
from contracts.routing import (
    AcceptWork,
    ApproveRemedy,
    ConfirmRemedyDone,
    DeclineWork,
    ProposeRemedy,
    RemedyProposed,
    ReportResolution,
    WithdrawComplaint,
)
from contracts.wire import write_event
from services import callback, feedback, intake, routing
from services.platform.chassis.business import CLOCK_ENDS, MOST_WORDS
from services.platform.chassis.facts import FACTS, MEASURES
from services.platform.chassis.metrics import Metrics
from services.platform.chassis.policies import load
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
SERVICES = (intake.service(b"a secret of sixteen bytes"), routing.SERVICE, callback.SERVICE, feedback.SERVICE)
WORDS = {type_name(owner.name, word): word for owner in OWNERS.values() for word in owner.events}
DESK = Staff(staff="s1", role="agent", department="quality")
LEAD = Staff(staff="l1", role="head", department="quality")


def hour(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


@cache
def practices() -> tuple[Practice, ...]:
    return tuple(Practice(service, load("default", service)) for service in SERVICES)


@pytest.fixture
def run() -> Run:
    return Run(practices())


def submit(run: Run, ref: str, at: datetime, channel: str = "phone", customer: str | None = None) -> str:
    who = Customer(id=customer, phone="+8613800138000", language="zh")
    run.send("intake", SubmitComplaint(source_ref=ref, channel=channel, kind="quality", customer=who, narrative="又坏了。"), at=at)
    return complaint_id("crm", ref)


def play(run: Run, id: str, at: float = 0) -> None:
    """Solved with money, called back in time, not satisfied; solved again and confirmed."""
    about = {"complaint_id": id}
    run.send("routing", AcceptWork(**about, work="1-quality", by=DESK), at=hour(at + 0.1))
    money = Money(amount_minor=60_000, currency="CNY")
    run.send("routing", ProposeRemedy(**about, kind="compensation", amount=money, by=DESK), at=hour(at + 0.2))
    run.send("routing", ApproveRemedy(**about, remedy="1-goodwill", by=LEAD), at=hour(at + 0.3))
    run.send("routing", ConfirmRemedyDone(**about, remedy="1-goodwill", by=DESK), at=hour(at + 0.4))
    resolve(run, id, 1, at + 0.5)
    call(run, id, 1, at + 27, solved=False, csat=1, dimension="reliability")
    run.send("routing", AcceptWork(**about, work="2-quality", by=DESK), at=hour(at + 28))
    resolve(run, id, 2, at + 29)
    call(run, id, 2, at + 70, solved=True, csat=5)


def resolve(run: Run, id: str, round: int, at: float) -> None:
    report = ReportResolution(
        complaint_id=id, work=f"{round}-quality", finding="upheld", cause_code="worn_part", no_action_because="single_case",
        answer_parts=("acknowledgement", "apology", "explanation", "prevention"), by=DESK,
    )  # fmt: skip
    run.send("routing", report, at=hour(at))


def call(run: Run, id: str, round: int, at: float, **answers: object) -> None:
    named = {"complaint_id": id, "callback": f"{round}-confirm", "by": DESK}
    run.send("callback", StartAttempt(**named), at=hour(at))
    run.send("callback", RecordAttempt(**named, outcome="reached", answers=Answers(**answers)), at=hour(at + 0.05))


class Counted:
    """The metrics of all services after all that a run said."""

    def __init__(self, run: Run) -> None:
        run.to_the_end()
        self.of = {service.name: Metrics(service.name, "1.0") for service in SERVICES}
        for record in run._said:
            self.of[record.topic.partition(".")[0]].published([(record.value or b"", record.headers)])

    def __call__(self, name: str, **labels: str) -> float | None:
        owner = MEASURES[name.removesuffix("_count").removesuffix("_sum")].owner
        owner, name = labels.pop("service", owner), name if name.endswith(("_count", "_sum")) else f"{name}_total"
        return self.of[owner].registry.get_sample_value(f"redress_{name}", {"service": owner, **labels})


def test_a_life_is_counted_step_by_step(run: Run) -> None:
    play(run, submit(run, "T-1", MONDAY))
    counted = Counted(run)
    assert counted("registrations", channel="phone", kind="quality") == 1
    assert counted("routings", outcome="routed", priority="4") == 2 and counted("routings", outcome="triage", priority="4") == 0
    assert counted("works", department="quality", outcome="requested") == 2 == counted("works", department="quality", outcome="done")
    assert counted("clock_outcomes", clock="acceptance", kind="none", outcome="met") == 2
    assert counted("resolutions", finding="upheld", is_late="false") == 2
    assert counted("reopenings", reason="dissatisfied") == 1 == counted("escalations", to="team_lead", reason="reopened")
    assert counted("closings", how="confirmed") == 1 and counted("closings", how="silence") == 0
    assert counted("remedies", outcome="proposed", ground="goodwill", kind="none") == 1
    for outcome in ("approved", "issued", "done"):
        assert counted("remedies", outcome=outcome, ground="goodwill", kind="compensation") == 1
        money = {"outcome": outcome, "ground": "goodwill", "kind": "compensation", "currency": "CNY"}
        assert counted("remedy_minor_units", **money) == 60_000
    assert counted("callbacks_promised", purpose="confirm") == 2 == counted("callbacks", outcome="reached")
    assert counted("callback_late_seconds_count") == 2 and counted("callback_late_seconds_sum") == 0
    assert counted("callback_cost_minor_units", currency="USD") == 0
    assert counted("csat_sum", group="recovered") == 6 and counted("csat_count", group="recovered") == 2
    assert counted("feedback", via="callback", group="recovered", satisfaction="none", intent="none") == 2
    assert counted("verdicts", outcome="dissatisfied", because="not_solved", dimension="reliability") == 1
    assert counted("verdicts", outcome="recovered", because="none", dimension="none") == 1


def test_what_goes_wrong_is_counted_too(run: Run) -> None:
    silent, declined, taken_back = (submit(run, f"T-{n}", MONDAY, customer=f"c{n}") for n in (1, 2, 3))
    submit(run, "T-4", hour(0.1), channel="email", customer="c1")
    run.send("routing", DeclineWork(complaint_id=declined, work="1-quality", reason="not_ours", by=DESK), at=hour(0.2))
    run.send("routing", WithdrawComplaint(complaint_id=taken_back, reason="mistake"), at=hour(0.3))
    run.send("routing", AcceptWork(complaint_id=silent, work="9-quality", by=DESK), at=hour(0.5))
    run.send("routing", AcceptWork(complaint_id=silent, work="1-quality", by=DESK), at=hour(0.6))
    resolve(run, silent, 1, 0.7)
    counted = Counted(run)
    assert counted("repeated_contacts", channel="email") == 1
    assert counted("works", department="quality", outcome="declined") == 1
    assert counted("closings", how="withdrawn") == 1 == counted("closings", how="silence")
    assert counted("refusals", service="routing", reason="unknown_work") == 1
    assert counted("callbacks", outcome="broken") >= 1 <= counted("callbacks", outcome="abandoned")
    assert counted("surveys", kind="recovery", outcome="requested") == 1 == counted("surveys", kind="recovery", outcome="expired")
    assert counted("clock_outcomes", clock="triage", kind="none", outcome="breached") >= 1


def test_a_canary_is_counted_nowhere(run: Run) -> None:
    play(run, submit(run, "T-1", MONDAY, channel=canary.CHANNEL, customer=f"{canary.CUSTOMER}T-1"))
    counted = Counted(run)
    assert run.all(ComplaintRegistered)[0].customer.startswith(canary.KEY) and len(run.all(RemedyProposed)) == 1
    assert not [sample for metrics in counted.of.values() for sample in business(metrics) if sample.value]
    assert all(SERVICE.facets(run.document(SERVICE.name, complaint_id("crm", "T-1")).state) == {} for SERVICE in SERVICES)


def business(metrics: Metrics) -> Iterator[object]:
    ours = {f"redress_{name}" for name in MEASURES}
    for family in metrics.registry.collect():
        if family.name in ours:
            yield from (sample for sample in family.samples if not sample.name.endswith("_created"))


def test_a_word_that_senders_invent_makes_a_bounded_number_of_series(run: Run) -> None:
    metrics = Metrics("intake", "1.0")
    event = registered(run)
    for n in range(2 * MOST_WORDS):
        metrics.published([written("intake", event.model_copy(update={"channel": f"mine-{n}"}))])
    told = [sample for sample in business(metrics) if sample.name == "redress_registrations_total"]
    assert len(told) == MOST_WORDS + 1 and sum(sample.value for sample in told) == 2 * MOST_WORDS


def registered(run: Run) -> ComplaintRegistered:
    submit(run, "T-1", MONDAY)
    run.until(hour(1))
    return run.all(ComplaintRegistered)[0]


def written(service: str, event: Event):
    return write_event(service, event, id=str(uuid4()), at=MONDAY, seq=1, cause=str(uuid4()))


def test_lateness_is_observed_in_seconds_and_costs_money() -> None:
    metrics = Metrics("callback", "1.0")
    event = CallbackCompleted(
        complaint_id=str(uuid4()), customer="k", round=1, callback="c1", purpose="confirm", attempt=1, outcome="reached",
        late_by_seconds=90, policy="p", cost=Money(amount_minor=7, currency="CNY"), by=DESK,
    )  # fmt: skip
    metrics.published([written("callback", event)])
    value = metrics.registry.get_sample_value
    assert value("redress_callback_late_seconds_sum", {"service": "callback"}) == 90
    assert value("redress_callback_cost_minor_units_total", {"service": "callback", "currency": "CNY"}) == 7


@pytest.mark.parametrize(("goes_on", "counted"), [(True, 0), (False, 1)])
def test_a_channel_that_leads_nowhere_is_no_outcome_while_another_is_tried(goes_on: bool, counted: int) -> None:
    metrics = Metrics("callback", "1.0")
    never = CallbackImpossible(
        complaint_id=str(uuid4()), customer="k", round=1, callback="c1", purpose="confirm", reason="no_phone", goes_on=goes_on
    )
    metrics.published([written("callback", never)])
    assert metrics.registry.get_sample_value("redress_callbacks_total", {"service": "callback", "outcome": "impossible"}) == counted


def test_a_clock_is_told_with_its_kind_and_is_there_before_it_ends(run: Run) -> None:
    metrics = Metrics("routing", "1.0")
    metrics.policy("city/routing@abc", {"handling": "resolution"})
    labels = [sample.labels for sample in business(metrics) if sample.name == "redress_clock_outcomes_total"]
    assert [(each["clock"], each["kind"], each["outcome"]) for each in labels] == [("handling", "resolution", end) for end in CLOCK_ENDS]


# -- the tables -----------------------------------------------------------------------------------------------------------------------


def has(model: type[BaseModel], path: str) -> bool:
    name, _, rest = path.partition(".")
    if name not in model.model_fields:
        return False
    inner = model.model_fields[name].annotation
    parts = [each for each in getattr(inner, "__args__", (inner,)) if isinstance(each, type) and issubclass(each, BaseModel)]
    return not rest or any(has(part, rest) for part in parts)


def test_every_fact_is_of_a_type_and_of_fields_that_the_contracts_have() -> None:
    for name, facts in FACTS.items():
        for fact in facts:
            for path in (*fact.labels.values(), fact.adds, fact.unless):
                assert path is None or has(WORDS[name], path), (name, path)


def test_every_fact_has_the_labels_of_its_measure_and_every_measure_a_fact_of_its_owner() -> None:
    for name, facts in FACTS.items():
        for fact in facts:
            owner, _, labels, *_ = MEASURES[fact.measure]
            from_the_policy = {"kind"} if fact.measure == "clock_outcomes" else set()
            assert {*fact.labels, *fact.fixed} | from_the_policy == {*labels}, name
            assert owner in (name.partition(".")[0], "any"), name
    assert {fact.measure for facts in FACTS.values() for fact in facts} == {*MEASURES}
