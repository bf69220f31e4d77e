"""Whether a service makes progress (live) and whether it can work (ready), told over a small HTTP port with its metrics.

    pulse = Pulse()                                          # the engine keeps it true, in a few assignments
    async with serve_health(host, port, pulse, metrics.text) as bound: ...

Liveness watches progress and never a dependency: a process that waits for Kafka in place (law 9) is well, and restarting it would help
nobody.  A process is dead when its loop no longer turns, when it no longer asks for records, when it is stuck in a rejoin, or when it
holds no partition while its group falls behind (aiokafka #1187: a member without partitions cannot rejoin once idle).
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer

from services.platform.chassis.errors import MustEnd

STUCK = 120.0
"""Seconds without progress after which a restart is the better hope.  Longer than a rebalance (60 s) and any batch."""
STARTING = 180.0
REQUEST_SECONDS = 5.0
TYPES = {"/metrics": "text/plain; version=0.0.4; charset=utf-8"}


@dataclass
class Pulse:
    """What the engine knows of its own progress.  All instants are `time.monotonic()`; None: not now, or never yet."""

    started: float = field(default_factory=monotonic)
    consuming: bool = False
    """Subscribed: from here on progress is expected."""
    in_hand: bool = False
    """There is a batch that is not done with."""
    progress: float = field(default_factory=monotonic)
    """When the loop last got on: a batch taken, a stage of it done, trouble over."""
    waiting: str | None = None
    """What is away (`kafka`, `mongodb`) while trouble is waited out in place."""
    absent: set[str] = field(default_factory=set)
    """Who did not answer (`kafka`, `mongodb`) when last looked at, work or not."""
    draining: bool = False
    """Asked to end: finishing what is in hand."""
    polled: float | None = None
    """The client last asked the broker for records; this and the next three are read off it by `observe`."""
    rejoining: float | None = None
    """Since when the group is being joined."""
    partitions: int | None = None
    """How many partitions this process holds, of all inputs; None until it was looked."""
    starved: float | None = None
    """Since when it has held none while its group is behind."""

    def take(self) -> None:
        """A batch has come."""
        self.in_hand, self.progress = True, monotonic()

    def step(self) -> None:
        """A stage is done, or an attempt has succeeded: whatever was away is back."""
        self.waiting, self.progress = None, monotonic()

    def wait(self, what: str) -> None:
        """Law 9: an attempt failed for a reason that passes."""
        self.waiting = what

    def miss(self, who: str) -> bool:
        """It did not answer.  What was observed of the group by then says nothing of this process: it is observed anew.  True: news."""
        is_news = who not in self.absent
        self.absent.add(who)
        self.progress, self.polled, self.rejoining, self.starved = monotonic(), None, None, None
        return is_news

    def join(self, partitions: int) -> None:
        """The group has given it so many."""
        self.partitions, self.rejoining = partitions, None

    def meet(self, who: str) -> bool:
        """It answers.  True: it did not, the last time."""
        is_news = who in self.absent
        self.absent.discard(who)
        return is_news

    def release(self) -> None:
        """The batch is done with."""
        self.in_hand, self.waiting, self.progress = False, None, monotonic()


class Verdict(NamedTuple):
    ok: bool
    why: str


def live(pulse: Pulse, now: float) -> Verdict:
    """Whether there is progress, or a good reason for none."""
    if pulse.draining:
        return Verdict(True, "ending")
    if not pulse.consuming:
        return _within(pulse.started, now, STARTING, "starting", "has not begun to consume")
    if pulse.waiting:
        return Verdict(True, f"waiting for {pulse.waiting}")
    if pulse.absent:
        return Verdict(True, _no_answer(pulse))
    asked = None if pulse.in_hand or pulse.polled is None else max(pulse.polled, pulse.progress)
    checks = (
        (pulse.progress if pulse.in_hand else None, "has not got on with the batch in hand"),
        (pulse.rejoining, "has been joining its group"),
        (pulse.starved, "has held no partition while its group is behind"),
        (asked, "has not asked for records"),
    )
    late = (Verdict(False, f"{what} for {now - since:.0f} s") for since, what in checks if since is not None and now - since > STUCK)
    return next(late, Verdict(True, "idle: other processes hold the partitions" if pulse.partitions == 0 else "working"))


def ready(pulse: Pulse, now: float) -> Verdict:
    """Whether it can take work now."""
    if pulse.draining:
        return Verdict(False, "ending")
    if not pulse.consuming:
        return Verdict(False, "starting")
    if pulse.waiting:
        return Verdict(False, f"waiting for {pulse.waiting}")
    if pulse.absent:
        return Verdict(False, _no_answer(pulse))
    if pulse.rejoining is not None:
        return Verdict(False, "joining its group")
    return live(pulse, now)


def observe(pulse: Pulse, consumer: AIOKafkaConsumer, lag: int, now: float) -> None:
    """Reads off the client what it does not say publicly; a test pins these private attributes.  `lag`: of the whole group."""
    state, coordinator = consumer._subscription, consumer._coordinator
    assigned = state.assigned_partitions()
    joining = coordinator.need_rejoin(state.subscription) if state.subscription else True
    pulse.polled = now - state.fetcher_idle_time
    pulse.rejoining = (pulse.rejoining or now) if joining else None
    pulse.partitions = len(assigned)
    pulse.starved = (pulse.starved or now) if not assigned and not joining and lag else None


def _no_answer(pulse: Pulse) -> str:
    return f"no answer from {' and '.join(sorted(pulse.absent))}"


def _within(since: float, now: float, limit: float, well: str, ill: str) -> Verdict:
    return Verdict(True, well) if now - since <= limit else Verdict(False, f"{ill} for {now - since:.0f} s")


# -- over HTTP --------------------------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def serve_health(host: str, port: int, pulse: Pulse, metrics: Callable[[], bytes]) -> AsyncIterator[int]:
    """Answers GET /live, /ready and /metrics until the block ends; yields the port (0 asks for a free one).

    Raises `MustEnd` when it cannot listen there.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                path = await _path(reader)
                writer.write(_response(path, pulse, metrics))
                await writer.drain()
        except (OSError, ValueError, TimeoutError):
            pass                                             # nobody there, or no HTTP: nothing to say
        finally:
            writer.close()

    try:
        server = await asyncio.start_server(answer, host, port, limit=8_192)
    except OSError as error:
        raise MustEnd(f"REDRESS_HTTP_PORT: {host}:{port} cannot be listened on: {error.strerror}.") from None
    async with server:
        yield server.sockets[0].getsockname()[1]


async def _path(reader: asyncio.StreamReader) -> str:
    """Of a GET request; its headers are read and ignored."""
    method, path, _ = (await reader.readline()).decode("latin-1").split(" ", 2)
    while (await reader.readline()).strip():
        pass
    return path.partition("?")[0] if method == "GET" else ""


def _response(path: str, pulse: Pulse, metrics: Callable[[], bytes]) -> bytes:
    now = monotonic()
    match path:
        case "/live":
            return _verdict(live(pulse, now))
        case "/ready":
            return _verdict(ready(pulse, now))
        case "/metrics":
            return _http(200, metrics(), TYPES[path])
        case _:
            return _verdict(Verdict(False, "there are /live, /ready and /metrics"), failed=404)


def _verdict(verdict: Verdict, failed: int = 503) -> bytes:
    body: dict[str, Any] = {"ok": verdict.ok, "why": verdict.why}
    return _http(200 if verdict.ok else failed, json.dumps(body).encode(), "application/json")


def _http(status: int, body: bytes, kind: str) -> bytes:
    reason = {200: "OK", 404: "Not Found", 503: "Service Unavailable"}[status]
    head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body
