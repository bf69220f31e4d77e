"""A policy's effect in words: what a customer and a department will see of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import get_args

from rich.table import Table
from rich.text import Text

from contracts.intake import Classes
from contracts.routing import Finding
from services.callback.policy import CallbackPolicy
from services.cli.policy.callback_words import calling
from services.cli.policy.clock_words import clocks, priorities
from services.cli.policy.cross import given
from services.cli.policy.examples import Example, examples, zone_of
from services.cli.policy.phrases import counted, exactly, exceptions, listed, plainly, target, weekly, when
from services.cli.policy.remedy_words import remedies
from services.cli.policy.whole_set import PolicySet
from services.feedback.policy import FeedbackPolicy
from services.intake.policy import IntakePolicy
from services.routing.clock.rules import PRIORITIES
from services.routing.policy import RoutingPolicy

Said = str | Table
Section = tuple[str, list[Said]]
_GAPS = {
    1: "what customers expect was not known", 2: "it was not written into product or process", 3: "it was not done as written",
    4: "something else was promised", 5: "it was done, and seen otherwise",
}  # fmt: skip
_SHOWN_KEYWORDS = 5
_DATE_WIDTH = len("2026-01-01")


def effect(found: PolicySet) -> Iterator[Section]:
    if intake := found.of("intake", IntakePolicy):
        yield f"Receiving ({intake.reference})", [*_receiving(intake), _classes(intake)]
    if routing := found.of("routing", RoutingPolicy):
        yield f"Who works on it ({routing.reference})", [_rules(routing), *_people(routing)]
        yield "How urgent it is", list(priorities(routing))
        yield "Calendars", list(_calendars(routing))
        yield "By when", list(clocks(routing))
        yield "Worked examples", list(_examples(routing))
        yield "What an answer needs", [*_answers(routing), _causes(routing)]
        yield "How it is put right", list(remedies(routing))
        yield "How it ends", list(_ends(routing))
    if callback := found.of("callback", CallbackPolicy):
        yield f"Calling back ({callback.reference})", list(calling(callback))
    if feedback := found.of("feedback", FeedbackPolicy):
        yield f"Asking ({feedback.reference})", list(_asking(feedback))


def _receiving(policy: IntakePolicy) -> Iterator[str]:
    promise = policy.first_answer
    within = target(promise.target, promise.calendar) if promise else exactly(policy.first_answer_seconds or 0)
    yield f"The first answer is promised within {within}."
    yield f"Acknowledged in {listed(policy.acknowledgements)}; who speaks none of these in {policy.default_language}."
    yield f"Another contact about the same matter within {counted(policy.duplicate_days, 'day')} is one more contact about it."
    by_kind = "".join(f"; {kind}: {counted(days, 'day')}" for kind, days in policy.repeat_days_by_kind.items())
    yield f"After its closing it is a repeat within {counted(policy.repeat_days, 'day')}{by_kind}."
    yield f"Content is kept for {counted(policy.kept_days, 'day')} after the last instant at which it could be reopened."


def _classes(policy: IntakePolicy) -> Table:
    table = Table("kind", "matter", "failed right", "the sender's words", "the customer's words")
    for classes in given(policy):
        if classes != Classes():
            rules = [rule for rule in policy.classes if rule.classes == classes]
            terms = [" / ".join(term for term in rule.terms if term) for rule in rules if any(rule.terms)]
            keywords = [word for rule in rules for word in rule.keywords]
            _add(table, classes.kind, classes.element or "", classes.failed_right or "", ", ".join(terms), _shortened(keywords))
    return table


def _add(table: Table, *cells: str) -> None:
    """As it is written: brackets are no markup."""
    table.add_row(*map(Text, cells))


def _shortened(words: list[str]) -> str:
    more = len(words) - _SHOWN_KEYWORDS
    return ", ".join(words[:_SHOWN_KEYWORDS]) + (f" and {more} more" if more > 0 else "")


def _rules(policy: RoutingPolicy) -> Table:
    table = Table("", "where", "who works on it", "who leads")
    for n, rule in enumerate(policy.rules):
        _add(table, str(n), when(rule.when) + (f" (group {rule.group})" if rule.group else ""), ", ".join(rule.departments), rule.lead)
    return table


def _people(policy: RoutingPolicy) -> Iterator[str]:
    yield f"What no rule fits waits for {policy.triage.owner}, as does what a department declines."
    yield f"It may decline for {listed(map(plainly, policy.decline_reasons), 'or')}."
    if contain := policy.containment:
        others = "".join(f", {hazard} to {department}" for hazard, department in contain.hazards.items())
        yield f"To contain it before all else: a hazard goes to {contain.hazard}{others}; public exposure to {contain.exposure}."
    yield f"Levels of escalation: {listed(f'{level} {whose}' for level, whose in sorted(policy.levels.items()))}."


def _calendars(policy: RoutingPolicy) -> Iterator[str]:
    if not policy.calendars:
        yield "None: every clock counts day and night."
    for name, rules in policy.calendars.items():
        yield f"{name} ({rules.zone}): {weekly(rules)}; {exceptions(rules)}."


def _examples(policy: RoutingPolicy) -> Iterator[Said]:
    shown = list(examples(policy))
    promised = next(each for each in shown if each.clock == _promise(policy))
    yield f"A P3 complaint registered {_moment(promised.start)} is due {_due(promised, 3, policy)}, by the clock {promised.clock}."
    for zone in dict.fromkeys(zone_of(each.clock, policy) for each in shown):
        dues = [f"P{priority} due" for priority in PRIORITIES]
        table = Table("clock", "from", *dues, title=f"Local time of {zone}", title_justify="left")
        for column in table.columns:
            column.overflow = "fold"
        for column in table.columns[1:]:
            column.min_width = _DATE_WIDTH
        for each in shown:
            if zone_of(each.clock, policy) == zone:
                _add(table, each.clock, _moment(each.start), *(_due(each, priority, policy) for priority in PRIORITIES))
        yield table


def _promise(policy: RoutingPolicy) -> str:
    """The clock of those complaints that none is made for in particular."""
    return next(name for name, rule in policy.clocks.items() if rule.kind == "resolution" and rule.when is None)


def _due(example: Example, priority: int, policy: RoutingPolicy) -> str:
    """The end of a day is its own 24:00, not the next one's 00:00."""
    due, counts_days = example.dues[priority], policy.clocks[example.clock].unit != "seconds"
    return f"{due - timedelta(days=1):%a %Y-%m-%d} 24:00" if counts_days and (due.hour, due.minute) == (0, 0) else _moment(due)


