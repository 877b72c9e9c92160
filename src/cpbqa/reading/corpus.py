"""The corpus folder: which reports there are, whether their files are the ones named, and how staff say it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Self, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from cpbqa.domain import ConfirmedMeasure, CorpusError, Identity, Period, Report, Vocabulary
from cpbqa.domain.speech import Speech

from . import draft_of, outline_of, report_of
from .drafts import Draft

# Drafts that are held in memory at once.
_HELD = 32


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


class _ManifestFile(BaseModel):
    """corpus.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    authority: str = ""
    report: tuple[Entry, ...] = ()


class _MeasuresFile(BaseModel):
    """measures.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    measure: tuple[ConfirmedMeasure, ...] = ()
    identity: tuple[Identity, ...] = ()


class _Filler(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    words: tuple[str, ...] = ()
    polite: tuple[str, ...] = ()


class _People(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    groups: tuple[str, ...] = ()


class _Numbers(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    kinds: tuple[str, ...] = ()


class _VocabularyFile(BaseModel):
    """vocabulary.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    same: dict[str, tuple[str, ...]] = {}
    operations: dict[str, tuple[str, ...]] = {}
    places: dict[str, tuple[str, ...]] = {}
    regions: dict[str, tuple[str, ...]] = {}
    wants: dict[str, tuple[str, ...]] = {}
    people: _People = _People()
    numbers: _Numbers = _Numbers()
    apart: dict[str, tuple[str, ...]] = {}
    filler: _Filler = _Filler()
    speech: Speech = Speech()

    @model_validator(mode="after")
    def _is_of_this_version(self) -> Self:
        """A vocabulary that knows what can be asked of figures knows how it is said; else it is an older one."""
        if self.operations and (unsaid := next(self.speech.unsaid(), None)):
            section, _, key = unsaid.partition(".")
            raise ValueError(
                f"it has no {key!r} in [speech.{section}], so it was written for an older cpbqa; take over what is "
                "missing from the vocabulary.toml that comes with this one"
            )
        return self

    @property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(
            same=self.same,
            filler=(*self.filler.words, *self.filler.polite),
            polite=self.filler.polite,
            people=self.people.groups,
            numbers=self.numbers.kinds,
            apart=tuple(self.apart.values()),
            wants=self.wants,
            operations=self.operations,
            places=self.places,
            speech=self.speech,
            regions=self.regions,
        )


_File = TypeVar("_File", bound=BaseModel)


class Corpus(BaseModel):
    """Everything an index is built from, read and checked. `files` holds each report's bytes by its id."""

    model_config = ConfigDict(frozen=True)

    authority: str
    entries: tuple[Entry, ...]
    files: dict[str, bytes]
    vocabulary: Vocabulary
    measures: tuple[ConfirmedMeasure, ...]
    identities: tuple[Identity, ...] = ()

    @property
    def digest(self) -> str:
        """sha256 over everything in the corpus that can change an answer."""
        told = self.model_dump_json(exclude={"files"})
        return hashlib.sha256(told.encode()).hexdigest()

    def reports(self) -> Iterator[Report]:
        """All reports, oldest first. One without a contents list borrows the section titles of those that have one.

        Of many reports only some drafts are held until then; the others are read twice.
        """
        held: dict[str, Draft] = {}
        outline: dict[str, None] = {}
        for name, data in self.files.items():
            draft = draft_of(name, data)
            outline.update(dict.fromkeys(outline_of(draft)))
            if len(held) < _HELD:
                held[name] = draft
        for entry in self.entries:
            known = entry.id in held
            draft = held.pop(entry.id) if known else draft_of(entry.id, self.files[entry.id])
            yield report_of(entry.id, entry.title, draft, tuple(outline))


