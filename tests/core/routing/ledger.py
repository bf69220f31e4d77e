"""What remedies come to, read from events alone: as whoever pays, or reads the topics, would keep the books."""

from collections import Counter
from collections.abc import Iterable

from contracts.model import Message
from contracts.routing import RemedyCancelled, RemedyDone, RemedyFailed, RemedyIssued, RemedyProposed, RemedyRejected
from services.routing.state import Complaint

ENDS = {RemedyDone: "done", RemedyFailed: "failed", RemedyRejected: "rejected", RemedyCancelled: "cancelled"}
Balance = Counter[tuple[str, str, str]]
"""By ground, standing and currency, in minor units; remedies that are no money count one each, in no currency."""


def balance(events: Iterable[Message]) -> Balance:
    """Each remedy is in one place: what was taken from one is put into another."""
    told: dict[str, tuple[str, str, str, int]] = {}
    for event in events:
        match event:
            case RemedyProposed():
                told[event.remedy] = (event.ground, "proposed", "", 1)
            case RemedyIssued():
                assert told[event.remedy][1] == "proposed"
                money = event.amount
                told[event.remedy] = (event.ground, "issued", *((money.currency, money.amount_minor) if money else ("", 1)))
            case RemedyDone() | RemedyFailed() | RemedyRejected() | RemedyCancelled():
                ground, before, currency, minor = told[event.remedy]
                assert before == ("issued" if isinstance(event, RemedyDone | RemedyFailed) else "proposed")
                told[event.remedy] = (ground, ENDS[type(event)], currency, minor)
    return _summed(told.values())


def balance_of(complaint: Complaint) -> Balance:
    """The same as routing has it; before it is issued nothing is owed or given yet."""
    return _summed(
        (each.ground, each.standing, each.amount.currency, each.amount.amount_minor)
        if each.amount and each.standing in ("issued", "done", "failed")
        else (each.ground, each.standing, "", 1)
        for each in complaint.remedies
    )


def _summed(rows: Iterable[tuple[str, str, str, int]]) -> Balance:
    sums: Balance = Counter()
    for ground, standing, currency, minor in rows:
        sums[ground, standing, currency] += minor
    return sums
