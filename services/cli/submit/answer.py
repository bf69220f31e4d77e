"""What intake answered to a command that was sent from here: found by the command's id, which every answer names as its `cause`."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import aclosing
from typing import NamedTuple

from contracts.ids import reference_number
from services.cli.show.refusals import refusal_sentence
from services.cli.show.story import Told, told
from services.cli.show.text import printable
from services.platform.chassis.clients import follow, read_to_end
from services.platform.chassis.settings import Settings
from services.platform.kernel.record import Record

EVENTS = ("intake.events.v1",)
PATIENCE = 10.0
"""Seconds; intake answers within one."""
ANSWERS = ("intake.submission_merged.v1", "intake.command_refused.v1", "intake.complaint_registered.v1")


class Verdict(NamedTuple):
    """A sentence or two, and whether the complaint was taken in."""

    said: str
    is_taken: bool


async def sent_and_answered(settings: Settings, id: str, complaint: str, send: Callable[[], Awaitable[object]]) -> Told | None:
    """The answer to the command of this id, or None where nobody answered in time.

    We listen before we send.  A command that was sent before is answered once only, so what was said in the past is looked through too:
    first where its complaint would be, then, when nobody answers, all of it, since a refusal stands with the customer's file.
    """
    async with aclosing(follow(settings, EVENTS, from_now=True)) as batches:
        await anext(batches)
        await send()
        if found := await _in_the_past(settings, id, complaint):
            return found
        try:
            async with asyncio.timeout(PATIENCE):
                async for batch in batches:
                    if found := answer_in(batch, id):
                        return found
        except TimeoutError:
            pass
    return await _in_the_past(settings, id)


async def _in_the_past(settings: Settings, id: str, key: str | None = None) -> Told | None:
    async for record in read_to_end(settings, EVENTS, key):
        if found := answer_in((record,), id):
            return found
    return None


def answer_in(records: Iterable[Record], id: str) -> Told | None:
    """Pure: the answer to the command, if it is among these."""
    mark = id.encode()
    for record in records:
        if mark in (record.value or b"") and (event := told(record.value)).get("cause") == id and event.get("type") in ANSWERS:
            return event
    return None


def verdict(answer: Told | None, complaint: str) -> Verdict:
    """The answer in words; `complaint` is the id that the submission has as a complaint of its own."""
    match answer:
        case None:
            reference = reference_number(complaint)
            return Verdict(
                "It was handed in, and intake has not answered yet: is it running?"
                f" As soon as it is, `redress show {reference}` tells what became of it.",
                True,
            )
        case {"type": "intake.command_refused.v1"}:
            return Verdict(printable(f"Refused: {refusal_sentence(answer)}"), False)
        case {"type": "intake.submission_merged.v1"}:
            into = printable(str(answer.get("reference")))
            return Verdict(f"It was recognised as a repeated contact: it lives on in {into}: see `redress show {into}`.", True)
    reference = reference_number(complaint)
    return Verdict(f"Its reference is {reference}: see `redress show {reference}`.", True)
