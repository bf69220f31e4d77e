"""Anything in any state, drawn by Hypothesis: taken and told, or refused with a listed reason; never an error, never a fact twice."""

import os
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.common import REASONS as COMMON
from contracts.common import CommandRefused
from contracts.intake import Severity
from contracts.model import Command, Event, Message
from contracts.routing import COMMANDS as ROUTING_COMMANDS
from contracts.routing import (
    REASONS,
    AcceptWork,
    ApproveRemedy,
    AssignDepartments,
    ChooseRemedy,
    ClockBreached,
    ClockMet,
    ClockStarted,
    ClockStopped,
    ClockWarned,
    CloseComplaint,
    ComplaintEscalated,
    ConfirmRemedyDone,
    DeclineWork,
    ExtendClock,
    PauseWork,
    PriorityChanged,
    ProposeRemedy,
    RejectRemedy,
    RemedyApproved,
    RemedyCancelled,
    RemedyChosen,
    RemedyDone,
    RemedyFailed,
    RemedyIssued,
    RemedyProposed,
    RemedyRejected,
    ReopenComplaint,
    ReportContained,
    ReportProgress,
    ReportRemedyFailed,
    ReportResolution,
    ResumeWork,
    SetPriority,
    WithdrawComplaint,
)
from services.platform.kernel.service import Woken
from services.routing import SERVICE
from services.routing.remedies.ledger import goodwill_minor
from services.routing.state import Complaint
from services.routing.transitions import OPEN, TABLE
from tests.core.routing.house import (
    CHIEF,
    EVERY_WAY,
    HEAD,
    IN,
    NO_WAY,
    START,
    House,
    accept,
    approve,
    assign,
    called,
    choose,
    close,
    confirmed,
    contact,
    contain,
    decline,
    dissatisfied,
    done,
    erased,
    expired,
    extend,
    failed,
    give,
    information,
    merged,
    owed,
    pause,
    profile,
    progress,
    registered,
    reject,
    reopen,
    repeats,
    resolution,
    resume,
    second,
    set_priority,
    withdraw,
    yuan,
)
from tests.core.routing.ledger import balance, balance_of
from tests.core.routing.prepared import ON_THE_WAY, PREPARED, closed_in_its_last_round, in_danger, in_its_last_round, with_remedies

EXAMPLES = os.environ.get("EXAMPLES")
NAMES = st.sampled_from(["billing", "network", "safety", "press"])
ANY_NAMES = st.sampled_from(["billing", "network", "safety", "press", "sales"])
ROUNDS = st.integers(1, 5)
NOTES = st.sampled_from([None, None, None, "等零件", "长" * 20_000])
GAPS = st.sampled_from([0, 0.3, 1, 9.7, 40, 60, 99, 100, 101, 5000, 5005])
TIMES = st.one_of(st.none(), st.integers(0, 20_000).map(second))
STAFF = st.sampled_from([CHIEF, HEAD])
SUMS = st.sampled_from([None, 0, 1, 49_999, 50_000, 150_000, 200_000, 500_000, 500_001, 10**15])
MONEY = st.one_of(st.none(), st.builds(yuan, SUMS.filter(lambda minor: minor is not None), st.sampled_from(["CNY", "EUR"])))
PAPERS = st.sampled_from([(), ("receipt",), ("receipt", "slips"), tuple(f"paper_{n}" for n in range(20))])
OTHERS = st.one_of(st.none(), st.none(), st.none(), NAMES)
"""Of which department the sender is: of the right one, or of any."""


