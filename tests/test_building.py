"""build: the same corpus gives the same index, a changed one another, and a fault leaves the published one in place."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

import cpbqa
from cpbqa import building, embedding
from cpbqa.bot import Bot
from cpbqa.changes import Changes
from cpbqa.cli import main
from cpbqa.domain import Answer, CorpusError, CpbqaError, EncoderError, ReadingError, SnapshotError
from cpbqa.evaluation import Case
from cpbqa.passages.exporting import verified
from cpbqa.publishing import writing
from cpbqa.snapshot import Layout, Snapshot
from mini import BOATS, FERRY, NEW, OLD, PROSE, build_mini, copy_index, edit, replace, write_corpus

REAL = Path(__file__).resolve().parent.parent / "corpus"
CHECKED, EXPORTED = "Checking the exported encoder", "Exporting the encoder"


@pytest.fixture
def index(tmp_path: Path, encoders: Path) -> Path:
    """An empty index folder, but for the exported encoder."""
    shutil.copytree(encoders, tmp_path / "index" / Layout.encoders, copy_function=os.link)
    return tmp_path / "index"


@pytest.fixture
def built(corpus: Path, mini_index: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A mini corpus and its index, both to be changed."""
    index = copy_index(mini_index, tmp_path / "index")
    (index / Layout.lock).unlink()
    return corpus, index


