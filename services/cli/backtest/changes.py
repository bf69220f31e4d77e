"""All complaints that would have ended otherwise, as a CSV file."""

import csv
from pathlib import Path

from services.backtest.report import Report, changes
from services.cli.backtest.comparison import COLUMNS, csv_rows
from services.cli.outputs import written


def write_changes(file: Path, one: Report, other: Report) -> None:
    """A line for each difference, in UTF-8; raises CommandError where it cannot be written."""
    with written(file, "--changes") as out:
        lines = csv.writer(out, lineterminator="\n")
        lines.writerow(COLUMNS)
        for change in changes(one, other):
            lines.writerows(csv_rows(change))
