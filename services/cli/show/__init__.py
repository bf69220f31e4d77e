"""`redress show`: what happened to a complaint, from the topics, in words."""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.text import Text

from contracts.catalogue import OWNERS
from contracts.ids import complaint_id
from contracts.wire import header
from services.cli import local
from services.cli.dead.letters import letters
from services.cli.errors import CommandError
from services.cli.show.forms import moment
from services.cli.show.now import now
from services.cli.show.story import Story, Told, Wanted, is_about, story, told, wanted
from services.cli.show.text import brief, printable, sentence
from services.cli.show.words import BAD_NEWS
from services.platform.chassis.clients import read_to_end
from services.platform.chassis.dossiers import VERSION
from services.platform.chassis.settings import Settings
from services.platform.kernel.record import Record

app = typer.Typer()
SERVICES = tuple(OWNERS)
INTAKE = "intake.events.v1"
EVENTS = tuple(f"{service}.events.v1" for service in SERVICES)


class Dossier(NamedTuple):
    """What a service holds on the complaint now; `said` is None when it was erased."""

    service: str
    said: Told | None


@app.command()
def show(
    complaint: Annotated[
        str | None, typer.Argument(help="A reference number or a complaint's id.", metavar="[REFERENCE|ID]", show_default=False)
    ] = None,
    source: Annotated[str | None, typer.Option(help="Instead: the system that it comes from,", show_default=False)] = None,
    ref: Annotated[str | None, typer.Option(help="and what that system calls it.", show_default=False)] = None,
    dossier: Annotated[bool, typer.Option("--dossier", help="Show the personal data and free text held now, too.")] = False,
) -> None:
    """Tell a complaint's story in words: every event about it, and how it stands.  Without --dossier no personal data is shown."""
    asked = _asked(complaint, source, ref)
    raise typer.Exit(asyncio.run(_show(wanted(asked), asked, dossier)))


def _asked(complaint: str | None, source: str | None, ref: str | None) -> str:
    """A complaint has one name here, and a source's own name needs both halves."""
    if complaint and not (source or ref):
        return complaint
    if source and ref and not complaint:
        return complaint_id(source, ref)
    raise CommandError("Say which complaint: a reference number or an id, or else --source and --ref together.")


async def _show(wish: Wanted, asked: str, with_dossier: bool) -> int:
    settings, console = local.settings(), Console(highlight=False, soft_wrap=True)
    found = await _found(settings, wish)
    if found is None:
        Console(stderr=True, highlight=False, soft_wrap=True).print(Text(printable(_absent(asked))))
        return 1
    if found.lives_on_in:
        living = await _story(settings, found.lives_on_in)
        console.print(Text(f"{found.reference} was recognised as a repeated contact: it lives on in {living.reference} ({living.id})."))
        found = living
    held = await _dossiers(settings, found.id) if with_dossier else ()
    at = datetime.now(UTC).isoformat()
    for line in (*lines(found, await _dead(settings, found.id), at), *(line for one in held for line in _dossier_lines(one))):
        console.print(line)
    return 0


def lines(found: Story, dead: int = 0, at: str | None = None) -> list[Text]:
    """A heading, a line for each event, how many records about it nobody could act on, and how it stands `at` an instant, or its last."""
    return [
        Text.assemble(("Complaint ", "bold"), (found.reference, "bold cyan"), f" ({found.id}); times are UTC"),
        *map(_line, found.events),
        *([Text(f"{dead} dead letter{'s' if dead > 1 else ''} about it: `redress dead list` tells why.", "red")] if dead else ()),
        Text(printable(now(found.events, at or found.events[-1]["at"])), "bold"),
    ]


def _line(event: Told) -> Text:
    service = str(event["type"]).partition(".")[0]
    again = printable(f"(round {event['round']}) ") if event.get("round", 1) != 1 else ""
    what = Text(again + sentence(event), "red" if event["type"] in BAD_NEWS else "")
    return Text.assemble((printable(_when(event)), "dim"), "  ", (f"{printable(service):<8}", "bold"), "  ", what)


def _when(event: Told) -> str:
    try:
        return moment(event["at"])
    except ValueError:
        return str(event["at"])


def _dossier_lines(dossier: Dossier) -> list[Text]:
    heading = Text(f"Dossier of {dossier.service}{' (erased)' if dossier.said is None else ''}", "bold")
    held = {name: text for name, value in (dossier.said or {}).items() if name != "complaint_id" and (text := brief(value))}
    return [heading, *(Text(f"  {printable(name)}: {_indented(text)}") for name, text in held.items())]


def _indented(text: str) -> str:
    """Line by line, so that a narrative keeps its lines and nothing else of what could steer a terminal."""
    return "\n    ".join(printable(line) for line in text.splitlines())


def _absent(asked: str) -> str:
    return f"There is no complaint {asked} on the topics: events are kept 90 days, and a new one takes a moment to be registered."


async def _found(settings: Settings, wish: Wanted) -> Story | None:
    """Its story; a reference number is looked for in all of intake's events, since only an id tells the partition."""
    id = wish.id or await _id(settings, wish)
    told_ = await _story(settings, id) if id else None
    return told_ if told_ and told_.events else None


async def _id(settings: Settings, wish: Wanted) -> str | None:
    mark = wish.ending.encode()
    async for record in read_to_end(settings, (INTAKE,)):
        if mark in (record.value or b"") and wish.is_met_by(id := str(told(record.value).get("complaint_id"))):
            return id
    return None


async def _story(settings: Settings, id: str) -> Story:
    """From the complaint's partition; and from its customer's, of which a linked one has several, intake's refusals and the linking."""
    records = await _matching(settings, EVENTS, id, Story(id, ()).names)
    for customer in story(id, records).customers:
        records += await _matching(settings, (INTAKE,), customer, Story(id, ()).names)
    return story(id, records)


async def _matching(settings: Settings, topics: Collection[str], key: str, names: Collection[str]) -> list[Record]:
    """Only what names the complaint is kept: a partition may hold millions."""
    marks = [name.encode() for name in names]
    return [record async for record in read_to_end(settings, topics, key) if any(mark in (record.value or b"") for mark in marks)]


async def _dead(settings: Settings, id: str) -> int:
    """How many open dead letters name it.  They keep the partition that they came from, which may be the wrong one: all are looked at."""
    topics = tuple(f"{service}.dlq.v1" for service in SERVICES)
    found = letters([record async for record in read_to_end(settings, topics)])
    return sum(not letter.handled and is_about(id, letter.key, letter.value) for letter in found)


async def _dossiers(settings: Settings, id: str) -> list[Dossier]:
    """The present one of each service: the highest version, and the last of that."""
    newest: dict[str, tuple[int, Dossier]] = {}
    async for record in read_to_end(settings, tuple(f"{service}.dossiers.v1" for service in SERVICES), id):
        if record.key == id.encode():
            service, version = record.topic.partition(".")[0], int(header(record.headers, VERSION) or 0)
            if version >= newest.get(service, (0,))[0]:
                newest[service] = version, Dossier(service, told(record.value) if record.value else None)
    return [dossier for _, dossier in newest.values()]
