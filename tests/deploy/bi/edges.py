"""A few complaints, told by hand: what whole lives do not happen to hold, so that no figure is right by accident."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from contracts.callback import CallbackImpossible, CallbackRescheduled
from contracts.feedback import ByDimension, RelationshipMeasured, SurveyDeclined, SurveyRequested
from contracts.ids import derived_id
from contracts.intake import ContactRepeated, InformationAdded, RepeatFactsChanged
from contracts.model import Event, Money
from contracts.routing import (
    ClockBreached,
    ClockMet,
    ClockStarted,
    ContactReturned,
    Contained,
    ContainmentRequested,
    RemedyChosen,
    RemedyDone,
    RemedyIssued,
    RemedyOption,
)
from contracts.wire import write_event
from services.platform.kernel.record import Record
from tests.core.backtest_report.history import BY, Matter, Told, at
from tests.core.heard import speaker_of

DAY = 86_400
PROMOTER, PASSIVE, DETRACTOR = (
    {"nps": nps, "intent": intent} for nps, intent in ((9, "promoter"), (7, "passive"), (6, "detractor"))
)  # fmt: skip
YUAN, EURO = (Money(amount_minor=minor, currency=currency) for minor, currency in ((9_900, "CNY"), (1_250, "EUR")))
OLD, AGAIN, ONCE_MORE, LATER, ASKED, TRANSACTION = (Matter(f"E-{number}") for number in range(1, 7))


def records() -> list[Record]:
    """One partition of each topic, each event after the one that was told before it."""
    seqs, offsets = Counter[tuple[str, str]](), Counter[str]()
    made = []
    for seconds, event in sorted([*_repeats(), *_danger(), *_calls(), *_remedies(), *_opinions()], key=lambda told: told[0]):
        service, about = speaker_of(event), str(getattr(event, "complaint_id", ""))
        topic = f"{service}.events.v1"
        seqs[service, about] += 1
        seq, offset = seqs[service, about], offsets[topic]
        id, cause = derived_id("edge", service, about, seq), derived_id("edge", "cause", seq)
        value, headers = write_event(service, event, id=id, at=at(seconds), seq=seq, cause=cause)
        made.append(Record(topic, 0, offset, at(seconds), about.encode(), value, headers))
        offsets[topic] += 1
    return made


def _repeats() -> Iterator[Told]:
    """One that came again twice, of which one was solved on the spot; one that only late news calls a predecessor."""
    for place, matter in enumerate((OLD, LATER, ASKED)):
        yield place, matter.registered()
    yield 10, OLD.progress(is_told=False)
    yield 20, OLD.routed()
    yield 100, OLD.resolved(is_same_cause=True)
    yield 110, OLD.closed()
    yield DAY, AGAIN.registered(predecessors=(OLD.id,))
    yield DAY + 1, ONCE_MORE.registered(predecessors=(OLD.id,))
    yield DAY + 30, AGAIN.resolved(is_same_cause=True)
    yield DAY + 31, ONCE_MORE.resolved(is_same_cause=False)
    yield DAY + 32, LATER.resolved()
    yield DAY + 40, RepeatFactsChanged(**ASKED.who, predecessors=(LATER.id,), because="customers_linked", policy="test/intake@1")
    yield DAY + 50, InformationAdded(**ONCE_MORE.who, is_chasing=False, contacts=1)
    yield DAY + 51, InformationAdded(**AGAIN.who, is_chasing=True, contacts=2)
    yield DAY + 60, ContactReturned(**OLD.who, round=1, submission=Matter("E-9").id)
    yield DAY + 61, ContactRepeated(
        **ONCE_MORE.who, submission=Matter("E-8").id, source="crm", source_ref="E-8", channel="phone", contacts=2, policy="test/intake@1"
    )
    yield DAY + 70, ONCE_MORE.reopened(is_with_head=True)
    yield DAY + 71, AGAIN.reopened()


def _danger() -> Iterator[Told]:
    """A department that does not lead contains it, late; first answers that come late by very different times."""
    yield 21, ASKED.routed(priority=1)
    yield 22, ContainmentRequested(**ASKED.who, round=1, department="safety", hazards=("fire",), policy="test/routing@1")
    yield 23, ASKED.clock(ClockStarted, "containment", due=60)
    yield 61, ASKED.clock(ClockBreached, "containment", due=60)
    yield 95, Contained(**ASKED.who, round=1, measure="power_cut_off", by=BY)
    for number, (answered, due) in enumerate(((200, 190), (400, 300), (2_000, 300))):
        matter = Matter(f"E-2{number}")
        yield 30 + number, matter.registered()
        yield 40 + number, matter.routed()
        yield 41 + number, matter.clock(ClockStarted, "first_answer", due=due)
        yield due + 1, matter.clock(ClockBreached, "first_answer", due=due, used_seconds=600)
        yield answered, matter.progress()
    yield 50, LATER.clock(ClockStarted, "resolution", due=DAY * 2)
    yield DAY + 32, LATER.clock(ClockMet, "resolution", due=DAY * 2, used_seconds=77)


def _calls() -> Iterator[Told]:
    for number, (late, cost) in enumerate(((10, 25), (100, 250), (1_000, 0))):
        callback = f"{number + 1}-progress"
        yield 300 + number, ASKED.promised(callback)
        yield 3_600 + late, ASKED.completed(callback, late=late, cost=cost)
        yield 3_601, ASKED.broken(callback)
    yield 400, OLD.promised("1-confirm")
    yield 401, CallbackRescheduled(
        **OLD.call("1-confirm"), purpose="confirm", earliest=at(DAY), latest=at(DAY + 60), latest_before=at(3_600), reason="asked", by=BY
    )
    yield DAY + 10, OLD.completed("1-confirm")
    yield 402, LATER.promised("1-care")
    impossible: dict[str, Any] = {"purpose": "confirm", "channel": "phone", "reason": "no_phone"}
    yield 403, CallbackImpossible(**AGAIN.call("1-confirm"), **impossible, goes_on=True)
    yield 404, CallbackImpossible(**ONCE_MORE.call("1-confirm"), **impossible)
    yield 405, AGAIN.promised("1-progress")
    yield 4_000, AGAIN.called_off("1-progress", cost=30)


def _remedies() -> Iterator[Told]:
    yield 500, OLD.proposed(RemedyOption(kind="repair"), RemedyOption(kind="refund", amount=EURO), ground="entitlement")
    yield 501, OLD.remedy(RemedyChosen, "refund", EURO, ground="entitlement")
    yield 502, OLD.remedy(RemedyIssued, "refund", EURO, ground="entitlement")
    yield 510, ASKED.proposed(RemedyOption(kind="repair"))
    yield DAY + 3, ASKED.remedy(RemedyIssued, "compensation", YUAN)
    yield DAY + 4, ASKED.remedy(RemedyDone, "compensation", Money(amount_minor=9_000, currency="CNY"))
    yield DAY + 5, ASKED.resolved(causes=("worn_part", "late_answer"))


def _opinions() -> Iterator[Told]:
    told: tuple[tuple[Matter, str, dict[str, Any]], ...] = (
        (OLD, "recovered", {"csat": 5, "expected": 3, "perceived": 5, "would_return": True} | PROMOTER | gap(2, "satisfied")),
        (AGAIN, "unresolved", {"csat": 1, "expected": 5, "perceived": 2, "dimension": "empathy"} | gap(-3, "dissatisfied")),
        (LATER, "recovered", {"solved": False, "perceived": 4, "dimension": "empathy", "would_return": False, "via": "survey"} | DETRACTOR),
        (ASKED, "recovered", {"csat": 3, "expected": 4, "perceived": 4, "dimension": "empathy"} | gap(0, "accepted")),
        (TRANSACTION, "control", {"csat": 4, "dimension": "empathy", "would_return": True, "is_praise": True} | PASSIVE),
    )
    for place, (matter, group, said) in enumerate(told):
        yield DAY * (1 + place % 2) + 200 + place, matter.opinion(group, **said)
    for matter, group, survey in ((OLD, "recovered", "1-survey"), (LATER, "recovered", None), (TRANSACTION, "control", None)):
        yield DAY + 300, _measured(matter, group, survey)
    for matter in (OLD, LATER):
        yield DAY + 400, SurveyRequested(
            **matter.who, round=1, survey="2-survey", channel="message", questions=("solved",), questionnaire="recovery-1",
            expires_at=at(DAY * 9), policy="test/feedback@1",
        )  # fmt: skip
    yield DAY + 500, SurveyDeclined(**LATER.who, round=1, survey="2-survey")


def gap(gap: int, satisfaction: str) -> dict[str, Any]:
    return {"gap": gap, "satisfaction": satisfaction}


def _measured(matter: Matter, group: Any, survey: str | None) -> Event:
    gaps = ByDimension(tangibles=-5_000, reliability=2_500 if survey else -7_500, responsiveness=0, assurance=10_000, empathy=-10_000)
    return RelationshipMeasured(
        **matter.who, group=group, segment="general", policy="test/feedback@1", survey=survey, expectation=(6,) * 22, perception=(5,) * 22,
        gaps_ten_thousandths=gaps, overall_ten_thousandths=-500, weights=ByDimension(**dict.fromkeys(ByDimension.model_fields, 20)),
        weighted_ten_thousandths=-700, worst=("empathy",),
    )  # fmt: skip
