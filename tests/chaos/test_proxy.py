"""The proxy in this process: what passes, what is held back, and what comes through afterwards."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from services.platform.stack.ports import free_ports
from tests.chaos.proxy import HOST, Passage, Proxy, Rule

HERE, ELSEWHERE = "127.0.0.1", "127.0.1.9"


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while line := await reader.readline():
        writer.write(line.upper())
    writer.close()


@asynccontextmanager
async def proxied():
    """A passage, its port, and an open conversation through it with someone who answers in capitals."""
    target, port = free_ports(2)
    passage = Passage()
    async with await asyncio.start_server(echo, HOST, target), await Proxy(passage, port, target).serve():
        reader, writer = await asyncio.open_connection(HOST, port)
        yield passage, port, reader, writer
        writer.close()


async def is_silent(reader: asyncio.StreamReader) -> bool:
    """Nothing comes although the loop has gone round many times."""
    answer = asyncio.create_task(reader.readline())
    done, _ = await asyncio.wait([answer], timeout=0.05)
    answer.cancel()
    await asyncio.gather(answer, return_exceptions=True)
    return not done


async def test_what_no_rule_is_about_passes_both_ways():
    async with proxied() as (passage, port, reader, writer):
        passage.change([Rule([port + 1], up=True), Rule([port], [ELSEWHERE], up=True)])
        writer.write(b"one\n")
        assert await reader.readline() == b"ONE\n"


@pytest.mark.parametrize(("up", "down"), [(True, False), (False, True), (True, True)])
async def test_what_was_held_back_either_way_comes_through_when_the_wire_is_mended(up, down):
    async with proxied() as (passage, port, reader, writer):
        passage.change([Rule([port], [HERE], up, down)])
        writer.write(b"two\n")
        assert await is_silent(reader)
        passage.change([])
        assert await reader.readline() == b"TWO\n"


async def test_who_connects_while_the_wire_is_cut_is_answered_when_it_is_mended():
    async with proxied() as (passage, port, _, _):
        passage.change([Rule([port], up=True)])
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(b"three\n")
        assert await is_silent(reader)
        passage.change([])
        assert await reader.readline() == b"THREE\n"
        writer.close()


async def test_where_nobody_listens_the_connection_ends_at_once():
    target, port = free_ports(2)
    async with await Proxy(Passage(), port, target).serve():
        reader, _ = await asyncio.open_connection(HOST, port)
        assert await reader.read() == b""
