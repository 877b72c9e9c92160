"""Bot: the public face of an index. `load` opens it, `ask` answers, `conversation` remembers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cpbqa.asking.conversation import Context
from cpbqa.asking.engine import Engine
from cpbqa.asking.lookup import FigureTable
from cpbqa.asking.remembering import recall, remember
from cpbqa.domain import Answer, Measure, UsageError, fold
from cpbqa.domain.speech import Speech
from cpbqa.snapshot import Snapshot

if TYPE_CHECKING:
    import pandas as pd


# The least score of a measure that words may be taken to name.
_NAMED = 0.4
# Of what is said, a measure holds so much; so much of its name is said; a measure may be meant; labels are alike.
_HELD, _WHOLE, _NEAR, _ALIKE = 0.55, 0.8, 0.25, 60


class Conversation:
    """Questions one after another: a follow-up carries measure, period, place and report forward."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._context: Context | None = None

    def ask(self, question: str) -> Answer:
        """Answer the next line of the conversation."""
        answer, self._context = self._engine.ask_in(question, self._context)
        return answer


class Bot:
    """An opened index, ready to answer."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._engine = Engine(snapshot)

    def ask(self, question: str) -> Answer:
        """Answer one question. Whatever it holds, the result is an Answer; one that cannot be read is refused."""
        return self._engine.ask(question)

    def unguarded(self, question: str) -> Answer:
        """The reply before the guard has seen it: only for checks."""
        return self._engine.unguarded(question)

    def guarded(self, answer: Answer) -> Answer:
        """A reply of `unguarded` as the guard lets it pass: itself, or that of its evidence which holds."""
        return self._engine.guard.guarded(answer)

    def problems(self, answer: Answer) -> list[str]:
        """What the guard finds wrong with a reply; empty where each piece of it is what the reports say."""
        return self._engine.guard.problems(answer)

    def conversation(self) -> Conversation:
        """A thread of questions."""
        return Conversation(self._engine)

    def ask_in(self, question: str, memory: str | None) -> tuple[Answer, str | None]:
        """Answer one line of a thread that is remembered elsewhere; also gives the memory for the next line.

        A memory is JSON and holds no text of any question. One that another index wrote, or that cannot be read,
        counts as none.
        """
        context = recall(memory, self.snapshot.measures) if memory else None
        answer, context = self._engine.ask_in(question, context)
        return answer, remember(context) if context else None

    def prepare(self) -> None:
        """Read all parts of the index now. From then on no question waits for the disk, or needs it.

        Raises:
            SnapshotError, EncoderError: a part is damaged.
        """
        snapshot = self.snapshot
        _ = (dict(snapshot.reports), snapshot.identities, snapshot.observations, snapshot.lexicon)
        snapshot.search.encoder.encode(["reports"])
        self._engine.prepare()

    @property
    def table(self) -> FigureTable:
        """Every printed value, ready to be looked up by measure, period and place."""
        return self._engine.table

    @property
    def speech(self) -> Speech:
        """How people speak, as the vocabulary of this index has it."""
        return self.snapshot.vocabulary.speech

    def measure(self, text: str) -> Measure:
        """The one measure that a name, or words as staff say them, mean.

        Raises:
            UsageError: nothing fits, or several fit equally well; the message names the nearest.
        """
        measures = self.snapshot.measures
        wanted = fold(text).lower()
        named = [
            measure
            for measure in measures.values()
            if wanted in {fold(name).lower() for name in (measure.id, *measure.labels.values(), measure.label)}
        ]
        if len(named) == 1:
            return named[0]
        mended, _ = self._engine.speller.repair(text)
        asked = self._engine.interpreter.read(mended)
        fitting = [
            match for match in (*asked.matches, *asked.rivals) if match.score >= _NAMED and match.explained >= _HELD
        ]
        if len(fitting) == 1 and fitting[0].covered < _WHOLE:
            # Of a name that is said in part, all that hold these words may be meant.
            fitting += [m for m in asked.everything if m.explained == 1 and m.measure.id != fitting[0].measure.id]
        if len(fitting) == 1:
            return fitting[0].measure
        near = fitting or [match for match in asked.everything if match.score >= _NEAR]
        labels = list(dict.fromkeys(match.measure.label for match in near))[:4] or _alike(wanted, measures.values())
        problem = f"Several measures fit {text!r}" if fitting else f"No measure is called {text!r}"
        way = f"say one of these: {'; '.join(labels)}" if labels else "say it as a report prints it"
        raise UsageError(f"{problem}; {way}.")

    @cached_property
    def reports(self) -> Mapping[str, str]:
        """The raw text of each report, by its id, oldest first."""
        return {name: report.raw for name, report in self.snapshot.reports.items()}

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Every printed figure, one row an observation; see `cpbqa.frame` for its columns."""
        from cpbqa.frame import frame

        return frame(self.snapshot.observations)


def _alike(wanted: str, measures: Iterable[Measure]) -> list[str]:
    """The labels spelt most like what was typed, where no word of it is known."""
    from rapidfuzz import fuzz, process

    labels = list(dict.fromkeys(measure.label for measure in measures))
    found = process.extract(wanted, labels, scorer=fuzz.token_set_ratio, limit=3, score_cutoff=_ALIKE)
    return [label for label, _, _ in found]


def load(index: Path | str) -> Bot:
    """Open the published index.

    Raises:
        SnapshotError: there is none, it is damaged, or another version of this program wrote it.
    """
    return Bot(Snapshot.open(Path(index)))