def commands(works: st.SearchStrategy[str], remedies: st.SearchStrategy[str]) -> dict[type[Command], st.SearchStrategy[Command]]:
    """Anything that can be asked, about these works and remedies."""
    return {
        AssignDepartments: st.builds(
            lambda departments, lead, work: assign(*departments, lead=lead, work=work),
            st.lists(ANY_NAMES, min_size=1, max_size=3), st.one_of(st.none(), ANY_NAMES), st.one_of(st.none(), works),
        ),
        AcceptWork: st.builds(accept, works, OTHERS),
        DeclineWork: st.builds(decline, works, st.sampled_from(["not_ours", "no_such_place", "too_hard"]), OTHERS, note=NOTES),
        ReportProgress: st.builds(
            progress, works, OTHERS, note=NOTES, delay_cause=st.sampled_from([None, "parts"]), is_told_to_customer=st.booleans(),
            next_update=TIMES,
        ),
        PauseWork: st.builds(pause, works, st.sampled_from(["customer", "parts", "weather", "holiday"]), OTHERS, note=NOTES),
        ResumeWork: st.builds(resume, works, OTHERS),
        ExtendClock: st.builds(
            extend, st.sampled_from([1, 300, 450, 900, 1000, 1001, 10**9]),
            st.sampled_from(["resolution", "total_resolution", "statute", "first_answer", "acceptance", "lunar"]),
            st.sampled_from(["parts", "authority", "bad_mood"]), st.sampled_from([None, CHIEF, HEAD, HEAD]), next_update=TIMES, by=STAFF,
        ),
        ReportContained: st.builds(contain, note=NOTES),
        ReportResolution: st.builds(
            resolution, works, st.sampled_from(["upheld", "partly", "not_upheld", "undetermined"]),
            st.sampled_from(["delivery", "communication", "bad_luck"]), OTHERS, explanation=NOTES,
            answer_parts=st.lists(st.integers(0, 40).map("part_{}".format), max_size=20),
            no_action_because=st.sampled_from([None, *["once"] * 5]), is_same_cause=st.sampled_from([None, True, False]),
        ),
        ReopenComplaint: st.builds(reopen, note=NOTES),
        CloseComplaint: st.builds(close, by=STAFF, note=NOTES),
        SetPriority: st.builds(set_priority, st.integers(1, 4)),
        WithdrawComplaint: st.builds(withdraw, note=NOTES),
        ProposeRemedy: st.one_of(
            st.builds(
                give, SUMS, st.sampled_from(["compensation", "refund", "repair", "apology", "moon"]),
                st.sampled_from(["CNY", "CNY", "CNY", "EUR"]), STAFF, note=NOTES,
            ),
            st.builds(
                owed, st.sampled_from(["guarantee", "late", "missed_promise", "statutory_only", "charm"]), by=STAFF, amount=MONEY,
                circumstances=st.sampled_from([(), ("late",), ("misuse",), ("promise_missed",)]), sold_at=TIMES, price=MONEY,
                evidence=PAPERS, kind=st.sampled_from([None, None, None, "refund"]), out_of_use_days=st.sampled_from([0, 3660]),
            ),
        ),
        ChooseRemedy: st.builds(
            lambda remedy, kind, evidence: choose(kind, remedy, *evidence), remedies,
            st.sampled_from(["refund", "exchange", "repair", "compensation", "apology"]), PAPERS,
        ),
        ApproveRemedy: st.builds(approve, remedies, STAFF),
        RejectRemedy: st.builds(reject, remedies, STAFF, note=NOTES),
        ConfirmRemedyDone: st.builds(done, remedies, out_of_use_from=TIMES, out_of_use_to=TIMES),
        ReportRemedyFailed: st.builds(failed, remedies, note=NOTES),
    }  # fmt: skip


HAZARDS = st.sampled_from([(), (), ("fire",), ("gas", "fire"), ("flood",)])
SEVERITIES = st.builds(Severity, hazards=HAZARDS, has_public_exposure=st.booleans())
HEARD: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        contact, reachable=st.sampled_from([None, EVERY_WAY]), is_vulnerable=st.sampled_from([None, None, True]), severity=SEVERITIES,
    ),
    st.builds(information, is_chasing=st.booleans(), is_vulnerable=st.sampled_from([None, True]), severity=SEVERITIES),
    st.builds(repeats, repairs=st.integers(0, 3)), st.builds(repeats, st.just("T-0")),
    st.builds(repeats, st.just("T-0"), st.just("T-00")),
    st.builds(profile, st.sampled_from(["general", "key"]), st.booleans()), st.builds(called, round=ROUNDS),
    st.builds(confirmed, ROUNDS), st.builds(dissatisfied, ROUNDS), st.builds(expired, ROUNDS), st.builds(erased),
    st.builds(registered), st.builds(merged),
)  # fmt: skip
REGISTERED = st.builds(
    registered, st.sampled_from(["Bill", "Internet", "Both", None]), reachable=st.sampled_from([NO_WAY, EVERY_WAY]),
    severity=SEVERITIES, is_vulnerable=st.booleans(), received_at=st.sampled_from([None, second(-150), second(-900)]),
    source=st.sampled_from(["crm", "city"]),
)  # fmt: skip


