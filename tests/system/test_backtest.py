"""A history through the real stack and through a backtest: what no race between topics can change comes out byte for byte the same."""

import asyncio
import csv
import gzip
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from contracts.catalogue import OWNERS, PARTITIONS
from services.backtest.command import Timed
from services.backtest.engine import Backtest
from services.cli import execute
from services.cli.backtest import history
from services.cli.registry import find_service
from services.platform.chassis.policies import practice
from services.platform.chassis.settings import Settings
from services.platform.chassis.store import Store
from services.platform.kernel.document import Document
from services.platform.kernel.service import Practice
from tests.cli.replay.policy_from_nyc import FILE, learn, routing_rules
from tests.conftest import SHARED_DATA
from tests.system.again import Name, Races, by_document
from tests.system.deployment import EVENTS, LOGS, Deployment, deploy, until, variables
from tests.system.hurried import change, hurry, policy

pytestmark = pytest.mark.system
COMPLAINTS, HASTY, CITY_ROWS = 50, 10, 150
QUIET = timedelta(seconds=6)
"""After the last command: until then works break their acceptance, complaints their first answer, and calls fall due and are missed."""
STEPS = (
    (("opened",),),
    (("accepted", "progress", "paused", "resumed", "resolved"),),
    (("called", "unsolved"), ("called", "busy"), ("called", "solved"), ("chased",), ("heard",)),
    (("reopened", "accepted", "resolved", "withdrawn"),),
)
"""Of each one or the other, of one service each.  Between two steps the services come to rest, so that all is heard before the next."""
MAPPING = Path(__file__).with_name("journal.yaml")


def test_what_the_services_say_of_a_history_a_backtest_says_again(stack, prefix, tmp_path, monkeypatch):
    policies = write_policies(tmp_path / "set")
    with deploy(stack, prefix, REDRESS_POLICIES=str(policies)) as deployment:
        for name, said in variables(deployment.settings).items():
            monkeypatch.setenv(name, said)
        for file, mapping in histories(tmp_path):
            assert execute(["replay", str(file), "--mapping", mapping]) == 0
            asyncio.run(deployment.settled())
        settings = deployment.settings.model_copy(update={"policies": str(policies)})
        practices = {name: practice(find_service(name, settings), settings) for name in OWNERS}
        end = asyncio.run(at_rest(deployment, practices))
        commands = taken(settings)
        virtual = [(fact.service, fact.value) for fact in Backtest(practices.values()).play(commands, end)]
        records = asyncio.run(deployment.records(*history.COMMANDS, *EVENTS))
        said = [(record.topic.partition(".")[0], record.value or b"") for record in records if record.topic in EVENTS]
        live = by_document(said, end)
        races = Races(live, by_document(virtual, end), end, practices, records)
        left, faults = races.explain(commands, asyncio.run(stored(settings, practices, races.differing)))
    compared = {name: facts for name, facts in live.items() if name not in races.differing}
    tell(
        f"{sum(map(len, compared.values())):,} facts of {len(compared):,} documents are the same, byte for byte; left out are {len(left)}:",
        *(f"{' '.join(each.name)}: {each.facts} facts, for it {each.why}" for each in left),
    )
    assert faults == []
    assert {service for service, _ in compared} == set(OWNERS) and 2 * len(compared) > len(live)


def tell(*lines: str) -> None:
    """Kept beside the services' logs, also when the test passes."""
    LOGS.mkdir(parents=True, exist_ok=True)
    (LOGS / "backtest.txt").write_text("\n  ".join(lines) + "\n", "utf-8")
    print(*lines, sep="\n  ")


async def at_rest(deployment: Deployment, practices: dict[str, Practice]) -> datetime:
    """The instant until which all is told, some time after the last command."""
    end = max(record.appended for record in await deployment.records(*history.COMMANDS)) + QUIET

    async def is_told() -> bool:
        return datetime.now(UTC) > end and not await is_due(deployment.settings, practices, end)

    await until(is_told)
    await deployment.settled()
    return end


