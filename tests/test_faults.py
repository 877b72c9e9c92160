"""Whatever happens to a build, the published snapshot stays whole, opens, and answers.

The builds here are real processes over a made-up corpus whose vectors are known, so that one takes seconds. `make test`
tries a few moments, `make faults` many.
"""

from __future__ import annotations

import gc
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cpbqa
from cpbqa.bot import Bot
from cpbqa.checking import check_citations
from cpbqa.history import lineage, publications
from cpbqa.snapshot import Layout, Snapshot, published_name, snapshot_names
from mini import BOATS, FERRY, build_mini, copy_index, edit, write_corpus

BUILDER = Path(__file__).with_name("builder_process.py")
TITLE = "Northbrook Report 2031/32"
FEW, KILLS, FULL = 2, 200, 20
# Far more seconds than a build takes on a busy machine: only one that hangs is ended so.
HANGS = 900


def run(corpus: Path, index: Path, *what: str, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [*prefix, sys.executable, str(BUILDER), str(corpus), str(index), *what]
    return subprocess.run(command, capture_output=True, text=True, timeout=HANGS, check=False)


def change(corpus: Path, number: int) -> None:
    """Give the corpus another title, so that there is something to build."""
    manifest = corpus / "corpus.toml"
    lines = manifest.read_text(encoding="utf-8").split("\n")
    lines = [f'title = "{TITLE} ({number})"' if line.startswith(f'title = "{TITLE}') else line for line in lines]
    manifest.write_text("\n".join(lines), encoding="utf-8")


def assert_whole(index: Path) -> Bot:
    """The published snapshot opens, every citation of it is found, and it answers."""
    snapshot = Snapshot.open(index)
    check_citations(snapshot, anew=True)
    bot = Bot(snapshot)
    assert [figure.value for figure in bot.ask(BOATS).figures] == ["17", "13"]
    assert "began in May 2030" in bot.ask(FERRY).passages[0].highlight
    return bot


def assert_a_sentence(text: str) -> None:
    assert text.strip().endswith(".")
    assert text.strip().count("\n") == 0
    assert "Traceback" not in text


@pytest.fixture(scope="module")
def moments(mini_index: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many moments a build of a changed corpus has."""
    folder = tmp_path_factory.mktemp("counted")
    corpus = write_corpus(folder / "corpus")
    change(corpus, 0)
    counted = run(corpus, copy_index(mini_index, folder / "index"), "count")
    assert counted.returncode == 0, counted.stderr
    return int(counted.stdout)


def killed(corpus: Path, index: Path, total: int, times: int) -> None:
    """Kill build after build at moments chosen by a fixed seed; each begins where the last one left the folder."""
    chance = random.Random(20251122)
    assert total > 40
    for number in range(times):
        change(corpus, number + 1)
        before = published_name(index)
        at = chance.randint(1, total)
        ended = run(corpus, index, "kill", str(at))
        # Fewer moments than in the first count (a folder that is there already): then it ended by itself.
        assert ended.returncode in (-9, 0), ended.stderr
        assert ended.returncode == -9 or at > total - 12
        assert_whole(index)
        assert published_name(index) == before or before in lineage(index)
    change(corpus, times + 1)
    gc.collect()  # no reader of ours is left that would keep a snapshot from being cleared away
    last = cpbqa.build(corpus, index, kept=2)
    assert last.changed
    assert published_name(index) == last.id == publications(index)[-1].id
    assert sorted(p.name for p in index.rglob(".*")) == [Layout.lock], "no half work is left"
    assert len(snapshot_names(index)) == 2
    assert_whole(index)


def test_a_build_that_is_killed(corpus: Path, index: Path, moments: int) -> None:
    killed(corpus, index, moments, FEW)


@pytest.mark.faults
def test_builds_that_are_killed_at_many_moments(corpus: Path, index: Path, moments: int) -> None:
    killed(corpus, index, moments, KILLS)


@pytest.mark.faults
def test_a_build_that_is_killed_at_every_moment_of_publishing(corpus: Path, index: Path, moments: int) -> None:
    """The last ones: sealing, renaming, CURRENT, the history, old snapshots that go."""
    for at in range(moments - 30, moments + 1):
        change(corpus, at)
        run(corpus, index, "kill", str(at))
        assert_whole(index)


def test_a_disk_that_is_full(corpus: Path, index: Path, moments: int) -> None:
    """From one moment on, nothing below the index takes another byte."""
    chance = random.Random(7)
    for number in range(FEW):
        change(corpus, number + 1)
        before = published_name(index)
        ended = run(corpus, index, "full", str(chance.randint(2, moments - 15)))
        assert ended.returncode == 3, ended.stderr
        assert_a_sentence(ended.stdout)
        assert "No space left on device" in ended.stdout
        assert published_name(index) == before
        assert_whole(index)
    change(corpus, FEW + 1)
    assert cpbqa.build(corpus, index).changed


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, 140 MB, in memory; only root may make one."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=140m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.faults
def test_a_small_disk_that_fills_up(corpus: Path, index: Path, small_disk: Path) -> None:
    """A real disk, with so many bytes left that it is full at one write or another."""
    place, chance = small_disk / "index", random.Random(11)
    shutil.copytree(index, place)
    needed = sum(path.stat().st_size for path in Snapshot.open(place).folder.rglob("*")) + 60_000
    refused = 0
    for number in range(FULL):
        change(corpus, number + 1)
        before = published_name(place)
        room = os.statvfs(place)
        filler = small_disk / "filler"
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - chance.randrange(4_096, needed, 512))
        ended = run(corpus, place, "plain")
        assert ended.returncode in (0, 3), ended.stderr
        assert_whole(place)
        if ended.returncode == 3:
            refused += 1
            assert_a_sentence(ended.stdout)
            assert published_name(place) == before
        filler.unlink()
    assert refused >= FULL // 2
    change(corpus, FULL + 1)
    assert cpbqa.build(corpus, place).changed


def test_a_folder_that_nobody_may_write(corpus: Path, index: Path) -> None:
    change(corpus, 1)
    before = published_name(index)
    # Permissions mean nothing to root, unless it does without the right to pass them over.
    setpriv = shutil.which("setpriv")
    if os.geteuid() == 0 and not setpriv:
        pytest.skip("root may write everywhere")
    prefix = (setpriv or "", "--bounding-set", "-dac_override") if os.geteuid() == 0 else ()
    folders = [index, *(p for p in index.rglob("*") if p.is_dir())]
    (index / Layout.lock).unlink(missing_ok=True)
    for folder in folders:
        folder.chmod(0o555)
    try:
        ended = run(corpus, index, "plain", prefix=prefix)
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert ended.returncode == 3, ended.stderr
    assert_a_sentence(ended.stdout)
    assert "The index cannot be written to" in ended.stdout
    assert "Permission denied" in ended.stdout
    assert published_name(index) == before
    assert_whole(index)


def test_two_builds_at_once_and_a_reader(corpus: Path, index: Path) -> None:
    """One builds, the other waits and finds it done; who asks meanwhile gets a whole answer, of the old or the new."""
    change(corpus, 1)
    old = published_name(index)
    early = cpbqa.load(index)
    command = [sys.executable, str(BUILDER), str(corpus), str(index), "plain"]
    builds = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    seen = set()
    while any(build.poll() is None for build in builds):
        bot = cpbqa.load(index)
        assert [figure.value for figure in bot.ask(BOATS).figures] == ["17", "13"]
        seen.add(bot.snapshot.manifest.id)
    for build in builds:
        out, error = build.communicate(timeout=60)
        assert build.returncode == 0, out + error
    new = published_name(index)
    assert new != old
    assert seen <= {old, new}
    assert [p.id for p in publications(index)] == [old, new]
    assert "began in May 2030" in early.ask(FERRY).passages[0].highlight


@pytest.mark.faults
def test_a_reader_while_snapshots_come_and_go(corpus: Path, index: Path) -> None:
    """Each build removes the one before: a reader holds its own, or opens the newest."""
    for number in range(12):
        change(corpus, number)
        command = [sys.executable, str(BUILDER), str(corpus), str(index), "plain"]
        build = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        reader = cpbqa.load(index)
        while build.poll() is None:
            assert [figure.value for figure in cpbqa.load(index).ask(BOATS).figures] == ["17", "13"]
        build.communicate(timeout=60)
        assert "began in May 2030" in reader.ask(FERRY).passages[0].highlight


def test_the_cache_of_vectors_goes_on_where_a_killed_build_was(tmp_path: Path, encoders: Path) -> None:
    """What was embedded is in the file, whatever happened to the rest of the folder."""
    corpus = write_corpus(tmp_path / "corpus")
    build_mini(corpus, tmp_path / "index", encoders)
    shutil.rmtree(tmp_path / "index" / Layout.snapshots)
    (tmp_path / "index" / Layout.current).unlink()
    edit(corpus / "vocabulary.toml", '"vessel"', '"barge"')
    stages: list[str] = []
    cpbqa.build(corpus, tmp_path / "index", lambda stage, done, total: stages.append(stage))
    assert "Embedding passages" not in stages
    assert_whole(tmp_path / "index")
