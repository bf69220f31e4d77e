"""What customers wrote, on its scales.  A number beyond its scale is refused: nobody can tell what was meant, and nothing is made up."""

from pydantic import ValidationError

from contracts.common import Answers, AnswersSaid
from contracts.feedback import ItemsSaid
from contracts.servqual import ITEMS
from services.platform.kernel.service import Refused

LOWEST, HIGHEST = 1, 7
"""Of an item of SERVQUAL."""


def on_scale(said: AnswersSaid) -> Answers:
    """The answers; raises `Refused` naming the first that lies beyond its scale."""
    try:
        return Answers.model_validate(said.model_dump())
    except ValidationError as error:
        raise Refused("answer_out_of_range", see=str(error.errors()[0]["loc"][0])) from None


def check(said: ItemsSaid) -> None:
    """Raises `Refused` unless there are all 22 items twice, each on the scale, and weights that make a whole."""
    for name, scores in (("expectation", said.expectation), ("perception", said.perception)):
        if len(scores) != sum(ITEMS.values()):
            raise Refused("items_missing", see=name)
        if any(not LOWEST <= score <= HIGHEST for score in scores):
            raise Refused("answer_out_of_range", see=name)
    if said.weights is not None:
        points = said.weights.model_dump().values()
        if min(points) < 0 or sum(points) != 100:
            raise Refused("weights_not_100")
