"""What a run's facts add up to: pure figures, each defined once in the README beside this file."""

from services.backtest.report.comparison import Comparison, changes, compare
from services.backtest.report.report import Report
from services.backtest.report.summary import Summary

__all__ = ["Comparison", "Report", "Summary", "changes", "compare"]
