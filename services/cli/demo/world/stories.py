"""Two complaints of the demonstration, one in each language, told from the customer's own words to the end."""

from collections.abc import Iterator

from rich.text import Text

from contracts.intake import ComplaintRegistered
from services.cli.demo.world.ledger import Ledger
from services.cli.show import lines
from services.cli.show.story import Story, story

LANGUAGES = ("zh", "en")
LONGEST = 54
"""Events of a story that one still likes to read."""
TURNS = frozenset({"feedback.dissatisfaction_reported.v1", "feedback.recovery_confirmed.v1"})


def stories(ledger: Ledger) -> Iterator[Text]:
    """One complaint in each language, from the customer's own words to the end, as `redress show` tells it."""
    for language in LANGUAGES:
        told = [_story(ledger, event) for event in ledger.all(ComplaintRegistered) if event.language == language]
        if short := [one for one in told if len(one.events) <= LONGEST and one.id in ledger.submissions]:
            found = max(short, key=_eventful)
            yield Text(f"“{ledger.submissions[found.id].narrative}”", "italic")
            yield from lines(found)
            yield Text()


def _story(ledger: Ledger, registered: ComplaintRegistered) -> Story:
    return story(registered.complaint_id, ledger.records_of[registered.complaint_id])


def _eventful(one: Story) -> tuple[int, int]:
    """The best story is one in which a customer was not satisfied at first and was in the end; else the one of the most kinds of events."""
    kinds = {event["type"] for event in one.events}
    return len(kinds & TURNS), len(kinds)
