"""What customers write besides: kept in the dossier, and on no event."""

from contracts.common import Note
from services.feedback.state import Complaint
from services.platform.kernel.notes import fits
from services.platform.kernel.service import Cause, Refused


def with_comment(complaint: Complaint, comment: str | None, cause: Cause) -> Complaint:
    """Raises `Refused` where the notes are full, or the customer is erased and nothing may be kept."""
    if comment is None:
        return complaint
    if complaint.is_erased:
        raise Refused("customer_erased")
    note = Note(at=cause.at, message=cause.id, text=comment)
    if not fits(note, complaint.notes):
        raise Refused("notes_full")
    return complaint.but(notes=(*complaint.notes, note))
