"""The tables of contracts/README.md, between `<!-- generated: name -->` and `<!-- end -->`; the text around them is written by hand."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from contracts import common
from contracts.access import PRINCIPALS, Principal, Right
from contracts.catalogue import DAY_MS, OWNERS, TOPICS, Topic
from contracts.generate.words import Word, words

_BLOCK = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(text: str) -> str:
    """The README with every marked block written anew; a name that has no table is a KeyError."""
    return _BLOCK.sub(lambda block: f"{block[1]}\n{TABLES[block[2]]()}\n\n{block[3]}", text)


def topics() -> str:
    head = ("topic (after the prefix)", "written by", "key", "kept")
    return _table(head, ((f"`{each.name}`", ", ".join(each.writers), each.key, _kept(each)) for each in TOPICS.values()))


def access() -> str:
    head = ("name", "who", "writes", "reads", "besides")
    return _table(head, (_access(each) for each in PRINCIPALS.values()))


def _access(of: Principal) -> tuple[str, ...]:
    return f"`{of.name}`", of.purpose, _by_kind(of.writes), _by_kind(of.reads), "; ".join(_besides([*of.groups, *of.describes]))


def _by_kind(names: Iterable[str]) -> str:
    """`commands`, `events` of intake; `dossiers` of all."""
    owners, kinds = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for topic in map(TOPICS.__getitem__, names):
        owners[topic.kind].append(topic.owner)
    for kind, of in owners.items():
        kinds["all" if len(of) == len(OWNERS) else ", ".join(of)].append(f"`{kind}`")
    return "; ".join(f"{', '.join(told)} of {of}" for of, told in kinds.items())


def _besides(rights: Iterable[Right]) -> Iterator[str]:
    """What is granted on groups, and on topics beside reading and writing: `Read` on the group `routing`."""
    names = defaultdict[tuple[str, str], list[str]](list)
    for right in rights:
        names[right.operation, right.on].append(f"{right.name}…" if right.is_beginning else right.name)
    for (operation, on), found in names.items():
        if on == "group":
            yield f"`{operation}` on the group{'s' if len(found) > 1 else ''} " + ", ".join(f"`{name}`" for name in found)
        else:
            yield f"`{operation}` on {_by_kind(found)}"


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
    "access": access,
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
