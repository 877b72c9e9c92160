"""The audit: everything it finds in the two real reports, told exactly, and in a made-up pair."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from cpbqa.audit import KINDS, Finding, Kind, Printed, as_json, findings_in, page, unprinted_labels
from cpbqa.bot import Bot
from cpbqa.cli import main
from cpbqa.domain import CorpusError, Report, fold
from cpbqa.figures import observe
from cpbqa.reading.corpus import load_corpus
from mini import write_corpus

CORPUS = Path(__file__).resolve().parents[2] / "corpus"

IN_CARE = "Number of Looked after Children at 31 March"
EXITS = "Number of children ceasing to be Looked After"
ADOPTED = "Percentage of children leaving care who are adopted"
BOTH = "Number of Adoptions and Special Guardianship Orders granted for Looked After Children (S)"
ORDERS = "Percentage of children ceasing to be Looked After because of Special Guardianship Orders"
DENTAL = "Percentage of children Looked After continuously for 12 months + with up-to-date Dental checks"
HEALTH = "Percentage of children Looked After continuously for 12 months + with up-to-date Health assessments"
HOUSED = "Percentage of allocated care experienced young people ‘in touch’ and known to be in suitable accommodation"
PATHWAY = "Percentage of allocated care experienced young people with a pathway plan"
EET = "allocated care experienced young people (17 -25) were in employment, education or training"


def printed_in(folder: Path) -> Printed:
    """What the reports of a corpus folder print, without an index."""
    corpus = load_corpus(folder)
    figures = observe(corpus.reports(), corpus.authority, corpus.measures, corpus.vocabulary)
    measures, observations = figures.measures, figures.observations
    return Printed(corpus.authority, (e.id for e in corpus.entries), measures, observations, corpus.identities)


@pytest.fixture(scope="module")
def printed() -> Printed:
    return printed_in(CORPUS)


@pytest.fixture(scope="module")
def found(printed: Printed) -> tuple[Finding, ...]:
    return findings_in(printed)


def of(kind: Kind, found: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in found if finding.kind == kind]


def told(kind: Kind, found: tuple[Finding, ...]) -> dict[str, tuple[str, ...]]:
    """The values of each finding of a kind, by title."""
    assert len({f.title for f in of(kind, found)}) == len(of(kind, found))
    return {finding.title: finding.values for finding in of(kind, found)}


def sentences(kind: Kind, found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.title, finding.sentence) for finding in of(kind, found)]


def test_this_much_is_found(found: tuple[Finding, ...]) -> None:
    assert Counter(finding.kind for finding in found) == {
        "identity": 7,
        "headline": 3,
        "headline changed": 1,
        "headline period": 2,
        "date": 6,
        "restated": 7,
        "rounded": 4,
        "equal": 1,
        "dropped": 4,
        "new": 2,
        "renamed": 31,
    }


def test_restated_cells(found: tuple[Finding, ...]) -> None:
    assert told("restated", found) == {
        f"{EXITS}, 2021/22": ("157", "156"),
        f"{EXITS}, 2023/24": ("173", "168"),
        "Number of Foster Carer Enquiries (initial contact), 2021/22": ("240", "235"),
        "Number of children placed with In-house Foster Carers, 2023/24": ("119", "108"),
        f"{ADOPTED}, 2022/23": ("7.1%", "7.2%"),
        f"{ADOPTED}, 2023/24": ("1.1%", "1.2%"),
        f"{ORDERS}, 2023/24": ("4.6%", "5.2%"),
    }
    assert told("rounded", found) == {
        "Children Looked After - rate per 10,000, 2021/22": ("52", "51.7"),
        "Children Looked After - rate per 10,000, 2022/23": ("47", "46.8"),
        "Percentage of Foster Carer initial visits completed within five working days, 2021/22": ("46%", "46.2%"),
        f"{ADOPTED}, 2021/22": ("8.7%", "9%"),
    }
    equal = {"Maximum number of children Looked After placement moves, 2021/22": ("8", "8.0")}
    assert told("equal", found) == equal
    for kind in ("restated", "rounded", "equal"):
        for finding in of(kind, found):
            assert [citation.report for citation in finding.citations] == ["2023/24", "2024/25"]


def test_headlines_against_tables(found: tuple[Finding, ...]) -> None:
    assert told("headline", found) == {
        f"{HOUSED}, 2022/23": ("95%", "94.4%"),
        f"{IN_CARE}, 2023/24": ("276", "277", "277"),
        f"{DENTAL}, 2024/25": ("94%", "91.5%"),
    }
    assert told("headline changed", found) == {f"{EET}, 2023/24": ("77%", "73%")}
    assert sentences("headline", found)[1][1] == (
        "the 2024/25 headline says 276, its table 277; the 2023/24 headline said 277."
    )


def test_headlines_that_name_another_term(found: tuple[Finding, ...]) -> None:
    assert told("headline period", found) == {
        "Percentage of pupils making expected progress in English and Maths, 2022/23 Autumn": ("64%", "64%"),
        "Percentage of pupils where a Pupil Education Plans (PEP) meeting took place in the term, 2022/23 Autumn": (
            "98%",
            "98%",
        ),
    }
    for finding in of("headline period", found):
        assert finding.sentence.endswith("under 2022/23 Summer.")


def test_misprinted_dates(found: tuple[Finding, ...]) -> None:
    # Both dates of the sentence, and the table's figure for the date that is meant.
    same = ("Mar 2023", "Mar 2023")
    assert [(f.citations[0].report, f.title, f.values) for f in of("date", found)] == [
        ("2023/24", f"{HOUSED}, 2023/24", (*same, "92.8%")),
        ("2023/24", f"{HEALTH}, 2023/24", (*same, "92.7%")),
        ("2023/24", f"{DENTAL}, 2023/24", (*same, "93.2%")),
        ("2023/24", f"{PATHWAY}, 2023/24", (*same, "97.9%")),
        ("2023/24", f"{EET}, 2023/24", same),
        ("2024/25", f"{HEALTH}, 2024/25", ("Mar 2023", "Mar 2024", "90.4%")),
    ]


def test_figures_that_do_not_fit(found: tuple[Finding, ...]) -> None:
    assert sentences("identity", found) == [
        (
            f"{IN_CARE}, 2021/22",
            "306 the year before + 182 in − 157 out = 331, not 332, as first printed (2023/24 report); healed by the "
            "2024/25 report, which prints 156 for 157.",
        ),
        (f"{IN_CARE}, 2022/23", "332 the year before + 134 in − 167 out = 299, not 301 (in both reports)."),
        (
            f"{IN_CARE}, 2023/24",
            "301 the year before + 149 in − 168 out = 282, not 277; it closed before the restatement, with 173 for "
            "168 (2023/24 report).",
        ),
        (
            f"{IN_CARE}, 2024/25",
            "277 the year before + 168 in − 160 out = 285, not 284; it would close with 276 for 277 "
            "(2024/25 headline).",
        ),
        (f"{BOTH}, 2023/24", "2 + 9 = 11, not 10 (10 in the 2023/24 report, 2 and 9 in the 2024/25 report)."),
        (f"{ORDERS}, 2021/22", "4 of 156 is 2.6%, not 2.5%; it would close with 157 for 156 (2023/24 report)."),
        (f"{ORDERS}, 2023/24", "9 of 168 is 5.4%, not 5.2%; it would close with 173 for 168 (2023/24 report)."),
    ]
    assert [f.computed for f in of("identity", found)] == [
        ("331",), ("299",), ("282",), ("285",), ("11",), ("2.6%",), ("5.4%",)
    ]  # fmt: skip


def test_measures_that_came_and_went(found: tuple[Finding, ...]) -> None:
    assert sentences("dropped", found) == [
        (
            "Foster Carer Vacancy rate (excl. short breaks & non available places)",
            "not in the 2024/25 report; last printed as 9.1% for 2023/24.",
        ),
        (
            "Foster Carer Occupancy Rate (excl. short breaks & non available places)",
            "not in the 2024/25 report; last printed as 73.9% for 2023/24.",
        ),
        (
            "Average time between court authority to place a child and deciding on a match",
            "not in the 2024/25 report; last printed as 447 for 2023/24.",
        ),
        (BOTH, "the 2024/25 report prints its parts instead; last printed as 10 for 2023/24."),
    ]
    assert sentences("new", found) == [
        ("Number of Adoptions", "first printed in the 2024/25 report, 6 for 2024/25."),
        (
            "Number of Special Guardianship Orders granted for Looked After Children",
            "first printed in the 2024/25 report, 6 for 2024/25.",
        ),
    ]
    names = {finding.values for finding in of("renamed", found)}
    assert ("No. of Children Looked After (CLA) exits in period", EXITS) in names
    assert ("Total Approved Foster Carers (incl. family & friends)",) * 2 not in names


def test_every_finding_shows_both_sides(found: tuple[Finding, ...], reports: Mapping[str, Report]) -> None:
    raw = {name: fold(report.raw) for name, report in reports.items()}
    for finding in found:
        assert len(finding.citations) >= 2, finding
        for value, citation in zip(finding.values, finding.citations, strict=True):
            assert fold(citation.quote) in raw[citation.report], citation
            assert value in citation.quote, finding


def test_every_identity_of_the_corpus_is_checked(printed: Printed) -> None:
    assert [identity.rule for identity in printed.identities] == ["year end", "sum", "sum", "share", "share"]
    assert unprinted_labels(printed) == []


def test_the_page(printed: Printed, found: tuple[Finding, ...]) -> None:
    lines = page(found, printed.reports).split("\n")
    assert lines[0] == "68 findings in 2 reports (2023/24, 2024/25)"
    headings = [f"{heading} ({len(of(kind, found))})" for kind, heading in KINDS.items() if of(kind, found)]
    assert [line for line in lines if line in headings] == headings
    assert len([line for line in lines if line.startswith("- ")]) == len(found)
    at = lines.index(f"- {EXITS}, 2021/22: 157, then 156.")
    assert lines[at + 1] == ("  2023/24 and 2024/25 reports: Appendix C, Looked After Children, row 4 of 2021/22")
    assert lines[-2:] == [
        "- 2023/24: % of Pupil Education Plans (PEPs) which were signed off and RAG rated green",
        "  2024/25: Percentage of Pupil Education Plans (PEPs) which were signed off and RAG rated green",
    ]


def test_the_program_says_what_the_library_finds(
    bot: Bot, index_folder: Path, found: tuple[Finding, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "--index", str(index_folder)]) == 0
    assert capsys.readouterr() == (page(found, ["2023/24", "2024/25"]) + "\n", "")
    assert main(["audit", "--json", "--index", str(index_folder)]) == 0
    out, err = capsys.readouterr()
    assert (json.loads(out), err) == ([finding.model_dump(mode="json") for finding in found], "")
    assert set(json.loads(out)[0]) == {
        "kind", "title", "sentence", "measure", "period", "values", "citations", "computed"
    }  # fmt: skip
    assert findings_in(Printed.of(bot.snapshot)) == found


# A made-up pair: nothing in it sounds like the real reports.

OLD = """Northbrook Board Annual Report 2030/31

