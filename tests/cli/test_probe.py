"""What an orchestrator without HTTP probes calls: `redress probe` asks this machine's own process and tells its verdict."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli import execute
from services.platform.chassis.health import Pulse, serve_health
from services.platform.chassis.settings import PREFIX, Settings

VARIABLE = next(PREFIX + name.upper() for name in Settings.model_fields if name == "http_port")
ROOT = Path(__file__).parents[2]
HEAVY = {"aiokafka", "faststream", "motor", "pymongo"}
WELL = Pulse(consuming=True)
AWAY = Pulse(consuming=True, waiting="kafka")

VERDICTS = {
    "one that works is live": ("live", WELL, 0, "working"),
    "one that works is ready": ("ready", WELL, 0, "working"),
    "one that waits for Kafka is live": ("live", AWAY, 0, "waiting for kafka"),
    "one that waits for Kafka is not ready": ("ready", AWAY, 1, "waiting for kafka"),
    "one that drains is not ready": ("ready", Pulse(consuming=True, draining=True), 1, "ending"),
}


async def probe(pulse: Pulse, *arguments: str, port_by_option: bool = False) -> int:
    async with serve_health("127.0.0.1", 0, pulse, lambda: b"") as port:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(VARIABLE, "1" if port_by_option else str(port))
            return await asyncio.to_thread(execute, ["probe", *arguments, *(("--port", str(port)) if port_by_option else ())])


@pytest.mark.parametrize(("question", "pulse", "code", "sentence"), VERDICTS.values(), ids=VERDICTS)
async def test_the_process_s_own_verdict_is_told(capsys, question: str, pulse: Pulse, code: int, sentence: str) -> None:
    assert await probe(pulse, question) == code
    assert capsys.readouterr().out == f"{sentence}\n"


async def test_the_option_goes_before_the_environment() -> None:
    assert await probe(WELL, "ready", port_by_option=True) == 0


def test_nobody_there_is_a_sentence_and_ill(capsys) -> None:
    assert execute(["probe", "live", "--port", "1"]) == 1
    assert capsys.readouterr().out == "Nobody answers on 127.0.0.1:1: Connection refused.\n"


async def test_somebody_else_there_is_a_sentence_and_ill(capsys) -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await asyncio.to_thread(execute, ["probe", "live", "--port", str(port)]) == 1
    assert capsys.readouterr().out == f"What answers on 127.0.0.1:{port} is no service of Redress.\n"


@pytest.mark.parametrize("arguments", [["probe"], ["probe", "healthy", "--port", "8080"], ["probe", "live", "--port", "0"]])
def test_a_question_that_is_none_is_a_mistake(arguments: list[str]) -> None:
    assert execute(arguments) == 2


def test_a_probe_is_cheap_it_loads_no_client() -> None:
    look = f"import sys; from services.cli import execute; execute(['probe', 'live', '--port', '1']); print(*{HEAVY} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1:] == [""]
