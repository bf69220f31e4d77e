"""Run as a program: stands between the services and the servers, and delays or holds back what passes, as it is told.

    python -m tests.chaos.proxy CONTROL LISTEN:TARGET ...

Whoever connects to CONTROL sends all rules that hold from now on as a line of JSON, and gets a line back when they do.  Bytes that are
held back are not lost, as behind a broken wire: when it is mended, both ends get what was sent meanwhile, if they are still there.
"""

import asyncio
import json
import sys
from collections.abc import Collection
from contextlib import suppress
from typing import NamedTuple

PIECE = 65_536
HOST = "127.0.0.1"


class Rule(NamedTuple):
    """For the connections of these peers (of all) to these ports."""

    ports: Collection[int]
    peers: Collection[str] = ()
    """Addresses; none: everybody."""
    up: bool = False
    """What peers say is held back …"""
    down: bool = False
    """… or what they are answered."""
    delay: float = 0.0
    """Seconds for each piece, either way."""

    def is_about(self, port: int, peer: str) -> bool:
        return port in self.ports and (not self.peers or peer in self.peers)


class Passage:
    """What may pass, and when."""

    def __init__(self) -> None:
        self.rules: tuple[Rule, ...] = ()
        self._changed = asyncio.Event()

    def change(self, rules: Collection[Rule]) -> None:
        self.rules = tuple(rules)
        self._changed.set()
        self._changed = asyncio.Event()

    async def passed(self, port: int, peer: str, is_up: bool) -> None:
        """Returns when the next piece may go on."""
        while self._is_held(port, peer, is_up):
            await self._changed.wait()
        if delay := max((rule.delay for rule in self.rules if rule.is_about(port, peer)), default=0.0):
            await asyncio.sleep(delay)

    def _is_held(self, port: int, peer: str, is_up: bool) -> bool:
        return any((rule.up if is_up else rule.down) for rule in self.rules if rule.is_about(port, peer))


class Proxy:
    """From one port to another."""

    def __init__(self, passage: Passage, port: int, target: int) -> None:
        self.passage, self.port, self.target = passage, port, target

    async def serve(self) -> asyncio.Server:
        return await asyncio.start_server(self._connected, HOST, self.port)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")[0]
        await self.passage.passed(self.port, peer, is_up=True)
        try:
            far_reader, far_writer = await asyncio.open_connection(HOST, self.target)
        except OSError:
            writer.close()
            return
        pumps = [
            asyncio.create_task(self._pump(reader, far_writer, peer, is_up=True)),
            asyncio.create_task(self._pump(far_reader, writer, peer, is_up=False)),
        ]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        for end in (writer, far_writer):
            end.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str, is_up: bool) -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                await self.passage.passed(self.port, peer, is_up)
                writer.write(piece)
                await writer.drain()


async def control(passage: Passage, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One set of rules to a connection."""
    passage.change([Rule(*rule) for rule in json.loads(await reader.readline())])
    writer.write(b"done\n")
    writer.close()


async def main(port: int, routes: list[tuple[int, int]]) -> None:
    passage = Passage()
    servers = [await Proxy(passage, listen, target).serve() for listen, target in routes]
    servers.append(await asyncio.start_server(lambda r, w: control(passage, r, w), HOST, port))
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    pairs = [argument.split(":") for argument in sys.argv[2:]]
    asyncio.run(main(int(sys.argv[1]), [(int(listen), int(target)) for listen, target in pairs]))
