"""What kind of matter it is: by the sender's own words and by the customer's, as rules say; the first rule that fits decides.

Keywords see words and not meanings: `not broken` has `broken` in it, and `没有破损` has `破损`.  Who writes rules leaves such a word
out, or puts what is meant otherwise into an earlier rule; nothing here guesses.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise, product
from typing import Annotated, NamedTuple
from unicodedata import combining, normalize

from pydantic import AfterValidator, Field, model_validator

from contracts.intake import Classes, SubmitComplaint
from contracts.model import Code, Label, Part

_SPACELESS = r"\u2e80-\u2fdf\u3005-\u3007\u3040-\u30fa\u30fc-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts that are written without blanks between words: Chinese, Japanese, Korean."""
_RUNS = re.compile(rf"[{_SPACELESS}]+|[^\W_{_SPACELESS}]+")
_IS_SPACELESS = re.compile(rf"[{_SPACELESS}]")
MOST_MARKS = 30
"""On one letter: more than any language writes (UAX #15, stream-safe text)."""
_MANY_SIGNS = re.compile(rf"[\W\uff9e\uff9f]{{{MOST_MARKS + 1},}}")
"""Combining marks may be among these, and so many of them among no others: U+FF9E and U+FF9F are marks that count as letters."""

Terms = tuple[str | None, ...]
"""Kind, type, descriptor, source and channel; upper or lower case is the same."""


def _as_spoken(keyword: str) -> str:
    if not in_words(keyword).strip():
        raise ValueError("a keyword has a letter or a digit")
    return keyword


Keyword = Annotated[Label, AfterValidator(_as_spoken)]


class ClassRule(Part):
    """The rule fits where each thing that it names is the submission's, and, if it names keywords, any of them is in the narrative."""

    kind: Label | None = None
    complaint_type: Label | None = None
    descriptor: Label | None = None
    source: Label | None = None
    channel: Code | None = None
    keywords: Annotated[tuple[Keyword, ...], Field(max_length=500)] = ()
    """In the customer's words: of English whole words, of Chinese any part."""
    classes: Classes

    @model_validator(mode="after")
    def _names_something(self) -> "ClassRule":
        if not any(self.terms) and not self.keywords:
            raise ValueError("a class rule names at least one of kind, complaint_type, descriptor, source, channel and keywords")
        return self

    @cached_property
    def terms(self) -> Terms:
        return _terms(self, self.source)

    @cached_property
    def spoken(self) -> tuple[str, ...]:
        return tuple(map(_sought, self.keywords))

    def asks(self, terms: Terms) -> bool:
        """Whether these are among those that it asks for."""
        return all(wanted in (None, told) for wanted, told in zip(self.terms, terms, strict=True))

    def is_said_in(self, words: str) -> bool:
        return any(word in words for word in self.spoken)

    def fits_whenever(self, other: "ClassRule") -> bool:
        """Whether it fits every submission that the other one fits."""
        if not self.asks(other.terms):
            return False
        return not self.keywords or (bool(other.keywords) and all(map(self.is_said_in, other.spoken)))


class Never(NamedTuple):
    """A rule that can never decide, and the earlier one that always does: their places in the table."""

    rule: int
    because_of: int


class ClassTable:
    """A long table costs no more than a short one, and the narrative is read only where no rule on the sender's words comes first."""

    def __init__(self, rules: Sequence[ClassRule]) -> None:
        self._rules = rules
        self._by_terms = {rule.terms: n for n, rule in reversed(list(enumerate(rules))) if not rule.keywords}
        self._with_keywords = [n for n, rule in enumerate(rules) if rule.keywords]
        self._by_anchor = defaultdict[str, list[tuple[int, str]]](list)
        for n in self._with_keywords:
            for word in rules[n].spoken:
                self._by_anchor[_anchor(word)].append((n, word))
        self._first_by_terms = lru_cache(maxsize=4096)(self._find_by_terms)
        """Senders say the same again and again."""

    def classes(self, command: SubmitComplaint, source: str | None) -> Classes:
        terms = _terms(command, source)
        n = self._first_by_terms(terms)
        if command.narrative and any(each < n for each in self._with_keywords[:1]):
            n = self._first_by_keywords(in_words(command.narrative), terms, n)
        return self._rules[n].classes if n < len(self._rules) else Classes()

    def never(self) -> Iterator[Never]:
        """The rules that an earlier one leaves nothing to decide."""
        for n, rule in enumerate(self._rules):
            by_terms = self._first_by_terms(rule.terms)
            known = (m for m in self._with_keywords if m < min(n, by_terms) and self._rules[m].fits_whenever(rule))
            earlier = next(known, by_terms)
            if earlier < n:
                yield Never(n, earlier)

    def _find_by_terms(self, terms: Terms) -> int:
        """The first rule without keywords that fits, else the number of rules."""
        known = self._by_terms
        fitting = [known[some] for some in product(*({term, None} for term in terms)) if some in known]
        return min(fitting, default=len(self._rules))

    def _first_by_keywords(self, narrative: str, terms: Terms, before: int) -> int:
        """The first rule with keywords that fits, if it comes before the one that was found."""
        sought = (each for anchor in _anchors(narrative) & self._by_anchor.keys() for each in self._by_anchor[anchor])
        heard = {n for n, word in sought if n < before and word in narrative}
        return min((n for n in heard if self._rules[n].asks(terms)), default=before)


def in_words(text: str) -> str:
    """The words with one blank before, between and behind; all Chinese without a blank or a sign in it is one word.

    Width and case do not matter; signs are left out.
    """
    return f" {' '.join(_RUNS.findall(normalize('NFKC', stream_safe(text)).casefold()))} "


def stream_safe(text: str) -> str:
    """Without the marks that are too many on one letter: to normalise n of them in a row takes n² steps."""
    return _MANY_SIGNS.sub(lambda signs: "".join(_few_marks(signs[0])), text)


def _few_marks(signs: str) -> Iterator[str]:
    marks = 0
    for sign in signs:
        marks = marks + 1 if combining(normalize("NFKD", sign)[0]) else 0
        if marks <= MOST_MARKS:
            yield sign


def _sought(keyword: str) -> str:
    """As it stands among words: a blank where a word must begin or end, none beside Chinese."""
    words = in_words(keyword).strip()
    before, behind = ("" if _IS_SPACELESS.match(sign) else " " for sign in (words[0], words[-1]))
    return f"{before}{words}{behind}"


def _anchor(sought: str) -> str:
    """What a narrative with this keyword in it has among its anchors: its first word or, of Chinese, its first two signs."""
    first = sought.split()[0]
    return first[:2] if _IS_SPACELESS.match(first) else first


def _anchors(words: str) -> set[str]:
    found = set(words.split())
    for run in [each for each in found if _IS_SPACELESS.match(each)]:
        found.update(run)
        found.update(map("".join, pairwise(run)))
    return found


def _terms(told: ClassRule | SubmitComplaint, source: str | None) -> Terms:
    return tuple(map(_plain, (told.kind, told.complaint_type, told.descriptor, source, told.channel)))


@lru_cache(maxsize=4096)
def _plain(word: str | None) -> str | None:
    return word and (word.strip().casefold() or None)
