"""Anything in any state, drawn by Hypothesis: taken and told, or refused with a listed reason; never an error, never a fact twice."""

import os
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.common import REASONS as COMMON
from contracts.common import CommandRefused
from contracts.model import Command, Event
from contracts.routing import REASONS
from services.routing import SERVICE
from services.routing.state import Complaint
from services.routing.transitions import TABLE
from tests.core.routing.house import (
    EVERY_WAY,
    NO_WAY,
    START,
    House,
    accept,
    assign,
    confirmed,
    contact,
    dissatisfied,
    erased,
    expired,
    progress,
    registered,
    reopen,
    resolution,
    second,
    withdraw,
)

EXAMPLES = os.environ.get("EXAMPLES")
NAMES = st.sampled_from(["billing", "network", "safety"])
ROUNDS = st.integers(1, 3)
NOTES = st.sampled_from([None, None, "等零件", "长" * 20_000])
WORKS = st.builds(lambda round, name: f"{round}-{name}", ROUNDS, NAMES)
GAPS = st.sampled_from([0, 0.3, 1, 9.7, 40, 99, 100, 101, 5000, 5005])
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(assign, st.sampled_from(["billing", "network", "sales"]), lead=st.one_of(st.none(), NAMES)),
    st.builds(accept, WORKS, st.one_of(st.none(), NAMES)),
    st.builds(
        progress, WORKS, note=NOTES, delay_cause=st.sampled_from([None, "parts"]),
        next_update=st.one_of(st.none(), st.integers(0, 20_000).map(second)),
    ),
    st.builds(
        resolution, WORKS, st.sampled_from(["upheld", "partly", "not_upheld", "undetermined"]), explanation=NOTES,
        answer_parts=st.lists(st.integers(0, 40).map("part_{}".format), max_size=20),
        no_action_because=st.sampled_from([None, *["once"] * 5]),
    ),
    st.builds(reopen, note=NOTES),
    st.builds(withdraw),
)  # fmt: skip
HEARD: st.SearchStrategy[Event] = st.one_of(
    st.builds(contact, reachable=st.sampled_from([None, EVERY_WAY]), is_vulnerable=st.sampled_from([None, None, True])),
    st.builds(contact, st.sampled_from(["fire", "gas"])), st.builds(confirmed, ROUNDS), st.builds(dissatisfied, ROUNDS),
    st.builds(expired, ROUNDS), st.builds(erased), st.builds(registered),
)  # fmt: skip
REGISTERED = st.builds(
    registered, st.sampled_from(["Bill", "Internet", "Both", None]), reachable=st.sampled_from([NO_WAY, registered().reachable]),
    hazards=st.sampled_from([(), ("fire",)]), is_vulnerable=st.booleans(), received_at=st.sampled_from([None, second(-150), second(-900)]),
)  # fmt: skip
ONCE = {"ClockStarted", "ClockMet", "ClockBreached", "ClockStopped"}


class AnyOrder(RuleBasedStateMachine):
    """One complaint; commands come in the order of the log, events of others up to ten minutes late."""

    @initialize(told=REGISTERED)
    def is_registered(self, told: Event) -> None:
        self.house = House(told=told)                            # type: ignore[arg-type]
        self.at, self.round, self.was = 0.0, 1, self.state

    @property
    def state(self) -> Complaint:
        return self.house.complaint

    @rule(gap=GAPS)
    def time_passes(self, gap: float) -> None:
        self.at += gap
        self.house.until(self.at)

    @rule(command=COMMANDS, gap=GAPS)
    def is_asked(self, command: Command, gap: float) -> None:
        self.time_passes(gap)
        self.asks(command)

    @rule(gap=GAPS, answer=st.sampled_from(["upheld", "not_upheld"]), data=st.data())
    def the_next_step_is_taken(self, gap: float, answer: str, data: st.DataObject) -> None:
        """So that late states are met often."""
        self.time_passes(gap)
        open_works = [work for work in self.state.works if work.result is None]
        match self.state.stage:
            case "triage":
                self.asks(assign("billing", "network"))
            case "routed" | "reopened" | "in_progress":
                work = data.draw(st.sampled_from(open_works))
                self.asks(resolution(work.id, answer) if work.is_accepted else accept(work.id))
            case "resolved" | "closed":
                self.hears(data.draw(st.sampled_from([confirmed, dissatisfied, expired]))(self.state.round), 0)

    @rule(event=HEARD, gap=GAPS, late=st.sampled_from([0, 0, 3, 100, 600]))
    def is_told(self, event: Event, gap: float, late: float) -> None:
        self.time_passes(gap)
        self.hears(event, late)

    def asks(self, command: Command) -> None:
        before, said = self.state, len(self.house.run.events)
        id = self.house.run.send("routing", command, at=second(self.at))
        self.house.until(self.at)
        told = [each.message for each in self.house.run.events[said:] if each.envelope.cause == id]
        assert told, "every command is answered"
        cell = TABLE[type(command)][before.stage]
        if isinstance(told[0], CommandRefused):
            assert told[0].reason in REASONS and len(told) == 1
            assert self.state == before
            assert not isinstance(cell, str) or told[0].reason == cell
        else:
            assert not isinstance(cell, str) and self.state.stage in cell
            assert cell[self.state.stage] in {type(each) for each in told}

    def hears(self, event: Event, late: float) -> None:
        before, said = self.state, len(self.house.told)
        self.house.hears(event, self.at, dated=max(0, self.at - late))
        if self.state.stage != before.stage:
            cell = TABLE[type(event)][before.stage]
            assert not isinstance(cell, str) and cell[self.state.stage].__name__ in self.house.told[said:]

    @invariant()
    def no_fact_comes_twice(self) -> None:
        names = self.house.told
        assert all(names.count(name) <= 1 for name in ONCE)
        ended = [name for name in names if name in ONCE - {"ClockStarted"}]
        assert len(ended) <= 1
        assert names.count("ClockWarned") <= 2

    @invariant()
    def rounds_never_fall_and_priority_never_sinks(self) -> None:
        assert self.state.round >= self.was.round and self.state.priority <= self.was.priority
        assert not (self.was.stage == "withdrawn" and self.state.stage != "withdrawn")
        assert not (self.was.is_erased and not self.state.is_erased) and not (self.state.is_erased and self.state.is_reachable)
        assert not (self.was.is_vulnerable and not self.state.is_vulnerable)
        self.was = self.state

    @invariant()
    def every_wake_that_is_due_has_come(self) -> None:
        due = SERVICE.wake_at(self.state)
        assert due is None or due > self.now

    @invariant()
    def only_listed_reasons_are_given(self) -> None:
        assert {each.reason for each in self.house.run.all(CommandRefused)} <= {*REASONS, *COMMON}

    @invariant()
    def it_can_be_stored(self) -> None:
        assert Complaint.model_validate_json(self.state.model_dump_json()) == self.state
        dossiers = SERVICE.dossiers(self.state)
        assert all(dossier is None or len(dossier.model_dump_json().encode()) < 512 * 1024 for dossier in dossiers.values())
        assert not self.state.is_erased or (list(dossiers.values()) == [None] and self.state.notes == ())

    @property
    def now(self) -> datetime:
        return START + timedelta(seconds=self.at)


AnyOrder.TestCase.settings = settings(
    max_examples=int(EXAMPLES or 40), stateful_step_count=40, derandomize=EXAMPLES is None, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
TestAnythingInAnyState = AnyOrder.TestCase
