"""A small history with something of everything, and how it is shown."""

from io import StringIO

from rich.console import Console

from contracts.model import Money
from contracts.routing import ClockBreached, ClockMet, ClockStarted, ComplaintEscalated, RemedyIssued, RemedyOption
from services.backtest.report import Report
from services.cli.backtest.headline import Source
from services.cli.backtest.tables import show
from tests.core.backtest_report.history import Matter, at, heard

IT, NEXT = Matter(), Matter("T-2")
CITY, SHOP = Source("城市热线", "投诉 2026.csv"), Source("retail-cn", "投诉 2026.csv")
GIFT = Money(amount_minor=123_456, currency="CNY")
ESCALATED = ComplaintEscalated(
    **IT.who, round=1, level=1, to="team_lead", reason="clock", clock="resolution", instance="resolution", escalated_at=at(0),
    policy="test/routing@1",
)  # fmt: skip
HISTORY = (
    (0, IT.registered()), (0, IT.routed()), (0, IT.clock(ClockStarted)), (602, IT.clock(ClockBreached)), (602, ESCALATED),
    (700, IT.proposed(RemedyOption(kind="partial_refund", amount=GIFT))), (700, IT.remedy(RemedyIssued, "partial_refund", GIFT)),
    (4_200, IT.resolved(is_late=True)), (4_200, IT.promised()), (9_000, IT.broken()), (9_999, IT.completed(late=6_399, cost=1_000)),
    (9_999, IT.opinion(solved=True, csat=4, nps=9, intent="promoter")), (9_999, IT.closed()),
    (0, NEXT.registered(kind="service", channel="email")), (0, NEXT.in_triage()),
)  # fmt: skip
OTHERWISE = (
    (0, IT.registered()), (0, IT.routed("network", priority=2)), (0, IT.clock(ClockStarted, due=9_000, target=9_000)),
    (4_200, IT.resolved()), (4_200, IT.clock(ClockMet, due=9_000, target=9_000, used_seconds=4_200)), (4_200, IT.promised()),
    (5_000, IT.completed()), (5_000, IT.closed()), (0, NEXT.registered(kind="service", channel="email")), (0, NEXT.in_triage()),
)  # fmt: skip


def reports() -> tuple[Report, Report]:
    return heard(*HISTORY), heard(*OTHERWISE)


def console(width: int = 120) -> Console:
    return Console(file=StringIO(), width=width)


def text(of: Console) -> str:
    assert isinstance(of.file, StringIO)
    return of.file.getvalue()


def shown(report: Report, width: int = 120, source: Source = CITY) -> str:
    screen = console(width)
    show(screen, report.summary(), source)
    return text(screen)
