"""The page: whole, valid, and of nobody's data."""

import builtins
import errno
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from contracts.common import CommandRefused
from services.backtest.report import compare
from services.cli.backtest.headline import Source
from services.cli.backtest.page import Besides, page, write_page
from services.cli.errors import CommandError
from services.cli.outputs import written
from tests.cli.backtest_report.told import CITY, IT, SHOP, reports
from tests.core.backtest_report.history import facts_of_lives, heard, report_of

VOID = frozenset({"meta", "br", "hr", "img", "input", "link"})


class Checked(HTMLParser):
    """Elements that are closed in their order, once each id, and the text by element."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert self.open == [], f"not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        if data.strip():
            self.texts.append((self.open[-1] if self.open else "", data.strip()))


@pytest.fixture(scope="module")
def html() -> str:
    one, other = reports()
    return "".join(page(one.summary(), CITY, Besides(compare(one, other), SHOP)))


def test_it_is_valid_and_no_id_comes_twice(html):
    found = Checked(html)
    assert html.startswith("<!DOCTYPE html>") and len(found.ids) == len(set(found.ids)) > 0


def test_it_needs_nothing_from_outside_and_runs_nothing(html):
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)|<script|<link|<iframe|javascript:", html)
    used = {value[1:] for name, value in Checked(html).attributes if name == "href" and value}
    assert used <= set(Checked(html).ids)


def test_it_says_whose_report_it_is_of_which_time_and_what_is_a_fact(html):
    words = " ".join(text for _, text in Checked(html).texts)
    assert (
        "Backtest of 投诉 2026.csv under 城市热线" in words
        and "test/routing@1" in words
        and "2026-03-02 09:00 to 2026-03-02 11:46" in words
    )
    assert "A fact is an event" in words and "A figure is what this page counts" in words


def test_it_has_the_details_that_a_screen_leaves_out_and_the_comparison(html):
    titles = [text for element, text in Checked(html).texts if element in ("h2", "h3")]
    assert {"Clocks", "Each clock by department", "Remedies by cause", "Facts", "All figures", "Complaint by complaint"} <= set(titles)
    assert "1 of 2 complaints (50.0 %) would have ended otherwise under retail-cn instead of 城市热线." in titles


def test_it_has_all_refusals_and_no_extract_of_them():
    refused = CommandRefused(command_id=IT.id, command_type="routing.accept_work.v1", command_source="crm", reason="in_triage")
    titles = [text for element, text in Checked("".join(page(heard((0, refused)).summary(), CITY))).texts if element == "h3"]
    assert "Refusals" in titles and "Most refusals" not in titles


def test_it_reads_in_light_and_in_dark(html):
    assert "color-scheme: light dark" in html and "currentColor" in html
    assert not re.search(r"(?<!-)(color|background|fill): ?(#000|#fff|black|white)", html)


def test_charts_are_in_it_and_the_same_each_time(html):
    assert html.count("<svg") == html.count("</svg>") >= 4 and "<text" in html
    one, other = reports()
    assert "".join(page(one.summary(), CITY, Besides(compare(one, other), SHOP))) == html


def test_without_matplotlib_it_says_how_to_get_charts(monkeypatch):
    known = builtins.__import__

    def refusing(name, *rest, **more):
        if name.partition(".")[0] == "matplotlib":
            raise ImportError(name)
        return known(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refusing)
    html = "".join(page(reports()[0].summary(), CITY))
    assert "<svg" not in html and "pip install '.[plots]'" in " ".join(text for _, text in Checked(html).texts)


def test_names_from_outside_are_text_and_nothing_else():
    one, other = reports()
    besides = Besides(compare(one, other), Source("<b>", "x"))
    html = "".join(page(one.summary(), Source("<script>alert(1)</script>", 'a"b<i>.csv'), besides))
    assert not re.search("<script>|<i>|<b>", html) and html.count("&lt;b&gt;") > 3
    assert Checked(html).texts[0] == ("title", 'Backtest of a"b<i>.csv under <script>alert(1)</script>')


def test_no_customer_is_in_it():
    """No key, no reference of theirs, no complaint by its id: figures only."""
    facts = facts_of_lives("demo", 1.0)
    html = "".join(page(report_of(facts).summary(), CITY))
    keys = {getattr(fact.message, name, None) for fact in facts for name in ("customer", "complaint_id", "reference", "source_ref")}
    assert len(keys) > 50 and not [key for key in keys if key and key in html]


def test_it_is_written_whole(tmp_path: Path):
    write_page(tmp_path / "report.html", reports()[0].summary(), CITY)
    assert (tmp_path / "report.html").read_text(encoding="utf-8").endswith("</html>\n")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_what_fails_half_way_leaves_what_was_there_and_nothing_else(tmp_path: Path):
    file = tmp_path / "report.html"
    file.write_text("as it was")
    with pytest.raises(CommandError, match=r"--html: .* cannot be written: no space left on device"), written(file, "--html") as out:
        out.write("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert file.read_text() == "as it was" and list(tmp_path.iterdir()) == [file]


def test_a_page_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path):
    with pytest.raises(CommandError, match=r"--html: .* cannot be written: no such file or directory"):
        write_page(tmp_path / "nowhere" / "report.html", reports()[0].summary(), CITY)
