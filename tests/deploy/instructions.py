"""A Dockerfile taken apart as far as our tests look: its instructions, by stage."""

import json
from pathlib import Path
from typing import NamedTuple


class Instruction(NamedTuple):
    word: str
    rest: str
    """What follows on its lines, joined."""

    @property
    def exec_form(self) -> list[str]:
        """The arguments of `["…", "…"]`; raises ValueError for the shell form."""
        words: list[str] = json.loads(self.rest)
        return words


Stage = list[Instruction]


def stages(file: Path) -> list[Stage]:
    """One for each FROM, which is its first instruction."""
    found: list[Stage] = []
    lines = [line for line in file.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    for text in "\n".join(lines).replace("\\\n", " ").splitlines():
        word, _, rest = text.partition(" ")
        if word == "FROM":
            found.append([])
        found[-1].append(Instruction(word, rest.strip()))
    return found


def every(stage: Stage, word: str) -> list[Instruction]:
    return [one for one in stage if one.word == word]


def last(stage: Stage, word: str) -> Instruction:
    """The one that counts where the same may be said again."""
    return every(stage, word)[-1]


def environment(stage: Stage) -> dict[str, str]:
    return dict(pair.split("=", 1) for one in every(stage, "ENV") for pair in one.rest.split())
