"""What the files of a set say of each other: faults, which can never work, and notes, which may be meant."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from contracts.intake import Classes
from services.callback.policy import CallbackPolicy
from services.cli.policy.limits import beyond_the_total, never_again, until_holidays_end, used_calendars
from services.cli.policy.phrases import exactly
from services.cli.policy.whole_set import PolicySet, unread
from services.feedback.policy import FeedbackPolicy
from services.intake.policy import IntakePolicy
from services.platform.chassis.demands import suggested
from services.routing.clock.rules import PRIORITIES
from services.routing.policy import RoutingPolicy
from services.routing.rules import When

GIVEN = ("class_kind", "element", "failed_right", "service_class")
"""What only intake's classes give; a stage may be the sender's own word."""
TIERS = ("general", "suitable", "key")
_MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def faults(found: PolicySet) -> Iterator[str]:
    intake, routing = found.even_mended("intake", IntakePolicy, "classes"), found.even_mended("routing", RoutingPolicy)
    if intake and routing:
        yield from (f"{found.place('routing', field)}: {fault}." for field, fault in _of_words(intake, routing))
    if intake := found.even_mended("intake", IntakePolicy, "first_answer"):
        yield from (f"{found.place('intake', field)}: {fault}." for field, fault in never_again(intake))
    if (callback := found.even_mended("callback", CallbackPolicy, "care")) and callback.care:
        unheard_of = (tier for tier in callback.care.tiers if tier not in TIERS)
        yield from (f"{found.place('callback', 'care.tiers')}: {_giver('tier')} {tier}." for tier in unheard_of)
    routing = found.even_mended("routing", RoutingPolicy, "reopening")
    callback = found.even_mended("callback", CallbackPolicy, "abandon_after_seconds")
    feedback = found.even_mended("feedback", FeedbackPolicy, "expires_after_seconds")
    if routing and callback and feedback:
        yield from (f"{found.place('routing', field)}: {fault}." for field, fault in _of_reopening(routing, callback, feedback))


def notes(found: PolicySet) -> Iterator[str]:
    intake, routing = found.of("intake", IntakePolicy), found.of("routing", RoutingPolicy)
    yield from (f"{name}: no service reads this file." for name in unread(found.directory))
    if intake and routing:
        yield from _unrouted(intake, routing)
        yield from _upside_down(routing)
        yield from _never_tighter(intake, routing)
        yield from beyond_the_total(routing)
        yield from _idle_calendars(intake, routing, found.of("callback", CallbackPolicy))
        yield from until_holidays_end(intake, routing)
    if routing and (callback := found.of("callback", CallbackPolicy)) and callback.progress:
        idle = [name for name in callback.progress.clocks if name not in routing.clocks]
        yield from (f"callback: progress.clocks names {name}, and routing has no such clock." for name in idle)
    if intake and "zh" not in intake.acknowledgements and any(_CHINESE.search(word) for rule in intake.classes for word in rule.keywords):
        yield "intake: it understands Chinese, and acknowledges nothing in Chinese."


def given(intake: IntakePolicy) -> list[Classes]:
    """All that intake's policy can class a matter as, in its order."""
    return list(dict.fromkeys([*(rule.classes for rule in intake.classes), Classes()]))


def _of_words(intake: IntakePolicy, routing: RoutingPolicy) -> Iterator[tuple[str, str]]:
    """Words that routing asks for, and nobody gives: they can never match."""
    known: dict[str, Sequence[str]] = {field: _words(intake, field) for field in GIVEN} | {"tier": TIERS}
    for place, field, words in _asked(routing):
        for word in words:
            if word not in known[field]:
                yield place, f"{_giver(field)} {word}, so this can never match; {suggested(word, known[field])}"


def _giver(field: str) -> str:
    return "no customer has the tier" if field == "tier" else f"intake.yaml gives no {field.removeprefix('class_').replace('_', ' ')}"


