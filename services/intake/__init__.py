"""intake: receives complaints, recognises the customer and what is told twice, acknowledges, keeps the personal data, forgets it."""

from contracts.intake import EraseCustomer, SubmitComplaint
from services.intake.addresses import Addresses
from services.intake.decide import decide, is_erasure
from services.intake.policy import IntakePolicy
from services.intake.state import CustomerFile, aliases, dossiers, facets
from services.platform.kernel.service import Service


def service(secret: bytes, region: str = "CN") -> Service:
    """Customers are known by a hash under `secret`; a phone number without its country's code is read as one of `region`.

    Neither may ever change: the same customer would be given a second file.
    """
    return Service(
        name="intake",
        state=CustomerFile,
        policy=IntakePolicy,
        decide=decide,
        wake_at=lambda file: None,
        opens=frozenset({SubmitComplaint, EraseCustomer}),
        address=Addresses(secret, region),
        aliases=aliases,
        dossiers=dossiers,
        facets=facets,
        erases=frozenset({EraseCustomer}),
        is_erasure=is_erasure,
    )
