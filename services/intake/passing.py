"""What still comes to a file that has gone is passed on to the one that adopted it, which takes it as if it had come there."""

from collections.abc import Callable, Sequence

from contracts.catalogue import vocabulary
from contracts.common import CommandRefused
from contracts.ids import complaint_id
from contracts.intake import ForgetFile, PassOn, SubmitComplaint
from contracts.model import Command, Event, Message, type_name
from services.intake.policy import IntakePolicy
from services.intake.state import CustomerFile
from services.platform.kernel.service import Cause, Refused, Woken

Words = Sequence[Event | Command]
Decide = Callable[[CustomerFile | None, Cause, IntakePolicy], tuple[CustomerFile | None, Words]]


def pass_on(file: CustomerFile, cause: Cause) -> tuple[CustomerFile, Words]:
    """Behind all that went before.  Its sender, its id and its instant stay what they were: so it is the same complaint."""
    assert file.linked_to and file.link and not isinstance(cause.message, Woken)
    message = cause.message
    owner = "intake" if isinstance(message, Command) else cause.source
    sent = PassOn(
        link=file.link, customer=file.customer, into=file.linked_to, submission=_new(file, message, cause.source),
        message=message.model_dump_json(exclude_defaults=True), message_type=type_name(owner, type(message)), message_id=cause.id,
        message_source=cause.source, message_at=cause.instant,
    )  # fmt: skip
    return file.changed(on_the_way=file.on_the_way + 1), [sent]


def _new(file: CustomerFile, message: Message, source: str) -> str | None:
    """The submission, if the file never heard of it: meanwhile, under yet another name, a third file may."""
    id = complaint_id(source, message.source_ref) if isinstance(message, SubmitComplaint) else None
    return None if id in file.lives_in else id


def take_over(
    decide: Decide, file: CustomerFile | None, sent: PassOn, message: Message, cause: Cause, policy: IntakePolicy
) -> tuple[CustomerFile | None, Words]:
    """As if it had come here; so is its refusal told."""
    first = cause._replace(message=message, id=sent.message_id, source=sent.message_source, instant=sent.message_at)
    try:
        file, words = decide(file, first, policy)
    except Refused as refusal:
        assert isinstance(message, Command)
        words = [refusal_of(file, type(message), sent.message_id, sent.message_source, refusal.reason, refusal.see)]
    return file, [*words, ForgetFile(link=sent.link, customer=sent.customer, into=cause.document, records=1)]


def passed_on(sent: PassOn) -> Message | None:
    """The message, or None where no file of intake wrote it."""
    kind = "commands" if sent.message_type.startswith("intake.") else "events"
    reader = vocabulary(f"{'intake' if kind == 'commands' else 'routing'}.{kind}.v1").get(sent.message_type)
    try:
        return reader.model_validate_json(sent.message, extra="ignore") if reader else None
    except ValueError:
        return None


def refusal_of(file: CustomerFile | None, command: type[Command], id: str, source: str, reason: str, see: str | None) -> CommandRefused:
    return CommandRefused(
        customer=file.customer if file else None, command_id=id, command_type=type_name("intake", command), command_source=source,
        reason=reason, see=see,
    )  # fmt: skip
