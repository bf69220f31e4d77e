"""`redress submit`: one complaint from flags."""

import asyncio
import sys
from collections.abc import Iterator
from typing import Annotated, Any
from uuid import uuid4

import typer
from pydantic import ValidationError

from contracts.ids import complaint_id, derived_id, message_id
from contracts.intake import SubmitComplaint
from contracts.model import Command
from services.cli import local
from services.cli.errors import CommandError
from services.cli.show.story import Told
from services.cli.show.text import printable
from services.cli.submit.answer import sent_and_answered, verdict
from services.intake.identity import can_be_dialled, mail_address
from services.platform.chassis.clients import open_sender
from services.platform.chassis.settings import Settings

app = typer.Typer()
FLAGS = {
    "source_ref": "ref", "complaint_type": "type", "has_public_exposure": "public", "hazards": "hazard",
    "order_no": "order", "id": "customer", "time_zone": "zone",
}  # fmt: skip
"""Where a flag is not called as its field is."""
DEMANDS = {
    r"^[a-z0-9][a-z0-9_.-]{0,63}$": "must be a code of lower-case letters, digits, `_`, `-` and `.`",
    r"^[A-Za-z][A-Za-z0-9_+/-]{0,63}$": "must be a time zone's name, Asia/Shanghai",
    r"^[A-Z]{2}$": "must be a country code of two capital letters, CN",
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$": "must be a language code, zh or en-GB",
}


@app.command()
def submit(
    narrative: Annotated[str | None, typer.Option(help="What went wrong, in the customer's words.")] = None,
    channel: Annotated[str, typer.Option(help="How it came: phone, email, chat, letter, …")] = "phone",
    source: Annotated[str, typer.Option(help="The system it comes from.")] = "cli",
    ref: Annotated[str | None, typer.Option(help="What that system calls it (drawn if left out); again, it is the same one.")] = None,
    name: Annotated[str | None, typer.Option(help="The customer's name.")] = None,
    customer: Annotated[str | None, typer.Option(help="The customer's id.")] = None,
    phone: Annotated[str | None, typer.Option(help="The customer's phone number.")] = None,
    email: Annotated[str | None, typer.Option(help="The customer's e-mail address.")] = None,
    language: Annotated[str | None, typer.Option(help="The customer's language: zh, en, …")] = None,
    country: Annotated[str | None, typer.Option(help="The customer's country: CN, US, …")] = None,
    zone: Annotated[str | None, typer.Option(help="The customer's time zone: Asia/Shanghai, …")] = None,
    vulnerable: Annotated[bool, typer.Option("--vulnerable", help="The customer needs particular care.")] = False,
    kind: Annotated[str | None, typer.Option(help="As the source names it.")] = None,
    type: Annotated[str | None, typer.Option(help="As the source names it.")] = None,
    descriptor: Annotated[str | None, typer.Option(help="As the source names it.")] = None,
    region: Annotated[str | None, typer.Option(help="As the source names it.")] = None,
    order: Annotated[str | None, typer.Option(help="The order's number.")] = None,
    hazard: Annotated[list[str] | None, typer.Option(help="injury, electric_leak, fire, food, …; may be repeated.")] = None,
    public: Annotated[bool, typer.Option("--public", help="It is being talked about in public.")] = False,
) -> None:
    """Hand in one complaint; prints what intake says to it and how to see what becomes of it.  Exit code 1: it was refused."""
    if not (narrative or "").strip():
        raise CommandError("--narrative is missing: say what went wrong, in the customer's words.")
    ref = ref or f"cli-{uuid4().hex[:12]}"
    caller = {"id": customer, "name": name, "phone": phone, "email": email, "language": language, "country": country, "time_zone": zone}
    fields = {
        "source_ref": ref, "channel": channel, "narrative": narrative, "kind": kind, "complaint_type": type, "descriptor": descriptor,
        "region": region, "hazards": hazard or (), "has_public_exposure": public,
        "customer": _given(caller | {"vulnerable": vulnerable or None}), "product": _given({"order_no": order}),
    }  # fmt: skip
    command = checked(SubmitComplaint, _given(fields))
    for warning in unreachable(phone, email):
        print(warning, file=sys.stderr)
    complaint = complaint_id(source, ref)
    said, is_taken = verdict(asyncio.run(_send(local.settings(), command, source, complaint)), complaint)
    if not is_taken:
        print(said, file=sys.stderr)
        raise typer.Exit(1)
    print(f"Complaint {complaint} ({source} {ref})")
    print(said)


async def _send(settings: Settings, command: Command, source: str, complaint: str) -> Told | None:
    """The same flags are the same command, so sending it again changes nothing."""
    id = derived_id("submit", source, command.model_dump_json())
    async with open_sender(settings) as sender:
        return await sent_and_answered(
            settings, message_id(source, id), complaint, lambda: sender.send("intake", command, id=id, source=source)
        )


def unreachable(phone: str | None, email: str | None) -> Iterator[str]:
    """A sentence for each way to reach the customer that is none; the complaint is taken all the same."""
    if phone and not can_be_dialled(phone):
        yield f"{printable(phone)} is no phone number: nobody can call this customer."
    if email and not mail_address(email):
        yield f"{printable(email)} is no e-mail address: nobody can write to this customer there."


def checked(command: type[Command], fields: dict[str, Any]) -> Command:
    """The command, or a CommandError that names the flags that are wrong."""
    try:
        return command.model_validate(fields)
    except ValidationError as error:
        raise CommandError("\n".join(_sentence(fault) for fault in error.errors(include_url=False, include_input=False))) from None


def _sentence(fault: Any) -> str:
    names = [part for part in fault["loc"] if isinstance(part, str)]
    flag = FLAGS.get(names[-1], names[-1])
    return f"--{flag.replace('_', '-')}: {DEMANDS.get(fault.get('ctx', {}).get('pattern')) or fault['msg'].lower()}."


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    """Those that were said; an empty group was not."""
    return {name: value for name, value in fields.items() if value not in (None, {}, ())}