Fleet at a glance

9 boats lay in harbour (figure at end of Mar 2030 and this was 7 at Mar 2030)

Appendix A: Indicators

Name of indicator\t2028/29\t2029/30\t2030/31\tNational
Harbour\t\t\t\t
Number of boats at 31 March\t7\t7\t9\t100
Number of boats launched\t3\t2\t5\t
Number of boats sunk\t1\t2\t3\t
Number of red boats\t3\t3\t4\t
Number of blue boats\t4\t5\t5\t
Percentage of boats that are red\t42.9%\t42.9%\t44.4%\t
Number of gulls fed\t5\t\t1,200\t
Length of the pier in metres\t40.0\t40.0\t41.5\t
"""

NEW = """Northbrook Board Annual Report 2031/32

Fleet at a glance

12 boats lay in harbour (figure at end of Mar 2032 and this was 10 at Mar 2031)

Appendix A: Indicators

Name of indicator\t2029/30\t2030/31\t2031/32\tNational
Harbour\t\t\t\t
Number of boats at 31 March\t7\t9\t12\t120
Number of boats launched\t2\t6\tc\t
Number of boats sunk\t2\t3\t0\t
Number of red boats\t3\t4\t5\t
Number of blue boats\t4\t5\t7\t
Percentage of boats that are red\t42.9%\t44%\t41.7%\t
Number of gulls fed\t6\t1200\t\t
Sum of all tickets sold\t8\t9\t10\t
"""

FLEET = """
[[identity]]
whole = "Number of boats at 31 March"
entries = "Number of boats launched"
exits = "Number of boats sunk"

