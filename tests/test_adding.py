"""`cpbqa add`: a report comes into the corpus whole, or nothing changes."""

from __future__ import annotations

import hashlib
import os
import pty
import select
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from cpbqa.adding import add, read_addition, settle
from cpbqa.cli import main
from cpbqa.domain import CpbqaError, Report
from cpbqa.reading.corpus import load_corpus
from mini import NEW, OLD, write_corpus
from other_formats import as_word
from real_files import read

NEXT = (
    NEW.replace("2031/32", "2032/33").replace("2030/31", "2031/32x").replace("2029/30", "2030/31")
    .replace("2031/32x", "2031/32").replace("\t10\t13\t17", "\t13\t17\t21").replace("62.5%\t70.4%\tc", "70.4%\tc\t71%")
    .replace("Percentage of boats with a named skipper", "% boats that have a skipper by name")
)  # fmt: skip


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = write_corpus(tmp_path / "corpus")
    manifest = folder / "corpus.toml"
    manifest.write_text("# Ours.\n" + manifest.read_text() + "# The end.\n", encoding="utf-8")
    return folder


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


@pytest.fixture
def report(tmp_path: Path) -> Path:
    file = tmp_path / "final FINAL.pdf"
    file.write_text(NEXT, encoding="utf-8")
    return file


