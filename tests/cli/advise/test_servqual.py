"""§4.5: `redress advise servqual FILE`, and files as spreadsheets write them."""

import json
from pathlib import Path

import pytest

from services.cli import execute

HEADER = "dimension,item,expectation,perception,weight\n"
BOOK = """dimension,item,expectation,perception,weight
tangibles,设备,6,5.35,11
reliability,按时,6,4.90,32
responsiveness,[quick],6,5.17,22
assurance,polite,6,5.30,19
empathy,caring,6,4.99,16
"""


@pytest.fixture
def advised(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Writes the file, asks, and returns the exit code and what was said."""

    def ask(content: str | bytes, *options: str) -> tuple[int, str]:
        file = tmp_path / "问卷.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        code = execute(["advise", "servqual", str(file), *options])
        said = capsys.readouterr()
        return code, said.err or said.out

    return ask


def test_the_gaps_of_the_textbook_and_the_worst_dimension(advised):
    code, text = advised(BOOK)
    assert code == 0 and all(word in text for word in ("reliability 可靠性", "设备", "[quick]", "-0.0715", "┤"))
    assert "Sum of the dimensions -4.29, overall (their mean) -0.858, weighted -0.9007." in text
    assert "Worst: reliability 可靠性." in text


def test_json_tells_it_by_dimension_and_item(advised):
    found = json.loads(advised(BOOK, "--json")[1])
    assert (found["sum"], found["overall"], found["weighted"], found["worst"]) == (-4.29, -0.858, -0.9007, ["reliability"])
    assert found["dimensions"][0] == {
        "dimension": "tangibles", "gap": -0.65, "sum": -0.65, "weight": 11, "items": [{"item": "设备", "answers": 1, "gap": -0.65}],
    }  # fmt: skip


def test_bars_are_drawn_into_a_file(advised, tmp_path: Path):
    assert advised(BOOK, "--png", str(tmp_path / "gaps.png"))[0] == 0
    assert (tmp_path / "gaps.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "content",
    [
        BOOK.replace("\n", "\r\n"),
        "\ufeff" + BOOK,
        BOOK.replace("\n", "\r\n\r\n"),
        BOOK.replace("dimension,item", " Dimension ,ITEM"),
        BOOK.replace("tangibles,", "有形性,").replace("reliability,", "Reliability ,"),
        BOOK + "tangibles,设备,6,5.35,\n",
        BOOK.replace(",", ";").replace(".", ","),
        BOOK.replace(",", ";"),
        BOOK.replace(",", "\t"),
        BOOK.replace("5.35", '"5,35"'),
    ],
    ids=["CRLF", "a byte order mark", "empty lines", "capitals in the header", "Chinese dimensions", "a weight is stated once",
         "semicolons and decimal commas", "semicolons", "tabs", "a decimal comma in quotation marks"],
)  # fmt: skip
def test_a_spreadsheets_habits_change_nothing(advised, content: str):
    assert json.loads(advised(content, "--json")[1])["weighted"] == -0.9007


def test_neither_items_nor_weights_are_needed(advised):
    code, text = advised("perception,dimension,expectation\n3,empathy,5\n4,empathy,5\n")
    assert code == 0 and "overall (their mean) -1.5." in text and "weighted -" not in text and "row 3" in text
    assert "Nothing was asked of tangibles 有形性, reliability 可靠性, responsiveness 响应性, assurance 保证性" in text


def test_a_row_without_an_item_is_never_taken_for_one_that_is_called_like_it(advised):
    rows = ["empathy,,5,4", "empathy,row 2,5,1", "empathy,[row 2],5,3", "empathy,,5,3"]
    found = json.loads(advised("\n".join(["dimension,item,expectation,perception", *rows]), "--json")[1])
    assert [(each["item"], each["answers"], each["gap"]) for each in found["dimensions"][0]["items"]] == [
        ("[[row 2]]", 1, -1), ("row 2", 1, -4), ("[row 2]", 1, -2), ("row 5", 1, -2),
    ]  # fmt: skip


def test_a_survey_without_a_gap_is_drawn_too(advised):
    code, text = advised("dimension,expectation,perception\nempathy,5,5\n")
    assert code == 0 and "overall (their mean) +0" in text


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "is empty"),
        ("dimension,expectation\n", "no column perception"),
        (HEADER, "has no answers"),
        ("item,item,dimension,expectation,perception\n", "the column item twice"),
        (f"{HEADER}empathy,a,5,3,\nreliabilty,a,5,3,\n", "row 3: dimension 'reliabilty'"),
        (f"{HEADER},a,5,3,\n", "row 2: dimension ''"),
        (f"{HEADER}empathy,a,,3,\n", "row 2: expectation ''"),
        (f"{HEADER}empathy,a,5,nan,\n", "row 2: perception 'nan'"),
        (f"{HEADER}empathy,a,inf,3,\n", "row 2: expectation 'inf'"),
        ("dimension|expectation|perception\nempathy|5|3\n", "no column dimension, expectation, perception"),
        ("dimension;expectation\n", "no column dimension, expectation, perception"),
        ("dimension;expectation;perception\nempathy;5;1.234,5\n", "row 2: perception '1.234,5'"),
        (f'{HEADER}empathy,a,5,"1,234.5",\n', "row 2: perception '1,234.5'"),
        (f'{HEADER}empathy,a,5,"12,000",\n', "row 2: perception '12,000'"),
        (f"{HEADER}empathy,a,5,10.01,\n", "row 2: perception '10.01'"),
        (f"{HEADER}empathy,a,-1,3,\n", "row 2: expectation '-1'"),
        (f"{HEADER}empathy,a,5,3,heavy\n", "row 2: weight 'heavy'"),
        (f"{HEADER}empathy,a,5,3,101\n", "row 2: weight '101'"),
        (f"{HEADER}empathy,a,5,3,60\nempathy,b,5,3,40\n", "row 3: weight '40' is not the one that empathy has in row 2"),
        (f"{HEADER}empathy,a,5,3,100\nassurance,b,5,3,\n", "assurance has no weight"),
        (f"{HEADER}empathy,a,5,3,50\nassurance,b,5,3,49.5\n", "99.5 points together, not 100"),
        (f"{HEADER}empathy,a,5\n", "row 2: has 3 columns"),
        (f'{HEADER}empathy,"a,5,3,\n', "row 2: has a quotation mark"),
        (f"{HEADER}empathy,价,5,3,\n".encode("gb18030"), "row 2: is not utf-8"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_sentence_that_names_the_row(advised, content: str | bytes, named: str):
    code, said = advised(content)
    assert code == 2 and named in said and len(said.splitlines()) == 1 and "问卷.csv" in said


def test_a_file_that_is_not_there_is_one_sentence(capsys):
    assert execute(["advise", "servqual", "/no/such"]) == 2
    assert "/no/such cannot be read" in capsys.readouterr().err


def test_nor_is_a_directory_a_file_of_answers(tmp_path: Path, capsys):
    assert execute(["advise", "servqual", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert f"{tmp_path} cannot be read: it is no regular file" in said and "replay" not in said
