"""A third report arrives: what changed is told, each thing by name, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import cpbqa
import third_year
from cpbqa.adding import read_addition
from cpbqa.changes import Changes, page
from cpbqa.domain import Report
from cpbqa.figures import observe
from cpbqa.history import previous
from cpbqa.reading import read_report
from cpbqa.reading.corpus import load_corpus
from cpbqa.snapshot import Layout, Snapshot, published_name
from mini import copy_index
from other_formats import as_pdf, as_word

REAL = Path(__file__).resolve().parent.parent / "corpus"


@pytest.fixture(scope="module")
def index(index_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real index, and after it that of the three reports."""
    folder = tmp_path_factory.mktemp("third")
    corpus = Path(shutil.copytree(REAL, folder / "corpus"))
    third_year.add_to(corpus, third_year.as_text(third_year.blocks()).encode())
    copy_index(index_folder, folder / "index")
    cpbqa.build(corpus, folder / "index")
    return folder / "index"


@pytest.fixture(scope="module")
def changes(index: Path) -> Changes:
    """What the build wrote into the snapshot."""
    return Changes.model_validate_json((Snapshot.open(index).folder / Layout.changes).read_bytes())


@pytest.mark.parametrize("write", [as_word, as_pdf], ids=["docx", "pdf"])
def test_as_word_and_pdf_it_gives_the_same_figures_and_links(
    reports: dict[str, Report], write: Callable[[Report], bytes]
) -> None:
    """All that is told of measures and figures comes from these: then the change report is the same, too."""
    corpus, name = load_corpus(REAL), third_year.REPORT
    text = read_report(name, third_year.TITLE, third_year.as_text(third_year.blocks()).encode())
    other = read_report(name, third_year.TITLE, write(text), [s.title for s in text.sections])
    one, two = (
        observe([*reports.values(), third], corpus.authority, corpus.measures, corpus.vocabulary)
        for third in (text, other)
    )
    assert [(m.id, m.labels, m.headline) for m in one.measures] == [(m.id, m.labels, m.headline) for m in two.measures]
    assert [[(n.text, n.breaks) for n in m.breaks] for m in one.measures] == [
        [(n.text, n.breaks) for n in m.breaks] for m in two.measures
    ]
    told = [
        [(o.measure, o.label, o.period, o.geography, o.report, o.source, o.quantity) for o in linked.observations]
        for linked in (one, two)
    ]
    assert told[0] == told[1]
    assert one.questions == two.questions
    assert two.warnings == one.warnings


def test_it_is_told_as_it_is_taken_in(tmp_path: Path) -> None:
    """New measures one by one, and the rows of a table that has none in one line."""
    (tmp_path / "new.txt").write_text(third_year.as_text(third_year.blocks()), encoding="utf-8")
    addition = read_addition(REAL, tmp_path / "new.txt", third_year.REPORT)
    assert addition.new == (*third_year.NEW, "Annex: What we spent (Budget heading): 3 rows of a table of its own")
    assert set(addition.dropped) == set(third_year.DROPPED)


def test_it_is_the_change_between_the_two_snapshots(index: Path, changes: Changes) -> None:
    assert (changes.before, changes.after) == (previous(index), published_name(index))
    assert [(r.kind, r.id, r.title) for r in changes.reports] == [("added", third_year.REPORT, third_year.TITLE)]
    assert changes.reports[0].figures == 172
    assert changes.passages == (), "the older reports are as they were"


def test_every_measure_that_changed_and_no_other(changes: Changes) -> None:
    assert {m.label: m.was[0] for m in changes.of_measures("renamed")} == third_year.RENAMED
    assert {m.label for m in changes.of_measures("new")} == set(third_year.NEW)
    assert {m.label for m in changes.of_measures("dropped")} == set(third_year.DROPPED)
    assert [m.label for m in changes.of_measures("unsaid")] == [third_year.UNSAID]
    rows = list(changes.of_measures("row"))
    assert {(m.label, m.table) for m in rows} == {
        (label, "Annex: What we spent (Budget heading)") for label in third_year.SPENT
    }
    assert len(changes.measures) == 13 + len(rows)
    assert {m.report for m in changes.measures} == {third_year.REPORT}


def test_every_restated_and_suppressed_figure_and_no_other(changes: Changes) -> None:
    restated = {(c.label, c.period): (c.before, c.after) for c in changes.of_cells("restated")}
    assert restated == third_year.RESTATED
    suppressed = {(c.label, c.period): c.after for c in changes.of_cells("suppressed")}
    assert suppressed == third_year.SUPPRESSED
    marked = {(c.label, c.period): c.after for c in changes.of_cells("not applicable")}
    assert marked == third_year.NOT_APPLICABLE
    assert len(changes.cells) == 10


def test_the_broken_series_and_no_other(changes: Changes) -> None:
    (broken,) = changes.broken
    assert (broken.label, broken.period, broken.report) == (third_year.BROKEN, "2025/26", third_year.REPORT)
    assert broken.note == third_year.NOTE


def test_both_contradictions_and_no_other_finding(changes: Changes) -> None:
    assert [(found.kind, found.values) for found in changes.findings] == [
        ("headline", third_year.CONTRADICTION),
        ("prose", third_year.IN_PROSE),
    ]
    assert changes.standing > 0


def test_answers_that_name_their_year_change_only_where_it_was_restated(changes: Changes) -> None:
    kinds = {answer.question: answer.kind for answer in changes.answers}
    assert kinds["total approved foster carers 2024/25"] == "restated"
    assert set(kinds.values()) <= {"restated", "changed"}
    (approved,) = [a for a in changes.answers if a.kind == "restated" and "approved" in a.question]
    assert approved.before.startswith("96 for 2024/25")
    assert approved.after.startswith("99 for 2024/25")


def test_the_page_names_all_of_it(changes: Changes) -> None:
    text = page(changes)
    told = [*third_year.RENAMED, *third_year.RENAMED.values(), *third_year.NEW, *third_year.DROPPED, *third_year.SPENT]
    told += [
        third_year.UNSAID,
        *(label for label, _ in (*third_year.RESTATED, *third_year.SUPPRESSED, *third_year.NOT_APPLICABLE)),
    ]
    assert [label for label in told if label not in text] == []
    for before, after in third_year.RESTATED.values():
        assert f"{before} (2024/25), now {after} (2025/26)" in text
    assert f"- {third_year.BROKEN}, from 2025/26 on\n  “{third_year.NOTE}” (2025/26)" in text
    assert "the 2025/26 headline says 74%, its table 71.2%" in text
    assert "a sentence of the 2025/26 report says 98, its table 101" in text


def test_the_new_year_is_answered(index: Path) -> None:
    bot = cpbqa.load(index)
    answer = bot.ask("how many looked after children were there at 31 March 2026?")
    assert (answer.figures[0].value, answer.figures[0].citation.report) == ("291", "2025/26")
    assert "beekeeper" in bot.ask("who teaches in the garden behind Kitcat Terrace on Saturdays?").passages[0].text


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("strengths and difficulties %", ["78%"]),
        ("number with connected carers", ["31"]),
        ("reported missing three times or more in 2024/25, how many children?", ["8"]),
        ("rate of attachment to connected carers", []),
    ],
)
def test_a_measure_that_nobody_has_named_is_asked_for_in_its_own_words(
    index: Path, question: str, values: list[str]
) -> None:
    assert [figure.value for figure in cpbqa.load(index).ask(question).figures][:1] == values