class Stages:
    """Takes down which stages a build reports."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int, int]] = []

    def __call__(self, stage: str, done: int, total: int) -> None:
        self.told.append((stage, done, total))

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(stage for stage, _, _ in self.told))


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder: when it was last written, and what it holds."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def published(index: Path) -> str:
    return (index / Layout.current).read_text(encoding="utf-8").strip()


def hidden(index: Path) -> list[str]:
    """The names of unfinished work."""
    return sorted(p.name for p in index.rglob(".*") if p.name != Layout.lock)


def same(answer: Answer) -> dict[str, Any]:
    """An answer but for the time it took."""
    return {**answer.to_json(), "elapsed_ms": 0}


def assert_compared(stages: Stages, known: frozenset[bytes], index: Path) -> None:
    """All vectors that were not known were compared with the exported encoder, and of the others every 16th."""
    now = Snapshot.open(index).compared
    assert {total for stage, _, total in stages.told if stage == CHECKED} == {
        len(now - known) + -(-len(now & known) // 16)
    }


def assert_finds_the_ferry(index: Path) -> None:
    """The passage comes first; whether it is sure enough of it is not for a corpus of six passages to say."""
    assert "began in May 2030" in cpbqa.load(index).ask(FERRY).passages[0].highlight


def is_a_sentence(error: BaseException) -> bool:
    text = str(error)
    return text.endswith(".") and "\n" not in text and len(text.split()) > 5


# The same again


def test_another_process_builds_the_same(
    bot: Bot, asked: dict[str, list[tuple[Case, Answer]]], index_folder: Path, tmp_path: Path
) -> None:
    """Nothing hangs on the order of sets, which differs from process to process. (A new version of the code is what
    makes the second process build at all.)"""
    index = copy_index(index_folder, tmp_path / "index")
    code = "import sys; from cpbqa import building as b; b.code_version = lambda: 'new'; b.build(*sys.argv[1:])"
    command = [sys.executable, "-c", code, str(REAL), str(index)]
    subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "12345"}, timeout=120, check=True)
    other = cpbqa.load(index)
    ours, theirs = bot.snapshot.manifest, other.snapshot.manifest
    assert theirs.id != ours.id
    told = {"id": ours.id, "code": ours.code, "seal": ours.seal, "files": ours.files}
    assert theirs.model_copy(update=told) == ours
    # Only what changed is another: there was nothing before the one, and the same before the other.
    assert {name for name in ours.files if ours.files[name] != theirs.files[name]} == {Layout.changes}
    assert Changes.model_validate_json((other.snapshot.folder / Layout.changes).read_bytes()).nothing
    for case, answer in asked["dev"][::4]:
        assert same(other.ask(case.question)) == same(answer)


def test_two_folders_hold_the_same_bytes(corpus: Path, encoders: Path, tmp_path: Path) -> None:
    one, other = (build_mini(corpus, tmp_path / name, encoders) for name in ("one", "other"))
    assert one == other
    assert one.changed
    assert one.summary == "Built from 2 reports (2030/31, 2031/32): 2 measures, 14 figures, 6 passages."
    written = [files(tmp_path / name / Layout.snapshots / one.id) for name in ("one", "other")]
    assert {name: data for name, (_, data) in written[0].items()} == {
        name: data for name, (_, data) in written[1].items()
    }


def test_a_mark_that_no_reader_sees_hinders_no_build(tmp_path: Path, encoders: Path) -> None:
    marked = NEW.replace("\t17", "\t[bookmark: _Hlk1]17").replace("nine apple", "<b>nine</b> apple")
    corpus = write_corpus(tmp_path / "corpus", {"2031/32": marked})
    assert build_mini(corpus, tmp_path / "index", encoders).changed
    bot = cpbqa.load(tmp_path / "index")
    figure = bot.ask(BOATS).figures[0]
    assert (figure.value, figure.citation.quote) == ("17", "Number of Boats\t10\t13\t17")
    assert "nine apple trees" in bot.ask("when did the garden in Elm Road open?").passages[0].text


def test_a_second_build_does_nothing(built: tuple[Path, Path]) -> None:
    corpus, index = built
    before, stages = files(index), Stages()
    second = cpbqa.build(str(corpus), str(index), stages)
    assert (second.id, second.changed, stages.told) == (published(index), False, [])
    assert second.summary == "Nothing has changed: the index is up to date."
    assert files(index) == before


def test_the_stages_of_a_build_are_told_to_their_end(corpus: Path, tmp_path: Path) -> None:
    stages, threads = Stages(), set()

    def note(stage: str, done: int, total: int) -> None:
        stages(stage, done, total)
        threads.add(threading.current_thread())

    cpbqa.build(corpus, tmp_path / "index", note)
    assert stages.names == [
        "Reading reports", "Linking measures", "Indexing words", "Loading the encoder", EXPORTED, "Embedding sentences",
        "Embedding passages", CHECKED, "Writing the index", "Checking every citation", "Seeing what changed",
    ]  # fmt: skip
    assert threads == {threading.current_thread()}, "who is told need not think of threads"
    last = {stage: (done, total) for stage, done, total in stages.told}
    assert all(done == total > 0 for done, total in last.values())


# Something else


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("vocabulary.toml", '"vessel"', '"barge"'),
        ("measures.toml", '"higher"', '"lower"'),
        ("corpus.toml", "Northbrook Report 2031/32", "Northbrook: the Report"),
    ],
)
def test_changed_data_is_another_snapshot(built: tuple[Path, Path], file: str, old: str, new: str) -> None:
    corpus, index = built
    first = published(index)
    kept = files(index / Layout.snapshots / first)
    edit(corpus / file, old, new)
    second = cpbqa.build(corpus, index)
    assert second.changed
    assert (published(index), second.id != first) == (second.id, True)
    assert files(index / Layout.snapshots / first) == kept
    edit(corpus / file, new, old)
    assert cpbqa.build(corpus, index).id == published(index) == first
    assert files(index / Layout.snapshots / first) == kept, "an intact snapshot stays as it is"


def test_a_changed_report_is_another_snapshot(built: tuple[Path, Path]) -> None:
    corpus, index = built
    first = published(index)
    assert "17 in 2031/32" in cpbqa.load(index).ask(BOATS).text
    put(REPORT, NEW.replace("\t17\t", "\t18\t").encode())(corpus)
    assert cpbqa.build(corpus, index).id != first
    assert "18 in 2031/32" in cpbqa.load(index).ask(BOATS).text


def test_changed_code_is_another_snapshot(built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, index = built
    first = published(index)
    monkeypatch.setattr(building, "code_version", lambda: "0123456789abcdef")
    second = cpbqa.build(corpus, index)
    assert second.changed
    assert second.id != first
    assert cpbqa.load(index).snapshot.manifest.code == "0123456789abcdef"


def test_a_report_more_is_told_in_the_answer(tmp_path: Path, index: Path) -> None:
    cpbqa.build(write_corpus(tmp_path / "one", {"2030/31": OLD}), index)
    assert [figure.value for figure in cpbqa.load(index).ask(BOATS).figures] == ["12", "10"]
    cpbqa.build(write_corpus(tmp_path / "two"), index)
    answer = cpbqa.load(index).ask(BOATS)
    assert [figure.value for figure in answer.figures] == ["17", "13"]
    assert [(e.value, e.report) for e in answer.figures[1].restated_from] == [("12", "2030/31")]


def test_an_open_snapshot_goes_on_answering(built: tuple[Path, Path]) -> None:
    corpus, index = built
    early, late = cpbqa.load(index), cpbqa.load(index)
    before = same(early.ask(FERRY))
    edit(corpus / "vocabulary.toml", '"vessel"', '"barge"')
    assert cpbqa.build(corpus, index).changed
    assert same(early.ask(FERRY)) == same(late.ask(FERRY)) == before


# Odd reports


def test_a_report_without_a_table_answers_passages(tmp_path: Path, index: Path) -> None:
    result = cpbqa.build(write_corpus(tmp_path / "corpus", {"2030/31": PROSE}), index)
    assert "0 measures, 0 figures" in result.summary
    bot = cpbqa.load(index)
    assert_finds_the_ferry(index)
    assert bot.ask(BOATS).figures == ()
    assert list(bot.figures.columns)[:2] == ["measure_id", "measure"]
    assert bot.figures.empty


@pytest.mark.parametrize("text", ["Foreword\n", "word", "Number of Boats\t3\t4\n"])
def test_a_report_with_next_to_nothing_in_it_makes_no_answer(tmp_path: Path, index: Path, text: str) -> None:
    cpbqa.build(write_corpus(tmp_path / "corpus", {"2030/31": text}, measures=""), index)
    bot = cpbqa.load(index)
    for question in (BOATS, FERRY, "who chairs the board?"):
        assert bot.ask(question).outcome != "figures"
        assert bot.ask(question).figures == ()


# Faults of the corpus


def no_folder(corpus: Path) -> None:
    shutil.rmtree(corpus)


def change(file: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda corpus: edit(corpus / file, old, new)


def put(file: str, data: bytes) -> Callable[[Path], None]:
    """Write a file; a report's digest in the manifest is made to fit."""

    def act(corpus: Path) -> None:
        (corpus / file).unlink()
        (corpus / file).write_bytes(data)
        if file.startswith("reports/"):
            edit(corpus / "corpus.toml", hashlib.sha256(NEW.encode()).hexdigest(), hashlib.sha256(data).hexdigest())

    return act