BEGINNINGS = (
    *IN.values(), *PREPARED.values(), in_its_last_round, closed_in_its_last_round,
    *(partial(in_danger, stage) for stage in (*OPEN, "withdrawn")), *(partial(with_remedies, stage) for stage in ON_THE_WAY),
)  # fmt: skip
BEGUN = st.one_of(st.sampled_from(BEGINNINGS), REGISTERED.map(lambda told: partial(House, told=told)))
"""A complaint in any state, or as it was registered."""


class AnyOrder(RuleBasedStateMachine):
    """One complaint; commands come in the order of the log, events of others up to ten minutes late."""

    @initialize(begun=BEGUN)
    def stands_somewhere(self, begun: Callable[[], House]) -> None:
        self.house = begun()
        assert self.house.run.now is not None
        self.at, self.was, self.may_fall = (self.house.run.now - START).total_seconds(), self.state, False

    @property
    def state(self) -> Complaint:
        return self.house.complaint

    @rule(gap=st.one_of(GAPS, st.sampled_from([100_000, 10_000_000])))
    def time_passes(self, gap: float) -> None:
        self.at += gap
        self.house.until(self.at)

    @rule(data=st.data(), gap=GAPS)
    def is_asked(self, data: st.DataObject, gap: float) -> None:
        self.time_passes(gap)
        self.asks(data.draw(st.one_of(*self.askable().values())))

    def askable(self) -> dict[type[Command], st.SearchStrategy[Command]]:
        """Anything, mostly about works that there are."""
        known = [work.id for work in self.state.works]
        remedies = [remedy.id for remedy in self.state.remedies]
        return commands(
            st.sampled_from([*known, *known, "1-billing", "9-billing"]), st.sampled_from([*remedies, *remedies, "1-goodwill", "9-late"])
        )

    @rule(gap=GAPS, data=st.data())
    def the_next_step_is_taken(self, gap: float, data: st.DataObject) -> None:
        """So that late states are met often."""
        self.time_passes(gap)
        waiting = [work for work in self.state.open_works if work.is_declined]
        match self.state.stage:
            case "triage" | "with_head":
                self.asks(assign(data.draw(NAMES), data.draw(NAMES), work=waiting[0].id if waiting else None))
            case "routed" | "reopened" | "in_progress" | "waiting":
                self.asks(self._of_work(data))
            case "resolved" | "closed":
                self.hears(data.draw(st.sampled_from([confirmed, dissatisfied, expired]))(self.state.round), 0)

    @rule(gap=GAPS)
    def everybody_does_their_part(self, gap: float) -> None:
        """So that late rounds are met often."""
        self.time_passes(gap)
        if self.state.danger == "uncontained":
            self.asks(contain())
        if self.state.stage == "with_head" or not self.state.works:
            self.asks(assign("billing", "network"))
        for work in self.state.open_works:
            if work.is_declined:
                continue
            if not work.is_accepted:
                self.asks(accept(work.id))
            self.asks(resolution(work.id))

    @rule(gap=st.sampled_from([0, 1, 40]), again=st.sampled_from([reopen, contact, dissatisfied]))
    def it_was_not_solved(self, gap: float, again: Callable[..., Message]) -> None:
        self.time_passes(gap)
        word = dissatisfied(self.state.round) if again is dissatisfied else again()
        self.asks(word) if isinstance(word, Command) else self.hears(word, 0)

    def _of_work(self, data: st.DataObject) -> Command:
        work = data.draw(st.sampled_from(self.state.open_works))
        if self.state.danger == "uncontained":
            return contain()
        if work.is_declined:
            return assign(data.draw(NAMES), work=work.id, lead=data.draw(st.one_of(st.none(), NAMES)))
        if not work.is_accepted:
            return data.draw(st.sampled_from([accept, accept, accept, decline]))(work.id)
        return data.draw(st.sampled_from([resolution, resolution, resolution, pause, resume, decline]))(work.id)

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
            assert not isinstance(cell, str) or told[0].reason in (cell, "erased")
        else:
            assert not isinstance(cell, str) and self.state.stage in cell
            assert cell[self.state.stage] in {type(each) for each in told}
        self.may_fall = isinstance(command, SetPriority)

    def hears(self, event: Event, late: float) -> None:
        before, said = self.state, len(self.house.told)
        self.house.hears(event, self.at, dated=max(0, self.at - late))
        if self.state.stage != before.stage:
            cells = [TABLE[cause][before.stage] for cause in (type(event), Woken) if cause in TABLE]
            if before.stage == "merged":
                return
            moves = [cell[self.state.stage].__name__ for cell in cells if not isinstance(cell, str) and self.state.stage in cell]
            assert not set(moves).isdisjoint(self.house.told[said:])

    @invariant()
    def each_clock_begins_once_and_ends_once_and_says_each_thing_once(self) -> None:
        run = self.house.run
        begun = Counter(each.instance for each in run.all(ClockStarted))
        ended = Counter(each.instance for kind in (ClockMet, ClockBreached, ClockStopped) for each in run.all(kind))
        warned = Counter((each.instance, each.percent) for each in run.all(ClockWarned))
        levels = Counter((each.instance, each.level) for each in run.all(ComplaintEscalated) if each.instance)
        assert all(times == 1 for counted in (begun, ended, warned, levels) for times in counted.values())
        assert set(ended) <= set(begun)

    @invariant()
    def nothing_falls_by_itself(self) -> None:
        now, was = self.state, self.was
        if was.stage == "merged":
            was = now
        assert now.priority <= was.priority or self.may_fall
        assert now.round >= was.round and now.level >= was.level
        assert not (was.stage == "withdrawn" and now.stage != "withdrawn")
        assert not (was.is_erased and not now.is_erased) and not (now.is_erased and now.is_reachable)
        self.was, self.may_fall = now, False

    @invariant()
    def what_is_told_of_the_priority_is_its_history(self) -> None:
        changes = self.house.run.all(PriorityChanged)
        assert all(one.priority == other.before for one, other in pairwise(changes))
        assert not changes or self.state.priority == changes[-1].priority

    @invariant()
    def every_wake_that_is_due_has_come(self) -> None:
        due = SERVICE.wake_at(self.state)
        assert due is None or due > self.now

    @invariant()
    def a_remedy_issues_at_most_once_and_the_sums_are_what_was_told(self) -> None:
        run = self.house.run
        for once in (RemedyProposed, RemedyChosen, RemedyApproved, RemedyIssued):
            assert all(times == 1 for times in Counter(each.remedy for each in run.all(once)).values())
        ends = Counter(each.remedy for end in (RemedyDone, RemedyFailed, RemedyRejected, RemedyCancelled) for each in run.all(end))
        assert all(times == 1 for times in ends.values())
        proposed = {each.remedy: each.by.staff for each in run.all(RemedyProposed)}
        assert all(each.by.staff != proposed[each.remedy] for each in run.all(RemedyApproved))
        assert balance(each.message for each in run.events) == balance_of(self.state)
        assert goodwill_minor(self.state.remedies, "CNY") <= 500_000

    @invariant()
    def only_listed_reasons_are_given(self) -> None:
        assert {each.reason for each in self.house.run.all(CommandRefused)} <= {*REASONS, *COMMON}

    @invariant()
    def it_can_be_stored(self) -> None:
        text = self.state.model_dump_json()
        assert Complaint.model_validate_json(text) == self.state
        assert len(text) < 30_000 + len(self.state.notes) * 70_000 + len(self.state.remedies) * 2_000
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


@pytest.mark.parametrize("kind", ROUTING_COMMANDS)
@settings(max_examples=int(EXAMPLES or 30), derandomize=EXAMPLES is None, deadline=None, suppress_health_check=list(HealthCheck))
@given(begun=BEGUN, gap=GAPS, data=st.data())
def test_every_command_is_taken_or_refused_in_every_state(
    kind: type[Command], begun: Callable[[], House], gap: float, data: st.DataObject
) -> None:
    complaint = AnyOrder()
    complaint.stands_somewhere(begun)
    complaint.time_passes(gap)
    complaint.asks(data.draw(complaint.askable()[kind]))
    complaint.it_can_be_stored()
    complaint.every_wake_that_is_due_has_come()
    complaint.house.to_the_end()
    complaint.each_clock_begins_once_and_ends_once_and_says_each_thing_once()
