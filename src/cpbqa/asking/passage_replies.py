"""Passage replies, options to choose from, and refusals."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from cpbqa.domain import Answer, Computation, QuotedPassage, fold

from .interpretation import Interpretation
from .lookup import FigureTable
from .ranking import Ranked
from .wordings import span

_SHOWN = 3
_NOT_THERE = "The reports do not say that."


def passage_answer(question: str, ranked: Sequence[Ranked]) -> Answer:
    """The best passages, the answering sentence first; what both reports print is quoted once, from the newest."""
    shown = _different(ranked)
    passages = tuple(_quoted(r, also) for r, also in shown)
    lines = []
    for index, passage in enumerate(passages):
        said = f" ({passage.speaker})" if passage.speaker else ""
        if index == 0 and fold(passage.highlight) != fold(passage.text):
            lines.append(f"“{passage.highlight}”")
            lines.append("")
        lines.append(f"“{passage.text}”{said}")
        also = f"; also in the {' and '.join(passage.also_in)} report" if passage.also_in else ""
        lines.append(f"Source: {passage.citation.report} report, {passage.citation.location}{also}.")
        lines.append("")
    return Answer(question=question, outcome="passages", text="\n".join(lines).rstrip(), passages=passages)


def _different(ranked: Sequence[Ranked]) -> list[tuple[Ranked, tuple[str, ...]]]:
    """The best passages that are not part of another one shown, each with the other reports that print it."""
    shown: list[tuple[Ranked, list[str]]] = []
    for r in ranked:
        twin = next((entry for entry in shown if _same(_plain(r.passage.text), _plain(entry[0].passage.text))), None)
        if twin is not None:
            other = r.passage.report
            if other != twin[0].passage.report and other not in twin[1]:
                twin[1].append(other)
        elif len(shown) < _SHOWN:
            shown.append((r, []))
        if len(shown) == _SHOWN and r.score < shown[-1][0].score - 1:
            break
    return [(r, tuple(sorted(also))) for r, also in shown]


@lru_cache(maxsize=2_000)
def _plain(text: str) -> str:
    """A passage's words; only passages are kept here, and nothing that was asked."""
    return fold(text).lower()


def _same(text: str, other: str) -> bool:
    return text in other or other in text


def _quoted(ranked: Ranked, also: tuple[str, ...]) -> QuotedPassage:
    passage = ranked.passage
    return QuotedPassage(
        text=passage.text,
        highlight=ranked.highlight,
        citation=passage.citation,
        speaker=passage.speaker,
        also_in=also,
    )


def clarify_answer(question: str, asked: Interpretation, table: FigureTable) -> Answer:
    """Two to four measures that fit equally, to choose from."""
    fitting = [asked.matches[0], *asked.rivals][:4]
    options = tuple(dict.fromkeys(match.measure.label for match in fitting))
    ranges = [span(p) if (p := table.periods(match.measure, table.authority)) else "no year" for match in fitting]
    told = [
        f"{n}. {match.measure.label} ({years})" for n, (match, years) in enumerate(zip(fitting, ranges, strict=True), 1)
    ]
    text = "\n".join(["Several measures fit. Which one do you mean?", *told])
    printed = Computation(name="the options' numbers and printed periods", result=" ".join("1234"), cells=tuple(ranges))
    return Answer(question=question, outcome="clarify", text=text, options=options, computed=(printed,))


def refusal_answer(question: str, reason: str | None, near: Sequence[Ranked] = ()) -> Answer:
    """A plain no. Passages that are near are offered as such, and never as the answer."""
    lines = [reason or _NOT_THERE]
    said = (Computation(name="what is wrong with the question", result=reason),) if reason else ()
    passages: tuple[QuotedPassage, ...] = ()
    if near:
        passages = tuple(_quoted(r, also) for r, also in _different(near)[:1])
        lines.append("The nearest passage they have:")
        lines += [f"“{p.text}”\nSource: {p.citation.report} report, {p.citation.location}." for p in passages]
    return Answer(question=question, outcome="refusal", text="\n".join(lines), passages=passages, computed=said)
