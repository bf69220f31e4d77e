"""Until when certificates hold: those that the settings name, and those that Kafka and MongoDB show.  Where one runs out, all stops."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pymongo.uri_parser import parse_uri

from services.platform.chassis.connections import kafka, mongodb_ssl
from services.platform.chassis.series import Series
from services.platform.chassis.settings import Settings

AGAIN_SECONDS = 3_600.0
ASK_SECONDS = 10.0
NAME, HELP = "certificate_expiry_timestamp_seconds", "Until when a certificate holds; of a file with several the first to end"
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_TIME = rb"(?:\x17\x0d|\x18\x0f)(\d{12,14})Z"
_VALIDITY = re.compile(rb"\x30[\x1e\x20\x22]" + _TIME + _TIME)
"""A sequence of two times, in two or four digits of a year (RFC 5280): the only one of its kind in a certificate."""


@asynccontextmanager
async def told(settings: Settings, series: Series) -> AsyncIterator[None]:
    """While the block runs, Prometheus is told of them: of a file as it is by then, for it may be renewed."""
    for what, file in files(settings):
        series.gauge(NAME, HELP, partial(expires, file), what=what)
    asking = [asyncio.create_task(_ask(server, series)) for server in servers(settings)]
    try:
        yield
    finally:
        for each in asking:
            each.cancel()
        await asyncio.gather(*asking, return_exceptions=True)


def files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Those that hold certificates."""
    named = {
        "kafka_ca": settings.kafka_ssl_cafile, "kafka_client": settings.kafka_ssl_certfile,
        "mongodb_ca": settings.mongodb_tls_cafile, "mongodb_client": settings.mongodb_tls_certfile,
    }  # fmt: skip
    yield from ((what, file) for what, file in named.items() if file)


class Server(NamedTuple):
    what: str
    host: str
    port: int
    context: ssl.SSLContext


def servers(settings: Settings) -> Iterator[Server]:
    """Of those that are named the first of each kind that shows a certificate; none of a `mongodb+srv:` URL, which names none."""
    if context := kafka(settings)["ssl_context"]:
        host, _, port = settings.kafka_bootstrap_servers.partition(",")[0].rpartition(":")
        yield Server("kafka_server", host.strip("[]"), int(port), context)
    url = settings.mongodb_url.get_secret_value()
    if (context := mongodb_ssl(settings)) and url.startswith("mongodb:"):
        host, port = parse_uri(url)["nodelist"][0]
        yield Server("mongodb_server", host, port, context)


def expires(file: Path) -> float:
    """Unix time; 0 where no certificate can be read, which is as good as over."""
    try:
        return first_end(ssl.PEM_cert_to_DER_cert(text) for text in _PEM.findall(file.read_text("ascii", "replace")))
    except (OSError, ValueError):
        return 0.0


def first_end(certificates: Iterable[bytes]) -> float:
    """Of certificates in DER."""
    ends = [_instant(found[2].decode()) for each in certificates if (found := _VALIDITY.search(each))]
    return min(ends, default=0.0)


def _instant(written: str) -> float:
    """Two digits from 50 on are of the last century."""
    year = written if len(written) == 14 else f"{'19' if written >= '5' else '20'}{written}"
    return datetime.strptime(year, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()


async def _ask(server: Server, series: Series) -> None:
    """Now and then; one that does not answer is told of elsewhere."""
    while True:
        with suppress(OSError, TimeoutError):
            series.gauge(NAME, HELP, partial(float, await shown(server)), what=server.what)
        await asyncio.sleep(AGAIN_SECONDS)


async def shown(server: Server) -> float:
    """Until when the certificate holds that it shows."""
    async with asyncio.timeout(ASK_SECONDS):
        _, writer = await asyncio.open_connection(server.host, server.port, ssl=server.context)
    shown = writer.get_extra_info("ssl_object").getpeercert(True)
    writer.close()
    return first_end([shown])
