"""`redress backtest`: what would have become of a history of commands under a set of policies.

Exit code 0 if all of the history could be read, 1 if some of it could not (the rest was taken), 2 if it cannot be done at all.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from services.backtest.report import Report
from services.backtest.report import compare as compared
from services.cli import local
from services.cli.backtest import history
from services.cli.backtest.changes import write_changes
from services.cli.backtest.comparison import show_comparison
from services.cli.backtest.headline import Source
from services.cli.backtest.output import check_events, events_into
from services.cli.backtest.page import Besides, write_page
from services.cli.backtest.playing import History, play, practices, read
from services.cli.backtest.tables import show
from services.cli.errors import CommandError
from services.cli.instants import read_instant
from services.cli.outputs import check_outputs
from services.cli.progress import bars
from services.cli.replay.mapping import find_mapping
from services.platform.chassis.policies import find_set
from services.platform.chassis.settings import Settings

app = typer.Typer()
NARROWEST = 100
"""Columns where there is no terminal to ask."""


@app.command()
def backtest(
    file: Annotated[Path | None, typer.Argument(help="A CSV file, plain or gzipped.", metavar="[FILE]", show_default=False)] = None,
    mapping: Annotated[str | None, typer.Option(help="What its rows mean: a YAML file, or one that comes with Redress.")] = None,
    from_topics: Annotated[bool, typer.Option("--from-topics", help="In place of FILE: all commands that the topics hold.")] = False,
    policy: Annotated[str | None, typer.Option(help="The rules.", metavar="SET|DIR", show_default="REDRESS_POLICIES")] = None,
    compare: Annotated[str | None, typer.Option(help="Play it under these too: what would have changed.", metavar="SET|DIR")] = None,
    events: Annotated[Path | None, typer.Option(help="Write all events under --policy: .jsonl, .jsonl.gz or .parquet.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as a page with plots.")] = None,
    changes: Annotated[Path | None, typer.Option(help="With --compare: every complaint that differs, as CSV.")] = None,
    until: Annotated[str | None, typer.Option(help="Stop at this instant, as 2026-03-02T09:00+01:00; else at the end of it all.")] = None,
) -> None:
    """Play a history of commands in virtual time, under any set of policies, and tell what would have come of it.  Nothing is sent."""
    settings, end = local.settings(), None if until is None else read_instant("--until", until)
    one = Source(policy or settings.policies, "the topics" if file is None else file.name)
    others = [] if compare is None else [one._replace(policies=compare)]
    if changes and not others:
        raise CommandError("--changes tells complaints apart under two sets: name the other one with --compare.")
    rules = [practices(each.policies, settings) for each in (one, *others)]
    if events:
        check_events(events)
    wanted = {"--events": events, "--html": html, "--changes": changes}
    outputs = {option: place for option, place in wanted.items() if place}
    check_outputs(outputs, _inputs(file, mapping, [one, *others]), "the backtest")
    reports = [Report() for _ in rules]
    with _history(file, mapping, from_topics, settings) as told:
        with bars() as progress:
            commands = read(told, progress)
            for number, (source, report) in enumerate(zip((one, *others), reports, strict=True)):
                with ExitStack() as files:
                    writers = [files.enter_context(events_into(events))] if events and not number else []
                    play(commands, rules[number], source.policies, (report.hear, *writers), end, progress)
    _tell(reports, [one, *others], html, changes)
    print("\n".join(told.lines()))
    raise typer.Exit(0 if told.is_whole else 1)


def _inputs(file: Path | None, mapping: str | None, sources: Iterable[Source]) -> Iterator[Path]:
    if file:
        yield file
    if mapping:
        yield find_mapping(mapping)
    for each in sources:
        yield from find_set(each.policies).glob("*.yaml")


@contextmanager
def _history(file: Path | None, mapping: str | None, from_topics: bool, settings: Settings) -> Iterator[History]:
    match file, mapping, from_topics:
        case None, None, True:
            with history.of_topics(settings) as told:
                yield told
        case Path(), str(), False:
            with history.of_file(file, mapping) as read:
                yield read
        case _:
            raise CommandError("Name a FILE and its --mapping, or --from-topics alone.")


def _tell(reports: list[Report], sources: list[Source], html: Path | None, changes: Path | None) -> None:
    console = Console(highlight=False, width=None if sys.stdout.isatty() else NARROWEST)
    if len(reports) == 1:
        summary, besides = reports[0].summary(), None
        show(console, summary, sources[0])
    else:
        found = compared(*reports)
        summary, besides = found.one, Besides(found, sources[1])
        show(console, summary, sources[0])
        console.print()
        show_comparison(console, found, *sources)
    if html:
        write_page(html, summary, sources[0], besides)
    if changes:
        write_changes(changes, *reports)
