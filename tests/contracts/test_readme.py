"""The README's snippets do what they say: each is run as it stands there."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import IO

import pytest

from contracts.catalogue import topic
from contracts.generate.__main__ import HERE
from contracts.generate.example import example
from contracts.generate.words import words
from contracts.ids import complaint_id, message_id
from contracts.intake import SubmitComplaint
from contracts.routing import AcceptWork, ReportResolution
from contracts.wire import read
from services import callback, feedback, intake, routing
from services.platform.chassis.policies import load
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
README = (HERE / "README.md").read_text("utf-8")
PRODUCER, CONSUMER = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
ASK, KCAT = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
WORK, CONNECT = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
SQL = re.findall(r"```sql\n(.*?)```", README, re.DOTALL)


KEY, LINES = re.search(r"-k (\S+) <<'END'\n(.+)\nEND", KCAT, re.DOTALL).groups()  # type: ignore[union-attr]


def test_the_kcat_snippets_bodies_are_commands_under_their_own_key() -> None:
    told = [read("routing.commands.v1", line.encode()) for line in LINES.splitlines()]
    assert [type(message) for _, message in told] == [AcceptWork, ReportResolution]
    assert {(message.key, envelope.source) for envelope, message in told} == {(complaint_id("crm", "T-1"), "quality-desk")}
    assert complaint_id("crm", "T-1") == KEY and "partitioner=murmur2_random" in KCAT


def test_the_snippets_lead_from_a_submission_to_its_resolution_under_the_default_policies() -> None:
    """What they send, sent to all four services as it stands there: the events are those that the text between them names."""
    run, (submission,) = four_services(), re.findall(r"COMMAND = (\{.*?^\})", PRODUCER, re.DOTALL | re.MULTILINE)
    (key,) = re.findall(r'key=b"(.+?)"', PRODUCER)
    run.put("intake.commands.v1", key, json.dumps(ast.literal_eval(submission)).encode(), at=MONDAY)
    run.until(MONDAY)
    assert run.told() == ["ComplaintRegistered", "ComplaintRouted", *["ClockStarted"] * 3, "WorkRequested", "ClockStarted"]
    asked = json.loads(WORK)
    (said,) = (told for record in run.log if (told := json.loads(record.value or b"{}")).get("type") == asked["type"])
    assert {name: said[name] for name in asked} == asked and asked["type"] in ASK
    for n, line in enumerate(LINES.splitlines(), 1):
        run.put("routing.commands.v1", KEY, line.encode(), at=MONDAY + timedelta(minutes=20 * n))
    run.until(MONDAY + timedelta(minutes=50))
    answers, promised = run.events[7:-1], run.told()[-1]
    named = re.search(r"Routing answers with (.+?); callback then promises", README, re.DOTALL).group(1)  # type: ignore[union-attr]
    assert [told.envelope.type for told in answers] == re.findall(r"`(.+?)`", named)
    assert promised == "CallbackPromised" and run.dead == []


def four_services() -> Run:
    services = (intake.service(b"a secret of sixteen bytes"), routing.SERVICE, callback.SERVICE, feedback.SERVICE)
    return Run(Practice(service, load("default", service)) for service in services)


def test_the_snippets_name_topics_of_the_catalogue_and_fields_of_the_messages() -> None:
    named = set(re.findall(r"redress\.([a-z]+)\.(commands|events|dossiers|dlq)\.v1", PRODUCER + CONSUMER + ASK + KCAT + "".join(SQL)))
    assert {topic(owner, kind).owner for owner, kind in named} == {"intake", "routing", "callback", "feedback"}
    known = {word.name: example(word) for word in words()}
    assert known["intake.complaint_registered.v1"].keys() >= set(re.findall(r'event\["(\w+)"\]', CONSUMER))
    assert known["routing.clock_breached.v1"].keys() >= set(re.findall(r"`(\w+)` [A-Z]+", SQL[1]))
    assert set(re.findall(r"'([a-z]+\.[a-z_]+\.v1)'", "".join(SQL))) <= known.keys()


def test_the_connect_snippet_takes_every_events_topic_and_no_other() -> None:
    pattern = json.loads(CONNECT)["config"]["topics.regex"]
    assert [name for name in ("intake.events.v1", "feedback.events.v1") if not re.fullmatch(pattern, f"redress.{name}")] == []
    assert not re.fullmatch(pattern, "redress.intake.commands.v1")


# -- on real Kafka ------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker's address, with the topics that the snippets name."""
    from services.platform.stack import start_stack

    with start_stack(tmp_path_factory.mktemp("stack")) as stack:
        run(CREATE_TOPICS, stack.addresses.kafka)
        yield stack.addresses.kafka


