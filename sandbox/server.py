"""The sandbox's HTTP and WebSocket server, on 127.0.0.1 and a free port, in a thread of its own."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable

from aiohttp import web

from sandbox import responses
from sandbox.api import METHODS, ApiCall, Method, Refused
from sandbox.api.base import invalid_arguments, read_arguments
from sandbox.faults import Fault, Faults
from sandbox.installation import Installation
from sandbox.interactions import Interactions
from sandbox.json_types import JsonObject, as_object
from sandbox.limits import RateLimits
from sandbox.records import Call
from sandbox.sockets import SocketHub
from sandbox.workspace import Workspace

START_WITHIN = 15.0
MOST_BODY_BYTES = 2 * 1024 * 1024
SLOWEST_SECONDS = 30.0


class Tokens:
    """The secrets of the installed app; revoked ones are refused."""

    def __init__(self, team_id: str, app_id: str) -> None:
        self.bot = f"xoxb-{team_id}-{app_id}-sandbox"
        self.app = f"xapp-1-{app_id}-sandbox"
        self.signing_secret = "sandbox-signing-secret-of-32-chars"
        self.revoked = False


class Server:
    """Answers the app. Everything below `_main` runs in the server's own event loop."""

    def __init__(
        self,
        workspace: Workspace,
        installation: Installation,
        faults: Faults,
        hub: SocketHub,
        interactions: Interactions,
    ) -> None:
        self.workspace = workspace
        self.installation = installation
        self.faults = faults
        self.hub = hub
        self.interactions = interactions
        self.tokens = Tokens(workspace.team_id, workspace.app_id)
        self.limits = RateLimits(workspace.clock)
        self.enforce_rate_limits = False
        self.add_routes: Callable[[web.Application], None] | None = None
        self.port = 0
        self.socket_port = 0
        """Where apps are told to connect, if not to the server itself: a way that can go bad."""
        self.loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stop: asyncio.Event | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None

    @property
    def origin(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start listening; returns when the port is known."""
        self._thread = threading.Thread(target=self._run, name="sandbox-server", daemon=True)
        self._thread.start()
        if not self._ready.wait(START_WITHIN):
            raise RuntimeError("the sandbox did not start in time")
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Close every connection and end the thread."""
        if self.loop is not None and self._stop is not None:
            self.loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            self._thread.join(timeout=START_WITHIN)

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:
            self._failure = error
            self._ready.set()

    async def _main(self) -> None:
        app = web.Application(client_max_size=MOST_BODY_BYTES)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link/", self.hub.serve)
        app.router.add_post("/{kind:commands|actions}/{team}/{id}/{secret}", self._response_url)
        if self.add_routes is not None:
            self.add_routes(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        self.loop = self.hub.loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._ready.set()
        await self._stop.wait()
        await self.hub.close()
        await runner.cleanup()

    # --- the Web API ----------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        fault = self.faults.take("connection_reset", "http_error", "slow", method=name)
        if fault is not None:
            if fault.name == "slow":
                await asyncio.sleep(min(fault.seconds, SLOWEST_SECONDS))
            else:
                self._record(name, {}, fault.name)
                return _broken(request, fault)
        try:
            given, token = await _read_request(request)
        except Refused as refused:
            return self._refusal(name, {}, refused)
        with self.workspace.changed:
            response = self._answer(name, given, token)
        if self.faults.take("lost_answer", method=name):
            return _reset(request)
        return response

    def _answer(self, name: str, given: JsonObject, token: str) -> web.Response:
        shown = {key: value for key, value in given.items() if key != "token"}
        limited = self.faults.take("ratelimited", method=name)
        if limited is not None:
            return self._too_fast(name, shown, limited.retry_after)
        failing = self.faults.take("error", method=name)
        try:
            if failing is not None:
                raise Refused(failing.code)
            method = METHODS.get(name)
            if method is None:
                raise Refused("unknown_method", req_method=name)
            self._check_token(method, token)
            if self.enforce_rate_limits:
                wait = self.limits.wait_needed(name, method, str(given.get("channel", "")))
                if wait:
                    return self._too_fast(name, shown, wait)
            body = self._run_method(name, method, given)
        except Refused as refused:
            return self._refusal(name, shown, refused)
        self._record(name, shown, "")
        return web.json_response({"ok": True} | body, headers=self._headers(METHODS[name]))

    def _run_method(self, name: str, method: Method, given: JsonObject) -> JsonObject:
        call = ApiCall(name, {}, self.workspace, self.installation, self._socket_url)
        call.need_scope(*method.scopes)
        call.args = read_arguments(method, given)
        if call.has("team_id") and call.text("team_id") != self.workspace.team_id:
            raise Refused("team_not_found")
        return method.run(call)

    def _check_token(self, method: Method, token: str) -> None:
        if not token:
            raise Refused("not_authed")
        if token not in (self.tokens.bot, self.tokens.app):
            raise Refused("invalid_auth")
        if self.tokens.revoked:
            raise Refused("token_revoked")
        if (token == self.tokens.app) != (method.token == "app"):
            raise Refused("not_allowed_token_type")

    def _socket_url(self) -> str:
        ticket = self.hub.issue_ticket()
        port = self.socket_port or self.port
        return f"ws://127.0.0.1:{port}/link/?ticket={ticket}&app_id={self.workspace.app_id}"

    def _headers(self, method: Method | None) -> dict[str, str]:
        headers = {"x-oauth-scopes": ",".join(sorted(self.installation.scopes))}
        if method is not None and method.scopes:
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
        return headers

    def _refusal(self, name: str, args: JsonObject, refused: Refused) -> web.Response:
        self._record(name, args, refused.error)
        body = {"ok": False, "error": refused.error} | refused.extra
        return web.json_response(body, headers=self._headers(METHODS.get(name)))

    def _too_fast(self, name: str, args: JsonObject, retry_after: int) -> web.Response:
        self._record(name, args, "ratelimited")
        headers = {"retry-after": str(retry_after)}
        body = {"ok": False, "error": "ratelimited"}
        return web.json_response(body, status=429, headers=headers)

    def _record(self, name: str, args: JsonObject, error: str) -> None:
        with self.workspace.changed:
            at = self.workspace.clock.now()
            self.workspace.calls.append(Call(name, args, not error, error, at))
            self.workspace.touch()

    # --- response_url ---------------------------------------------------------------------

    async def _response_url(self, request: web.Request) -> web.StreamResponse:
        fault = self.faults.take("connection_reset", "http_error", method="response_url")
        if fault is not None:
            return _broken(request, fault)
        limited = self.faults.take("ratelimited", method="response_url")
        if limited is not None:
            return self._too_fast("response_url", {}, limited.retry_after)
        try:
            body = as_object(await request.json())
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        with self.workspace.changed:
            error, status = self._respond(request.path, body)
            self._record("response_url", body, error)
        if self.faults.take("lost_answer", method="response_url"):
            return _reset(request)
        if error:
            return web.json_response({"ok": False, "error": error}, status=status)
        return web.json_response({"ok": True})

    def _respond(self, path: str, body: JsonObject) -> tuple[str, int]:
        url = self.workspace.response_urls.get(path)
        if url is None:
            return "invalid_url", 404
        if self.workspace.clock.now() > url.expires:
            return "expired_url", 404
        if url.uses >= responses.USES:
            return "used_url", 404
        url.uses += 1
        error = self.interactions.respond(url, body)
        return error, 400


async def _read_request(request: web.Request) -> tuple[JsonObject, str]:
    """The arguments and the token: https://docs.slack.dev/apis/web-api/#basics"""
    given: JsonObject = dict(request.query)
    kind = request.content_type
    if request.method == "POST" and request.can_read_body:
        if kind == "application/json":
            given |= await _read_json(request)
        elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
            given |= dict((await request.post()).items())
        else:
            raise Refused("invalid_post_type")
    elif request.method not in ("GET", "POST"):
        raise invalid_arguments("only GET and POST are allowed")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        token = ""
    return given, token.strip() or str(given.get("token", ""))


async def _read_json(request: web.Request) -> JsonObject:
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Refused("invalid_json") from error
    if not isinstance(body, dict):
        raise Refused("json_not_object")
    return as_object(body)


def _reset(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _broken(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.name == "connection_reset":
        return _reset(request)
    return web.Response(status=fault.status, text="upstream error")
