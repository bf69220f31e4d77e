"""Why a service ends: one sentence each, which says what to do.  And `Away`, which is waited out."""

from services.platform.chassis.clients import Unavailable


class Away(Exception):
    """Transient trouble, from the closed list of law 9 (network, no primary, no leader, timeout): wait and try again."""

    def __init__(self, what: str, why: str = "") -> None:
        super().__init__(f"{what} is away{f' ({why})' if why else ''}")
        self.what, self.why = what, why


class Oversized(Exception):
    """MongoDB takes no document of this size."""


class MustEnd(Exception):
    """The process cannot go on; its text is one sentence for whoever runs it."""


class KafkaUnavailable(MustEnd, Unavailable):
    """At start."""


class MongoUnavailable(MustEnd, Unavailable):
    """At start."""


class TopicsUnfit(MustEnd):
    """A topic is not as the catalogue has it."""


class NoRight(MustEnd):
    """A right in Kafka or MongoDB that a service needs was not given, or was taken away: it does not pass by itself."""


class BreakerTripped(MustEnd):
    """Law 8: most messages crash in our own code."""


class ClockSkew(MustEnd):
    """Law 5: the broker's clock leads ours by more than a minute."""


class CommitFailed(MustEnd):
    """Offsets could not be committed, for a reason that does not pass."""


class PublishFailed(MustEnd):
    """Kafka will not take an answer, for a reason that does not pass."""


class StoreFailed(MustEnd):
    """MongoDB will not take a document, not even with its dead letter in place of what it could not take."""


class LoopFailed(MustEnd):
    """Something raised that nobody foresaw."""
