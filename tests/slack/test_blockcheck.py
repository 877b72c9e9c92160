"""The checker of blocks: what Slack takes passes, and each limit, one step over, does not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.models import blocks as sdk

from slackdouble.blockcheck import problems, view_problems


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def raw(text: str) -> dict[str, Any]:
    return {"type": "raw_text", "text": text}


def run(text: str) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": [{"type": "text", "text": text, "style": {"bold": True}}]}


def button(name: str) -> dict[str, Any]:
    return {"type": "button", "action_id": name, "text": plain("Go"), "value": "1"}


FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "f",
    "positive_button": {"text": plain("Yes"), "value": "helpful"},
    "negative_button": {"text": plain("No"), "value": "unhelpful"},
}
YEARS = ["2022/23", "2023/24", "2024/25"]
CHART = {
    "type": "data_visualization",
    "title": "Boats",
    "chart": {
        "type": "line",
        "series": [{"name": "Here", "data": [{"label": year, "value": 1.5} for year in YEARS]}],
        "axis_config": {"categories": YEARS, "x_label": "Year", "y_label": "Boats"},
    },
}
GOOD: dict[str, dict[str, Any]] = {
    "actions": {"type": "actions", "elements": [button("a"), button("b")]},
    "context": {"type": "context", "elements": [mrkdwn("source")]},
    "context_actions": {"type": "context_actions", "elements": [FEEDBACK]},
    "data_table": {"type": "data_table", "caption": "Y", "rows": [[raw("Year"), raw("n")], [raw("2024"), raw("9")]]},
    "data_visualization": CHART,
    "divider": {"type": "divider", "block_id": "x"},
    "header": {"type": "header", "text": plain("17")},
    "image": {"type": "image", "alt_text": "Rises", "slack_file": {"id": "F1"}},
    "input": {"type": "input", "label": plain("Why?"), "element": {"type": "plain_text_input", "action_id": "why"}},
    "markdown": {"type": "markdown", "text": "x"},
    "rich_text": {"type": "rich_text", "elements": [run("a"), {**run("b"), "type": "rich_text_quote"}]},
    "section": {"type": "section", "text": mrkdwn("17"), "accessory": button("a")},
    "table": {"type": "table", "rows": [[raw("Year"), {"type": "rich_text", "elements": [run("9")]}]]},
}  # fmt: skip


@pytest.mark.parametrize("kind", GOOD)
def test_what_slack_takes_passes(kind: str) -> None:
    assert problems([GOOD[kind]]) == []


@pytest.mark.parametrize("kind", sorted(GOOD.keys() - {"data_table", "data_visualization"}))
def test_the_sdks_models_take_it_too(kind: str) -> None:
    block = sdk.Block.parse(copy.deepcopy(GOOD[kind]))
    assert block is not None
    block.validate_json()


Change = Callable[[dict[str, Any]], Any]
BAD: list[tuple[str, str, Change]] = [
    ("actions", "26 items", lambda b: b.update(elements=[button(str(i)) for i in range(26)])),
    ("actions", "action_id twice", lambda b: b.update(elements=[button("a"), button("a")])),
    ("actions", "76 characters", lambda b: b["elements"][0].update(text=plain("x" * 76))),
    ("actions", "2001 characters", lambda b: b["elements"][0].update(value="x" * 2001)),
    ("actions", "mrkdwn", lambda b: b["elements"][0].update(text=mrkdwn("x"))),
    ("actions", "no such key as colour", lambda b: b["elements"][0].update(colour="red")),
    ("context", "11 items", lambda b: b.update(elements=[mrkdwn("x")] * 11)),
    ("context", "0 characters", lambda b: b.update(elements=[mrkdwn("")])),
    ("context_actions", "6 items", lambda b: b.update(elements=[{**FEEDBACK, "action_id": str(i)} for i in range(6)])),
    ("context_actions", "no negative_button", lambda b: b["elements"][0].pop("negative_button")),
    ("data_table", "no caption", lambda b: b.pop("caption")),
    ("data_table", "102 items", lambda b: b.update(rows=[[raw("x")]] * 102)),
    ("data_table", "1 items", lambda b: b.update(rows=[[raw("x")]])),
    ("data_table", "21 items", lambda b: b.update(rows=[[raw("x")] * 21] * 2)),
    ("data_table", "rows of [1, 2] cells", lambda b: b["rows"].append([raw("x")])),
    ("data_table", "0 characters", lambda b: b["rows"][1].__setitem__(0, raw(""))),
    ("data_table", "10,000", lambda b: b["rows"][1].__setitem__(0, raw("x" * 9_995))),
    ("data_table", "no finite", lambda b: b["rows"][1].__setitem__(
        0, {"type": "raw_number", "value": float("inf"), "text": "∞"})),
    ("data_visualization", "51 characters", lambda b: b.update(title="x" * 51)),
    ("data_visualization", "7 items", lambda b: b["chart"].update(
        series=[{**b["chart"]["series"][0], "name": str(i)} for i in range(7)])),
    ("data_visualization", "two series", lambda b: b["chart"].update(series=b["chart"]["series"] * 2)),
    ("data_visualization", "21 characters", lambda b: b["chart"]["series"][0].update(name="x" * 21)),
    ("data_visualization", "not the categories", lambda b: b["chart"]["series"][0]["data"].pop()),
    ("data_visualization", "no finite", lambda b: b["chart"]["series"][0]["data"][0].update(value=None)),
    ("data_visualization", "no finite", lambda b: b["chart"]["series"][0]["data"][0].update(value=float("nan"))),
    ("data_visualization", "21 items", lambda b: b["chart"]["axis_config"].update(categories=["x"] * 21)),
    ("data_visualization", "51 characters", lambda b: b["chart"]["axis_config"].update(y_label="x" * 51)),
    ("divider", "no such key as text", lambda b: b.update(text="x")),
    ("header", "151 characters", lambda b: b.update(text=plain("x" * 151))),
    ("image", "no alt_text", lambda b: b.pop("alt_text")),
    ("image", "one of them", lambda b: b.update(image_url="https://x.example/a.png")),
    ("input", "no label", lambda b: b.pop("label")),
    ("markdown", "12001 characters", lambda b: b.update(text="x" * 12_001)),
    ("rich_text", "0 characters", lambda b: b["elements"][0]["elements"][0].update(text="")),
    ("rich_text", "no such key as big", lambda b: b["elements"][0]["elements"][0]["style"].update(big=True)),
    ("section", "3001 characters", lambda b: b.update(text=mrkdwn("x" * 3001))),
    ("section", "neither text nor fields", lambda b: b.pop("text")),
    ("section", "11 items", lambda b: b.update(fields=[mrkdwn("x")] * 11)),
    ("table", "101 items", lambda b: b.update(rows=b["rows"] * 101)),
    ("table", "10,000", lambda b: b["rows"][0][1]["elements"][0]["elements"][0].update(text="x" * 10_000)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fault", "change"), BAD, ids=[f"{kind}-{fault}" for kind, fault, _ in BAD])
def test_each_limit_one_step_over_is_told(kind: str, fault: str, change: Change) -> None:
    block = copy.deepcopy(GOOD[kind])
    change(block)
    assert fault in " ".join(problems([block]))


def test_a_message_has_limits_as_a_whole() -> None:
    divider = {"type": "divider"}
    assert problems([divider] * 50) == []
    assert problems([divider] * 51) == ["51 blocks, of 50 at most"]
    assert problems([CHART] * 3) == ["3 blocks data_visualization, of 2 at most"]
    assert problems([GOOD["table"]] * 2) == ["2 blocks table, of 1 at most"]
    assert problems([{"type": "markdown", "text": "x" * 6_001}] * 2) == ["markdown: over 12,000 characters in all"]
    assert problems([GOOD["divider"]] * 2) == ["block_id 'x' twice"]
    assert problems([]) == ["blocks: not a list of at least one block"]
    assert problems([{"type": "hologram"}]) == ["[0]: a 'hologram' cannot stand here"]


def test_a_view_has_limits_of_its_own() -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}] * 100}
    assert view_problems(home) == []
    assert view_problems({**home, "blocks": [{"type": "divider"}] * 101}) != []
    modal = {"type": "modal", "title": plain("x" * 24), "blocks": [GOOD["input"]], "submit": plain("Send")}
    assert view_problems(modal) == []
    assert view_problems({**modal, "title": plain("x" * 25)}) != []
    assert view_problems({key: modal[key] for key in ("type", "title", "blocks")}) == [
        "view: something to fill in and nothing to submit it with"
    ]
    assert view_problems({**home, "blocks": [GOOD["table"]]}) == ["table: in messages only"]
