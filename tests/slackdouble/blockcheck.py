"""A checker of Block Kit of the tests' own: keys, kinds and limits as Slack documents them, and nothing else is let by.

It shares no code with slack_sdk's models or with `slackblocks`, so that a fault of one is not a fault of all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Check = Callable[[Any, str], Iterator[str]]
"""Takes a value and where it stands; yields what is wrong with it."""

MESSAGE_ONLY = {"context_actions", "data_table", "data_visualization", "markdown", "table"}


def problems(blocks: Any, surface: str = "message") -> list[str]:
    """What Slack would refuse in these blocks. `surface` is message, home or modal."""
    if not isinstance(blocks, list | tuple) or not blocks:
        return ["blocks: not a list of at least one block"]
    found = [fault for i, block in enumerate(blocks) for fault in BLOCK(block, f"[{i}]")]
    if found:
        return found  # what follows trusts the structure
    most = 50 if surface == "message" else 100
    if len(blocks) > most:
        found.append(f"{len(blocks)} blocks, of {most} at most")
    kinds = [block["type"] for block in blocks]
    if surface != "message":
        found += [f"{kind}: in messages only" for kind in sorted(MESSAGE_ONLY & set(kinds))]
    if surface != "modal" and "alert" in kinds:
        found.append("alert: in modals only")
    for kind, at_most in (("table", 1), ("data_visualization", 2)):
        if kinds.count(kind) > at_most:
            found.append(f"{kinds.count(kind)} blocks {kind}, of {at_most} at most")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > 12_000:
        found.append("markdown: over 12,000 characters in all")
    tables = [block for block in blocks if block["type"] in ("table", "data_table")]
    if sum(_written(cell) for block in tables for row in block["rows"] for cell in row) > 10_000:
        found.append("tables: over 10,000 characters in all")
    names = [block["block_id"] for block in blocks if "block_id" in block]
    found += [f"block_id {name!r} twice" for name in sorted({name for name in names if names.count(name) > 1})]
    return found


def _written(cell: Any) -> int:
    """How many characters a cell of a table holds."""
    if isinstance(cell, list):
        return sum(map(_written, cell))
    if isinstance(cell, dict):
        return len(cell["text"]) if isinstance(cell.get("text"), str) else _written(cell.get("elements", []))
    return 0


# ---- values


def string(least: int = 1, most: int = 10**9) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{at}: {value!r} is no text"
        elif not least <= len(value) <= most:
            yield f"{at}: {len(value)} characters, not {least} to {most}"

    return check


def one_of(*values: Any) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if value not in values or isinstance(value, bool) != isinstance(values[0], bool):
            yield f"{at}: {value!r} is none of {values}"

    return check


def number(value: Any, at: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        yield f"{at}: {value!r} is no finite number"


def whole(least: int, most: int) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            yield f"{at}: {value!r} is no whole number from {least} to {most}"

    return check


def items(each: Check, least: int = 1, most: int = 10**9) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list | tuple):
            yield f"{at}: no list"
            return
        if not least <= len(value) <= most:
            yield f"{at}: {len(value)} items, not {least} to {most}"
        for i, item in enumerate(value):
            yield from each(item, f"{at}[{i}]")

    return check


def thing(needed: Mapping[str, Check], allowed: Mapping[str, Check] | None = None, also: Check | None = None) -> Check:
    """An object with these keys and no others. `also` looks at the whole of it where every key is right."""
    known = {**needed, **(allowed or {})}

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f"{at}: no object"
            return
        faults = [f"{at}: no {key}" for key in needed if key not in value]
        faults += [f"{at}: no such key as {key}" for key in value if key not in known and key != "type"]
        for key, item in value.items():
            if key in known:
                faults += known[key](item, f"{at}.{key}")
        yield from faults
        if also is not None and not faults:
            yield from also(value, at)

    return check


def by_type(**kinds: Check) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, Mapping) else None
        if kind not in kinds:
            yield f"{at}: a {kind!r} cannot stand here"
        else:
            yield from kinds[kind](value, f"{at} {kind}")

    return check


# ---- composition objects

YES_NO = one_of(True, False)
ID = string(1, 255)


def plain(most: int, least: int = 1) -> Check:
    return by_type(plain_text=thing({"text": string(least, most)}, {"emoji": YES_NO}))


def text(most: int) -> Check:
    return by_type(
        plain_text=thing({"text": string(1, most)}, {"emoji": YES_NO}),
        mrkdwn=thing({"text": string(1, most)}, {"verbatim": YES_NO}),
    )


OPTION = thing({"text": text(75), "value": string(1, 150)}, {"description": text(75)})
CONFIRM = thing(
    {"text": text(300)},
    {"title": plain(100), "confirm": plain(30), "deny": plain(30), "style": one_of("primary", "danger")},
)
SLACK_FILE = thing({}, {"id": string(), "url": string(1, 3000)})


def _picture_has_one_source(value: Any, at: str) -> Iterator[str]:
    if ("image_url" in value) == ("slack_file" in value):
        yield f"{at}: image_url or slack_file, one of them"


PICTURE = {"image_url": string(1, 3000), "slack_file": SLACK_FILE}
IMAGE = thing({"alt_text": string(1, 2000)}, PICTURE, _picture_has_one_source)

# ---- elements

BUTTON = thing(
    {"text": plain(75)},
    {
        "action_id": ID, "value": string(1, 2000), "url": string(1, 3000), "style": one_of("primary", "danger"),
        "confirm": CONFIRM, "accessibility_label": string(1, 75),
    },
)  # fmt: skip
CHECKBOXES = thing(
    {"options": items(OPTION, 1, 10)},
    {"action_id": ID, "initial_options": items(OPTION, 1, 10), "confirm": CONFIRM, "focus_on_load": YES_NO},
)
RADIO = thing(
    {"options": items(OPTION, 1, 10)},
    {"action_id": ID, "initial_option": OPTION, "confirm": CONFIRM, "focus_on_load": YES_NO},
)
SELECT = thing(
    {"options": items(OPTION, 1, 100)},
    {"action_id": ID, "placeholder": plain(150), "initial_option": OPTION, "confirm": CONFIRM, "focus_on_load": YES_NO},
)
OVERFLOW = thing({"options": items(OPTION, 1, 5)}, {"action_id": ID, "confirm": CONFIRM})
TYPED = thing(
    {},
    {
        "action_id": ID, "placeholder": plain(150), "initial_value": string(0, 3000), "multiline": YES_NO,
        "min_length": whole(0, 3000), "max_length": whole(1, 3000), "focus_on_load": YES_NO,
    },
)  # fmt: skip
FEEDBACK_BUTTON = thing({"text": plain(75), "value": string(1, 2000)}, {"accessibility_label": string(1, 75)})
FEEDBACK = thing({"positive_button": FEEDBACK_BUTTON, "negative_button": FEEDBACK_BUTTON}, {"action_id": ID})
ICON_BUTTON = thing(
    {"icon": one_of("trash"), "text": plain(75)},
    {"action_id": ID, "value": string(1, 2000), "confirm": CONFIRM, "accessibility_label": string(1, 75)},
)
INTERACTIVE = {
    "button": BUTTON,
    "checkboxes": CHECKBOXES,
    "radio_buttons": RADIO,
    "static_select": SELECT,
    "overflow": OVERFLOW,
}

# ---- rich text

STYLES = dict.fromkeys(("bold", "italic", "strike", "code", "underline"), YES_NO)
STYLE = thing({}, STYLES)
TEXT_RUN = thing({"text": string()}, {"style": STYLE})
LINK = thing({"url": string(1, 3000)}, {"text": string(), "style": STYLE, "unsafe": YES_NO})
RUN = by_type(
    text=TEXT_RUN,
    link=LINK,
    emoji=thing({"name": string()}, {"style": STYLE, "unicode": string()}),
    user=thing({"user_id": string()}, {"style": STYLE}),
    channel=thing({"channel_id": string()}, {"style": STYLE}),
    date=thing(
        {"timestamp": whole(0, 2**40), "format": string()}, {"fallback": string(), "url": string(), "style": STYLE}
    ),
)
RICH_SECTION = thing({"elements": items(RUN)})
RICH_TEXT = thing(
    {
        "elements": items(
            by_type(
                rich_text_section=RICH_SECTION,
                rich_text_quote=thing({"elements": items(RUN)}, {"border": one_of(0, 1)}),
                rich_text_preformatted=thing(
                    {"elements": items(by_type(text=TEXT_RUN, link=LINK))}, {"border": one_of(0, 1)}
                ),
                rich_text_list=thing(
                    {"style": one_of("bullet", "ordered"), "elements": items(by_type(rich_text_section=RICH_SECTION))},
                    {"indent": whole(0, 8), "offset": whole(0, 10**6), "border": one_of(0, 1)},
                ),
            )
        )
    },
    {"block_id": ID},
)

# ---- tables and charts

CELL = by_type(
    raw_text=thing({"text": string()}), raw_number=thing({"value": number, "text": string()}), rich_text=RICH_TEXT
)


def _rows_of_one_width(value: Any, at: str) -> Iterator[str]:
    widths = {len(row) for row in value["rows"]}
    if len(widths) != 1:
        yield f"{at}: rows of {sorted(widths)} cells"
    if value.get("row_header_column_index", 0) >= min(widths):
        yield f"{at}: the row header stands in no column"


def _chart_is_whole(value: Any, at: str) -> Iterator[str]:
    categories = value["axis_config"]["categories"]
    names = [series["name"] for series in value["series"]]
    if len(set(names)) != len(names):
        yield f"{at}: two series of one name"
    if len(set(categories)) != len(categories):
        yield f"{at}: a category twice"
    for series in value["series"]:
        if [point["label"] for point in series["data"]] != list(categories):
            yield f"{at}: the points of {series['name']!r} are not the categories, one by one"


TABLE = thing(
    {"rows": items(items(CELL, 1, 20), 1, 100)},
    {"block_id": ID, "column_settings": items(
        thing({}, {"align": one_of("left", "center", "right"), "is_wrapped": YES_NO}), 1, 20)},
    _rows_of_one_width,
)  # fmt: skip
DATA_TABLE = thing(
    {"caption": string(), "rows": items(items(CELL, 1, 20), 2, 101)},
    {"block_id": ID, "page_size": whole(1, 100), "row_header_column_index": whole(0, 19)},
    _rows_of_one_width,
)
AXES = thing({"categories": items(string(1, 20), 1, 20)}, {"x_label": string(1, 50), "y_label": string(1, 50)})
SERIES = thing({"name": string(1, 20), "data": items(thing({"label": string(1, 20), "value": number}))})
DRAWN = thing({"series": items(SERIES, 1, 6), "axis_config": AXES}, also=_chart_is_whole)
CHART = thing({"title": string(1, 50), "chart": by_type(line=DRAWN, bar=DRAWN, area=DRAWN)}, {"block_id": ID})

# ---- blocks


def _section_says_something(value: Any, at: str) -> Iterator[str]:
    if "text" not in value and "fields" not in value:
        yield f"{at}: neither text nor fields"


def _actions_are_told_apart(value: Any, at: str) -> Iterator[str]:
    names = [element.get("action_id") for element in value["elements"]]
    if len(set(names)) != len(names):
        yield f"{at}: an action_id twice"


BLOCK = by_type(
    actions=thing({"elements": items(by_type(**INTERACTIVE), 1, 25)}, {"block_id": ID}, _actions_are_told_apart),
    alert=thing(
        {"text": text(3000)},
        {"block_id": ID, "level": one_of("default", "info", "warning", "error", "success")},
    ),
    context=thing(
        {"elements": items(by_type(
            image=IMAGE, plain_text=thing({"text": string(1, 3000)}, {"emoji": YES_NO}),
            mrkdwn=thing({"text": string(1, 3000)}, {"verbatim": YES_NO})), 1, 10)},
        {"block_id": ID},
    ),
    context_actions=thing(
        {"elements": items(by_type(feedback_buttons=FEEDBACK, icon_button=ICON_BUTTON), 1, 5)},
        {"block_id": ID},
        _actions_are_told_apart,
    ),
    data_table=DATA_TABLE,
    data_visualization=CHART,
    divider=thing({}, {"block_id": ID}),
    header=thing({"text": plain(150)}, {"block_id": ID}),
    image=thing(
        {"alt_text": string(1, 2000)}, {**PICTURE, "title": plain(2000), "block_id": ID}, _picture_has_one_source
    ),
    input=thing(
        {"label": plain(2000), "element": by_type(
            plain_text_input=TYPED, checkboxes=CHECKBOXES, radio_buttons=RADIO, static_select=SELECT)},
        {"block_id": ID, "hint": plain(2000), "optional": YES_NO, "dispatch_action": YES_NO},
    ),
    markdown=thing({"text": string(1, 12_000)}, {"block_id": ID}),
    rich_text=RICH_TEXT,
    section=thing(
        {},
        {"text": text(3000), "fields": items(text(2000), 1, 10), "accessory": by_type(image=IMAGE, **INTERACTIVE),
         "block_id": ID, "expand": YES_NO},
        _section_says_something,
    ),
    table=TABLE,
)  # fmt: skip


# ---- views

HOME = thing(
    {"blocks": items(lambda value, at: iter(()), 1, 100)},
    {"callback_id": string(0, 255), "private_metadata": string(0, 3000), "external_id": string(0, 255)},
)
MODAL = thing(
    {"title": plain(24), "blocks": items(lambda value, at: iter(()), 1, 100)},
    {
        "submit": plain(24), "close": plain(24), "callback_id": string(0, 255), "private_metadata": string(0, 3000),
        "external_id": string(0, 255), "clear_on_close": YES_NO, "notify_on_close": YES_NO, "submit_disabled": YES_NO,
    },
)  # fmt: skip


def view_problems(view: Any) -> list[str]:
    """What Slack would refuse in this view (a home tab or a modal)."""
    found = list(by_type(home=HOME, modal=MODAL)(view, "view"))
    if found:
        return found
    found = problems(view["blocks"], view["type"])
    if view["type"] == "modal" and "submit" not in view and any(b["type"] == "input" for b in view["blocks"]):
        found.append("view: something to fill in and nothing to submit it with")
    return found
