"""All canaries that are under way: who heard what, what is to be asked, and who did not come to the end in time.  Pure.

Nothing is kept but what the topics tell: a process that starts reads back, finds the courses that another one left, and goes on with them.
"""

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Protocol

from contracts.canary import KEY, SOURCE
from contracts.common import CommandRefused
from contracts.wire import Unreadable, read
from services.cli.canary.course import Asking, Course, Words, begun, given_up, hear, submission
from services.platform.kernel.record import Record

PATIENCE = timedelta(minutes=2)
"""From the submission to the end; what is slower is a failure, whatever the reason."""
REMEMBERED = 10_000
MARKS = (f'"customer":"{KEY}'.encode(), f'"command_source":"{SOURCE}"'.encode())
"""One of these is in every event about a canary: all others are passed over unread."""
Outcome = Literal["begun", "finished", "failed", "abandoned"]


class Telling(Protocol):
    """To whom it is told."""

    def seen(self, stage: str, at: datetime, after: float | None) -> None: ...

    def ended(self, outcome: Outcome, stage: str | None = None) -> None: ...

    def skipped(self, stage: str) -> None: ...

    def refused(self, reason: str) -> None: ...


class Held(NamedTuple):
    course: Course
    is_ours: bool
    heard: frozenset[str]
    """Events, by id: a repeat changes nothing."""
    asked: tuple[Asking, ...] = ()
    """What is to be asked as soon as all that was is read."""


class Watch:
    """`is_live`: all that was said before the start is read; until then nothing is asked, for it may have been answered."""

    def __init__(self, words: Words, telling: Telling) -> None:
        self.words, self.telling, self.is_live = words, telling, False
        self._held: dict[str, Held] = {}
        self._over = deque[str](maxlen=REMEMBERED)
        """Of these something may still be told."""

    @property
    def under_way(self) -> list[Course]:
        return [held.course for held in self._held.values() if not held.course.is_over]

    def begin(self, ref: str, now: datetime) -> list[Asking]:
        """Where another process was first, that is gone on with; where it has come to its end by now, there is nothing to begin."""
        course = begun(ref, now)
        if course.complaint in self._over:
            return []
        self._held[course.complaint] = self._held.get(course.complaint, Held(course, True, frozenset()))._replace(is_ours=True)
        self.telling.ended("begun")
        return [submission(ref, now)]

    def catch_up(self) -> list[Asking]:
        """What others left unfinished goes on from here; what of a course was never heard from its beginning is left alone."""
        self.is_live = True
        self._leave(id for id, held in list(self._held.items()) if held.course.is_over or not held.course.ref)
        return [asked for held in self._held.values() for asked in held.asked]

    def hear(self, record: Record) -> list[Asking]:
        if not any(mark in (record.value or b"") for mark in MARKS):
            return []
        try:
            envelope, event = read(record.topic, record.value)
        except Unreadable:
            return []                                        # of a later version
        complaint, at = getattr(event, "complaint_id", None), envelope.at
        if complaint is None or at is None or complaint in self._over:
            return []
        held = self._held.get(complaint) or Held(Course(complaint, at), False, frozenset())
        if envelope.id in held.heard:
            return []
        course, asked = hear(held.course, envelope, event, self.words)
        self._tell(held.course, course, event)
        self._held[complaint] = held._replace(course=course, heard=held.heard | {envelope.id}, asked=(*held.asked, *asked))
        if course.is_over and self.is_live:
            self._leave([complaint])
        return asked if self.is_live else []

    def look(self, now: datetime) -> list[Asking]:
        """Gives up who is too late."""
        late = [held for held in self._held.values() if now - held.course.begun > PATIENCE] if self.is_live else []
        for held in late:
            self._leave([held.course.complaint])
            self.telling.ended("failed" if held.is_ours else "abandoned", held.course.missing)
        return [asked for held in late for asked in given_up(held.course)]

    def _leave(self, complaints: Iterable[str]) -> None:
        for complaint in complaints:
            del self._held[complaint]
            self._over.append(complaint)

    def _tell(self, before: Course, after: Course, event: object) -> None:
        for stage in after.seen[len(before.seen) :]:
            since = before.at or before.begun
            taken = max(0.0, (after.at - since).total_seconds()) if after.at and self.is_live else None
            self.telling.seen(stage, after.at or after.begun, taken)
        if not self.is_live:
            return
        for stage in after.skipped[len(before.skipped) :]:
            self.telling.skipped(stage)
        if isinstance(event, CommandRefused) and before.skipped == after.skipped:
            self.telling.refused(event.reason)
        if after.is_over:
            self.telling.ended("finished")

