"""`redress advise service-level`."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated

import typer
from rich.table import Table

from services.cli.advise.chart import Chart, Curve, Curves
from services.cli.advise.numbers import positive, rate, share
from services.cli.advise.told import Advice, AsJson, Png, figure, tell
from services.cli.errors import CommandError
from services.cli.screen import right
from services.planning.service_level import (
    HIGHEST,
    LOWEST,
    Step,
    Stock,
    balance,
    best,
    cost_of_deviation,
    cost_of_next,
    gain_of_per_cent,
    net_of_moving,
    step,
)  # fmt: skip

AROUND = 2
"""Steps that are shown on either side of the level that is advised."""


def service_level(
    unit_cost: Annotated[Decimal, typer.Option(parser=positive, metavar="MONEY", help="What a unit in stock has cost.")] = Decimal("5.38"),
    carrying: Annotated[
        Decimal, typer.Option(parser=rate, metavar="PERCENT", show_default="25%", help="Of a unit's cost, for keeping it a year.")
    ] = Decimal("0.25"),
    sigma: Annotated[
        Decimal, typer.Option(parser=positive, metavar="UNITS", help="Standard deviation of what is sold during a replenishment.")
    ] = Decimal(350),
    margin: Annotated[Decimal, typer.Option(parser=positive, metavar="MONEY", help="Earned on each unit sold.")] = Decimal("0.55"),
    response: Annotated[
        Decimal, typer.Option(parser=rate, metavar="PERCENT", show_default="0.1%", help="Of the sales, that one per cent more brings.")
    ] = Decimal("0.001"),
    sales: Annotated[Decimal, typer.Option(parser=positive, metavar="UNITS", help="Sold in a year.")] = Decimal(59904),
    now: Annotated[
        Decimal, typer.Option(parser=share, metavar="PERCENT", show_default="99%", help="Today's service level, to compare with.")
    ] = Decimal("0.99"),
    png: Png = None,
    as_json: AsJson = False,
) -> None:
    """Which service level is worth paying for.

    Each per cent more needs more safety stock, ever more the nearer to 100 %, and brings the same sales each time. The advice is to climb
    from per cent to per cent, from 50 % on, and to stop before the first that costs more than it brings.
    """
    if 100 * now < LOWEST:
        raise CommandError(f"--now: {figure(100 * now, 4)} % is below {LOWEST} %, which needs no safety stock.")
    stock = Stock(*map(Fraction, (unit_cost, carrying, sigma, margin, response, sales)))
    tell(_advice(stock, 100 * Fraction(now)), png, as_json)


def _advice(stock: Stock, now: Fraction) -> Advice:
    return Advice(_table(stock), _sentences(stock, now), _chart(stock), _figures(stock, now))


def _steps(stock: Stock) -> list[Step]:
    advised = best(stock)
    return [step(stock, level) for level in range(max(LOWEST, advised - AROUND), min(HIGHEST, advised + AROUND))]


def _table(stock: Stock) -> Table:
    table = Table("service level", *right("deviations more", "costs a year", "brings a year"), "")
    for each in _steps(stock):
        told = f"{each.z:.4f}", f"{each.cost:,.2f}", f"{float(each.gain):,.2f}"
        table.add_row(f"{each.level} → {each.level + 1} %", *told, "worth it" if each.worth_it else "not worth it")
    return table


def _sentences(stock: Stock, now: Fraction) -> list[str]:
    return [_advised(stock), *([_moving(stock, now)] if now != best(stock) else [])]


def _advised(stock: Stock) -> str:
    level, exact = best(stock), balance(stock)
    if level == HIGHEST:
        return f"{level} % pays, and so does every per cent below it."
    following = step(stock, level)
    told = f" Cost and gain balance at {exact:.2f} %." if exact else ""
    stop = f"Stop at {level} %" if level > LOWEST else "Hold no safety stock"
    return f"{stop}: the next per cent costs {following.cost:,.2f} a year and brings {float(following.gain):,.2f}.{told}"


def _moving(stock: Stock, now: Fraction) -> str:
    net = net_of_moving(stock, now, best(stock))
    return f"From today's {figure(now, 4)} % to {best(stock)} % nets {net:+,.2f} a year."


def _chart(stock: Stock) -> Chart:
    lowest, highest = max(LOWEST, best(stock) - 8), min(99.5, best(stock) + 6)
    levels = [lowest + (highest - lowest) * part / 60 for part in range(61)]
    gain, exact = float(gain_of_per_cent(stock)), balance(stock)
    curves = [
        Curve("the next per cent costs", [(level, cost_of_next(stock, level)) for level in levels]),
        Curve("and brings", [(level, gain) for level in levels]),
    ]
    marks = [Curve("balance", [(exact, gain)])] if exact and exact <= highest else []
    return Curves("What the next per cent of service level costs and brings", "service level, %", "a year", curves, marks)


def _figures(stock: Stock, now: Fraction) -> dict[str, object]:
    return {
        "service_level": best(stock), "continuous": balance(stock), "cost_of_deviation": float(cost_of_deviation(stock)),
        "gain_of_per_cent": float(gain_of_per_cent(stock)), "steps": [_as_json(each) for each in _steps(stock)],
        "now": float(now), "net_of_moving": net_of_moving(stock, now, best(stock)),
    }  # fmt: skip


def _as_json(each: Step) -> dict[str, object]:
    told = {"from": each.level, "to": each.level + 1, "deviations": each.z, "cost": each.cost, "gain": float(each.gain)}
    return told | {"worth_it": each.worth_it}
