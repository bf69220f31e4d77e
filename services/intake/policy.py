"""intake's rules as data: what is promised, what kind of matter it is, and when two contacts are one complaint."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, model_validator

from contracts.intake import Classes, SubmitComplaint
from contracts.model import Code, Language, Part
from services.intake.classes import ClassRule, ClassTable
from services.platform.business_time import Calendar, CalendarRules, Target
from services.platform.kernel.service import Policy

Days = Annotated[int, Field(ge=1, le=3660)]
DAY = 86_400


class FirstAnswer(Part):
    """Promised in business time: `{target: 1 business days, calendar: office}`."""

    target: Target
    calendar: Code


class IntakePolicy(Policy):
    first_answer_seconds: Annotated[int, Field(ge=1, le=366 * DAY)] | None = DAY
    """How soon after registration the customer is promised a first answer …"""
    first_answer: FirstAnswer | None = None
    """… or the same in business time."""
    calendars: Mapping[Code, CalendarRules] = {}
    """Those of the set."""
    duplicate_days: Days = 30
    """A contact within this time of the last one about an open complaint is about that one."""
    repeat_days: Days = 90
    """A complaint about the same matter this soon after an earlier one was closed names it as its predecessor …"""
    repeat_days_by_kind: Mapping[Code, Days] = {}
    """… or of this class, this soon: a product's failure as long as it is under warranty."""
    kept_days: Annotated[int, Field(ge=90, le=3660)] = 90
    """How long content is kept after the last instant at which a closed complaint could be reopened; its dossier goes with it.  A complaint
    keeps to the rule under which it ended, and one whose class may be repeated for longer is kept for so long.

    Never less than events are: routing may hand a repeated contact back for as long as its topic keeps it.
    """
    classes: Annotated[tuple[ClassRule, ...], Field(max_length=2000)] = ()
    """The first rule that fits decides; where none does the matter is `unclassified`, never a guess."""
    default_language: Language = "zh"
    acknowledgements: Mapping[Language, Code] = {"zh": "ack.zh", "en": "ack.en"}
    """Language → id of the text that says sorry, the reference number and the promise."""

    @model_validator(mode="before")
    @classmethod
    def _one_promise_takes_the_place_of_the_other(cls, said: Any) -> Any:
        has_another = isinstance(said, Mapping) and said.get("first_answer") is not None
        return {"first_answer_seconds": None} | dict(said) if has_another else said

    @model_validator(mode="after")
    def _promises_once(self) -> "IntakePolicy":
        if (self.first_answer_seconds is None) is (self.first_answer is None):
            raise ValueError("give either first_answer_seconds or first_answer")
        return self

    @model_validator(mode="after")
    def _has_a_text_for_everybody(self) -> "IntakePolicy":
        if self.default_language not in self.acknowledgements:
            raise ValueError("acknowledgements needs a text in the default language")
        return self

    @model_validator(mode="after")
    def _keeps_what_repeats_need(self) -> "IntakePolicy":
        if self.kept_days < self.repeat_days:
            raise ValueError("kept_days must be at least repeat_days: a repeat is recognised by the content of the earlier complaint")
        return self

    def faults(self) -> Iterator[tuple[str, str]]:
        if self.first_answer and self.first_answer.calendar not in self.calendars:
            known = ", ".join(sorted(self.calendars)) or "none"
            yield "first_answer.calendar", f"there is no calendar {self.first_answer.calendar}; there is {known}."
        for rule, earlier in self._class_table.never():
            yield f"classes.{rule}", f"this rule can never decide: wherever it fits, classes.{earlier} does before it."

    @property
    def duplicate_window(self) -> timedelta:
        return timedelta(days=self.duplicate_days)

    def repeat_window(self, kind: str) -> timedelta:
        """Of this class."""
        return timedelta(days=self.repeat_days_by_kind.get(kind, self.repeat_days))

    def kept(self, kind: str) -> timedelta:
        """Of this class: no repeat comes later than what it repeats is kept."""
        return max(timedelta(days=self.kept_days), self.repeat_window(kind))

    def first_answer_due(self, registered: datetime) -> datetime:
        """In whole seconds."""
        start = registered.replace(microsecond=0)
        if self.first_answer:
            return self.first_answer.target.due(start, Calendar.of(self.calendars[self.first_answer.calendar]))
        assert self.first_answer_seconds is not None
        return start + timedelta(seconds=self.first_answer_seconds)

    def classify(self, command: SubmitComplaint, source: str | None = None) -> Classes:
        """By the first rule that fits; a stage that the sender states is a fact and stands."""
        found = self._class_table.classes(command, source)
        return found.model_copy(update={"stage": command.stage}) if command.stage else found

    @cached_property
    def _class_table(self) -> ClassTable:
        return ClassTable(self.classes)

    def acknowledgement(self, language: str | None) -> str:
        """In the customer's language: as stated, else without its region or script, else the policy's default."""
        told = language or self.default_language
        known = (tag for tag in (told, told.partition("-")[0], self.default_language) if tag in self.acknowledgements)
        return self.acknowledgements[next(known)]
