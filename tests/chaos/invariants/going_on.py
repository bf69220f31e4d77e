"""Every complaint ends, or waits for something that is named and due."""

from collections.abc import Iterator

from services.callback.state import Complaint as Called
from services.feedback.state import Complaint as Asked
from services.platform.kernel.document import Document
from services.platform.kernel.wakes import next_wake
from services.routing.state import Complaint
from tests.chaos.history import History

OVER = ("closed", "withdrawn", "merged")


def is_woken(history: History) -> Iterator[tuple[str, str]]:
    """Nothing that was due by the end is left, no document is parked, and what waits waits for an instant that is still to come."""
    for service, documents in history.documents.items():
        for document in documents:
            due = next_wake(document, history.practices[service])
            if document.parked:
                yield f"{service} {document.id}", "is parked"
            elif due is not None and due <= history.quiet:
                yield f"{service} {document.id}", "was due, and nobody woke it"
            elif document.waiting and due is None:
                yield f"{service} {document.id}", "has messages that wait for nothing"


def is_in_somebodys_hands(history: History) -> Iterator[tuple[str, str]]:
    """A complaint is over; or a department, triage or the head has it; or it is resolved, and somebody is to ask whether it helped."""
    if not {"routing", "callback", "feedback"} <= history.documents.keys():
        return
    called = _states(history.documents["callback"])
    asked = _states(history.documents["feedback"])
    for id, complaint in _states(history.documents["routing"]).items():
        if isinstance(complaint, Complaint) and not _is_held(complaint, called.get(id), asked.get(id)):
            yield id, f"is {complaint.stage} since round {complaint.round} began, and nobody is to do anything about it"


def _states(documents: tuple[Document, ...]) -> dict[str, object]:
    return {document.id: document.state for document in documents if document.state is not None}


def _is_held(complaint: Complaint, called: object, asked: object) -> bool:
    if complaint.stage in OVER or complaint.waits_for_a_person:
        return True
    if complaint.stage != "resolved":
        return complaint.stage in ("triage", "with_head") or any(not work.is_declined for work in complaint.open_works)
    is_called = isinstance(called, Called) and bool(called.live)
    is_asked = isinstance(asked, Asked) and (asked.live is not None or asked.awaited_call is not None)
    return is_called or is_asked or (not complaint.is_reachable and complaint.given_up_at is not None)
