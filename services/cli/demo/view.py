"""What one sees while the demonstration runs: the table of `redress run`, how far it is, and the latest news in words."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import nullcontext

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from contracts.ids import reference_number
from services.cli.demo.play import Play
from services.cli.processes import Services
from services.cli.screen import Screen, tables
from services.cli.show.forms import span
from services.cli.show.story import told
from services.cli.show.text import sentence
from services.cli.show.words import BAD_NEWS
from services.cli.supervisor import Supervisor
from services.platform.kernel.record import Record

EVERY, EVERY_WITHOUT_TERMINAL = 1.0, 10.0
"""Seconds between two looks."""
NEWS = 5
TOLD = frozenset({
    "routing.complaint_routed.v1", "routing.complaint_sent_to_triage.v1", "routing.clock_breached.v1", "routing.complaint_resolved.v1",
    "routing.containment_requested.v1", "routing.contained.v1", "routing.complaint_escalated.v1", "routing.work_declined.v1",
    "routing.clock_extended.v1", "routing.complaint_reopened.v1", "routing.complaint_withdrawn.v1", "routing.complaint_closed.v1",
    "routing.priority_changed.v1", "routing.remedy_issued.v1", "routing.remedy_done.v1", "routing.remedy_failed.v1",
    "callback.callback_completed.v1", "callback.callback_broken.v1", "callback.callback_abandoned.v1",
    "feedback.dissatisfaction_reported.v1", "feedback.recovery_confirmed.v1", "intake.submission_merged.v1",
})  # fmt: skip
"""The turns of a complaint's life; every step would be too many to read."""


async def watch(console: Console, services: Services, play: Play) -> None:
    """Shows it again and again, and looks after the services, until it is cancelled."""
    supervisor, screen, notices = Supervisor(services), Screen(services), deque[str](maxlen=NEWS)
    with Live(console=console, auto_refresh=False) if console.is_terminal else nullcontext() as live:
        while True:
            notices.extend(supervisor.tend())
            if live:
                figures = await asyncio.to_thread(screen.look)
                live.update(Group(tables(figures), _bar(play), Text(), *latest(play.ledger.records), *notices), refresh=True)
            else:
                console.print(progress(play), *notices, sep="\n", soft_wrap=True)
                notices.clear()
            await asyncio.sleep(EVERY if live else EVERY_WITHOUT_TERMINAL)


def progress(play: Play) -> str:
    """`after 40 s: 260 of 353 handed in, 118 under way, 131 over`."""
    ledger, all = play.ledger, len(play.world.sample)
    handed_in, missing = len(ledger.submissions), len(ledger.missing)
    return f"after {span(play.seconds)}: {handed_in} of {all} handed in, {missing} under way, {handed_in - missing} over"


def _bar(play: Play) -> RenderableType:
    over = len(play.ledger.submissions) - len(play.ledger.missing)
    row = Table.grid(padding=(0, 2))
    row.add_row(ProgressBar(len(play.world.sample), over, width=40), progress(play))
    return row


def latest(records: Sequence[Record]) -> list[Text]:
    """The last turns, the newest below, each on one line."""
    found: list[Text] = []
    for record in reversed(records):
        event = told(record.value)
        if event["type"] in TOLD:
            style = "red" if event["type"] in BAD_NEWS else ""
            found.append(Text.assemble((reference_number(event["complaint_id"]), "cyan"), "  ", (sentence(event), style)))
            found[-1].no_wrap, found[-1].overflow = True, "ellipsis"
        if len(found) == NEWS:
            break
    return found[::-1]
