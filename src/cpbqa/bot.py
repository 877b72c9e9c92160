"""Bot: the public face of an index. `load` opens it, `ask` answers, `conversation` remembers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cpbqa.asking.conversation import Context
from cpbqa.asking.engine import Engine
from cpbqa.domain import Answer
from cpbqa.snapshot import Snapshot

if TYPE_CHECKING:
    import pandas as pd


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

    def conversation(self) -> Conversation:
        """A thread of questions."""
        return Conversation(self._engine)

    @cached_property
    def reports(self) -> Mapping[str, str]:
        """The raw text of each report, by its id, oldest first."""
        return {name: report.raw for name, report in self.snapshot.reports.items()}

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Every printed figure, one row an observation; see `cpbqa.frame` for its columns."""
        from cpbqa.frame import frame

        return frame(self.snapshot.observations)


def load(index: Path | str) -> Bot:
    """Open the published index.

    Raises:
        SnapshotError: there is none, it is damaged, or another version of this program wrote it.
    """
    return Bot(Snapshot.open(Path(index)))
