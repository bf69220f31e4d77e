"""`redress dead …`: what the services could not take, and what becomes of it."""

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from contracts.catalogue import topic
from contracts.wire import Unreadable
from services.cli import local
from services.cli.dead.letters import Letter, Outgoing, chosen, letters, mark, replayed, still_dead
from services.cli.errors import CommandError
from services.cli.registry import NAMES, check_name
from services.cli.show.text import printable
from services.platform.chassis.clients import open_sender, read_to_end
from services.platform.chassis.settings import Settings

MOST_SHOWN = 4_000
"""Characters of a body."""
app = typer.Typer(name="dead", help="List, show, replay and discard what the services could not take.")
Ids = Annotated[list[str], typer.Argument(help="As `redress dead list` names them.")]
ServiceName = Annotated[str | None, typer.Option("--service", help="Of one service only.")]


@app.command("list")
def list_letters(
    service: ServiceName = None, all: Annotated[bool, typer.Option("--all", help="Those that are handled too.")] = False
) -> None:
    """The dead letters that are open, oldest first, with the reason of each."""
    found = [letter for letter in asyncio.run(_read(local.settings(), service)) if all or not letter.handled]
    if not found:
        print("No dead letters." if all else "No open dead letters.")
        return
    table = Table("id", "died", "reason", "detail", "type", "record", "attempt", *(["handled"] if all else []))
    for letter in found:
        record = "wake" if letter.is_wake else f"{letter.topic} {letter.partition}/{letter.offset}"
        told = [letter.id, f"{letter.died:%Y-%m-%d %H:%M:%S}", letter.reason, letter.detail, letter.type, record, str(letter.attempt)]
        table.add_row(*told, *([letter.handled] if all else []))
    Console(width=None if sys.stdout.isatty() else 200).print(table)


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="As `redress dead list` names it.")],
    save: Annotated[Path | None, typer.Option(help="Write its body to this file, as it came.")] = None,
) -> None:
    """One dead letter whole.  Its body may hold a customer's data."""
    letter = _find(asyncio.run(_read(local.settings(), _service_of(id))), [id])[0]
    for name in ("id", "service", "reason", "detail", "topic", "partition", "offset", "appended", "attempt", "type", "handled"):
        print(f"{name:>10}  {getattr(letter, name)}")
    print(f"{'key':>10}  {printable((letter.key or b'').decode('utf-8', 'backslashreplace'))}")
    if save:
        _write(save, letter.value or b"")
    else:
        print(_readable(letter.value))


@app.command()
def replay(
    ids: Ids, value: Annotated[Path | None, typer.Option(help="A file with the repaired body, for one letter.")] = None
) -> None:
    """Publish the record again, as its next attempt; its service decides anew."""
    if value and len(ids) != 1:
        raise CommandError("--value repairs one letter: name one id.")
    body = _body(value) if value else None
    _handle(ids, "replayed", lambda letter: [_replayed(letter, body)])


@app.command()
def discard(ids: Ids) -> None:
    """Write down that the letter needs nothing more; the record stays until its topic drops it."""
    _handle(ids, "discarded", lambda letter: [])


def _handle(ids: Sequence[str], how: str, records: Callable[[Letter], list[Outgoing]]) -> None:
    """Writes what each letter leads to, acknowledged, and then its mark: between the two it is replayed twice rather than never."""
    settings = local.settings()
    service = None if len({_service_of(id) for id in ids}) > 1 else _service_of(ids[0])
    found = _find(asyncio.run(_read(settings, service)), ids)
    if handled := [letter for letter in found if letter.handled]:
        raise CommandError(f"{handled[0].id} is {handled[0].handled} already.")
    asyncio.run(_write_all(settings, [[*records(letter), mark(letter, how)] for letter in found]))
    for letter in found:
        print(f"{letter.id} {how}.")


async def _write_all(settings: Settings, groups: Sequence[Sequence[Outgoing]]) -> None:
    async with open_sender(settings) as sender:
        for group in groups:
            for record in group:
                await (await sender.put(*record))


async def _read(settings: Settings, service: str | None) -> list[Letter]:
    names = [topic(name, "dlq").name for name in ([check_name(service)] if service else NAMES)]
    return letters([record async for record in read_to_end(settings, names)])


def _service_of(id: str) -> str:
    name = id.partition("-")[0]
    if name not in NAMES:
        raise CommandError(f"{id!r} is no dead letter's id: `redress dead list` names them.")
    return name


def _find(all: Sequence[Letter], ids: Sequence[str]) -> list[Letter]:
    found, missing = chosen(all, ids)
    if missing:
        raise CommandError(f"There is no dead letter {missing[0]}: `redress dead list --all` names them.")
    return found


def _replayed(letter: Letter, body: bytes | None) -> Outgoing:
    try:
        return replayed(letter, body)
    except Unreadable as fault:
        raise CommandError(f"--value: still cannot be read: {fault}." if body is not None else still_dead(letter, fault)) from None


def _body(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"--value: {file} cannot be read: {error.strerror}.") from None


def _write(file: Path, body: bytes) -> None:
    try:
        file.write_bytes(body)
    except OSError as error:
        raise CommandError(f"--save: {file} cannot be written: {error.strerror}.") from None
    print(f"Its body is in {file}.")


def _readable(value: bytes | None) -> str:
    """Its beginning, made harmless: a poison's bytes could steer a terminal."""
    if value is None:
        return "It carries no body."
    try:
        text = json.dumps(json.loads(value), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = value[: 4 * MOST_SHOWN].decode("utf-8", "backslashreplace")
    shown = "\n".join(printable(line) for line in text[:MOST_SHOWN].splitlines())
    return shown if len(text) <= MOST_SHOWN else f"{shown}\n… and more: --save FILE writes all of its {len(value)} bytes."