def drop(file: str) -> Callable[[Path], None]:
    return lambda corpus: (corpus / file).unlink()


def twice(corpus: Path) -> None:
    edit(corpus / "corpus.toml", 'id = "2031/32"', 'id = "2030/31"')


REPORT = "reports/2031-32.txt"


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (no_folder, ["no corpus folder", "--corpus"]),
        (drop("corpus.toml"), ["corpus.toml is missing"]),
        (put("corpus.toml", b""), ["names no report", "cpbqa add"]),
        (put("corpus.toml", b'authority = "A"\nreport = 3\n'), ["corpus.toml", "report", "Mend it"]),
        (put("corpus.toml", b'authority = "A"\nreport = ["x"]\n'), ["corpus.toml", "report 1", "Mend it"]),
        (put("corpus.toml", b"authority = \xff\n"), ["corpus.toml is not valid TOML"]),
        (change("corpus.toml", 'authority = "Northbrook"', "authority = 5"), ["corpus.toml", "authority"]),
        (change("corpus.toml", 'authority = "Northbrook"', 'authority = " "'), ["does not name the authority"]),
        (change("corpus.toml", '"2031-32.txt"', "2031-32.txt"), ["corpus.toml is not valid TOML", "line"]),
        (change("corpus.toml", "copyright", "copywrite"), ["corpus.toml", "report 1, co"]),
        (change("corpus.toml", "[[report]]", "colour = 1\n[[report]]"), ["corpus.toml", "colour: no such key"]),
        (change("corpus.toml", "[[report]]", "[[reports]]"), ["corpus.toml", "reports: no such key"]),
        (change("corpus.toml", 'file = "2031-32.txt"\n', ""), ["corpus.toml", "report 2, file: Field required"]),
        (change("corpus.toml", "date = 2031-03-31", 'date = "soon"'), ["corpus.toml", "report 2, date"]),
        (change("corpus.toml", 'id = "2031/32"', 'id = "summer"'), ["'summer' is not a financial year", "2024/25"]),
        (change("corpus.toml", 'id = "2031/32"', 'id = "2031/33"'), ["'2031/33' is not a financial year"]),
        (change("corpus.toml", 'id = "2031/32"', 'id = "2031-32"'), ["'2031-32' is not a financial year"]),
        (twice, ["names the report 2030/31 twice"]),
        (change("corpus.toml", '"2031-32.txt"', '"2030-31.txt"'), ["'2030-31.txt' for both 2030/31 and 2031/32"]),
        (change("corpus.toml", '"2031-32.txt"', '"../corpus.toml"'), ["'../corpus.toml'", "corpus/reports/ itself"]),
        (change("corpus.toml", '"2031-32.txt"', '"/etc/passwd"'), ["'/etc/passwd'", "corpus/reports/ itself"]),
        (change("corpus.toml", '"2031-32.txt"', '"..\\\\x"'), ["corpus/reports/ itself"]),
        (change("corpus.toml", '"2031-32.txt"', '".."'), ["'..'", "corpus/reports/ itself"]),
        (change("corpus.toml", '"2031-32.txt"', '""'), ["corpus/reports/ itself"]),
        (change("corpus.toml", '"2031-32.txt"', '"a\\u0000b"'), ["2031/32", "cannot be read"]),
        (drop(REPORT), [REPORT, "cannot be read", "Put it back"]),
        (change(REPORT, "pond", "lake"), [REPORT, "has changed", "Put the right file back", "its digest into corpus"]),
        (put(REPORT, b""), ["2031/32 is empty"]),
        (put(REPORT, b"\n\t\n \xc2\xa0\n"), ["2031/32 is empty"]),
        (put(REPORT, b"caf\xe9"), ["2031/32 is not UTF-8 text", "Save it as UTF-8"]),
        (put(REPORT, b"PK\x03\x04\x00\x00"), ["2031/32 is damaged", "cannot be opened"]),
        (change("vocabulary.toml", "[same]", "[same"), ["vocabulary.toml is not valid TOML"]),
        (change("vocabulary.toml", "[same]", "[samme]"), ["vocabulary.toml", "samme: no such key"]),
        (put("vocabulary.toml", b'[same]\nboat = "ship"\n'), ["vocabulary.toml", "same, boat"]),
        (put("vocabulary.toml", b'filler = "please"\n'), ["vocabulary.toml", "filler"]),
        (put("vocabulary.toml", b'[speech.joining]\nalsoo = ["and"]\n'), ["speech, joining, alsoo: no such key"]),
        (put("vocabulary.toml", b'[speech.joining]\nalso = ["and", " "]\n'), ["speech, joining, also 2: a phrase is"]),
        (put("vocabulary.toml", b'[operations]\ntrend = ["trend"]\n'), ["be: it has no 'also' in [speech.joining]"]),
        (change("measures.toml", "better", "bettre"), ["measures.toml", "measure 1, bettre: no such key"]),
        (change("measures.toml", '"higher"', '"up"'), ["measures.toml", "measure 1, better"]),
        (change("measures.toml", "[[measure]]", "[[measures]]"), ["measures.toml", "measures: no such key"]),
    ],
)  # fmt: skip
def test_a_faulty_corpus_is_told_and_nothing_published(
    built: tuple[Path, Path], harm: Callable[[Path], None], words: list[str]
) -> None:
    corpus, index = built
    before = files(index)
    harm(corpus)
    with pytest.raises(CorpusError) as caught:
        cpbqa.build(corpus, index)
    assert is_a_sentence(caught.value)
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)
    assert {name: data for name, data in files(index).items() if name != Layout.lock} == before
    assert cpbqa.load(index).ask(BOATS).figures[0].value == "17"


