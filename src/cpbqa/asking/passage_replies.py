"""Passage replies, options to choose from, and refusals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from cpbqa.domain import Answer, Passage, QuotedPassage, Said, fold

from .interpretation import Interpretation
from .lookup import FigureTable
from .ranking import Ranked
from .saying import Saying, about, joined, lines_of, quoted, say, text_of
from .wordings import span

_SHOWN = 3
# A short passage, the share of its words that a newer one shares with it, and how far down that is looked for.
_SHORT, _ALIKE, _LOOKED_AT = 160, 0.6, 100
_WORD = re.compile(r"\w+")
_OPTIONS = 4
_NOT_THERE = "The reports do not say that."


def passage_answer(question: str, ranked: Sequence[Ranked]) -> Answer:
    """The best passages, the answering sentence first; what both reports print is quoted once, from the newest."""
    shown = _different(ranked)
    passages = tuple(_quoted(r, also) for r, also in shown)
    lines: list[Saying] = []
    for index, passage in enumerate(passages):
        lines += [()] if index else []
        lines += [*_answering(passage), *_told(passage)] if index == 0 else _told(passage)
    said = lines_of(lines)
    return Answer(question=question, outcome="passages", text=text_of(said), passages=passages, said=said)


def newest_first(ranked: Sequence[Ranked]) -> Sequence[Ranked]:
    """The same passages, led by what the newest report says in place of the best one: who chairs, who is the head.

    Only a short one is replaced, by one under the same heading, in mostly the same words.
    """
    best = ranked[0].passage if ranked else None
    if best is None or len(best.text) > _SHORT:
        return ranked
    newer = [r for r in ranked[:_LOOKED_AT] if r.passage.report > best.report and _is_next(best, r.passage)]
    if not newer:
        return ranked
    lead = max(newer, key=lambda r: (r.passage.report, r.score))
    return [lead, *(r for r in ranked[:_LOOKED_AT] if r.passage.id != lead.passage.id)]


def _is_next(old: Passage, new: Passage) -> bool:
    """Whether a passage of a newer report stands where an old one stood."""
    if not old.section or not new.section or _undated(old.section[-1]) != _undated(new.section[-1]):
        return False
    ours, theirs = set(_words(old.text)), set(_words(new.text))
    return len(ours & theirs) >= _ALIKE * max(len(ours), len(theirs))


def _undated(heading: str) -> str:
    return " ".join(word for word in _words(heading) if not any(map(str.isdigit, word)))


def _words(text: str) -> list[str]:
    return _WORD.findall(_plain(text))


def with_passage(answer: Answer, ranked: Sequence[Ranked]) -> Answer:
    """An answer of figures, and below it the passage that explains them; or that no passage does."""
    passages = tuple(_quoted(r, also) for r, also in _different(ranked)[:1])
    lead = "What the reports say on the rest:" if passages else "On the rest, nothing was found in the reports."
    lines: list[Saying] = [answer.said, (), say(lead)]
    for passage in passages:
        lines += [*_answering(passage), *_told(passage)]
    said = lines_of(lines)
    return answer.model_copy(update={"text": text_of(said), "passages": passages, "said": said})


def _answering(passage: QuotedPassage) -> list[Saying]:
    """The sentence that answers, where the passage holds more."""
    whole = fold(passage.highlight) == fold(passage.text)
    return [] if whole else [say("“{}”", quoted(passage.highlight, passage)), ()]


def _told(passage: QuotedPassage) -> list[Saying]:
    """A passage, who says it where its own words do not end with that, and where it stands."""
    unsaid = passage.speaker if passage.speaker and not passage.text.endswith(passage.speaker) else ""
    by = say(" ({})", _part("speaker", unsaid, passage)) if unsaid else ()
    others = joined([_also(report, passage) for report in passage.also_in], " and ")
    also = say("; also in the {} report", others) if others else ()
    return [say("“{}”{}", quoted(passage.text, passage), by), _source(passage, also)]


def _source(passage: QuotedPassage, also: Saying = ()) -> Saying:
    report = _part("report", passage.citation.report, passage)
    return say("Source: {} report, {}{}.", report, _part("location", passage.citation.location, passage), also)


def _part(name: str, text: str, passage: QuotedPassage) -> Said:
    """What stands beside the words of a passage: its report, its place, who says it."""
    return Said(text=text, kind="quote", name=name, citation=passage.citation)


def _also(report: str, passage: QuotedPassage) -> Said:
    """Another report that prints the passage, too."""
    return Said(text=report, kind="quote", name="also", citation=passage.citation, report=report)


def _different(ranked: Sequence[Ranked]) -> list[tuple[Ranked, tuple[str, ...]]]:
    """The best passages that are not part of another one shown, each with the other reports that print it."""
    shown: list[tuple[Ranked, str, str, set[str]]] = []
    for r in ranked:
        text, report = _plain(r.passage.text), r.passage.report
        twin = next((entry for entry in shown if _same(text, entry[1])), None)
        if twin is not None:
            twin[3].update({report} - {twin[2]})
        elif len(shown) < _SHOWN:
            shown.append((r, text, report, set()))
        if len(shown) == _SHOWN and r.score < shown[-1][0].score - 1:
            break
    return [(r, tuple(sorted(also))) for r, _, _, also in shown]


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
    """Two to four measures that fit equally, to choose from; where more do, that there are others."""
    everything = [asked.matches[0], *asked.rivals]
    fitting = everything[:_OPTIONS]
    options = tuple(dict.fromkeys(match.measure.label for match in fitting))
    said: list[Saying] = [say("Several measures fit. Which one do you mean?")]
    for number, match in enumerate(fitting, 1):
        measure, there = match.measure, table.periods(match.measure, table.authority)
        years = Said(text=span(there) if there else "no year", kind="covered", measure=measure.id,
                     geography=table.authority)  # fmt: skip
        option = Said(text=str(number), kind="computed", name="option", measure=measure.id)
        said.append(say("{}. {} ({})", option, about(measure, measure.label), years))
    if len(everything) > len(fitting):
        said.append(say("Others fit as well: if yours is not among these, name it."))
    told = lines_of(said)
    return Answer(question=question, outcome="clarify", text=text_of(told), options=options, said=told)


def refusal_answer(
    question: str, reason: str | None, near: Sequence[Ranked] = (), opening: str | None = None
) -> Answer:
    """A plain no. Passages that are near are offered as such, and never as the answer.

    `reason` says why a question cannot be read, `opening` why no report has what it asks for, where that is known.
    """
    lines: list[Saying] = [(Said(text=reason, kind="reason"),) if reason else say(opening or _NOT_THERE)]
    passages: tuple[QuotedPassage, ...] = ()
    if near:
        passages = tuple(_quoted(r, also) for r, also in _different(near)[:1])
        lines.append(say("The nearest passage they have:"))
        for passage in passages:
            lines += [say("“{}”", quoted(passage.text, passage)), _source(passage)]
    said = lines_of(lines)
    return Answer(question=question, outcome="refusal", text=text_of(said), passages=passages, said=said)
