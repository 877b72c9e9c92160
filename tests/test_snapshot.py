"""A snapshot that is not what was built is told, in one sentence, before anything is answered from it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import cpbqa
from cpbqa.bot import Bot
from cpbqa.cli import main
from cpbqa.domain import Answer, CpbqaError, EncoderError, SnapshotError
from cpbqa.history import publish
from cpbqa.snapshot import FORMAT, Layout, Manifest, Snapshot
from mini import BOATS, FERRY, replace

ENCODER = ["encoder.json", "model.bin", "model.onnx", "tokenizer.json"]


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


# Ways to spoil a file; None removes it.
HARMS: dict[str, Callable[[bytes], bytes | None]] = {
    "removed": lambda data: None,
    "empty": lambda data: b"",
    "cut at the end": lambda data: data[:-1],
    "cut in half": lambda data: data[: len(data) // 2],
    "longer": lambda data: data + b"\n",
    "a bit at the start": lambda data: flipped(data, 0),
    "a bit in the middle": lambda data: flipped(data, len(data) // 2),
    "a bit at the end": lambda data: flipped(data, len(data) - 1),
    "zeros": lambda data: bytes(len(data)),
    "another file": lambda data: b"\x00\xff not what was written",
}


def snapshot_folder(index: Path) -> Path:
    return index / Layout.snapshots / (index / Layout.current).read_text(encoding="utf-8").strip()


def encoder_folder(index: Path) -> Path:
    (folder,) = (index / Layout.encoders).iterdir()
    return folder


def spoil(path: Path, harm: str) -> None:
    data = HARMS[harm](path.read_bytes())
    if data is None:
        path.unlink()
    else:
        replace(path, data)


def restore(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def use(index: Path) -> Iterator[Answer]:
    """Open the index and use all of it."""
    bot = cpbqa.load(index)
    yield bot.ask(BOATS)
    yield bot.ask(FERRY)
    assert len(bot.figures) == 14
    assert len(bot.reports) == 2


def same(answer: Answer) -> dict[str, Any]:
    return {**answer.to_json(), "elapsed_ms": 0}


def assert_told(error: CpbqaError) -> None:
    text = str(error)
    assert text.endswith(".")
    assert "\n" not in text
    assert "run `cpbqa build`" in text


def test_it_answers_while_nothing_is_wrong(index: Path) -> None:
    boats, ferry = use(index)
    assert [figure.value for figure in boats.figures] == ["17", "13"]
    assert ferry.passages[0].highlight.startswith("The ferry to Gull Island began in May 2030")


def parts(index: Path) -> list[Path]:
    """Every file of the published snapshot."""
    return sorted(path for path in snapshot_folder(index).rglob("*") if path.is_file())


def test_the_manifest_lists_every_other_file(index: Path) -> None:
    folder = snapshot_folder(index)
    written = {path.relative_to(folder).as_posix() for path in parts(index)}
    assert set(Snapshot.open(index).manifest.files) == written - {Layout.manifest}
    assert written >= {Layout.manifest, Layout.observations, Layout.passages, "search/vectors.faiss"}


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_file_is_told_when_the_index_is_opened(index: Path, harm: str) -> None:
    for path in parts(index):
        if (path.name, harm) != (Layout.manifest, "longer"):  # a line feed at its end changes nothing that it says
            data = path.read_bytes()
            spoil(path, harm)
            with pytest.raises(SnapshotError) as caught:
                cpbqa.load(index)
            assert_told(caught.value)
            restore(path, data)
    assert list(use(index))


@pytest.mark.parametrize("harm", ["removed", "cut in half", "a bit in the middle"])
def test_a_file_damaged_later_is_told_or_not_needed(mini_index: Path, index: Path, harm: str) -> None:
    expected = [same(answer) for answer in use(mini_index)]
    told = 0
    for path in parts(index):
        bot, data = cpbqa.load(index), path.read_bytes()
        spoil(path, harm)
        for question, answer in zip((BOATS, FERRY), expected, strict=True):
            got = asked(bot, question)
            if isinstance(got, SnapshotError):
                assert_told(got)
                told += 1
            else:
                assert got == answer
        restore(path, data)
    assert told >= 3  # at the least passages, vectors and words, which no figure needs


def test_the_program_says_it_in_one_line(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(snapshot_folder(index) / "search" / "vectors.faiss", "cut in half")
    assert main(["ask", BOATS, "--index", str(index)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "vectors.faiss is not what was built; run `cpbqa build` again." in told.err


def asked(bot: Bot, question: str) -> dict[str, Any] | CpbqaError:
    """The answer, or the error that says why there is none."""
    try:
        return same(bot.ask(question))
    except CpbqaError as error:
        return error


# The weights are large, so they are not spoilt in every way.
LARGE = {"longer", "zeros", "a bit at the start", "a bit at the end", "another file", "empty"}


@pytest.mark.parametrize(
    ("name", "harm"),
    sorted({*product(ENCODER, HARMS)} - {("encoder.json", "longer")} - {("model.bin", harm) for harm in LARGE}),
)
def test_a_damaged_encoder_is_told_when_it_is_needed(mini_index: Path, index: Path, name: str, harm: str) -> None:
    expected = [same(answer) for answer in use(mini_index)]
    spoil(encoder_folder(index) / name, harm)
    bot = cpbqa.load(index)
    assert same(bot.ask(BOATS)) == expected[0], "a figure found by words needs no encoder"
    with pytest.raises((SnapshotError, EncoderError)) as caught:
        bot.ask(FERRY)
    assert_told(caught.value)


def test_an_encoder_that_was_never_compared_is_told(index: Path) -> None:
    """It is whole as far as its own list of files goes."""
    spoil(encoder_folder(index) / "encoder.json", "longer")
    with pytest.raises(SnapshotError, match="is not the one this index was checked with") as caught:
        cpbqa.load(index).ask(FERRY)
    assert_told(caught.value)


def test_an_index_without_its_encoder_is_told(index: Path) -> None:
    shutil.rmtree(index / Layout.encoders)
    with pytest.raises(EncoderError, match="There is no exported encoder") as caught:
        cpbqa.load(index).ask(FERRY)
    assert_told(caught.value)


def test_every_bit_of_the_manifest_counts(index: Path) -> None:
    path = snapshot_folder(index) / Layout.manifest
    data = path.read_bytes()
    for place in range(len(data)):
        replace(path, flipped(data, place))
        with pytest.raises(SnapshotError):
            Snapshot.open(index)
    replace(path, data)
    Snapshot.open(index)


# The manifest


def rewrite(index: Path, **changes: Any) -> None:
    path = snapshot_folder(index) / Layout.manifest
    replace(path, json.dumps({**json.loads(path.read_bytes()), **changes}).encode())


@pytest.mark.parametrize("version", [FORMAT + 1, 0, -1, None, "1", 1.5, [FORMAT]])
def test_another_format_is_told_by_its_number(index: Path, version: Any) -> None:
    rewrite(index, format=version)
    with pytest.raises(SnapshotError, match="another version of cpbqa") as caught:
        cpbqa.load(index)
    assert_told(caught.value)
    assert f"(format {version}, this one reads {FORMAT})" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["[]", "null", "3", '"x"', "{}", '{"format": 1}', "[" * 100_000, '{"format": 1, "id": 3}']
)
def test_a_manifest_that_is_none_is_told(index: Path, text: str) -> None:
    replace(snapshot_folder(index) / Layout.manifest, text.encode())
    with pytest.raises(SnapshotError) as caught:
        cpbqa.load(index)
    assert_told(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"authority": "Elsewhere"},
        {"files": {}},
        {"exported": "0" * 64},
        {"encoder": "../../elsewhere"},
        {"sources": []},
        {"seal": ""},
        {"more": 1},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_manifest_that_was_edited_is_told(index: Path, changes: dict[str, Any]) -> None:
    rewrite(index, **changes)
    with pytest.raises(SnapshotError, match="is damaged") as caught:
        cpbqa.load(index)
    assert_told(caught.value)


def test_a_snapshot_under_another_name_is_told(index: Path) -> None:
    folder = snapshot_folder(index)
    folder.rename(folder.with_name("0123456789abcdef"))
    publish(index, "0123456789abcdef")
    with pytest.raises(SnapshotError, match="is damaged"):
        cpbqa.load(index)


@pytest.mark.parametrize("data", [b'[{"id": 3}]', b"not JSON", None], ids=["other keys", "no JSON", "not listed"])
def test_parts_of_another_version_are_told(index: Path, data: bytes | None) -> None:
    """All digests are right, but a file is not what this code reads."""
    folder = snapshot_folder(index)
    manifest = Manifest.model_validate_json((folder / Layout.manifest).read_bytes())
    files = {name: digest for name, digest in manifest.files.items() if name != Layout.measures}
    if data is not None:
        replace(folder / Layout.measures, data)
        files[Layout.measures] = hashlib.sha256(data).hexdigest()
    sealed = manifest.model_copy(update={"files": files}).sealed()
    replace(folder / Layout.manifest, sealed.model_dump_json().encode())
    with pytest.raises(SnapshotError, match="not as this version of cpbqa writes it") as caught:
        cpbqa.load(index)
    assert_told(caught.value)


# CURRENT


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\xff\xfe\x00",
        b"..",
        b"../../../etc",
        b"/etc",
        b"snapshots",
        b"0123456789abcdef\n",
        b"0123456789ABCDEF\n",
        b"0123456789abcdef\n0123456789abcdef\n",
        b"a\x00b",
        b"x" * 5_000,
        ".\N{DIVISION SLASH}x".encode(),
    ],
)
def test_a_current_that_names_no_snapshot_is_told(index: Path, content: bytes) -> None:
    replace(index / Layout.current, content)
    with pytest.raises(SnapshotError) as caught:
        cpbqa.load(index)
    assert_told(caught.value)


def test_a_current_that_points_outside_is_told(index: Path, tmp_path: Path) -> None:
    """Also where a whole snapshot is there."""
    folder = snapshot_folder(index)
    shutil.copytree(folder, tmp_path / folder.name)
    for name in (f"../../{folder.name}", str(tmp_path / folder.name), f"./{folder.name}"):
        replace(index / Layout.current, name.encode())
        with pytest.raises(SnapshotError, match="does not name a snapshot") as caught:
            cpbqa.load(index)
        assert_told(caught.value)


def test_no_current_is_told(index: Path, tmp_path: Path) -> None:
    (index / Layout.current).unlink()
    (tmp_path / "file").touch()
    for place in (index, tmp_path / "nowhere", tmp_path / "file", index / Layout.snapshots):
        with pytest.raises(SnapshotError, match="There is no index in") as caught:
            cpbqa.load(place)
        assert_told(caught.value)
    (index / Layout.current).mkdir()
    with pytest.raises(SnapshotError):
        cpbqa.load(index)


def test_publishing_is_one_rename(index: Path) -> None:
    """Who reads while it happens reads the old name or the new one, whole."""
    name = snapshot_folder(index).name
    with (index / Layout.current).open("rb") as early:
        publish(index, "0123456789abcdef")
        assert early.read() == f"{name}\n".encode()
    assert (index / Layout.current).read_bytes() == b"0123456789abcdef\n"
    assert [p.name for p in index.iterdir() if p.name.startswith(f".{Layout.current}")] == []


def test_an_index_that_nobody_may_write_is_opened(index: Path) -> None:
    folders = [index, *(p for p in index.rglob("*") if p.is_dir())]
    for folder in folders:
        os.chmod(folder, 0o555)
    try:
        assert [bool(answer.figures or answer.passages) for answer in use(index)] == [True, True]
    finally:
        for folder in folders:
            os.chmod(folder, 0o755)
