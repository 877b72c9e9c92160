"""add: a report's file comes into the corpus. It is read first; what is refused changes nothing, and nothing is built.

The file is copied under a name of its own, then its line stands in corpus.toml by one rename, and only then is a file
that it replaces taken away: whatever happens between, the corpus is whole.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cpbqa.domain import Block, CorpusError, Link, Period, PrintedLabel, Quantity, ReadingError, Report, UsageError
from cpbqa.figures import Linked, observe
from cpbqa.figures.tables import read_tables
from cpbqa.passages.splitting import split_report
from cpbqa.reading import draft_of
from cpbqa.reading.corpus import Corpus, Entry, load_corpus
from cpbqa.reading.kinds import MOST_BYTES, Kind, kind_of
from cpbqa.reading.manifest import with_entry, with_measure

_ENDINGS: dict[Kind, str] = {
    "text": "txt", "spaced": "txt", "markdown": "md", "web page": "html", "csv": "csv", "Word": "docx", "PDF": "pdf",
    "Excel": "xlsx",
}  # fmt: skip
_LONGEST_TITLE, _LEAST_WORDS = 20, 30


@dataclass(frozen=True)
class Addition:
    """A report that was read and may be added; `known` is True where this very file is in the corpus already.

    `dropped` are labels of the report before it that it does not print, `new` its labels that no report printed before;
    of a table that lists kinds of one thing (`Budget heading`) it has one line for all rows.
    `left_out` are sentences about what could not be placed, `questions` links that a person should settle, and
    `printed` says what each of their labels prints for the authority: `2023/24: 93.2%; 2024/25: 91.7%`.
    """

    corpus: Path
    entry: Entry
    kind: Kind
    data: bytes = field(repr=False)
    known: bool
    replaces: Entry | None
    sections: int = 0
    passages: int = 0
    tables: int = 0
    measures: int = 0
    figures: int = 0
    new: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    questions: tuple[Link, ...] = ()
    printed: Mapping[PrintedLabel, str] = field(default_factory=dict)


def read_addition(
    corpus: Path, file: Path, report: str, *, title: str = "", day: date | None = None, replace: bool = False
) -> Addition:
    """Read a report's file as if it stood in the corpus. Changes nothing.

    Raises UsageError where the file, the year or `--replace` is missing, and CorpusError or ReadingError where the
    corpus or the file cannot be read.
    """
    period = Period.heading(report)
    if period is None or period.term is not None:
        raise UsageError(f"{report!r} is not a financial year. Name the report's year as in --report 2025/26.")
    name = str(period)
    data = _bytes_of(file, name)
    source = load_corpus(corpus, may_be_empty=True)
    before = next((entry for entry in source.entries if entry.id == name), None)
    digest = hashlib.sha256(data).hexdigest()
    kind = kind_of(name, data)
    if before is not None and before.sha256.lower() == digest:
        return Addition(corpus, before, kind, data, known=True, replaces=None)
    _check_new(source, name, digest, replace)
    last = before or (source.entries[-1] if source.entries else None)
    usual = re.sub(r"20\d\d\s*[/–-]\s*(?:20)?\d\d", name, last.title) if last else f"{source.authority} report {name}"
    entry = Entry(
        id=name,
        title=title or usual,
        file=_free_name(corpus, name, kind, digest),
        date=day or (before.date if before else date(period.start + 1, 3, 31)),
        sha256=digest,
        copyright=last.copyright if last else f"© {source.authority}",
    )
    return _read(corpus, source, entry, kind, data, before, titled=bool(title))


def _bytes_of(file: Path, name: str) -> bytes:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ReadingError(
                f"The report {name} is {file.stat().st_size // 1_000_000} MB large, more than a report can be. "
                "Save it without its pictures."
            )
        return file.read_bytes()
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise UsageError(f"The file {str(file)!r} cannot be read ({reason}). Name the report's file.") from None


def _check_new(source: Corpus, name: str, digest: str, replace: bool) -> None:
    for entry in source.entries:
        if entry.sha256.lower() == digest:
            raise UsageError(f"This very file is in the corpus already, as the report {entry.id}. Name the right year.")
        if entry.id == name and not replace:
            raise UsageError(
                f"The corpus has a report {name} already ({entry.file}). Add --replace to put this file in its place."
            )


def _free_name(corpus: Path, name: str, kind: Kind, digest: str) -> str:
    plain = f"{name.replace('/', '-')}.{_ENDINGS[kind]}"
    if not (corpus / "reports" / plain).exists():
        return plain
    return f"{name.replace('/', '-')}-{digest[:8]}.{_ENDINGS[kind]}"


def _read(
    corpus: Path, source: Corpus, entry: Entry, kind: Kind, data: bytes, before: Entry | None, titled: bool
) -> Addition:
    """Read the whole corpus with the new report in it."""
    entries = sorted([*(e for e in source.entries if e.id != entry.id), entry], key=lambda e: e.id)
    if not titled:
        entry = entry.model_copy(update={"title": _title(source, entry, data) or entry.title})
        entries = [entry if e.id == entry.id else e for e in entries]
    whole = source.model_copy(update={"entries": tuple(entries), "files": {**source.files, entry.id: data}})
    reports = tuple(whole.reports())
    report = next(r for r in reports if r.id == entry.id)
    linked = observe(reports, source.authority, source.measures, source.vocabulary)
    ours = [o for o in linked.observations if o.report == entry.id]
    _check_is_report(report, bool(ours))
    printed = [o for o in ours if o.quantity.state != "blank"]
    tables = read_tables(report, source.authority)
    new, dropped = _differences(linked, report.id, tables.lists, [e.id for e in entries if e.id < entry.id])
    questions = tuple(q for q in linked.questions if entry.id in (q.older.report, q.newer.report))
    return Addition(
        corpus=corpus,
        entry=entry,
        kind=kind,
        data=data,
        known=False,
        replaces=before,
        sections=sum(block.kind == "heading" and block.depth == 0 for block in report.blocks),
        passages=len(split_report(report)),
        tables=sum(block.kind == "table" for block in report.blocks),
        measures=len({o.measure for o in ours}),
        figures=len(printed),
        new=new,
        dropped=dropped,
        left_out=(
            *_left_out(report, linked, tables.unread),
            *_doubts(report, printed_years={o.period.start for o in printed}),
        ),
        questions=questions,
        printed={label: _values(linked, label, source.authority) for q in questions for label in (q.older, q.newer)},
    )


def _values(linked: Linked, label: PrintedLabel, authority: str) -> str:
    """What a report prints under a label for the authority, in order of time; of a year twice, the first."""
    found: dict[Period, str] = {}
    for o in linked.observations:
        at = (o.report, o.source, o.group, o.label) == (label.report, label.source, label.group, label.text)
        if at and o.geography == authority and o.quantity.state != "blank":
            found.setdefault(o.period, o.quantity.printed)
    return "; ".join(f"{period}: {found[period]}" for period in sorted(found))


def _title(source: Corpus, entry: Entry, data: bytes) -> str:
    """The report's title as its file prints it; empty where it prints none of its own."""
    alone = source.model_copy(update={"entries": (entry,), "files": {entry.id: data}})
    titles = [block.text for block in next(alone.reports()).blocks if block.kind == "title"]
    text = " ".join(titles)
    return text if 2 < len(text.split()) <= _LONGEST_TITLE else ""


