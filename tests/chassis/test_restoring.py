"""A state that we wrote comes back as pydantic would read it, and what we did not write is left to pydantic."""

import pytest
from pydantic import BaseModel, ValidationError, field_serializer
from pydantic_core import from_json, to_json

from services.platform.chassis.policies import load
from services.platform.chassis.restoring import reader, restored
from services.platform.chassis.rows import pack_state
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice
from services.routing.state import Complaint
from tests.core.test_lives import SERVICES, hour, resolve, submit

BY_US = ("routing", "callback", "feedback")


def lived() -> list[BaseModel]:
    """The states of all services, hour by hour, while a complaint is worked on, late, answered and asked about."""
    run, found = Run(Practice(service, load("default", service)) for service in SERVICES), []
    submit(run, hour(0))
    resolve(run, hour(200))
    for hours in range(0, 600, 12):
        run.until(hour(hours))
        found += [each.state for shelf in run.shelves.values() for each in shelf.documents.values() if each.state is not None]
    return found


def test_each_state_of_a_life_comes_back_as_pydantic_reads_it() -> None:
    for state in lived():
        for text in (pack_state(state), state.model_dump_json()):
            back = restored(type(state), text)
            assert back == state
            assert repr(back) == repr(type(state).model_validate_json(text))
            assert pack_state(back) == pack_state(state)


@pytest.mark.parametrize("service", [service for service in SERVICES if service.name in BY_US], ids=BY_US)
def test_a_complaint_is_read_by_us(service: object) -> None:
    assert reader(service.state) is not None


@pytest.mark.parametrize(
    "change", [{"unknown": 1}, {"complaint_id": ...}, {"clocks": "none"}, {"clocks": [1]}, {"clocks": [{}]}, {"registered_at": "then"}],
    ids=["a field too many", "one too few", "no list", "no clocks", "an empty clock", "no instant"],
)  # fmt: skip
def test_what_has_another_shape_is_refused_by_pydantic(change: dict[str, object]) -> None:
    state = next(state for state in lived() if type(state) is Complaint)
    told = from_json(pack_state(state)) | change
    text = to_json({name: value for name, value in told.items() if value is not ...}).decode()
    with pytest.raises(ValidationError):
        restored(Complaint, text)


def test_what_is_no_object_is_refused_by_pydantic() -> None:
    for text in ("[]", "1", "null", "{"):
        with pytest.raises(ValidationError):
            restored(Complaint, text)


def test_a_model_that_says_itself_how_it_is_written_is_left_to_pydantic() -> None:
    class Doubled(BaseModel):
        number: int

        @field_serializer("number")
        def written(self, number: int) -> str:
            return str(number)

    assert reader(Doubled) is None
    assert restored(Doubled, Doubled(number=2).model_dump_json()) == Doubled(number=2)
