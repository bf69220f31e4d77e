"""What decisions make unchecked is held, in every test of them, against what pydantic makes of the same."""

from typing import Any

import pytest

from contracts import model


@pytest.fixture(autouse=True, scope="session")
def what_is_made_is_what_would_be_read():
    unchecked = model._made

    def checked(kind: Any, fields: dict[str, Any]) -> Any:
        made, read = unchecked(kind, fields), kind(**fields)
        assert repr(made) == repr(read) and made.__dict__ == read.__dict__, f"{made!r} is not {read!r}"
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "_made", checked)
        yield
