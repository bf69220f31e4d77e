"""§1.11: a reference number leads to its complaint however it is read out or typed, and a slip of it to none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import complaint_id, reference_number
from services.intake.references import complaint_alias, reference_alias

ID = complaint_id("crm", "T-1")
ALIAS = "ref:8YFAMW4F467ZD"


@pytest.mark.parametrize(
    "typed",
    [
        "8YFA-MW4F-467Z-D", "8yfamw4f467zd", " 8YFA MW4F 467Z D ", "8YFA–MW4F—467Z－D", "８ＹＦＡ－ＭＷ４Ｆ－４６７Ｚ－Ｄ",
        "8-Y-F-A-M-W-4-F-4-6-7-Z-D",
    ],
)
def test_case_width_blanks_and_hyphens_do_not_matter(typed: str):
    assert reference_alias(typed) == complaint_alias(ID) == ALIAS


@pytest.mark.parametrize(
    "typed",
    [
        "", "-", "8YFA-MW4F-467Z", "8YFA-MW4F-467Z-E", "8YFA-MW4F-476Z-D", "8YFA-MW4F-467Z-DD", "8YFA-MW4U-467Z-D", "投诉",
        "8YFA.MW4F.467Z.D",
    ],
)
def test_what_is_none_or_has_a_wrong_check_symbol_leads_nowhere(typed: str):
    assert reference_alias(typed) is None


@given(st.uuids(), st.randoms(use_true_random=False))
def test_every_number_is_found_also_where_one_and_nought_are_read_as_letters(id: object, chance: object):
    typed = "".join(_misread(sign, chance) for sign in reference_number(str(id)))
    assert reference_alias(typed) == complaint_alias(str(id))


def _misread(sign: str, chance: object) -> str:
    return chance.choice({"1": "1IiLl", "0": "0Oo"}.get(sign, sign + sign.lower()))     # type: ignore[attr-defined]


@given(st.text(max_size=20))
def test_nothing_that_can_be_typed_is_an_error(typed: str):
    assert reference_alias(typed) is None or len(reference_alias(typed) or "") == 17
