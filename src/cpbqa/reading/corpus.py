"""The corpus folder: which reports there are, whether their files are the ones named, and how staff say it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from cpbqa.domain import ConfirmedMeasure, CorpusError, Period, Report, Vocabulary

from . import outline_of, read_text


class Entry(BaseModel):
    """One report of the manifest. `id` is its financial year; `file` is relative to `corpus/reports/`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    file: str
    date: date
    sha256: str
    copyright: str
    address: str = ""


class Corpus(BaseModel):
    """Everything an index is built from, read and checked. `files` holds each report's bytes by its id."""

    model_config = ConfigDict(frozen=True)

    authority: str
    entries: tuple[Entry, ...]
    files: dict[str, bytes]
    vocabulary: Vocabulary
    measures: tuple[ConfirmedMeasure, ...]

    @property
    def digest(self) -> str:
        """sha256 over everything in the corpus that can change an answer."""
        told = self.model_dump_json(exclude={"files"})
        return hashlib.sha256(told.encode()).hexdigest()

    def reports(self) -> list[Report]:
        """All reports, oldest first. One without a contents list borrows the section titles of those that have one."""
        outline = tuple(dict.fromkeys(title for data in self.files.values() for title in outline_of(data)))
        return [read_text(e.id, e.title, self.files[e.id], outline) for e in self.entries]


def load_corpus(folder: Path) -> Corpus:
    """Read the corpus folder. Raises CorpusError with one sentence that says which file is wrong and what to do."""
    if not folder.is_dir():
        raise CorpusError(f"There is no corpus folder at {folder}. Name the right one with --corpus.")
    manifest = _toml(folder / "corpus.toml")
    said = _toml(folder / "vocabulary.toml", optional=True)
    measures = _toml(folder / "measures.toml", optional=True)
    try:
        entries = tuple(sorted((Entry(**item) for item in manifest.get("report", [])), key=lambda entry: entry.id))
        confirmed = tuple(ConfirmedMeasure(**item) for item in measures.get("measure", []))
        vocabulary = Vocabulary(
            same=said.get("same", {}),
            filler=(*said.get("filler", {}).get("words", ()), *said.get("filler", {}).get("polite", ())),
            polite=said.get("filler", {}).get("polite", ()),
            wants=said.get("wants", {}),
            operations=said.get("operations", {}),
            places=said.get("places", {}),
        )
    except ValidationError as problem:
        raise CorpusError(_first_problem(problem)) from None
    _check_entries(entries, folder)
    return Corpus(
        authority=str(manifest.get("authority", "")).strip() or _missing_authority(folder),
        entries=entries,
        files={entry.id: _report_file(folder, entry) for entry in entries},
        vocabulary=vocabulary,
        measures=confirmed,
    )


def _toml(path: Path, optional: bool = False) -> dict[str, Any]:
    if optional and not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CorpusError(f"{path} is missing. A corpus folder needs it to name its reports.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise CorpusError(f"{path} is not valid TOML: {problem}. Mend that line and try again.") from None
    except OSError as problem:
        raise CorpusError(f"{path} cannot be read: {problem.strerror}.") from None


def _first_problem(problem: ValidationError) -> str:
    error = problem.errors()[0]
    where = ".".join(str(part) for part in error["loc"])
    return f"The corpus data is not as it should be: {problem.title}, {where}: {error['msg']}. Mend it and try again."


def _missing_authority(folder: Path) -> str:
    raise CorpusError(f'{folder / "corpus.toml"} does not name the authority. Add a line such as: authority = "...".')


def _check_entries(entries: tuple[Entry, ...], folder: Path) -> None:
    manifest = folder / "corpus.toml"
    if not entries:
        raise CorpusError(f"{manifest} names no report. Add a [[report]] with id, title, file, date and sha256.")
    for entry in entries:
        period = Period.parse(entry.id)
        if period is None or str(period) != entry.id:
            raise CorpusError(f"{manifest}: the id {entry.id!r} is not a financial year. Write it as 2024/25.")
    repeated = {e.id for e in entries if sum(o.id == e.id for o in entries) > 1}
    if repeated:
        raise CorpusError(f"{manifest} names the report {min(repeated)} twice. Keep one of the two.")


def _report_file(folder: Path, entry: Entry) -> bytes:
    if not re.fullmatch(r"[^/\\]+", entry.file) or entry.file in (".", ".."):
        raise CorpusError(
            f"The report {entry.id} names the file {entry.file!r}. Name a file in corpus/reports/ itself."
        )
    path = folder / "reports" / entry.file
    try:
        data = path.read_bytes()
    except OSError:
        raise CorpusError(
            f"The report {entry.id} should be in {path}, but that file cannot be read. Put it back, or take the "
            "report out of corpus.toml."
        ) from None
    digest = hashlib.sha256(data).hexdigest()
    if digest != entry.sha256:
        raise CorpusError(
            f"{path} has changed: its sha256 is {digest}, corpus.toml says {entry.sha256} for the report {entry.id}. "
            "Put the right file back, or, if the new one is right, write its digest into corpus.toml."
        )
    return data
