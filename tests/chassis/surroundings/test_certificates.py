"""Until when certificates hold is read off the files that the settings name, as they are by then."""

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.platform.chassis import certificates
from services.platform.chassis.certificates import expires, first_end
from services.platform.chassis.metrics import Metrics
from services.platform.chassis.settings import read_settings

SOON = """-----BEGIN CERTIFICATE-----
MIIBfjCCASOgAwIBAgIUE23+hPn/jhJMkeRj3haal62eTiowCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJYS5leGFtcGxlMB4XDTI2MTEyODE0NTgxN1oXDTI4MDEwMjE0
NTgxN1owFDESMBAGA1UEAwwJYS5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEkThu/Ws7FJwiMmqZtUcoYDfV6wcCB+1eBZ4ZA2GIiTBxoBiMWhIOfkYX
PwCDtY7o6x0I8Rdt6t7mlZxhL+4Jr6NTMFEwHQYDVR0OBBYEFHX43UbM10/Xe06f
+5uJI7E0AR8zMB8GA1UdIwQYMBaAFHX43UbM10/Xe06f+5uJI7E0AR8zMA8GA1Ud
EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAKhyEz7hflkKLT2gVz2HyBCn
7ax2TXQj+CyFfnao2RwjAiEAhDwwbGK0LyKtIJKJgo3BhaoA0mJAYIxq0uwZTziE
g+0=
-----END CERTIFICATE-----
"""
SOON_ENDS = datetime(2028, 1, 2, 14, 58, 17, tzinfo=UTC)
LATE = """-----BEGIN CERTIFICATE-----
MIIBfjCCASWgAwIBAgIUENIJcpIUgDcBsrKoN0mJb1T0eUcwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJYi5leGFtcGxlMCAXDTI2MTEyODE0NTc1NVoYDzIwODEwODMx
MTQ1NzU1WjAUMRIwEAYDVQQDDAliLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS/SwUVgYNjDtEGuHYHY4lW3UOmKvQnIk6aWGm4f6cRjIVLaFoVdzr+
S6pWA83ih4Om7BAp7554tpTFKuPlyH6io1MwUTAdBgNVHQ4EFgQUjla/woCz78Xs
4B41PEPIAybS5DkwHwYDVR0jBBgwFoAUjla/woCz78Xs4B41PEPIAybS5DkwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAKmNkdVbPwAId3O/dYg3mN
8wZ+zMt4icqdoTjDrG5+fQIgIAgKOZ+VRXoJLXcCFM8SxpW6etI1sd+fL12DSfNM
npM=
-----END CERTIFICATE-----
"""
LATE_ENDS = datetime(2081, 8, 31, 14, 57, 55, tzinfo=UTC)
"""Beyond 2049 a year has four digits."""

KEY = (
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgtwWdCcLcfvqOOuhK7uWPntUvd5puAyg3JvnxTZ/szfKhRANC"
    "AARu0EfKv38GsbZp4WvdeaIiQdDsN7omUjSqvaqHh3lKgszznw/o2zRXGVXh5szizRjilZ99M2b08LS2KzsEZGtF"
)
"""Of the next one, which is nobody's but this test's."""
LOCALHOST = """-----BEGIN CERTIFICATE-----
MIIBljCCATugAwIBAgIUUcrHT0ARmLpEaC4JStw+yNheDXwwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODE0NTgxOFoYDzIxMjYxMTA0
MTQ1ODE4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARu0EfKv38GsbZp4WvdeaIiQdDsN7omUjSqvaqHh3lKgszznw/o2zRX
GVXh5szizRjilZ99M2b08LS2KzsEZGtFo2kwZzAdBgNVHQ4EFgQUDk1H2PofiLUM
wIeDewXSdKN9M34wHwYDVR0jBBgwFoAUDk1H2PofiLUMwIeDewXSdKN9M34wDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SQAwRgIhAPFS9exPolmhuE9ACWYKEenAFxpmZnaEahVA7gd3drF8AiEAtAx1ZjTd
wXfEr3xbgwCtuNbvhuHFOMLBkcfMbbz5ItA=
-----END CERTIFICATE-----
"""


@pytest.mark.parametrize(
    ("text", "ends"),
    [(SOON, SOON_ENDS), (LATE, LATE_ENDS), (LATE + SOON, SOON_ENDS), (f"a remark\n{SOON}another\n{LATE}", SOON_ENDS)],
)
def test_of_a_file_the_first_certificate_to_end_counts(tmp_path: Path, text: str, ends: datetime) -> None:
    file = tmp_path / "ca.crt"
    file.write_text(text)
    assert expires(file) == ends.timestamp()


@pytest.mark.parametrize("text", ["", "no certificate", SOON[:200], SOON.replace("MII", "")])
def test_a_file_without_a_certificate_that_can_be_read_is_as_good_as_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "ca.crt").write_text(text)
    assert expires(tmp_path / "ca.crt") == 0 == expires(tmp_path / "not there")


async def test_a_renewed_file_is_told_without_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "ca.crt"
    file.write_text(SOON)
    metrics = Metrics("routing", "1.0")
    async with certificates.told(read_settings(mongodb_tls_cafile=file), metrics.series):
        assert told(metrics, "mongodb_ca") == SOON_ENDS.timestamp()
        file.write_text(LATE)
        assert told(metrics, "mongodb_ca") == LATE_ENDS.timestamp()
    assert told(metrics, "kafka_ca") is None is told(metrics, "kafka_server")


async def test_the_certificates_that_kafka_and_mongodb_show_are_told_too(tmp_path: Path) -> None:
    pair = tmp_path / "pair.pem"
    pair.write_text("\n".join([_edge("BEGIN"), KEY, _edge("END"), LOCALHOST]))
    listening = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    listening.load_cert_chain(pair)
    async with await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0, ssl=listening) as server:
        port = server.sockets[0].getsockname()[1]
        settings = read_settings(
            kafka_bootstrap_servers=f"localhost:{port},elsewhere:1", kafka_security_protocol="SSL", kafka_ssl_cafile=pair,
            mongodb_url=f"mongodb://localhost:{port},elsewhere:1/?replicaSet=rs0", mongodb_tls_cafile=pair, mongodb_tls_certfile=pair,
        )  # fmt: skip
        shown = {each.what: await certificates.shown(each) for each in certificates.servers(settings)}
    ends = first_end([ssl.PEM_cert_to_DER_cert(LOCALHOST)])
    assert shown == {"kafka_server": ends, "mongodb_server": ends} and ends > 0


def test_without_tls_and_where_the_url_names_no_server_nobody_is_asked(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text(SOON)
    assert list(certificates.servers(read_settings())) == []
    (tmp_path / "none.crt").write_text("no certificate")
    assert list(certificates.servers(read_settings(mongodb_tls_cafile=tmp_path / "none.crt"))) == []
    named_elsewhere = read_settings(mongodb_url="mongodb+srv://cluster.example/", mongodb_tls_cafile=tmp_path / "ca.crt")
    assert list(certificates.servers(named_elsewhere)) == []


def _edge(word: str) -> str:
    return f"-----{word} PRIVATE KEY-----"


def told(metrics: Metrics, what: str) -> float | None:
    return metrics.registry.get_sample_value(f"redress_{certificates.NAME}", {"service": "routing", "what": what})