[[identity]]
whole = "Number of boats at 31 March"
parts = ["Number of red boats", "Number of blue boats"]

[[identity]]
share = "Percentage of boats that are red"
parts = ["Number of red boats"]
whole = "Number of boats at 31 March"
"""


def fleet(folder: Path, measures: str = FLEET, old: str = OLD, new: str = NEW) -> Printed:
    reports = {"2030/31": old, "2031/32": new}
    return printed_in(write_corpus(folder, reports, vocabulary="", measures=measures))


def test_a_made_up_pair(tmp_path: Path) -> None:
    found = findings_in(fleet(tmp_path))
    assert [(f.kind, f.title, f.sentence) for f in found] == [
        (
            "identity",
            "Number of boats at 31 March, 2030/31",
            "7 the year before + 6 in − 3 out = 10, not 9; it closed before the restatement, with 5 for 6 (2030/31 "
            "report); it would close with 10 for 9 (2031/32 headline).",
        ),
        (
            "identity",
            "Number of boats at 31 March, 2029/30",
            "3 + 5 = 8, not 7, as first printed (2030/31 report); healed by the 2031/32 report, which prints 4 for 5.",
        ),
        (
            "headline",
            "Number of boats at 31 March, 2030/31",
            "the 2031/32 headline says 10, its table 9; the 2030/31 headline said 9.",
        ),
        (
            "date",
            "Number of boats at 31 March, 2030/31",
            "9 is dated Mar 2030, the very date it is compared with; it must mean 31 March 2031, for which the table "
            "prints 9.",
        ),
        ("restated", "Number of boats launched, 2030/31", "5, then 6."),
        ("restated", "Number of blue boats, 2029/30", "5, then 4."),
        ("rounded", "Percentage of boats that are red, 2030/31", "44.4%, then 44%; the same once rounded."),
        ("equal", "Number of gulls fed, 2030/31", "1,200, then 1200; the same number."),
        ("dropped", "Length of the pier in metres", "not in the 2031/32 report; last printed as 41.5 for 2030/31."),
        ("new", "Sum of all tickets sold", "first printed in the 2031/32 report, 10 for 2031/32."),
    ]  # fmt: skip


def test_a_figure_that_is_withdrawn_is_restated(tmp_path: Path) -> None:
    printed = fleet(tmp_path, new=NEW.replace("red\t42.9%\t44%", "red\t42.9%\t"))
    (finding,) = [f for f in findings_in(printed) if "are red" in f.title and f.kind == "restated"]
    assert (finding.sentence, finding.values) == ("44.4%, then blank.", ("44.4%", "blank"))


def test_without_identities_there_is_nothing_to_fit(tmp_path: Path) -> None:
    assert {f.kind for f in findings_in(fleet(tmp_path, measures=""))} == {*KINDS} - {
        "identity", "prose", "headline changed", "headline period", "renamed", "break"
    }  # fmt: skip


def test_one_report_alone_restates_nothing(tmp_path: Path) -> None:
    printed = printed_in(write_corpus(tmp_path, {"2030/31": OLD}, vocabulary="", measures=FLEET))
    assert [(f.kind, f.sentence) for f in findings_in(printed)][:2] == [
        ("identity", "3 + 5 = 8, not 7."),
        (
            "date",
            # Its wording alone does not link it to the table's row.
            "9 is dated Mar 2030, the very date it is compared with; it must mean 31 March 2031.",
        ),
    ]


def test_a_label_that_no_report_prints_is_told(tmp_path: Path) -> None:
    printed = fleet(tmp_path, measures=FLEET.replace("Number of boats sunk", "Number of boats lost"))
    assert unprinted_labels(printed) == ["Number of boats lost"]
    assert all("in −" not in finding.sentence for finding in findings_in(printed))


def test_nothing_found_is_said() -> None:
    assert page((), ["2030/31"]) == "0 findings in 1 report (2030/31)"
    assert json.loads(as_json(())) == []


@pytest.mark.parametrize(
    "fields",
    [
        "",
        'entries = "a"',
        'parts = ["a"]',
        'share = "a"',
        'share = "a"\nparts = ["b", "c"]',
        'exits = "a"\nparts = ["b", "c"]',
    ],
)
def test_an_identity_is_one_of_three(tmp_path: Path, fields: str) -> None:
    with pytest.raises(CorpusError, match="an identity names entries and exits, or two or more parts, or a share"):
        load_corpus(write_corpus(tmp_path, measures=f'[[identity]]\nwhole = "Number of Boats"\n{fields}\n'))
