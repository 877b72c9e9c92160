"""SlackDouble: a Slack of the tests' own on 127.0.0.1, over real HTTP and real WebSockets.

It takes scopes, events, commands and shortcuts from bot/manifest.json: what the manifest does not ask for is not
delivered and not allowed. Its methods are what people do: say, edit, delete, mention, press, command, check. What the
bot did is in `space` (messages, calls, ephemerals, homes, modals, ...); what it should not have done, in `faults`.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
import uuid
from collections.abc import Coroutine
from typing import Any

import aiohttp
from aiohttp import web

from slackdouble import workspace as ws
from slackdouble.delivery import Connection, Delivery, Post
from slackdouble.webapi import WebApi
from slackdouble.workspace import ALICE, PERFORMANCE, Ephemeral, Message, ResponseUrl, View, Workspace

EVENT_OF_KIND = {"channels": "message.channels", "groups": "message.groups", "im": "message.im"}
CHANNEL_TYPE = {"channels": "channel", "groups": "group", "im": "im"}


class SlackDouble:
    """`with SlackDouble() as slack:` serves until the end of the block."""

    def __init__(
        self,
        seed: int = 1,
        retries: tuple[float, ...] = (0.0, 1.0, 3.0),
        ack_limit: float = 3.0,
        echoes: bool = True,
        manifest: dict[str, Any] = ws.MANIFEST,
    ) -> None:
        self.space = Workspace(manifest)
        self.post = Post(self.space, seed, retries, ack_limit)
        self.api = WebApi(self.space, self._echo)
        self.echoes = echoes
        self.wait = self.space.wait
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="slack-double", daemon=True)

    # ---- lifecycle

    def __enter__(self) -> SlackDouble:
        self._thread.start()
        assert self._ready.wait(ws.PATIENCE)
        return self

    def __exit__(self, *error: object) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(ws.PATIENCE)

    def _run(self) -> None:
        self._loop = self.post.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._ready.set()
        self._loop.run_forever()
        self._loop.close()

    async def _serve(self) -> None:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_post("/api/{method}", self._called)
        app.router.add_post("/upload/{name}", self._uploaded)
        app.router.add_post("/response/{name}", self._responded)
        app.router.add_get("/link", self._linked)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = self.api.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.api_url = f"{self.url}/api/"
        self.post.client = aiohttp.ClientSession()

    async def _end(self) -> None:
        for task in self.post.tasks:
            task.cancel()
        for connection in list(self.post.connections):
            self.post.drop(connection)
        await self.post.client.close()
        await self._runner.cleanup()

    def _do(self, what: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(ws.PATIENCE)

    # ---- what arrives from the bot

    async def _called(self, request: web.Request) -> web.Response:
        raw = await request.text()
        if "json" in request.content_type:
            try:
                arguments = json.loads(raw or "{}", parse_constant=_no_constant)
            except ValueError as error:
                self.space.fault(f"{request.match_info['method']}: not JSON: {error}")
                return web.json_response({"ok": False, "error": "invalid_json"})
        else:
            arguments = dict(await request.post())
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or arguments.pop("token", "")
        method = request.match_info["method"]
        await asyncio.sleep(self.space.slow.get(method, 0))
        if self._failure("dropped", method, arguments):
            return _cut(request)
        lost = self._failure("lost", method, arguments)
        status, headers, body = self.api.answer(method, token, arguments)
        if lost:
            return _cut(request)
        return web.json_response(body, status=status, headers=headers)

    def _failure(self, error: str, method: str, arguments: dict[str, Any]) -> bool:
        """Whether a test asked for the line to break now: before the call is carried out, or after it."""
        with self.space.change():
            for failure in self.space.failures.get(method, ()):
                if failure.error == error and failure.times and failure.when(arguments):
                    failure.times -= 1
                    if error == "dropped":
                        self.space.calls.append(ws.Call(time.monotonic(), method, arguments, error))
                    return True
        return False

    async def _uploaded(self, request: web.Request) -> web.Response:
        return web.Response(text="OK", status=self.api.upload(request.match_info["name"], await request.read()))

    async def _responded(self, request: web.Request) -> web.Response:
        status, text = self.api.respond(request.match_info["name"], await request.json())
        return web.Response(status=status, text=text, headers={"Retry-After": "1"} if status == 429 else {})

    async def _linked(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("ticket") not in self.api.tickets:
            return web.Response(status=403)
        self.api.tickets.discard(request.query["ticket"])  # a ticket is good once
        return await self.post.serve(request)

    def _echo(self, what: str, message: Message, before: Message | None) -> None:
        """The app is told of its own posts, changes and deletions too."""
        if not self.echoes or not self.space.channel(message.channel).with_bot:
            return
        if what == "posted":
            self.event(self._said(message))
        elif what == "changed" and before is not None:
            self.event(self._changed(message, before.json()))
        else:
            self.event(self._gone(message))

    # ---- the state of the connections

    @property
    def connections(self) -> list[Connection]:
        with self.space.changed:
            return list(self.post.connections)

    @property
    def faults(self) -> list[str]:
        with self.space.changed:
            return list(self.space.faults)

    def connected(self, count: int = 1) -> None:
        """Wait until so many connections of Socket Mode are open."""
        self.wait(lambda: len(self.post.connections) == count, f"{count} connections")

    def serve_http(self, url: str) -> None:
        """Deliver over HTTP from now on: to an app that listens at this address."""
        self.post.paths = dict.fromkeys(("events_api", "slash_commands", "interactive"), url)

    def refresh(self, connection: Connection) -> None:
        self._do(self.post.refresh(connection))

    def drop(self, connection: Connection) -> None:
        self._loop.call_soon_threadsafe(self.post.drop, connection)

    def hold(self, held: bool = True) -> None:
        """Keep every delivery back, or let them go: so that many arrive at once."""
        self.post.held = held

    def forget_old(self, keep: int) -> None:
        """Drop the oldest messages, calls and deliveries, so that a long run holds the double's own memory down."""
        with self.space.change():
            for message in list(self.space.messages.values())[: -4 * keep]:
                if message.from_bot:
                    self.space.forget(message)
            self.space.deleted.clear()
            for past in (self.space.calls, self.space.statuses, self.post.deliveries):
                del past[: -4 * keep]

    # ---- what people do

    def say(
        self, text: str, channel: str = PERFORMANCE, user: str = ALICE, thread: Message | None = None, **extra: Any
    ) -> Message:
        """Say something. A mention in a channel reaches the app twice, as `message` and as `app_mention`."""
        message = self.written(text, channel, user, thread, **extra)
        self.announce(message)
        return message

    def written(
        self,
        text: str,
        channel: str = PERFORMANCE,
        user: str = ALICE,
        thread: Message | None = None,
        ago: float = 0,
        **extra: Any,
    ) -> Message:
        """Put a message into a channel without telling the app; one that was written so many seconds ago."""
        self.space.channel(channel)
        if thread is not None:
            extra = {"parent_user_id": thread.user, **extra}
        return self.space.keep(
            Message(
                channel,
                self.space.ts(ago),
                user,
                text,
                time.monotonic(),
                thread.thread if thread else None,
                extra=extra,
            )
        )

    def announce(self, message: Message) -> list[Delivery]:
        """Tell the app of a message; the deliveries, in the order in which they leave."""
        event = self._said(message)
        sent = [self.event(event)]
        if event["channel_type"] != "im" and f"<@{ws.BOT}>" in message.text:
            sent.append(self.event({**event, "type": "app_mention"}))
        return [delivery for delivery in sent if delivery]

    def mention(
        self, text: str, channel: str = PERFORMANCE, user: str = ALICE, thread: Message | None = None, **extra: Any
    ) -> Message:
        return self.say(f"<@{ws.BOT}> {text}", channel, user, thread, **extra)

    def direct(self, text: str, user: str = ALICE, thread: Message | None = None, **extra: Any) -> Message:
        return self.say(text, direct_channel(user), user, thread, **extra)

    def edit(self, message: Message, text: str) -> Delivery | None:
        with self.space.change():
            before = message.json()
            message.text, message.edited = text, self.space.ts()
        return self.event(self._changed(message, before))

    def unfurl(self, message: Message) -> Delivery | None:
        """Slack adds a preview of a link to a message: it changes, and nobody edited it."""
        return self.event(self._changed(message, message.json()))

    def delete(self, message: Message) -> Delivery | None:
        self.space.forget(message)
        return self.event(self._gone(message))

    def open_home(self, user: str = ALICE, tab: str = "home") -> Delivery | None:
        event = {"type": "app_home_opened", "user": user, "channel": direct_channel(user), "tab": tab}
        return self.event({**event, "event_ts": self.space.ts()})

    def command(self, text: str, channel: str = PERFORMANCE, user: str = ALICE, name: str = "/ask-reports") -> Delivery:
        commands = [entry["command"] for entry in self.space.manifest["features"]["slash_commands"]]
        assert name in commands, f"{name} is not in the manifest"
        url = self._response_url(channel, user)
        payload = {
            "token": "x", "team_id": ws.TEAM, "team_domain": "council", "channel_id": channel,
            "channel_name": "performance", "user_id": user, "user_name": user.lower(), "command": name, "text": text,
            "api_app_id": ws.APP, "is_enterprise_install": "false", "response_url": f"{self.url}/response/{url.id}",
            "trigger_id": self._trigger(user),
        }  # fmt: skip
        return self.post.send("slash_commands", payload)

    def check(self, message: Message, user: str = ALICE, callback: str = "check_the_reports") -> Delivery:
        """The message shortcut."""
        shortcuts = [entry["callback_id"] for entry in self.space.manifest["features"]["shortcuts"]]
        assert callback in shortcuts, f"{callback} is not in the manifest"
        url = self._response_url(message.channel, user, message)
        return self._interact(
            user, type="message_action", callback_id=callback, action_ts=self.space.ts(), message_ts=message.ts,
            channel={"id": message.channel, "name": "performance"}, message=message.json(),
            response_url=f"{self.url}/response/{url.id}", trigger_id=self._trigger(user),
        )  # fmt: skip

    def press(
        self, shown: Message | Ephemeral | View, action: str, user: str = ALICE, value: str | None = None
    ) -> Delivery:
        """Press the button of this action_id (and value; for feedback buttons, the value says which)."""
        blocks = shown.view["blocks"] if isinstance(shown, View) else shown.blocks
        pressed = {**find_action(blocks, action, value), "action_ts": self.space.ts()}
        if isinstance(shown, View):
            where: dict[str, Any] = {"container": {"type": "view", "view_id": shown.id}, "view": _view_json(shown)}
        else:
            url = self._response_url(shown.channel, user, shown)
            hidden = isinstance(shown, Ephemeral)
            where = {
                "container": {
                    "type": "message", "message_ts": shown.ts, "channel_id": shown.channel, "is_ephemeral": hidden,
                    **({"thread_ts": shown.thread_ts} if isinstance(shown, Message) and shown.thread_ts else {}),
                },
                "channel": {"id": shown.channel, "name": "performance"},
                "response_url": f"{self.url}/response/{url.id}",
            }  # fmt: skip
            if isinstance(shown, Message):
                where["message"] = shown.json(with_metadata=True)
        trigger = self._trigger(user)
        return self._interact(user, type="block_actions", trigger_id=trigger, actions=[pressed], **where)

    def submit(self, modal: View, user: str = ALICE, **values: Any) -> Delivery:
        """Send a modal in, its inputs filled by their action_id: text, or the values of the boxes that are ticked."""
        state: dict[str, Any] = {}
        for i, block in enumerate(modal.view["blocks"]):
            element = block.get("element") or {}
            if block["type"] == "input":
                name = element["action_id"]
                state.setdefault(block.get("block_id", f"b{i}"), {})[name] = _filled(element, values.pop(name, None))
        assert not values, f"the modal asks for no {sorted(values)}"
        view = {**_view_json(modal), "state": {"values": state}}
        return self._interact(user, type="view_submission", trigger_id=self._trigger(user), view=view, response_urls=[])

    # ---- events

    def event(self, event: dict[str, Any], event_id: str | None = None) -> Delivery | None:
        """Send an event, if the manifest subscribes to it and its scope is there."""
        wanted = self.space.manifest["settings"]["event_subscriptions"]["bot_events"]
        name = event["type"]
        shared = False
        if "channel" in event and name != "app_home_opened":
            channel = self.space.channel(event["channel"])
            shared = channel.shared
            if not channel.with_bot:
                return None
            if name == "message":
                name = EVENT_OF_KIND[channel.kind]
        if name not in wanted:
            return None
        authorized = {
            "enterprise_id": None, "team_id": ws.TEAM, "user_id": ws.BOT, "is_bot": True, "is_enterprise_install": False
        }  # fmt: skip
        payload = {
            "token": "x", "team_id": ws.TEAM, "api_app_id": ws.APP, "type": "event_callback",
            "event_id": event_id or f"Ev{uuid.uuid4().hex[:10].upper()}", "event_time": int(time.time()),
            "is_ext_shared_channel": shared, "authorizations": [authorized], "event": event,
        }  # fmt: skip
        return self.post.send("events_api", payload)

    def _said(self, message: Message) -> dict[str, Any]:
        kind = CHANNEL_TYPE[self.space.channel(message.channel).kind]
        return {**message.json(), "channel": message.channel, "channel_type": kind, "event_ts": message.ts}

    def _about(self, message: Message, subtype: str) -> dict[str, Any]:
        stamp = self.space.ts()
        kind = CHANNEL_TYPE[self.space.channel(message.channel).kind]
        return {
            "type": "message", "subtype": subtype, "hidden": True, "channel": message.channel, "channel_type": kind,
            "ts": stamp, "event_ts": stamp,
        }  # fmt: skip

    def _changed(self, message: Message, before: dict[str, Any]) -> dict[str, Any]:
        return {**self._about(message, "message_changed"), "message": message.json(), "previous_message": before}

    def _gone(self, message: Message) -> dict[str, Any]:
        gone = {"deleted_ts": message.ts, "previous_message": message.json()}
        return {**self._about(message, "message_deleted"), **gone}

    # ---- presses

    def _interact(self, user: str, **payload: Any) -> Delivery:
        person = self.space.person(user)
        by = {"id": user, "username": user.lower(), "name": user.lower(), "team_id": person["team_id"]}
        team = {"id": ws.TEAM, "domain": "council"}
        whole = {
            "team": team,
            "user": by,
            "api_app_id": ws.APP,
            "token": "x",
            "is_enterprise_install": False,
            **payload,
        }
        return self.post.send("interactive", whole)

    def _trigger(self, user: str) -> str:
        with self.space.change():
            trigger = f"{self.space.number()}.trigger"
            self.space.triggers[trigger] = (time.monotonic(), user)
        return trigger

    def _response_url(self, channel: str, user: str, source: Message | Ephemeral | None = None) -> ResponseUrl:
        with self.space.change():
            url = ResponseUrl(uuid.uuid4().hex, channel, user, source)
            self.space.response_urls[url.id] = url
        return url


