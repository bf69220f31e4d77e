"""What people ask of callbacks: one more, another time, or none."""

from datetime import datetime, timedelta

from contracts.callback import CallbackRescheduled, CancelCallback, RequestCallback, RescheduleCallback
from services.callback.attempts import alive
from services.callback.ends import Said, abandon, cancel, of
from services.callback.ladder import no_way
from services.callback.policy import NOT_WANTED, REQUESTED, CallbackPolicy
from services.callback.promising import CARE, CONFIRM, PROGRESS, SUPERVISE, draft, has_live, judged_at, obstacle, promise
from services.callback.rules import Window
from services.callback.state import SECOND, Complaint, Promise
from services.callback.timing import first_time, free_from, whole
from services.platform.kernel.service import Refused, listed

FARTHEST = timedelta(days=60)
"""Ahead of now: nobody remembers a longer promise."""
MOST_REQUESTED = 50
"""Of one complaint, in all its rounds."""
PURPOSES = (CONFIRM, PROGRESS, CARE, SUPERVISE)


def request(complaint: Complaint, told: RequestCallback, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    if told.purpose not in PURPOSES:
        raise Refused("unknown_purpose", see=listed(PURPOSES))
    if sum(each.because == REQUESTED for each in complaint.promises) >= MOST_REQUESTED:
        raise Refused("too_many_callbacks")
    earliest = _window(told.earliest, told.latest, instant)
    if complaint.is_over and told.purpose == PROGRESS:
        raise Refused("complaint_over")
    if reason := obstacle(complaint):
        raise Refused("no_way", see=reason)
    if live := has_live(complaint, told.purpose):
        raise Refused("already_promised", see=live.id)
    drafted = _asked(complaint, told, earliest, instant, policy)
    if told.purpose == CONFIRM:
        drafted = _asked_again(complaint, drafted)
    complaint = _at_ease(complaint, told.latest)
    leading = [rung.channel for rung in policy.rungs(complaint.is_vulnerable) if not no_way(complaint, rung.channel)]
    if not leading:
        raise Refused("no_way", see=no_way(complaint, "phone"))
    _must_open(complaint, drafted.but(channel=leading[0]), earliest, drafted.latest, policy)
    return promise(complaint, drafted, policy, told.by)


def _asked(complaint: Complaint, told: RequestCallback, earliest: datetime, instant: datetime, policy: CallbackPolicy) -> Promise:
    """As long after its latest as a confirming call it is given up."""
    grace = timedelta(seconds=policy.abandon_after_seconds - policy.latest_after_seconds)
    latest = told.latest.replace(microsecond=0)
    window = Window.model_construct(earliest_after_seconds=0, latest_after_seconds=0, abandon_after_seconds=0)
    return draft(complaint, told.purpose, REQUESTED, window, instant, policy).but(
        earliest=earliest, due_at=earliest, latest=latest, judged_at=judged_at(latest, policy), ends_at=latest + SECOND + grace
    )


def _asked_again(complaint: Complaint, drafted: Promise) -> Promise:
    """With what the customer was to be told; who said nothing may be found after all."""
    if complaint.is_over or complaint.resolved != complaint.round:
        raise Refused("not_to_confirm")
    before = [each for each in complaint.promises if each.purpose == CONFIRM and each.round == complaint.round]
    if any(each.ended == "completed" for each in before):
        raise Refused("not_to_confirm")
    return drafted.but(finding=before[0].finding, answer_parts=before[0].answer_parts) if before else drafted


def reschedule(complaint: Complaint, told: RescheduleCallback, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """By the channel that it is on.  When it is given up stays as it is."""
    known = _movable(complaint, told.callback)
    if known.is_broken or known.breaks_at <= instant:
        raise Refused("already_broken")
    earliest, latest = _window(told.earliest, told.latest, instant), told.latest.replace(microsecond=0)
    if latest >= known.ends_at:
        raise Refused("beyond_end")
    complaint = _at_ease(complaint, latest)
    due_at = _must_open(complaint, known, earliest, latest, policy)
    moved = known.but(
        earliest=due_at, latest=latest, judged_at=judged_at(latest, policy), due_at=due_at, allowed_until=None, waits_for=None,
        given_up_for=None,
    )  # fmt: skip
    return complaint.holding(moved), [CallbackRescheduled(
        **of(complaint, moved), purpose=moved.purpose, earliest=moved.earliest, latest=moved.latest, latest_before=known.latest,
        reason=told.reason, by=told.by,
    )]  # fmt: skip


def call_off(complaint: Complaint, told: CancelCallback, instant: datetime, policy: CallbackPolicy) -> tuple[Complaint, Said]:
    """Of a confirming call the question stays: it is given up, so that feedback asks in writing."""
    known = _movable(complaint, told.callback)
    if known.purpose != CONFIRM:
        return cancel(complaint, known, told.reason, instant, policy, told.by)
    ended, said = abandon(complaint, known, NOT_WANTED, instant, policy)
    return complaint.holding(ended), said


def _movable(complaint: Complaint, callback: str) -> Promise:
    known = alive(complaint, callback)
    if known.lease:
        raise Refused("claimed")
    return known


def _window(earliest: datetime | None, latest: datetime, instant: datetime) -> datetime:
    """From when on; refuses what is past, upside down or out of sight."""
    begins = whole(max(earliest or instant, instant))
    if begins > latest or latest > instant + FARTHEST:
        raise Refused("bad_window")
    return begins


def _at_ease(complaint: Complaint, latest: datetime) -> Complaint:
    """A pause is ours: one that leaves nothing of what was asked for gives way to it."""
    return complaint.but(pauses={channel: until for channel, until in complaint.pauses.items() if until <= latest})


def _must_open(complaint: Complaint, promise: Promise, earliest: datetime, latest: datetime, policy: CallbackPolicy) -> datetime:
    """The first allowed instant of the window."""
    opens = first_time(complaint, promise.channel, earliest, policy)
    if opens is None or opens > latest:
        raise Refused("too_many_attempts" if free_from(complaint, promise.channel, policy) > earliest else "outside_hours")
    return opens
