"""The guard: no reply leaves with a number that nothing in it accounts for.

Every number in a reply's text must stand in a cited cell, in a quoted passage, in a place that a citation names, or
in a computation that names its cells. A reply that fails is replaced by its evidence alone.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

from cpbqa.domain import Answer, fold

# A number with what makes it that number: a financial year is one thing, and so are `row 3`, `March 2024` and `8%`.
_NUMBER = re.compile(r"(?<!\d)\d{4}/\d\d(?!\d)|(?:row|pages?|March) \d+|\d+(?:[.,]\d+)*(?:\s?%)?")
_LOG = logging.getLogger(__name__)


def unaccounted(answer: Answer) -> list[str]:
    """The numbers of a reply's text that its evidence does not hold, in order; empty where all is well."""
    known = {number for text in _evidence(answer) for number in _NUMBER.findall(fold(text))}
    return [number for number in _NUMBER.findall(fold(answer.text)) if number not in known]


def guarded(answer: Answer) -> Answer:
    """The answer itself, or its evidence alone where the text holds a number that nothing accounts for."""
    if not unaccounted(answer):
        return answer
    # The numbers themselves stay out of the log: they may be what somebody typed.
    _LOG.error("guard: a reply (%s) held a number without evidence and was replaced by its evidence", answer.outcome)
    return answer.model_copy(update={"text": _bare(answer), "notes": (), "computed": ()})


def _evidence(answer: Answer) -> Iterable[str]:
    for figure in answer.figures:
        yield from (figure.measure, figure.period, figure.value, figure.citation.location, figure.citation.quote)
        yield figure.citation.report
        # A snapshot of 2023/24 is told as its last day.
        yield f"31 March {int(figure.period[:4]) + 1}"
        for earlier in figure.restated_from:
            yield from (earlier.value, earlier.report)
    for passage in answer.passages:
        yield from (passage.text, passage.citation.location, passage.citation.report, *passage.also_in)
    for computation in answer.computed:
        yield from (computation.result, *computation.cells)
    yield from answer.options


def _bare(answer: Answer) -> str:
    lines = [
        f"{f.measure}, {f.geography}, {f.period}: {f.value} ({f.citation.report} report, {f.citation.location})"
        for f in answer.figures
    ]
    lines += [f"“{p.text}” ({p.citation.report} report, {p.citation.location})" for p in answer.passages]
    return "\n".join(lines) or "The reply could not be checked and is withheld; please report this."
