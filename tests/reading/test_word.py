"""Word files: what is in them is read in order, and what is not read is told."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from cpbqa.domain import Block, Report
from cpbqa.reading import read_report
from other_formats import as_word
from real_files import leaves, titles

PROSE = "The board met in May and heard from twelve young people about their homes and schools. " * 12
YEARS = ("Measure", "2029/30", "2030/31")


def saved(document: Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def read(document: Document) -> Report:
    report = read_report("2030/31", "A report", saved(document))
    assert leaves(report) == report.raw
    return report


def told(report: Report) -> list[tuple[str, str]]:
    return [
        (block.kind, f"{block.marker} {block.text}".strip()) for block in report.blocks if block.text != PROSE.strip()
    ]


def rows(block: Block) -> list[tuple[str, ...]]:
    assert block.table is not None
    return [row.texts for row in block.table.rows]


def tables(report: Report) -> list[list[tuple[str, ...]]]:
    return [rows(block) for block in report.blocks if block.table]


def put(document: Document, xml: str) -> None:
    """Add a paragraph or table, given as Office Open XML, at the end."""
    name = re.match(r"<([\w:]+)", xml)
    assert name is not None
    declared = nsdecls("w", "wp", "a", "r")
    more = (
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    document.element.body.insert(-1, parse_xml(xml.replace(name[0], f"{name[0]} {declared}{more}", 1)))


@pytest.fixture
def document() -> Document:
    found = docx.Document()
    found.add_paragraph(PROSE)
    return found


@pytest.mark.parametrize("bold", [False, True], ids=["heading styles", "bold headings"])
def test_the_real_reports_read_as_their_text_does(reports: dict[str, Report], bold: bool) -> None:
    for report in reports.values():
        read_back = read_report(report.id, report.title, as_word(report, bold_headings=bold), titles())
        assert leaves(read_back) == read_back.raw
        ours, theirs = (
            [(b.kind, b.text, b.section, b.marker, b.depth, b.speaker) for b in r.blocks if not b.table]
            for r in (read_back, report)
        )
        assert ours == theirs
        printed = [[[t for t in row if t] for row in rows(b) if any(row)] for b in report.blocks if b.kind == "table"]
        assert [[[t for t in row if t] for row in rows(b)] for b in read_back.blocks if b.kind == "table"] == printed
        assert read_back.sections == report.sections


def test_a_title_above_the_sections_is_no_section(document: Document) -> None:
    document = docx.Document()
    document.add_heading("Annual Report", 1)
    for name in ("Foreword", "Homes", "Schools"):
        document.add_heading(name, 2)
        document.add_paragraph(PROSE)
        document.add_heading("More", 3)
        document.add_paragraph(PROSE)
    report = read(document)
    assert [(b.kind, b.text) for b in report.blocks][:2] == [("title", "Annual Report"), ("heading", "Foreword")]
    assert report.blocks[-1].section == ("Schools", "More")


def test_lists_keep_their_numbers_and_levels(document: Document) -> None:
    document.add_paragraph("First", style="List Number")
    document.add_paragraph("Second", style="List Number")
    document.add_paragraph("A point", style="List Bullet")
    document.add_paragraph("- typed by hand")
    document.add_paragraph("a line\n- an item after it")
    assert told(read(document)) == [
        ("bullet", "1. First"),
        ("bullet", "2. Second"),
        ("bullet", "· A point"),
        ("bullet", "- typed by hand"),
        ("paragraph", "a line"),
        ("bullet", "- an item after it"),
    ]


def test_merged_cells(document: Document) -> None:
    table = document.add_table(rows=5, cols=4)
    for row, texts in zip(
        table.rows,
        [
            ("Group", *YEARS),
            ("Care", "Number", "1", "2"),
            ("", "Rate", "3", "4"),
            ("Fostering", "", "", ""),
            ("x", "y", "c", "<5"),
        ],
        strict=True,
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0)).text = "Care"
    table.cell(3, 0).merge(table.cell(3, 3)).text = "Fostering"
    assert tables(read(document)) == [
        [("Group", *YEARS), ("Care", "Number", "1", "2"), ("Care", "Rate", "3", "4"), ("Fostering", "", "", ""),
         ("x", "y", "c", "<5")]
    ]  # fmt: skip


def test_a_nested_table_follows_the_one_around_it(document: Document) -> None:
    outer = document.add_table(rows=2, cols=2)
    outer.cell(0, 0).text, outer.cell(0, 1).text, outer.cell(1, 0).text = "Name", "Figures", "Ada"
    inner = outer.cell(1, 1).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "Boats", "12"
    assert tables(read(document)) == [[("Name", "Figures"), ("Ada", "")], [("Boats", "12")]]


def test_a_table_of_one_column_is_a_box_of_prose(document: Document) -> None:
    document.add_table(rows=1, cols=1).cell(0, 0).text = "We felt heard."
    assert told(read(document)) == [("paragraph", "We felt heard.")]


def test_tracked_changes_are_read_as_accepted(document: Document) -> None:
    put(
        document,
        "<w:p><w:r><w:t>There were </w:t></w:r><w:del><w:r><w:delText>11</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>12</w:t></w:r></w:ins><w:r><w:t> boats.</w:t></w:r></w:p>",
    )
    put(document, "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>One </w:t></w:r></w:p>")
    put(document, "<w:p><w:r><w:t>sentence.</w:t></w:r></w:p>")
    put(
        document,
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>A</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr>"
        "<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p/></w:tc><w:tc><w:p><w:r><w:t>gone</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
    )
    report = read(document)
    assert told(report) == [("paragraph", "There were 12 boats."), ("paragraph", "One sentence."), ("table", "")]
    assert tables(report) == [[("A", "1")]]
    assert "11" not in report.raw
    assert "gone" not in report.raw


def test_soft_hyphens_hidden_text_and_raised_marks(document: Document) -> None:
    put(
        document,
        "<w:p><w:r><w:t>Place\u00adment</w:t><w:softHyphen/><w:t>s on the 31</w:t></w:r>"
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>st</w:t></w:r><w:r><w:t> of May</w:t></w:r>'
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>",
    )
    assert told(read(document)) == [("paragraph", "Placements on the 31st of May²")]


def test_footnotes_are_marked_where_they_stand_and_told_after_the_table(document: Document) -> None:
    table = document.add_table(rows=2, cols=3)
    for row, texts in zip(table.rows, [YEARS, ("Boats", "1", "2")], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    reference = parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="7"/></w:r>')
    table.cell(1, 0).paragraphs[0]._p.append(reference)
    document.add_heading("Next", 1)
    document.add_paragraph("And so on.")
    data = with_part(
        saved(document),
        "footnotes",
        f'<w:footnotes {nsdecls("w")}><w:footnote w:id="0" w:type="separator"><w:p/></w:footnote><w:footnote w:id="7">'
        "<w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>Not comparable with earlier years.</w:t></w:r></w:p></w:footnote>"
        "</w:footnotes>",
    )
    report = read_report("2030/31", "A report", data)
    assert tables(report)[0][1] == ("Boats¹", "1", "2")
    assert told(report)[1:] == [
        ("footnote", "¹ Not comparable with earlier years."),
        ("heading", "Next"),
        ("paragraph", "And so on."),
    ]


def with_part(data: bytes, kind: str, xml: str) -> bytes:
    """The file with one part more, such as footnotes."""
    source, stream = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "word/_rels/document.xml.rels":
                link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
                new = f'<Relationship Id="rX" Type="{link}{kind}" Target="{kind}.xml"/></Relationships>'
                part = part.replace(b"</Relationships>", new.encode())
            target.writestr(name, part)
        target.writestr(f"word/{kind}.xml", xml)
    return stream.getvalue()


def test_text_boxes_are_read_once_and_headers_are_told(document: Document) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>A box says this.</w:t></w:r></w:p></w:txbxContent>"
    put(
        document,
        f"<w:p><w:r><w:t>It stands here.</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        f"<wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>",
    )
    document.sections[0].header.paragraphs[0].text = "Not for publication"
    report = read(document)
    assert told(report) == [("paragraph", "It stands here."), ("paragraph", "A box says this.")]
    assert report.warnings == ("The page header or footer was left out: “Not for publication”.",)


def test_a_table_that_is_set_with_tabs_is_one_where_its_cells_are_as_many_as_its_years(document: Document) -> None:
    lines = ["Homes\t31 Mar 2030\t31 Mar 2031", "Mainstream\t\t84\t88", "Kinship\t31\t37", "Short breaks\t9"]
    for text in [*lines, "The board met.", "Seen\t2029/30\t2030/31"]:
        document.add_paragraph(text)
    report = read(document)
    assert tables(report) == [
        [("Homes", "31 Mar 2030", "31 Mar 2031"), ("Mainstream", "84", "88"), ("Kinship", "31", "37")]
    ]
    assert [block.text for block in report.blocks if not block.table][-3:] == [
        "Short breaks 9", "The board met.", "Seen 2029/30 2030/31",
    ]  # fmt: skip


def test_facts_side_by_side_are_items_and_told_as_no_figures(document: Document) -> None:
    facts = [("612", "children in our care"), ("97", "for every 10,000"), ("8%", "are alone")]
    table = document.add_table(1, 3)
    for cell, (number, words) in zip(table.rows[0].cells, facts, strict=True):
        cell.text = number
        cell.add_paragraph(words)
    report = read(document)
    assert [text for kind, text in told(report) if kind == "bullet"] == [f"• {' '.join(fact)}" for fact in facts]
    assert "3 facts set side by side" in report.warnings[0]


def test_years_below_numbers_are_no_facts(document: Document) -> None:
    table = document.add_table(1, 2)
    for cell, year in zip(table.rows[0].cells, ("2029", "2030"), strict=True):
        cell.text = "4"
        cell.add_paragraph(year)
    assert tables(read(document)) == [[("4 2029", "4 2030")]]
