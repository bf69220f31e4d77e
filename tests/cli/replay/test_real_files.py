"""The two real files against what is known of them."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from contracts.ids import complaint_id
from services.cli.replay.commands import Asked
from services.cli.replay.mapping import load_mapping
from tests.cli.replay.support import commands, findings, replayed

NYC, COMCAST = "nyc311_2018-10-21.csv.gz", "Comcast_telecom_complaints_data.csv.gz"


@pytest.fixture(scope="module")
def nyc(shared_data: Path) -> list[Asked]:
    results = replayed(shared_data / NYC, load_mapping("nyc311"))
    assert (len(results), findings(results)) == (6_765, [])
    return commands(results)


def of(asked: list[Asked], name: str) -> list[Any]:
    return [one.command for one in asked if one.name == name]


def test_every_row_of_the_city_is_a_complaint_and_every_closing_an_answer(nyc: list[Asked]) -> None:
    counts = Counter(one.name for one in nyc)
    assert counts == {"intake.SubmitComplaint": 6_765, "routing.AcceptWork": 2_441, "routing.ReportResolution": 2_441}
    assert len({one.id for one in nyc}) == len(nyc)


def test_the_citys_complaints_keep_type_place_and_time_and_name_nobody(nyc: list[Asked]) -> None:
    first = of(nyc, "intake.SubmitComplaint")[0]
    assert (first.source_ref, first.channel, first.complaint_type, first.descriptor) == (
        "40611598", "phone", "Derelict Vehicle", "With License Plate",
    )  # fmt: skip
    assert (first.region, first.place) == ("QUEENS", "73-42 68 AVENUE, MIDDLE VILLAGE, 11379")
    assert first.received_at.isoformat() == "2018-10-21T04:00:00+00:00"
    customers = [told.customer for told in of(nyc, "intake.SubmitComplaint")]
    assert not any(customer.id or customer.name or customer.phone or customer.email or customer.post for customer in customers)
    assert len({told.complaint_type for told in of(nyc, "intake.SubmitComplaint")}) == 116


def test_a_closing_is_reported_by_the_files_agency_on_its_own_work(nyc: list[Asked]) -> None:
    accepted, resolved = of(nyc, "routing.AcceptWork")[0], of(nyc, "routing.ReportResolution")[0]
    assert accepted.complaint_id == resolved.complaint_id == complaint_id("nyc311", "40611598")
    assert accepted.work == resolved.work == "1-nypd"
    assert (resolved.by.department, resolved.finding) == ("nypd", "upheld")
    assert Counter(told.work for told in of(nyc, "routing.ReportResolution"))["1-nypd"] == 2_121


def test_the_same_file_gives_the_same_bytes(nyc: list[Asked], shared_data: Path) -> None:
    again = commands(replayed(shared_data / NYC, load_mapping("nyc311")))
    assert [one.wire() for one in again] == [one.wire() for one in nyc]


def test_the_telecoms_ambiguous_dates_are_left_out_and_listed(shared_data: Path) -> None:
    results = replayed(shared_data / COMCAST, load_mapping("comcast"))
    told = of(commands(results), "intake.SubmitComplaint")
    assert len(told) == 2_224
    assert Counter(finding.kind for finding in findings(results)) == {"ambiguous": 609}
    assert sum(one.occurred_at is None for one in told) == 609
    listed = {finding.row for finding in findings(results)}
    assert listed == {outcome.row for outcome in results if outcome.commands[0].command.occurred_at is None}  # type: ignore[attr-defined]


def test_the_telecoms_channels_texts_and_odd_ticket_are_as_in_the_file(shared_data: Path) -> None:
    told = of(commands(replayed(shared_data / COMCAST, load_mapping("comcast"))), "intake.SubmitComplaint")
    assert Counter(one.channel for one in told) == {"phone": 1_119, "self_service": 1_105}
    (odd,) = [one for one in told if not one.source_ref.isdigit()]
    assert (odd.source_ref, odd.narrative) == ("comcas", "nd intrenal miscommunication")
    assert odd.occurred_at.isoformat() == "2015-05-01T01:55:33+00:00"
    assert all(one.narrative for one in told)
