"""Half-open spans of whole seconds, `(opens, closes)`, in order and apart from one another."""

from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def joined(spans: Iterable[Span]) -> list[Span]:
    """In order; what overlaps or touches is one span."""
    found: list[Span] = []
    for opens, closes in sorted(spans):
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(closes, found[-1][1]))
        else:
            found.append((opens, closes))
    return found


def overlap(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """Where both are."""
    found: list[Span] = []
    i = j = 0
    while i < len(one) and j < len(other):
        opens, closes = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if opens < closes:
            found.append((opens, closes))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return found


def without(spans: Sequence[Span], closed: Sequence[Span]) -> list[Span]:
    """Where the first are and the second are not."""
    if not spans or not closed:
        return list(spans)
    edges = [spans[0][0], *(edge for span in closed for edge in span), spans[-1][1]]
    return overlap(spans, [(opens, closes) for opens, closes in zip(edges[::2], edges[1::2], strict=True) if opens < closes])
