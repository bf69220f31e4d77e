"""Why a command was refused, in words.  Pure."""

import re
from collections.abc import Mapping
from typing import Any

from contracts import common
from contracts.catalogue import OWNERS

Told = Mapping[str, Any]
_WHAT_SEE_IS = re.compile(r" \(`see`\)|[;:] `see` [^.;]*")
"""What the contracts' sentences say to a program about the field `see`; people are shown the field itself."""


def command(value: Any, event: Told) -> str:
    """`start attempt` of `callback.start_attempt.v1`."""
    return f"the command {value.split('.')[1].replace('_', ' ')}" if value.count(".") == 2 else str(value)


def refusal(value: Any, event: Told) -> str:
    """The reason's sentence, where the contracts have one.  What it says of the field `see` is left out: that is shown."""
    owner = OWNERS.get(str(event.get("type")).partition(".")[0])
    reasons: Mapping[str, str] = {**common.REASONS, **(owner.words.REASONS if owner else {})}
    return _WHAT_SEE_IS.sub("", reasons.get(value, f"{value}."))


def refusal_sentence(event: Told) -> str:
    """Why a command was refused, and where to go instead."""
    return refusal(event.get("reason"), event) + (f" See {event['see']}." if event.get("see") else "")
