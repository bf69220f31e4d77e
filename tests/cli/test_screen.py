"""The live table shows what the services' own metrics say."""

from io import StringIO

from rich.console import Console

from services.cli.screen import Figures, read_figures, tables
from services.platform.chassis.metrics import Metrics
from services.platform.chassis.standing import Standing


def metrics() -> Metrics:
    made = Metrics("routing", "1", ("routing.commands.v1",))
    made.messages("routing.accept_work.v1", "decided", 40)
    made.messages("nonsense", "dead", 2)
    made.dead("not_json", 2)
    made.lag({("routing.commands.v1", 1): 5, ("intake.events.v1", 2): 7})
    made.open([Standing("routed", "1", 3), Standing("routed", "4", 1_200), Standing("closed", "4", 9)])
    return made


def shown(*all: Figures) -> str:
    console = Console(width=160, file=StringIO())
    console.print(tables(all))
    return console.file.getvalue()


def figures(name: str) -> Figures:
    return read_figures(name, True, "working [12]", metrics().text().decode())


def test_figures_are_sums_over_labels() -> None:
    told = figures("routing")
    assert (told.messages, told.dead, told.lag) == (42, 2, 12)
    assert told.complaints["routed", "4"] == 1_200


def test_a_service_that_says_nothing_shows_why() -> None:
    assert "ended with exit code 1" in shown(read_figures("routing", False, "ended with exit code 1", ""))


def test_complaints_are_shown_by_state_and_priority_once_however_many_services_there_are() -> None:
    text = shown(figures("intake"), figures("routing"), figures("routing-2"))
    assert "1,200" in text and "1,203" in text and text.count("closed") == 1 and "working [12]" in text
