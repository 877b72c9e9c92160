"""What a build does before it publishes, and the way back: checks, history, rollback, how many snapshots stay."""

from __future__ import annotations

import gc
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

import cpbqa
from cpbqa import checking, composing, publishing
from cpbqa.asking.engine import Engine
from cpbqa.building import Refused, rollback
from cpbqa.changes import Changes, page
from cpbqa.checking import check_citations
from cpbqa.cli import main
from cpbqa.domain import Answer, CheckError, EncoderError, Quantity, SnapshotError, UsageError
from cpbqa.durable import put
from cpbqa.history import Publication, lineage, named, previous, publications, publish, rolled_back
from cpbqa.publishing import prune
from cpbqa.snapshot import Layout, Snapshot, published_name, snapshot_names
from mini import BOATS, NEW, edit, replace, write_corpus

TITLE = "Northbrook Report 2031/32"


def retitled(corpus: Path, index: Path, times: int) -> list[str]:
    """The ids of so many more snapshots, each of the same reports under another title."""
    names = []
    for time in range(times):
        old = TITLE if not time else f"{TITLE} ({time - 1})"
        edit(corpus / "corpus.toml", f'title = "{old}"', f'title = "{TITLE} ({time})"')
        names.append(cpbqa.build(corpus, index).id)
    return names


def report(corpus: Path, text: str) -> None:
    """Put another text in the place of the newest report."""
    import hashlib

    path = corpus / "reports" / "2031-32.txt"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(text.encode())
    edit(corpus / "corpus.toml", digest, hashlib.sha256(text.encode()).hexdigest())


def gold(corpus: Path, *cases: dict[str, Any]) -> None:
    lines = [json.dumps({"id": f"case-{i}", "kind": "figure", **case}) for i, case in enumerate(cases)]
    (corpus / "gold.jsonl").write_text("\n".join(lines), encoding="utf-8")


def wanted(question: str, value: str, period: str) -> dict[str, Any]:
    return {"question": question, "figures": [{"value": value, "period": period}]}


BOATS_2030 = wanted("number of boats in 2030/31?", "13", "2030/31")
BOATS_NOW = wanted("number of boats?", "17", "2031/32")


# What changed


def test_a_corrected_report_is_told(corpus: Path, index: Path) -> None:
    report(corpus, NEW.replace("\t17\t", "\t18\t").replace("a pond", "a lake"))
    changes = cpbqa.build(corpus, index).changes
    assert changes is not None
    assert [(r.kind, r.id) for r in changes.reports] == [("changed", "2031/32")]
    assert [(c.kind, c.label, c.period, c.before, c.after) for c in changes.cells] == [
        ("corrected", "Number of Boats", "2031/32", "17", "18")
    ]
    assert changes.measures == ()
    (passages,) = changes.passages
    assert passages.report == "2031/32"
    assert [("a lake" in a, "a pond" in g) for a, g in zip(passages.added, passages.gone, strict=True)] == [
        (True, True)
    ]
    told = page(changes)
    assert "17 (2031/32), now 18 (2031/32)" in told
    assert told.startswith(f"What changed since the snapshot {changes.before}")


def test_what_of_a_changed_report_could_not_be_placed_is_told(corpus: Path, index: Path) -> None:
    report(corpus, NEW.replace("\tNational", "\tTarget"))
    changes = cpbqa.build(corpus, index).changes
    assert changes is not None
    sentence = "2031/32 report, Appendix A: the column “Target” is not understood, and its cells are left out."
    assert [r.left_out for r in changes.reports] == [(sentence,)]
    assert f"  not placed: {sentence}\n" in page(changes)


def test_a_report_that_goes_is_told(tmp_path: Path, index: Path) -> None:
    from mini import OLD

    changes = cpbqa.build(write_corpus(tmp_path / "one", {"2030/31": OLD}), index).changes
    assert changes is not None
    assert [(r.kind, r.id, r.figures) for r in changes.reports] == [("gone", "2031/32", 7)]
    # 2030/31 is no longer restated: its own print leads again.
    assert [(c.period, c.before, c.after) for c in changes.of_cells("restated")] == [("2030/31", "13", "12")]
    assert changes.passages == ()