async def is_due(settings: Settings, practices: dict[str, Practice], instant: datetime) -> bool:
    """Whether a document still waits for a wake of then."""
    stores = [Store(settings, each) for each in practices.values()]
    try:
        return any([await store.has_due(instant, range(PARTITIONS)) for store in stores])
    finally:
        for store in stores:
            store.close()


async def stored(settings: Settings, practices: dict[str, Practice], names: list[Name]) -> dict[Name, Document]:
    """These documents with whole journals."""
    stores = {name: Store(settings, each) for name, each in practices.items()}
    try:
        found = {name: await stores[name[0]].whole(name[1]) for name in names}
    finally:
        for store in stores.values():
            store.close()
    return {name: document for name, document in found.items() if document is not None}


def taken(settings: Settings) -> list[Timed]:
    with history.of_topics(settings) as told:
        commands = list(told.commands())
    assert told.is_whole, told.lines()
    return commands


# -- what is sent ---------------------------------------------------------------------------------------------------------------------


def write_policies(directory: Path) -> Path:
    """Some seconds to take work on, to answer and to call, days for all else; and the city's agencies, where its file is there."""
    hurry("default", directory)
    acceptance = {"kind": "acceptance", "targets": "5s", "warnings_percent": [50], "levels": [{"level": 1, "seconds": 0}]}
    change(directory, "routing", clocks=policy(directory, "routing")["clocks"] | {"acceptance": acceptance})
    change(directory, "intake", first_answer_seconds=8)
    change(directory, "callback", earliest_after_seconds=1, latest_after_seconds=6, abandon_after_seconds=10)
    if SHARED_DATA.is_dir():
        city, own = routing_rules(learn(SHARED_DATA / FILE).agency_of), policy(directory, "routing")
        both = {"departments": own["departments"] | city["departments"], "rules": [*city["rules"], *own["rules"]]}
        change(directory, "routing", **both)
    return directory


def histories(directory: Path) -> Iterator[tuple[Path, str]]:
    """A slice of the city's day, and a journal of invented complaints in steps; those in haste all at once."""
    if SHARED_DATA.is_dir():
        yield city(directory / "city.csv"), "nyc311"
    rng = random.Random(6)
    steps: list[list[dict[str, str]]] = [[] for _ in range(len(STEPS) + 1)]
    for n in range(COMPLAINTS + HASTY):
        for step, row in life(n, rng):
            steps[step if n < COMPLAINTS else -1].append(row)
    numbers = count()
    for n, rows in enumerate(steps):
        yield written(directory / f"step-{n}.csv", [{"nr": str(next(numbers))} | row for row in rows]), str(MAPPING)


def life(n: int, rng: random.Random) -> Iterator[tuple[int, dict[str, str]]]:
    """Of one complaint, with the step in which it comes: of each step this or that, some of it in the wrong order."""
    kind, who = rng.choice(["quality", "contract", "transport", "service"]), f"K-{n if rng.random() < 0.9 else 0}"
    told = {"ref": f"J-{n}", "kind": kind, "who": who}
    for step, choice in enumerate(STEPS):
        kept = [event for event in rng.choice(choice) if event == "opened" or rng.random() < 0.8]
        if rng.random() < 0.1:
            rng.shuffle(kept)
        yield from ((step, told | {"what": event}) for event in kept)


def written(file: Path, rows: list[dict[str, str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, ["nr", "ref", "what", "kind", "who"])
        table.writeheader()
        table.writerows(rows)
    return file


def city(file: Path) -> Path:
    with gzip.open(SHARED_DATA / FILE, "rt", encoding="utf-8-sig", newline="") as day, file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.reader(day)
        csv.writer(out).writerows(row for _, row in zip(range(CITY_ROWS + 1), rows, strict=False))
    return file
