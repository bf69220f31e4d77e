"""Our own way to copy a model leaves nothing out that pydantic's does."""

import pytest
from pydantic import BaseModel

from contracts.model import Money, Staff

CLERK = Staff(staff="s1", role="agent")
SLOTS = ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")


@pytest.mark.parametrize("changes", [None, {}, {"role": "head"}, {"department": "quality"}, {"department": None}])
def test_a_copy_is_in_all_that_pydantic_keeps_as_pydantics_own(changes):
    ours, theirs = CLERK.model_copy(update=changes), BaseModel.model_copy(CLERK, update=changes)
    assert ours == theirs
    assert [getattr(ours, slot) for slot in SLOTS] == [getattr(theirs, slot) for slot in SLOTS]
    assert ours.model_dump(exclude_unset=True) == theirs.model_dump(exclude_unset=True)


def test_a_copy_shares_nothing_that_can_be_changed_and_is_frozen_too():
    copy = CLERK.model_copy(update={"role": "head"})
    assert (CLERK.role, CLERK.model_fields_set) == ("agent", {"staff", "role"})
    assert copy.model_fields_set is not CLERK.model_fields_set
    with pytest.raises(ValueError, match="frozen"):
        copy.role = "agent"


def test_a_deep_copy_is_pydantics():
    assert Money(amount_minor=1, currency="CNY").model_copy(deep=True) == Money(amount_minor=1, currency="CNY")