def _check_is_report(report: Report, figures: bool) -> None:
    """A report has sections or figures, and names its year somewhere."""
    year = int(report.id[:4])
    named = rf"{year}\s*[/–—-]\s*(?:20)?{(year + 1) % 100:02d}|\b(?:{year}|{year + 1})\b"
    short = len(report.raw.split()) < _LEAST_WORDS
    if not figures and (short or not any(block.kind == "heading" for block in report.blocks)):
        raise ReadingError(
            f"The report {report.id} is no report: its file has no figures, and no text under headings. Name the "
            "report's own file."
        )
    if not re.search(named, re.sub(r"(?<=\d)\s(?=\d)", "", report.raw)):
        raise ReadingError(
            f"The report {report.id} is of another year: its file nowhere names {report.id}, {year} or {year + 1}. "
            "Name the right file, or the right year with --report."
        )


def _differences(
    linked: Linked, name: str, lists: Mapping[str, str], earlier: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels of tables that are new in this report, and those of the report before that it does not print.

    A headline section prints a measure too.
    """
    if not earlier:
        return (), ()
    last = max(earlier)
    printed = [(m, m.labels.keys() | m.headline.keys()) for m in linked.measures]
    new = {m.id: m.labels[name] for m, reports in printed if name in m.labels and reports.isdisjoint(earlier)}
    rows = defaultdict[str, set[str]](set)
    for o in linked.observations:
        place = o.citation.location.partition(", row ")[0]
        if o.report == name and o.measure in new and place in lists:
            rows[f"{place} ({lists[place]})"].add(o.measure)
    listed = {measure for measures in rows.values() for measure in measures}
    told = [label for measure, label in new.items() if measure not in listed]
    told += [f"{table}: {len(measures)} rows of a table of its own" for table, measures in rows.items()]
    return tuple(told), tuple(m.labels[last] for m, reports in printed if last in m.labels and name not in reports)


def _left_out(report: Report, linked: Linked, unread: Sequence[Block]) -> list[str]:
    told = [warning for warning in linked.warnings if report.id in warning]
    quotes = {o.citation.quote for o in linked.observations if o.report == report.id}
    tables = [
        block for block in unread if block.kind == "table" and _has_numbers(block) and not _is_read(block, quotes)
    ]
    told += [
        f"A table in {report.place(block.section, block.page)} has numbers, but no header that names two years: its "
        "numbers are not figures."
        for block in tables
    ]
    return [*report.warnings, *dict.fromkeys(told)]


def _is_read(block: Block, quotes: Container[str]) -> bool:
    """The bands below a headline sentence (`Under 5 | 53`) are figures, though no header names a year."""
    return block.table is not None and all(row.quote in quotes for row in block.table.rows)


def _has_numbers(block: Block) -> bool:
    """At least two rows with numbers behind their first cell, or two cells with a number and more on lines below it."""
    rows = block.table.rows if block.table else ()
    told = sum(any(Quantity.parse(text).state == "number" for text in row.texts[1:]) for row in rows)
    several = [cell for row in rows for cell in row.cells if len(cell.lines) > 1]
    return told >= 2 or sum(Quantity.parse(cell.lines[0]).state == "number" for cell in several) >= 2


def _doubts(report: Report, printed_years: set[int]) -> list[str]:
    year = int(report.id[:4])
    if not printed_years:
        return ["No table of figures was found: the report's passages can be asked for, but no figure."]
    if max(printed_years) != year:
        return [f"The newest year in its tables is {Period(start=max(printed_years))}, and not {report.id}."]
    return []


def add(addition: Addition) -> None:
    """Copy the file and write its line. Raises CorpusError where the corpus folder cannot be written."""
    if addition.known:
        return
    entry, manifest = addition.entry, addition.corpus / "corpus.toml"
    target = addition.corpus / "reports" / entry.file
    try:
        target.parent.mkdir(exist_ok=True)
        text = with_entry(manifest.read_text(encoding="utf-8-sig"), entry)
        _write(target, addition.data)
        try:
            _write(manifest, text.encode())
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        if addition.replaces is not None and addition.replaces.file != entry.file:
            (addition.corpus / "reports" / addition.replaces.file).unlink(missing_ok=True)
    except OSError as problem:
        raise CorpusError(
            f"The corpus in {addition.corpus} cannot be written ({problem.strerror or problem}). Nothing was added."
        ) from None


def settle(corpus: Path, question: Link, same: bool) -> None:
    """Write a person's word about two labels into measures.toml."""
    path = corpus / "measures.toml"
    try:
        text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        _write(path, with_measure(text, question.older.text, question.newer.text, same).encode())
    except OSError as problem:
        raise CorpusError(f"{path} cannot be written ({problem.strerror or problem}). Your word is not kept.") from None


def checked(corpus: Path, report: str) -> None:
    """Read the corpus again as a build will, to be sure that what was written can be read."""
    source = load_corpus(corpus)
    draft_of(report, source.files[report])


def _write(path: Path, data: bytes) -> None:
    """The whole file or none of it, on disk."""
    work = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with work.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        work.replace(path)
    finally:
        work.unlink(missing_ok=True)
