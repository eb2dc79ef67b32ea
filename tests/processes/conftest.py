"""Several processes on one PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.database import Database
from tests.databases import Lend


@pytest.fixture
def two_databases(postgres: Lend) -> Iterator[tuple[Database, Database]]:
    """The same database, as two processes have it open."""
    with postgres() as url:
        one, other = Database(url), Database(url)
        yield one, other
        one.close()
        other.close()
