"""Draw five typical replies as Slack shows them, from the blocks that are sent, into docs/slack/*.png: `make pictures`.

It needs an index and Chromium (`apt-get install chromium fonts-lato`). Slack's own client draws a little differently;
what is said, its order and its relative sizes are the same.
"""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

import cpbqa
from cpbqa.slack.rendering import render

REPLIES = {
    "figure": "children leaving care in 2023/24?",
    "comparison": "long term stability compared with national and neighbours",
    "passages": "what did Ofsted say about the corporate parenting board?",
    "options": "whats the position on foster carers this yr",
    "refusal": "foster carer vacancy rate 2024/25?",
}
WIDTH, HEIGHT, SCALE = 620, 2600, 2
STYLE = """
body { margin: 0; padding: 14px 20px; background: #fff; color: #1d1c1d }
body { font: 15px/1.47 Lato, "Noto Sans", sans-serif }
.who { font-weight: 900 }
.app { background: #ebeaeb; color: #616061; font-size: 10px; padding: 1px 4px; border-radius: 3px }
.asked { margin-bottom: 14px } h1 { font-size: 18px; line-height: 1.35; margin: 10px 0 4px; font-weight: 900 }
.text { white-space: pre-wrap; margin: 4px 0 8px }
.small { color: #616061; font-size: 12px; white-space: pre-wrap; margin: 6px 0 }
.side { display: flex; gap: 14px; justify-content: space-between; align-items: flex-start; margin: 8px 0 }
.button { border: 1px solid #bbb; border-radius: 8px; padding: 3px 11px; font: 700 13px Lato; white-space: nowrap }
blockquote { border-left: 4px solid #ddd; margin: 6px 0; padding: 0 0 0 12px; white-space: pre-wrap }
ul { margin: 4px 0 8px; padding-left: 24px }
table { border-collapse: collapse; margin: 8px 0; font-size: 14px }
caption { text-align: left; color: #616061; font-size: 12px; padding-bottom: 4px }
td, th { border: 1px solid #ddd; padding: 4px 12px; text-align: left } th { background: #f8f8f8; font-weight: 700 }
.chart { border: 1px solid #ddd; border-radius: 8px; padding: 10px 12px; margin: 8px 0 } .chart b { font-size: 14px }
"""


