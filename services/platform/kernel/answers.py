"""What customers said, on its scales: each service that takes answers refuses one beyond its scale as `answer_out_of_range` by this."""

from pydantic import ValidationError

from contracts.common import Answers, AnswersSaid
from services.platform.kernel.service import Refused


def on_scale(said: AnswersSaid) -> Answers:
    """The answers; raises `Refused` naming the first that lies beyond its scale: nobody can tell what was meant, and nothing is made up."""
    try:
        return Answers.model_validate(said.model_dump())
    except ValidationError as error:
        raise Refused("answer_out_of_range", see=str(error.errors()[0]["loc"][0])) from None