def test_a_figure_that_is_no_longer_read_is_told(corpus: Path, index: Path) -> None:
    report(corpus, NEW.replace("\t76%\n", "\t\n"))
    changes = cpbqa.build(corpus, index).changes
    assert changes is not None
    assert [(c.kind, c.geography, c.before, c.after) for c in changes.cells] == [("gone", "National", "76%", "")]


def test_other_titles_change_nothing_that_a_reader_sees(corpus: Path, index: Path) -> None:
    first = published_name(index)
    edit(corpus / "corpus.toml", f'title = "{TITLE}"', 'title = "Another"')
    result = cpbqa.build(corpus, index)
    assert result.changes is not None
    assert result.changes.nothing
    assert result.changes.before == first
    stored = (index / Layout.snapshots / result.id / Layout.changes).read_text(encoding="utf-8")
    assert Changes.model_validate_json(stored) == result.changes


def test_the_program_shows_and_compares(corpus: Path, index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--corpus", str(corpus), "--index", str(index)]
    first = published_name(index)
    report(corpus, NEW.replace("\t17\t", "\t18\t"))
    assert main(["build", *where]) == 0
    told = capsys.readouterr().out
    assert "- Number of Boats, Northbrook, 2031/32: 17 (2031/32), now 18 (2031/32)" in told
    assert told.endswith("Built from 2 reports (2030/31, 2031/32): 2 measures, 14 figures, 6 passages.\n")
    assert main(["diff", first[:6], "current", "--json", *where]) == 0
    changes = Changes.model_validate_json(capsys.readouterr().out)
    assert (changes.before, changes.after, len(changes.cells)) == (first, published_name(index), 1)
    assert main(["diff", "current", "previous", *where]) == 0
    assert "18 (2031/32), now 17 (2031/32)" in capsys.readouterr().out
    assert main(["diff", "abcd", *where]) == 2
    assert "No snapshot is called 'abcd'" in capsys.readouterr().err
    assert main(["snapshots", "--json", *where]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["id"], row["current"], row["figures"]) for row in rows] == [
        (published_name(index), True, 14), (first, False, 14),
    ]  # fmt: skip
    assert main(["rollback", *where]) == 0
    assert published_name(index) == first
    capsys.readouterr()
    assert main(["snapshots", *where]) == 0
    assert capsys.readouterr().out.startswith(f"* {first}  20")


# Checks


