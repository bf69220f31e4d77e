"""What every service says and hears besides its own words."""

from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.model import Code, Command, ComplaintId, Event, Instant, Label, MessageId, Part, Score, Text

Key = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$")]
"""The id of a service's document: a complaint, or in intake a customer's file."""
CustomerKey = Key
"""An opaque keyed hash, made in intake: gathers what belongs to one customer without saying who it is."""
PolicyReference = Label
"""`set/service@version`: the policy that a fact rests on; the version is a hash of its content."""
Round = Annotated[int, Field(ge=1, le=1000)]
"""1 when first routed, one more with each reopening."""


class Expectation(Part):
    """What the customer expects, where stated: the core of the service 基本, information 信息, emotional 情感."""

    core: Score | None = None
    information: Score | None = None
    emotional: Score | None = None


Number = Annotated[int, Field(ge=-(10**6), le=10**6)]


class AnswersSaid(Part):
    """What a customer said of the recovery, on the phone or in writing, with numbers of any size: a scale is asked of `Answers`.

    None where not answered.  How satisfied, and what the customer means to do (`would_return`, `nps`), are two things: a customer who is
    satisfied may still leave.
    """

    solved: bool | None = None
    csat: Number | None = None
    effort: Number | None = None
    """CES: how much trouble it was to the customer, 1 very little to 7 very much."""
    expected: Number | None = None
    perceived: Number | None = None
    would_return: bool | None = None
    dimension: Code | None = None
    """What was worst: tangibles, reliability, responsiveness, assurance, empathy, or the policy's own."""
    nps: Number | None = None
    """How likely the customer recommends us, 0 to 10."""
    rung: Number | None = None
    """Of loyalty: 1 dissatisfied 不满意, 2 satisfied 满意, 3 prefers us 首选, 4 relies on us 完全依赖."""
    distributive_justice: Number | None = None
    """Whether what was given was fair."""
    procedural_justice: Number | None = None
    """Whether the way to it was."""
    interactional_justice: Number | None = None
    """Whether the customer was treated fairly on it."""
    procedural_quality: Number | None = None
    """How well the service runs: in time, smoothly, without errors."""
    personal_quality: Number | None = None
    """How well its people serve: attitude, attention, words."""


class Answers(AnswersSaid):
    """What a customer said, each score on its scale: 1 to 5, where nothing else is said."""

    csat: Score | None = None
    effort: Annotated[int, Field(ge=1, le=7)] | None = None
    expected: Score | None = None
    perceived: Score | None = None
    nps: Annotated[int, Field(ge=0, le=10)] | None = None
    rung: Annotated[int, Field(ge=1, le=4)] | None = None
    distributive_justice: Score | None = None
    procedural_justice: Score | None = None
    interactional_justice: Score | None = None
    procedural_quality: Score | None = None
    personal_quality: Score | None = None


class Note(Part):
    """Free text that somebody wrote, kept in a dossier only."""

    at: Instant
    message: MessageId
    """The command that brought it."""
    text: Text


class Notes(Part):
    """A dossier that holds nothing but notes."""

    complaint_id: ComplaintId
    notes: tuple[Note, ...]


class Wake(Command):
    """The service's own timer: a document asked to be woken at `due`.  Ignored when premature or no longer asked for."""

    KEY = "document"

    document: Key
    count: Annotated[int, Field(ge=0, le=2**53)]
    """How often the document had been woken when it asked."""
    due: Instant


class CommandRefused(Event):
    """A command was understood and broke a rule; nothing changed on its account."""

    complaint_id: ComplaintId | None = None
    """None where the command named a customer only."""
    customer: Key | None = None
    command_id: MessageId
    command_type: Label
    command_source: Label
    reason: Code
    see: Label | None = None
    """Where to go instead: a reference number, a complaint id, a command's name."""


REASONS: dict[str, str] = {
    "id_taken": "Another command of this source has this id and another body: send it again under an id of its own.",
    "never_opened": "The complaint that the command is about did not come within 24 hours.",
    "too_many_waiting": "Too much waits for this complaint already.",
    "document_full": "The complaint's record has reached its largest size; ask an operator.",
    "erased": "The customer was erased while the command waited.",
}
"""Of a `CommandRefused` that any service may say; each service's own are in its module."""

DEAD_REASONS: dict[str, str] = {
    "empty": "The record has no value.",
    "too_large": "The value is larger than 512 KiB.",
    "not_json": "Not valid JSON in UTF-8: cut short, NaN, a number of thousands of digits, nested too deeply, half a surrogate pair.",
    "not_an_object": "JSON, but not an object.",
    "no_type": "The object has no `type`, or one that is not text.",
    "unknown_type": "A command of a type that the service does not know. (An unknown event is skipped and counted, "
    "and so is one that the service does not act on.)",
    "invalid": "A required field is missing, or one is out of its bounds; the detail names the fields. (An unknown field is no fault.)",
    "no_address": "The message names nothing that it could be about.",
    "wrong_key": "The command is not in the standard partition of its complaint's id (the detail names both): make the id the key, and "
    "partition by murmur2.",
    "dated_ahead": "The event says that it happened more than five minutes after it was appended.",
    "id_taken": "Another event of this service has this id and another body.",
    "never_opened": "The complaint that the event is about did not come within 90 days.",
    "too_many_waiting": "Too much waits for this complaint already.",
    "document_full": "The complaint's record has reached its largest size: not even a refusal is noted.",
    "answer_too_large": "What would have to be said about it, or the dossier that it leads to, fits no topic.",
    "stuck": "The service would wake itself without end.",
    "name_taken": "What it leads to would have a name, a reference number say, that something else has: send it again under another id.",
    "unreadable": "The service failed to read it; the reason goes on with the kind of fault: `unreadable.RecursionError`.",
    "undecidable": "The service failed on it; the reason goes on with the kind of fault: `undecidable.KeyError`.",
}
"""Why a record, or a wake, is among a service's dead letters: the header `redress-dead-reason`."""
