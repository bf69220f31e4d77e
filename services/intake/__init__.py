"""intake: receives complaints, recognises the customer and what is told twice, acknowledges, keeps the personal data, forgets it."""

from functools import partial

from contracts.intake import EraseCustomer, SubmitComplaint
from services.intake.addresses import Addresses
from services.intake.decide import decide, is_erasure
from services.intake.policy import IntakePolicy
from services.intake.state import CustomerFile, aliases, dossiers, facets, wake_at
from services.platform.kernel.service import Service


def service(secret: bytes, region: str = "CN") -> Service:
    """Customers are known by a hash under `secret`; a phone number without its country's code is read as one of `region`.

    Neither may ever change: the same customer would be given a second file.
    """
    addresses = Addresses(secret, region)
    return Service(
        name="intake",
        state=CustomerFile,
        policy=IntakePolicy,
        decide=partial(decide, addresses.key),
        wake_at=wake_at,
        opens=frozenset({SubmitComplaint, EraseCustomer}),
        address=addresses,
        aliases=aliases,
        dossiers=dossiers,
        facets=facets,
        erases=frozenset({EraseCustomer}),
        is_erasure=is_erasure,
    )