def test_a_changed_answer_that_names_its_year_stops_the_build(
    corpus: Path, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold(corpus, BOATS_2030, BOATS_NOW)
    before = published_name(index)
    # The newest report prints 13 for 2030/31, which restates the 12 of the one before; now it reads 31.
    report(corpus, NEW.replace("\t13\t", "\t31\t").replace("\t17\t", "\t18\t"))
    with pytest.raises(Refused, match=r"'number of boats in 2030/31\?' is not what it was") as caught:
        cpbqa.build(corpus, index)
    assert "before: 13 for 2030/31" in str(caught.value)
    assert "now: 31 for 2030/31" in str(caught.value)
    assert {(a.kind, a.question) for a in caught.value.changes.answers} == {
        ("lost", BOATS_2030["question"]), ("changed", BOATS_NOW["question"]),
    }  # fmt: skip
    assert published_name(index) == before
    assert snapshot_names(index) == [before], "what did not pass is not there"
    assert main(["build", "--corpus", str(corpus), "--index", str(index)]) == 2
    told = capsys.readouterr()
    assert "Questions that name their year and are answered otherwise" in told.out
    assert "Nothing was published" in told.err
    # A person says that the new answer is right.
    gold(corpus, wanted("number of boats in 2030/31?", "31", "2030/31"))
    changes = cpbqa.build(corpus, index).changes
    assert changes is not None
    assert [a.kind for a in changes.answers] == ["right"]


@pytest.mark.parametrize("program", ["the same", "another"])
def test_what_an_index_replied_when_it_was_built_is_not_asked_again(
    corpus: Path, index: Path, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gold(corpus, BOATS_NOW)
    first = retitled(corpus, index, 1)[0]
    asked: list[str] = []
    right = Engine.unguarded

    def counted(self: Engine, question: str) -> Answer:
        asked.append(self.snapshot.manifest.id)
        return right(self, question)

    monkeypatch.setattr(Engine, "unguarded", counted)
    if program == "another":
        monkeypatch.setattr(checking, "_program", lambda: "another")
    report(corpus, NEW.replace("\t17\t", "\t18\t"))
    result = cpbqa.build(corpus, index)
    assert result.changes is not None
    assert [(a.kind, a.before[:14], a.after[:14]) for a in result.changes.answers] == [
        ("changed", "17 for 2031/32", "18 for 2031/32")
    ]
    assert asked == ([result.id] if program == "the same" else [result.id, first])


def test_a_restated_answer_is_listed(tmp_path: Path, encoders: Path) -> None:
    from mini import OLD, build_mini

    one = write_corpus(tmp_path / "one", {"2030/31": OLD})
    index = tmp_path / "index"
    build_mini(one, index, encoders)
    two = write_corpus(tmp_path / "two")
    gold(two, wanted("number of boats in 2030/31?", "12", "2030/31"))
    changes = cpbqa.build(two, index).changes
    assert changes is not None
    assert [(a.kind, a.before[:14], a.after[:14]) for a in changes.answers] == [
        ("restated", "12 for 2030/31", "13 for 2030/31")
    ]
    # From then on it is known.
    edit(two / "corpus.toml", f'title = "{TITLE}"', 'title = "Another"')
    again = cpbqa.build(two, index).changes
    assert again is not None
    assert again.answers == ()


@pytest.mark.parametrize(("printed", "published"), [("c", True), ("17", False)])
def test_a_new_report_may_say_that_there_is_no_figure_where_none_was(
    tmp_path: Path, encoders: Path, printed: str, published: bool
) -> None:
    from mini import OLD, build_mini

    index = tmp_path / "index"
    build_mini(write_corpus(tmp_path / "one", {"2030/31": OLD}), index, encoders)
    two = write_corpus(tmp_path / "two")
    report(two, NEW.replace("\t17\t", f"\t{printed}\t"))
    gold(two, {"kind": "unanswerable", "question": "number of boats in 2031/32?"})
    if not published:
        with pytest.raises(Refused, match="now: 17 for 2031/32"):
            cpbqa.build(two, index)
        return
    changes = cpbqa.build(two, index).changes
    assert changes is not None
    assert [(a.kind, a.before[:8], a.after[:13]) for a in changes.answers] == [
        ("changed", "refusal:", f"{printed} for 2031/32"[:13])
    ]


def test_a_restatement_that_no_new_report_makes_stops_the_build(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are the same; a fault of reading them looks like a restatement of the older report's figure."""
    gold(corpus, wanted("number of boats in 2030/31?", "12", "2030/31"))
    edit(corpus / "corpus.toml", f'title = "{TITLE}"', 'title = "Another"')
    right = Quantity.parse
    monkeypatch.setattr(Quantity, "parse", lambda text, *rest: right("1" if text == "13" else text, *rest))
    with pytest.raises(Refused, match="now: 1 for 2030/31"):
        cpbqa.build(corpus, index)


def test_an_answer_that_was_never_as_expected_is_listed(corpus: Path, index: Path) -> None:
    gold(corpus, wanted("number of boats in 2030/31?", "99", "2030/31"))
    edit(corpus / "corpus.toml", f'title = "{TITLE}"', 'title = "Another"')
    changes = cpbqa.build(corpus, index).changes
    assert changes is not None
    assert [a.kind for a in changes.answers] == ["wrong"]


def test_gold_that_is_no_case_is_told(corpus: Path, index: Path) -> None:
    (corpus / "gold.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"Line 1 of .*gold.jsonl is not a case"):
        cpbqa.build(corpus, index)


@pytest.mark.parametrize("part", [Layout.observations, Layout.passages, "2031-32.json"])
def test_an_unresolved_citation_stops_the_build(
    corpus: Path, index: Path, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written is not what was read: one letter of a citation, or of a report, is another."""
    before = published_name(index)
    edit(corpus / "corpus.toml", f'title = "{TITLE}"', 'title = "Another"')
    sealed = publishing.sha256

    def misprinted(path: Path) -> str:
        """The digest of a file that was written; of the one in question, after another letter has come into it."""
        data = path.read_bytes()
        if path.name == part and b"Oak Road" not in data and b"62.6%" not in data:
            assert data.count(b"Elm Road" if part != Layout.observations else b"62.5%")
            path.write_bytes(data.replace(b"Elm Road", b"Oak Road", 1).replace(b"62.5%", b"62.6%", 1))
        return sealed(path)

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "sha256", misprinted)
        with pytest.raises(CheckError, match="cannot be found again in the report") as caught:
            cpbqa.build(corpus, index)
    assert "\n" not in str(caught.value)
    assert published_name(index) == before
    assert cpbqa.build(corpus, index).changed


def test_a_loose_number_stops_the_build(corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gold(corpus, BOATS_NOW)
    before = published_name(index)
    edit(corpus / "corpus.toml", f'title = "{TITLE}"', 'title = "Another"')
    right = Engine.unguarded
    monkeypatch.setattr(
        Engine, "unguarded", lambda self, q: right(self, q).model_copy(update={"text": "There are 4711 boats."})
    )
    with pytest.raises(CheckError, match="is not what the reports say"):
        cpbqa.build(corpus, index)
    assert published_name(index) == before


def test_every_citation_of_a_published_snapshot_is_found(mini_index: Path) -> None:
    check_citations(Snapshot.open(mini_index), anew=True)


# History and the way back


def test_rollback_goes_back_one_by_one(corpus: Path, index: Path) -> None:
    first = published_name(index)
    second, third = retitled(corpus, index, 2)
    assert lineage(index) == [first, second, third]
    assert previous(index) == second
    assert rollback(index) == second
    assert cpbqa.load(index).ask(BOATS).figures[0].value == "17"
    assert rollback(index) == first
    with pytest.raises(UsageError, match="There is no snapshot before the current one"):
        rollback(index)
    assert rollback(index, third[:8]) == third
    assert (lineage(index), previous(index)) == ([first, third], first)
    assert [p.by for p in publications(index)] == ["build"] * 3 + ["rollback"] * 3


def test_a_build_publishes_what_was_rolled_back_but_not_unasked(corpus: Path, index: Path) -> None:
    first = published_name(index)
    (second,) = retitled(corpus, index, 1)
    rollback(index)
    assert rolled_back(index) == {second}
    held = cpbqa.build(corpus, index, unless_rolled_back=True)
    assert (held.id, held.changed, published_name(index)) == (first, False, first)
    assert "was taken back" in held.summary
    assert cpbqa.build(corpus, index).id == published_name(index) == second
    assert rolled_back(index) == frozenset()
    assert previous(index) == first


@pytest.mark.parametrize("part", [Layout.observations, Layout.manifest, "search/vectors.faiss"])
def test_a_snapshot_that_is_not_whole_is_not_published_again(corpus: Path, index: Path, part: str) -> None:
    first = published_name(index)
    (second,) = retitled(corpus, index, 1)
    path = index / Layout.snapshots / first / part
    replace(path, path.read_bytes()[:-9])
    with pytest.raises(SnapshotError, match="damaged"):
        rollback(index)
    assert published_name(index) == second


def test_a_snapshot_without_its_encoder_is_not_published_again(corpus: Path, index: Path) -> None:
    (second,) = retitled(corpus, index, 1)
    shutil.rmtree(index / Layout.encoders)
    with pytest.raises(EncoderError):
        rollback(index)
    assert published_name(index) == second


def test_rollback_refuses_what_it_cannot_mean(corpus: Path, index: Path, tmp_path: Path) -> None:
    first = published_name(index)
    with pytest.raises(UsageError, match="is the current one already"):
        rollback(index, first)
    with pytest.raises(UsageError, match="No snapshot is called 'ffff'"):
        rollback(index, "ffff")
    with pytest.raises(SnapshotError, match="There is no index"):
        rollback(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
    (second,) = retitled(corpus, index, 1)
    (index / Layout.published).unlink()
    with pytest.raises(UsageError, match="was never published"):
        rollback(index, first)
    assert published_name(index) == second


def test_a_publication_without_its_line_is_made_up_for(index: Path) -> None:
    """Killed between the rename and the line; or the line cut short by a full disk."""
    first, log = published_name(index), index / Layout.published
    replace(index / Layout.current, b"0123456789abcdef\n")
    assert [p.id for p in publications(index)] == [first, "0123456789abcdef"]
    log.write_bytes(log.read_bytes() + b'{"id": "01234')
    publish(index, "fedcba9876543210")
    assert [p.id for p in publications(index)] == [first, "0123456789abcdef", "fedcba9876543210"]
    assert [Publication.model_validate_json(line).id for line in log.read_bytes().splitlines() if line.endswith(b"}")]
    assert lineage(index) == [first, "0123456789abcdef", "fedcba9876543210"]


def test_no_publication_is_lost_where_two_builds_are_killed_at_the_same_point(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def renamed_and_killed(path: Path, text: str) -> None:
        put(path, text)
        raise KeyboardInterrupt

    first, names = published_name(index), ["0123456789abcdef", "fedcba9876543210"]
    with monkeypatch.context() as patched:
        patched.setattr("cpbqa.history.put", renamed_and_killed)
        for name in names:
            with pytest.raises(KeyboardInterrupt):
                publish(index, name)
    assert lineage(index) == [first, *names]


def test_names_of_snapshots(corpus: Path, index: Path) -> None:
    first = published_name(index)
    (second,) = retitled(corpus, index, 1)
    assert [named(index, text) for text in ("current", "previous", first, second[:4])] == [second, first, first, second]
    for text in ("", first[:3], "CURRENT", "../" + first):
        with pytest.raises(UsageError, match="No snapshot is called"):
            named(index, text)


# How many stay


def test_the_last_ones_stay(corpus: Path, index: Path) -> None:
    first = published_name(index)
    names = retitled(corpus, index, 5)
    assert set(snapshot_names(index)) == set(names), "five by default"
    assert first not in snapshot_names(index)
    edit(corpus / "vocabulary.toml", '"vessel"', '"barge"')
    last = cpbqa.build(corpus, index, kept=2).id
    assert set(snapshot_names(index)) == {names[-1], last}
    assert previous(index) == names[-1]
    assert len(list((index / Layout.encoders).iterdir())) == 1


def test_the_current_one_and_one_that_is_read_stay(corpus: Path, index: Path) -> None:
    first = published_name(index)
    reader = cpbqa.load(index)
    names = retitled(corpus, index, 2)
    gc.collect()  # what the builds had open themselves
    assert prune(index, 0) == [names[0]]
    assert set(snapshot_names(index)) == {first, names[1]}
    assert reader.ask(BOATS).figures[0].value == "17"
    del reader
    gc.collect()
    assert prune(index, 1) == [first]
    assert snapshot_names(index) == [names[1]]


def test_an_encoder_goes_with_its_last_snapshot(corpus: Path, index: Path) -> None:
    (encoder,) = (index / Layout.encoders).iterdir()
    other = index / Layout.encoders / "another-0123456789ab"
    shutil.copytree(encoder, other, copy_function=os.link)
    retitled(corpus, index, 1)
    assert list((index / Layout.encoders).iterdir()) == [encoder]


def test_code_of_another_version_is_part_of_the_name(corpus: Path, index: Path) -> None:
    """A snapshot that other code wrote may be rolled back to: only what it holds itself is asked of it."""
    from cpbqa import building

    first = published_name(index)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "code_version", lambda: "0" * 16)
        assert cpbqa.build(corpus, index).id != first
    assert composing.code_version() != "0" * 16
    assert rollback(index) == first
