"""What a PromQL expression names: its metrics with the labels that they are asked for, and the labels that it groups by.

Enough of the language for our own rules and dashboards; whether an expression is well formed is promtool's business.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\[[^\]]*\]|#[^\n]*|[A-Za-z_:][\w:]*|\d[\w.]*|=~|!~|!=|\S')
_GROUPING = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_WORDS = frozenset({"and", "or", "unless", "offset", "bool", "inf", "nan"})
_AGGREGATORS = frozenset({"sum", "min", "max", "avg", "count", "topk", "bottomk", "quantile", "group", "stddev"})
_NO_METRIC = _GROUPING | _WORDS | _AGGREGATORS


class Selector(NamedTuple):
    metric: str
    labels: frozenset[str]
    """Those in its braces."""
    end: int
    """Where the name ends in the expression."""
    has_braces: bool


class Named(NamedTuple):
    selectors: tuple[Selector, ...]
    grouped: frozenset[str]
    """By, on, ignoring and the like."""


def named(expression: str) -> Named:
    tokens = list(_TOKEN.finditer(expression))
    words = [token.group() for token in tokens] + [""]
    selectors, grouped, places = [], set[str](), iter(range(len(tokens)))
    for at in places:
        word, following = words[at], words[at + 1]
        if word in _GROUPING and following == "(":
            grouped.update(name for name in _until(")", words, places) if _is_name(name))
        elif _is_name(word) and following != "(" and word not in _NO_METRIC:
            inside = list(_until("}", words, places)) if following == "{" else []
            selectors.append(Selector(word, frozenset(_asked(inside)), tokens[at].end(), bool(inside)))
    return Named(tuple(selectors), frozenset(grouped))


def narrowed(expression: str, matcher: str) -> str:
    """The same of fewer series: every metric is asked for this label too."""
    for found in reversed(named(expression).selectors):
        head, tail = expression[: found.end], expression[found.end :]
        expression = f"{head}{{{matcher}, {tail.lstrip()[1:]}" if found.has_braces else f"{head}{{{matcher}}}{tail}"
    return expression


def _is_name(word: str) -> bool:
    return word[:1].isalpha() or word[:1] in ("_", ":")


def _until(end: str, words: list[str], places: Iterator[int]) -> Iterator[str]:
    for at in places:
        if words[at] == end:
            return
        yield words[at]


def _asked(words: list[str]) -> Iterator[str]:
    """What stands before an operator."""
    return (name for name, operator in pairwise(words) if operator in ("=", "!=", "=~", "!~"))
