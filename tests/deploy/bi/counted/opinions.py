"""What customers said."""

from collections import Counter, defaultdict
from typing import Any

from tests.deploy.bi.counted.life import Event, Rows, Told, day, mean, share, word


def satisfaction_by_group(told: Told) -> Rows:
    cells: defaultdict[tuple[Any, ...], list[Event]] = defaultdict(list)
    for each in told.of("feedback_received"):
        cells[day(each["at"]), each["group"], each["segment"], each.get("department", "(nobody)")].append(each)

    def figures(found: list[Event]) -> tuple[Any, ...]:
        solved = [each["answers"]["solved"] for each in found if "solved" in each["answers"]]
        csat = [each["answers"]["csat"] for each in found if "csat" in each["answers"]]
        gaps = [each["gap"] for each in found if "gap" in each]
        words = [sum(each.get("satisfaction") == name for each in found) for name in ("satisfied", "accepted", "dissatisfied")]
        praise = sum(each["is_praise"] for each in found)
        scores = (part for told in (csat, gaps) for part in (len(told), sum(told) if told else None, mean(told)))
        return len(found), len(solved), sum(solved), share(sum(solved), len(solved)), *scores, *words, praise

    return {(*cell, *figures(found)) for cell, found in cells.items()}


def satisfaction_by_dimension(told: Told) -> Rows:
    cells: defaultdict[str, list[Event]] = defaultdict(list)
    for each in told.of("feedback_received"):
        if each["group"] in ("recovered", "unresolved") and "dimension" in each["answers"]:
            cells[each["answers"]["dimension"]].append(each)

    def figures(found: list[Event]) -> tuple[Any, ...]:
        both = [each["answers"] for each in found if "expected" in each["answers"] and "perceived" in each["answers"]]
        means = (mean(each[name] for each in both) for name in ("expected", "perceived"))
        gap = mean(each["perceived"] - each["expected"] for each in both)
        below = sum(each["perceived"] < each["expected"] for each in both)
        return len(found), mean(each["answers"].get("csat") for each in found), *means, gap, below

    return {(dimension, *figures(found)) for dimension, found in cells.items()}


def house_by_dimension(told: Told) -> Rows:
    cells: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for each in told.of("relationship_measured"):
        whole = {"overall": each["overall_ten_thousandths"], "weighted": each["weighted_ten_thousandths"]}
        for name, gap in (each["gaps_ten_thousandths"] | whole).items():
            cells[each["group"], name].append(gap)
    return {(*cell, len(gaps), sum(gaps) / len(gaps) / 10000) for cell, gaps in cells.items()}


def recovered_v_control(told: Told) -> Rows:
    scores: defaultdict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: {"recovered": [], "control": [], "unresolved": []})
    for each in told.of("feedback_received"):
        said = {name: each["answers"][name] for name in ("csat", "would_return") if name in each["answers"]}
        said |= {"gap": each["gap"]} if "gap" in each else {}
        if "nps" in each["answers"]:
            nps = each["answers"]["nps"]
            said |= {"would_recommend": nps, "net_promoter_score": 100 * ((nps >= 9) - (nps <= 6))}
        for name in said:
            if each["group"] != "unresolved":
                for segment in (each["segment"], "(all)"):
                    scores[segment, name][each["group"]].append(int(said[name]))

    def figures(found: dict[str, list[int]]) -> tuple[Any, ...]:
        one, other = mean(found["recovered"]), mean(found["control"])
        difference = None if one is None or other is None else one - other
        return len(found["recovered"]), one, len(found["control"]), other, difference

    return {(segment, name, *figures(found)) for (segment, name), found in scores.items()}


def survey_response(told: Told) -> Rows:
    counts: Counter[tuple[str, str]] = Counter()
    for each in told.events:
        if word(each).startswith("survey_"):
            counts[each["kind"], word(each).removeprefix("survey_")] += 1
        elif word(each) == "feedback_received" and each["via"] == "survey":
            counts["recovery", "answered"] += 1
        elif word(each) == "relationship_measured" and "survey" in each:
            counts["relationship", "answered"] += 1

    def figures(kind: str) -> tuple[Any, ...]:
        found = [counts[kind, step] for step in ("requested", "answered", "reminded", "declined", "expired", "cancelled")]
        return *found, share(found[1], found[0] - found[5])

    return {(kind, *figures(kind)) for kind in {kind for kind, _ in counts}}
