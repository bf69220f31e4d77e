"""Numbers as a planner writes them on the command line: 59,904 or 59904; 80, 80% or 0.8 for four fifths."""

from decimal import Decimal
from typing import Any
from unicodedata import normalize

import typer

from services.cli.tiers.file import POINT


def amount(written: Any) -> Decimal:
    """0 or more."""
    found = POINT.read(str(written))
    if found is None:
        raise typer.BadParameter(f"{str(written)!r} is not a number.")
    if found < 0:
        raise typer.BadParameter(f"{str(written)!r} is below 0.")
    return found


def positive(written: Any) -> Decimal:
    return _more_than_0(amount(written))


def share(written: Any) -> Decimal:
    """Of a whole: 0 or more, below 1.  What is above 1 is in per cent; 1 may mean either and needs its sign."""
    found = _share(written)
    if found >= 1:
        raise typer.BadParameter(f"{str(written)!r} is not below 100 %.")
    return found


def full_share(written: Any) -> Decimal:
    """More than 0, at most 1."""
    found = _more_than_0(_share(written))
    if found > 1:
        raise typer.BadParameter(f"{str(written)!r} is above 100 %.")
    return found


def rate(written: Any) -> Decimal:
    """More than 0; it may be more than the whole."""
    return _more_than_0(_share(written))


def _share(written: Any) -> Decimal:
    text = normalize("NFKC", str(written)).strip()
    signed = text.endswith("%")
    found = amount(text.removesuffix("%"))
    if found == 1 and not signed:
        raise typer.BadParameter(f"{text!r} may be 1 % or the whole: write 1% or 100%.")
    return found.scaleb(-2) if signed or found > 1 else found


def _more_than_0(found: Decimal) -> Decimal:
    if not found:
        raise typer.BadParameter("0 is too little.")
    return found
