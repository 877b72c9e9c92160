"""The double is strict: proven with slack_sdk's own clients and Bolt, so that the bot's tests can lean on it."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from slackdouble.delivery import signature
from slackdouble.double import SlackDouble, direct_channel
from slackdouble.workspace import ALICE, APP_TOKEN, BEN, BOT, BOT_TOKEN, ELSEWHERE, PERFORMANCE, SECRET

BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "1"}
HEADER, EMPTY = [{"type": "header"}], {"type": "home", "blocks": []}
BLOCKS = [{"type": "actions", "elements": [BUTTON]}]


@pytest.fixture
def loose() -> Iterator[SlackDouble]:
    """A double whose faults are what the test is about."""
    with SlackDouble() as double:
        yield double


def client(double: SlackDouble, token: str = BOT_TOKEN) -> WebClient:
    return WebClient(token, base_url=double.api_url)


class Listener:
    """A bot in one process: SocketModeClient, which notes what it gets and acknowledges it unless told otherwise."""

    def __init__(self, double: SlackDouble, acknowledges: bool = True) -> None:
        self.got: list[SocketModeRequest] = []
        self.acknowledges = acknowledges
        self.socket = SocketModeClient(APP_TOKEN, web_client=client(double), ping_interval=0.2)
        self.socket.socket_mode_request_listeners.append(self.take)  # type: ignore[arg-type]
        self.socket.connect()

    def close(self, double: SlackDouble) -> None:
        self.socket.auto_reconnect_enabled = False
        for connection in double.connections:  # a client that still reads would wait 3 s for more
            double.drop(connection)
        self.socket.close()

    def take(self, socket: SocketModeClient, request: SocketModeRequest) -> None:
        self.got.append(request)
        if self.acknowledges:
            socket.send_socket_mode_response(SocketModeResponse(request.envelope_id))


@pytest.fixture
def listener(slack: SlackDouble) -> Iterator[Listener]:
    listener = Listener(slack)
    slack.connected()
    yield listener
    listener.close(slack)


def refusal(error: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(error.value.response["error"])


# ---- the Web API


def test_a_message_is_kept_as_it_was_sent(slack: SlackDouble) -> None:
    job = {"event_type": "job", "event_payload": {"id": "7"}}
    sent = client(slack).chat_postMessage(channel=PERFORMANCE, text="17", blocks=BLOCKS, metadata=job, mrkdwn=False)
    (message,) = slack.space.messages.values()
    assert (message.text, message.blocks, message.metadata, message.mrkdwn) == ("17", BLOCKS, job, False)
    assert sent["ts"] == message.ts
    assert message.from_bot


def test_replies_come_in_pages_and_metadata_only_where_asked_for(slack: SlackDouble) -> None:
    api = client(slack)
    question = slack.written("how many?")
    for i in range(5):
        job = {"event_type": "job", "event_payload": {"id": str(i)}}
        api.chat_postMessage(channel=PERFORMANCE, text=str(i), thread_ts=question.ts, metadata=job)
    first = api.conversations_replies(channel=PERFORMANCE, ts=question.ts, limit=4)
    assert [m["text"] for m in first["messages"]] == ["how many?", "0", "1", "2"]
    assert "metadata" not in first["messages"][1]
    pages = api.conversations_replies(channel=PERFORMANCE, ts=question.ts, limit=4, include_all_metadata=True)
    said = [message for page in pages for message in page["messages"] if message["user"] == BOT]
    assert [message["metadata"]["event_payload"]["id"] for message in said] == ["0", "1", "2", "3", "4"]


def test_an_update_with_text_alone_takes_the_blocks_away(slack: SlackDouble) -> None:
    api = client(slack)
    ts = api.chat_postMessage(channel=PERFORMANCE, text="one", blocks=BLOCKS)["ts"]
    api.chat_update(channel=PERFORMANCE, ts=ts, text="two")
    (message,) = slack.space.messages.values()
    assert (message.text, message.blocks, bool(message.edited)) == ("two", [], True)
    api.chat_delete(channel=PERFORMANCE, ts=ts)
    assert slack.space.messages == {}
    assert slack.space.deleted == [message]


@pytest.mark.parametrize(
    ("method", "arguments", "error", "fault"),
    [
        ("chat.scheduleMessage", {"channel": PERFORMANCE}, "unknown_method", "unknown method"),
        ("chat.postMessage", {"channel": PERFORMANCE, "text": "x", "colour": "red"}, "invalid_arguments", "colour"),
        ("chat.postMessage", {"channel": PERFORMANCE, "text": "x", "blocks": HEADER}, "invalid_blocks", "header"),
        ("chat.postMessage", {"channel": PERFORMANCE, "blocks": BLOCKS}, "", "without text"),
        ("chat.postMessage", {"channel": PERFORMANCE, "text": "x" * 40_001}, "msg_too_long", "40001"),
        ("chat.postMessage", {"channel": PERFORMANCE}, "no_text", ""),
        ("chat.postMessage", {"channel": ELSEWHERE, "text": "x"}, "not_in_channel", ""),
        ("chat.postMessage", {"channel": "C404", "text": "x"}, "channel_not_found", ""),
        ("chat.update", {"channel": PERFORMANCE, "ts": "1.1", "text": "x"}, "message_not_found", ""),
        ("views.open", {"trigger_id": "1", "view": {"type": "modal", "blocks": BLOCKS}}, "invalid_trigger_id", ""),
        ("views.publish", {"user_id": ALICE, "view": EMPTY}, "invalid_arguments", "view refused"),
        ("assistant.threads.setSuggestedPrompts", {"channel_id": "D0", "prompts": []}, "invalid_arguments", "prompts"),
        (
            "assistant.threads.setSuggestedPrompts",
            {"channel_id": "D0ALICE", "prompts": [{"title": "a", "message": "b"}], "thread_ts": "1.1"},
            "invalid_arguments",
            "thread_ts",
        ),
    ],
)  # fmt: skip
def test_what_slack_would_refuse_is_refused_and_told(
    loose: SlackDouble, method: str, arguments: dict[str, Any], error: str, fault: str
) -> None:
    if error:
        with pytest.raises(SlackApiError) as refused:
            client(loose).api_call(method, json=arguments)
        assert refusal(refused) == error
    else:
        client(loose).api_call(method, json=arguments)
    assert bool(loose.faults) == bool(fault)
    assert fault in " ".join(loose.faults)


def test_a_number_that_is_none_is_no_json(loose: SlackDouble) -> None:
    with pytest.raises(SlackApiError, match="invalid_json"):
        client(loose).chat_postMessage(channel=PERFORMANCE, text="x", blocks=[{"value": float("nan")}])
    assert "NaN" in loose.faults[0]


def test_tokens_and_scopes_are_held_to(slack: SlackDouble) -> None:
    for token, error in (("xoxb-wrong", "invalid_auth"), (APP_TOKEN, "not_allowed_token_type"), ("", "not_authed")):
        with pytest.raises(SlackApiError) as refused:
            client(slack, token).auth_test()
        assert refusal(refused) == error
    assert set(client(slack).auth_test().headers["x-oauth-scopes"].split(",")) >= {"chat:write", "commands"}
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        client(slack).apps_connections_open(app_token=BOT_TOKEN)
    slack.space.scopes.remove("users:read")
    with pytest.raises(SlackApiError) as refused:
        client(slack).users_info(user=ALICE)
    assert (refusal(refused), refused.value.response["needed"]) == ("missing_scope", "users:read")


def test_a_channels_kind_decides_which_scope_reads_it(slack: SlackDouble) -> None:
    question = slack.written("hello", direct_channel(ALICE))
    slack.space.scopes.remove("im:history")
    with pytest.raises(SlackApiError) as refused:
        client(slack).conversations_replies(channel=question.channel, ts=question.ts)
    assert refused.value.response["needed"] == "im:history"


def test_failures_on_demand(slack: SlackDouble) -> None:
    api = client(slack)
    api.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
    slack.space.fail("chat.postMessage", "ratelimited", when=lambda a: a["text"] == "slow")
    slack.space.fail("chat.postMessage", "invalid_blocks", when=lambda a: "blocks" in a, times=2)
    api.chat_postMessage(channel=PERFORMANCE, text="quick")
    began = time.monotonic()
    api.chat_postMessage(channel=PERFORMANCE, text="slow")
    assert time.monotonic() - began >= 1  # Retry-After was honoured
    for _ in range(2):
        with pytest.raises(SlackApiError, match="invalid_blocks"):
            api.chat_postMessage(channel=PERFORMANCE, text="x", blocks=BLOCKS)
    api.chat_postMessage(channel=PERFORMANCE, text="x", blocks=BLOCKS)
    assert [call.error for call in slack.space.calls] == [
        None, "ratelimited", None, "invalid_blocks", "invalid_blocks", None,
    ]  # fmt: skip


def test_a_call_that_is_cut_is_tried_again_by_the_client(slack: SlackDouble) -> None:
    slack.space.fail("chat.postMessage", "dropped")
    client(slack).chat_postMessage(channel=PERFORMANCE, text="x")
    assert [call.error for call in slack.space.calls] == ["dropped", None]
    assert len(slack.space.messages) == 1


def test_files_arrive_whole_with_their_alternative_text(slack: SlackDouble) -> None:
    question = slack.written("chart?")
    client(slack).files_upload_v2(
        content=b"\x89PNG", filename="a.png", alt_txt="Rises", channel=PERFORMANCE, thread_ts=question.ts, title="A"
    )
    (file,) = slack.space.files.values()
    assert (file.name, file.content, file.alt_text, file.shared_in) == ("a.png", b"\x89PNG", "Rises", PERFORMANCE)
    assert [m.files for m in slack.space.replies(question)] == [[file.id]]


def test_a_trigger_is_good_once(slack: SlackDouble) -> None:
    trigger = slack._trigger(BEN)
    text = {"type": "plain_text", "text": "Row"}
    view = {"type": "modal", "title": text, "blocks": [{"type": "divider"}]}
    client(slack).views_open(trigger_id=trigger, view=view)
    assert [shown.user for shown in slack.space.modals] == [BEN]
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        client(slack).views_open(trigger_id=trigger, view=view)


# ---- Socket Mode


def test_an_event_arrives_and_its_acknowledgement_is_timed(slack: SlackDouble, listener: Listener) -> None:
    message = slack.direct("how many?")
    (delivery,) = slack.post.deliveries
    slack.wait(lambda: delivery.acked)
    event = listener.got[0].payload["event"]
    assert (event["text"], event["channel_type"], event["ts"]) == ("how many?", "im", message.ts)
    assert 0 < delivery.acked.milliseconds < 60_000


def test_a_mention_in_a_channel_arrives_twice_with_two_ids(slack: SlackDouble, listener: Listener) -> None:
    slack.mention("how many?")
    slack.wait(lambda: len(listener.got) == 2)
    assert [request.payload["event"]["type"] for request in listener.got] == ["message", "app_mention"]
    assert len({request.payload["event_id"] for request in listener.got}) == 2
    assert len({request.payload["event"]["ts"] for request in listener.got}) == 1


def test_the_bots_own_messages_come_back_to_it(slack: SlackDouble, listener: Listener) -> None:
    api = client(slack)
    ts = api.chat_postMessage(channel=PERFORMANCE, text="one")["ts"]
    api.chat_update(channel=PERFORMANCE, ts=ts, text="two")
    api.chat_delete(channel=PERFORMANCE, ts=ts)
    slack.wait(lambda: len(listener.got) == 3)
    events = [request.payload["event"] for request in listener.got]
    assert [event.get("subtype") for event in events] == [None, "message_changed", "message_deleted"]
    assert events[0]["user"] == BOT
    assert events[1]["previous_message"]["text"] == "one"
    assert events[1]["message"]["text"] == "two"


def test_what_the_manifest_does_not_subscribe_to_does_not_arrive(slack: SlackDouble, listener: Listener) -> None:
    assert slack.event({"type": "reaction_added", "user": ALICE}) is None
    assert slack.say("hello", ELSEWHERE).text == "hello"  # the bot is not in that channel
    slack.direct("last")
    slack.wait(lambda: listener.got)
    assert [request.payload["event"]["text"] for request in listener.got] == ["last"]


def test_an_event_that_nobody_acknowledges_comes_again() -> None:
    with SlackDouble(retries=(0.0, 0.05, 0.1), ack_limit=0.1) as slack:
        listener = Listener(slack, acknowledges=False)
        slack.connected()
        slack.direct("anyone?")
        (delivery,) = slack.post.deliveries
        slack.wait(lambda: delivery.over)
        listener.close(slack)
    assert [request.retry_attempt for request in listener.got] == [0, 1, 2, 3]
    assert len({request.payload["event_id"] for request in listener.got}) == 1
    assert len({request.envelope_id for request in listener.got}) == 4
    assert delivery.acked is None


def test_an_event_comes_again_on_demand(slack: SlackDouble, listener: Listener) -> None:
    slack.direct("again")
    slack.wait(lambda: slack.post.deliveries[0].acked)
    slack.post.again(slack.post.deliveries[0], 2)
    slack.wait(lambda: len(listener.got) == 2)
    assert listener.got[1].retry_attempt == 2


def test_each_event_goes_to_one_connection(slack: SlackDouble) -> None:
    listeners = [Listener(slack), Listener(slack)]
    slack.connected(2)
    for i in range(40):
        slack.direct(str(i))
    slack.wait(lambda: all(delivery.acked for delivery in slack.post.deliveries))
    counts = [len(listener.got) for listener in listeners]
    assert sum(counts) == 40
    assert min(counts) >= 5
    for listener in listeners:
        listener.close(slack)


def test_refreshed_and_dropped_connections_are_replaced(slack: SlackDouble, listener: Listener) -> None:
    (first,) = slack.connections
    slack.refresh(first)
    slack.wait(lambda: slack.connections and slack.connections[0] is not first)
    (second,) = slack.connections
    slack.drop(second)
    slack.wait(lambda: slack.connections and slack.connections[0] is not second)
    slack.direct("still there?")
    slack.wait(lambda: slack.post.deliveries[0].acked)
    assert [call.method for call in slack.space.calls] == ["apps.connections.open"] * 3


def test_commands_presses_and_modals_carry_what_slack_sends(slack: SlackDouble, listener: Listener) -> None:
    api = client(slack)
    api.chat_postMessage(channel=PERFORMANCE, text="x", blocks=BLOCKS)
    (message,) = slack.space.messages.values()
    slack.command("how many?", user=BEN)
    slack.press(message, "go", BEN)
    slack.check(message)
    slack.wait(lambda: len(listener.got) == 4)
    payloads = {
        request.payload.get("type", request.payload.get("command")): request.payload for request in listener.got
    }
    assert payloads["/ask-reports"]["text"] == "how many?"
    assert payloads["block_actions"]["actions"][0]["value"] == "1"
    assert payloads["block_actions"]["user"]["id"] == BEN
    assert payloads["message_action"]["message"]["text"] == "x"
    with pytest.raises(AssertionError, match="nothing to press called stop"):
        slack.press(message, "stop")


def test_a_response_url_shows_shares_and_replaces(slack: SlackDouble, listener: Listener) -> None:
    slack.command("how many?", user=BEN)
    slack.wait(lambda: listener.got)
    url = listener.got[0].payload["response_url"]

    def respond(**body: Any) -> int:
        request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code

    assert respond(text="17", blocks=BLOCKS) == 200
    (shown,) = slack.space.ephemerals
    assert (shown.user, shown.text) == (BEN, "17")
    assert respond(text="17", response_type="in_channel") == 200
    assert [message.text for message in slack.space.messages.values()] == ["17"]
    slack.press(shown, "go", BEN)
    slack.wait(lambda: len(listener.got) == 3)
    press = next(r.payload for r in listener.got if r.payload.get("type") == "block_actions")
    assert press["container"]["is_ephemeral"] is True
    assert "message" not in press
    url = press["response_url"]
    assert respond(text="done", replace_original=True) == 200
    assert (shown.text, shown.blocks) == ("done", [])
    assert [respond(text=str(i)) for i in range(5)] == [200, 200, 200, 200, 404]


# ---- HTTP


class Handler(BaseHTTPRequestHandler):
    got: list[tuple[dict[str, str], bytes, bool]]
    status: list[int]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        genuine = SignatureVerifier(SECRET).is_valid_request(body, {k.lower(): v for k, v in self.headers.items()})
        self.got.append((dict(self.headers), body, genuine))
        self.send_response(self.status.pop(0) if self.status else 200)
        self.end_headers()

    def log_message(self, *arguments: Any) -> None: ...


@pytest.fixture
def handler() -> Iterator[tuple[str, type[Handler]]]:
    kind = type("NotingHandler", (Handler,), {"got": [], "status": []})
    server = HTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/slack/events", kind
    server.shutdown()
    server.server_close()
    thread.join()


def test_http_requests_are_signed_as_slack_signs_them(slack: SlackDouble, handler: tuple[str, type[Handler]]) -> None:
    url, kind = handler
    slack.serve_http(url)
    slack.direct("how many?")
    slack.command("how many?")
    slack.wait(lambda: all(delivery.acked for delivery in slack.post.deliveries))
    assert [genuine for _, _, genuine in kind.got] == [True, True]
    bodies = sorted(body for _, body, _ in kind.got)
    assert b"command=%2Fask-reports" in bodies[0]
    assert json.loads(bodies[1])["event"]["text"] == "how many?"
    forged = {name.lower(): value for name, value in signature(bodies[1], "another secret").items()}
    assert not SignatureVerifier(SECRET).is_valid_request(bodies[1], forged)


def test_an_http_event_that_fails_comes_again(slack: SlackDouble, handler: tuple[str, type[Handler]]) -> None:
    url, kind = handler
    kind.status.append(500)
    slack.serve_http(url)
    slack.direct("how many?")
    slack.wait(lambda: slack.post.deliveries[0].acked)
    assert [headers.get("X-Slack-Retry-Num") for headers, _, _ in kind.got] == [None, "1"]
