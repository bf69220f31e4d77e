"""The README's second half of a life is what the four services tell when its commands are sent; and its bad input ends as it says."""

import json
import re
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

import pytest

from contracts.generate.__main__ import HERE
from contracts.ids import complaint_id
from contracts.model import Command
from contracts.wire import header, read
from services.platform.kernel.dead import DETAIL, REASON
from services.platform.kernel.run import Run
from tests.contracts.test_readme import four_services

README = (HERE / "README.md").read_text("utf-8")
TRANSCRIPT = re.search(r"```text\n(.*?)\n```", README, re.DOTALL).group(1)  # type: ignore[union-attr]
COMPLAINT, TRANSACTION = complaint_id("crm", "T-2"), complaint_id("pos", "receipt-20260302-881")
LEFT_OUT = re.compile(r"routing\.(clock_\w+|complaint_escalated|priority_changed)\.v1")
SECOND = timedelta(seconds=1)


class Line(NamedTuple):
    at: datetime
    is_command: bool
    said: dict[str, Any]

    @property
    def topic(self) -> str:
        return f"{self.said['type'].partition('.')[0]}.{'commands' if self.is_command else 'events'}.v1"


def line(text: str) -> Line:
    day, time, sign, said = text.split(" ", 3)
    return Line(datetime.fromisoformat(f"2026-{day}T{time}:00+00:00"), sign == "→", json.loads(said))


LINES = [line(text) for text in TRANSCRIPT.splitlines()]


def whole(told: Line, n: int) -> dict[str, Any]:
    """A command with what the text says that it needs besides."""
    named = {} if told.topic.startswith("intake") else {"complaint_id": COMPLAINT}
    return {"id": f"line-{n}", "source": "desk"} | named | told.said


def send(run: Run, told: Line, n: int) -> None:
    body = whole(told, n)
    run.put(told.topic, body.get("complaint_id", "customer-18"), json.dumps(body).encode(), at=told.at)


def test_its_commands_lead_to_the_events_that_it_shows_one_by_one() -> None:
    run = four_services()
    for n, told in enumerate(LINES):
        if told.is_command:
            send(run, told, n)
    run.until(LINES[-1].at)
    heard = [record for record in run.log if record.topic.endswith(".events.v1")]
    events = [said for record in heard if not LEFT_OUT.fullmatch((said := json.loads(record.value or b""))["type"])]
    shown = [told for told in LINES if not told.is_command]
    assert run.dead == [] and [event["type"] for event in events] == [told.said["type"] for told in shown]
    for event, told in zip(events, shown, strict=True):
        assert {name: event.get(name) for name in told.said} == told.said
        assert told.at <= datetime.fromisoformat(event["at"]) < told.at + 60 * SECOND


def test_what_it_shows_stands_in_order_and_every_command_is_one() -> None:
    assert [told.at for told in LINES] == sorted(told.at for told in LINES)
    messages = [read(told.topic, json.dumps(whole(told, n)).encode())[1] for n, told in enumerate(LINES) if told.is_command]
    assert all(isinstance(message, Command) for message in messages) and len(messages) > 20
    assert TRANSACTION in {getattr(message, "complaint_id", None) for message in messages} and f"`{COMPLAINT}`" in README


def test_the_names_that_its_table_shows_are_those_of_the_transcript() -> None:
    table = README[README.index("How things are called within a complaint") : README.index("## Subscribing")]
    fields = ("work", "remedy", "callback", "survey")
    named = {told.said[field] for told in LINES for field in fields if field in told.said}
    assert {name for name in named if name.startswith("1-")} <= set(re.findall(r"`([\w.-]+)`", table))
    assert {"1-goodwill.2", "1-confirm", "1-progress-2", "1-survey"} <= named


# -- refused, or dead ---------------------------------------------------------------------------------------------------------------------

BY = {"staff": "s-204", "role": "agent", "department": "quality"}
MONEY = {"amount_minor": 100, "currency": "USD"}
FITS: dict[str, dict[str, Any]] = {
    "amount": {"type": "routing.propose_remedy.v1", "kind": "refund", "amount": MONEY, "by": BY},
    "answers": {"type": "feedback.record_feedback.v1", "listening_post": "feedback_card", "answers": {}},
    "latest": {"type": "callback.request_callback.v1", "latest": "2026-03-02T18:00:00Z", "by": BY},
}
"""A field → a command that has it, in which the README's value stands instead of a good one."""
ROWS = re.findall(r"^\| (`\".*?`|no `by`) \| (dead|refused): `([^`]+)`", README, re.MULTILINE)


def spoilt(written: str) -> dict[str, Any]:
    if written == "no `by`":
        return {name: value for name, value in FITS["amount"].items() if name != "by"}
    ((field, value),) = json.loads(f"{{{written.strip('`')}}}").items()
    match field:
        case "currency" | "amount_minor":
            return FITS["amount"] | {"amount": MONEY | {field: value}}
        case "csat" | "solved":
            return FITS["answers"] | {"answers": {field: value}}
        case "kind":
            return FITS["amount"] | {field: value}
    return FITS[field] | {field: value}


@pytest.mark.parametrize(("written", "end", "why"), ROWS, ids=[written for written, *_ in ROWS])
def test_bad_input_is_refused_or_dead_as_the_readme_says(written: str, end: str, why: str) -> None:
    run = four_services()
    beginning = [told for told in LINES if told.is_command][:2]
    for n, told in enumerate([*beginning, Line(LINES[0].at + timedelta(hours=1), True, spoilt(written))]):
        send(run, told, n)
    run.until(LINES[0].at + timedelta(hours=1))
    refused = [said["reason"] for record in run.log if (said := json.loads(record.value or b"{}")).get("command_id") and "reason" in said]
    dead = [(header(each.letter.headers, REASON), header(each.letter.headers, DETAIL)) for each in run.dead]
    assert (refused, dead) == (([], [("invalid", why)]) if end == "dead" else ([why], []))


def test_the_readme_tells_of_each_sort_of_bad_input() -> None:
    assert {end: len(list(rows)) for end, rows in groupby(sorted(end for _, end, _ in ROWS))} == {"dead": 7, "refused": 4}
