"""A nursery for all tests of faults."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.nursery import Nursery
from tests.faults.nursery import nursery as new_nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Starts processes of the app."""
    with new_nursery() as made:
        yield made