def test_a_report_is_shown_and_added_and_nothing_else_changes(
    corpus: Path, report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(corpus)
    manifest = (corpus / "corpus.toml").read_text()
    assert main(["add", str(report), "--report", "2032-33", "--corpus", str(corpus)]) == 0
    shown = capsys.readouterr().out
    assert "Northbrook Report 2032/33 (text), dated 2033-03-31" in shown
    assert "2 sections, 3 passages, 1 tables" in shown
    assert "2 measures, 7 figures" in shown
    assert shown.endswith("Added as corpus/reports/2032-33.txt. Nothing is published yet: run `cpbqa build`.\n")
    after = files(corpus)
    assert set(after) - set(before) == {"reports/2032-33.txt"}
    assert {name for name in before if after[name] != before[name]} == {"corpus.toml"}
    text = (corpus / "corpus.toml").read_text()
    assert text.startswith(manifest.rstrip())
    entry = load_corpus(corpus).entries[-1]
    assert (entry.id, entry.file, entry.copyright) == ("2032/33", "2032-33.txt", "© Northbrook")
    assert entry.sha256 == hashlib.sha256(report.read_bytes()).hexdigest()


def test_the_same_file_again_changes_nothing(corpus: Path, report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(read_addition(corpus, report, "2032/33"))
    before = files(corpus)
    assert main(["add", str(report), "--report", "2032/33", "--corpus", str(corpus)]) == 0
    assert "this very file already" in capsys.readouterr().out
    assert files(corpus) == before


def test_a_year_is_replaced_only_when_asked(corpus: Path, tmp_path: Path) -> None:
    word = tmp_path / "new.docx"
    word.write_bytes(as_word(read("2031/32", NEW)))
    before = files(corpus)
    with pytest.raises(CpbqaError, match="Add --replace"):
        read_addition(corpus, word, "2031/32")
    assert files(corpus) == before
    add(read_addition(corpus, word, "2031/32", replace=True))
    after = files(corpus)
    assert set(after) ^ set(before) == {"reports/2031-32.txt", "reports/2031-32.docx"}
    text = (corpus / "corpus.toml").read_text()
    assert text.startswith("# Ours.\n")
    assert text.endswith("# The end.\n")
    entries = load_corpus(corpus).entries
    assert [(e.id, e.file) for e in entries] == [("2030/31", "2030-31.txt"), ("2031/32", "2031-32.docx")]


@pytest.mark.parametrize(
    ("data", "year", "reason"),
    [
        (b"", "2032/33", "is empty"),
        (b"%PDF-1.7\n", "2032/33", "is damaged"),
        (b"<html><body>Sign in</body></html>", "2032/33", "is no report"),
        (
            b"Dear all,\n\nthe figures of 2032/33 will follow.\n",
            "2032/33",
            "has no figures, and no text under headings",
        ),
        (NEXT.encode(), "2040/41", "nowhere names 2040/41"),
        (NEXT.encode(), "2032", "is not a financial year"),
        (OLD.encode(), "2032/33", "in the corpus already, as the report 2030/31"),
    ],
    ids=["empty", "damaged", "a page", "a letter", "another year", "no year", "another report"],
)
def test_what_is_refused_changes_nothing(
    corpus: Path, report: Path, data: bytes, year: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report.write_bytes(data)
    before = files(corpus)
    assert main(["add", str(report), "--report", year, "--corpus", str(corpus)]) == 2
    told = capsys.readouterr()
    assert reason in told.err.replace("\n", " ")
    assert "Traceback" not in told.err
    assert files(corpus) == before


def test_a_folder_that_cannot_be_written_keeps_its_manifest(
    corpus: Path, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addition = read_addition(corpus, report, "2032/33")
    before = files(corpus)
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "corpus.toml":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(CpbqaError, match=r"cannot be written \(No space left on device\)\. Nothing was added"):
        add(addition)
    monkeypatch.undo()
    assert files(corpus) == before


def test_a_persons_word_is_kept_and_asked_no_more(corpus: Path, report: Path) -> None:
    addition = read_addition(corpus, report, "2032/33")
    assert [(q.older.text, q.newer.text) for q in addition.questions] == [
        ("Percentage of boats with a named skipper", "% boats that have a skipper by name")
    ] or addition.questions == ()
    for question in addition.questions:
        settle(corpus, question, same=True)
    (corpus / "measures.toml").write_text(
        (corpus / "measures.toml").read_text() + '\n[[identity]]\nwhole = "a"\nparts = ["b", "c"]\n'
    )
    again = read_addition(corpus, report, "2032/33")
    assert again.questions == ()


DOUBTFUL = (
    "Northbrook Board Annual Report 2032/33\n\nAppendix A: Indicators\n\n"
    "Name of indicator\t2030/31\t2031/32\t2032/33\tNational\nHarbour\t\t\t\t\n"
    "Crafts afloat\t12.25\t17.75\t21\t\nCrews trained\t70.4%\t68.1%\t71%\t\nBerths in use\t347\t361\t366\t\n"
)
BEFORE = NEW.replace("\t13\t17", "\t12.25\t17.75").replace("\tc\t", "\t68.1%\t") + "Ropes in store\t\t347\t361\t\n"


def in_terminal(command: list[str], keys: list[str]) -> tuple[str, int]:
    """Run a command in a terminal of its own and press keys at each prompt; what is shown, and how it ends."""
    ours, theirs = pty.openpty()
    run = subprocess.Popen(command, preexec_fn=partial(os.login_tty, theirs))
    os.close(theirs)
    shown, pressed = b"", 0
    try:
        while select.select([ours], [], [], 60)[0]:
            try:
                shown += os.read(ours, 4096)
            except OSError:  # It has closed its side.
                break
            if shown.count(b"leave it open > ") > pressed:
                os.write(ours, keys[pressed].encode())
                pressed += 1
        return shown.decode().replace("\r\n", "\n"), run.wait(timeout=60)
    finally:
        run.kill()
        os.close(ours)


@pytest.fixture
def doubtful(tmp_path: Path) -> list[str]:
    """The command that adds a report with three labels in doubt."""
    corpus = write_corpus(tmp_path / "doubtful", {"2030/31": OLD, "2031/32": BEFORE})
    file = tmp_path / "new.txt"
    file.write_text(DOUBTFUL, encoding="utf-8")
    return [sys.executable, "-m", "cpbqa", "add", str(file), "--report", "2032/33", "--corpus", str(corpus)]


def test_in_a_terminal_each_label_in_doubt_is_asked(doubtful: list[str]) -> None:
    corpus = Path(doubtful[-1])
    facts = (corpus / "measures.toml").read_text()
    shown, code = in_terminal(doubtful, ["perhaps\n", "Y\n", "n\n", "\n"])
    assert (code, "Labels in doubt: 3. They stay apart unless you link them." in shown) == (0, True), shown
    asked = [" ".join(part.split()) for part in shown.split("  y: one measure")]
    assert "Is “Crafts afloat” (2032/33 report) the same measure as “Number of Boats” (2031/32 report)?" in asked[0]
    assert asked[0].endswith(
        "2032/33 report: 2030/31: 12.25; 2031/32: 17.75; 2032/33: 21 "
        "2031/32 report: 2029/30: 10; 2030/31: 12.25; 2031/32: 17.75"
    )
    assert "Is “" not in asked[1], "what is neither yes nor no is asked again"
    assert ["Crews trained" in asked[2], "Berths in use" in asked[3]] == [True, True]
    assert "Added as corpus/reports/2032-33.txt." in shown
    assert (corpus / "measures.toml").read_text() == (
        f'{facts}\n[[measure]]\nlabel = "Number of Boats"\nalso = ["Crafts afloat"]\n\n[[measure]]\n'
        'label = "Percentage of boats with a named skipper"\nnever = ["Crews trained"]\n'
    )
    assert [entry.id for entry in load_corpus(corpus).entries] == ["2030/31", "2031/32", "2032/33"]


def test_whoever_leaves_at_a_question_has_added_nothing(doubtful: list[str]) -> None:
    before = files(Path(doubtful[-1]))
    shown, code = in_terminal(doubtful, ["y\n", "\x04"])
    assert (code, "Added" in shown, "Traceback" in shown) == (130, False, False), shown
    assert files(Path(doubtful[-1])) == before


def test_what_a_headline_prints_is_not_new(tmp_path: Path) -> None:
    headline = "There were 31 harbour pilots (at end of Mar 2032 - this was 30 at Mar 2031)\n"
    corpus = write_corpus(
        tmp_path / "corpus", {"2031/32": NEW.replace("The Lighthouse", f"{headline}\nThe Lighthouse")}
    )
    file = tmp_path / "next.txt"
    file.write_text(f"{NEXT}Number of harbour pilots\t30\t31\t33\t\nNumber of rafts\t3\t4\t5\t\n", encoding="utf-8")
    assert read_addition(corpus, file, "2032/33").new == ("Number of rafts",)


def test_the_same_report_as_word_adds_the_same(corpus: Path, report: Path, tmp_path: Path) -> None:
    plain = read_addition(corpus, report, "2032/33")
    word = tmp_path / "x"
    word.write_bytes(as_word(Report.model_validate(read("2032/33", NEXT).model_dump())))
    other = read_addition(corpus, word, "2032/33")
    assert (other.kind, plain.kind) == ("Word", "text")
    assert (other.sections, other.passages, other.measures, other.figures, other.new, other.dropped) == (
        plain.sections, plain.passages, plain.measures, plain.figures, plain.new, plain.dropped
    )  # fmt: skip


def test_a_corpus_begins_with_its_authority_and_its_first_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, file = tmp_path / "corpus", tmp_path / "report.txt"
    corpus.mkdir()
    file.write_text(OLD + "\nBoat\tLength\tAge\nGull\t12\t9\nTern\t14\t3\n", encoding="utf-8")
    assert main(["add", str(file), "--report", "2030/31", "--corpus", str(corpus)]) == 2
    (corpus / "corpus.toml").write_text('authority = "Northbrook"\n', encoding="utf-8")
    assert main(["add", str(file), "--report", "2030/31", "--yes", "--corpus", str(corpus)]) == 0
    shown = capsys.readouterr().out
    assert "New labels" not in shown
    assert (
        "  - A table in Appendix A: Indicators has numbers, but no header that names two years: its numbers are not "
        "figures.\n" in shown
    )
    (entry,) = load_corpus(corpus).entries
    assert (entry.id, entry.file, entry.copyright) == ("2030/31", "2030-31.txt", "© Northbrook")
    assert entry.title == "Northbrook report 2030/31"
