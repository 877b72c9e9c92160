"""The double's Web API: each method with the arguments, the scope and the answers that Slack documents.

A method or an argument that is not named here is a fault, and so are blocks that Slack would refuse: the bot should
never have sent them. Errors that Slack gives in the run of things (a message that is gone, say) are no faults.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from slackdouble import workspace as ws
from slackdouble.blockcheck import problems, view_problems
from slackdouble.workspace import Call, Ephemeral, File, Message, Refused, View, Workspace

Arguments = dict[str, Any]

POSTING = "channel text blocks thread_ts metadata mrkdwn unfurl_links unfurl_media reply_broadcast parse link_names"
RESPONDING = "text blocks response_type replace_original delete_original thread_ts unfurl_links unfurl_media mrkdwn"
METHODS: dict[str, tuple[str, str]] = {
    # method: the scope it needs (CHANNEL: that of the channel's history), its arguments
    "api.test": ("", ""),
    "auth.test": ("", "team_id"),
    "apps.connections.open": ("", ""),
    "assistant.threads.setStatus": ("assistant:write", "channel_id thread_ts status loading_messages"),
    "assistant.threads.setSuggestedPrompts": ("assistant:write", "channel_id prompts title"),
    "chat.delete": ("chat:write", "channel ts"),
    "chat.postEphemeral": ("chat:write", "channel user text blocks thread_ts parse link_names"),
    "chat.postMessage": ("chat:write", POSTING),
    "chat.update": ("chat:write", "channel ts text blocks metadata parse link_names"),
    "conversations.replies": ("CHANNEL", "channel ts limit cursor oldest latest inclusive include_all_metadata"),
    "conversations.history": ("CHANNEL", "channel limit cursor oldest latest inclusive include_all_metadata"),
    "files.delete": ("files:write", "file"),
    "files.getUploadURLExternal": ("files:write", "filename length alt_txt snippet_type"),
    "files.completeUploadExternal": ("files:write", "files channel_id initial_comment thread_ts"),
    "users.info": ("users:read", "user include_locale"),
    "views.open": ("", "view trigger_id"),
    "views.publish": ("", "user_id view hash"),
}
JSON_ARGUMENTS = {"blocks", "files", "loading_messages", "metadata", "prompts", "view"}
TRUE = (True, "true", "1", 1)


class WebApi:
    """Answers calls. `echo` is told what the bot posted, changed or deleted, as Slack tells the app itself."""

    def __init__(self, space: Workspace, echo: Callable[[str, Message, Message | None], None]) -> None:
        self.space, self.echo = space, echo
        self.url = ""
        self.tickets: set[str] = set()

    def answer(self, method: str, token: str, arguments: Arguments) -> tuple[int, dict[str, str], dict[str, Any]]:
        """Status, headers and body of one call, and a record of it."""
        space = self.space
        call = Call(time.monotonic(), method, arguments)
        with space.change():
            space.calls.append(call)
            try:
                for name in JSON_ARGUMENTS & set(arguments):
                    if isinstance(arguments[name], str):
                        arguments[name] = json.loads(arguments[name])
                self._authorise(method, token, arguments)
                if failure := space.failing(method, arguments):
                    raise Refused(failure.error, retry_after=failure.retry_after)
                body = {"ok": True, **(getattr(self, "_" + method.replace(".", "_"))(arguments) or {})}
            except Refused as refused:
                call.error = refused.error
                return self._refusal(refused)
            return 200, self._headers(), body

    def _headers(self) -> dict[str, str]:
        return {"x-oauth-scopes": ",".join(self.space.scopes), "x-accepted-oauth-scopes": ""}

    def _refusal(self, refused: Refused) -> tuple[int, dict[str, str], dict[str, Any]]:
        retry_after = refused.details.pop("retry_after", 1)
        body = {"ok": False, "error": refused.error, **refused.details}
        if refused.error == "ratelimited":
            return 429, {"Retry-After": str(retry_after)}, body
        if refused.error == "http_500":
            return 500, {}, {"ok": False, "error": "internal_error"}
        return 200, self._headers(), body

    def _authorise(self, method: str, token: str, arguments: Arguments) -> None:
        space = self.space
        if method not in METHODS:
            space.fault(f"unknown method {method}")
            raise Refused("unknown_method", req_method=method)
        scope, known = METHODS[method]
        if unknown := set(arguments) - set(known.split()):
            space.fault(f"{method}: unknown arguments {sorted(unknown)}")
            raise Refused("invalid_arguments", response_metadata={"messages": [f"unknown: {sorted(unknown)}"]})
        if not token:
            raise Refused("not_authed")
        app_level = method == "apps.connections.open"
        if token not in (space.app_tokens if app_level else space.bot_tokens):
            other = space.bot_tokens if app_level else space.app_tokens
            raise Refused("not_allowed_token_type" if token in other else "invalid_auth")
        if app_level and "connections:write" not in space.app_scopes:
            raise Refused("missing_scope", needed="connections:write", provided=",".join(space.app_scopes))
        if scope == "CHANNEL":
            scope = f"{space.channel(arguments['channel']).kind}:history"
        if scope and scope not in space.scopes:
            raise Refused("missing_scope", needed=scope, provided=",".join(space.scopes))
        space.used_scopes.add(scope)

    # ---- checks

    def _say(self, method: str, arguments: Arguments, blocks: list[Any] | None) -> str:
        """The text that goes with the blocks, both found to be what Slack takes."""
        text = arguments.get("text") or ""
        if not text and not blocks:
            raise Refused("no_text")
        if not text:
            self.space.fault(f"{method}: blocks without text, for notifications and screen readers")
        if len(text) > 40_000:
            self.space.fault(f"{method}: text of {len(text)} characters")
            raise Refused("msg_too_long")
        if blocks and (found := problems(blocks)):
            self.space.fault(f"{method}: blocks refused: {found[:5]}")
            raise Refused("invalid_blocks", response_metadata={"messages": found})
        return text

    def _mine(self, arguments: Arguments, refusal: str) -> Message:
        message = self.space.messages.get((arguments["channel"], arguments["ts"]))
        if message is None:
            raise Refused("message_not_found")
        if not message.from_bot:
            raise Refused(refusal)
        return message

    def _into(self, arguments: Arguments) -> str:
        """The channel to post into."""
        channel = self.space.channel(arguments["channel"])
        if not channel.with_bot:
            raise Refused("not_in_channel")
        now = time.monotonic()
        if self.space.channel_rate is not None and now - channel.posted < self.space.channel_rate:
            raise Refused("ratelimited", retry_after=1)
        channel.posted = now
        thread = arguments.get("thread_ts")
        if (
            thread
            and (parent := self.space.messages.get((channel.id, thread)))
            and parent.thread_ts not in (None, thread)
        ):
            self.space.fault(f"thread_ts {thread} is a reply's, not that of the message above the thread")
        return channel.id

    def _metadata(self, arguments: Arguments) -> dict[str, Any] | None:
        metadata = arguments.get("metadata")
        if metadata is None:
            return None
        plain = (str, int, float, bool, type(None))
        if set(metadata) != {"event_type", "event_payload"} or not all(
            isinstance(value, plain) for value in metadata["event_payload"].values()
        ):
            self.space.fault(f"metadata that Slack would drop: {metadata}")
            raise Refused("invalid_metadata_format")
        return dict(metadata)

    # ---- methods

    def _api_test(self, a: Arguments) -> None: ...

    def _auth_test(self, a: Arguments) -> Arguments:
        return {
            "url": "https://council.slack.com/", "team": "Council", "user": "board_reports", "team_id": ws.TEAM,
            "user_id": ws.BOT, "bot_id": ws.BOT_ID, "is_enterprise_install": False,
        }  # fmt: skip

    def _apps_connections_open(self, a: Arguments) -> Arguments:
        ticket = f"ticket-{self.space.number()}"
        self.tickets.add(ticket)
        return {"url": f"{self.url.replace('http', 'ws', 1)}/link?ticket={ticket}&app_id={ws.APP}"}

    def _chat_postMessage(self, a: Arguments) -> Arguments:
        channel = self._into(a)
        text = self._say("chat.postMessage", a, a.get("blocks"))
        message = self.space.keep(
            Message(
                channel, self.space.ts(), ws.BOT, text, time.monotonic(), a.get("thread_ts"), a.get("blocks") or [],
                self._metadata(a), a.get("mrkdwn", True) in TRUE,
            )
        )  # fmt: skip
        self.echo("posted", message, None)
        return {"channel": channel, "ts": message.ts, "message": message.json(with_metadata=True)}

    def _chat_postEphemeral(self, a: Arguments) -> Arguments:
        channel = self._into(a)
        text = self._say("chat.postEphemeral", a, a.get("blocks"))
        shown = Ephemeral(channel, a["user"], self.space.ts(), text, a.get("blocks") or [], time.monotonic())
        self.space.ephemerals.append(shown)
        return {"message_ts": shown.ts}

    def _chat_update(self, a: Arguments) -> Arguments:
        message = self._mine(a, "cant_update_message")
        text = self._say("chat.update", a, a.get("blocks"))
        before = Message(**vars(message))
        message.text, message.edited = text, self.space.ts()
        message.blocks = a.get("blocks") or []  # text alone takes the blocks away
        if "metadata" in a:
            message.metadata = self._metadata(a)
        self.echo("changed", message, before)
        return {"channel": message.channel, "ts": message.ts, "text": text, "message": message.json()}

    def _chat_delete(self, a: Arguments) -> Arguments:
        message = self._mine(a, "cant_delete_message")
        self.space.forget(message)
        self.echo("deleted", message, None)
        return {"channel": message.channel, "ts": message.ts}

    def _conversations_replies(self, a: Arguments) -> Arguments:
        channel = self.space.channel(a["channel"]).id
        if (channel, a["ts"]) not in self.space.messages and not self.space.threads.get((channel, a["ts"])):
            raise Refused("thread_not_found")
        return self._page(self.space.threads.get((channel, a["ts"]), []), a)

    def _conversations_history(self, a: Arguments) -> Arguments:
        channel = self.space.channel(a["channel"]).id
        said = [m for m in self.space.messages.values() if m.channel == channel and m.thread_ts in (None, m.ts)]
        return self._page(said[::-1], a)

    def _page(self, messages: list[Message], a: Arguments) -> Arguments:
        with_metadata = a.get("include_all_metadata", False) in TRUE
        inclusive = a.get("inclusive", False) in TRUE
        oldest, latest = float(a.get("oldest") or 0), float(a.get("latest") or 1e12)
        messages = [
            m for m in messages
            if oldest < float(m.ts) < latest or (inclusive and float(m.ts) in (oldest, latest))
        ]  # fmt: skip
        start, size = int(a.get("cursor") or 0), min(int(a.get("limit") or 100), 1000)
        more = start + size < len(messages)
        page = [message.json(with_metadata) for message in messages[start : start + size]]
        cursor = {"response_metadata": {"next_cursor": str(start + size)}} if more else {}
        return {"messages": page, "has_more": more, **cursor}

    def _users_info(self, a: Arguments) -> Arguments:
        if not str(a["user"]).startswith(("U", "W")):
            raise Refused("user_not_found")
        return {"user": self.space.person(a["user"])}

    def _assistant_threads_setStatus(self, a: Arguments) -> None:
        if len(a.get("loading_messages") or []) > 10:
            self.space.fault("more than ten loading messages")
        self.space.channel(a["channel_id"])
        self.space.statuses.append((a["channel_id"], a["thread_ts"], a["status"]))

    def _assistant_threads_setSuggestedPrompts(self, a: Arguments) -> None:
        prompts = a["prompts"]
        if not 1 <= len(prompts) <= 4 or any(set(p) != {"title", "message"} or not all(p.values()) for p in prompts):
            self.space.fault(f"suggested prompts that Slack would refuse: {prompts}")
            raise Refused("invalid_arguments")
        self.space.prompts.append((a["channel_id"], prompts))

    def _view(self, a: Arguments, kind: str) -> dict[str, Any]:
        view = a["view"]
        found = view_problems(view)
        if view.get("type") != kind:
            found.append(f"a {view.get('type')}, not a {kind}")
        if found:
            self.space.fault(f"view refused: {found[:5]}")
            raise Refused("invalid_arguments", response_metadata={"messages": found})
        return dict(view)

    def _views_publish(self, a: Arguments) -> Arguments:
        view = View(f"V{self.space.number()}", a["user_id"], self._view(a, "home"), time.monotonic())
        self.space.homes[a["user_id"]] = view
        return {"view": {"id": view.id, "hash": "1", **view.view}}

    def _views_open(self, a: Arguments) -> Arguments:
        made, user = self.space.triggers.pop(a["trigger_id"], (None, ""))
        if made is None:
            raise Refused("invalid_trigger_id")
        if time.monotonic() - made > self.space.trigger_life:
            raise Refused("expired_trigger_id")
        view = View(f"V{self.space.number()}", user, self._view(a, "modal"), time.monotonic())
        self.space.modals.append(view)
        return {"view": {"id": view.id, "hash": "1", **view.view}}

    def _files_getUploadURLExternal(self, a: Arguments) -> Arguments:
        if len(a.get("alt_txt") or "") > 1000:
            self.space.fault("alternative text of a file over 1,000 characters")
        file = File(f"F{self.space.number()}", a["filename"], int(a["length"]), a.get("alt_txt"))
        self.space.files[file.id] = file
        return {"upload_url": f"{self.url}/upload/{file.id}", "file_id": file.id}

    def _files_completeUploadExternal(self, a: Arguments) -> Arguments:
        files = [self.space.files.get(entry["id"]) for entry in a["files"]]
        if any(file is None or file.content is None for file in files):
            raise Refused("file_not_found")
        if a.get("channel_id"):
            channel = self._into({"channel": a["channel_id"], "thread_ts": a.get("thread_ts")})
            names = [file.id for file in files if file]
            for file in files:
                if file:
                    file.shared_in = channel
            message = Message(
                channel, self.space.ts(), ws.BOT, a.get("initial_comment") or "", time.monotonic(), a.get("thread_ts"),
                subtype="file_share", files=names,
            )  # fmt: skip
            self.echo("posted", self.space.keep(message), None)
        return {"files": [{"id": file.id, "title": file.name} for file in files if file]}

    def _files_delete(self, a: Arguments) -> None:
        if self.space.files.pop(a["file"], None) is None:
            raise Refused("file_not_found")
        for message in [m for m in self.space.messages.values() if m.files == [a["file"]]]:
            self.space.forget(message)
            self.echo("deleted", message, None)

    # ---- not of the Web API, but called by the bot as it is

    def upload(self, name: str, content: bytes) -> int:
        with self.space.change():
            self.space.calls.append(Call(time.monotonic(), "upload", {"file": name, "length": len(content)}))
            if self.space.failing("upload", {"file": name}):
                return 500
            file = self.space.files[name]
            if file.length != len(content):
                self.space.fault(f"file {file.name}: {file.length} bytes announced, {len(content)} sent")
            file.content = content
        return 200

    def respond(self, name: str, body: Arguments) -> tuple[int, str]:
        """What is sent to a response_url: five times at most."""
        space = self.space
        call = Call(time.monotonic(), "response_url", body)
        with space.change():
            space.calls.append(call)
            url = space.response_urls.get(name)
            known = (
                "text blocks response_type replace_original delete_original thread_ts unfurl_links unfurl_media".split()
            )
            if unknown := set(body) - {*known, "mrkdwn", "metadata"}:
                space.fault(f"response_url: unknown {sorted(unknown)}")
            if failure := space.failing("response_url", body):
                call.error = failure.error
                return (429, "ratelimited") if failure.error == "ratelimited" else (500, failure.error)
            if url is None or url.used >= 5:
                call.error = "used_url"
                return 404, '{"ok":false,"error":"used_url"}'
            url.used += 1
            try:
                return self._responded(url, body)
            except Refused as refused:
                call.error = refused.error
                return 400, refused.error

    def _responded(self, url: ws.ResponseUrl, body: Arguments) -> tuple[int, str]:
        space, source = self.space, url.source
        if body.get("delete_original"):
            if isinstance(source, Message):
                space.forget(source)
            elif source in space.ephemerals:
                space.ephemerals.remove(source)
            return 200, "ok"
        text = self._say("response_url", body, body.get("blocks"))
        if body.get("replace_original") and source is not None:
            source.text, source.blocks = text, body.get("blocks") or []
        elif body.get("response_type") == "in_channel":
            message = Message(
                url.channel, space.ts(), ws.BOT, text, time.monotonic(), body.get("thread_ts"), body.get("blocks") or []
            )
            self.echo("posted", space.keep(message), None)
        else:
            space.ephemerals.append(
                Ephemeral(url.channel, url.user, space.ts(), text, body.get("blocks") or [], time.monotonic(), url.id)
            )
        return 200, "ok"
