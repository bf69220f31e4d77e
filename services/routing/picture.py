"""The README's picture of the states and its table of what may happen in them, drawn from the transition table.

    python -m services.routing.picture        writes them into the README
"""

from collections.abc import Iterator
from pathlib import Path

from contracts.model import Command, Message
from services.platform.kernel.service import Woken
from services.routing.transitions import REGISTRATION, STAGES, TABLE

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- drawn from transitions.py: begin -->\n", "<!-- drawn from transitions.py: end -->\n"
NAMES: dict[type[Message | Woken], str] = {Woken: "time"}


def redrawn(readme: str) -> str:
    """The README with its drawn part as the table is now."""
    before, rest = readme.split(BEGIN)
    return before + BEGIN + "\n" + picture() + "\n" + table() + "\n" + END + rest.split(END)[1]


def picture() -> str:
    """Every way from one state to another and the event that says so."""
    lines = ["```mermaid", "stateDiagram-v2", *(f"    {arrow}" for arrow in dict.fromkeys(_arrows())), "```"]
    return "\n".join(lines) + "\n"


def _arrows() -> Iterator[str]:
    yield "[*] --> registered : ComplaintRegistered (heard)"
    yield "[*] --> merged : SubmissionMerged (heard)"
    yield "merged --> registered : ComplaintRegistered (heard)"
    yield from (f"registered --> {stage} : {event.__name__}" for stage, event in REGISTRATION.items())
    for cells in TABLE.values():
        for stage, cell in cells.items():
            if not isinstance(cell, str):
                yield from (f"{stage} --> {after} : {event.__name__}" for after, event in cell.items() if after != stage)
    yield "closed --> [*]"
    yield "withdrawn --> [*]"


def table() -> str:
    """What each command and each event heard does in each state: the states it may lead to, a refusal's reason code, or nothing."""
    rows = [["asked or heard", *STAGES], ["---"] * (len(STAGES) + 1)]
    rows += [[_name(cause), *(_cell(cells[stage], stage) for stage in STAGES)] for cause, cells in TABLE.items()]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _name(cause: type[Message | Woken]) -> str:
    name = NAMES.get(cause, cause.__name__)
    return f"`{name}`" if issubclass(cause, Command) else name


def _cell(cell: object, stage: str) -> str:
    if isinstance(cell, str):
        return f"_{cell}_"
    assert isinstance(cell, dict)
    return " or ".join(event.__name__ if after == stage else f"→ {after}" for after, event in cell.items()) or "-"


if __name__ == "__main__":
    README.write_text(redrawn(README.read_text(encoding="utf-8")), encoding="utf-8")
