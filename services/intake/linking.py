"""Two files are one customer's: the old one gives up what it holds, the new one adopts it, and whoever names either finds the new one.

    LinkCustomers → the new file  "is there room?"
    GiveUpFile    → the old file  "may it go?"      no: KeepFile → the new file, which refuses the command
    AdoptFile …   → the new file                    yes: in pieces, and after them (PassOn) whatever still comes to the old file
    ForgetFile    → the old file  "all is here"     it keeps only its names, which lead to the new file from then on

What goes over is personal data, which no event may hold: so the files write to each other on intake's command topic, to one partition in
each direction, and each hears the other in order.  The names stay with the old file: were they to change hands, there would be an instant
at which nobody had them, and whatever came then would open a third file.  A file that expects another one, or has gone itself, gives
nothing up: so links never form a ring.
"""

from collections.abc import Callable
from datetime import datetime

from pydantic_core import to_json

from contracts.ids import derived_id
from contracts.intake import AdoptFile, Customer, CustomersLinked, ForgetFile, GiveUpFile, KeepFile, LinkCustomers, PassOn
from contracts.model import made
from services.intake.adopting import adopt, is_reached
from services.intake.complaint import FAREWELL_BYTES
from services.intake.passing import Decide, Words, passed_on, refusal_of, take_over
from services.intake.policy import IntakePolicy
from services.intake.state import MOST_BYTES, Arrival, CustomerFile
from services.platform.kernel.service import Cause, Refused

Key = Callable[[Customer | None], str | None]
"""The key of whom a message names, if it names anybody: what only the service's secret can tell."""

PIECE = 100_000
"""Characters: written as JSON in JSON they fit into one record, whatever they are."""
MOST_GIVEN = 768 * 1024
"""Bytes of all pieces: they leave in one turn, and the old document keeps them until they have arrived."""
MOST_ADOPTED = 2 * MOST_BYTES
"""How large a file may become by adopting; only registering ends at `MOST_BYTES`."""
MOST_TO_ERASE = MOST_GIVEN // FAREWELL_BYTES
"""Complaints of one file: an erasure tells of them all in one turn."""


def link(key: Key, file: CustomerFile | None, command: LinkCustomers, cause: Cause) -> tuple[CustomerFile, Words]:
    """The new file expects the old one.  `CustomersLinked` is said when that one goes, a refusal when it cannot."""
    customer, into = key(command.customer), key(command.into)
    if not customer:
        raise Refused("no_customer")
    if not into:
        raise Refused("anonymous")
    file = file or made(CustomerFile, customer=cause.document)
    if customer == into or file.is_of(customer):
        raise Refused("same_customer")
    if customer in (each.customer for each in file.expecting.values() if not each.is_overdue):
        raise Refused("being_linked")
    link = derived_id("intake", "link", cause.source, cause.id)
    arrival = Arrival(customer=customer, command=cause.id, source=cause.source, linked_at=cause.instant)
    ask = GiveUpFile(
        link=link, customer=customer, into=file.customer, linked_at=cause.instant, command_id=cause.id, by=command.by,
        room=_share(file, MOST_ADOPTED - file.weight), room_to_erase=_share(file, MOST_TO_ERASE - len(file.unerased)),
    )  # fmt: skip
    return file.changed(expecting={**file.expecting, link: arrival}), [ask]


def _share(file: CustomerFile, left: int) -> int:
    """Half of what is left, so that another file may come at the same time, to which half of the rest is given."""
    return max(0, left) >> len(file.expecting) + 1


def between_files(decide: Decide, file: CustomerFile | None, cause: Cause, policy: IntakePolicy) -> tuple[CustomerFile | None, Words]:
    """What one file of intake writes to another, its seal being right; what no link here waits for is refused."""
    match cause.message:
        case GiveUpFile() as ask:
            return _give_up(file or made(CustomerFile, customer=cause.document), ask, cause.ordinal)
        case KeepFile() as answer if file and answer.link in file.expecting:
            return _keep(file, answer)
        case AdoptFile() as sent if file and sent.link in file.expecting:
            return _take_piece(file, sent, cause.instant, policy)
        case PassOn() as sent if (message := passed_on(sent)):
            return take_over(decide, file, sent, message, cause, policy)
        case ForgetFile() as told if file and told.link == file.link:
            return file.changed(on_the_way=max(0, file.on_the_way - told.records)), []
    raise Refused("only_intake")