def _word(classes: Classes, field: str) -> str | None:
    word: str | None = getattr(classes, field.removeprefix("class_"))
    return word


def _words(intake: IntakePolicy, field: str) -> list[str]:
    return sorted({word for classes in given(intake) if (word := _word(classes, field))})


def _asked(routing: RoutingPolicy) -> Iterator[tuple[str, str, Iterable[str]]]:
    """Where, which field of `When`, and the words."""
    conditions = [(f"rules.{n}", rule.when) for n, rule in enumerate(routing.rules)]
    conditions += [(f"clocks.{name}", rule.when) for name, rule in routing.clocks.items() if rule.when]
    conditions += [(f"entitlements.{name}", table.when) for name, table in routing.entitlements.items() if table.when]
    for place, when in conditions:
        yield from ((f"{place}.when.{field}", field, getattr(when, field) or ()) for field in (*GIVEN, "tier"))
    yield from ((f"answers.{n}.class_kind", "class_kind", answer.class_kind or ()) for n, answer in enumerate(routing.answers))
    yield from ((f"priority.tiers.{tier}", "tier", (tier,)) for tier in routing.priority.tiers)


def _of_reopening(routing: RoutingPolicy, callback: CallbackPolicy, feedback: FeedbackPolicy) -> Iterator[tuple[str, str]]:
    """The window is the sum of what three files say: all three places are named."""
    window, calls, survey = routing.reopening.window_seconds, callback.abandon_after_seconds, feedback.expires_after_seconds
    if window < calls + survey:
        ends = (
            f"a callback is given up after {exactly(calls)} (callback.yaml: abandon_after_seconds), and its survey expires"
            f" {exactly(survey)} later (feedback.yaml: expires_after_seconds)"
        )
        yield (
            "reopening.window_seconds",
            f"{exactly(window)} end before the last answer can come: {ends}; make it at least {calls + survey}, or those shorter",
        )


def _unrouted(intake: IntakePolicy, routing: RoutingPolicy) -> Iterator[str]:
    """A matter that no rule knows by its classes: only other facts, or a person, can route it."""
    for classes in given(intake):
        if classes == Classes():
            continue
        asked = {field: (_word(classes, field),) for field in GIVEN} | {"stage": (classes.stage,)}
        known = {field: asked.get(field, ()) for field in When.model_fields}
        if not routing.table.decide(known):
            yield f"routing: what intake classes as {told(classes)} goes to triage, unless a rule on its other facts fits."


def told(classes: Classes) -> str:
    """`contract / billing`."""
    return " / ".join(word for word in (classes.kind, classes.element or classes.failed_right or classes.service_class) if word)


def _upside_down(routing: RoutingPolicy) -> Iterator[str]:
    """Of one clock all targets are in one unit."""
    for name, rule in routing.clocks.items():
        for graver, milder in pairwise(PRIORITIES):
            if rule.targets[graver].amount > rule.targets[milder].amount:
                yield f"routing: clocks.{name} gives P{graver} more time than P{milder}."


def _never_tighter(intake: IntakePolicy, routing: RoutingPolicy) -> Iterator[str]:
    """A first answer that is due after intake's promise says less than was promised: the promise counts."""
    for name, rule in routing.clocks.items():
        if rule.kind == "first_answer":
            calendar = routing.calendar(rule.calendar)
            for priority, target in rule.targets.items():
                if all(target.due(at, calendar) > intake.first_answer_due(at) for at in _a_week()):
                    yield f"routing: clocks.{name} of P{priority} never counts: intake promises the first answer sooner."


def _a_week() -> Iterable[datetime]:
    return (_MONDAY + timedelta(hours=hours) for hours in range(7 * 24))


def _idle_calendars(intake: IntakePolicy, routing: RoutingPolicy, callback: CallbackPolicy | None) -> Iterator[str]:
    used = used_calendars(intake, routing) | ({callback.desk} if callback and callback.desk else set())
    yield from (f"calendars: nothing counts by {name}." for name in routing.calendars if name not in used)
