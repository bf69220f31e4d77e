"""`redress advise …`: what a planner may expect of the numbers; it reads nothing that has happened and needs no service."""

import typer

from services.cli.advise.lateness import lateness
from services.cli.advise.service_level import service_level
from services.cli.advise.servqual import servqual
from services.cli.advise.staffing import staffing

HELP = "Advise a planner: how late a call may be, which service level pays, how many agents it takes, where quality falls short."
app = typer.Typer(name="advise", help=HELP)
for name, advice in (("lateness", lateness), ("service-level", service_level), ("staffing", staffing), ("servqual", servqual)):
    app.command(name)(advice)
