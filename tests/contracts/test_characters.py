"""What a message may be written in: any script, and nothing that turns the reading order or, on one line, steers a terminal."""

import pytest
from pydantic import ValidationError

from contracts.intake import SubmitComplaint

ANYWHERE = ["\x00", "\x1b", "\x7f", "\u202a", "\u202e", "\u2066", "\u2069"]
IN_A_LABEL = ["\n", "\r", "\t", "\x80", "\x85", "\x9b", "\x9f", "\u2028", "\u2029"]
WELCOME = ["王秀英", "عميل", "नमस्ते", "👩🏽\u200d🔧", "naïve\u00a0€", "\u200f", "\u2027", "\u202f", "\u2065"]


def said(**fields: str) -> SubmitComplaint:
    return SubmitComplaint.model_validate({"source_ref": "T-1", "channel": "phone", **fields})


@pytest.mark.parametrize("sign", ANYWHERE)
@pytest.mark.parametrize("field", ["source_ref", "descriptor", "region", "narrative"])
def test_what_deceives_is_refused(field: str, sign: str):
    with pytest.raises(ValidationError, match="pattern"):
        said(**{field: f"a{sign}b"})


@pytest.mark.parametrize("sign", IN_A_LABEL)
def test_a_label_is_one_line_and_a_narrative_may_be_many_and_badly_decoded(sign: str):
    for field in ("source_ref", "descriptor", "region"):
        with pytest.raises(ValidationError, match="pattern"):
            said(**{field: f"a{sign}b"})
    assert said(narrative=f"a{sign}b").narrative == f"a{sign}b"


@pytest.mark.parametrize("words", WELCOME)
def test_every_script_is_welcome(words: str):
    assert said(descriptor=words, region=words, narrative=words).descriptor == words
