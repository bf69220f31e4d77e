"""§4.5: where service falls short of what customers expect."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.servqual import DIMENSIONS, Answer, dimensions, of_questionnaire, overall, total, weighted, worst

unhurried = settings(deadline=None)
"""Fractions are slow where much else runs."""
GAPS = dict(zip(DIMENSIONS, map(Fraction, ("-0.65", "-1.10", "-0.83", "-0.70", "-1.01")), strict=True))
WEIGHTS = dict(zip(DIMENSIONS, map(Fraction, (11, 32, 22, 19, 16)), strict=True))
ITEMS = dict(zip(DIMENSIONS, (4, 5, 4, 4, 5), strict=True))
scores = st.fractions(0, 10, max_denominator=100)
all_answers = st.lists(st.builds(Answer, st.sampled_from(DIMENSIONS), st.sampled_from("abc"), scores, scores), min_size=1, max_size=40)


def of_22_items() -> list[Answer]:
    """Items lie about their dimension's gap, some above and some below, and two customers differ on each."""
    return [
        Answer(dimension, f"item {item}", Fraction(6), 6 + GAPS[dimension] + Fraction(2 * item - ITEMS[dimension] + 1, 10) + apart)
        for dimension in DIMENSIONS
        for item in range(ITEMS[dimension])
        for apart in (Fraction("0.3"), Fraction("-0.3"))
    ]


def test_the_gaps_of_the_textbook_add_up_to_its_figures():
    found = dimensions(of_22_items(), WEIGHTS)
    assert {each.name: each.gap for each in found} == GAPS
    assert sum(len(each.items) for each in found) == 22
    assert total(found) == Fraction("-4.29") and overall(found) == Fraction("-0.858")
    assert weighted(found) == Fraction("-0.9007")
    assert worst(found) == ("reliability",)


def test_without_weights_there_is_no_weighted_figure():
    assert weighted(dimensions(of_22_items(), {})) is None


def test_the_questionnaires_scores_are_in_its_order_and_whole():
    found = dimensions(of_questionnaire((7,) * 22, (7,) * 4 + (6,) * 5 + (5,) * 4 + (4,) * 4 + (3,) * 5), {})
    assert [(each.name, len(each.items), each.gap) for each in found] == [
        ("tangibles", 4, 0), ("reliability", 5, -1), ("responsiveness", 4, -2), ("assurance", 4, -3), ("empathy", 5, -4),
    ]  # fmt: skip
    for expectation, perception in ((21, 22), (22, 21), (23, 23)):
        with pytest.raises(ValueError):
            of_questionnaire((7,) * expectation, (7,) * perception)


def test_a_gap_is_what_was_perceived_less_what_was_expected():
    (found,) = dimensions([Answer("empathy", "a", Fraction(5), Fraction(3))], {})
    assert found.gap == -2


def test_an_item_counts_once_in_its_dimension_however_many_answered_it():
    answers = [Answer("empathy", item, Fraction(5), Fraction(perceived)) for item, perceived in (("a", 3), ("a", 3), ("a", 3), ("b", 5))]
    (found,) = dimensions(answers, {})
    assert [(item.name, item.answers, item.gap) for item in found.items] == [("a", 3, -2), ("b", 1, 0)]
    assert (found.gap, found.sum) == (-1, -2)


def test_equally_bad_dimensions_are_all_the_worst():
    found = dimensions([Answer(name, "a", Fraction(5), Fraction(4)) for name in ("empathy", "assurance")], {})
    assert worst(found) == ("assurance", "empathy")


@unhurried
@given(all_answers, st.randoms(use_true_random=False))
def test_the_order_of_the_answers_changes_no_figure(answers: list[Answer], random):
    shuffled = random.sample(answers, len(answers))
    once, again = dimensions(answers, {}), dimensions(shuffled, {})
    assert [(each.name, each.gap, each.sum) for each in once] == [(each.name, each.gap, each.sum) for each in again]


@unhurried
@given(all_answers)
def test_the_whole_lies_between_its_worst_and_its_best_dimension(answers: list[Answer]):
    found = dimensions(answers, {})
    gaps = [each.gap for each in found]
    assert min(gaps) <= overall(found) <= max(gaps) and total(found) == len(found) * overall(found)
    equal = dimensions(answers, {each.name: Fraction(100, len(found)) for each in found})
    assert weighted(equal) == overall(found)
