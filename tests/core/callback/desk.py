"""A callback desk in virtual time: one complaint, its dialers, and what callback says.  Instants are hours after the resolution."""

from typing import Any, Self

from contracts.callback import RecordAttempt, StartAttempt
from contracts.common import AnswersSaid, CommandRefused
from contracts.model import Command, Event, Staff
from services.callback import SERVICE
from services.callback.policy import CallbackPolicy
from services.callback.rules import Rung
from services.callback.state import Complaint
from services.platform.kernel.run import Run
from services.platform.kernel.service import Practice
from tests.core.heard import ANNA, COMPLAINT, hour, registered, resolved, speaker_of

ALL = CallbackPolicy(reference="test/callback@1")
"""Real life's numbers, purposes and channels."""
PHONE_ONLY = (Rung(channel="phone"),)


def phone_only(**said: Any) -> CallbackPolicy:
    """Nothing but confirming calls."""
    return CallbackPolicy(
        reference="test/callback@1", ladder=PHONE_ONLY, ladder_for_vulnerable=PHONE_ONLY, progress=None, care=None, supervise=None, **said
    )


POLICY = phone_only()
"""Call between hours 24 and 72, give up at 144; a due may be claimed for 8 hours, a claim holds for 15 minutes."""
SECOND, MINUTE = 1 / 3600, 1 / 60
MS = SECOND / 1000


class Desk:
    def __init__(self, policy: CallbackPolicy = POLICY, knows: bool = True, **facts: Any) -> None:
        """`knows`: whether the complaint was registered (two days before it was resolved); `facts` of it."""
        self.run = Run([Practice(SERVICE, policy)])
        if knows:
            self.hears(registered(**facts), at=-48)

    def hears(self, event: Event, at: float, dated: float | None = None) -> Self:
        """An event of another service; `dated`: when it happened, where it comes later than that."""
        self.run.tell(speaker_of(event), event, at=hour(at), dated=None if dated is None else hour(dated))
        return self

    def claims(self, at: float, by: Staff = ANNA, callback: str = "1-confirm") -> Self:
        self.run.send("callback", StartAttempt(complaint_id=COMPLAINT, callback=callback, by=by), at=hour(at))
        return self

    def reports(
        self, outcome: str, at: float, by: Staff = ANNA, callback: str = "1-confirm", answers: AnswersSaid | None = None, **more: Any
    ) -> Self:
        told = RecordAttempt(complaint_id=COMPLAINT, callback=callback, outcome=outcome, answers=answers, by=by, **more)
        self.run.send("callback", told, at=hour(at))
        return self

    def calls(self, outcome: str, at: float, by: Staff = ANNA, callback: str = "1-confirm", answers: AnswersSaid | None = None) -> Self:
        """A call of three minutes."""
        return self.claims(at, by, callback).reports(outcome, at + 3 * MINUTE, by, callback, answers)

    def wishes(self, wish: type[Command], at: float, by: Staff = ANNA, **said: Any) -> Self:
        """`RequestCallback`, `RescheduleCallback` or `CancelCallback`."""
        self.run.send("callback", wish(complaint_id=COMPLAINT, by=by, **said), at=hour(at))
        return self

    def until(self, at: float) -> Self:
        self.run.until(hour(at))
        return self

    def to_the_end(self) -> Self:
        self.run.to_the_end()
        return self

    @property
    def told(self) -> list[str]:
        """What callback said, without the name's first half."""
        assert not self.run.dead, self.run.dead
        return [name.removeprefix("Callback") for name in self.run.told()]

    @property
    def stamps(self) -> list[tuple[str, Any]]:
        """What callback said, and when."""
        return [(type(told.message).__name__.removeprefix("Callback"), told.envelope.at) for told in self.run.events]

    @property
    def refused(self) -> list[tuple[str, str | None]]:
        return [(refusal.reason, refusal.see) for refusal in self.run.all(CommandRefused)]

    @property
    def complaint(self) -> Complaint:
        document = self.run.document("callback", COMPLAINT)
        assert document is not None
        return document.state


def promised(policy: CallbackPolicy = POLICY, **facts: Any) -> Desk:
    """A desk whose complaint was resolved at hour 0."""
    return Desk(policy, **facts).hears(resolved(), at=0)
