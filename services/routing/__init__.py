"""routing owns the complaint: who works on it, how urgent it is, by when, and whether it is over.  See the README."""

from contracts.intake import ComplaintRegistered, DossierErased, SubmissionMerged
from contracts.model import Event, Message
from contracts.routing import CloseComplaint, WithdrawComplaint
from services.platform.kernel.service import Address, Service, by_complaint
from services.routing.decide import decide
from services.routing.policy import RoutingPolicy
from services.routing.state import Complaint, dossiers, facets, wake_at
from services.routing.transitions import TABLE

OPENS = frozenset[type[Message]]((ComplaintRegistered, SubmissionMerged))
ENDS = frozenset[type[Message]]((WithdrawComplaint, CloseComplaint))
USED = frozenset[type[Message]]((*OPENS, DossierErased, *(cause for cause in TABLE if issubclass(cause, Message))))


def address(message: Message, source: str) -> Address | None:
    """The complaint; what other services say and routing has no use for is not even brought to it."""
    return by_complaint(message, source) if type(message) in USED or not isinstance(message, Event) else None


SERVICE = Service(
    name="routing",
    state=Complaint,
    policy=RoutingPolicy,
    decide=decide,
    wake_at=wake_at,
    opens=OPENS,
    address=address,
    dossiers=dossiers,
    facets=facets,
    erases=frozenset({DossierErased}),
    ends=ENDS,
    uses=USED,
)