def direct_channel(user: str) -> str:
    """The direct message of this person with the bot."""
    return f"D{user[1:]}"


def elements(blocks: list[Any]) -> list[dict[str, Any]]:
    """Everything that can be pressed, each with the `block_id` of its block."""
    return [
        {**element, "block_id": block.get("block_id", f"b{i}")}
        for i, block in enumerate(blocks)
        for element in [*(block.get("elements") or ()), block.get("accessory") or {}]
        if "action_id" in element
    ]


def find_action(blocks: list[Any], action: str, value: str | None = None) -> dict[str, Any]:
    """The pressed element, as a press reports it.

    Raises:
        AssertionError: nothing there bears this action_id (and value).
    """
    for element in elements(blocks):
        if element["action_id"] == action and element["type"] == "feedback_buttons":
            for side in ("positive_button", "negative_button"):
                if element[side]["value"] == value:
                    kept = {key: element[key] for key in ("type", "action_id", "block_id")}
                    return {**kept, "value": value, "text": element[side]["text"]}
        elif element["action_id"] == action and value in (None, element.get("value")):
            reported = ("type", "action_id", "block_id", "value", "text", "style")
            return {key: element[key] for key in reported if key in element}
    raise AssertionError(f"nothing to press called {action} ({value}) in {json.dumps(blocks)[:600]}")


def _view_json(shown: View) -> dict[str, Any]:
    base = {"id": shown.id, "team_id": ws.TEAM, "hash": "1", "root_view_id": shown.id, "app_id": ws.APP}
    return {
        "callback_id": "",
        "private_metadata": "",
        "state": {"values": {}},
        **shown.view,
        **base,
        "bot_id": ws.BOT_ID,
    }


def _filled(element: dict[str, Any], value: Any) -> dict[str, Any]:
    if element["type"] == "checkboxes":
        chosen = [option for option in element["options"] if option["value"] in (value or ())]
        assert len(chosen) == len(value or ()), f"no such boxes: {value}"
        return {"type": "checkboxes", "selected_options": chosen}
    if element["type"] in ("radio_buttons", "static_select"):
        chosen = [option for option in element["options"] if option["value"] == value]
        return {"type": element["type"], "selected_option": chosen[0] if chosen else None}
    return {"type": element["type"], "value": value}


def _cut(request: web.Request) -> web.Response:
    """Break the line instead of answering."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


__all__ = ["SlackDouble", "direct_channel", "elements", "find_action"]
