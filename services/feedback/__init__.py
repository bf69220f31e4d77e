"""feedback: learns whether the recovery worked."""

from contracts.feedback import RecordFeedback
from contracts.intake import ComplaintRegistered, DossierErased
from services.feedback.decide import USED, address, decide
from services.feedback.policy import FeedbackPolicy
from services.feedback.state import Complaint, dossiers, facets, is_open, wake_at
from services.platform.kernel.service import Service

SERVICE = Service(
    name="feedback",
    state=Complaint,
    policy=FeedbackPolicy,
    decide=decide,
    wake_at=wake_at,
    opens=frozenset({ComplaintRegistered, RecordFeedback}),
    is_open=is_open,
    address=address,
    dossiers=dossiers,
    facets=facets,
    erases=frozenset({DossierErased}),
    uses=USED,
)