def load_corpus(folder: Path, *, may_be_empty: bool = False) -> Corpus:
    """Read the corpus folder. Raises CorpusError with one sentence that says which file is wrong and what to do.

    `may_be_empty` is for a corpus that begins: its manifest names the authority, and no report yet.
    """
    if not folder.is_dir():
        raise CorpusError(
            f"There is no corpus folder at {folder}. Name the right one with --corpus, or begin one: make the folder, "
            'and in it a file corpus.toml with the line authority = "...".'
        )
    manifest = _parsed(_ManifestFile, folder / "corpus.toml")
    measures = _parsed(_MeasuresFile, folder / "measures.toml", optional=True)
    said = _parsed(_VocabularyFile, folder / "vocabulary.toml", optional=True)
    entries = tuple(sorted(manifest.report, key=lambda entry: entry.id))
    _check_entries(entries, folder, may_be_empty)
    return Corpus(
        authority=manifest.authority.strip() or _missing_authority(folder),
        entries=entries,
        files={entry.id: _report_file(folder, entry) for entry in entries},
        vocabulary=said.vocabulary,
        measures=measures.measure,
        identities=measures.identity,
    )


def _parsed(kind: type[_File], path: Path, optional: bool = False) -> _File:
    """One TOML file of the corpus; one that may be missing counts as empty."""
    if optional and not path.exists():
        return kind()
    try:
        return kind.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except FileNotFoundError:
        raise CorpusError(f"{path} is missing. A corpus folder needs it to name its reports.") from None
    except OSError as problem:
        raise CorpusError(f"{path} cannot be read ({problem.strerror or problem}). Mend that and try again.") from None
    except ValidationError as problem:
        raise CorpusError(f"{path} is not as it should be: {_first_problem(problem)}. Mend it and try again.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise CorpusError(f"{path} is not valid TOML: {problem}. Mend that line and try again.") from None


def _first_problem(problem: ValidationError) -> str:
    """The first thing wrong and where, as `report 2, date: Field required`."""
    error = problem.errors()[0]
    steps = [f" {step + 1}" if isinstance(step, int) else f", {step}" for step in error["loc"]]
    what = "no such key is known" if error["type"] == "extra_forbidden" else error["msg"].removeprefix("Value error, ")
    return f"{''.join(steps).removeprefix(', ')}: {what}".removeprefix(": ")


def _missing_authority(folder: Path) -> str:
    raise CorpusError(f'{folder / "corpus.toml"} does not name the authority. Add a line such as: authority = "...".')


def _check_entries(entries: tuple[Entry, ...], folder: Path, may_be_empty: bool) -> None:
    manifest = folder / "corpus.toml"
    if not entries and not may_be_empty:
        raise CorpusError(f"{manifest} names no report. Add one with `cpbqa add`.")
    for entry in entries:
        period = Period.parse(entry.id)
        if period is None or str(period) != entry.id:
            raise CorpusError(f"{manifest}: the id {entry.id!r} is not a financial year. Write it as 2024/25.")
    for one, other in combinations(entries, 2):
        if one.id == other.id:
            raise CorpusError(f"{manifest} names the report {one.id} twice. Keep one of the two.")
        if one.file == other.file:
            raise CorpusError(
                f"{manifest} names the file {one.file!r} for both {one.id} and {other.id}. Name each report's own file."
            )


def _report_file(folder: Path, entry: Entry) -> bytes:
    if not re.fullmatch(r"[^/\\]+", entry.file) or entry.file in (".", ".."):
        raise CorpusError(
            f"The report {entry.id} names the file {entry.file!r}. Name a file in corpus/reports/ itself."
        )
    path = folder / "reports" / entry.file
    try:
        data = path.read_bytes()
    except (OSError, ValueError):
        raise CorpusError(
            f"The report {entry.id} should be in {path}, but that file cannot be read. Put it back, or take the "
            "report out of corpus.toml."
        ) from None
    digest = hashlib.sha256(data).hexdigest()
    if digest != entry.sha256.lower():
        raise CorpusError(
            f"{path} has changed: its sha256 is {digest}, corpus.toml says {entry.sha256} for the report {entry.id}. "
            "Put the right file back, or, if the new one is right, write its digest into corpus.toml."
        )
    return data
