"""The picture of a Series, with matplotlib: PNG or SVG, the alternative text inside.

Colours are Okabe and Ito's, which colour-blind readers tell apart; each place has a marker and a dash of its own too.
The size is that of a figure across a page: 1600 by 900 points, taller where there is more to note.
"""

from __future__ import annotations

import io
import textwrap
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from xml.etree import ElementTree

from cpbqa.charting import Line, Point, Series, alt_text, heading, subtitle
from cpbqa.domain import NATIONAL, NEIGHBOURS, Period, UsageError
from cpbqa.labelling import Box, Label, Segment, place

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

INK, FAINT, EARLIER, PALE = "#222222", "#666666", "#a0a0a0", "#f3f3f3"
COLOURS = {NATIONAL: "#D55E00", NEIGHBOURS: "#009E73"}
MARKERS = {NATIONAL: "s", NEIGHBOURS: "^"}
DASHES: dict[str, Literal["--", ":"]] = {NATIONAL: "--", NEIGHBOURS: ":"}
OWN_COLOUR, OWN_MARKER = "#0072B2", "o"
OWN_DASH: Literal["-"] = "-"
WIDTH, HEIGHT, DPI = 1600, 900, 100
_MARGIN, _NOTE_LINE, _NOTE_CHARACTERS, _MARK = 50, 26, 145, 10
_SVG = "http://www.w3.org/2000/svg"


def write_chart(series: Series, path: Path) -> None:
    """Draw the series to a .png or .svg file.

    Raises:
        UsageError: another kind of file, one that cannot be written, or nothing that can be drawn.
    """
    kind = path.suffix.lower()
    if kind not in (".png", ".svg"):
        raise UsageError(f"A chart is written as .png or .svg; name such a file, not {path.name!r}.")
    if not any(line.drawn for line in series.lines):
        raise UsageError(f"No report prints a number of {series.title!r} that could be drawn.")
    data = render(series, kind.removeprefix("."))
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror or error}); name a file that can be.") from error


