"""A complaint's events, found and put in order."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.ids import complaint_id, reference_number
from services.cli.errors import CommandError
from services.cli.show.story import is_about, story, wanted
from services.platform.kernel.record import Record
from tests.cli.show.support import COMPLAINT, CUSTOMER, REFERENCE, event, id_of, life, refusal, registered, routed

IN_ORDER = ["registered", "routed", "asked", "accepted", "resolved", "promised", "broken"]


def names(records: list[Record]) -> list[str]:
    by_id = {id_of(name): name for name in (*IN_ORDER, "refused-routing-9", "refused-intake-4", "merged", "a", "b")}
    return [by_id[told["id"]] for told in story(COMPLAINT, records).events]


@settings(deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(chance: random.Random) -> None:
    records = life() * 2
    chance.shuffle(records)
    assert names(records) == IN_ORDER


def test_at_one_instant_a_cause_comes_before_what_it_led_to() -> None:
    first = event("feedback.recovery_confirmed.v1", "a", 0, 5, round=1)
    then = event("callback.callback_cancelled.v1", "b", 7, 5, "a", round=1, callback="1-confirm", reason="closed")
    assert names([then, first]) == ["a", "b"]


def test_one_service_keeps_its_own_order_at_one_instant() -> None:
    first = event("routing.priority_changed.v1", "b", 3, 5, round=1, before=4, priority=3, reason="repeat", policy="p")
    then = event("routing.complaint_withdrawn.v1", "a", 4, 5, round=1, reason="changed_mind")
    assert names([then, first]) == ["b", "a"]


def test_where_files_were_linked_each_counts_for_itself() -> None:
    profile = {"customer": "another", "tier": "key", "is_vulnerable": False, "do_not_call": False}
    later = event("intake.customer_profile_changed.v1", "b", 0, 60, **profile)
    linked = event("intake.customers_linked.v1", "a", 7, 30, into="another", complaints=[COMPLAINT], command_id=id_of("link"))
    assert names([later, linked, registered()]) == ["registered", "a", "b"]


def test_a_services_own_order_holds_also_where_only_the_first_waits_for_its_cause() -> None:
    cause = event("feedback.recovery_confirmed.v1", "promised", 0, 5, round=1)
    first = event("routing.priority_changed.v1", "b", 3, 5, "promised", round=1, before=4, priority=3, reason="repeat", policy="p")
    then = event("routing.complaint_withdrawn.v1", "a", 4, 5, round=1, reason="changed_mind")
    assert names([then, first, cause]) == ["promised", "b", "a"]


def test_events_in_a_circle_are_shown_all_the_same() -> None:
    one = event("routing.complaint_withdrawn.v1", "a", 0, 5, "b", round=1, reason="x")
    other = event("callback.callback_cancelled.v1", "b", 0, 5, "a", round=1, callback="1-confirm", reason="x")
    assert sorted(names([one, other])) == ["a", "b"]


def test_events_of_other_complaints_and_broken_records_are_left_out() -> None:
    foreign = event("routing.complaint_withdrawn.v1", "b", 0, 5, complaint_id=complaint_id("crm", "T-2"), round=1, reason="x")
    broken = [registered()._replace(value=value) for value in (None, b"", b"{", b"[]", b'{"type": 7}', b"\xff")]
    assert names([foreign, registered(), *broken]) == ["registered"]


def test_refused_commands_are_part_of_the_story_also_where_only_the_reference_tells_which() -> None:
    pointing = refusal("intake", 4, complaint_id=None, see=REFERENCE, reason="already_registered")
    other = refusal("intake", 5, complaint_id=None, see="AAAA-AAAA-AAAA-A", reason="already_registered")
    assert names([registered(), refusal(), pointing, other]) == ["registered", "refused-intake-4", "refused-routing-9"]


def merged(into: str) -> Record:
    return event("intake.submission_merged.v1", "merged", 1, into=into, reference=reference_number(into))


def test_a_merged_submission_lives_on_elsewhere_until_it_is_registered_after_all() -> None:
    other = complaint_id("crm", "T-0")
    assert story(COMPLAINT, [merged(other)]).lives_on_in == other
    assert story(COMPLAINT, [merged(other), registered()]).lives_on_in is None
    assert story(COMPLAINT, [registered()]).lives_on_in is None


def test_the_customers_keys_are_known_from_any_event_the_old_one_of_a_linked_file_too() -> None:
    profile = {"customer": "another", "tier": "key", "is_vulnerable": False, "do_not_call": False}
    changed = event("intake.customer_profile_changed.v1", "a", 7, 9, **profile)
    assert story(COMPLAINT, [routed()]).customers == (CUSTOMER,)
    assert story(COMPLAINT, [routed(), changed]).customers == (CUSTOMER, "another")
    assert story(COMPLAINT, []).customers == ()


def test_the_linking_of_two_files_is_part_of_the_story_of_each_complaint_that_goes_over() -> None:
    def linked(name: str, complaint: str) -> Record:
        return event("intake.customers_linked.v1", name, 5, 5, into="another", complaints=[complaint], command_id=id_of("link"))

    assert names([registered(), linked("a", COMPLAINT), linked("b", complaint_id("crm", "T-2"))]) == ["registered", "a"]


ROUND = "00000000-0000-4000-8004-010040100401"                          # 0101-0101-0101-…: all to be mistaken


@pytest.mark.parametrize(
    "typed",
    [
        lambda number: number,
        lambda number: number.lower(),
        lambda number: number.replace("-", ""),
        lambda number: f"  {number.replace('-', ' ')} ",
        lambda number: number.replace("0", "o").replace("1", "l"),
        lambda number: number.replace("0", "O").replace("1", "I"),
    ],
)
@pytest.mark.parametrize("id", [COMPLAINT, ROUND])
def test_a_reference_is_read_however_it_was_typed(typed: Callable[[str], str], id: str) -> None:
    assert {"0", "1"} <= set(reference_number(ROUND))
    assert wanted(typed(reference_number(id))).is_met_by(id)


@settings(deadline=None)
@given(st.uuids())
def test_every_reference_leads_to_its_complaint(id: object) -> None:
    wish = wanted(reference_number(str(id)))
    assert wish.is_met_by(str(id))
    assert not wish.is_met_by(COMPLAINT) or str(id)[20:] == COMPLAINT[20:]


def test_an_id_is_read_in_either_case_and_is_exact() -> None:
    assert wanted(COMPLAINT.upper()).is_met_by(COMPLAINT)
    assert not wanted(COMPLAINT).is_met_by("0" + COMPLAINT[1:])


@pytest.mark.parametrize("typed", ["", "T-1", REFERENCE[:-1] + "0", "9" + REFERENCE[1:], REFERENCE[:-1], "投诉", "U" * 13, COMPLAINT[:-1]])
def test_what_is_neither_is_told_so_a_slip_of_the_pen_included(typed: str) -> None:
    with pytest.raises(CommandError, match="is neither a complaint's id nor a reference number"):
        wanted(typed)


@pytest.mark.parametrize(
    ("key", "value", "about"),
    [
        (COMPLAINT, b"{broken", True),
        ("else", f'{{"complaint_id": "{COMPLAINT}"}}'.encode(), True),
        ("else", f'{{"document": "{COMPLAINT}"}}'.encode(), True),
        ("T-1", b'{"source": "crm", "source_ref": "T-1", "channel": 7}', True),
        ("T-1", b'{"source": "crm", "source_ref": "T-2"}', False),
        ("T-1", b'{"source": ["crm"], "source_ref": 1}', False),
        ("else", None, False),
        ("else", b"\xff", False),
    ],
)
def test_a_dead_letter_is_about_the_complaint_that_it_names(key: str, value: bytes | None, about: bool) -> None:
    assert is_about(COMPLAINT, key.encode(), value) is about
