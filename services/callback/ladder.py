"""电话 → 短信 → 信函 → 派人回访: where one channel was in vain, or cannot be, the next one is tried."""

from datetime import datetime, timedelta

from contracts.callback import CallbackImpossible, VisitRequested
from contracts.model import made
from services.callback.ends import Said, abandon, of
from services.callback.policy import BROKEN, NO_ADDRESS, NO_HOURS, NO_PHONE, TIME_UP, USED_UP, CallbackPolicy
from services.callback.rules import Rung
from services.callback.state import Complaint, Promise
from services.callback.timing import free_from, time_left

MAKES_UP = frozenset({"phone", "message"})
"""By what a broken promise is made up for: its own ladder goes on, and nobody gets two letters."""


def put_on_ladder(
    complaint: Complaint, promise: Promise, at: datetime, policy: CallbackPolicy
) -> tuple[Promise | None, list[tuple[str, str]]]:
    """On the first rung that leads to the customer between `at` and the end, None where none does; and of those before the channel and
    why not."""
    in_vain: list[tuple[str, str]] = []
    for rung in policy.rungs(complaint.is_vulnerable):
        if rung.channel in promise.tried or (promise.because == BROKEN and rung.channel not in MAKES_UP):
            continue
        due_at, why = _way(complaint, promise, rung.channel, at, policy)
        if due_at:
            tried = (*promise.tried, *(channel for channel, _ in in_vain))
            return promise.but(
                channel=rung.channel, counted_here=0, outcomes=(), due_at=due_at, lease=None, allowed_until=None, waits_for=None,
                tried=tried,
            ), in_vain  # fmt: skip
        in_vain.append((rung.channel, why))
    return None, in_vain


def impossible(complaint: Complaint, promise: Promise, channel: str, why: str, goes_on: bool) -> CallbackImpossible:
    return made(
        CallbackImpossible,
        **of(complaint, promise), purpose=promise.purpose, channel=channel, reason=why, goes_on=goes_on,
    )  # fmt: skip


def climb(complaint: Complaint, promise: Promise, why: str, instant: datetime, policy: CallbackPolicy) -> tuple[Promise, Said]:
    """The rung is behind it: after its rest the next one comes, or else the end, for that reason."""
    rest = timedelta(seconds=rung_of(complaint, promise, policy).rests_seconds if promise.counted_here else 0)
    behind = promise.but(tried=(*promise.tried, promise.channel), lease=None, allowed_until=None)
    onto, said = step(complaint, behind, instant + rest, policy)
    if onto:
        return onto, said
    if behind.is_sent and rest and instant < (until := min(behind.ends_at, instant + rest)):
        tried = tuple(rung.channel for rung in policy.rungs(complaint.is_vulnerable))
        return behind.but(tried=tried, due_at=until, given_up_for=why), said
    ended, words = abandon(complaint, behind, why, instant, policy)
    return ended, said + words


def make_way(complaint: Complaint, promise: Promise, instant: datetime, policy: CallbackPolicy) -> tuple[Promise, Said]:
    """No time is left for its rung, or no way: another one may lead to the customer, now or later; or else it ends, for that reason."""
    onto, said = step(complaint, promise, instant, policy)
    if onto:
        return onto, said
    why = no_way(complaint, promise.channel) or held_back_by(complaint, promise.channel, instant, policy)
    ended, words = abandon(complaint, promise, why, instant, policy)
    return ended, said + words


def step(complaint: Complaint, promise: Promise, at: datetime, policy: CallbackPolicy) -> tuple[Promise | None, Said]:
    """As `put_on_ladder`, with a word to those who visit.

    What makes up for a broken promise climbs no further: the broken one's own ladder goes on, and nobody gets two letters.
    """
    if promise.because == BROKEN:
        return None, []
    onto, in_vain = put_on_ladder(complaint, promise, at, policy)
    said: Said = [impossible(complaint, promise, channel, why, goes_on=True) for channel, why in in_vain]
    return onto, said + (visit(complaint, onto) if onto else [])


def rung_of(complaint: Complaint, promise: Promise, policy: CallbackPolicy) -> Rung:
    """The one that it is on; of a channel that is no rung any more, the first."""
    rungs = policy.rungs(complaint.is_vulnerable)
    return next((rung for rung in rungs if rung.channel == promise.channel), rungs[0])


def no_way(complaint: Complaint, channel: str) -> str | None:
    """Why nothing leads to the customer by this channel, whatever the time."""
    ways = complaint.reachable
    match channel:
        case "phone":
            return None if complaint.has_phone else NO_PHONE
        case "message":
            return None if complaint.has_phone or ways.mail else NO_ADDRESS
        case _:
            return None if ways.post else NO_ADDRESS


def _way(complaint: Complaint, promise: Promise, channel: str, at: datetime, policy: CallbackPolicy) -> tuple[datetime | None, str]:
    if why := no_way(complaint, channel):
        return None, why
    if at >= promise.ends_at:
        return None, TIME_UP
    if due_at := time_left(complaint, promise, channel, at, policy):
        return due_at, ""
    return None, held_back_by(complaint, channel, at, policy)


def held_back_by(complaint: Complaint, channel: str, at: datetime, policy: CallbackPolicy) -> str:
    """Why there is no time left for it: the limit of attempts, or the hours."""
    return USED_UP if free_from(complaint, channel, policy) > at else NO_HOURS


def visit(complaint: Complaint, promise: Promise) -> Said:
    """Whoever goes there plans it before it is due."""
    if promise.channel != "visit":
        return []
    return [VisitRequested(
        **of(complaint, promise), purpose=promise.purpose, not_before=promise.due_at, is_vulnerable=complaint.is_vulnerable,
    )]  # fmt: skip
