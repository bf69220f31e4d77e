"""Routing speaks the kernel tests' toy words here; the services' own come back afterwards."""

from collections.abc import Iterator

import pytest

from contracts import catalogue
from tests.core.kernel.toy import OWNERS


@pytest.fixture(scope="package", autouse=True)
def _toy_words() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, owner in OWNERS.items():
            patch.setitem(catalogue.OWNERS, name, owner)
        catalogue.vocabulary.cache_clear()
        yield
    catalogue.vocabulary.cache_clear()
