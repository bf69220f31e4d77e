"""Those who call, write and visit in a story: what they claim and report, and what callback said of it all."""

from collections.abc import Iterable

from contracts.callback import CallbackDue, RecordAttempt, StartAttempt
from contracts.common import Answers
from contracts.feedback import RecoveryConfirmed
from contracts.model import Staff
from contracts.routing import ReportResolution
from tests.system.deployment import Fact
from tests.system.story import Story, of

LI, ZHANG = (Staff(staff=name, role="agent", department="callback-desk") for name in ("li", "zhang"))
LONG = 600
"""Seconds: no story lasts so long."""
CALLED = [
    "CallbackPromised 1-confirm", "CallbackDue 1-confirm", "CallbackAttemptStarted 1-confirm", "CallbackAttempted 1-confirm",
    "CallbackCompleted 1-confirm",
]  # fmt: skip
SATISFIED = ["FeedbackReceived", "RecoveryConfirmed"]
"""What callback and feedback say of a customer who is reached at the first attempt, and content."""


def claim(story: Story, callback: str, by: Staff = LI) -> StartAttempt:
    return StartAttempt(complaint_id=story.complaint, callback=callback, by=by)


def attempt(story: Story, callback: str, outcome: str, answers: Answers | None = None, by: Staff = LI) -> RecordAttempt:
    return RecordAttempt(complaint_id=story.complaint, callback=callback, outcome=outcome, answers=answers, by=by)


async def is_called(story: Story, answers: Answers) -> None:
    """Once the call is due: claimed, and answered at the first attempt."""
    due = await story.sees(CallbackDue, purpose="confirm", channel="phone")
    await story.say("callback", claim(story, due.callback))
    await story.say("callback", attempt(story, due.callback, "reached", answers))
    await story.sees(RecoveryConfirmed)


def report(story: Story, work: str, finding: str, cause: str, because: str, *more: str) -> ReportResolution:
    """The department's answer, with what every answer needs that admits something."""
    return ReportResolution(
        complaint_id=story.complaint, work=work, finding=finding, cause_code=cause, no_action_because=because,
        answer_parts=("acknowledgement", "explanation", "apology", "prevention", *more), by=of(work.partition("-")[2]),
    )  # fmt: skip


def tried(callback: str, channel: str, outcome: str) -> list[str]:
    """One attempt, as `called` tells it."""
    return [f"CallbackDue {callback} {channel}", f"CallbackAttemptStarted {callback}", f"CallbackAttempted {callback} {outcome}"]


async def called(story: Story) -> list[str]:
    """What callback said of it, in order: of which callback, and with what outcome, or why, or by which channel."""
    return [_line(fact) for fact in await story.facts("callback")]


def _line(fact: Fact) -> str:
    about = (getattr(fact.message, field, None) for field in ("outcome", "reason", "channel"))
    words: Iterable[str | None] = (fact.name, getattr(fact.message, "callback", None), next(filter(None, about), None))
    return " ".join(filter(None, words))