def render(series: Series, kind: str) -> bytes:
    """The picture as bytes; `kind` is png or svg."""
    import matplotlib as mpl

    out = io.BytesIO()
    told: dict[str, Any] = {"Title": heading(series), "Description": alt_text(series)}
    told |= {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
    style: Any = {
        "font.family": "DejaVu Sans", "svg.fonttype": "none", "svg.hashsalt": "cpbqa", "text.parse_math": False,
        "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "axes.edgecolor": FAINT,
    }  # fmt: skip
    with mpl.rc_context(style):
        figure = draw(series)
        figure.savefig(out, format=kind, dpi=DPI, metadata=told)
    return _described(out.getvalue(), series) if kind == "svg" else out.getvalue()


def _described(svg: bytes, series: Series) -> bytes:
    """The SVG with its title and description where a screen reader looks for them."""
    for prefix, uri in {"": _SVG, "xlink": "http://www.w3.org/1999/xlink"}.items():
        ElementTree.register_namespace(prefix, uri)
    root = ElementTree.fromstring(svg)
    for old in root.findall(f"{{{_SVG}}}title"):
        root.remove(old)
    for name, text in (("desc", alt_text(series)), ("title", heading(series))):
        element = ElementTree.Element(f"{{{_SVG}}}{name}", id=f"chart-{name}")
        element.text = text
        root.insert(0, element)
    root.set("role", "img")
    root.set("aria-labelledby", "chart-title chart-desc")
    described: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return described


def draw(series: Series) -> Figure:
    """The figure itself, with every label in its place."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    title = textwrap.wrap(heading(series), 76)
    notes = [line for text in (*series.notes, *series.sources) for line in textwrap.wrap(text, _NOTE_CHARACTERS)]
    keys = _keys(series)
    top, bottom = (
        98 + 42 * len(title) + 48 * (len(keys) > 1),
        (118 if any(slot.term for slot in series.slots) else 92) + _NOTE_LINE * len(notes),
    )
    height = max(HEIGHT, top + bottom + 480)
    figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    # The axis's numbers and its name stand left of the axes.
    axes = figure.add_axes((130 / WIDTH, bottom / height, (WIDTH - 130 - _MARGIN) / WIDTH, 1 - (top + bottom) / height))

    def write(pixels: float, text: str, **how: Any) -> None:
        figure.text(_MARGIN / WIDTH, 1 - pixels / height, text, va="top", **how)

    write(28, "\n".join(title), fontsize=24, fontweight="bold", linespacing=1.25)
    write(40 + 42 * len(title), subtitle(series), fontsize=17, color=FAINT)
    write(height - 22 - _NOTE_LINE * len(notes), "\n".join(notes), fontsize=14, color=INK, linespacing=1.35)
    _frame(axes, series)
    labels: list[Label] = []
    segments: list[Segment] = []
    for line in series.lines:
        _line(axes, series, line, labels, segments)
    _tell_gaps(axes, series)
    _mark_breaks(axes, series)
    if len(keys) > 1:
        # Above the axes, where no value is.
        spot = (_MARGIN / WIDTH, 1 - (top - 54) / height)
        figure.legend(handles=keys, loc="upper left", bbox_to_anchor=spot, ncols=len(keys), fontsize=16, frameon=False,
                      borderaxespad=0, borderpad=0, columnspacing=1.6, handlelength=2.4)  # fmt: skip
    _write_labels(figure, axes, labels, segments)
    return figure


def _frame(axes: Axes, series: Series) -> None:
    """The axes: a band a period, numbers from zero in the measure's unit."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    numbers = [float(p.number) for line in series.lines for p in line.drawn if p.number is not None]
    numbers += [float(f.number) for line in series.lines for p in line.points for f in p.restated if f.number]
    least, most = min(0.0, *numbers), max(0.0, *numbers) or 1.0
    axes.set_xlim(-0.5, len(series.slots) - 0.5)
    axes.set_ylim(least * 1.15, most * 1.14)
    wanted = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10], integer=series.unit == "count").tick_values(least, most)
    highest = 100 if series.unit == "percent" and most <= 100 else most * 1.14
    axes.set_yticks([tick for tick in wanted if least * 1.15 <= tick <= highest])
    sign = {"percent": "{:,g}%", "pounds": "£{:,g}"}.get(series.unit, "{:,g}")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda tick, _: sign.format(tick)))
    terms = any(slot.term for slot in series.slots)
    axes.set_xticks(range(len(series.slots)), [_tick(slot, terms) for slot in series.slots])
    axes.set_ylabel(series.axis, fontsize=17, labelpad=10)
    axes.tick_params(axis="x", labelsize=17 if len(series.slots) <= 10 else 13, length=0, pad=8)
    axes.tick_params(axis="y", labelsize=17, length=0)
    axes.grid(axis="y", color="#d9d9d9", linewidth=1)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    for i in range(0, len(series.slots), 2):
        axes.axvspan(i - 0.5, i + 0.5, color=PALE, zorder=0, linewidth=0)


def _tick(slot: Period, terms: bool) -> str:
    """A year on one line; where there are terms, all take two, to stand level."""
    return f"{slot.term or 'Year'}\n{slot.year}" if terms else str(slot)


def _shift(series: Series, geography: str) -> float:
    """Places stand beside each other within their period, so that no mark hides another."""
    if len(series.lines) == 1:
        return 0.0
    return {NATIONAL: 0.06, NEIGHBOURS: 0.3}.get(geography, -0.22)


def _line(axes: Axes, series: Series, line: Line, labels: list[Label], segments: list[Segment]) -> None:
    """One place: lines between neighbours in time, a mark a value, hollow where it was restated."""
    colour = COLOURS.get(line.geography, OWN_COLOUR)
    marker = MARKERS.get(line.geography, OWN_MARKER)
    shift = _shift(series, line.geography)

    def at(point: Point) -> tuple[float, float]:
        return series.slots.index(point.period) + shift, float(point.number or 0)

    for run in series.runs(line):
        spots = [at(point) for point in run]
        axes.plot(*zip(*spots, strict=True), color=colour, linestyle=DASHES.get(line.geography, OWN_DASH), linewidth=3)
        segments += [(*a, *b) for a, b in pairwise(spots)]
    for point in line.drawn:
        x, y = at(point)
        for first in point.restated:
            if first.number is not None:
                left, before = x - 0.13, float(first.number)
                axes.plot([left, x], [before, y], color=FAINT, linewidth=1, zorder=2.5)
                axes.plot(left, before, marker="D", markersize=10, color=EARLIER, zorder=2.6, linestyle="none")
                labels.append(Label(left, before, first.printed, FAINT, bold=False, leftwards=True))
        face = "white" if point.restated else colour
        axes.plot(x, y, marker, color=colour, markerfacecolor=face, markersize=13, markeredgewidth=3, zorder=3)
        labels.append(Label(x, y, point.printed, colour, bold=line.geography == series.authority))


