"""A nursery for all tests of faults."""

from __future__ import annotations

import pytest

from tests.faults.nursery import Nursery
from tests.forking import Forks


@pytest.fixture(scope="session")
def nursery(forks: Forks) -> Nursery:
    """Starts processes of the app."""
    return Nursery(forks)
