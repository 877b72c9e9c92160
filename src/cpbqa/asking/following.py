"""Following: the reply to a line that leans on those before it. What it asks is told by `conversation`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cpbqa.domain import Answer

from .both import Explaining
from .conversation import Context, carried, follow_up
from .drafts import without_unprinted
from .figure_replies import figure_answer
from .interpretation import Interpretation, Interpreter
from .lookup import FigureTable
from .passage_replies import clarify_answer, passage_answer, refusal_answer
from .ranking import Ranked

Encode = Callable[[str], NDArray[np.float32]]
"""A text to its unit vector."""
Read = Callable[[str, Encode], Interpretation]
Told = Callable[[str, Interpretation, frozenset[str] | None, Encode], Sequence[Ranked]]
"""The passages that answer a query beside a figure; those that speak of a measure, where its words are given."""

# The least score of a measure that a few words name together with the one spoken of.
_TOGETHER = 0.4
# Words of a line that hardly is a question of its own.
_SHORT = 6


class Following:
    """Replies to follow-ups, by what reads a question and what finds passages beside a figure."""

    def __init__(
        self, interpreter: Interpreter, table: FigureTable, explaining: Explaining, read: Read, told_besides: Told
    ) -> None:
        self._interpreter = interpreter
        self._table = table
        self._explaining = explaining
        self._read = read
        self._told_besides = told_besides

    def reply(
        self, question: str, mended: str, asked: Interpretation, context: Context, encode: Encode
    ) -> tuple[Answer, Context] | None:
        """The reply to a line that leans on those before it; None where it is a question of its own."""
        before = context.asked
        subject = before.measures[0]
        if self._explaining.leans(mended, asked.asked, subject):
            name, words = self._explaining.subject(subject)
            told = self._told_besides(f"{mended} {name}", asked, words, encode)
            return (passage_answer(question, told) if told else refusal_answer(question, None)), context
        followed = follow_up(mended, asked, context, self._table, self._interpreter.matcher)
        short = len(mended.split()) <= _SHORT
        if followed is None and short and not asked.out_of_print:
            followed = self._together(mended, asked, context, encode)
        if followed is None or asked.out_of_print is not None:
            beyond = self._interpreter.beyond(mended, asked, before.measures)
            # Nothing to find by: no passage is an answer to it.
            idle = not asked.asked.needed and not asked.out_of_print
            return (refusal_answer(question, None, (), beyond), context) if short and (beyond or idle) else None
        followed = without_unprinted(followed, self._table)
        if followed.rivals:
            return clarify_answer(question, followed, self._table), Context(followed, choosing=True)
        return figure_answer(question, followed, self._table), Context(followed)

    def _together(self, mended: str, asked: Interpretation, context: Context, encode: Encode) -> Interpretation | None:
        """A few words read together with the measure spoken of, where they name another one so: "within 5 days?"."""
        if not asked.asked.needed or self._interpreter.matcher.phrasing.asks.prose.match(mended):
            return None
        joined = self._read(f"{mended} {self._explaining.subject(context.asked.measures[0])[0]}", encode)
        spoken = self._interpreter.matcher.held_by(joined.asked, context.asked.measures[0]) - asked.asked.needed
        fitting = [m for m in joined.everything if asked.asked.needed <= m.words and m.words & spoken]
        best = fitting[0] if fitting else None
        if best is None or best.score < _TOGETHER or any(m.score == best.score for m in fitting[1:]):
            return None
        sure = best._replace(score=1.0)
        return carried(replace(asked, matches=(sure,), rivals=()), context, self._table)
