"""Files as they come: whatever a line looks like, the others are read, and it is told."""

import gzip
import os
from pathlib import Path

import pytest

from services.cli.replay.rows import BadFile, Broken, Row, open_table
from tests.cli.replay.support import plan, replayed, table_of, write


def read(directory: Path, text: str | bytes, encoding: str = "utf-8", **format: str) -> list[str]:
    """`2 A-1|坏了` for a row, `3 ! why` for a line that is none."""
    rows = table_of(write(directory, text, encoding=encoding), plan(format={"encoding": encoding} | format))
    return [f"{row.number} ! {row.why}" if isinstance(row, Broken) else f"{row.number} {'|'.join(row.cells.values())}" for row in rows]


QUOTES = "has a quotation mark that is not closed as it should be"

FILES = [
    ("plain", "单号,说明\nA-1,坏了\nA-2,x\n", ["2 A-1|坏了", "3 A-2|x"]),
    ("no end of line at the end", "单号,说明\nA-1,坏了", ["2 A-1|坏了"]),
    ("CRLF and a byte order mark", "\ufeff单号,说明\r\nA-1,坏了\r\n", ["2 A-1|坏了"]),
    ("CR alone", "单号,说明\rA-1,坏了\r", ["2 A-1|坏了"]),
    ("a quoted comma, mark and line end", '单号,说明\nA-1,"a, ""b""\nc"\nA-2,x\n', ['2 A-1|a, "b"\nc', "4 A-2|x"]),
    ("empty lines are no rows", "单号,说明\n\nA-1,x\n  \n", ["3 A-1|x"]),
    ("nothing but a header", "单号,说明\n", []),
    ("too few and too many columns", "单号,说明\nA-1\nA-2,x,y\nA-3,z\n",
     ["2 ! has 1 columns where the header has 2", "3 ! has 3 columns where the header has 2", "4 A-3|z"]),
    ("an open mark loses its own line only", '单号,说明\nA-1,"open\nA-2,x\nA-3,y\n', [f"2 ! {QUOTES}", "3 A-2|x", "4 A-3|y"]),
    ("two open marks", '单号,说明\nA-1,"open\nA-2,"open\nA-3,y\n', [f"2 ! {QUOTES}", f"3 ! {QUOTES}", "4 A-3|y"]),
    ("marks within a cell are letters", '单号,说明\nA-1,5" pipe\nA-2,6" pipe\nA-3,y\n', ['2 A-1|5" pipe', '3 A-2|6" pipe', "4 A-3|y"]),
    ("a semicolon and a bracket", "单号,说明\n[bold],{x}\n", ["2 [bold]|{x}"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rows"), [case[1:] for case in FILES], ids=[case[0] for case in FILES])
def test_rows_are_numbered_by_the_line_on_which_they_begin(text: str, rows: list[str], tmp_path: Path) -> None:
    assert read(tmp_path, text) == rows


def test_another_delimiter_and_encoding(tmp_path: Path) -> None:
    assert read(tmp_path, "单号;说明\nA-1;坏了,真的\n", "gb18030", delimiter=";") == ["2 A-1|坏了,真的"]


def test_a_line_of_another_encoding_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    bad = "单号,说明\nA-1,x\n".encode() + "A-2,坏了\n".encode("gb18030") + "A-3,好\n".encode()
    assert read(tmp_path, bad) == ["2 A-1|x", "3 ! is not utf-8", "4 A-3|好"]


def test_a_line_of_another_encoding_within_an_open_mark_is_told_too(tmp_path: Path) -> None:
    bad = '单号,说明\nA-1,"x\n'.encode() + "A-2,坏了\n".encode("gb18030") + "A-3,好\n".encode()
    assert read(tmp_path, bad) == [f"2 ! {QUOTES}", "3 ! is not utf-8", "4 A-3|好"]


def test_a_huge_cell_is_its_own_rows_trouble(tmp_path: Path) -> None:
    results = replayed(write(tmp_path, f"单号,说明\nA-1,{'长' * 20_000}\nA-2,{'长' * 20_001}\nA-3,{'长' * 2_000_000}\nA-4,x\n"), plan())
    assert [len(outcome.commands) for outcome in results] == [1, 0, 0, 1]
    assert "string should have at most 20000 characters" in results[1].findings[0].why.lower()
    assert results[2].findings[0].kind == "unreadable"


def test_thousands_of_bad_lines_are_each_told(tmp_path: Path) -> None:
    rows = read(tmp_path, "单号,说明\n".encode() + b'A,"\n\xff\n' * 5_000 + b"B,x\n")
    assert len(rows) == 10_001
    assert rows[-1] == "10002 B|x"


def test_a_gzipped_file_is_known_by_its_content(tmp_path: Path) -> None:
    file = write(tmp_path, gzip.compress("单号,说明\nA-1,坏了\n".encode()))
    assert table_of(file, plan()) == [Row(2, {"单号": "A-1", "说明": "坏了"})]


@pytest.mark.parametrize("damage", ["cut", "flipped", "checksum"])
def test_a_damaged_archive_gives_what_came_before_and_says_so(damage: str, tmp_path: Path) -> None:
    text = "单号,说明\n" + "".join(f"A-{n},{n * 7919 % 10007}-{n * 104729 % 1299709}\n" for n in range(5_000))
    data = bytearray(gzip.compress(text.encode()))
    if damage == "cut":
        del data[len(data) * 2 // 3 :]
    elif damage == "flipped":
        data[len(data) // 2 : len(data) // 2 + 8] = b"\xff" * 8
    else:
        data[-6] ^= 1
    *rows, last = table_of(write(tmp_path, bytes(data)), plan())
    assert isinstance(last, Broken) and "the archive is damaged or cut off" in last.why
    assert rows and isinstance(rows[0], Row)
    assert len(rows) <= 5_000 and (damage != "checksum" or len(rows) == 5_000)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\x1f\x8b", "line 1 cannot be read, nor can what follows: the archive is damaged or cut off"),
        ("单号,说明\n".encode("gb18030"), "line 1 is not utf-8"),
        ("单号,说明\n".encode("utf-16"), "line 1 is not utf-8"),
        (b'"a,b\n', "line 1 has a quotation mark"),
    ],
)
def test_a_file_without_a_readable_header_is_refused_in_a_sentence(content: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=said):
        table_of(write(tmp_path, content), plan())


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("单号,描述", "has no column '说明', which the mapping uses"),
        ("单号,说明,单号", "has the column '单号' twice"),
        ("单号;说明", "has no column"),
    ],
)
def test_a_header_that_does_not_fit_the_mapping_is_refused_before_anything_is_sent(header: str, said: str, tmp_path: Path) -> None:
    mapping = plan()
    with pytest.raises(BadFile, match=said), open_table(write(tmp_path, f"{header}\n"), mapping.format) as table:
        table.require(mapping.columns)


def test_columns_that_the_mapping_does_not_use_may_come_twice(tmp_path: Path) -> None:
    (outcome,) = replayed(write(tmp_path, "单号,备注,说明,备注\nA-1,x,坏了,y\n"), plan())
    assert outcome.commands and not outcome.findings


def test_a_line_that_is_too_long_is_told_so_and_lost_alone(tmp_path: Path) -> None:
    rows = read(tmp_path, f"单号,说明\nA-1,{'x' * 3_000_000}\nA-2,y\n")
    assert rows == ["2 ! is too long: a row has at most 1,000,000 characters", "3 A-2|y"]


def test_a_pipe_without_a_writer_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadFile, match="cannot be read: it is no regular file"):
        table_of(tmp_path / "pipe", plan())


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="only Linux has this file that opens and cannot be read")
def test_a_file_that_opens_and_cannot_be_read_is_said_so() -> None:
    with pytest.raises(BadFile, match="line 1 cannot be read, nor can what follows: "):
        table_of(Path("/proc/self/mem"), plan())


@pytest.mark.parametrize("make", [lambda place: place / "nothing.csv", lambda place: place])
def test_what_is_no_file_is_said_so(make: object, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read: "):
        table_of(make(tmp_path), plan())  # type: ignore[operator]
