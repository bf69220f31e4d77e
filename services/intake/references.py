"""Reference numbers as people say them: however one is read out or typed, it leads to its complaint."""

import re
from functools import lru_cache
from unicodedata import normalize

from contracts.ids import reference_number

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("ILO", "110")
_LENGTH = 12
"""Symbols before the one that checks them."""


def reference_alias(typed: str) -> str | None:
    """`ref:` and the thirteen symbols, as `complaint_alias` gives them; None where it is no reference number or its check symbol is wrong.

    Case, width, blanks and hyphens do not matter, and I and L are read as 1, O as 0, as Crockford's base 32 has it.
    """
    symbols = re.sub(r"[\s\-‐-―]", "", normalize("NFKC", typed).upper())
    told, check = symbols[:_LENGTH].translate(_MISREAD), symbols[_LENGTH:].translate(_MISREAD)
    if len(symbols) != _LENGTH + 1 or not set(told) <= set(_SYMBOLS):
        return None
    alias = complaint_alias(_id_ending_in(told))
    return alias if alias.endswith(check) else None


@lru_cache(maxsize=8192)
def complaint_alias(complaint_id: str) -> str:
    """The name under which the complaint's reference number finds its file."""
    return f"ref:{reference_number(complaint_id).replace('-', '')}"


def _id_ending_in(symbols: str) -> str:
    """Some id that has these symbols as its reference number: they tell its last 60 bits."""
    bits = 0
    for symbol in symbols:
        bits = bits << 5 | _SYMBOLS.index(symbol)
    digits = f"{bits:015x}"
    return f"00000000-0000-0000-0{digits[:3]}-{digits[3:]}"
