"""The tables of contracts/README.md, between `<!-- generated: name -->` and `<!-- end -->`; the text around them is written by hand."""

import re
from collections.abc import Callable, Iterable

from contracts import common
from contracts.catalogue import DAY_MS, OWNERS, TOPICS, Topic
from contracts.generate.words import Word, words

_BLOCK = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(text: str) -> str:
    """The README with every marked block written anew; a name that has no table is a KeyError."""
    return _BLOCK.sub(lambda block: f"{block[1]}\n{TABLES[block[2]]()}\n\n{block[3]}", text)


def topics() -> str:
    head = ("topic (after the prefix)", "written by", "key", "kept")
    return _table(head, ((f"`{each.name}`", each.writers, each.key, _kept(each)) for each in TOPICS.values()))


def hears() -> str:
    return _table(("service", "hears the events of"), ((owner.name, ", ".join(owner.hears)) for owner in OWNERS.values()))


def spoken() -> str:
    """Each service's commands and events with their meanings; those that all services share are left to the text."""
    return "\n\n".join(f"### {owner}\n\n{_words_of(owner)}" for owner in OWNERS)


def _words_of(owner: str) -> str:
    own = [word for word in words() if word.topic.owner == owner and word.model not in (common.Wake, common.CommandRefused)]
    return _table(("", "type", "meaning"), ((_kind(word), f"[`{word.name}`](schemas/{word.name}.json)", word.meaning) for word in own))


def refusals() -> str:
    told = [("every service", common.REASONS), *((owner.name, owner.words.REASONS) for owner in OWNERS.values())]
    return _table(
        ("service", "reason", "meaning"), ((who, f"`{code}`", meaning) for who, reasons in told for code, meaning in reasons.items())
    )


def dead_letters() -> str:
    return _table(("reason", "meaning"), ((f"`{code}`", meaning) for code, meaning in common.DEAD_REASONS.items()))


TABLES: dict[str, Callable[[], str]] = {
    "topics": topics,
    "hears": hears,
    "messages": spoken,
    "refusals": refusals,
    "dead-letters": dead_letters,
}


def _kind(word: Word) -> str:
    return word.topic.kind.removesuffix("s")


def _kept(topic: Topic) -> str:
    return "compacted" if topic.retention_ms is None else f"{topic.retention_ms // DAY_MS} days"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    cells = [tuple(head), *(tuple(row) for row in rows)]
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells]
    return "\n".join([lines[0], "|" + "---|" * len(cells[0]), *lines[1:]])
