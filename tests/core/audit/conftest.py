"""Here, too, the services speak the toy's words."""

from tests.core.kernel.conftest import _toy_words

__all__ = ["_toy_words"]
