"""Our own ways to copy and to make a model leave nothing out that pydantic's do."""

import pickle

import pytest
from pydantic import BaseModel

from contracts.model import Money, Staff, made

CLERK = Staff(staff="s1", role="agent")
SLOTS = ("__dict__", "__pydantic_extra__", "__pydantic_private__")


@pytest.mark.parametrize("changes", [None, {}, {"role": "head"}, {"department": "quality"}, {"department": None}])
def test_a_copy_is_in_all_that_pydantic_keeps_as_pydantics_own(changes):
    ours, theirs = CLERK.model_copy(update=changes), BaseModel.model_copy(CLERK, update=changes)
    assert ours == theirs
    assert [getattr(ours, slot) for slot in SLOTS] == [getattr(theirs, slot) for slot in SLOTS]
    assert ours.model_dump_json() == theirs.model_dump_json()


def test_a_copy_leaves_its_original_alone_and_is_frozen_too():
    copy = CLERK.model_copy(update={"role": "head", "department": "quality"})
    assert Staff(staff="s1", role="agent") == CLERK
    assert copy.model_fields_set == CLERK.model_fields_set == {"staff", "role"}, "what is set is as before: nobody asks for it"
    with pytest.raises(ValueError, match="frozen"):
        copy.role = "agent"


def test_a_deep_copy_is_pydantics():
    assert Money(amount_minor=1, currency="CNY").model_copy(deep=True) == Money(amount_minor=1, currency="CNY")


def test_what_is_made_is_in_all_that_pydantic_keeps_as_what_is_checked():
    ours, theirs = made(Staff, role="agent", staff="s1"), CLERK
    assert ours == theirs and hash(ours) == hash(theirs)
    assert list(ours.__dict__) == list(theirs.__dict__), "fields are written in the order of the class"
    assert [getattr(ours, slot) for slot in SLOTS] == [getattr(theirs, slot) for slot in SLOTS]
    assert ours.model_dump_json() == theirs.model_dump_json()
    assert pickle.loads(pickle.dumps(ours)) == theirs
    with pytest.raises(ValueError, match="frozen"):
        ours.role = "head"
