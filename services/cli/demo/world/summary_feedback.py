"""What customers said afterwards, in words and scores, counted from the topics."""

from collections import Counter
from collections.abc import Sequence
from statistics import fmean

from contracts.feedback import (
    DissatisfactionReported,
    FeedbackReceived,
    RecoveryConfirmed,
    RelationshipMeasured,
    SurveyCancelled,
    SurveyDeclined,
    SurveyExpired,
    SurveyReminded,
    SurveyRequested,
)
from contracts.servqual import ITEMS
from services.cli.demo.world.accounts import unhappy
from services.cli.demo.world.counts import counts, total
from services.cli.demo.world.ledger import Ledger

VIA = {"callback": "on the phone", "survey": "in writing", "listening_post": "at listening posts"}


def asked(ledger: Ledger) -> str:
    """About the recovery; of a survey that was declined and answered all the same both are told."""
    requested, reminded, declined, expired, cancelled = (
        [event for event in ledger.all(kind) if event.kind == "recovery"]
        for kind in (SurveyRequested, SurveyReminded, SurveyDeclined, SurveyExpired, SurveyCancelled)
    )
    answered = sum(event.via == "survey" for event in ledger.all(FeedbackReceived))
    return (
        f"in writing {total(Counter(event.channel for event in requested))}: {answered} answered, {len(expired)} did not,"
        f" {len(cancelled)} no longer wanted; {len(reminded)} were reminded, {len(declined)} would rather not say"
    )


def answered(ledger: Ledger) -> str:
    """By every way; only what is said of a recovery, once a round, is judged."""
    via = Counter(VIA[event.via] for event in ledger.all(FeedbackReceived))
    satisfied, because = len(ledger.all(RecoveryConfirmed)), Counter(event.because for event in ledger.all(DissatisfactionReported))
    return f"{counts(via)}; {satisfied + because.total()} judged, one a round: satisfied {satisfied}, not satisfied {total(because)}"


def won_back(ledger: Ledger) -> str:
    """Who was not satisfied, and what became of them."""
    lost = unhappy(ledger)
    others = Counter(ledger.over.get(id, "still open") for id in lost.all - lost.won_back)
    told = f"; the others: {counts(others)}" if others else ""
    return f"{len(lost.won_back)} of {len(lost.all)} complaints whose customers were not satisfied were put right in a later round{told}"


def compared(ledger: Ledger) -> str:
    """Whether a recovery makes customers more satisfied than ordinary ones: satisfaction and intent apart.

    Of a round the last answer counts.  Who says something while the work is still going on has seen no recovery yet, and who is called
    for care, or to look at the work, was chosen for being satisfied.
    """
    heard = ledger.all(FeedbackReceived)
    asked = [event for event in heard if event.group == "recovered" and event.purpose is None]
    recovered = list({(event.complaint_id, event.round): event for event in asked}.values())
    control = [event for event in heard if event.group == "control"]
    others = len(heard) - len(asked) - len(control)
    return (
        f"recovered {_scores(recovered)}; ordinary customers {_scores(control)}; not compared: {others} said"
        f" while the work was still going on, or when called for care, and {len(asked) - len(recovered)} earlier ones of a round"
    )


def _scores(heard: Sequence[FeedbackReceived]) -> str:
    """`CSAT 4.10 (of 58), gap +0.12 (of 60), NPS +30 (of 44)`."""
    csat = [event.answers.csat for event in heard if event.answers.csat is not None]
    gaps = [event.gap for event in heard if event.gap is not None]
    intent = Counter(event.intent for event in heard if event.intent)
    nps = 100 * (intent["promoter"] - intent["detractor"]) / intent.total() if intent else 0
    return f"CSAT {_mean(csat):.2f} (of {len(csat)}), gap {_mean(gaps):+.2f} (of {len(gaps)}), NPS {nps:+.0f} (of {intent.total()})"


def relationship(ledger: Ledger) -> str:
    """SERVQUAL: perceived less expected, by dimension."""
    measured = ledger.all(RelationshipMeasured)
    sent = sum(event.kind == "relationship" for event in ledger.all(SurveyRequested))
    if not measured:
        return f"{sent} asked, none answered"
    gaps = {name: fmean(getattr(event.gaps_ten_thousandths, name) for event in measured) / 10_000 for name in ITEMS}
    told = ", ".join(f"{name} {gap:+.2f}" for name, gap in gaps.items())
    weighted = fmean(event.weighted_ten_thousandths for event in measured) / 10_000
    return f"{sent} asked, {len(measured)} answered: {told}; weighted {weighted:+.2f}, worst {min(gaps, key=lambda name: gaps[name])}"


def _mean(scores: Sequence[int]) -> float:
    return fmean(scores) if scores else 0.0
