"""intake's rules as data: what is promised, what kind of matter it is, and when two contacts are one complaint."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from itertools import product
from typing import Annotated

from pydantic import Field, model_validator

from contracts.intake import Classes, SubmitComplaint
from contracts.model import Code, Label, Language, Part
from services.platform.kernel.service import Policy

Days = Annotated[int, Field(ge=1, le=3660)]


Words = tuple[str | None, str | None, str | None]
"""Kind, type and descriptor; upper or lower case is the same."""


class ClassRule(Part):
    """What the sender's own words mean.  The rule fits where every word that it names is the submission's."""

    kind: Label | None = None
    complaint_type: Label | None = None
    descriptor: Label | None = None
    classes: Classes

    @model_validator(mode="after")
    def _names_a_word(self) -> "ClassRule":
        if not any(_words(self)):
            raise ValueError("a class rule names at least one of kind, complaint_type and descriptor")
        return self


class IntakePolicy(Policy):
    first_answer_seconds: Annotated[int, Field(ge=1, le=366 * 86_400)] = 86_400
    """How soon after registration the customer is promised a first answer."""
    duplicate_days: Days = 30
    """A contact within this time of the last one about an open complaint is about that one."""
    repeat_days: Days = 90
    """A complaint about the same matter this soon after an earlier one was closed names it as its predecessor."""
    kept_days: Annotated[int, Field(ge=90, le=3660)] = 90
    """How long content is kept after the last instant at which a closed complaint could be reopened; its dossier goes with it.  A complaint
    keeps to the rule under which it ended.

    Never less than events are: routing may hand a repeated contact back for as long as its topic keeps it.
    """
    classes: Annotated[tuple[ClassRule, ...], Field(max_length=2000)] = ()
    """The first rule that fits decides; where none does the matter is `unclassified`, never a guess."""
    default_language: Language = "zh"
    acknowledgements: Mapping[Language, Code] = {"zh": "ack.zh", "en": "ack.en"}
    """Language → id of the text that says sorry, the reference number and the promise."""

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

    @property
    def duplicate_window(self) -> timedelta:
        return timedelta(days=self.duplicate_days)

    @property
    def repeat_window(self) -> timedelta:
        return timedelta(days=self.repeat_days)

    @property
    def kept(self) -> timedelta:
        return timedelta(days=self.kept_days)

    def classify(self, command: SubmitComplaint) -> Classes:
        """By the first rule that fits; a stage that the sender states is a fact and stands."""
        told = _words(command)
        fitting = [self._first_rules[words] for words in product(*((word, None) for word in told)) if words in self._first_rules]
        found = self.classes[min(fitting)].classes if fitting else Classes()
        return found.model_copy(update={"stage": command.stage}) if command.stage else found

    @cached_property
    def _first_rules(self) -> dict[Words, int]:
        """Words → the first rule that names just these; so a long table costs no more than a short one."""
        return {_words(rule): n for n, rule in reversed(list(enumerate(self.classes)))}

    def acknowledgement(self, language: str | None) -> str:
        """In the customer's language: as stated, else without its region or script, else the policy's default."""
        told = language or self.default_language
        known = (tag for tag in (told, told.partition("-")[0], self.default_language) if tag in self.acknowledgements)
        return self.acknowledgements[next(known)]


def _words(told: ClassRule | SubmitComplaint) -> Words:
    return _plain(told.kind), _plain(told.complaint_type), _plain(told.descriptor)


def _plain(word: str | None) -> str | None:
    return word and (word.strip().casefold() or None)
