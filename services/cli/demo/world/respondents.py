"""Those who are asked in writing: some answer, some once they are reminded, some would rather not, most of whom keep to it."""

from collections.abc import Iterator

from contracts.feedback import AnswerRelationshipSurvey, AnswerSurvey, DeclineSurvey, ItemsSaid, SurveyReminded, SurveyRequested
from contracts.servqual import ITEMS
from services.cli.demo.world.asking import Asking, Heard, asking
from services.cli.demo.world.chance import Chance
from services.cli.demo.world.customers import Customers

SOURCE = "respondents"
WRITE, DECLINE, THINK_BETTER, REMEMBER, ANSWER_TWICE = 0.5, 0.3, 0.25, 0.3, 0.03
"""How many answer at once; of the others how many decline, and answer all the same; how many do once reminded; and how many do so twice."""
EXPECTS = {5: 1.0, 6: 3.0, 7: 2.0}
FALLS_SHORT = {"tangibles": 0.2, "reliability": 0.6, "responsiveness": 0.45, "assurance": 0.3, "empathy": 0.4}
"""How often an item of this dimension is seen as less than what was expected of it."""
COMMENTS = {
    True: {"谢谢，问题解决了。": 2.0, "Thank you, that settled it.": 2.0, "处理得很快，辛苦了。": 1.0, "Better than I feared.": 1.0},
    False: {"还是老样子，没有解决。": 2.0, "It is still not right.": 2.0, "等了这么久，就这样？": 1.0, "I expected rather more.": 1.0},
}


class Respondents:
    def __init__(self, chance: Chance, customers: Customers) -> None:
        self._chance, self._customers = chance, customers

    def hear(self, heard: Heard) -> Iterator[Asking]:
        match heard.event:
            case SurveyRequested(complaint_id=id, round=round, survey=survey):
                if self._customers.answers_surely(id, round) or self._chance.happens(WRITE, "writes", id, survey):
                    yield from self._answer(heard, id, round, survey, heard.event.kind, self._chance.between(1, 8, "answers", id, survey))
                elif self._chance.happens(DECLINE, "declines", id, survey):
                    yield from self._decline(heard, id, round, survey, heard.event.kind)
            case SurveyReminded(complaint_id=id, round=round, survey=survey) if not self._customers.answers_surely(id, round):
                if not self._chance.happens(WRITE, "writes", id, survey) and self._chance.happens(REMEMBER, "remembers", id, survey):
                    yield from self._answer(heard, id, round, survey, heard.event.kind, 1.5)

    def _answer(self, heard: Heard, id: str, round: int, survey: str, kind: str, after: float) -> Iterator[Asking]:
        command: AnswerSurvey | AnswerRelationshipSurvey
        if kind == "relationship":
            command = AnswerRelationshipSurvey(complaint_id=id, survey=survey, items=self._items(id))
        else:
            comment = self._chance.pick(COMMENTS[self._customers.is_content(id, round)], "comment", id, round)
            command = AnswerSurvey(complaint_id=id, survey=survey, answers=self._customers.opinion(id, round), comment=comment)
        yield asking(SOURCE, "feedback", command, after, heard.id)
        if self._chance.happens(ANSWER_TWICE, "answers twice", id, survey):
            yield asking(SOURCE, "feedback", command, after + 1, heard.id, "answers twice")

    def _decline(self, heard: Heard, id: str, round: int, survey: str, kind: str) -> Iterator[Asking]:
        after = self._chance.between(1, 4, "declines after", id, survey)
        yield asking(SOURCE, "feedback", DeclineSurvey(complaint_id=id, survey=survey), after, heard.id)
        if self._chance.happens(THINK_BETTER, "thinks better", id, survey):
            yield from self._answer(heard, id, round, survey, kind, after + 2)

    def _items(self, id: str) -> ItemsSaid:
        items = [(dimension, n) for dimension, number in ITEMS.items() for n in range(number)]
        expected = tuple(self._chance.pick(EXPECTS, "item", id, *each) for each in items)
        short = [2 * self._chance.happens(FALLS_SHORT[dimension], "short", id, dimension, n) for dimension, n in items]
        return ItemsSaid(expectation=expected, perception=tuple(map(int.__sub__, expected, short)))
