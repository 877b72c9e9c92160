"""Four judges of blocks that share nothing: the tests' own checker, slack_sdk, two JSON schemas, `slackblocks`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import slackblocks
from slack_sdk.models.blocks import Block as SdkBlock

from slackdouble.blockcheck import problems

SCHEMAS = Path(__file__).parent / "slack"
UNKNOWN_TO_SDK = {"data_visualization", "data_table"}


def refused(blocks: Sequence[dict[str, Any]], surface: str = "message") -> list[str]:
    """What any of the judges has against these blocks."""
    found = list(problems(list(blocks), surface))
    for i, block in enumerate(blocks):
        found += [f"[{i}] {fault}" for judge in (_by_schema, _by_sdk, _by_slackblocks) for fault in judge(block)]
    found += [f"{path}: {size} UTF-16 units, of {most}" for path, size, most in _long(list(blocks), "") if size > most]
    if not _is_utf8(blocks):
        found.append("text that cannot be sent")
    return found


@cache
def _schema(kind: str) -> jsonschema.Draft7Validator | None:
    """The schema of one kind of block, picked by its constant `type`."""
    if kind == "data_visualization":
        return jsonschema.Draft7Validator(json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8")))
    known = json.loads((SCHEMAS / "knownblock.schema.json").read_text(encoding="utf-8"))
    for name, block in known["definitions"].items():
        if name.endswith("Block") and block.get("properties", {}).get("type", {}).get("const") == kind:
            return jsonschema.Draft7Validator({**known, "$ref": f"#/definitions/{name}"})
    return None


def _by_schema(block: dict[str, Any]) -> Iterator[str]:
    schema = _schema(block["type"])
    if schema is None:
        yield f"the schema knows no {block['type']}"
    else:
        yield from (error.message[:200] for error in schema.iter_errors(block))


def _by_sdk(block: dict[str, Any]) -> Iterator[str]:
    if block["type"] in UNKNOWN_TO_SDK:
        return
    try:
        parsed = SdkBlock.parse(json.loads(json.dumps(block)))
        if parsed is None:
            yield f"slack_sdk knows no {block['type']}"
        else:
            parsed.validate_json()
    except Exception as error:
        yield f"slack_sdk: {error}"


def _by_slackblocks(block: dict[str, Any]) -> Iterator[str]:
    """The blocks that slack_sdk has no model of, and the header, built again from what they say."""
    try:
        match block["type"]:
            case "header":
                slackblocks.HeaderBlock(block["text"]["text"])
            case "data_table":
                rows = [[slackblocks.RawText(cell["text"]) for cell in row] for row in block["rows"]]
                slackblocks.DataTableBlock(rows, block["caption"], block["page_size"], block["row_header_column_index"])
            case "table":
                slackblocks.TableBlock([[slackblocks.RawText(cell["text"]) for cell in row] for row in block["rows"]])
            case "data_visualization":
                slackblocks.DataVisualizationBlock(block["title"], _chart(block["chart"]))
    except Exception as error:
        yield f"slackblocks: {error!r}"


def _chart(chart: dict[str, Any]) -> slackblocks.LineChart:
    series = [
        slackblocks.DataSeries(s["name"], [slackblocks.DataPoint(p["label"], p["value"]) for p in s["data"]])
        for s in chart["series"]
    ]
    return slackblocks.LineChart(series, slackblocks.AxisConfig(**chart["axis_config"]))


_MOST = {"section": 3000, "header": 150, "button": 75, "context": 3000}


def _long(part: Any, path: str) -> Iterator[tuple[str, int, int]]:
    """Each text and value with its length as Slack's clients count, and how long it may be."""
    if isinstance(part, list | tuple):
        for i, item in enumerate(part):
            yield from _long(item, f"{path}[{i}]")
    elif isinstance(part, dict):
        text = part.get("text")
        if part.get("type") in _MOST and isinstance(text, dict):
            yield f"{path}.text", _units(text["text"]), _MOST[part["type"]]
        if part.get("type") == "button":
            yield f"{path}.value", _units(part["value"]), 2000
        for key, item in part.items():
            yield from _long(item, f"{path}.{key}")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _is_utf8(blocks: Sequence[dict[str, Any]]) -> bool:
    try:
        json.dumps(blocks, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return False
    return True


def texts(part: Any) -> list[str]:
    """Every text that a reader sees in blocks, in order."""
    if isinstance(part, list | tuple):
        return [text for item in part for text in texts(item)]
    if not isinstance(part, dict):
        return []
    seen = []
    for key, item in part.items():
        if isinstance(item, str) and key in ("text", "caption", "title", "name", "label", "y_label"):
            seen.append(item)
        else:
            seen += texts(item)
    return seen