def main() -> None:
    """Draw every reply of REPLIES."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("The pictures are drawn by Chromium, which is not installed: apt-get install chromium fonts-lato")
    root = Path(__file__).resolve().parent.parent
    bot = cpbqa.load(root / "index")
    folder = root / "docs" / "slack"
    folder.mkdir(parents=True, exist_ok=True)
    for name, question in REPLIES.items():
        reply = render(bot.ask(question), bot)
        draw(browser, page(question, reply.variants[0]), folder / f"{name}.png")
        print(f"docs/slack/{name}.png: {question}")


def page(question: str, blocks: tuple[dict[str, Any], ...]) -> str:
    """The question and its reply as one page."""
    asked = f'<div class="asked"><span class="who">You</span><div>{html.escape(question)}</div></div>'
    shown = "".join(block_html(block) for block in blocks)
    who = '<span class="who">cpbqa</span> <span class="app">APP</span>'
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{asked}{who}{shown}"


def block_html(block: dict[str, Any]) -> str:
    """One block, drawn from nothing but what it holds."""
    match block["type"]:
        case "header":
            return f"<h1>{html.escape(block['text']['text'])}</h1>"
        case "section":
            text = f'<div class="text">{html.escape(block["text"]["text"])}</div>'
            return f'<div class="side">{text}{button(block["accessory"])}</div>' if "accessory" in block else text
        case "context":
            return "".join(f'<div class="small">{html.escape(part["text"])}</div>' for part in block["elements"])
        case "rich_text":
            return "".join(rich_html(part) for part in block["elements"])
        case "data_table":
            return table_html(block)
        case "data_visualization":
            return chart_html(block)
        case "actions":
            return f'<div class="side">{"".join(button(part) for part in block["elements"])}</div>'
        case "context_actions":
            return '<div class="small">👍 &nbsp; 👎</div>'
    raise ValueError(f"no picture of {block['type']}")


def button(element: dict[str, Any]) -> str:
    return f'<span class="button">{html.escape(element["text"]["text"])}</span>'


def rich_html(part: dict[str, Any]) -> str:
    match part["type"]:
        case "rich_text_list":
            return f"<ul>{''.join(f'<li>{spans(item)}</li>' for item in part['elements'])}</ul>"
        case "rich_text_quote":
            return f"<blockquote>{spans(part)}</blockquote>"
    return f'<div class="text">{spans(part)}</div>'


def spans(part: dict[str, Any]) -> str:
    shown = ""
    for element in part["elements"]:
        text = html.escape(element["text"])
        text = f"<b>{text}</b>" if element.get("style", {}).get("bold") else text
        shown += f"<i>{text}</i>" if element.get("style", {}).get("italic") else text
    return shown


def table_html(block: dict[str, Any]) -> str:
    head, *body = [[html.escape(cell["text"]) for cell in row] for row in block["rows"]]
    rows = [f"<tr>{''.join(f'<th>{cell}</th>' for cell in head)}</tr>"]
    rows += [f"<tr><th>{row[0]}</th>{''.join(f'<td>{cell}</td>' for cell in row[1:])}</tr>" for row in body]
    return f"<table><caption>{html.escape(block['caption'])}</caption>{''.join(rows)}</table>"


def chart_html(block: dict[str, Any]) -> str:
    """A line through the values, as Slack draws it: no values are written beside the points."""
    series = block["chart"]["series"][0]
    values = [point["value"] for point in series["data"]]
    top, width, height = max(values) * 1.15, 540, 150
    xs = [60 + i * (width - 90) / max(1, len(values) - 1) for i in range(len(values))]
    ys = [height - 20 - value / top * (height - 35) for value in values]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    marks = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#1264a3"/>' for x, y in zip(xs, ys, strict=True))
    names = "".join(
        f'<text x="{x:.1f}" y="{height - 4}" text-anchor="middle">{html.escape(point["label"])}</text>'
        for x, point in zip(xs, series["data"], strict=True)
    )
    step = next(size for size in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000) if top / size <= 5)
    grid = "".join(
        f'<line x1="44" x2="{width}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e8e8e8"/>'
        f'<text x="38" y="{y + 4:.1f}" text-anchor="end">{n}</text>'
        for n, y in ((n, height - 20 - n / top * (height - 35)) for n in range(0, int(top) + 1, step))
    )
    return (
        f'<div class="chart"><b>{html.escape(block["title"])}</b>'
        f'<div class="small">{html.escape(block["chart"]["axis_config"]["y_label"])} &nbsp; '
        f'<span style="color:#1264a3">●</span> {html.escape(series["name"])}</div>'
        f'<svg width="{width}" height="{height}" font-size="11" fill="#616061">{grid}'
        f'<polyline points="{line}" fill="none" stroke="#1264a3" stroke-width="2"/>{marks}{names}</svg></div>'
    )


def draw(browser: str, content: str, path: Path) -> None:
    """The page as a picture, cut to what is on it."""
    with tempfile.TemporaryDirectory() as folder:
        source, shot = Path(folder) / "page.html", Path(folder) / "page.png"
        source.write_text(content, encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--screenshot={shot}"]
        options += [f"--window-size={WIDTH},{HEIGHT}", f"--force-device-scale-factor={SCALE}"]
        subprocess.run([browser, *options, source.as_uri()], check=True, capture_output=True, timeout=120)
        picture = Image.open(shot).convert("RGB")
    blank = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    box = ImageChops.difference(picture, blank).getbbox() or (0, 0, 1, 1)
    cut = picture.crop((0, 0, picture.width, min(picture.height, box[3] + 28)))
    cut.quantize(160).save(path, optimize=True)


if __name__ == "__main__":
    main()