def _tell_gaps(axes: Axes, series: Series) -> None:
    """What stands in the place of a value that is missing, at the foot of its period."""
    crowded = len(series.slots) > 6
    for gap in series.gaps:
        words = gap.words.replace(" ", "\n") if crowded else gap.words
        spot = (series.slots.index(gap.period) + _shift(series, series.authority) * (not crowded), 0.02)
        axes.text(*spot, words, transform=axes.get_xaxis_transform(), ha="center", va="bottom", fontsize=14,
                  color=FAINT, style="italic")  # fmt: skip


def _mark_breaks(axes: Axes, series: Series) -> None:
    """A line between the last period of one series and the first of the next."""
    for slot in series.broken:
        at = series.slots.index(slot) - 0.5
        axes.axvline(at, color=INK, linewidth=2, linestyle=(0, (2, 3)), zorder=1)
        axes.text(at, 0.985, "break in series ", transform=axes.get_xaxis_transform(), ha="right", va="top",
                  fontsize=14, color=INK, rotation=90)  # fmt: skip


def _keys(series: Series) -> list[Line2D]:
    """What each kind of mark in the chart means, for the legend."""
    from matplotlib.lines import Line2D

    keys = [
        Line2D([], [], color=COLOURS.get(line.geography, OWN_COLOUR), marker=MARKERS.get(line.geography, OWN_MARKER),
               linestyle=DASHES.get(line.geography, OWN_DASH), linewidth=3, markersize=12, label=line.geography)
        for line in series.lines
    ]  # fmt: skip
    if any(point.restated for line in series.lines for point in line.drawn):
        keys += [
            Line2D([], [], color=OWN_COLOUR, marker="o", markerfacecolor="white", markeredgewidth=3, markersize=12,
                   linestyle="none", label="Restated (latest print)"),
            Line2D([], [], color=EARLIER, marker="D", markersize=10, linestyle="none", label="First printed value"),
        ]  # fmt: skip
    return keys


def _write_labels(figure: Figure, axes: Axes, labels: list[Label], segments: list[Segment]) -> None:
    """Write each value, as printed, where it hides no mark, line or other value."""
    from matplotlib.transforms import IdentityTransform

    size = 17 if len(axes.get_xticks()) <= 10 else 13
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    pixels = axes.transData.transform
    texts = []
    sizes = []
    for item in labels:
        weight = "bold" if item.bold else "normal"
        text = axes.text(0, 0, item.text, color=item.colour, fontsize=size, fontweight=weight, ha="center", va="center",
                         transform=IdentityTransform(), zorder=1.9)  # fmt: skip
        extent = text.get_window_extent(renderer)
        texts.append(text)
        sizes.append((float(extent.width), float(extent.height)))
    spots = [tuple(map(float, pixels((item.x, item.y)))) for item in labels]
    marks = [Box(x - _MARK, y - _MARK, x + _MARK, y + _MARK) for x, y in spots]
    strokes = [(*map(float, pixels((a, b))), *map(float, pixels((c, d)))) for a, b, c, d in segments]
    area = axes.get_window_extent(renderer)
    frame = Box(float(area.x0), float(area.y0), float(area.x1), float(area.y1))
    chosen = place(labels, spots, sizes, marks, strokes, frame)  # type: ignore[arg-type]
    inverse = axes.transData.inverted().transform
    for text, spot in zip(texts, chosen, strict=True):
        text.set_transform(axes.transData)
        x, y = inverse(spot)
        text.set_position((float(x), float(y)))
        _keep_grid_out(axes, text, renderer)


def _keep_grid_out(axes: Axes, text: Text, renderer: Any) -> None:
    """Let the grid not run through a number, where it lies in one band and so before one colour."""
    extent = text.get_window_extent(renderer)
    left, right = (int(axes.transData.inverted().transform((x, 0))[0] + 0.5) for x in (extent.x0 - 2, extent.x1 + 2))
    if left == right:
        text.set_bbox({"facecolor": "white" if left % 2 else PALE, "edgecolor": "none", "pad": 1.5})
