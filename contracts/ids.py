"""Ids are derived, never drawn (law 4): the same input has the same id on every machine, for ever."""

import re
from functools import lru_cache
from hashlib import sha1
from json.encoder import encode_basestring_ascii as _json
from uuid import NAMESPACE_URL, uuid5

_URL = NAMESPACE_URL.bytes
_CANONICAL = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def complaint_id(source: str, source_ref: str) -> str:
    """The complaint that `source` calls `source_ref`: uuid5(uuid5(NAMESPACE_URL, source), source_ref).

    Test vector: source "crm", source_ref "T-1" is c402cbb8-ca3d-5e93-9479-eaa708f218ff.
    """
    return _uuid5(_namespace(source), source_ref)


def message_id(source: str, id: str) -> str:
    """A sender's message id as a UUID: itself, in lower case, if it is written as one (8-4-4-4-12 hex digits).

    Else uuid5(uuid5(NAMESPACE_URL, source), id).

    Test vector: source "crm", id "42" is d7d9d500-2c96-5fc7-b811-93735ab02d01.
    """
    return id.lower() if _CANONICAL.fullmatch(id) else _uuid5(_namespace(source), id)


def derived_id(*parts: str | int) -> str:
    """The id of what these parts lead to: uuid5(NAMESPACE_URL, the parts as a JSON array)."""
    array = ", ".join([_json(part) if isinstance(part, str) else str(part) for part in parts])     # as json.dumps, in half the time
    return _uuid5(_URL, f"[{array}]")


def _uuid5(namespace: bytes, name: str) -> str:
    """As text, in a third of the standard library's time: each record needs some."""
    h = sha1(namespace + name.encode(), usedforsecurity=False).hexdigest()
    return f"{h[:8]}-{h[8:12]}-5{h[13:16]}-{'89ab'[int(h[16], 16) & 3]}{h[17:20]}-{h[20:32]}"


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK = _CROCKFORD + "*~$=U"


@lru_cache(maxsize=1024)
def reference_number(complaint_id: str) -> str:
    """What a customer is told: twelve Crockford base-32 symbols (the id's last 60 bits) and a check symbol (modulo 37), in groups.

    Test vector: complaint c402cbb8-ca3d-5e93-9479-eaa708f218ff is 8YFA-MW4F-467Z-D.
    """
    bits = int(complaint_id[-16:].replace("-", ""), 16)
    symbols = "".join(_CROCKFORD[bits >> shift & 31] for shift in range(55, -1, -5))
    return f"{symbols[:4]}-{symbols[4:8]}-{symbols[8:]}-{_CHECK[bits % 37]}"


@lru_cache(maxsize=1024)
def _namespace(source: str) -> bytes:
    return uuid5(NAMESPACE_URL, source).bytes
