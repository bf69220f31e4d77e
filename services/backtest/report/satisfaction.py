"""What customers said: of the recovery, in the three groups that are compared, and of the house as a whole."""

from collections import Counter, defaultdict
from typing import NamedTuple

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
from contracts.model import Event
from contracts.servqual import DIMENSIONS
from services.backtest.report.figures import Counts, Mean, Share, counted

GROUPS = ("recovered", "unresolved", "control")
SCORES = (
    "csat", "effort", "expected", "perceived", "nps", "rung", "distributive_justice", "procedural_justice", "interactional_justice",
    "procedural_quality", "personal_quality",
)  # fmt: skip
YES_OR_NO = ("solved", "would_return")


class Opinion(NamedTuple):
    """Of one group."""

    group: str
    answers: int
    shares: tuple[tuple[str, Share], ...]
    """solved and would_return: yes, of those who said either."""
    means: tuple[tuple[str, Mean], ...]
    gap: Mean
    """perceived − expected, where feedback could tell it."""
    satisfaction: Counts
    intent: Counts

    @property
    def promoters_less_detractors(self) -> Mean:
        """The net promoter score is 100 times this."""
        told = dict(self.intent)
        return Mean(told.get("promoter", 0) - told.get("detractor", 0), sum(told.values()))


class Survey(NamedTuple):
    """Of one kind: recovery or relationship."""

    kind: str
    requested: int
    answered: int
    reminded: int
    declined: int
    expired: int
    cancelled: int

    @property
    def response(self) -> Share:
        """Answered, of those that were not called off."""
        return Share(self.answered, self.requested - self.cancelled)


class Relationship(NamedTuple):
    """SERVQUAL of one group, in ten-thousandths: perception − expectation."""

    group: str
    measured: int
    gaps: tuple[tuple[str, Mean], ...]
    overall: Mean
    weighted: Mean


class Satisfaction(NamedTuple):
    opinions: tuple[Opinion, ...]
    """Of the groups of which anybody said anything."""
    csat_by_dimension: tuple[tuple[str, Mean], ...]
    """By what was worst, of customers who complained."""
    via: Counts
    surveys: tuple[Survey, ...]
    relationship: tuple[Relationship, ...]
    confirmed: int
    dissatisfied: Counts
    """Because of what."""
    praise: int


class Heard:
    """Counts what feedback says.  Nothing of it is about one complaint alone, so no complaint's life is needed."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._totals: defaultdict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])

    def hear(self, said: Event) -> None:
        match said:
            case FeedbackReceived():
                self._received(said)
            case RelationshipMeasured():
                self._measured(said)
            case SurveyRequested():
                self._counts["survey", said.kind, "requested"] += 1
            case SurveyReminded():
                self._counts["survey", said.kind, "reminded"] += 1
            case SurveyDeclined():
                self._counts["survey", said.kind, "declined"] += 1
            case SurveyExpired():
                self._counts["survey", said.kind, "expired"] += 1
            case SurveyCancelled():
                self._counts["survey", said.kind, "cancelled"] += 1
            case RecoveryConfirmed():
                self._counts["confirmed",] += 1
            case DissatisfactionReported():
                self._counts["dissatisfied", said.because] += 1

    def _received(self, said: FeedbackReceived) -> None:
        group, answers = said.group, said.answers
        self._counts["answers", group] += 1
        self._counts["via", said.via] += 1
        if said.via == "survey":
            self._counts["survey", "recovery", "answered"] += 1
        if said.is_praise:
            self._counts["praise",] += 1
        for name in YES_OR_NO:
            self._add((group, name), getattr(answers, name))
        for name in SCORES:
            self._add((group, name), getattr(answers, name))
        self._add((group, "gap"), said.gap)
        for name, word in (("satisfaction", said.satisfaction), ("intent", said.intent)):
            if word:
                self._counts[name, group, word] += 1
        if group != "control" and answers.dimension:
            self._add(("csat_of", answers.dimension), answers.csat)

    def _measured(self, said: RelationshipMeasured) -> None:
        if said.survey:
            self._counts["survey", "relationship", "answered"] += 1
        self._counts["measured", said.group] += 1
        for name in DIMENSIONS:
            self._add(("servqual", said.group, name), getattr(said.gaps_ten_thousandths, name))
        self._add(("servqual", said.group, "overall"), said.overall_ten_thousandths)
        self._add(("servqual", said.group, "weighted"), said.weighted_ten_thousandths)

    def _add(self, name: tuple[str, ...], value: int | None) -> None:
        if value is not None:
            found = self._totals[name]
            found[0] += value
            found[1] += 1

    def _mean(self, *name: str) -> Mean:
        return Mean(*self._totals.get(name, (0, 0)))

    def _under(self, *name: str) -> Counts:
        """Counts by the last word."""
        return counted({found[-1]: count for found, count in self._counts.items() if found[:-1] == name})

    def satisfaction(self) -> Satisfaction:
        counts = self._counts
        dimensions = sorted(name[1] for name in self._totals if name[0] == "csat_of")
        return Satisfaction(
            opinions=tuple(self._opinion(group) for group in GROUPS if counts["answers", group]),
            csat_by_dimension=tuple((name, self._mean("csat_of", name)) for name in dimensions),
            via=self._under("via"),
            surveys=tuple(self._survey(kind) for kind in ("recovery", "relationship")),
            relationship=tuple(self._relationship(group) for group in GROUPS if counts["measured", group]),
            confirmed=counts["confirmed",],
            dissatisfied=self._under("dissatisfied"),
            praise=counts["praise",],
        )

    def _opinion(self, group: str) -> Opinion:
        return Opinion(
            group, self._counts["answers", group], tuple((name, Share(*self._mean(group, name))) for name in YES_OR_NO),
            tuple((name, self._mean(group, name)) for name in SCORES), self._mean(group, "gap"),
            self._under("satisfaction", group), self._under("intent", group),
        )  # fmt: skip

    def _survey(self, kind: str) -> Survey:
        steps = ("requested", "answered", "reminded", "declined", "expired", "cancelled")
        return Survey(kind, *(self._counts["survey", kind, step] for step in steps))

    def _relationship(self, group: str) -> Relationship:
        gaps = tuple((name, self._mean("servqual", group, name)) for name in DIMENSIONS)
        overall, weighted = (self._mean("servqual", group, name) for name in ("overall", "weighted"))
        return Relationship(group, self._counts["measured", group], gaps, overall, weighted)
