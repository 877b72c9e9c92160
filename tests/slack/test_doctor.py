"""`cpbqa doctor`: what it finds, against the double, and what it says is to be done."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from cpbqa.cli import main
from mini import copy_index
from slackdouble.double import SlackDouble
from slackdouble.workspace import APP_TOKEN, BOT_TOKEN, SECRET

Found = dict[str, dict[str, str]]


@pytest.fixture(autouse=True)
def environment(slack: SlackDouble, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mini_index: Path) -> None:
    """A bot that is set up well."""
    for name in [name for name in os.environ if name.startswith(("SLACK_", "CPBQA_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SLACK_API_URL", slack.api_url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", BOT_TOKEN)
    monkeypatch.setenv("SLACK_APP_TOKEN", APP_TOKEN)
    monkeypatch.setenv("CPBQA_INDEX", str(mini_index))
    monkeypatch.setenv("CPBQA_SLACK_DATABASE", str(tmp_path / "slack.db"))
    monkeypatch.chdir(tmp_path)


def doctor(capsys: pytest.CaptureFixture[str]) -> tuple[int, Found]:
    """The exit code and the findings by part."""
    code = main(["doctor", "--json"])
    said = json.loads(capsys.readouterr().out)
    assert said["exit_code"] == code
    return code, {finding["part"]: finding for finding in said["findings"]}


def test_all_is_well(capsys: pytest.CaptureFixture[str], slack: SlackDouble) -> None:
    code, found = doctor(capsys)
    assert code == 0
    assert {finding["state"] for finding in found.values()} == {"ok"}
    assert list(found) == ["index", "database", "disk", "bot token", "scopes", "socket"]
    assert found["index"]["text"].startswith("2 measures of the reports 2030/31, 2031/32; built ")
    assert "board_reports in Council" in found["bot token"]["text"]
    assert {call.method for call in slack.space.calls} == {"auth.test", "apps.connections.open"}
    assert not Path("slack.db").exists()  # it only looks


def test_a_person_reads_a_line_a_part_and_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-wrong")
    assert main(["doctor"]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines[:3]] == ["ok", "ok", "ok"]
    assert lines[3] == "broken  bot token       Slack refuses it (invalid_auth)"
    assert lines[4].strip().startswith("-> Copy the bot token anew from OAuth & Permissions")


def test_without_tokens_index_and_disk_are_looked_at(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, slack: SlackDouble
) -> None:
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    monkeypatch.delenv("SLACK_APP_TOKEN")
    code, found = doctor(capsys)
    assert code == 1
    assert {part: finding["state"] for part, finding in found.items()} == {
        "index": "ok", "database": "ok", "disk": "ok", "Slack": "warning",
    }  # fmt: skip
    assert "SLACK_BOT_TOKEN is not set" in found["Slack"]["text"]
    assert slack.space.calls == []


@pytest.mark.parametrize(
    ("variable", "value", "part", "text"),
    [
        ("SLACK_BOT_TOKEN", "", "bot token", "SLACK_BOT_TOKEN is not set"),
        ("SLACK_BOT_TOKEN", APP_TOKEN, "bot token", "SLACK_BOT_TOKEN does not begin with xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxb-wrong", "bot token", "Slack refuses it (invalid_auth)"),
        ("SLACK_APP_TOKEN", "", "socket", "SLACK_APP_TOKEN is not set"),
        ("SLACK_APP_TOKEN", BOT_TOKEN, "socket", "SLACK_APP_TOKEN does not begin with xapp-"),
        ("SLACK_APP_TOKEN", "xapp-wrong", "socket", "Slack refuses it (invalid_auth)"),
        ("SLACK_API_URL", "http://127.0.0.1:9/api/", "bot token", "Slack cannot be reached ([Errno 111]"),
        ("CPBQA_SLACK_PER_USER", "many", "settings", "CPBQA_SLACK_PER_USER is not usable"),
        ("CPBQA_SLACK_DATABASE", "/nowhere/slack.db", "database", "/nowhere/slack.db cannot be made"),
        ("CPBQA_INDEX", "/nowhere", "index", "There is no index in /nowhere"),
    ],
)  # fmt: skip
def test_what_the_bot_cannot_run_with(
    variable: str,
    value: str,
    part: str,
    text: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, value)
    code, found = doctor(capsys)
    assert code == 2
    assert found[part]["state"] == "problem"
    assert found[part]["text"].startswith(text)
    assert found[part]["mend"]


@pytest.mark.parametrize(("scope", "state", "code"), [("files:write", "warning", 1), ("chat:write", "problem", 2)])
def test_a_missing_scope_and_what_goes_without_it(
    scope: str, state: str, code: int, capsys: pytest.CaptureFixture[str], slack: SlackDouble
) -> None:
    slack.space.scopes.remove(scope)
    seen, found = doctor(capsys)
    assert (seen, found["scopes"]["state"]) == (code, state)
    assert found["scopes"]["text"].startswith(f"missing: {scope} (it cannot ")
    assert "Reinstall" in found["scopes"]["mend"]


def test_more_rights_than_it_needs_are_told(capsys: pytest.CaptureFixture[str], slack: SlackDouble) -> None:
    slack.space.scopes.append("users:read.email")
    code, found = doctor(capsys)
    assert code == 1
    assert found["scopes"]["text"] == "more than it needs: users:read.email"


def test_an_app_token_without_its_scope(capsys: pytest.CaptureFixture[str], slack: SlackDouble) -> None:
    slack.space.app_scopes.clear()
    code, found = doctor(capsys)
    assert code == 2
    assert found["socket"]["text"] == "Slack refuses it (missing_scope)"
    assert "connections:write" in found["socket"]["mend"]


def test_over_http_no_app_token_is_wanted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, slack: SlackDouble
) -> None:
    monkeypatch.delenv("SLACK_APP_TOKEN")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SECRET)
    code, found = doctor(capsys)
    assert (code, "socket" in found, found["signing secret"]["state"]) == (0, False, "ok")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "xoxb-not-a-secret")
    code, found = doctor(capsys)
    assert (code, found["signing secret"]["state"]) == (1, "warning")


def test_slack_that_is_busy_is_no_fault_of_ours(capsys: pytest.CaptureFixture[str], slack: SlackDouble) -> None:
    slack.space.fail("auth.test", "ratelimited")
    code, found = doctor(capsys)
    assert (code, found["bot token"]["mend"]) == (1, "Try again in a minute.")
    slack.space.fail("auth.test", "dropped")
    code, found = doctor(capsys)
    assert (code, found["bot token"]["text"][:23]) == (2, "Slack cannot be reached")


def test_a_damaged_index_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, mini_index: Path, tmp_path: Path
) -> None:
    index = copy_index(mini_index, tmp_path / "index")
    (index / "CURRENT").unlink()
    (index / "CURRENT").write_text("0123456789abcdef\n")
    monkeypatch.setenv("CPBQA_INDEX", str(index))
    code, found = doctor(capsys)
    assert code == 2
    assert "0123456789abcdef" in found["index"]["text"]
    assert "cpbqa build" in found["index"]["mend"]


def test_an_old_index_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, mini_index: Path, tmp_path: Path
) -> None:
    index = copy_index(mini_index, tmp_path / "index")
    shutil.copy(index / "CURRENT", index / "kept")
    os.replace(index / "kept", index / "CURRENT")
    os.utime(index / "CURRENT", (1_600_000_000, 1_600_000_000))
    monkeypatch.setenv("CPBQA_INDEX", str(index))
    code, found = doctor(capsys)
    assert code == 1
    assert "built 13 September 2020" in found["index"]["text"]


def test_a_database_that_others_may_read_or_that_is_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "slack.db"
    path.touch(mode=0o600)
    assert doctor(capsys)[1]["database"]["state"] == "ok"
    path.chmod(0o644)
    code, found = doctor(capsys)
    assert (code, found["database"]["mend"]) == (1, f"Run `chmod 600 {path}`.")
    path.write_bytes(b"This is no database. " * 200)
    code, found = doctor(capsys)
    assert code == 2
    assert "file is not a database" in found["database"]["text"]


@pytest.mark.parametrize(("free", "state"), [(10 * 2**20, "problem"), (200 * 2**20, "warning"), (2**30, "ok")])
def test_the_disk(free: int, state: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type(shutil.disk_usage("/"))
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(2**40, 2**40 - free, free))
    code, found = doctor(capsys)
    assert (code, found["disk"]["state"]) == ({"problem": 2, "warning": 1, "ok": 0}[state], state)
