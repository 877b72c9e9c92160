"""Questions to begin with, drawn from the index: each is asked first, and offered only where it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from weakref import WeakKeyDictionary

from cpbqa.bot import Bot
from cpbqa.domain import Answer, Measure

from .plain import size

PROMPTS = 4
_QUESTION, _TRIES = 60, 12
_ASKED: WeakKeyDictionary[Bot, list[str]] = WeakKeyDictionary()


def examples(bot: Bot) -> list[str]:
    """At most four: a figure, a run of years, a comparison, a passage. Asked once for each opened index."""
    if bot not in _ASKED:
        _ASKED[bot] = _draw(bot)
    return _ASKED[bot]


def prompts(bot: Bot) -> list[dict[str, str]]:
    """The examples as Slack's suggested prompts."""
    return [{"title": question, "message": question} for question in examples(bot)]


def _draw(bot: Bot) -> list[str]:
    used: set[str] = set()
    found: list[str] = []
    for kind in (_figure, _run, _places):
        found += _first(kind(bot, used), bot)
    found += _first(_passage(bot), bot)
    return found[:PROMPTS]


_Tried = tuple[str, Callable[[Answer], bool]]


def _first(candidates: Iterator[_Tried], bot: Bot) -> list[str]:
    """The first question that is answered as it should be, of some that are short enough to be read at a glance."""
    short = ((question, good) for question, good in candidates if size(question) <= _QUESTION)
    for _, (question, good) in zip(range(_TRIES), short, strict=False):
        if good(bot.ask(question)):
            return [question]
    return []


def _measures(bot: Bot, used: set[str]) -> Iterator[tuple[Measure, str]]:
    """Measures of the newest tables, one a heading first, each by the name that people use for it."""
    newest = bot.table.reports[-1:]
    there = [m for m in bot.snapshot.measures.values() if any(report in m.labels for report in newest)]
    firsts = list({m.group: m for m in reversed(there)}.values())[::-1]
    for measure in (*firsts, *there):
        if measure.id not in used:
            name = (*measure.aliases, measure.label)[0]
            used.add(measure.id)
            yield measure, name


def _figure(bot: Bot, used: set[str]) -> Iterator[_Tried]:
    for measure, _ in _measures(bot, used):
        for name in (n for n in measure.aliases if n.lower().startswith("how ")):
            yield f"{_capital(name)}?", _leads(measure, 1)
        yield f"{_capital(measure.label)}?", _leads(measure, 1)


def _run(bot: Bot, used: set[str]) -> Iterator[_Tried]:
    for measure, name in _measures(bot, used):
        if len(bot.table.periods(measure, bot.table.authority)) > 2:
            yield f"{_capital(name)} over the years", _leads(measure, 3)


def _places(bot: Bot, used: set[str]) -> Iterator[_Tried]:
    for measure, name in _measures(bot, used):
        if len(bot.table.places(measure)) > 1:
            yield f"{_capital(name)} compared with national", _leads(measure, 2)


def _passage(bot: Bot) -> Iterator[_Tried]:
    """What a section of the newest report is about: the deepest headings, the one with most passages first."""
    newest = bot.table.reports[-1] if bot.table.reports else ""
    sections = [p.section for p in bot.snapshot.passages if p.report == newest and len(p.section) > 1]
    for section in sorted(dict.fromkeys(sections), key=lambda s: (-len(s), -sections.count(s))):
        yield f"What do the reports say about {_small(section[-1])}?", _quotes(section)


def _leads(measure: Measure, figures: int) -> Callable[[Answer], bool]:
    def good(answer: Answer) -> bool:
        held = [figure for figure in answer.figures if figure.measure_id == measure.id and not figure.near]
        return answer.outcome == "figures" and answer.figures[0] in held and len(held) >= figures

    return good


def _quotes(section: tuple[str, ...]) -> Callable[[Answer], bool]:
    def good(answer: Answer) -> bool:
        return answer.outcome == "passages" and section[-1] in answer.passages[0].citation.location

    return good


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    """`Recruitment of carers` -> `recruitment of carers`; a name or an acronym stays."""
    first, _, rest = text.partition(" ")
    return (
        text
        if first != first.capitalize() or any(w[:1].isupper() for w in rest.split())
        else text[:1].lower() + text[1:]
    )
