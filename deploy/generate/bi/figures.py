"""The semantic layer's definitions as a page, taken from the comments of its views: what a BI tool shows beside a view is what it says."""

import re
from collections.abc import Iterator
from pathlib import Path

COMMENT = re.compile(r"COMMENT ON VIEW (\w+) IS '((?:[^']|'')*)';")
LOADED = re.compile(r"^\.read (\w+\.sql)$", re.MULTILINE)
HEAD = """# Figures

Made of the comments in the SQL by `python -m deploy.generate`. Where `redress backtest` tells the same figure, it is the same, in the same
words ([its page](../../../services/backtest/report/README.md)). In all of them canaries' complaints are left out, a day is one in UTC, a
sum is in minor units and each currency stands for itself, and where there is nothing to reckon with a figure is NULL, never 0.

| view | is |
|---|---|
"""


def page(place: Path) -> str:
    """`place`: where the SQL is."""
    return HEAD + "".join(f"| `{name}` | {meaning} |\n" for name, meaning in definitions(place))


def definitions(place: Path) -> Iterator[tuple[str, str]]:
    for file in LOADED.findall((place / "load.sql").read_text("utf-8")):
        for name, meaning in COMMENT.findall((place / file).read_text("utf-8")):
            yield name, meaning.replace("''", "'")