def test_the_program_says_it_in_one_line(built: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    corpus, index = built
    change(REPORT, "pond", "lake")(corpus)
    assert main(["build", "--corpus", str(corpus), "--index", str(index)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "2031-32.txt has changed" in told.err


def test_a_reading_error_is_a_corpus_error(built: tuple[Path, Path]) -> None:
    corpus, index = built
    put(REPORT, b"")(corpus)
    with pytest.raises(ReadingError):
        cpbqa.build(corpus, index)


def test_without_vocabulary_and_measures_it_builds(corpus: Path, index: Path) -> None:
    (corpus / "vocabulary.toml").unlink()
    (corpus / "measures.toml").unlink()
    cpbqa.build(corpus, index)
    assert cpbqa.load(index).ask("Number of Boats").figures[0].value == "17"


def test_a_manifest_from_notepad_is_read(corpus: Path, index: Path) -> None:
    manifest = corpus / "corpus.toml"
    manifest.write_bytes(b"\xef\xbb\xbf" + manifest.read_bytes().replace(b"\n", b"\r\n"))
    assert cpbqa.build(corpus, index).changed


# Faults of the index


@pytest.mark.parametrize("name", ["model.bin", "encoder.json"])
def test_a_damaged_encoder_is_repaired(built: tuple[Path, Path], name: str) -> None:
    corpus, index = built
    snapshot = Snapshot.open(index)
    folder, intact = index / Layout.encoders / snapshot.manifest.encoder, files(index / Layout.encoders)
    replace(folder / name, (folder / name).read_bytes()[:-7])
    stages = Stages()
    result = cpbqa.build(corpus, index, stages)
    assert (result.changed, result.id) == (True, snapshot.manifest.id)
    assert EXPORTED in stages.names
    verified(folder)
    assert {k: data for k, (_, data) in files(index / Layout.encoders).items()} == {
        k: data for k, (_, data) in intact.items()
    }
    assert cpbqa.build(corpus, index).changed is False


def test_an_index_without_its_encoder_gets_it_again(built: tuple[Path, Path]) -> None:
    corpus, index = built
    shutil.rmtree(index / Layout.encoders)
    assert cpbqa.build(corpus, index).changed
    assert_finds_the_ferry(index)


def test_another_encoder_in_its_place_is_compared_again(built: tuple[Path, Path]) -> None:
    """It is whole, but not the one that the published vectors were compared with."""
    corpus, index = built
    folder = index / Layout.encoders / Snapshot.open(index).manifest.encoder
    said = json.loads((folder / "encoder.json").read_bytes())
    replace(folder / "encoder.json", json.dumps({**said, "max_length": 128}).encode())
    with pytest.raises(SnapshotError, match="not the one this index was checked with"):
        cpbqa.load(index).ask(FERRY)
    stages, known = Stages(), Snapshot.open(index).compared
    assert cpbqa.build(corpus, index, stages).changed
    assert not Snapshot.open(index).compared & known
    assert_compared(stages, known, index)
    assert_finds_the_ferry(index)
    assert cpbqa.build(corpus, index).changed is False


def test_a_damaged_snapshot_is_built_again(built: tuple[Path, Path]) -> None:
    corpus, index = built
    snapshot = Snapshot.open(index)
    replace(snapshot.folder / Layout.passages, b"[]")
    assert cpbqa.build(corpus, index).changed
    assert_finds_the_ferry(index)
    assert hidden(index) == []


@pytest.mark.parametrize("harm", ["removed", "damaged"])
def test_without_the_cache_of_vectors_it_builds(built: tuple[Path, Path], harm: str) -> None:
    corpus, index = built
    (cache,) = (index / Layout.cache).iterdir()
    cache.unlink()
    if harm == "damaged":
        cache.write_bytes(b"PK\x03\x04")
    edit(corpus / "vocabulary.toml", '"vessel"', '"barge"')
    assert cpbqa.build(corpus, index).changed
    assert_finds_the_ferry(index)


def test_a_place_that_cannot_be_written_is_told(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("I am a file.")
    with pytest.raises(SnapshotError, match="The index cannot be written to ") as caught:
        cpbqa.build(corpus, tmp_path / "index")
    assert is_a_sentence(caught.value)


# The two encoders are compared before anything is published


def test_nothing_is_compared_twice_but_a_sample(built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, index = built
    # Nothing calls this: everything is known, and seconds and a gigabyte are spared.
    monkeypatch.setattr(embedding, "builder_process", None)
    texts = len(Snapshot.open(index).compared)
    edit(corpus / "vocabulary.toml", '"vessel"', '"barge"')
    stages = Stages()
    assert cpbqa.build(corpus, index, stages).changed
    assert "Embedding passages" not in stages.names
    compared = {total for stage, _, total in stages.told if stage == CHECKED}
    assert compared == {-(-texts // 16)}


def test_of_many_vouched_vectors_no_more_are_compared(
    built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, index = built
    assert len(Snapshot.open(index).compared) == 6
    monkeypatch.setattr(embedding, "_SAMPLE", 1)
    monkeypatch.setattr(embedding, "_MOST", 2)
    edit(corpus / "vocabulary.toml", '"vessel"', '"barge"')
    stages = Stages()
    cpbqa.build(corpus, index, stages)
    assert {total for stage, _, total in stages.told if stage == CHECKED} == {2}


def test_new_passages_are_compared(index: Path, tmp_path: Path) -> None:
    cpbqa.build(write_corpus(tmp_path / "one", {"2030/31": OLD}), index)
    stages = Stages()
    known = Snapshot.open(index).compared
    cpbqa.build(write_corpus(tmp_path / "two"), index, stages)
    assert len(Snapshot.open(index).compared - known) >= 2
    assert_compared(stages, known, index)


def test_a_refused_encoder_is_refused_again(built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The first refusal leaves its vectors in the cache and its export in place; neither may be trusted for that."""
    corpus, index = built
    before = published(index)
    text = NEW.replace("a pond", "a lake with ducks")
    put(REPORT, text.encode())(corpus)
    with monkeypatch.context() as patch:
        patch.setattr(embedding, "agreement", lambda ours, theirs: 0.99)
        for _ in range(2):
            with pytest.raises(EncoderError, match=r"lowest cosine 0.99000\). Nothing was published") as caught:
                cpbqa.build(corpus, index)
            assert is_a_sentence(caught.value)
            assert published(index) == before
            assert cpbqa.load(index).ask(BOATS).figures[0].value == "17"
    stages, known = Stages(), Snapshot.open(index).compared
    assert cpbqa.build(corpus, index, stages).changed
    assert Snapshot.open(index).compared - known
    assert_compared(stages, known, index)


class Stopped(BaseException):
    """A build that ends right here, as by Ctrl-C."""


@pytest.mark.parametrize(
    ("stage", "end"),
    [
        ("Embedding passages", True),
        (EXPORTED, True),
        (CHECKED, True),
    ],
)
def test_a_build_that_was_stopped_is_made_up_for(built: tuple[Path, Path], stage: str, end: bool) -> None:
    corpus, index = built
    before = published(index)
    put(REPORT, NEW.replace("a pond", "a lake").encode())(corpus)
    if stage == EXPORTED:
        shutil.rmtree(index / Layout.encoders)

    def stop(name: str, done: int, total: int) -> None:
        if name == stage and (done == total or not end):
            raise Stopped

    with pytest.raises(Stopped):
        cpbqa.build(corpus, index, stop)
    assert published(index) == before
    assert cpbqa.load(index).ask(BOATS).figures[0].value == "17"
    stages, known = Stages(), Snapshot.open(index).compared
    assert cpbqa.build(corpus, index, stages).changed
    assert Snapshot.open(index).compared - known
    assert_compared(stages, known, index)  # nothing that was not compared is published
    assert "a lake" in cpbqa.load(index).ask("what does the garden in Elm Road have?").text
    assert hidden(index) == []


class Failing:
    """The builder's encoder, until it has embedded one chunk."""

    def __init__(self, builder: Any) -> None:
        self._builder, self._left = builder, 1

    def encode(self, texts: Sequence[str]) -> Any:
        if not self._left:
            raise EncoderError("The process that embeds was killed.")
        self._left -= 1
        return self._builder.encode(texts)


def test_what_was_embedded_before_the_encoder_failed_is_kept(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "_CHUNK", 2)
    with monkeypatch.context() as patch, embedding.builder_process(1) as builder:
        patch.setattr(embedding, "builder_process", lambda threads: nullcontext(Failing(builder)))
        with pytest.raises(EncoderError, match="was killed"):
            cpbqa.build(corpus, index)
    assert hidden(index) == []
    stages = Stages()
    cpbqa.build(corpus, index, stages)
    texts = len(Snapshot.open(index).compared)
    assert {total for stage, _, total in stages.told if stage == "Embedding passages"} == {texts - 2}
    assert_compared(stages, frozenset(), index)


def test_a_build_killed_between_export_and_comparison(built: tuple[Path, Path]) -> None:
    corpus, index = built
    before = published(index)
    put(REPORT, NEW.replace("a pond", "a lake").encode())(corpus)
    code = (
        "import os, signal, sys, cpbqa\n"
        f"def kill(stage, done, total):\n    if stage == {CHECKED!r}: os.kill(os.getpid(), signal.SIGKILL)\n"
        "cpbqa.build(sys.argv[1], sys.argv[2], kill)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(corpus), str(index)], timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert published(index) == before
    stages, known = Stages(), Snapshot.open(index).compared
    assert cpbqa.build(corpus, index, stages).changed
    assert Snapshot.open(index).compared - known
    assert_compared(stages, known, index)


# Unfinished work, and builds at the same time


def test_what_killed_builds_left_goes(built: tuple[Path, Path]) -> None:
    corpus, index = built
    encoder = Snapshot.open(index).manifest.encoder
    (index / Layout.snapshots / ".0123456789abcdef.4711" / "search").mkdir(parents=True)
    (index / Layout.snapshots / ".0123456789abcdef.old").mkdir()
    (index / Layout.encoders / f".{encoder}.0123.tmp").mkdir()
    (index / Layout.encoders / f".{encoder}.0123.tmp" / "model.bin").write_bytes(b"half of it")
    (index / Layout.cache / f".{encoder}.npz.0123.tmp").write_bytes(b"half of it")
    (index / f".{Layout.current}.4711").write_text("0123")
    assert len(hidden(index)) == 5
    edit(corpus / "vocabulary.toml", '"vessel"', '"barge"')
    cpbqa.build(corpus, index)
    assert hidden(index) == []


def test_builds_at_the_same_time_wait_for_each_other(built: tuple[Path, Path]) -> None:
    corpus, index = built
    edit(corpus / "vocabulary.toml", '"vessel"', '"barge"')
    results, waiting, stages = [], threading.Event(), Stages()

    def note(stage: str, done: int, total: int) -> None:
        stages(stage, done, total)
        waiting.set()

    other = threading.Thread(target=lambda: results.append(cpbqa.build(corpus, index, note)))
    with writing(index):
        other.start()
        assert waiting.wait(timeout=60)
        assert stages.told == [("Waiting for another build", 0, 0)]
        assert Snapshot.open(index).manifest.id == published(index)
    other.join(timeout=60)
    assert results[0].changed


def test_of_many_builds_one_builds(corpus: Path, index: Path) -> None:
    results: list[building.BuildResult] = []
    threads = [threading.Thread(target=lambda: results.append(cpbqa.build(corpus, index))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert sorted(result.changed for result in results) == [False, False, False, True]
    assert {result.id for result in results} == {published(index)}


def test_every_error_of_a_build_is_one_of_ours(corpus: Path, tmp_path: Path) -> None:
    """An index below a file cannot be made: the error says so in our words."""
    (tmp_path / "file").touch()
    with pytest.raises(CpbqaError):
        cpbqa.build(corpus, tmp_path / "file" / "index")
