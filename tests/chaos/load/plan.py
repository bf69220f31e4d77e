"""What is sent and when, all of it known before anything is: the same seed and start give the same plan, byte for byte.

Lives arrive at a rate; some of their words come twice, under a taken id with another body, or before their opener.  While a mode holds
there is more of one thing: a flood of lives, one complaint that has half of the traffic, poison, or senders whose clocks are wrong.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from contracts.catalogue import OWNERS, topic
from contracts.model import Command, type_name
from contracts.routing import ReportProgress, WithdrawComplaint
from contracts.wire import Headers, write_command
from tests.chaos.history import Sent, digest_of
from tests.chaos.load.lives import DEPARTMENTS, LIVES, OF_ANY_KIND, SOURCE, Life, Play, Said
from tests.chaos.load.people import clerk, phone, said

RATE = 1.5
"""Lives a second."""
TWICE, FORGED, EARLY, POISON = 0.10, 0.03, 0.15, 0.01
"""Shares: of words that come twice, of ids that are taken by others, of lives that begin before their opener, of poison always."""
FLOOD = 10
"""Times as many lives."""
SKEW = timedelta(hours=2)


class Mode(NamedTuple):
    """flood, hot, poison_30, poison_100, clock_ahead or clock_behind; `topic` for poison."""

    name: str
    begin: float
    end: float
    topic: str = ""

    def holds(self, at: float) -> bool:
        return self.begin <= at < self.end


class Shipment(NamedTuple):
    """A record to be sent, `at` seconds after the start.  `skew`: how wrong its sender's clock is, in seconds."""

    at: float
    topic: str
    key: bytes
    value: bytes
    headers: Headers
    sent: Sent
    skew: float = 0.0


def plan(seed: int, start: datetime, seconds: float, modes: Sequence[Mode] = (), rate: float = RATE) -> list[Shipment]:
    """In order of time; lives that begin within these seconds, to their last word."""
    rng = Random(f"{seed}/load")
    shipments = [shipment for life, kind, at in _lives(rng, start, seconds, modes, rate) for shipment in _played(life, kind, at, rng)]
    for number, mode in enumerate(modes):
        shipments += _of_mode(mode, number, rng, shipments, start)
    shipments += _stray_poison(rng, seconds, len(shipments))
    return sorted((_skewed(shipment, modes) for shipment in shipments), key=lambda shipment: shipment.at)


def _lives(rng: Random, start: datetime, seconds: float, modes: Sequence[Mode], rate: float) -> Iterator[tuple[Life, Play, float]]:
    """The first of them are one of each kind, so that no plan lacks a word."""
    plays, shares = list(LIVES), list(LIVES.values())
    at, n = 0.0, 0
    while at < seconds:
        play = plays[n] if n < len(plays) else rng.choices(plays, shares)[0]
        kind = rng.choice(list(DEPARTMENTS)) if n >= len(plays) and play in OF_ANY_KIND else "quality"
        yield Life(n, start + timedelta(seconds=at), Random(rng.random()), kind), play, at
        is_flooded = any(mode.name == "flood" and mode.holds(at) for mode in modes)
        at += rng.expovariate(rate * (FLOOD if is_flooded else 1))
        n += 1


def _played(life: Life, play: Play, begin: float, rng: Random) -> Iterator[Shipment]:
    is_early = rng.random() < EARLY
    for step, word in enumerate(play(life)):
        late = 3.0 if is_early and step == 0 else 0.0
        at, id = begin + word.after + late, f"{life.ref}/{step}"
        yield _shipment(at, word, id)
        if rng.random() < TWICE:
            yield _shipment(at + rng.uniform(0.1, 12), word, id, "repeat")
        if rng.random() < FORGED:
            yield _shipment(at + rng.uniform(0.1, 5), _forged(word, life), id, "forged")


def _forged(word: Said, life: Life) -> Said:
    """Another body for the same service."""
    if word.service == "routing":
        return life.tells(0, WithdrawComplaint, reason="forged")
    return word._replace(command=word.command.model_copy(update=_otherwise(word.command, life)))


