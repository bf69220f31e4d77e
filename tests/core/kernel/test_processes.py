"""Law 3 under kills, freezes and takeovers: answers leave in the order of seq, and equal the fold of the journal's causes."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from contracts.model import cut
from services.platform.kernel.apply import apply, next_wake
from services.platform.kernel.document import Answer
from services.platform.kernel.record import Incoming
from tests.core.kernel.drawn import FOREIGN, OWNS, law, owns
from tests.core.kernel.story import OWN, START, ended, event, facts, fold, new, picture, read_at, wake
from tests.core.kernel.toy import TOY

OTHERS = "callback.events.v1"


class World:
    """Kafka and MongoDB as far as law 3 knows them: logs, committed offsets, one stored document, what was published."""

    def __init__(self) -> None:
        self.logs: dict[str, list[Incoming]] = {OWN: [], OTHERS: []}
        self.committed = dict.fromkeys(self.logs, 0)
        self.stored = new()
        self.published: list[Answer] = []
        self.processes: list[Iterator[str] | None] = []
        self.now = START

    def start(self) -> None:
        self.processes.append(process(self, len(self.processes)))

    def owns(self, me: int) -> bool:
        return me == len(self.processes) - 1

    def append(self, message: Incoming) -> None:
        self.now = max(self.now, message.instant)
        log = self.logs[message.record.topic]
        log.append(read_at(message.record, len(log)))

    def poll(self) -> None:
        if (due := next_wake(self.stored, TOY)) is not None and due <= self.now:
            self.logs[OWN].append(wake(self.stored.wakes, due, cut(self.now), len(self.logs[OWN])))

    def advance(self, n: int) -> None:
        if 0 <= n < len(self.processes) and (found := self.processes[n]):
            next(found, None)


def process(world: World, me: int) -> Iterator[str]:
    """Load, decide, store, publish, commit: dies (is dropped) or freezes between any two steps; only the newest may poll and commit."""
    position, published, turn = dict(world.committed), None, me
    while world.owns(me):
        turn += 1
        topics = sorted(world.logs, reverse=bool(turn % 2))
        batch = [(t, n) for t in topics for n in range(position[t], min(position[t] + 2, len(world.logs[t])))]
        yield "polled" if batch else "idle"
        while True:
            loaded = world.stored
            said = [] if published == loaded.version else unpublished(loaded)
            yield "loaded"
            document = loaded.copy()
            document.tail = loaded.length if published == loaded.version else loaded.tail
            for t, n in batch:
                document, answers = apply(document, world.logs[t][n], TOY)
                said += answers
            yield "decided"
            if document.length == loaded.length:
                version = loaded.version
                break
            if world.stored.version == loaded.version:
                document.version = version = loaded.version + 1
                world.stored = document
                break
        yield "stored"
        for answer in said:
            world.published.append(answer)
            yield "published"
        published = version
        for t, n in batch:
            position[t] = max(position[t], n + 1)
        if world.owns(me):
            world.committed |= position
        yield "committed"


def unpublished(document) -> list[Answer]:
    return [a for n in range(document.tail, document.length) for a in document.journal[n].answers]


@law
@given(OWNS, FOREIGN, st.booleans(), st.lists(st.tuples(st.sampled_from("nnnnnnoskkpaaa"), st.integers(0, 3)), max_size=120))
def test_law3_whatever_is_killed_or_frozen_answers_leave_in_seq_order_and_equal_the_fold(steps, foreign, alone, actions):
    todo = owns(steps) + ([] if alone else [event(k, 95 + at, n) for n, (k, at, _) in enumerate(foreign)])
    todo.sort(key=lambda m: m.instant)
    world = World()
    world.start()
    for action, n in actions:
        match action:
            case "n":
                world.advance(len(world.processes) - 1)
            case "o":
                world.advance(len(world.processes) - 2 - n)          # a zombie moves on
            case "s":
                world.start()
            case "k":
                world.processes[-1] = None
                world.start()
            case "p":
                world.poll()
            case "a":
                for message in todo[: n + 1]:
                    world.append(message)
                del todo[: n + 1]
    for message in todo:
        world.append(message)
    finish(world)
    once = list(dict.fromkeys(world.published))
    assert [f["seq"] for f in facts(once)] == list(range(1, world.stored.seq + 1))
    record = {(m.record.topic, m.record.offset): m for log in world.logs.values() for m in log}
    refolded, said = fold([record[e.name[0], e.offset] for e in world.stored.journal.values()])
    assert once == list(dict.fromkeys(said)) and picture(refolded) == picture(world.stored)
    if alone:
        sent = [m for m in world.logs[OWN] if not m.is_wake]
        assert events(ended(world.stored, once)[1]) == events(ended(*fold(sent))[1])


def finish(world: World) -> None:
    """All is dead but one new process, which has all the time it needs."""
    world.processes = [None] * len(world.processes)
    world.start()
    for _ in range(400):
        if next(world.processes[-1]) == "committed" and all(world.committed[t] == len(log) for t, log in world.logs.items()):
            return
    raise AssertionError("never done")


def events(said: list[Answer]) -> list[Answer]:
    return [answer for answer in said if not answer.dead]
