"""The home tab: what the bot knows, and how to ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cpbqa.bot import Bot
from cpbqa.domain import Measure

from .blocks import VIEW_BLOCKS, Span, bullets, context, header, prose, section
from .examples import examples
from .measured import Known
from .plain import cut
from .reply import Block

_EXAMPLES, _LINES, _LABEL, _ROOM = 3, 30, 160, 40_000
"""Examples; lines of a list; characters of a label; characters of all measures (a view has 250 kB)."""

_INTRODUCTION = (
    "Ask about the Corporate Parenting Board annual reports of {authority}, here in Messages or by mentioning me in a "
    "channel. Every figure is a printed cell and every sentence a quotation, with its source."
)


def home_view(bot: Bot, built: str) -> Block:
    """The home tab of an index that was built on the date `built`, at most 100 blocks whatever is in it."""
    authority = bot.snapshot.manifest.authority
    blocks: list[Block] = [section(_INTRODUCTION.format(authority=authority))]
    asked = examples(bot)[:_EXAMPLES]
    if asked:
        blocks += [header("Try"), bullets([Span(question)] for question in asked)]
    titles = [source.title for source in bot.snapshot.manifest.sources]
    blocks += [header("Reports"), bullets([Span(title)] for title in titles[-_LINES:])] if titles else []
    blocks.append(context(*_years(bot), f"Index built {built}."))
    measures = list(_measures(bot))
    room = VIEW_BLOCKS - len(blocks) - 2
    blocks.append(header("Measures, with the latest figure"))
    return {"type": "home", "blocks": [*blocks, *_lists(measures, room)]}


def _years(bot: Bot) -> list[str]:
    periods = [o.period.year for o in bot.snapshot.observations if o.quantity.state != "blank"]
    return [f"Figures for {min(periods)} to {max(periods)}."] if periods else []


def _measures(bot: Bot) -> Iterator[tuple[str, list[Span]]]:
    """Each measure's heading, and its line with the latest value."""
    for measure in bot.snapshot.measures.values():
        latest = _latest(measure, bot)
        if latest:
            spans = [Span(f"{cut(latest.label, _LABEL)}: "), Span(latest.value, bold=True), Span(f" {latest.when}")]
            yield measure.group or "Other", spans


def _latest(measure: Measure, bot: Bot) -> Known | None:
    periods = bot.table.periods(measure, bot.table.authority)
    found = bot.table.find(measure, periods[0], bot.table.authority) if periods else None
    return Known(found.figure, measure, found) if found else None


def _lists(measures: Sequence[tuple[str, list[Span]]], blocks: int) -> list[Block]:
    """The measures under their headings, as far as a view has room; what is left out is counted."""
    groups: dict[str, list[list[Span]]] = {}
    for group, line in measures:
        groups.setdefault(group, []).append(line)
    shown: list[Block] = []
    told, size = 0, 0
    for group, lines in groups.items():
        for start in range(0, len(lines), _LINES):
            some = lines[start : start + _LINES]
            size += sum(len(span.text) for line in some for span in line)
            if len(shown) + 2 > blocks or size > _ROOM:
                return [*shown, context(f"And {len(measures) - told} more; ask for them by name.")]
            shown += [prose(Span(group, bold=True)), bullets(some)] if start == 0 else [bullets(some)]
            told += len(some)
    return shown
