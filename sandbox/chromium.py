"""Pictures of a page, taken by a Chromium that is installed on this machine.

It is spoken to over its debugging port (chromedevtools.github.io/devtools-protocol). It may only
reach this machine: the pages load nothing else.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from sandbox.json_types import JsonObject, as_list, as_object, as_text

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
# Real seconds in which it must have started, or answered
PATIENCE = 60.0
# It says where it listens within its first lines.
LINES = 200
LISTENS = re.compile(rb"ws://(127\.0\.0\.1:\d+)/")

# The place of what is shown: [x, y, width, height]. Fonts are there and all is drawn by then. A
# box that is taller than what is in it ends a little below that.
PLACE = """
(async ([selector, since, until, margin]) => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const shown = document.querySelector(selector);
  if (!shown) return null;
  const box = shown.getBoundingClientRect();
  const topOf = (name) => shown.querySelector(name)?.getBoundingClientRect().top;
  const bottoms = [...shown.querySelectorAll("*")]
    .filter((one) => !one.children.length)
    .map((one) => one.getBoundingClientRect().bottom);
  const top = since ? topOf(since) - margin : box.top;
  const bottom = until ? topOf(until) - 4 : Math.min(box.bottom, Math.max(...bottoms) + margin);
  return [box.left, top, box.width, bottom - top];
})
"""
MARGIN = 12


class BrowserError(Exception):
    """The browser did not do what it was asked to."""


@dataclass(frozen=True)
class Frame:
    """What is shown of a page: the first element for a selector, in a window of this size.

    `width` and `height` are in CSS pixels; what does not fit into the window is not drawn.
    `scale` has the picture's pixels for each of them. The picture begins with the first element
    for `since` inside of it, and ends above the first one for `until`, where these are given.
    """

    selector: str
    width: int = 760
    height: int = 900
    scale: float = 1.5
    since: str = ""
    until: str = ""

    @property
    def is_phone(self) -> bool:
        """Whether the page is shown as on a phone."""
        return self.width < 600


def find() -> Path | None:
    """The browser, if one is installed under a usual name."""
    found = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in found if path), None)


@asynccontextmanager
async def browser(program: Path) -> AsyncIterator[Browser]:
    """A browser at work, with a profile that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="iine-pictures-") as profile:
        process = await asyncio.create_subprocess_exec(
            program, *FLAGS, f"--user-data-dir={profile}", "about:blank", stderr=PIPE
        )
        try:
            async with asyncio.timeout(PATIENCE):
                address = await _address(process)
            async with aiohttp.ClientSession() as session, _page(session, address) as socket:
                yield Browser(socket)
        finally:
            await _end(process)


class Browser:
    """One page of a browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._asked = 0
        self._loaded = False

    async def picture(self, url: str, frame: Frame) -> bytes:
        """The picture as PNG. Raises BrowserError if there is no such element."""
        async with asyncio.timeout(PATIENCE):
            await self._ask(
                "Emulation.setDeviceMetricsOverride",
                width=frame.width,
                height=frame.height,
                deviceScaleFactor=frame.scale,
                mobile=frame.is_phone,
            )
            await self._go_to(url)
            x, y, width, height = await self._place(frame)
            taken = await self._ask(
                "Page.captureScreenshot",
                format="png",
                clip={"x": x, "y": y, "width": width, "height": height, "scale": 1},
            )
        return base64.b64decode(as_text(taken.get("data")))

    async def _go_to(self, url: str) -> None:
        await self._ask("Page.enable")
        self._loaded = False
        await self._ask("Page.navigate", url=url)
        while not self._loaded:
            await self._hear()

    async def _place(self, frame: Frame) -> list[float]:
        wanted = json.dumps([frame.selector, frame.since, frame.until, MARGIN])
        answer = await self._ask(
            "Runtime.evaluate",
            expression=f"({PLACE})({wanted})",
            awaitPromise=True,
            returnByValue=True,
        )
        place = as_list(as_object(answer.get("result")).get("value"))
        numbers = [float(number) for number in place if isinstance(number, int | float)]
        if len(numbers) != 4:
            raise BrowserError(f"the page does not have all of {frame}")
        return numbers

    async def _ask(self, method: str, **params: object) -> JsonObject:
        """What the browser answers. Raises BrowserError with what it refuses."""
        self._asked += 1
        await self._socket.send_json({"id": self._asked, "method": method, "params": params})
        while True:
            said = await self._hear()
            if said.get("id") != self._asked:
                continue
            if "error" in said:
                raise BrowserError(f"{method}: {said['error']}")
            return as_object(said.get("result"))

    async def _hear(self) -> JsonObject:
        """The next thing that the browser says: an answer, or that something has happened."""
        message = await self._socket.receive()
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise BrowserError("the browser has gone")
        said = as_object(message.json())
        self._loaded = self._loaded or said.get("method") == "Page.loadEventFired"
        return said


async def _end(process: Process) -> None:
    """Have it end, as quickly as it will."""
    with suppress(ProcessLookupError):  # it has ended by itself
        process.terminate()
    try:
        async with asyncio.timeout(PATIENCE):
            await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()


async def _address(process: Process) -> str:
    """Where it listens, as it says itself."""
    if process.stderr is None:
        raise BrowserError("the browser says nothing")
    for _ in range(LINES):
        line = await process.stderr.readline()
        if found := LISTENS.search(line):
            return found[1].decode()
        if not line:
            break
    raise BrowserError("the browser did not start")


@asynccontextmanager
async def _page(
    session: aiohttp.ClientSession, address: str
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """The socket of the page that it began with."""
    async with session.get(f"http://{address}/json") as answer:
        targets = [as_object(target) for target in as_list(await answer.json())]
    pages = [
        as_text(one.get("webSocketDebuggerUrl")) for one in targets if one.get("type") == "page"
    ]
    if not pages:
        raise BrowserError("the browser has no page")
    async with session.ws_connect(pages[0], max_msg_size=0) as socket:
        yield socket
