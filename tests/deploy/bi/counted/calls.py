"""Promised calls, and remedies."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from tests.deploy.bi.counted.life import Event, Life, Rows, Told, day, rank, share, word


def callback_outcomes(told: Told) -> Rows:
    return {row for id, life in told.lives.items() for row in _callbacks(id, life)}


def _callbacks(id: str, life: Life) -> Iterator[tuple[Any, ...]]:
    said: defaultdict[str, list[Event]] = defaultdict(list)
    for each in life.said:
        if each["type"].startswith("callback.callback_") and not each.get("goes_on"):
            name = word(each).removeprefix("callback_")
            if name in ("promised", "rescheduled", "attempted", "broken", "impossible", "completed", "abandoned", "cancelled"):
                said[each["callback"]].append(each | {"what": name})
    for callback, steps in said.items():
        what = Counter(each["what"] for each in steps)
        end = next((each for each in steps if each["what"] in ("completed", "abandoned", "cancelled")), None)
        latest = ([None] + [each["latest"] for each in steps if "latest" in each])[-1]
        late = end["late_by_seconds"] if end and end["what"] == "completed" else None
        cost = (end or {}).get("cost", {"amount_minor": 0, "currency": None})
        if end:
            outcome = end["what"] if end["what"] != "completed" else "late" if late else "kept"
        else:
            outcome = "impossible" if what["impossible"] else "open" if what["promised"] else None
        yield (
            id, callback, next((each["purpose"] for each in steps if "purpose" in each), "(not told)"), bool(what["promised"]),
            day(latest or steps[0]["at"]), bool(what["broken"]), what["attempted"], what["rescheduled"], outcome, late,
            cost["amount_minor"], cost["currency"],
        )  # fmt: skip


def callback_punctuality(told: Told) -> Rows:
    cells: defaultdict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for row in callback_outcomes(told):
        cells[row[4], row[2]].append(row)

    def figures(found: list[tuple[Any, ...]]) -> tuple[Any, ...]:
        promised, broken, moved = (sum(row[place] for row in found) for place in (3, 5, 7))
        count = Counter(row[8] for row in found)
        late = [row[9] for row in found if row[9]]
        rest = (count[name] for name in ("abandoned", "cancelled", "impossible", "open"))
        in_time = share(count["kept"], count["kept"] + broken)
        spread = rank(late, 50), rank(late, 90), max(late, default=None)
        return promised, count["kept"], count["late"], broken, *rest, moved, in_time, *spread

    return {(*cell, *figures(found)) for cell, found in cells.items()}


def callback_lateness_cost(told: Told) -> Rows:
    costs: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in callback_outcomes(told):
        if row[10]:
            costs[row[4], row[2], row[11]].append(row[10])
    return {(*cell, len(found), sum(found)) for cell, found in costs.items()}


def remedy_outcomes(told: Told) -> Rows:
    return {row for id, life in told.lives.items() for row in _remedies(id, life)}


def _remedies(id: str, life: Life) -> Iterator[tuple[Any, ...]]:
    said: defaultdict[str, list[Event]] = defaultdict(list)
    for each in life.said:
        if each["type"].startswith("routing.remedy_"):
            said[each["remedy"]].append(each | {"what": word(each).removeprefix("remedy_")})
    causes = {each["round"]: ", ".join(each["causes"]) for each in life.of("complaint_resolved")}
    for remedy, steps in said.items():
        kind = "(not chosen)"
        for each in steps:
            options = each.get("options", [])
            kind = options[0]["kind"] if len(options) == 1 else each.get("kind", kind)
        money = {each["what"]: each.get("amount") for each in steps if each["what"] in ("issued", "done")}
        sums = [(money.get(what) or {"amount_minor": 0})["amount_minor"] for what in ("issued", "done")]
        currency = next((amount["currency"] for amount in money.values() if amount), None)
        issued = next((day(each["at"]) for each in steps if each["what"] == "issued"), None)
        first, last = steps[0], steps[-1]
        found = causes.get(first["round"]) or "(not found)"
        yield id, remedy, first["round"], first["ground"], kind, found, last["what"], issued, "done" in money, *sums, currency


def remedy_spend_by_cause(told: Told) -> Rows:
    cells: defaultdict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for _, _, _, ground, kind, causes, _, issued, *rest, currency in remedy_outcomes(told):
        if issued:
            cells[issued, causes, ground, kind, currency].append(tuple(rest))
    return {(*cell, len(found), *(sum(each) for each in zip(*found, strict=True))) for cell, found in cells.items()}
