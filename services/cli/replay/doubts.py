"""Why a cell is not taken for what the mapping says it is."""


class Unfit(Exception):
    """The cell cannot be what the mapping says it is; the sentence's end says why."""


class AmbiguousValue(Exception):
    """The cell may mean two things, and neither is taken."""


def shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")
