"""Web pages and Markdown."""

from __future__ import annotations

from cpbqa.domain import Report
from cpbqa.reading import read_report
from real_files import leaves

PROSE = "The board met in May and heard from twelve young people about their homes and schools. " * 12


def read(text: str) -> Report:
    report = read_report("2030/31", "A report", text.encode())
    assert leaves(report) == report.raw
    return report


def told(report: Report) -> list[tuple[str, str, int]]:
    return [(b.kind, f"{b.marker} {b.text}".strip(), b.depth) for b in report.blocks if b.text != PROSE.strip()]


def tables(report: Report) -> list[list[tuple[str, ...]]]:
    return [[row.texts for row in block.table.rows] for block in report.blocks if block.table]


def page(body: str) -> str:
    head = "<!DOCTYPE html><html><head><title>No text</title></head>"
    return f"{head}<body><nav>Menu</nav><p>{PROSE}</p>{body}</body></html>"


def test_headings_lists_and_paragraphs_of_a_page() -> None:
    report = read(
        page(
            "<h1>Homes</h1><p>We <b>care</b><br>for 12<sup>1</sup>.</p><ul><li>one<ul><li>below</li></ul></li></ul>"
            "<ol start=3><li><p>three</p></li><li>four</li></ol><h2>Schools</h2><p>They learn.</p><script>no()</script>"
            "<h1>Health</h1>loose text"
        )
    )
    assert told(report) == [
        ("heading", "Homes", 0),
        ("paragraph", "We care", 0),
        ("paragraph", "for 12¹.", 0),
        ("bullet", "• one", 0),
        ("bullet", "• below", 1),
        ("bullet", "3. three", 0),
        ("bullet", "4. four", 0),
        ("heading", "Schools", 1),
        ("paragraph", "They learn.", 0),
        ("heading", "Health", 0),
        ("paragraph", "loose text", 0),
    ]
    assert report.blocks[-3].section == ("Homes", "Schools")


def test_cells_over_rows_and_columns_of_a_page() -> None:
    report = read(
        page(
            "<table><tr><th rowspan=2>Measure<th colspan=2>Years<tr><th>2029/30<th>2030/31"
            "<tr><td colspan=3>Care<tr><td>Boats<td>1<td>&lt;5<tr><td>Oars<td rowspan=2>c<td>2<tr><td>Sails<td>3"
            "</table>"
        )
    )
    assert tables(report) == [
        [("Measure", "Years", ""), ("Measure", "2029/30", "2030/31"), ("Care", "", ""), ("Boats", "1", "<5"),
         ("Oars", "c", "2"), ("Sails", "c", "3")]
    ]  # fmt: skip


def test_markdown() -> None:
    report = read(
        f"# Annual Report\n\n{PROSE}\n\n## Foreword\n\nWe care\nfor all.\n\n- one\n- two\n  1. deep\n\n## Figures\n\n"
        "| Measure | 2029/30 | 2030/31 |\n|---|--:|--:|\n| **Boats** | 1,204 | £412 |\n| Oars | | n/a |\n"
    )
    assert told(report) == [
        ("title", "Annual Report", 0),
        ("heading", "Foreword", 0),
        ("paragraph", "We care for all.", 0),
        ("bullet", "• one", 0),
        ("bullet", "• two", 0),
        ("bullet", "1. deep", 1),
        ("heading", "Figures", 0),
        ("table", "", 0),
    ]
    assert tables(report) == [[("Measure", "2029/30", "2030/31"), ("Boats", "1,204", "£412"), ("Oars", "", "n/a")]]


def test_cells_inside_of_cells_are_read_once() -> None:
    """Of a damaged page; each level of tables had doubled all below it."""
    inner = "<h2>Deep</h2>"
    for _ in range(8):
        inner = f"<table><tr><td>one<odd><td>{inner}</odd></table>"
    assert [block.text for block in read(page(inner)).blocks if block.kind == "heading"] == ["Deep"]
