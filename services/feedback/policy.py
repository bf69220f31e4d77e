"""feedback's rules as data.  The defaults are real life's; a policy set names what it changes."""

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from contracts.intake import Reachable
from contracts.model import Code, Part
from services.platform.kernel.service import Policy

DAY = 24 * 3600
Question = Literal["solved", "csat", "effort", "expected_perceived", "would_return"]
"""What can be asked.  `expected_perceived` is one question with two scores."""
DECISIVE = frozenset({"solved", "csat", "expected_perceived"})
"""Those that can tell whether the recovery worked."""
MOST_QUESTIONS = 5


class Channels(Part):
    """By what a customer is asked who can be reached by phone, else by mail, else by post."""

    phone: Code = "sms"
    mail: Code = "email"
    post: Code = "letter"

    def to(self, reachable: Reachable) -> str | None:
        """None when nothing reaches the customer."""
        ways = ((reachable.phone, self.phone), (reachable.mail, self.mail), (reachable.post, self.post))
        return next((channel for reaches, channel in ways if reaches), None)


class FeedbackPolicy(Policy):
    expires_after_seconds: Annotated[int, Field(ge=1, le=365 * DAY)] = 14 * DAY
    """How long a survey can be answered."""
    channels: Channels = Channels()
    questionnaire: Code = "recovery-1"
    """Id and version of the texts."""
    questions: tuple[Question, ...] = ("solved", "csat", "effort", "expected_perceived", "would_return")

    @field_validator("questions")
    @classmethod
    def _few(cls, questions: tuple[Question, ...]) -> tuple[Question, ...]:
        if len(questions) > MOST_QUESTIONS:
            raise ValueError(f"ask at most {MOST_QUESTIONS} questions, not {len(questions)}")
        if len(set(questions)) < len(questions):
            raise ValueError("ask no question twice")
        return questions

    @model_validator(mode="after")
    def _can_tell(self) -> Self:
        if not DECISIVE & set(self.questions):
            raise ValueError(f"ask at least one of {', '.join(sorted(DECISIVE))}: no other answer tells whether the recovery worked")
        return self
