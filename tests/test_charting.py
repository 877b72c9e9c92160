"""Charts: the data behind them, the words beside them, and what the files hold."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cpbqa.asking.lookup import FigureTable
from cpbqa.bot import Bot
from cpbqa.charting import Gap, Series, alt_text, bar, series_of, text_chart
from cpbqa.cli import main
from cpbqa.domain import NATIONAL, NEIGHBOURS, Citation, Measure, Observation, Period, Quantity, Unit, UsageError
from cpbqa.drawing import render, write_chart
from cpbqa.labelling import Box, Label, place

SVG = "{http://www.w3.org/2000/svg}"
OWN = "Northbrook"
Cell = tuple[str, str, str, str]  # period, place, report, printed


def observation(period: str, geography: str, report: str, printed: str, unit: Unit = "percent") -> Observation:
    told = Period.parse(period)
    assert told is not None
    return Observation(
        measure="boats", label="Boats afloat", group="Harbour", period=told, geography=geography, report=report,
        source="table", quantity=Quantity.parse(printed, unit), basis="Snapshot",
        citation=Citation(report=report, location=f"Appendix A, Harbour, row 1, column {period}", quote=printed),
        undated=geography in (NATIONAL, NEIGHBOURS),
    )  # fmt: skip


def made_up(cells: Sequence[Cell], unit: Unit = "percent") -> Series:
    """The series of a made-up measure with these cells."""
    reports = sorted({report for _, _, report, _ in cells})
    table = FigureTable([observation(*cell, unit) for cell in cells], reports, OWN)
    return series_of(Measure(id="boats", labels={reports[-1]: "Boats afloat"}, unit=unit, basis="Snapshot"), table)


def real(bot: Bot, words: str) -> Series:
    return series_of(bot.measure(words), bot.table)


def values(series: Series, geography: str) -> list[tuple[str, str]]:
    line = next(line for line in series.lines if line.geography == geography)
    return [(str(point.period), point.printed) for point in line.points]


def runs(series: Series) -> list[list[list[str]]]:
    return [[[str(p.period) for p in run] for run in series.runs(line)] for line in series.lines]


# The data, from the real reports


def test_a_run_of_years(bot: Bot) -> None:
    series = real(bot, "how many kids in care")
    assert series.title == "Number of Looked after Children at 31 March"
    assert values(series, "Tower Hamlets") == [
        ("2020/21", "306"), ("2021/22", "332"), ("2022/23", "301"), ("2023/24", "277"), ("2024/25", "284"),
    ]  # fmt: skip
    assert (series.unit, series.axis, series.gaps, len(series.lines)) == ("count", "Number", (), 1)
    assert series.notes == ("2023/24: the headline section of the 2024/25 report says 276, the table 277.",)
    assert series.sources == (
        "Source: 2023/24 report, Appendix C, Looked After Children, row 1, column 2020/21.",
        "Source: 2024/25 report, Appendix C, Looked After Children, row 1, columns 2021/22, 2022/23, 2023/24 and "
        "2024/25.",
    )


def test_places_have_lines_of_their_own(bot: Bot) -> None:
    series = real(bot, "long term stability")
    assert values(series, "Tower Hamlets") == [
        ("2020/21", "73.1%"), ("2021/22", "58.0%"), ("2022/23", "48%"), ("2023/24", "68.8%"), ("2024/25", "74.4%"),
    ]  # fmt: skip
    assert values(series, NATIONAL) == [("2023/24", "69%"), ("2024/25", "68%")]
    assert values(series, NEIGHBOURS) == [("2023/24", "68%"), ("2024/25", "66%")]
    assert [str(slot) for slot in series.slots] == ["2020/21", "2021/22", "2022/23", "2023/24", "2024/25"]
    assert series.notes == (
        "National and Statistical Neighbours: shown under the year of the report that prints them.",
    )


def test_restated_points_keep_their_first_print(bot: Bot) -> None:
    points = {str(point.period): point for point in real(bot, "exits").lines[0].points}
    restated = {
        period: (point.printed, [(first.printed, first.number, first.report) for first in point.restated])
        for period, point in points.items()
        if point.restated
    }
    assert restated == {
        "2021/22": ("156", [("157", Decimal(157), "2023/24")]),
        "2023/24": ("168", [("173", Decimal(173), "2023/24")]),
    }


def test_another_rounding_is_no_restatement(bot: Bot) -> None:
    series = real(bot, "rate per 10,000")
    points = {str(point.period): point for point in series.lines[0].points}
    assert [first.printed for first in points["2021/22"].first] == ["52"]
    assert all(not point.restated for point in points.values())
    assert "2021/22: printed as 52 in the 2023/24 report (the same but for rounding)." in series.notes


def test_terms_stand_in_order_and_gaps_stay_gaps(bot: Bot) -> None:
    series = real(bot, "PEPs rated green")
    assert values(series, "Tower Hamlets") == [
        ("2020/21", "91%"), ("2021/22", "78%"), ("2022/23 Spring", "84%"), ("2022/23 Summer", "86%"),
        ("2023/24 Autumn", "87%"), ("2023/24 Spring", "84%"), ("2024/25 Autumn", "84%"), ("2024/25 Spring", "84%"),
    ]  # fmt: skip
    assert [(str(gap.period), gap.words) for gap in series.gaps] == [
        ("2022/23 Autumn", "not printed"),
        ("2023/24 Summer", "not printed"),
    ]
    assert runs(series) == [
        [
            ["2020/21", "2021/22"],
            ["2022/23 Spring", "2022/23 Summer", "2023/24 Autumn", "2023/24 Spring"],
            ["2024/25 Autumn", "2024/25 Spring"],
        ]
    ]


def test_a_bare_number_is_not_drawn_among_percentages(bot: Bot) -> None:
    series = real(bot, "percentage of children leaving care who are adopted")
    assert [line.drawn[0].printed for line in series.lines] == ["6.1%", "9%", "7%"]
    assert "Not drawn: National 2023/24, 13 (printed without a % sign)." in series.notes


def test_every_measure_has_a_chart_that_says_every_value(bot: Bot) -> None:
    for measure in bot.snapshot.measures.values():
        series = series_of(measure, bot.table)
        text, shown = alt_text(series), text_chart(series)
        for line in series.lines:
            for point in line.points:
                assert f"{point.period}: {point.printed}" in text
                assert point.printed in shown
        assert series.sources
        assert bot.measure(measure.label) is measure


# The data, made up


def test_no_line_crosses_a_missing_year() -> None:
    series = made_up([
        ("2026/27", OWN, "2030/31", "50%"), ("2027/28", OWN, "2030/31", "51%"), ("2029/30", OWN, "2030/31", ""),
        ("2030/31", OWN, "2030/31", "c"), ("2031/32", OWN, "2031/32", "60%"), ("2031/32", NATIONAL, "2031/32", "9%"),
    ])  # fmt: skip
    assert series.gaps == (
        Gap(Period(start=2028), "not printed"),
        Gap(Period(start=2029), "not reported"),
        Gap(Period(start=2030), "c"),
    )
    assert runs(series) == [[["2026/27", "2027/28"], ["2031/32"]], [["2031/32"]]]
    assert any(note.startswith("Not drawn: Northbrook 2030/31, c (suppressed: ") for note in series.notes)


def test_a_year_and_its_terms_are_not_joined() -> None:
    series = made_up([
        ("2029/30", OWN, "2030/31", "50%"), ("2030/31", OWN, "2030/31", "51%"),
        ("2030/31 Autumn", OWN, "2030/31", "52%"), ("2030/31 Spring", OWN, "2030/31", "53%"),
    ])  # fmt: skip
    assert [str(slot) for slot in series.slots] == ["2029/30", "2030/31", "2030/31 Autumn", "2030/31 Spring"]
    assert runs(series) == [[["2029/30", "2030/31"], ["2030/31 Autumn", "2030/31 Spring"]]]


def test_a_comparison_beside_terms_makes_no_gap_of_ours() -> None:
    series = made_up([
        ("2030/31 Autumn", OWN, "2030/31", "52%"), ("2030/31 Spring", OWN, "2030/31", "53%"),
        ("2030/31", NATIONAL, "2030/31", "60%"),
    ])  # fmt: skip
    assert [str(slot) for slot in series.slots] == ["2030/31", "2030/31 Autumn", "2030/31 Spring"]
    assert series.gaps == ()


def test_the_words_of_a_chart() -> None:
    series = made_up([
        ("2029/30", OWN, "2030/31", "1,024"), ("2029/30", OWN, "2031/32", "512"), ("2031/32", OWN, "2031/32", "256"),
        ("2031/32", NATIONAL, "2031/32", "300"),
    ], "count")  # fmt: skip
    assert alt_text(series) == (
        "Line chart: Boats afloat, 2029/30 to 2031/32. Northbrook and National; number; basis as printed: Snapshot. "
        "The vertical axis starts at 0.\n"
        "Northbrook: 2029/30: 512 (restated, first printed as 1,024 in the 2030/31 report); 2030/31: not printed; "
        "2031/32: 256.\n"
        "National: 2031/32: 300.\n"
        "The line is broken where a value is missing, and between whole years and terms.\n"
        "2029/30: first printed as 1,024 in the 2030/31 report, 512 in the 2031/32 report.\n"
        "National: shown under the year of the report that prints them.\n"
        "Source: 2031/32 report, Appendix A, Harbour, row 1, columns 2029/30 and 2031/32.\n"
        "Source: 2030/31 report, Appendix A, Harbour, row 1, column 2029/30."
    )
    assert text_chart(series).split("\n")[3:7] == [
        "          Northbrook                            National",
        "2029/30         512*  ████████████████████████",
        "2030/31  not printed",
        "2031/32          256  ████████████                   300",
    ]


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 10_000), st.integers(1, 40))
def test_a_bar_is_as_long_as_its_number(number: int, top: int, width: int) -> None:
    drawn = bar(Decimal(min(number, top)), Decimal(top), width)
    eighths = sum(8 if mark == "█" else "▏▎▍▌▋▊▉".index(mark) + 1 for mark in drawn)
    assert abs(eighths - max(min(number, top) * width * 8 / top, bool(number))) <= 0.5
    assert len(drawn) <= width


# The pictures


def texts(svg: bytes) -> list[str]:
    return [" ".join("".join(node.itertext()).split()) for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_an_svg_holds_its_values_and_its_words(bot: Bot) -> None:
    series = real(bot, "exits")
    svg = render(series, "svg")
    root = ElementTree.fromstring(svg)
    assert (root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")) == (
        "Number of children ceasing to be Looked After, 2020/21 to 2024/25",
        alt_text(series),
    )
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "chart-title chart-desc")
    written = texts(svg)
    for text in ("131", "156", "167", "168", "160", "157", "173", "Restated (latest print)", "First printed value"):
        assert written.count(text) == 1, text
    for text in ("2020/21", "2024/25", "Number", "Tower Hamlets", series.sources[0], *series.notes):
        assert text in " ".join(written)
    assert render(series, "svg") == svg


def test_a_png_holds_its_words(bot: Bot) -> None:
    series = real(bot, "long term stability")
    image = Image.open(io.BytesIO(render(series, "png")))
    assert image.size == (1600, 900)
    assert image.text["Description"] == alt_text(series)  # type: ignore[attr-defined]
    assert image.text["Title"] == "Long term stability of Looked After Children, 2020/21 to 2024/25"  # type: ignore[attr-defined]
    colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 24) or ()}
    assert {(0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00), (0x00, 0x9E, 0x73)} <= colours


@pytest.mark.parametrize("printed", [["$5^2$", "50%"], ["-4", "3"], ["0", "0"], ["£1,024", "£2"], ["100%", "100%"]])
def test_odd_values_are_drawn(printed: list[str]) -> None:
    cells = [(f"20{29 + i}/{30 + i}", OWN, "2030/31", value) for i, value in enumerate(printed)]
    written = texts(render(made_up(cells, "percent" if "%" in "".join(printed) else "number"), "svg"))
    assert set(printed) <= set(written)


def test_labels_keep_off_each_other_and_off_lines() -> None:
    spots = [(100.0, 100.0), (120.0, 102.0), (140.0, 101.0), (160.0, 100.0)]
    labels = [Label(x, y, "50%", "black", bold=i == 0) for i, (x, y) in enumerate(spots)]
    marks = [Box(x - 8, y - 8, x + 8, y + 8) for x, y in spots]
    segments = [(100.0, 100.0, 120.0, 102.0), (0.0, 100.0, 100.0, 100.0)]
    size = (44.0, 16.0)
    centres = place(labels, spots, [size] * 4, marks, segments, Box(0, 0, 400, 400))
    boxes = [Box(x - 22, y - 8, x + 22, y + 8) for x, y in centres]
    assert centres[0] == (100.0, 125.0)
    assert all(a.shared(b) == 0 for i, a in enumerate(boxes) for b in [*boxes[:i], *marks])
    assert not any(box.crossed(segment) for box in boxes for segment in segments)


@pytest.mark.parametrize(
    ("segment", "crossed"),
    [
        ((0, 5, 20, 5), True), ((0, 0, 20, 20), True), ((12, 12, 14, 14), True), ((0, 25, 20, 25), False),
        ((0, 15, 8, 30), False), ((0, 0, 4, 4), False), ((15, 0, 15, 30), True),
    ],
)  # fmt: skip
def test_a_line_crosses_a_box(segment: tuple[float, float, float, float], crossed: bool) -> None:
    assert Box(10, 0, 20, 20).crossed(segment) is crossed


# The command


def test_the_program_draws(index_folder: Path, bot: Bot, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "trend.svg"
    assert main(["chart", "long", "term", "stability", "-o", str(path), "--index", str(index_folder)]) == 0
    told = alt_text(real(bot, "long term stability"))
    assert capsys.readouterr().out == f"Written to {path}. The alternative text, which the file holds too:\n\n{told}\n"
    assert ElementTree.parse(path).getroot().findtext(f"{SVG}desc") == told


def test_the_program_shows_bars(index_folder: Path, bot: Bot, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chart", "exits", "--index", str(index_folder)]) == 0
    assert capsys.readouterr().out == text_chart(real(bot, "exits")) + "\n"


def test_no_chart_is_wider_than_a_terminal(bot: Bot) -> None:
    for measure in bot.snapshot.measures.values():
        series = series_of(measure, bot.table)
        shown = text_chart(series).split("\n")
        assert max(map(len, shown[3 : 4 + len(series.slots)])) <= 80


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("unicorns", "No measure is called 'unicorns'; say it as a report prints it."),
        ("", "No measure is called ''; say it as a report prints it."),
        (
            "reg 44 visits",
            "No measure is called 'reg 44 visits'; say one of these: Number of Foster Carer Enquiries leading",
        ),
        ("health", "Several measures fit 'health'; say one of these: "),
        ("special guardianship", "Several measures fit 'special guardianship'; say one of these: "),
    ],
)
def test_a_measure_that_is_not_there_is_told(
    index_folder: Path, capsys: pytest.CaptureFixture[str], words: str, sentence: str
) -> None:
    assert main(["chart", "--index", str(index_folder), "--", words]) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert captured.err.startswith(sentence)


def test_a_file_that_is_no_picture_is_told(tmp_path: Path) -> None:
    series = made_up([("2030/31", OWN, "2030/31", "50%")])
    with pytest.raises(UsageError, match=r"written as \.png or \.svg; name such a file, not 'a\.pdf'"):
        write_chart(series, tmp_path / "a.pdf")
    with pytest.raises(UsageError, match=r"cannot be written \(No such file or directory\)"):
        write_chart(series, tmp_path / "none" / "a.png")
    with pytest.raises(UsageError, match=r"No report prints a number of 'Boats afloat'"):
        write_chart(made_up([("2030/31", OWN, "2030/31", "c")]), tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []
