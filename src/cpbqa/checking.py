"""Checking a new snapshot before it is published: every citation, and the questions whose answers are known.

The questions stand in `corpus/gold.jsonl`, a case a line as in `cpbqa.evaluation`; without that file nothing is asked.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache as once
from itertools import zip_longest
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from cpbqa.bot import Bot
from cpbqa.changes import AnswerChange
from cpbqa.domain import (
    Answer,
    CheckError,
    EncoderError,
    Figure,
    Observation,
    Passage,
    Quantity,
    Report,
    SnapshotError,
    fold,
)
from cpbqa.evaluation import FIGURE_KINDS, WRONG, Case, Wanted, period_key, place_key, read_cases, score, value_key
from cpbqa.figures.headline import headline_observations
from cpbqa.figures.tables import table_observations
from cpbqa.passages.splitting import split_report
from cpbqa.reading.lines import searchable
from cpbqa.shelf import read_part
from cpbqa.snapshot import Layout, Snapshot

GOLD = "gold.jsonl"
_YEAR = re.compile(r"\b20\d\d\b|\b\d\d[/-]\d\d\b")
_KEPT = "Nothing was published"


def gold_cases(corpus: Path) -> list[Case]:
    """The questions of a corpus; none where it has no such file. Raises UsageError where a line is no case."""
    path = corpus / GOLD
    return read_cases(path) if path.exists() else []


def is_readable(index: Path) -> bool:
    """Whether all parts of the published index are as this version, and the libraries below it, read them."""
    try:
        Bot(Snapshot.open(index)).prepare()
    except (SnapshotError, EncoderError):
        return False
    return True


def check_citations(
    snapshot: Snapshot, *, anew: bool, tell: Callable[[int, int], None] = lambda done, total: None
) -> None:
    """Find every figure and every passage again in the report that the snapshot holds, to the letter.

    With `anew` each report is also taken apart again, and gives the same figures and passages at the same places:
    right for a snapshot that this very code has written, and for no other. `tell(done, total)` counts the reports.

    Raises:
        CheckError: one cannot be found.
    """
    figures: dict[str, list[Observation]] = {name: [] for name in snapshot.reports}
    passages: dict[str, list[Passage]] = {name: [] for name in snapshot.reports}
    for o in snapshot.observations:
        figures.setdefault(o.report, []).append(o)
    for passage in snapshot.passages:
        passages.setdefault(passage.report, []).append(passage)
    names = list({**figures, **passages})
    for number, name in enumerate(names, start=1):
        report = snapshot.reports.get(name)
        if report is None:
            raise CheckError(f"A figure or passage cites the report {name}, which the index does not hold. {_KEPT}.")
        _check_quotes(report, figures.get(name, []), passages.get(name, []))
        if anew:
            _check_figures(report, snapshot.manifest.authority, figures[name])
            _check_passages(report, passages[name])
        tell(number, len(names))


def _check_quotes(report: Report, figures: Sequence[Observation], passages: Sequence[Passage]) -> None:
    raw, seen = fold(report.raw), searchable(report.raw)
    for o in figures:
        quote = fold(o.citation.quote)
        notes = all(fold(note.quote) in seen for note in o.footnotes)
        if quote not in seen or fold(o.quantity.printed) not in quote or not notes:
            raise _unresolved(report, f"the figure {o.quantity.printed!r}", o.citation.location)
    for passage in passages:
        if fold(passage.citation.quote) not in raw:
            raise _unresolved(report, _named(passage), passage.citation.location)


def _check_figures(report: Report, authority: str, cited: Sequence[Observation]) -> None:
    found = Counter(
        _place(o) for o in (*table_observations(report, authority), *headline_observations(report, authority))
    )
    for o in cited:
        if not found[_place(o)]:
            raise _unresolved(report, f"the figure {o.quantity.printed!r}", o.citation.location)
        found[_place(o)] -= 1
    if left := next(iter(+found), None):
        raise CheckError(f"A figure of the report {report.id} ({left[0]}) is missing in the new index. {_KEPT}.")


def _place(o: Observation) -> tuple[str, ...]:
    return o.citation.location, o.citation.quote, o.quantity.printed, str(o.period), o.geography, o.source


def _check_passages(report: Report, cited: Sequence[Passage]) -> None:
    again = split_report(report)
    for one, other in zip_longest(cited, again):
        passage = one or other
        if passage and one != other:
            raise _unresolved(report, _named(passage), passage.citation.location)


def _named(passage: Passage) -> str:
    return f"the passage {' '.join(passage.text.split()[:8])!r}"


def _unresolved(report: Report, what: str, location: str) -> CheckError:
    return CheckError(
        f"The citation of {what} ({location}) cannot be found again in the report {report.id}. {_KEPT}; please report "
        "this."
    )


class Answered(BaseModel):
    """What an index replies to the known questions, and a digest of the program that asked it."""

    model_config = ConfigDict(frozen=True)

    program: str = ""
    replies: tuple[Answer, ...] = ()


def ask(cases: Sequence[Case], snapshot: Snapshot) -> Answered:
    """Ask a new index the known questions.

    Raises:
        CheckError: a reply does not pass the guard.
    """
    bot, replies = Bot(snapshot.again()), []
    for case in cases:
        reply = bot.unguarded(case.question)
        if problems := bot.problems(reply):
            raise CheckError(
                f"The reply to {case.question!r} is not what the reports say ({problems[0]}). {_KEPT}; please report "
                "this."
            )
        replies.append(reply)
    return Answered(program=_program(), replies=tuple(replies))


def changed_answers(
    cases: Sequence[Case], before: Snapshot | None, after: Snapshot, answered: Answered
) -> Iterator[AnswerChange]:
    """Hold what the new index replies against what the one before does, and tell what is otherwise."""
    news = _news(before, after) if before else frozenset()
    olds = _replies(cases, before) if before else {}
    for case, reply in zip(cases, answered.replies, strict=True):
        old = olds.get(case.question)
        kind = _kind(case, old.reply if old else None, reply, news)
        if kind:
            yield AnswerChange.model_validate(
                {"kind": kind, "question": case.question, "before": old.said if old else "", "after": _said(reply)}
            )


@dataclass(frozen=True)
class _Reply:
    """What an index replies to a question, and in one line what of it passes the guard."""

    reply: Answer
    said: str


def _replies(cases: Sequence[Case], snapshot: Snapshot) -> dict[str, _Reply]:
    """What a published index replies, by question; nothing where it cannot be read, since the new one takes its place.

    Its replies were kept when it was built. Where another program built it, or a question is new, it is asked.
    """
    try:
        kept = _kept(snapshot)
        if all(case.question in kept for case in cases):
            return {question: _Reply(reply, _said(reply)) for question, reply in kept.items()}
        bot = Bot(snapshot.again())
        replies = (bot.unguarded(case.question) for case in cases)
        return {reply.question: _Reply(reply, _said(bot.guarded(reply))) for reply in replies}
    except SnapshotError:
        return {}


def _kept(snapshot: Snapshot) -> dict[str, Answer]:
    """The replies that were kept with a snapshot, all of which passed the guard, if this very program gave them."""
    files = snapshot.manifest.files
    if Layout.answers not in files:
        return {}
    answered = read_part(TypeAdapter(Answered), snapshot.folder, files, Layout.answers)
    return {reply.question: reply for reply in answered.replies} if answered.program == _program() else {}


@once
def _program() -> str:
    """A digest of this program, all that it has learned included."""
    package, digest = Path(__file__).parent, hashlib.sha256()
    for path in sorted(path for path in package.rglob("*") if path.suffix in (".py", ".toml", ".npz")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _news(before: Snapshot, after: Snapshot) -> frozenset[str]:
    """The reports that are new, or another file than before: only they can restate a figure."""
    known = {(source.id, source.sha256) for source in before.manifest.sources}
    return frozenset(s.id for s in after.manifest.sources if (s.id, s.sha256) not in known)


def _kind(case: Case, before: Answer | None, after: Answer, news: frozenset[str]) -> str:
    """What kind of change it is; empty where the answer is as expected and as before."""
    changed = before is not None and _mark(before) != _mark(after)
    if fits(case, after):
        if before is not None and not fits(case, before):
            return "right"
        return "changed" if changed else ""
    restated = _restated(case, after)
    if not changed:
        return "" if restated else "wrong"
    if not _YEAR.search(case.question) or (before and _still_none(before, after, news)):
        return "changed"
    return "restated" if restated and after.figures[0].citation.report in news else "lost"


def _still_none(before: Answer, after: Answer, news: frozenset[str]) -> bool:
    """No report printed it, and a new one prints that there is none: a dash, or what stands for so few."""
    if before.outcome != "refusal" or after.outcome != "figures" or after.figures[0].citation.report not in news:
        return False
    return Quantity.parse(after.figures[0].value).state in ("suppressed", "not applicable")


def fits(case: Case, answer: Answer) -> bool:
    """True where the answer is as the case expects: the wanted figures, first; the words in one of the passages."""
    marks = score(case, answer)
    wanted = [name for name in marks if name.endswith((".lead", ".all", ".hit@3"))]
    wanted += [name for name in marks if name in ("refusal", "clarify")]
    return not marks[WRONG] and all(marks[name] for name in wanted)


def _restated(case: Case, answer: Answer) -> bool:
    """The reply leads with a wanted figure, and tells each one as wanted or as what an earlier report printed."""
    if case.kind not in FIGURE_KINDS or answer.outcome != "figures":
        return False

    def tells(figure: Figure, want: Wanted) -> bool:
        same = (period_key(figure.period), place_key(figure.geography)) == (
            period_key(want.period), place_key(want.geography),
        )  # fmt: skip
        prints = (figure.value, *(earlier.value for earlier in figure.restated_from))
        return same and value_key(want.value) in map(value_key, prints)

    return any(tells(answer.figures[0], want) for want in case.figures) and all(
        any(tells(figure, want) for figure in answer.figures) for want in case.figures
    )


def _mark(answer: Answer) -> tuple[object, ...]:
    """What an answer says, but for its words."""
    figures = tuple((figure.period, figure.geography, figure.value) for figure in answer.figures)
    return answer.outcome, figures, tuple(passage.highlight for passage in answer.passages[:1])


def _said(answer: Answer) -> str:
    """An answer in one line."""
    if answer.outcome == "figures" and answer.figures:
        told = [f"{f.value} for {f.period}" + ("" if i else f" ({f.measure})") for i, f in enumerate(answer.figures)]
        return "; ".join(told[:4])
    if answer.outcome == "passages" and answer.passages:
        return f"“{answer.passages[0].highlight}” ({answer.passages[0].citation.report})"
    return f"{answer.outcome}: {' '.join(answer.text.split())[:120]}"
