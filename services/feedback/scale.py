"""What customers said of the items of SERVQUAL, on their scale; `on_scale` in the kernel does so for all other answers."""

from contracts.feedback import ItemsSaid
from contracts.servqual import ITEMS
from services.platform.kernel.service import Refused

LOWEST, HIGHEST = 1, 7


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
