"""A policy that cannot work is refused with a sentence that says why; those shipped work."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.callback import SERVICE
from services.callback.policy import CallbackPolicy
from services.platform.chassis.policies import load
from tests.core.callback.desk import promised

REACHED = {"reached": {"reaches": True}}
OWN = ("lost", "erased", "do_not_call", "no_phone", "attempts_used_up", "time_up")


@pytest.mark.parametrize("said, why", [
    ({"earliest_after_seconds": 200, "latest_after_seconds": 100}, "lies before earliest_after_seconds"),
    ({"latest_after_seconds": 6 * 86400}, "must be beyond latest_after_seconds"),
    ({"lease_seconds": 28801}, "lease_seconds is longer than allowed_seconds"),
    ({"outcomes": {}}, "no outcome has `reaches: true`"),
    ({"outcomes": {"busy": {"pauses_seconds": [60]}}}, "no outcome has `reaches: true`"),
    *(({"outcomes": REACHED | {word: {}}}, f"`{word}` is a word of callback's own and cannot be an outcome") for word in OWN),
    ({"outcomes": {"reached": {"reaches": True, "pauses_seconds": [60]}}}, "give it no pauses_seconds"),
    ({"outcomes": REACHED | {"busy": {"pauses_seconds": [60, 30]}}}, "ascending order"),
    ({"outcomes": REACHED | {"busy": {"pauses_seconds": [0]}}}, "greater than or equal to 1"),
    ({"outcomes": REACHED | {"Not A Code": {}}}, "pattern"),
    ({"lateness": {"compensation": {"amount_minor": 1000, "currency": "usd"}}}, "pattern"),
    ({"lateness": {"compensation": {"amount_minor": -1, "currency": "USD"}}}, "greater than or equal to 0"),
    ({"lateness": {"tolerance_seconds": 0}}, "greater than or equal to 1"),
    ({"max_attempts": 0}, "greater than or equal to 1"),
    ({"lease_seconds": 0}, "greater than or equal to 1"),
    ({"allowed_seconds": 0}, "greater than or equal to 1"),
    ({"again_seconds": 0}, "greater than or equal to 1"),
    ({"settle_seconds": -1}, "greater than or equal to 0"),
    ({"max_attemps": 3}, "not permitted"),
])  # fmt: skip
def test_what_cannot_work_is_refused(said: dict[str, Any], why: str):
    with pytest.raises(ValidationError, match=why):
        CallbackPolicy.model_validate(said)


def test_the_default_set_writes_out_the_defaults():
    shipped = load("default", SERVICE)
    assert shipped.model_copy(update={"reference": CallbackPolicy().reference}) == CallbackPolicy()


def test_with_the_demos_numbers_a_callback_that_nobody_takes_is_over_within_half_a_minute():
    policy = load("demo", SERVICE)
    assert policy.abandon_after_seconds <= 30
    assert promised(policy).to_the_end().told[-1] == "Abandoned"
