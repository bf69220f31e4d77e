"""callback: keeps the promise to call the customer back."""

from contracts.intake import ComplaintRegistered, DossierErased
from services.callback.decide import USED, address, decide
from services.callback.policy import CallbackPolicy
from services.callback.state import Complaint, dossiers, facets, wake_at
from services.platform.kernel.service import Service

SERVICE = Service(
    name="callback",
    state=Complaint,
    policy=CallbackPolicy,
    decide=decide,
    wake_at=wake_at,
    opens=frozenset({ComplaintRegistered}),
    address=address,
    dossiers=dossiers,
    facets=facets,
    erases=frozenset({DossierErased}),
    uses=USED,
)
