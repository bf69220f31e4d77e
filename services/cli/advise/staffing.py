"""`redress advise staffing`."""

from collections import deque
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

import typer
from rich.table import Table

from services.cli.advise.chart import Chart, Curve, Curves
from services.cli.advise.numbers import amount, full_share, positive, share
from services.cli.advise.told import Advice, AsJson, Png, figure, percent, tell
from services.cli.errors import CommandError
from services.cli.screen import right
from services.planning.staffing import MOST_AGENTS, Demand, Staffing, Standard, is_in_time, meets, needed, staffings

BELOW, ABOVE = 12, 3
"""How many other numbers of agents are drawn beside the one that is advised."""
SHOWN_BELOW = 3


def staffing(
    calls: Annotated[Decimal, typer.Option(parser=positive, metavar="N", help="Calls that are expected in the interval.")] = Decimal(100),
    interval: Annotated[Decimal, typer.Option(parser=positive, metavar="SECONDS", help="The interval's length.")] = Decimal(1800),
    aht: Annotated[
        Decimal, typer.Option("--aht", parser=positive, metavar="SECONDS", help="Average handling time: the call and the work after it.")
    ] = Decimal(180),
    within: Annotated[
        Decimal, typer.Option(parser=amount, metavar="SECONDS", help="A call is answered in time within this.")
    ] = Decimal(20),
    target: Annotated[
        Decimal, typer.Option(parser=share, metavar="PERCENT", show_default="80%", help="Of all calls, to be answered in time.")
    ] = Decimal("0.8"),
    max_occupancy: Annotated[
        Decimal, typer.Option(parser=full_share, metavar="PERCENT", show_default="85%", help="Of an agent's time on calls, at most.")
    ] = Decimal("0.85"),
    shrinkage: Annotated[
        Decimal, typer.Option(parser=share, metavar="PERCENT", show_default="30%", help="Of paid time, for breaks, training, illness.")
    ] = Decimal("0.3"),
    png: Png = None,
    as_json: AsJson = False,
) -> None:
    """How many agents a load of calls needs (Erlang C).

    The fewest on the phone at once that answer the target share of calls in time and are not busier than they should be, and how many to
    schedule so that as many are there. Nobody is taken to hang up while waiting, so the answer is on the safe side.
    """
    demand = Demand(*map(Fraction, (calls, interval, aht)))
    standard = Standard(*map(Fraction, (within, target, max_occupancy, shrinkage)))
    found = needed(demand, standard)
    if found is None:
        raise CommandError(
            f"No number of agents up to {MOST_AGENTS:,} carries a load of {figure(demand.load, 2)} erlangs (calls · aht / interval) "
            f"with {figure(100 * target, 10)} % of calls answered in time and {figure(100 * max_occupancy, 10)} % occupancy at most."
        )
    tell(_advice(demand, standard, found), png, as_json)


def _advice(demand: Demand, standard: Standard, found: Staffing) -> Advice:
    beside = _beside(demand, standard, found)
    table, chart = _table(beside, standard, found), _chart(beside, standard, found)
    return Advice(table, _sentences(demand, found), chart, _figures(demand, beside, found))


def _beside(demand: Demand, standard: Standard, found: Staffing) -> list[Staffing]:
    """What is advised and a few fewer and more agents."""
    shown = deque[Staffing](maxlen=BELOW + ABOVE + 1)
    for each in staffings(demand, standard):
        if each.agents > found.agents + ABOVE:
            break
        shown.append(each)
    return list(shown)


def _table(beside: list[Staffing], standard: Standard, found: Staffing) -> Table:
    headings = "agents", "scheduled", "answered in time", "have to wait", "average wait", "occupancy"
    table = Table(*right(*headings), "")
    for each in beside:
        if each.agents >= found.agents - SHOWN_BELOW:
            table.add_row(*_row(each), _remark(each, standard, found))
    return table


def _row(each: Staffing) -> list[str]:
    return [
        f"{each.agents:,}", f"{each.scheduled:,}", percent(each.service_level), percent(each.wait_probability),
        f"{each.average_speed_of_answer:,.1f} s", percent(each.occupancy),
    ]  # fmt: skip


def _remark(each: Staffing, standard: Standard, found: Staffing) -> str:
    if each.agents == found.agents:
        return "needed"
    if meets(each, standard):
        return ""
    return "too busy" if is_in_time(each, standard) else "too slow"


def _sentences(demand: Demand, found: Staffing) -> list[str]:
    return [
        f"Agents on the phone: {found.agents:,}; to schedule: {found.scheduled:,}; the load: {figure(demand.load, 4)} erlangs. "
        f"{percent(found.service_level, 2)} are answered in time, {percent(found.wait_probability, 2)} have to wait, "
        f"{found.average_speed_of_answer:,.2f} s on the average of all calls."
    ]


def _chart(beside: list[Staffing], standard: Standard, found: Staffing) -> Chart:
    curves = [
        Curve("answered in time", [(each.agents, 100 * each.service_level) for each in beside]),
        Curve("occupancy", [(each.agents, float(100 * each.occupancy)) for each in beside]),
        Curve("target", [(each.agents, float(100 * standard.target)) for each in beside]),
    ]
    needed_agents = Curve("needed", [(found.agents, 100 * found.service_level)])
    return Curves("Service level by agents on the phone", "agents", "%", curves, [needed_agents])


def _figures(demand: Demand, beside: list[Staffing], found: Staffing) -> dict[str, Any]:
    return {"load": float(demand.load)} | _as_json(found) | {"beside": [_as_json(each) for each in beside]}


def _as_json(each: Staffing) -> dict[str, Any]:
    return each._asdict() | {"occupancy": float(each.occupancy)}
