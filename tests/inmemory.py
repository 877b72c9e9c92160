"""An Engine over made-up reports without an index: figures by words need no encoder, and no prose is searched."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cpbqa.asking.engine import Engine
from cpbqa.domain import ConfirmedMeasure, Phrases, Vocabulary
from cpbqa.domain.speech import Speech
from cpbqa.figures import observe
from cpbqa.passages.lexicon import Lexicon
from cpbqa.passages.splitting import split_report
from cpbqa.reading import read_report
from cpbqa.snapshot import Manifest, Snapshot, Source

_VOCABULARY = Path(__file__).resolve().parent.parent / "corpus" / "vocabulary.toml"
SPEECH = Speech.model_validate(tomllib.loads(_VOCABULARY.read_text(encoding="utf-8"))["speech"])
"""How questions are put together, as the real vocabulary tells it."""


class NoSearch:
    """A search that finds nothing, and knows nothing of meaning."""

    passages = ()

    def __init__(self, names: int) -> None:
        self._names = names

    def name_cosines(self, text: str) -> NDArray[np.float32]:
        return np.zeros(self._names, dtype=np.float32)


def snapshot_of(
    reports: Mapping[str, str | bytes],
    authority: str = "Anytown",
    vocabulary: Vocabulary | None = None,
    confirmed: Sequence[ConfirmedMeasure] = (),
) -> Snapshot:
    """A snapshot that was never written: its parts are those of a real build, but for the search.

    A vocabulary that tells no `speech` takes that of the real one.
    """
    read = {
        name: read_report(name, f"Report {name}", data if isinstance(data, bytes) else data.encode())
        for name, data in sorted(reports.items())
    }
    said = vocabulary or Vocabulary()
    if "speech" not in said.model_fields_set:
        said = said.model_copy(update={"speech": SPEECH})
    figures = observe(list(read.values()), authority, confirmed, said)
    passages = tuple(passage for report in read.values() for passage in split_report(report))
    sources = tuple(Source(id=name, title=name, sha256="", copyright="") for name in read)
    manifest = Manifest(id="0" * 16, authority=authority, encoder="", code="", corpus="", sources=sources)
    snapshot = Snapshot.__new__(Snapshot)
    snapshot.__dict__.update(
        folder=Path("nowhere"),
        manifest=manifest,
        reports=read,
        measures={measure.id: measure for measure in figures.measures},
        identities=(),
        observations=figures.observations,
        passages=passages,
        vocabulary=said,
        lexicon=Lexicon.of(passages, Phrases(said.same)),
        common_words=frozenset(),
        search=NoSearch(sum(len(measure.names) for measure in figures.measures)),
    )
    return snapshot


def engine_of(reports: Mapping[str, str | bytes], **more: object) -> Engine:
    """An Engine over `snapshot_of(...)`."""
    return Engine(snapshot_of(reports, **more))  # type: ignore[arg-type]
