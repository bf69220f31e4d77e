"""feedback's rules as data.  The defaults are real life's; a policy set names what it changes."""

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from contracts.feedback import ByDimension
from contracts.ids import derived_id
from contracts.intake import Reachable
from contracts.model import Code, Part
from services.platform.kernel.service import Policy

DAY = 24 * 3600
Question = Literal[
    "solved", "csat", "effort", "expected_perceived", "would_return", "nps", "rung", "distributive_justice", "procedural_justice",
    "interactional_justice", "procedural_quality", "personal_quality", "dimension",
]  # fmt: skip
"""What can be asked.  `expected_perceived` is one question with two scores."""
DECISIVE = frozenset({"solved", "csat", "expected_perceived"})
"""Those that can tell whether the recovery worked."""
MOST_QUESTIONS = 5
Span = Annotated[int, Field(ge=1, le=365 * DAY)]
Points = Annotated[int, Field(ge=0, le=100)]


class Channels(Part):
    """By what a customer is asked who can be reached by phone, else by mail, else by post."""

    phone: Code = "sms"
    mail: Code = "email"
    post: Code = "letter"

    def to(self, reachable: Reachable) -> str | None:
        """None when nothing reaches the customer."""
        ways = ((reachable.phone, self.phone), (reachable.mail, self.mail), (reachable.post, self.post))
        return next((channel for reaches, channel in ways if reaches), None)


class Weights(Part):
    """How many of 100 points customers give each dimension of SERVQUAL."""

    tangibles: Points = 11
    reliability: Points = 32
    responsiveness: Points = 22
    assurance: Points = 19
    empathy: Points = 16

    @model_validator(mode="after")
    def _make_a_whole(self) -> Self:
        if (total := sum(self.model_dump().values())) != 100:
            raise ValueError(f"the weights of the five dimensions add up to 100, not {total}")
        return self

    def said(self) -> ByDimension:
        return ByDimension(**self.model_dump())


class Relationship(Part):
    """The survey of a sample of customers, some time after their complaint was closed."""

    sample_permille: Annotated[int, Field(ge=0, le=1000)] = 50
    after_seconds: Span = 30 * DAY
    """From the closing until it is asked."""
    questionnaire: Code = "servqual-1"
    """Id and version of the texts of its 22 items."""
    weights: Weights = Weights()
    """Where the customer gives none."""

    def samples(self, complaint: str) -> bool:
        """Whether this complaint's customer is asked: drawn by its id, so that nobody chooses and every run draws the same."""
        return int(derived_id("relationship", complaint)[:8], 16) % 1000 < self.sample_permille


class FeedbackPolicy(Policy):
    expires_after_seconds: Span = 14 * DAY
    """How long a survey can be answered."""
    reminder_after_seconds: Span | None = 7 * DAY
    """When a customer who has not answered is reminded, once; None: never."""
    channels: Channels = Channels()
    questionnaire: Code = "recovery-1"
    """Id and version of the texts."""
    questions: tuple[Question, ...] = ("solved", "csat", "effort", "expected_perceived", "would_return")
    relationship: Relationship = Relationship()
    listening_posts: Annotated[tuple[Code, ...], Field(min_length=1, max_length=50)] = (
        "complaint_line", "transaction_survey", "feedback_card", "mystery_shopper", "focus_group", "lost_customer", "frontline_staff",
    )  # fmt: skip
    """Where the house hears what customers say unasked."""

    @field_validator("questions")
    @classmethod
    def _few(cls, questions: tuple[Question, ...]) -> tuple[Question, ...]:
        if len(questions) > MOST_QUESTIONS:
            raise ValueError(f"ask at most {MOST_QUESTIONS} questions, not {len(questions)}")
        if len(set(questions)) < len(questions):
            raise ValueError("ask no question twice")
        return questions

    @field_validator("listening_posts")
    @classmethod
    def _different(cls, posts: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(posts)) < len(posts):
            raise ValueError("name no listening post twice")
        return posts

    @model_validator(mode="after")
    def _can_tell(self) -> Self:
        if not DECISIVE & set(self.questions):
            raise ValueError(f"ask at least one of {', '.join(sorted(DECISIVE))}: no other answer tells whether the recovery worked")
        return self

    @model_validator(mode="after")
    def _reminds_in_time(self) -> Self:
        if self.reminder_after_seconds is not None and self.reminder_after_seconds >= self.expires_after_seconds:
            raise ValueError("reminder_after_seconds must lie before expires_after_seconds: nobody is reminded of what is over")
        return self
