"""§2.7: the window for reopening is at least the callback's time and its survey's; a set whose survey outlives it is refused."""

from itertools import product
from pathlib import Path

import pytest

from services import callback, feedback, routing
from services.platform.chassis.policies import load
from tests.cli.policy.sets import altered, checked, fields

SETS = ("default", "demo", "telecom", "city", "retail-cn", "bank")
PLACE = "routing.yaml: reopening.window_seconds"


def with_slack(tmp_path: Path, name: str, slack: int) -> Path:
    """The shipped set, with a window of what its callback and its survey may take and `slack` seconds more."""
    calls, survey = load(name, callback.SERVICE).abandon_after_seconds, load(name, feedback.SERVICE).expires_after_seconds
    window = load(name, routing.SERVICE).reopening.window_seconds
    return altered(tmp_path, ("routing", f"{{window_seconds: {window},", f"{{window_seconds: {calls + survey + slack},"), of=name)


@pytest.mark.parametrize(("name", "slack"), [*product(SETS, (0, -1))])
def test_a_survey_may_end_with_the_window_and_not_a_second_later(tmp_path: Path, name: str, slack: int) -> None:
    place = with_slack(tmp_path, name, slack)
    _, _, faults = checked(place)
    assert (PLACE in fields(faults, place)) is (slack < 0)


@pytest.mark.parametrize(
    ("file", "field"), [("feedback", "expires_after_seconds: 1209600"), ("callback", "\nabandon_after_seconds: 518400")]
)
def test_whichever_of_the_two_is_made_longer_the_window_is_refused(tmp_path: Path, file: str, field: str) -> None:
    """Their sum is a day less than the default set's window: two days more are too many, one is not."""
    name, seconds = field.split(": ")
    for days, is_refused in ((1, False), (2, True)):
        place = altered(tmp_path / str(days), (file, field, f"{name}: {int(seconds) + days * 86_400}"), of="default")
        assert (PLACE in fields(checked(place)[2], place)) is is_refused


def test_all_three_places_are_named_and_no_span_is_rounded(tmp_path: Path) -> None:
    (fault,) = checked(place := with_slack(tmp_path, "default", -1)).faults
    assert fault == (
        f"{place}/{PLACE}: 19 d 23 h 59 min 59 s end before the last answer can come: a callback is given up after 6 d (callback.yaml:"
        " abandon_after_seconds), and its survey expires 14 d later (feedback.yaml: expires_after_seconds); make it at least 1728000, or"
        " those shorter."
    )
