"""Ids are derived (law 4): these vectors are published and hold for ever."""

import re
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest

import contracts
from contracts.ids import complaint_id, derived_id, message_id, reference_number

README = (Path(contracts.__file__).parent / "README.md").read_text("utf-8")
VECTORS = re.findall(r"^\| (complaint|message) \| `(.+?)` \| `(.+?)` \| `(.+?)` \|$", README, re.MULTILINE)


@pytest.mark.parametrize(("kind", "source", "name", "expected"), VECTORS)
def test_the_published_vectors_hold(kind: str, source: str, name: str, expected: str) -> None:
    assert {"complaint": complaint_id, "message": message_id}[kind](source, name) == expected


def test_the_readme_publishes_vectors_of_both_kinds_and_the_docstrings_the_same() -> None:
    assert {kind for kind, *_ in VECTORS} == {"complaint", "message"}
    assert "c402cbb8-ca3d-5e93-9479-eaa708f218ff" in (complaint_id.__doc__ or "")
    assert "d7d9d500-2c96-5fc7-b811-93735ab02d01" in (message_id.__doc__ or "")


ODD_SPELLINGS = (
    "{C402CBB8-CA3D-5E93-9479-EAA708F218FF}", "urn:uuid:c402cbb8-ca3d-5e93-9479-eaa708f218ff", "c402cbb8ca3d5e939479eaa708f218ff",
    "٣" * 32, "1_" * 16,
)  # fmt: skip


@pytest.mark.parametrize("id", ODD_SPELLINGS)
def test_only_the_usual_spelling_is_a_uuid_and_all_else_is_folded(id: str) -> None:
    """Other languages' parsers differ in what else they take: a sender could not foresee its command's id."""
    assert message_id("crm", id) == str(uuid5(uuid5(NAMESPACE_URL, "crm"), id))


def test_the_same_reference_of_two_sources_is_two_complaints() -> None:
    assert complaint_id("crm", "T-1") != complaint_id("web", "T-1")


def test_a_derived_id_is_the_uuid5_of_its_parts_as_json() -> None:
    assert derived_id("routing", 3) == str(uuid5(NAMESPACE_URL, '["routing", 3]'))
    assert derived_id("a", "b") != derived_id("ab") != derived_id("a", "b", 1)


def test_a_reference_number_is_twelve_symbols_and_a_check() -> None:
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-Z*~$=]", reference_number(complaint_id("crm", "T-1")))