def _otherwise(command: Command, life: Life) -> dict[str, object]:
    """A field that every command of its service has, or the nearest to it, told otherwise."""
    by = clerk("forger")
    return {"by": by} if "by" in type(command).model_fields else {"survey": "9-survey"}


def _shipment(at: float, word: Said, id: str, kind: str = "command") -> Shipment:
    wire = write_command(word.service, word.command, id=id, source=SOURCE, key=word.key)
    name = topic(word.service, "commands").name
    about = Sent(word.service, name, type_name(word.service, type(word.command)), id, SOURCE, wire.key, digest_of(wire.value), kind)
    return Shipment(round(at, 3), name, wire.key.encode(), wire.value, wire.headers, about)


# -- modes --------------------------------------------------------------------------------------------------------------------------------


def _of_mode(mode: Mode, number: int, rng: Random, others: Sequence[Shipment], start: datetime) -> Iterator[Shipment]:
    match mode.name:
        case "hot":
            yield from _hot(mode, number, others, start)
        case "poison_30" | "poison_100":
            yield from _poisoned(mode, number, rng, others)


def _hot(mode: Mode, number: int, others: Sequence[Shipment], start: datetime) -> Iterator[Shipment]:
    """One complaint gets as much as all others together."""
    life = Life(900_000 + number, start + timedelta(seconds=mode.begin), Random(number))
    yield _shipment(mode.begin, life.submits(), f"{life.ref}/0")
    as_much = sum(mode.holds(other.at) for other in others)
    for step in range(1, as_much):
        after = (mode.end - mode.begin) * step / as_much
        word = life.works(after, ReportProgress, note=said(f"第 {step} 次"))
        yield _shipment(mode.begin + after, word, f"{life.ref}/{step}")


def _poisoned(mode: Mode, number: int, rng: Random, others: Sequence[Shipment]) -> Iterator[Shipment]:
    """Three in ten records of a topic, or so many that the rest hardly counts."""
    good = max(1, sum(mode.holds(other.at) and other.topic == mode.topic for other in others))
    many = good * 3 // 7 + 1 if mode.name == "poison_30" else good * 20
    for step in range(many):
        yield _poison(mode.begin + (mode.end - mode.begin) * step / many, mode.topic, rng, f"{number}-{step}")


def _stray_poison(rng: Random, seconds: float, many: int) -> Iterator[Shipment]:
    topics = [f"{owner}.{kind}.v1" for owner in OWNERS for kind in ("commands", "events")]
    for step in range(max(len(topics), int(many * POISON))):
        yield _poison(rng.uniform(0, seconds), topics[step % len(topics)], rng, f"stray-{step}")


def _poison(at: float, name: str, rng: Random, mark: str) -> Shipment:
    """What nobody can read, about somebody."""
    owner, is_command = name.partition(".")[0], ".commands." in name
    told = {"complaint_id": phone(1), "note": said(mark), "id": mark, "source": SOURCE}
    known = f"{owner}.complaint_closed.v1" if not is_command else f"{owner}.wake.v1"
    value, reason = rng.choice([
        (json.dumps(told)[:-1].encode(), "not_json"),
        (json.dumps([told]).encode(), "not_an_object"),
        (json.dumps(told).encode(), "no_type"),
        (json.dumps({**told, "type": f"{owner}.command_refused.v1" if not is_command else known}).encode(), "invalid"),
        (b"", "empty"),
        (b"\xff" + phone(2).encode(), "not_json"),
    ])  # fmt: skip
    key = f"p-{mark}"
    sent = Sent(owner if is_command else "", name, "", "", "", key, digest_of(value), "poison", reason=reason)
    return Shipment(round(at, 3), name, key.encode(), value, (), sent)


def _skewed(shipment: Shipment, modes: Sequence[Mode]) -> Shipment:
    for mode in modes:
        if mode.name in ("clock_ahead", "clock_behind") and mode.holds(shipment.at):
            return shipment._replace(skew=SKEW.total_seconds() * (1 if mode.name == "clock_ahead" else -1))
    return shipment

