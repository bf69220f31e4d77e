"""Until when the certificates hold that the settings name, and the one that Kafka shows: who lets one run out stops all at once."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from services.platform.chassis.connections import kafka
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
    asking = asyncio.create_task(_ask(settings, series)) if settings.kafka_security_protocol.endswith("SSL") else None
    try:
        yield
    finally:
        if asking:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)


def files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Those that hold certificates."""
    named = {
        "kafka_ca": settings.kafka_ssl_cafile, "kafka_client": settings.kafka_ssl_certfile,
        "mongodb_ca": settings.mongodb_tls_cafile, "mongodb_client": settings.mongodb_tls_certfile,
    }  # fmt: skip
    yield from ((what, file) for what, file in named.items() if file)


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


async def _ask(settings: Settings, series: Series) -> None:
    """Now and then; a broker that does not answer is told of elsewhere."""
    while True:
        with suppress(OSError, TimeoutError):
            series.gauge(NAME, HELP, partial(float, await shown(settings)), what="kafka_server")
        await asyncio.sleep(AGAIN_SECONDS)


async def shown(settings: Settings) -> float:
    """Until when the certificate holds that the first of the named brokers shows."""
    host, _, port = settings.kafka_bootstrap_servers.partition(",")[0].rpartition(":")
    async with asyncio.timeout(ASK_SECONDS):
        _, writer = await asyncio.open_connection(host.strip("[]"), int(port), ssl=kafka(settings)["ssl_context"])
    shown = writer.get_extra_info("ssl_object").getpeercert(True)
    writer.close()
    return first_end([shown])
