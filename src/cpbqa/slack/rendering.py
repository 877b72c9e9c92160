"""render: an Answer becomes a Reply. What it says comes from the Answer and from printed cells; here it is laid out."""

from __future__ import annotations

from collections.abc import Sequence

from cpbqa.bot import Bot
from cpbqa.domain import Answer

from .blocks import BLOCKS, actions, button, context, data_table, feedback_buttons, section, table, weight
from .layouts import Parts, laid_out, of_figures, pieces
from .measured import grouped
from .phrases import SHARE
from .plain import clean, shown, size
from .reply import Action, Attachment, Block, Reply
from .years import as_csv, charts, drawable, picture

TEXT = 39_000
"""UTF-16 units of a message's text; Slack cuts at 40,000."""
WEIGHT = 9_000
"""Characters of all blocks but tables and charts. Slack refuses a message somewhere above 11,000 and says not where."""
_CUT = "This reply is longer than Slack shows; the whole is in the file below."


def render(answer: Answer, bot: Bot, *, shareable: bool = False, feedback: bool = True) -> Reply:
    """Lay out an Answer for Slack. Whatever it holds, the blocks keep within Slack's limits.

    `shareable` adds the button of a reply that only the asker sees, `feedback` the two of every other.
    """
    parts = laid_out(answer, bot)
    text = _text(answer, parts)
    share = [actions([button(SHARE, Action.SHARE, "share")])] if shareable else []
    tail = [*share, *([feedback_buttons()] if feedback else [])]
    rows = parts.years.shown if parts.years else []
    newer = [data_table(parts.years.caption, rows)] if parts.years and rows else []
    older = [table(rows)] if rows else []
    buttons = [block for block in (*parts.body, *parts.small) if "accessory" in block]
    parts.body = parts.body or [section(text)]
    fitted = [
        _fitted([*parts.body, *parts.charts, *newer, *parts.small], tail),
        _fitted([*parts.body, *older, *parts.small], tail),
        _fitted([*(section(piece) for piece in pieces(text)), *buttons], share),
    ]
    files = list(parts.files)
    if parts.years and parts.years.is_cut:
        files.append(as_csv(parts.years.figures, "The years of this reply"))
    if any(is_cut for _, is_cut in fitted[:2]) or size(answer.text) > TEXT:
        content = clean("\n".join([answer.text, *parts.told, *parts.sources])).encode()
        files.append(Attachment("reply.txt", content, "The whole reply", "The whole reply as plain text."))
    return Reply(text, tuple(blocks for blocks, _ in fitted), tuple(files))


def chart_picture(answer: Answer, bot: Bot) -> Attachment | None:
    """The picture to send where Slack refused the blocks with its own chart.

    None where there is no such chart: nothing to draw, or a picture that the reply has among its files already.
    """
    groups = grouped(answer.figures, bot) if answer.outcome == "figures" else []
    native, _ = charts(groups)
    series = drawable(groups) if native else None
    return picture(series) if series else None


def _text(answer: Answer, parts: Parts) -> str:
    """The whole reply in plain words: the answer's text, what the blocks add to it, and the sources of both."""
    said, rest = of_figures(answer.text) if parts.sources else (answer.text, "")
    lines = said.split("\n")
    if parts.sources:
        rows = tuple(line.partition(", column")[0].rstrip(".") for line in parts.sources)
        lines = [line for line in lines if not line.startswith(rows)]
    more = [line for line in parts.told if line not in lines]
    below = ["", rest] if rest else []
    return shown("\n".join([*lines, *more, *parts.sources, *below]), TEXT)


def _fitted(blocks: Sequence[Block], tail: Sequence[Block]) -> tuple[tuple[Block, ...], bool]:
    """As many blocks, from the first, as a message takes besides its tail; and whether any is left out."""
    kept: list[Block] = []
    room = WEIGHT - weight(list(tail)) - size(_CUT)
    for block in blocks:
        room -= weight(block)
        if room < 0 or len(kept) + len(tail) + 1 >= BLOCKS:
            return (*kept, context(_CUT), *tail), True
        kept.append(block)
    return (*kept, *tail), False
