"""Citations: each, looked up again through the snapshot, gives the identical words; one that is not true gives none."""

from __future__ import annotations

import pytest

from cpbqa import resolving
from cpbqa.bot import Bot
from cpbqa.domain import Citation, CitationError
from cpbqa.snapshot import Snapshot
from inmemory import snapshot_of

REPORT = """Foreword

We write about boats in 2030. There are ten of them.

· a list of boats
· and of sails

Appendix C

Measure\t2029/30\t2030/31
Boats\t10\t12
Sails\t3\t<5
"""


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return snapshot_of({"2030/31": REPORT})


def test_every_citation_of_the_real_reports_resolves_to_itself(bot: Bot) -> None:
    cited = {o.citation for o in bot.snapshot.observations} | {p.citation for p in bot.snapshot.passages}
    assert len(cited) > 1000
    assert [c for c in cited if bot.snapshot.resolve(c) != c.quote] == []


def test_every_figure_is_the_cell_in_its_row_and_column(bot: Bot) -> None:
    for o in bot.snapshot.observations:
        if o.source == "table":
            assert bot.snapshot.resolver(o.report).value(o.citation) == o.quantity.printed


def test_made_up_citations_resolve_to_themselves(snapshot: Snapshot) -> None:
    cited = {o.citation for o in snapshot.observations} | {p.citation for p in snapshot.passages}
    assert len(cited) >= 6
    assert all(snapshot.resolve(c) == c.quote for c in cited)
    values = {o.citation.location: snapshot.resolver("2030/31").value(o.citation) for o in snapshot.observations}
    assert values == {
        "Appendix C, row 1, column 2029/30": "10",
        "Appendix C, row 1, column 2030/31": "12",
        "Appendix C, row 2, column 2029/30": "3",
        "Appendix C, row 2, column 2030/31": "<5",
    }


def test_where_a_section_is_cited_no_table_is_read(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """To read the tables of a report takes far longer, and a build looks up passages of every report."""
    monkeypatch.setattr(resolving, "read_tables", lambda *_: pytest.fail("the tables are read"))
    resolver = resolving.Resolver(snapshot.reports["2030/31"], "Northbrook")
    cited = [passage.citation for passage in snapshot.passages]
    assert cited
    assert [resolver.words(c) for c in cited] == [c.quote for c in cited]


@pytest.mark.parametrize(
    ("report", "location", "quote"),
    [
        ("2029/30", "Foreword", "There are ten of them."),
        ("2030/31", "Foreword", "There are nine of them."),
        ("2030/31", "Foreword", "There are ten of"[:-1]),
        ("2030/31", "Appendix C", "There are ten of them."),
        ("2030/31", "Nowhere", "There are ten of them."),
        ("2030/31", "Foreword", ""),
    ],
)
def test_what_does_not_stand_there_does_not_resolve(snapshot: Snapshot, report: str, location: str, quote: str) -> None:
    with pytest.raises(CitationError, match="cpbqa build"):
        snapshot.resolve(Citation(report=report, location=location, quote=quote))


def test_a_row_resolves_to_what_it_prints_and_not_to_what_is_claimed(snapshot: Snapshot) -> None:
    claimed = Citation(report="2030/31", location="Appendix C, row 1, column 2030/31", quote="Boats\t10\t13")
    assert snapshot.resolve(claimed) == "Boats\t10\t12"
