"""Mutants of what one message does to one document (services/platform/kernel)."""

from collections.abc import Callable
from typing import Any

from contracts.common import Wake
from services.platform.kernel.turn import Turn, latest
from tests.chaos.mutants.mutant import Mutant, Patch

KERNEL = "services.platform.kernel"
Old = Callable[..., Any]


def _forgets(recall: Old) -> Old:
    return lambda document, message: None


def _words_anew(recall: Old) -> Old:
    """Needs the practice, which is the turn's that is under way last: a repeat is seldom the first message of a process."""

    def recalled(document: Any, message: Any) -> Any:
        said = recall(document, message)
        if said is None or not _PRACTICE or message.is_wake:
            return said
        return Turn(document, message, _PRACTICE[-1]).take()[1]

    return recalled


_PRACTICE: list[Any] = []


def _noting_practice(apply: Old) -> Old:
    def applied(document: Any, message: Any, practice: Any) -> Any:
        _PRACTICE[:] = [practice]
        return apply(document, message, practice)

    return applied


def _by_id_alone(is_same: Old) -> Old:
    return lambda entry, message: True


def _by_the_wall(wake_at: Old) -> Old:
    return lambda turn, due: wake_at(turn, latest(turn.message.record.appended, due) if type(turn.message.body) is Wake else due)


def _all_its_own(decide: Old) -> Old:
    return lambda turn, occasion: decide(turn, occasion._replace(own=True))


def _stays_mutated(fall_back: Old) -> Old:
    def fell_back(turn: Any, before: Any, spoken: int) -> None:
        del turn.said[spoken:]

    return fell_back


def _says_no_no(asked: Old) -> Old:
    def heeded(turn: Any, cause: Any) -> Any:
        is_heeded, decision = asked(turn, cause)
        return is_heeded, decision if is_heeded else (turn.document.state, ())

    return heeded


def _drops(wait: Old) -> Old:
    return lambda turn, message, ordinal: None


def _skips_a_number(write: Old) -> Old:
    return lambda service, event, *, id, at, seq, cause: write(service, event, id=id, at=at, seq=2 * seq, cause=cause)


MUTANTS = (
    Mutant("no journal", "What was answered is decided again when it comes again.",
           (Patch(f"{KERNEL}.apply:_recall", _forgets),), ("fold",)),
    Mutant(
        "words anew", "What comes again is answered in words of now, not in the stored ones.",
        (
            Patch(f"{KERNEL}.apply:_recall", _words_anew),
            Patch("services.platform.chassis.docket:apply", _noting_practice),
        ),
        ("published", "numbered"),
    ),
    Mutant("known by its id alone", "Another body under a known id is taken for a repeat.",
           (Patch(f"{KERNEL}.apply:_is_same", _by_id_alone),), ("answered",)),
    Mutant("wakes by the wall clock", "A wake happens when it comes, not when it was due.",
           (Patch(f"{KERNEL}.turn:Turn.wake_at", _by_the_wall),), ("fold", "pure run")),
    Mutant("others move time", "Another service's event moves the document's time.", (Patch(f"{KERNEL}.turn:Turn.decide", _all_its_own),),
           ("fold",)),
    Mutant("a failed attempt leaves traces", "What a message did before decide raised on it stays.",
           (Patch(f"{KERNEL}.turn:Turn.fall_back", _stays_mutated),), ("fold",), "crash"),
    Mutant("no refusals", "A command that breaks a rule is dropped without a word.", (Patch(f"{KERNEL}.turn:Turn.asked", _says_no_no),),
           ("answered", "fold")),
    Mutant("early is lost", "A command that is there before its complaint is forgotten.", (Patch(f"{KERNEL}.turn:Turn.wait", _drops),),
           ("answered", "fold")),
    Mutant("gaps in the numbers", "Every second number is left out.",
           (Patch(f"{KERNEL}.turn:write_event", _skips_a_number),), ("numbered",)),
)  # fmt: skip
