"""build: from the corpus folder to a published snapshot. This page is the whole path; rollback is the way back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from cpbqa.changes import AnswerChange, Changes, compare
from cpbqa.checking import GOLD, Answered, ask, changed_answers, check_citations, gold_cases, is_readable
from cpbqa.composing import code_version, compose, described, is_current
from cpbqa.domain import CheckError, SnapshotError, UsageError
from cpbqa.embedding import Progress
from cpbqa.evaluation import Case
from cpbqa.history import named, previous, publications, publish, rolled_back
from cpbqa.passages.exporting import verified
from cpbqa.publishing import KEPT, drafted, keep, prune, writing
from cpbqa.reading.corpus import load_corpus
from cpbqa.snapshot import Layout, Snapshot, published_name

__all__ = ["BuildResult", "Refused", "build", "rollback"]


@dataclass(frozen=True)
class BuildResult:
    """What `build` did: the snapshot's id, whether it is new, a sentence for a person, and what changed with it."""

    id: str
    changed: bool
    summary: str
    changes: Changes | None = field(default=None, compare=False)


class Refused(CheckError):
    """An answer changed that must not have; `changes` says what else the new index would have changed."""

    def __init__(self, message: str, changes: Changes) -> None:
        super().__init__(message)
        self.changes = changes

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.changes)


def build(
    corpus: Path | str,
    index: Path | str,
    progress: Progress | None = None,
    *,
    kept: int = KEPT,
    unless_rolled_back: bool = False,
) -> BuildResult:
    """Build the index of a corpus, check it and publish it; at once done where nothing has changed.

    `progress(stage, done, total)` is called as the work goes on, and not at all where there is none. Whatever goes
    wrong, the index published before stays. Of the snapshots that were published before, `kept` stay, this one
    among them. With `unless_rolled_back` a snapshot that `rollback` took back stays taken back.

    Raises:
        CorpusError: the corpus is not what its manifest says, or a report cannot be read.
        EncoderError: the weights are missing or wrong, or the exported encoder does not agree with the builder's.
        SnapshotError: the index folder cannot be written.
        CheckError: a citation cannot be found again, a reply holds a number of its own, or (Refused) a question that
            names its year is answered otherwise than before, and no report restates the figure.
    """
    tell = progress or (lambda stage, done, total: None)
    corpus, index = Path(corpus), Path(index)
    source = load_corpus(corpus)
    cases = gold_cases(corpus)
    manifest = described(source, code_version())
    if unless_rolled_back and manifest.id in rolled_back(index):
        summary = f"The index of this corpus ({manifest.id}) was taken back; `cpbqa build` publishes it again."
        return BuildResult(published_name(index), False, summary)

    def is_there() -> bool:
        # Asked to build only what changed, there is no time to read it all; the reader then says to build.
        return is_current(index, manifest.id) and (unless_rolled_back or is_readable(index))

    if not is_there():
        with writing(index, wait=lambda: tell("Waiting for another build", 0, 0)):
            # The other one may have built just this.
            if not is_there():
                first = not _names_one(index)
                with drafted(index, manifest.id, lambda work: compose(index, work, manifest, source, tell)) as draft:
                    changes, answered = _checked(draft, _published(index), cases, tell)
                    found = {Layout.changes: changes.model_dump_json(indent=1), Layout.answers: answered}
                    keep(index, draft, found)
                publish(index, manifest.id)
                prune(index, kept)
                return BuildResult(manifest.id, True, _summary(changes, first), changes)
    return BuildResult(manifest.id, False, "Nothing has changed: the index is up to date.")


def _names_one(index: Path) -> bool:
    """Whether a snapshot is published, whatever has become of it."""
    with suppress(SnapshotError):
        return bool(published_name(index))
    return False


def _summary(changes: Changes, first: bool) -> str:
    alone = "" if first or changes.before else " The index before it could not be read: nothing was compared with it."
    return f"Built from {changes.totals}.{alone}"


def _published(index: Path) -> Snapshot | None:
    """The published snapshot; None where there is none that can be read."""
    with suppress(SnapshotError):
        return Snapshot.open(index)
    return None


def _checked(draft: Snapshot, before: Snapshot | None, cases: list[Case], tell: Progress) -> tuple[Changes, str]:
    """What changes with a draft, once it has passed every check, and what it replies to the known questions (JSON).

    Each step reads what it needs, and lets go of it.
    """
    check_citations(draft.again(), anew=True, tell=partial(tell, "Checking every citation"))
    answers: list[AnswerChange] = []
    answered = Answered()
    if cases:
        tell("Asking the known questions", 0, 1)
        answered = ask(cases, draft)
        answers = list(changed_answers(cases, before, draft, answered))
        tell("Asking the known questions", 1, 1)
    tell("Seeing what changed", 0, 1)
    changes = _compared(before, draft, answers)
    tell("Seeing what changed", 1, 1)
    lost = [answer for answer in answers if answer.kind == "lost"]
    if lost:
        others = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        raise Refused(
            f"Nothing was published: the answer to {lost[0].question!r}{others} is not what it was, and no report "
            f"restates it (before: {lost[0].before}; now: {lost[0].after}); put it right in the corpus, or, if the new "
            f"answer is right, write it into {GOLD}.",
            changes,
        )
    return changes, answered.model_dump_json(indent=1)


def _compared(before: Snapshot | None, draft: Snapshot, answers: list[AnswerChange]) -> Changes:
    try:
        return compare(before.again() if before else None, draft.again(), answers)
    except SnapshotError:
        # The one before was damaged as it was read: then there is nothing to compare with.
        return compare(None, draft.again(), answers)


def rollback(index: Path | str, to: str | None = None) -> str:
    """Publish an earlier snapshot again, once it is found whole; returns its id. `to` as for `history.named`.

    Raises:
        SnapshotError: there is no index, it cannot be written, or the snapshot is not whole.
        EncoderError: its encoder is missing or damaged.
        CheckError: one of its citations cannot be found again.
        UsageError: there is no such snapshot, it was never published, or it is the current one.
    """
    index = Path(index)
    published_name(index)
    with writing(index):
        current = published_name(index)
        name = named(index, to) if to else previous(index)
        if name == current:
            raise UsageError(f"The snapshot {name} is the current one already.")
        if name not in {publication.id for publication in publications(index)}:
            raise UsageError(
                f"The snapshot {name} was never published, so nothing says it is right; see `cpbqa snapshots`."
            )
        snapshot = Snapshot.open(index, name)
        verified(index / Layout.encoders / snapshot.manifest.encoder)
        check_citations(snapshot, anew=False)
        publish(index, name, by="rollback")
    return name