# -- the old file ---------------------------------------------------------------------------------------------------------------------


def _give_up(file: CustomerFile, ask: GiveUpFile, ordinal: int) -> tuple[CustomerFile, Words]:
    pieces = _pieces(file)
    if reason := _objection(file, ask, pieces):
        return file, [KeepFile(link=ask.link, customer=ask.customer, into=ask.into, reason=reason)]
    complaints = tuple(dict.fromkeys(file.lives_in.values()))[:5000]
    told = CustomersLinked(customer=file.customer, into=ask.into, complaints=complaints, command_id=ask.command_id, by=ask.by)
    sent = [
        AdoptFile(
            link=ask.link, customer=file.customer, into=ask.into, piece=piece, is_last=number == len(pieces), number=number,
            dossiers_from=file.dossiers_from + ordinal, erased_at=file.erased_at, erased_now_at=file.erased_now_at,
        )
        for number, piece in enumerate(pieces, 1)
    ]  # fmt: skip
    names = {"lives_in": file.lives_in, "held_elsewhere": file.held_elsewhere}
    return made(CustomerFile, customer=file.customer, **names, linked_to=ask.into, link=ask.link, on_the_way=len(sent)), [told, *sent]


def _objection(file: CustomerFile, ask: GiveUpFile, pieces: list[str]) -> str | None:
    if file.customer == ask.into:
        return "same_customer"
    if file.linked_to or file.expecting:
        return "being_linked"
    is_too_large = file.weight > ask.room or sum(len(to_json(piece)) for piece in pieces) > MOST_GIVEN
    return "document_full" if is_too_large or len(file.unerased) > ask.room_to_erase else None


def _pieces(file: CustomerFile) -> list[str]:
    written = file.model_dump_json(exclude_defaults=True)
    return [written[start : start + PIECE] for start in range(0, len(written), PIECE)]


def is_settled(file: CustomerFile, told: ForgetFile) -> bool:
    """Whether nothing that was sent is on its way any more."""
    return file.linked_to is not None and (told.link, told.records) == (file.link, file.on_the_way)


# -- the new file ---------------------------------------------------------------------------------------------------------------------


def _keep(file: CustomerFile, answer: KeepFile) -> tuple[CustomerFile, Words]:
    arrival, file = file.expecting[answer.link], _without(file, answer.link)
    if arrival.is_overdue:
        return file, []
    return file, [refusal_of(file, LinkCustomers, arrival.command, arrival.source, answer.reason, None)]


def _take_piece(file: CustomerFile, sent: AdoptFile, instant: datetime, policy: IntakePolicy) -> tuple[CustomerFile, Words]:
    arrival = file.expecting[sent.link]
    written = arrival.written + sent.piece
    if not sent.is_last:
        return file.changed(expecting={**file.expecting, sent.link: arrival.model_copy(update={"written": written})}), []
    try:
        old = CustomerFile.model_validate_json(written)
    except ValueError:
        raise Refused("only_intake") from None
    overdue = [link for link, each in file.expecting.items() if each.is_overdue and each.customer == arrival.customer]
    file, events = adopt(_without(file, sent.link, *overdue), old, arrival, sent, instant, policy)
    return file, [*events, ForgetFile(link=sent.link, customer=sent.customer, into=file.customer, records=sent.number)]


def is_reached_on_arrival(file: CustomerFile, sent: AdoptFile) -> bool:
    """Whether an erasure that came between the link and this piece, which is the last, reaches either file."""
    arrival = file.expecting.get(sent.link)
    return arrival is not None and sent.is_last and (is_reached(arrival, file.erased_at) or is_reached(arrival, sent.erased_at))


def _without(file: CustomerFile, *links: str) -> CustomerFile:
    return file.changed(expecting={each: arrival for each, arrival in file.expecting.items() if each not in links})


def give_up_awaited(file: CustomerFile, instant: datetime) -> tuple[CustomerFile, Words]:
    """What was asked for long ago and has not begun to come: whoever wants the link may ask for it again."""
    late = {link: each for link, each in file.expecting.items() if each.due and each.due <= instant}
    told = [refusal_of(file, LinkCustomers, each.command, each.source, "not_given_up", None) for each in late.values()]
    overdue = {link: each.model_copy(update={"is_overdue": True}) for link, each in late.items()}
    return (file.changed(expecting={**file.expecting, **overdue}) if late else file), told
