"""The guard: no reply leaves unless each piece of it, derived again from the reports, is what the text says.

Every piece of a reply's text says where it comes from (`domain.saying`). The guard looks that up in the snapshot, reads
the cited row and column again, computes each computation again, and compares letter by letter. What is left are the
program's own words, and they hold no number. A reply that fails is replaced by that part of its evidence which holds.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache

from cpbqa.domain import (
    Answer,
    CellRef,
    Citation,
    CitationError,
    Figure,
    Observation,
    Passage,
    Period,
    QuotedPassage,
    Said,
)
from cpbqa.snapshot import Snapshot

from .binding import unbound
from .lookup import FigureTable
from .recounting import recount
from .saying import ASPECTS, Saying, cell, lines_of, quoted, say, text_of
from .screening import unreadable
from .wordings import listed, span

_LOG = logging.getLogger(__name__)
_NUMBER = re.compile(
    r"\d|[%£]|\b(?:zero|none|nil|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty"
    r"|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|dozen|half|twice|double|third)s?\b"
    # Of several, they are parts of a year, which tables are said to have.
    r"|\bquarter\b",
    re.I,
)
_YEAR = re.compile(r"(?P<start>[12]\d{3})/(?P<end>\d\d)(?: \w+)?")
_SAID_OF_TWO = frozenset(
    {"Several measures fit. Which one do you mean?", "; the two are not of one kind, so no difference is given"}
)
_WITHHELD = "The reply could not be checked and is withheld; please report this."
_Key = tuple[str, str, str, str, str, str, str]


class Guard:
    """Checks the replies of one snapshot. It keeps nothing of what was asked."""

    def __init__(self, snapshot: Snapshot, table: FigureTable) -> None:
        self._snapshot = snapshot
        self._table = table
        # Cells, and what is quoted of passages, that were found where they are cited from.
        self._sound: set[_Key] = set()
        self._quotable: set[Citation] = set()

    def guarded(self, answer: Answer) -> Answer:
        """The answer itself, or that of its evidence which holds, alone, where anything in it does not."""
        problems = self.problems(answer)
        if not problems:
            return answer
        # The words stay out of the log: they may be what somebody typed.
        _LOG.error("guard: a reply (%s) was replaced by its evidence: %s", answer.outcome, problems[0])
        return self._bare(answer)

    def problems(self, answer: Answer) -> list[str]:
        """What is wrong with a reply, without a word of it; empty where all is well."""
        return list(self._problems(answer))

    def _problems(self, answer: Answer) -> Iterator[str]:
        if text_of(answer.said) != answer.text:
            yield "the text is not what its pieces say"
        options = 0
        for said in answer.said:
            options += said.name == "option"
            if said.name == "option":
                if said.text != str(options):
                    yield "an option's number is not its place"
            elif self._derived(said, answer) != said.text:
                yield f"a piece ({said.kind} {said.name}) is not what its source says"
        yield from unbound(answer.said, self._table.authority)
        yield from (f"a figure's {what} is not the cited one" for f in answer.figures if (what := self._figure(f)))
        if not all(self._passage(passage) for passage in answer.passages):
            yield "a passage is not in the report that it is cited from"
        if any(note not in answer.text for note in answer.notes):
            yield "a note is not in the text"
        if not self._labels.issuperset(answer.options):
            yield "an option is no measure"

    # --- pieces ---------------------------------------------------------------------------------------------------

    def _derived(self, said: Said, answer: Answer) -> str | None:
        """What the piece's source says; None where there is no such source."""
        if said.kind == "words":
            return said.text if _is_free(said.text) else None
        cells = [self._cell(ref) for ref in said.cells]
        if any(o is None for o in cells):
            return None
        told = [o for o in cells if o is not None]
        try:
            match said.kind:
                case "cell":
                    return self._aspect(said.name, told[0])
                case "computed":
                    return recount(said.name, told, self._snapshot.measures[told[0].measure], said.text)
                case "note":
                    return _note(said, told[0])
                case "quote":
                    return _of_passage(said, answer)
                case "absent":
                    return self._absent(said)
                case "covered":
                    return self._covered(said)
                case "measure":
                    return self._snapshot.measures[said.measure].label
                case "reports":
                    return listed(self._table.reports)
                case "reason":
                    return unreadable(answer.question)
        except (KeyError, IndexError):
            return None

    def _aspect(self, name: str, o: Observation) -> str:
        return ASPECTS[name](o, self._snapshot.measures[o.measure].unit)

    def _covered(self, said: Said) -> str:
        measure = self._snapshot.measures[said.measure]
        there = self._table.periods(measure, said.geography, said.report or None)
        return span(there) if there else "no year"

    def _absent(self, said: Said) -> str | None:
        """What is said not to be printed, where it is not."""
        if said.measure and said.period:
            period = _period(said.period)
            measure = self._snapshot.measures[said.measure]
            # A year that no table could print, such as 1997/98, is told as asked; what is no year at all is not.
            if period is None and not _is_year(said.period):
                return None
            if period is not None and self._table.find(measure, period, said.geography, said.report or None):
                return None
        elif not said.measure and said.report in self._table.reports:
            return None
        return {"period": said.period, "place": said.geography, "report": said.report}.get(said.name)

    # --- evidence -------------------------------------------------------------------------------------------------

    @cached_property
    def _labels(self) -> frozenset[str]:
        return frozenset(measure.label for measure in self._snapshot.measures.values())

    @cached_property
    def _cells(self) -> Mapping[_Key, Observation]:
        return {_key(CellRef.of(o)): o for o in reversed(self._snapshot.observations)}

    @cached_property
    def _passages(self) -> Mapping[Citation, list[Passage]]:
        found: dict[Citation, list[Passage]] = {}
        for passage in self._snapshot.passages:
            found.setdefault(passage.citation, []).append(passage)
        return found

    def _cell(self, ref: CellRef) -> Observation | None:
        """The printed value that is meant, where the report's own row and column hold it."""
        key = _key(ref)
        o = self._cells.get(key)
        if o is None or key in self._sound:
            return o
        try:
            resolver = self._snapshot.resolver(ref.citation.report)
            words, value = resolver.words(ref.citation), resolver.value(ref.citation)
        except CitationError:
            return None
        printed = o.quantity.printed
        holds = value == printed if o.source == "table" else re.search(rf"(?<![\w.,]){re.escape(printed)}(?!\w)", words)
        if words != ref.citation.quote or not holds:
            return None
        self._sound.add(key)
        return o

    def _figure(self, figure: Figure) -> str:
        """Which part of a figure is not what its citation says; "" where all of it is."""
        for source in ("table", "headline"):
            ref = CellRef(measure=figure.measure_id, period=figure.period, geography=figure.geography, source=source,
                          citation=figure.citation)  # fmt: skip
            o = self._cell(ref)
            if o is not None:
                if o.quantity.printed != figure.value:
                    return "value"
                if o.label != figure.measure:
                    return "label"
                return "" if all(self._printed(o, e.value, e.report) for e in figure.restated_from) else "earlier print"
        return "place"

    def _printed(self, o: Observation, value: str, report: str) -> bool:
        """Whether an earlier report prints this value for the same measure, period and place."""
        return any(
            e.quantity.printed == value and e.report == report < o.report
            for e in self._table.prints(o.measure, o.period, o.geography)
        )

    def _passage(self, quoted: QuotedPassage) -> bool:
        known = [p for p in self._passages.get(quoted.citation, []) if p.text == quoted.text]
        if not known or quoted.highlight not in quoted.text or quoted.speaker != known[0].speaker:
            return False
        return quoted.citation in self._quotable or self._resolves(quoted.citation)

    def _resolves(self, citation: Citation) -> bool:
        """Whether the words that a passage is quoted by stand in the place that is cited."""
        try:
            if self._snapshot.resolve(citation) != citation.quote:
                return False
        except CitationError:
            return False
        self._quotable.add(citation)
        return True

    # --- what is left ---------------------------------------------------------------------------------------------

    def _bare(self, answer: Answer) -> Answer:
        figures = tuple(f for f in answer.figures if not self._figure(f))
        passages = tuple(p for p in answer.passages if self._passage(p))
        lines: list[Saying] = []
        for figure in figures:
            o = next(o for o in self._cells.values() if o.citation == figure.citation and o.measure == figure.measure_id
                     and str(o.period) == figure.period and o.geography == figure.geography)  # fmt: skip
            parts = (cell(name, o) for name in ("name", "place", "period", "printed", "source"))
            lines.append(say("{}, {}, {}: {} ({})", *parts))
        for passage in passages:
            place = f"{passage.citation.report} report, {passage.citation.location}"
            where = Said(text=place, kind="quote", name="source", citation=passage.citation)
            lines.append(say("“{}” ({})", quoted(passage.text, passage), where))
        said = lines_of(lines or [say(_WITHHELD)])
        outcome = answer.outcome if figures or passages else "refusal"
        return Answer(question=answer.question, outcome=outcome, text=text_of(said), figures=figures,
                      passages=passages, said=said)  # fmt: skip


