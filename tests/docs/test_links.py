"""Every link, picture and path in the documents leads somewhere."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from tests.docs.markdown import ROOT, Page, codes

DOCUMENTS = sorted(
    str(file.relative_to(ROOT)) for file in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
)
PAGES = pytest.mark.parametrize("page", [Page(name) for name in DOCUMENTS], ids=DOCUMENTS)

_ADDRESS = re.compile(r"https?://[^\s`)>\"」、。]+")
_PATH = re.compile(r"(?:[\w.-]+/)*[\w-]+(?:/|\.(?:py|md|toml|txt|png|css|js))")
_OURS = (
    "app.py",
    "service.py",
    "bot/",
    "handlers/",
    "jobs/",
    "models/",
    "migrations/",
    "sandbox/",
    "tests/",
)


def _is_allowed(host: str | None) -> bool:
    return host in ("slack.com", "docs.slack.dev", "127.0.0.1") or str(host).endswith(".slack.com")


@PAGES
def test_every_link_leads_to_a_file(page: Page) -> None:
    for link in page.links:
        path, _, anchor = link.partition("#")
        if "://" in link:
            continue
        target = (ROOT / page.name).parent / path if path else ROOT / page.name
        assert target.exists(), f"{page.name} links to {link}, which is not there."
        if anchor and target.suffix == ".md":
            there = Page(str(target.resolve().relative_to(ROOT)))
            assert anchor in there.anchors, f"{page.name}: {link} names no heading of {there.name}."


@PAGES
def test_only_slacks_own_addresses_are_named(page: Page) -> None:
    for address in _ADDRESS.findall(page.text):
        assert _is_allowed(urlsplit(address).hostname), (
            f"{page.name}: {address}: only slack.com and docs.slack.dev are named in the documents."
        )


@PAGES
def test_every_path_that_is_named_is_there(page: Page) -> None:
    for code in codes(page.prose):
        if code.startswith(_OURS) and _PATH.fullmatch(code):
            assert (ROOT / code).exists(), f"{page.name} speaks of {code}, which is not there."
