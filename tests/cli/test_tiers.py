"""`redress tiers`: §1.9 on a file as a spreadsheet writes it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from contracts.ids import derived_id
from services.cli import execute, tiers

HUNDRED = "customer,contribution\n" + "".join(f"C-{n},{n}\n" for n in range(1, 101))


class Outbox:
    def __init__(self) -> None:
        self.posted: list[tuple[str, str, str | None, str, str]] = []

    async def post(self, service: str, command: Any, *, id: str, source: str, key: str) -> Any:
        self.posted.append((service, command.customer.id, command.tier, id, key))
        assert id == command.request

        async def acknowledged() -> None:
            return None

        return acknowledged()


@pytest.fixture
def outbox(monkeypatch: pytest.MonkeyPatch) -> Outbox:
    sent = Outbox()

    @asynccontextmanager
    async def opened(settings: object) -> AsyncIterator[Outbox]:
        yield sent

    async def there(settings: object, services: object) -> None:
        return None

    monkeypatch.setattr(tiers, "open_sender", opened)
    monkeypatch.setattr(tiers, "require_topics", there)
    return sent


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(content: str | bytes) -> str:
        file = tmp_path / "customers.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(file)

    return write


def test_a_table_tells_how_many_are_in_each_tier_and_what_they_really_bring(written: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["tiers", written(HUNDRED)]) == 0
    told = capsys.readouterr().out
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in told.splitlines() if line.startswith("│")]
    assert rows == [
        ["key 关键", "5", "5.0 %", "490", "9.7 %"],
        ["suitable 合适", "15", "15.0 %", "1,320", "26.1 %"],
        ["general 一般", "80", "80.0 %", "3,240", "64.2 %"],
    ]
    assert "One key customer carries 2.42 general ones." in told


@pytest.mark.parametrize(
    "content",
    [
        "customer,contribution\na,1234.5\nb,-3\n王,0\n",
        b"\xef\xbb\xbf" + "Customer;Contribution\r\na;1.234,50\r\nb;-3\r\n王;0\r\n;\r\n".encode(),
        'contribution,name,customer\n"1,234.50",x,a\n-3,y,b\n0,z,王\n',
        "customer\tcontribution\na\t1 234,50\nb\t−3\n王\t0,00\n",
        "customer;contribution\na;1234.5\nb;-3\n王;0\n",
    ],
)
def test_a_spreadsheets_way_of_writing_does_not_matter(written: Any, capsys: pytest.CaptureFixture[str], content: str | bytes) -> None:
    assert execute(["tiers", written(content), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["customers"] == {"a": "key", "b": "general", "王": "general"}
    assert [(each["tier"], each["customers"], each["contribution"]) for each in told["tiers"]] == [
        ("key", 1, 1234.5), ("suitable", 0, 0.0), ("general", 2, -3.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("customer,contribution\na,1\nb,many\n", "row 3: contribution 'many' is not a number."),
        ("customer,contribution\na,1\nb\n", "row 3: has 1 columns where the header has 2."),
        ("customer,contribution\na,1\n,2\n", "row 3: customer '' is nobody's id."),
        ("customer,contribution\nn/a,1\n", "row 2: customer 'n/a' is nobody's id."),
        ("customer,contribution\na,1\nb,2\na,3\n", "row 4: customer 'a' is in row 2 already."),
        ("customer,contribution\na,1e9\n", "row 2: contribution '1e9' is not a number."),
        ("customer,contribution\na,nan\n", "row 2: contribution 'nan' is not a number."),
        ('customer,contribution\na,"1,23"\n', "row 2: contribution '1,23' is not a number."),
        ("customer;contribution\na;1,234\nb;3\n", "row 2: contribution '1,234' may be read in two ways: write it without a sign between"),
        ("customer;contribution\na;1.5\nb;1.234,5\n", "row 2: contribution '1.5' is written otherwise than others."),
        ("customer,amount\na,1\n", "has no columns customer and contribution in its first line"),
        ("customer,contribution,Customer\na,1,b\n", "has the column customer twice."),
        ("customer,contribution\n", "names no customer."),
        ("", "is empty."),
        (b"customer,contribution\n\xff,1\n", "row 2: is not utf-8."),
    ],
)
def test_a_file_that_cannot_be_ranked_is_one_sentence_that_names_the_row(
    written: Any, capsys: pytest.CaptureFixture[str], content: str | bytes, sentence: str
) -> None:
    file = written(content)
    assert execute(["tiers", file]) == 2
    said = capsys.readouterr()
    assert len(said.err.splitlines()) == 1 and file in said.err and sentence in said.err and not said.out


def test_sending_tells_intake_each_customers_tier_and_again_the_same(
    written: Any, outbox: Outbox, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written("customer,contribution\na,9\nb,1\n王,1\n")
    assert execute(["tiers", file, "--send"]) == 0
    assert "3 profiles sent." in capsys.readouterr().out
    assert [each[:3] for each in outbox.posted] == [("intake", "a", "key"), ("intake", "b", "general"), ("intake", "王", "general")]
    assert outbox.posted[0][4] == derived_id("key", "tiers", "a")
    first, outbox.posted = outbox.posted, []
    assert execute(["tiers", file, "--send", "--json"]) == 0 and outbox.posted == first
    json.loads(capsys.readouterr().out)
    outbox.posted = []
    assert execute(["tiers", written("customer,contribution\na,9\nb,2\n王,1\n"), "--send"]) == 0
    assert {each[3] for each in outbox.posted}.isdisjoint(each[3] for each in first)


def test_more_customers_than_are_on_their_way_at_once_are_all_told(written: Any, outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "IN_FLIGHT", 7)
    assert execute(["tiers", written(HUNDRED), "--send"]) == 0
    assert [each[1] for each in outbox.posted] == [f"C-{n}" for n in range(1, 101)]
