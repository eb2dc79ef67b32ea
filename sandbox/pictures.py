"""Takes the pictures in the documents: `make pictures`, where a Chromium is installed.

They show the sample city after its twelve weeks, as the demo does.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import click

from sandbox import Sandbox, SandboxClock
from sandbox.chromium import NAMES, BrowserError, Frame, browser, find
from sandbox.city import BEGINS, CITY, story
from sandbox.city.people import MAYOR
from sandbox.city.sights import Sights
from sandbox.city.weeks import weeks
from sandbox.demo import Demo, tell

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
# A phone's width, in CSS pixels
PHONE = 390
# The post about which the mayor has asked, and whose messages are shown
QUESTION, AUTHOR = "shelter#37", "nagai"
COLOURS = 256
NO_BROWSER = (
    "Chromiumが見つからないので、画像を作れません（{names}）。\n"
    "No Chromium is installed, so no pictures can be taken ({names})."
)

# The digest up to the help that is wanted; the first three posts; thanks and a reaction
FRAMES: Mapping[str, Frame] = {
    "digest": Frame(
        ".timeline > .message:last-of-type", height=6_000, until="hr.block:nth-of-type(4)"
    ),
    "home": Frame(".home", width=PHONE, height=3_000, until=".blocks > :nth-child(11)"),
    "thread": Frame(".pane.thread .scroll", width=PHONE, height=2_000),
    "notice": Frame(
        ".timeline",
        width=PHONE,
        height=9_000,
        since=".day:nth-last-of-type(3)",
        until=".day:nth-last-of-type(1)",
    ),
    "form": Frame(".modal", width=1_000, height=1_200),
}


def paths(sights: Sights) -> dict[str, str]:
    """The page of each picture."""
    return {
        "digest": sights.digest().path,
        "home": sights.home(MAYOR).path,
        "thread": sights.thread(QUESTION).path,
        "notice": sights.messages(AUTHOR).path,
        "form": sights.form().path,
    }


@click.command()
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=FOLDER,
    help="Where they go; docs/pictures if left out.",
)
def main(into: Path) -> None:
    """Take the pictures in the documents, of the sample city after its twelve weeks."""
    program = find()
    if program is None:
        raise click.ClickException(NO_BROWSER.format(names=", ".join(NAMES)))
    with (
        tempfile.TemporaryDirectory(prefix="iine-demo-") as folder,
        Sandbox(
            clock=SandboxClock(BEGINS), language="ja", domain="senano", name=f"{CITY}役所"
        ) as slack,
    ):
        demo, cut = Demo(slack, Path(folder)), weeks(story())
        with demo.running():
            tell(demo, cut)
            demo.draw_curtain()
        sights = Sights(demo.player, [act for week in cut for act in week.acts])
        try:
            taken = asyncio.run(take(program, slack.web_url, paths(sights)))
        except (BrowserError, TimeoutError) as error:
            raise click.ClickException(f"{program}: {error or 'no answer'}") from error
    save(taken, into)


async def take(program: Path, address: str, where: Mapping[str, str]) -> dict[str, bytes]:
    """Take each picture, from its path on the page at this address."""
    async with browser(program) as page:
        return {
            name: await page.picture(f"{address}{path}", FRAMES[name])
            for name, path in where.items()
        }


def save(taken: Mapping[str, bytes], into: Path) -> None:
    """Put them into a folder, and say how large they are."""
    into.mkdir(parents=True, exist_ok=True)
    for name, picture in taken.items():
        small = with_fewer_colours(picture)
        (into / f"{name}.png").write_bytes(small)
        click.echo(f"{into / name}.png: {len(small) / 1024:.0f} KB")


def with_fewer_colours(picture: bytes) -> bytes:
    """The same picture in a third of the bytes, where Pillow happens to be installed."""
    if find_spec("PIL") is None:
        return picture
    small = BytesIO()
    image = import_module("PIL.Image").open(BytesIO(picture))
    image.convert("RGB").quantize(COLOURS, dither=0).save(small, "PNG", optimize=True)
    return min(picture, small.getvalue(), key=len)


if __name__ == "__main__":
    main()
