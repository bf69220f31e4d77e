"""The sheets of what customers said."""

from collections.abc import Iterator

from services.backtest.report.satisfaction import Opinion, Satisfaction
from services.cli.backtest.sheets import Sheet
from services.cli.backtest.words import NOTHING, count, mean, part_of, percent, points
from services.cli.show.forms import spoken

SCALES = {
    "csat": "1–5", "effort": "1–7, little is good", "expected": "1–5", "perceived": "1–5", "nps": "0–10", "rung": "1–4",
    "distributive_justice": "1–5", "procedural_justice": "1–5", "interactional_justice": "1–5", "procedural_quality": "1–5",
    "personal_quality": "1–5",
}  # fmt: skip


def opinions(found: Satisfaction) -> Iterator[Sheet]:
    groups = [each.group for each in found.opinions]
    note = "Recovered: said when the round was resolved; unresolved: while it was worked on; control: of ordinary transactions."
    rows = [row for row in _measures(found.opinions) if any(cell != NOTHING for cell in row[1:])]
    yield Sheet("What customers said", note, ("",), groups, rows)
    yield Sheet(
        "Surveys", "Response: answered, of those that were not called off.", ("kind",),
        ("asked", "answered", "response", "reminded", "declined", "expired", "called off"),
        [
            (each.kind, count(each.requested), count(each.answered), percent(each.response),
             *map(count, (each.reminded, each.declined, each.expired, each.cancelled)))
            for each in found.surveys if each.requested
        ],
    )  # fmt: skip
    worst = [(spoken(name), count(csat.of), mean(csat)) for name, csat in found.csat_by_dimension]
    yield Sheet("Satisfaction by what was worst", "Of customers who complained and named it.", ("dimension",), ("answers", "csat"), worst)
    verdicts = [("confirmed", count(found.confirmed))] if found.confirmed else []
    verdicts += [(f"dissatisfied: {spoken(why)}", count(number)) for why, number in found.dissatisfied]
    yield Sheet("Verdicts on the recovery", "", ("",), ("times",), verdicts, is_detail=True)
    yield Sheet(
        "How customers see the house", "SERVQUAL: perception less expectation, the mean of the questionnaires.", ("",),
        [each.group for each in found.relationship], list(_relationship(found)),
    )  # fmt: skip


def _measures(all: tuple[Opinion, ...]) -> Iterator[tuple[str, ...]]:
    yield "answers", *(count(each.answers) for each in all)
    for place, name in enumerate(("solved", "would return")):
        shares = [each.shares[place][1] for each in all]
        yield name, *(f"{percent(share)} ({part_of(share)})" if share.whole else NOTHING for share in shares)
    for place, (name, scale) in enumerate(SCALES.items()):
        yield f"{spoken(name)} ({scale})", *(mean(each.means[place][1]) for each in all)
    yield "net promoter score", *(mean(each.promoters_less_detractors, times=100) for each in all)
    yield "gap (perceived less expected)", *(mean(each.gap) for each in all)
    for word in ("satisfied", "accepted", "dissatisfied"):
        yield f"by the gap {word}", *(count(dict(each.satisfaction)[word]) if word in dict(each.satisfaction) else NOTHING for each in all)


def _relationship(found: Satisfaction) -> Iterator[tuple[str, ...]]:
    if not found.relationship:
        return
    yield "questionnaires", *(count(each.measured) for each in found.relationship)
    for place, (name, _) in enumerate(found.relationship[0].gaps):
        yield name, *(points(each.gaps[place][1]) for each in found.relationship)
    yield "overall", *(points(each.overall) for each in found.relationship)
    yield "weighted", *(points(each.weighted) for each in found.relationship)