@lru_cache(maxsize=1_000)
def _is_free(words: str) -> bool:
    """Whether the program's own words hold no number; there are few such words."""
    return words in _SAID_OF_TWO or not _NUMBER.search(words)


def _key(ref: CellRef) -> _Key:
    c = ref.citation
    return ref.measure, ref.period, ref.geography, ref.source, c.report, c.location, c.quote


def _is_year(text: str) -> bool:
    """Whether a text is written as a financial year or a term of one, however long ago."""
    match = _YEAR.fullmatch(text)
    return match is not None and (int(match["start"]) + 1) % 100 == int(match["end"])


def _period(text: str) -> Period | None:
    """The period that is written so; unlike in a report it may lie in the last century, since people may ask for it."""
    year, _, term = text.partition(" ")
    told = f"20{year[2:]} {term}".strip() if re.fullmatch(r"19\d\d/\d\d", year) else text
    period = Period.parse(told)
    if period is not None and told != text:
        period = period.shifted(-100)
    return period if str(period) == text else None


def _note(said: Said, o: Observation) -> str | None:
    """A note that stands with the value, word for word; a last full stop may be left off."""
    if said.name == "break":
        return next((str(n.breaks) for n in o.footnotes if n.breaks is not None and str(n.breaks) == said.text), None)
    texts = (*o.notes, *(n.text for n in o.footnotes))
    return next((said.text for text in texts if said.text in (text, text.rstrip("."))), None)


def _of_passage(said: Said, answer: Answer) -> str | None:
    """The words, the place or the speaker of a passage that the answer holds."""
    for passage in answer.passages:
        if passage.citation == said.citation and _says(passage, said):
            return said.text
    return None


def _says(passage: QuotedPassage, said: Said) -> bool:
    c = passage.citation
    match said.name:
        case "":
            return said.text in (passage.highlight, passage.text)
        case "report":
            return said.text == c.report
        case "location":
            return said.text == c.location
        case "source":
            return said.text == f"{c.report} report, {c.location}"
        case "speaker":
            return said.text == passage.speaker
        case "also":
            return said.text == said.report and said.report in passage.also_in
    return False
