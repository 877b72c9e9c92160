"""A published index of another version, whole or in part: each face says so in a sentence, and a build mends it.

The digests are right each time: nothing is damaged, it is only not what this version reads.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import cpbqa
from cpbqa.cli import main
from cpbqa.domain import SnapshotError
from cpbqa.slack.serving import Serving
from cpbqa.snapshot import FORMAT, Layout, Manifest, published_name
from mini import BOATS, FERRY, replace

Change = Callable[[Path], None]


def manifest_of(index: Path) -> tuple[Path, Manifest]:
    folder = index / Layout.snapshots / published_name(index)
    return folder, Manifest.model_validate_json((folder / Layout.manifest).read_bytes())


def of_format(version: int) -> Change:
    def change(index: Path) -> None:
        folder, manifest = manifest_of(index)
        sealed = manifest.model_copy(update={"format": version}).sealed()
        replace(folder / Layout.manifest, sealed.model_dump_json().encode())

    return change


def other_part(name: str) -> Change:
    """One file as another version might write it: its first key, or array, by another name."""

    def change(index: Path) -> None:
        folder, manifest = manifest_of(index)
        data = _renamed((folder / name).read_bytes(), name)
        replace(folder / name, data)
        files = {**manifest.files, name: hashlib.sha256(data).hexdigest()}
        sealed = manifest.model_copy(update={"files": files}).sealed()
        replace(folder / Layout.manifest, sealed.model_dump_json().encode())

    return change


def _renamed(data: bytes, file: str) -> bytes:
    if file.endswith(".json"):
        told = json.loads(data)
        one = told[0] if isinstance(told, list) else told
        one[f"new_{min(one)}"] = one.pop(min(one))
        return json.dumps(told).encode()
    if file.endswith(".npz"):
        arrays = dict(np.load(io.BytesIO(data)))
        arrays[f"new_{min(arrays)}"] = arrays.pop(min(arrays))
        stream = io.BytesIO()
        np.savez(stream, **arrays)
        return stream.getvalue()
    return b"version 9 " + data


PARTS = [
    Layout.observations, Layout.report("2031/32"), "search/lexicon.json", "search/vectors.faiss",
    "search/words/words.npz",
]  # fmt: skip
CHANGES = {
    "an older index": of_format(FORMAT - 1),
    "a newer index": of_format(FORMAT + 1),
    **{name: other_part(name) for name in PARTS},
}


def is_a_sentence(text: str) -> bool:
    """All that a face wrote; it says what to do."""
    return text.endswith(" run `cpbqa build` again.") and "\n" not in text and len(text.split()) > 10


@pytest.mark.parametrize("name", CHANGES)
def test_each_face_says_so_in_a_sentence(
    name: str, index: Path, corpus: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    CHANGES[name](index)
    where = ["--corpus", str(corpus), "--index", str(index)]
    codes = []
    for question in (BOATS, FERRY):
        codes.append(main(["ask", question, *where]))
        out = capsys.readouterr()
        assert codes[-1] == 0 or (out.out == "" and is_a_sentence(out.err.strip()))
    assert 2 in codes

    monkeypatch.setattr("sys.stdin", io.StringIO(f"{BOATS}\n{FERRY}\n"))
    main(["chat", *where])
    out = capsys.readouterr()
    lines = [line for line in (out.err + out.out).splitlines() if "cpbqa build" in line]
    assert lines
    assert all(map(is_a_sentence, lines))

    assert main(["doctor", *where]) == 2
    first = capsys.readouterr().out.split("\n")[0]
    assert first.startswith("broken  index ")
    assert is_a_sentence(first)

    # The bot does not begin with it; one that runs already keeps the index that it has.
    with pytest.raises(SnapshotError) as caught:
        Serving(index)
    assert is_a_sentence(str(caught.value))


@pytest.mark.parametrize("name", ["an older index", Layout.observations, "search/vectors.faiss"])
def test_a_build_mends_it_even_where_the_corpus_has_not_changed(name: str, index: Path, corpus: Path) -> None:
    CHANGES[name](index)
    assert cpbqa.build(corpus, index).changed
    bot = cpbqa.load(index)
    bot.prepare()
    assert [figure.value for figure in bot.ask(BOATS).figures] == ["17", "13"]
    assert not cpbqa.build(corpus, index).changed


def test_a_build_says_that_nothing_was_compared(index: Path, corpus: Path) -> None:
    of_format(FORMAT + 1)(index)
    assert cpbqa.build(corpus, index).summary == (
        "Built from 2 reports (2030/31, 2031/32): 2 measures, 14 figures, 6 passages. The index before it could not be "
        "read: nothing was compared with it."
    )
