"""`redress policy …`: what is wrong with a set of policies and what it does, and the arithmetic of its calendars."""

import typer

from services.cli.policy.cases import cases
from services.cli.policy.check import check
from services.cli.policy.holidays import holidays

app = typer.Typer(name="policy", help="Check policies, their arithmetic and their holidays.")
for command in (check, cases, holidays):
    app.command()(command)