def _moment(instant: datetime) -> str:
    return f"{instant:%a %Y-%m-%d %H:%M}" + (f"{instant::%S}" if instant.second else "")


def _answers(policy: RoutingPolicy) -> Iterator[str]:
    for rule in policy.answers:
        finding = rule.finding if len(rule.finding) < len(get_args(Finding)) else ()
        asked = {"if it is": finding, "for": rule.sign or (), "where its kind is": rule.class_kind or ()}
        where = " ".join(f"{what} {listed(map(plainly, words), 'or')}" for what, words in asked.items() if words)
        yield f"{listed(map(plainly, rule.parts))}: {where or 'always'}."


def _causes(policy: RoutingPolicy) -> Table:
    table = Table("gap", "where it lies", "causes")
    for gap, meaning in _GAPS.items():
        _add(table, str(gap), meaning, ", ".join(name for name, cause in policy.causes.items() if cause.gap == gap))
    return table


def _ends(policy: RoutingPolicy) -> Iterator[str]:
    yield f"It can be reopened within {exactly(policy.reopening.window_seconds)} after the last resolution."
    yield f"After {counted(policy.reopening.max_rounds, 'round')} {listed(policy.heads, 'or')} has the last word."
    before = exactly(policy.max_backdating_seconds)
    yield f"Clocks count from when it was received, if that is no more than {before} before its registration."
    keeps = policy.open_complaints == "keep"
    yield f"Complaints that are open when this policy comes {'keep the targets they began with' if keeps else 'follow it'}."


def _asking(policy: FeedbackPolicy) -> Iterator[str]:
    ways = policy.channels
    yield f"Who said nothing on the phone is asked by {listed((ways.phone, ways.mail, ways.post), 'or')}."
    yield f"There are {exactly(policy.expires_after_seconds)} to answer."
    if policy.reminder_after_seconds is not None:
        yield f"Who has not answered after {exactly(policy.reminder_after_seconds)} is reminded once."
    yield f"Asked ({policy.questionnaire}): {listed(map(plainly, policy.questions))}."
    sample = policy.relationship
    if sample.sample_permille:
        yield (
            f"Of 1,000 closed complaints {sample.sample_permille} are drawn: {exactly(sample.after_seconds)} later their customers are"
            f" asked what they expect and perceive of the house ({sample.questionnaire})."
        )
    yield f"What customers say unasked is heard at {listed(map(plainly, policy.listening_posts))}."
