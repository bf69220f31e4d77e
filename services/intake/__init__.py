"""intake: receives complaints, recognises the customer and what is told twice, acknowledges, keeps the personal data, forgets it."""

from functools import partial

from contracts.intake import (
    AddInformation,
    AdoptFile,
    EraseCustomer,
    ForgetFile,
    GiveUpFile,
    KeepFile,
    LinkCustomers,
    NoteComplaint,
    PassOn,
    SetCustomerProfile,
    SubmitComplaint,
)
from services.intake.addresses import USED, Addresses
from services.intake.decide import decide, is_erasure
from services.intake.dossier import dossiers
from services.intake.policy import IntakePolicy
from services.intake.sealing import Seal
from services.intake.state import CustomerFile, aliases, dossiers_from, dossiers_in, facets, leads_to, wake_at
from services.intake.whereabouts import decide_with_zones
from services.platform.kernel.service import Service


def service(secret: bytes, region: str = "CN") -> Service:
    """Customers are known by a hash under `secret`; a phone number without its country's code is read as one of `region`.

    Neither may ever change: the same customer would be given a second file.
    """
    addresses, seal = Addresses(secret, region), Seal.under(secret)
    return Service(
        name="intake",
        state=CustomerFile,
        policy=IntakePolicy,
        decide=partial(decide_with_zones, partial(decide, addresses.key, seal), region),
        wake_at=wake_at,
        opens=frozenset({SubmitComplaint, AddInformation, SetCustomerProfile, LinkCustomers, EraseCustomer, GiveUpFile, NoteComplaint}),
        address=addresses,
        aliases=aliases,
        leads_to=leads_to,
        dossiers=dossiers,
        dossiers_from=dossiers_from,
        dossiers_in=dossiers_in,
        facets=facets,
        ends=frozenset({EraseCustomer, GiveUpFile, KeepFile, AdoptFile, PassOn, ForgetFile}),
        is_erasure=partial(is_erasure, seal),
        settles=frozenset({ForgetFile}),
        uses=USED,
    )