CREATE_TOPICS = """
import asyncio, os
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

async def main():
    admin = AIOKafkaAdminClient(bootstrap_servers=os.environ["KAFKA"])
    await admin.start()
    names = ("intake.commands", "intake.events", "routing.commands")
    await admin.create_topics([NewTopic(f"redress.{name}.v1", 12, 1) for name in names])
    await admin.close()

asyncio.run(main())
"""
READ_BACK = """
import asyncio, json, os, sys
from aiokafka import AIOKafkaConsumer

async def main():
    async with AIOKafkaConsumer(sys.argv[1], bootstrap_servers=os.environ["KAFKA"], auto_offset_reset="earliest") as consumer:
        record = await asyncio.wait_for(anext(aiter(consumer)), 30)
        print(json.dumps([record.partition, record.key.decode(), record.value.decode()]))

asyncio.run(main())
"""
SAY_TWICE = """
import asyncio, os, sys
from aiokafka import AIOKafkaProducer

async def main():
    async with AIOKafkaProducer(bootstrap_servers=os.environ["KAFKA"]) as producer:
        for line in sys.argv[1:]:
            await producer.send_and_wait("redress.intake.events.v1", line.encode(), key=b"c")

asyncio.run(main())
"""


def run(program: str, kafka: str, *arguments: str) -> str:
    """What the program printed; it is run as a user would, knowing nothing but the broker's address."""
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, env=os.environ | {"KAFKA": kafka}, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.system
def test_the_producer_snippet_sends_a_command_that_intake_reads(kafka: str) -> None:
    run(PRODUCER, kafka)
    _, key, value = json.loads(run(READ_BACK, kafka, "redress.intake.commands.v1"))
    envelope, message = read("intake.commands.v1", value.encode())
    assert isinstance(message, SubmitComplaint)
    assert (envelope.id, message.customer.name, key) == (message_id("crm", "call-20260302-17"), "王小明", "customer-4711")


@pytest.mark.system
@pytest.mark.skipif(shutil.which("kcat") is None, reason="there is no kcat here (Debian: kcat); its snippet's body is tested without")
def test_the_kcat_snippet_sends_to_the_partition_where_routing_expects_it(kafka: str) -> None:
    from services.platform.kernel.record import partition_of

    done = subprocess.run(["sh", "-c", KCAT], env=os.environ | {"KAFKA": kafka}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    partition, key, value = json.loads(run(READ_BACK, kafka, "redress.routing.commands.v1"))
    assert partition == partition_of(key, 12)
    assert read("routing.commands.v1", value.encode())[1].key == key


@pytest.mark.system
def test_the_consumer_snippet_tells_each_registration_once(kafka: str) -> None:
    said = {word.name: example(word) for word in words() if word.topic.name == "intake.events.v1"}
    first, last = said["intake.complaint_registered.v1"], said["intake.complaint_registered.v1"] | {"id": "the last"}
    other = said["intake.contact_repeated.v1"]
    run(SAY_TWICE, kafka, *(json.dumps(told) for told in (first, other, first, first | {"new_field": 1}, last)))
    process = subprocess.Popen([sys.executable, "-c", CONSUMER], env=os.environ | {"KAFKA": kafka}, stdout=subprocess.PIPE, text=True)
    giving_up = threading.Timer(60, process.kill)
    giving_up.start()
    try:
        lines = [line_of(process.stdout) for _ in range(2)]
    finally:
        giving_up.cancel()
        process.kill()
        rest, _ = process.communicate()
    expected = f"{first['at']} {first['reference']} phone\n"
    assert (lines, rest) == ([expected, expected], "")


def line_of(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()
