"""`redress advise lateness`."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated

import typer
from rich.table import Table

from services.cli.advise.chart import Chart, Curve, Curves
from services.cli.advise.numbers import amount, positive
from services.cli.advise.told import Advice, AsJson, Png, figure, tell
from services.cli.screen import right
from services.planning.lateness import Terms, best, control_cost, loss, steepness, total

ROWS, POINTS = 4, 60
"""Into how many parts the time up to the tolerance is cut."""


def lateness(
    tolerance: Annotated[
        Decimal, typer.Option(parser=positive, metavar="HOURS", help="After which a customer's patience ends.")
    ] = Decimal(2),
    compensation: Annotated[
        Decimal, typer.Option(parser=positive, metavar="MONEY", help="Due to a customer who waited longer than that.")
    ] = Decimal(10),
    control: Annotated[
        Decimal, typer.Option(parser=amount, metavar="MONEY", help="What it costs, a callback, never to be late.")
    ] = Decimal(20),
    saved: Annotated[
        Decimal, typer.Option(parser=amount, metavar="MONEY", help="Of it, for each hour of delay that is allowed.")
    ] = Decimal(5),
    png: Png = None,
    as_json: AsJson = False,
) -> None:
    """How late a callback may be planned to be.

    Being late costs goodwill by the square of the delay, k · d² (Taguchi), and the whole compensation at the tolerance; being punctual
    costs control, and less of it the more delay is allowed. The advice is the delay, within the tolerance, at which both together cost
    least.
    """
    tell(_advice(Terms(*map(Fraction, (tolerance, compensation, control, saved)))), png, as_json)


def _advice(terms: Terms) -> Advice:
    return Advice(_table(terms), _sentences(terms), _chart(terms), _figures(terms))


def _delays(terms: Terms, parts: int) -> list[Fraction]:
    return sorted({best(terms), *(terms.tolerance * part / parts for part in range(parts + 1))})


def _table(terms: Terms) -> Table:
    table = Table(*right("hours late", "lateness costs", "control costs", "total"), "")
    for late in _delays(terms, ROWS):
        told = late, loss(terms, late), control_cost(terms, late), total(terms, late)
        table.add_row(*(figure(each, 3) for each in told), "least" if late == best(terms) else "")
    return table


def _sentences(terms: Terms) -> list[str]:
    least = total(terms, best(terms))
    said = [f"Plan for {figure(best(terms), 3)} h: {figure(least, 3)} a callback (k = {figure(steepness(terms), 4)} an hour squared)."]
    if terms.compensation < least:
        said.append(
            f"To control nothing and compensate everybody would cost {figure(terms.compensation, 3)}: "
            "less, but every customer would wait beyond patience, so it is not advised."
        )
    return said


def _chart(terms: Terms) -> Chart:
    costs = {"lateness": loss, "control": control_cost, "total": total}
    curves = [Curve(name, [(float(late), float(of(terms, late))) for late in _delays(terms, POINTS)]) for name, of in costs.items()]
    advised = Curve("advised", [(float(best(terms)), float(total(terms, best(terms))))])
    return Curves("What a callback costs by how late it is planned", "hours late", "cost of a callback", curves, [advised])


def _figures(terms: Terms) -> dict[str, object]:
    rows = [_as_json(terms, late) for late in _delays(terms, ROWS)]
    return {"k": float(steepness(terms))} | _as_json(terms, best(terms)) | {"rows": rows}


def _as_json(terms: Terms, late: Fraction) -> dict[str, float]:
    costs = {"loss": loss(terms, late), "control": control_cost(terms, late), "total": total(terms, late)}
    return {"hours_late": float(late)} | {name: float(cost) for name, cost in costs.items()}
