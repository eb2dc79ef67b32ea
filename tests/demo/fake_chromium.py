"""Speaks as Chromium does on its debugging port, and takes pictures of nothing.

The picture is a JSON list of everything that it was asked. What it does not want to do is in the
page's address.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys

from aiohttp import web


async def targets(request: web.Request) -> web.Response:
    """What it has open: one page, and something else."""
    page = {"type": "page", "webSocketDebuggerUrl": f"ws://{request.host}/page"}
    return web.json_response([{"type": "service_worker"}, page])


async def page(request: web.Request) -> web.WebSocketResponse:
    """The page's socket."""
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    asked: list[dict[str, object]] = []
    address = ""
    async for message in socket:
        said = message.json()
        asked.append(said)
        method = said["method"]
        answer: dict[str, object] = {}
        if method == "Page.navigate":
            address = said["params"]["url"]
            await socket.send_json({"method": "Page.loadEventFired"})
        elif method == "Runtime.evaluate" and "missing" not in address:
            answer = {"result": {"value": [20, 50.5, 390, 700]}}
        elif method == "Page.captureScreenshot":
            if "gone" in address:
                break
            if "refused" in address:
                await socket.send_json({"id": said["id"], "error": {"message": "no"}})
                continue
            picture = base64.b64encode(json.dumps(asked).encode()).decode()
            answer = {"data": picture}
        await socket.send_json({"id": said["id"], "result": answer})
    await socket.close()
    return socket


async def serve() -> None:
    """Say where it listens, and listen until it is told to end."""
    app = web.Application()
    app.router.add_get("/json", targets)
    app.router.add_get("/page", page)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    sys.stderr.write(f"[0101] a warning\nDevTools listening on ws://127.0.0.1:{port}/devtools\n")
    sys.stderr.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
