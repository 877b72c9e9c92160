"""What the app asks Slack for. bot/manifest.json and bot/README.md say the same; a test holds that."""

from __future__ import annotations

from collections.abc import Mapping

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "it does not see when somebody mentions it",
    "assistant:write": "it shows no status while it works and suggests no questions",
    "channels:history": "it sees no follow-up questions in threads of public channels",
    "chat:write": "it cannot reply at all",
    "commands": "it has no /ask-reports and no entry in a message's menu",
    "files:write": "it cannot attach pictures and long tables",
    "groups:history": "it sees no follow-up questions in threads of private channels",
    "im:history": "it does not see direct messages",
    "users:read": "it cannot tell staff from guests",
}
"""Each scope of the bot token, and what is missing without it."""

VITAL = "chat:write"
SOCKET_SCOPE = "connections:write"
"""The scope of the app token."""
EVENTS = ("app_home_opened", "app_mention", "message.channels", "message.groups", "message.im")
COMMAND, SHORTCUT = "/ask-reports", "check_the_reports"
