"""What the address of PostgreSQL says, and what we add to it."""

from __future__ import annotations

import pytest
from sqlalchemy import make_url, text

from models.database import Database
from tests.databases import Lend


@pytest.mark.parametrize(
    "options", [[], ["-csearch_path=iine"], ["-csearch_path=iine", "-cjit=on"]]
)
def test_what_the_address_says_holds(postgres: Lend, options: list[str]) -> None:
    with postgres() as url:
        database = Database(
            make_url(url).update_query_dict({"options": options}).render_as_string(False)
        )
        with database.read() as session:
            shown = session.scalar(text("SHOW search_path"))
            patience = session.scalar(text("SHOW idle_in_transaction_session_timeout"))
        database.close()
    assert (shown == "iine") == bool(options)
    assert patience == "20s"
