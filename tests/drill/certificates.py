"""A certificate authority of a day, and one server's certificate by it, made with `openssl`."""

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from services.platform.stack import StackError

KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
SERVER = """subjectAltName=IP:127.0.0.1,DNS:localhost
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth,clientAuth
authorityKeyIdentifier=keyid
"""


class Certificates(NamedTuple):
    ca: Path
    """What clients trust."""
    server: Path
    """Key and certificate of 127.0.0.1, in one file."""


def certificates(directory: Path) -> Certificates:
    if not shutil.which("openssl"):
        raise StackError("Certificates are made with `openssl`, and there is none here: install it (Debian: openssl).")
    ca, extensions, server = directory / "ca.pem", directory / "server.ext", directory / "server.pem"
    extensions.write_text(SERVER, "ascii")
    _openssl(directory, "req", "-x509", *KEY, "-keyout", "ca.key", "-out", ca.name, "-days", "2", "-subj", "/CN=drill",
             "-addext", "keyUsage=critical,keyCertSign,cRLSign")  # fmt: skip
    _openssl(directory, "req", *KEY, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=127.0.0.1")
    _openssl(directory, "x509", "-req", "-in", "server.csr", "-CA", ca.name, "-CAkey", "ca.key", "-CAcreateserial", "-out", "server.crt",
             "-days", "2", "-extfile", extensions.name)  # fmt: skip
    server.write_bytes((directory / "server.key").read_bytes() + (directory / "server.crt").read_bytes())
    return Certificates(ca, server)


def _openssl(directory: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True, timeout=60)
