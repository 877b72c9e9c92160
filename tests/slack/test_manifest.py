"""bot/: the manifest asks for exactly what the code uses, the README explains each, all within Slack's limits."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cpbqa.slack.scopes import COMMAND, EVENTS, SCOPES, SHORTCUT
from cpbqa.slack.settings import Settings
from slackdouble.webapi import METHODS

ROOT = Path(__file__).resolve().parents[2]
BOT = ROOT / "bot"
MANIFEST: dict[str, Any] = json.loads((BOT / "manifest.json").read_text(encoding="utf-8"))
BOT_SCOPES = MANIFEST["oauth_config"]["scopes"]["bot"]
SUBSCRIBED = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
# files_upload_v2 is the SDK's name for three calls.
UPLOAD = ["files.getUploadURLExternal", "files.completeUploadExternal"]
SCOPE_OF_EVENT = {
    "app_home_opened": [],
    "app_mention": ["app_mentions:read"],
    "message.channels": ["channels:history"],
    "message.groups": ["groups:history"],
    "message.im": ["im:history"],
}


def trees() -> Iterator[ast.AST]:
    for module in (ROOT / "src" / "cpbqa" / "slack").rglob("*.py"):
        yield ast.parse(module.read_text(encoding="utf-8"))


def methods() -> set[str]:
    """The Web API methods that the code names, as Slack spells them."""
    spelt = {name.replace(".", "_"): [name] for name in METHODS} | {"files_upload_v2": UPLOAD}
    more = {"bookmarks", "pins", "reactions", "reminders", "search", "team", "usergroups"}
    families = ({name.split("_")[0] for name in spelt} | more) - {"api"}
    found = set()
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and re.fullmatch(rf"({'|'.join(families)})_[a-z]\w*", node.attr):
                found.update(spelt.get(node.attr, [node.attr]))
    return found


def listened(kind: str) -> list[ast.expr]:
    """What `app.KIND(...)` is called with."""
    return [
        node.args[0]
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == kind
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "app"
    ]


def test_the_scopes_are_exactly_those_that_the_code_uses() -> None:
    used = {"commands"} | {scope for event in SUBSCRIBED for scope in SCOPE_OF_EVENT[event]}
    for method in methods():
        assert method in METHODS, f"{method} is called, and the double does not know it"
        scope = METHODS[method][0]
        # What a channel's kind decides is asked for by the events of that kind already.
        used |= {scope} - {"", "CHANNEL"}
    assert sorted(used) == BOT_SCOPES == sorted(SCOPES)


def test_the_events_are_exactly_those_that_are_listened_to() -> None:
    names = {node.value for node in listened("event") if isinstance(node, ast.Constant)}
    assert {event.split(".")[0] for event in SUBSCRIBED} == names
    assert sorted(EVENTS) == SUBSCRIBED


def test_the_command_and_the_shortcut_are_those_of_the_code() -> None:
    features = MANIFEST["features"]
    assert [command["command"] for command in features["slash_commands"]] == [COMMAND]
    assert [(entry["type"], entry["callback_id"]) for entry in features["shortcuts"]] == [("message", SHORTCUT)]
    assert [ast.unparse(node) for node in (*listened("command"), *listened("shortcut"))] == ["COMMAND", "SHORTCUT"]
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] is True


def test_everything_is_within_slacks_limits() -> None:
    shown, features = MANIFEST["display_information"], MANIFEST["features"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert re.fullmatch("#[0-9a-f]{6}", shown["background_color"])
    assert "assistant_view" not in features
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert len(features["bot_user"]["display_name"]) <= 80
    (shortcut,), (command,) = features["shortcuts"], features["slash_commands"]
    assert len(shortcut["name"]) <= 24
    assert len(shortcut["description"]) <= 150
    assert len(command["command"]) <= 32
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000
    assert features["app_home"] == {
        "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False,
    }  # fmt: skip


@pytest.mark.parametrize("names", [BOT_SCOPES, SUBSCRIBED], ids=["scopes", "events"])
def test_the_readme_explains_each(names: list[str]) -> None:
    explained = re.findall(r"^\| `([a-z_.:]+)` \| .{5,} \|$", (BOT / "README.md").read_text(encoding="utf-8"), re.M)
    assert [name for name in explained if name in names] == names
    assert set(explained) == {*BOT_SCOPES, *SUBSCRIBED}


def test_the_example_names_settings_that_exist_and_holds_no_secret() -> None:
    lines = (BOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = dict(line.lstrip("#").split("=", 1) for line in lines if re.match(r"#?[A-Z_]+=", line))
    ours = {f"CPBQA_SLACK_{name.upper()}" for name in Settings.model_fields}
    slacks = {str(field.validation_alias) for field in Settings.model_fields.values() if field.validation_alias}
    assert set(named) <= ours | slacks | {"CPBQA_INDEX", "HTTPS_PROXY"}
    assert {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"} <= set(named)
    assert not any(named[name] for name in named if "TOKEN" in name or "SECRET" in name)


def test_slacks_own_command_line_finds_its_hooks() -> None:
    hooks = json.loads((BOT / ".slack" / "hooks.json").read_text(encoding="utf-8"))
    assert hooks == {"hooks": {"get-hooks": "python3 -m slack_cli_hooks.hooks.get_hooks"}}
    assert len((BOT / "app.py").read_text(encoding="utf-8").splitlines()) < 15


def test_the_image_takes_torch_first_and_runs_without_rights() -> None:
    text = (BOT / "Dockerfile").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (torch,) = [wanted for wanted in project["dependencies"] if wanted.startswith("torch")]
    installs = re.findall(r"pip install (.+)", text)
    assert installs == [torch, "."]
    assert text.index("USER cpbqa") < text.index('CMD ["cpbqa"')
    assert "VOLUME /var/lib/cpbqa" in text
    for copied in re.findall(r"^COPY (.+) \S+$", text, re.M):
        assert all((ROOT / name).exists() for name in copied.split())
