"""The text of one paragraph of a Word file: runs, breaks, notes, symbols, tracked changes, and the text boxes in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from .drafts import raised
from .markup import local
from .wordfile import W, child, number, switched_on, value

Mark = Callable[[str, str], str]
_LEFT_OUT = frozenset({"del", "moveFrom", "pPr", "rPr", "sdtPr", "sdtEndPr", "instrText", "delText", "rt", "Fallback"})
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_DEEPEST = 60


@dataclass(frozen=True)
class Paragraph:
    """A paragraph's text; tabs and line breaks as they are. `bold` and `size` are None and 0 where its runs differ
    or say nothing."""

    text: str
    bold: bool | None = None
    size: float = 0.0
    boxes: tuple[Any, ...] = ()
    warnings: tuple[str, ...] = ()

    def joined(self, other: Paragraph) -> Paragraph:
        """This paragraph and the one that goes on with it."""
        return replace(
            other,
            text=self.text + other.text,
            boxes=(*self.boxes, *other.boxes),
            warnings=(*self.warnings, *other.warnings),
        )


@dataclass
class _Runs:
    parts: list[str] = field(default_factory=list)
    bold: list[bool | None] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_paragraph(element: Any, mark: Mark) -> Paragraph:
    """The text of a `w:p`. `mark` gives the mark of a footnote or endnote by kind and id."""
    runs = _Runs()
    _walk(element, runs, mark, 0)
    bold = runs.bold[0] if runs.bold and len(set(runs.bold)) == 1 else (False if True in runs.bold else None)
    size = runs.sizes[0] if runs.sizes and len(set(runs.sizes)) == 1 else 0.0
    return Paragraph("".join(runs.parts), bold, size, tuple(runs.boxes), tuple(runs.warnings))


def _walk(element: Any, runs: _Runs, mark: Mark, depth: int) -> None:
    for inner in element:
        name = local(inner)
        if name in _LEFT_OUT or depth > _DEEPEST:
            continue
        if name == "r":
            _run(inner, runs, mark, depth)
        elif name == "txbxContent":
            runs.boxes.append(inner)
        elif name == "t":
            # The text of a formula; a run's own is read by _run.
            runs.parts.append(inner.text or "")
        elif name == "AlternateContent":
            _walk(_chosen(inner), runs, mark, depth + 1)
        else:
            _walk(inner, runs, mark, depth + 1)


def _run(run: Any, runs: _Runs, mark: Mark, depth: int) -> None:
    properties = child(run, "rPr")
    if switched_on(properties, "vanish") or switched_on(properties, "webHidden"):
        return
    up = value(properties, "vertAlign") == "superscript"
    for inner in run:
        name = local(inner)
        if name == "t":
            text = inner.text or ""
            runs.parts.append(raised(text) if up else text)
            if text.strip():
                half = number(value(properties, "sz"), 2, 400)
                runs.bold.append(switched_on(properties, "b"))
                runs.sizes.append((half or 0) / 2)
        elif name in _BREAKS:
            page = name == "br" and inner.get(W + "type") in ("page", "column")
            runs.parts.append(" " if page else _BREAKS[name])
        elif name in ("footnoteReference", "endnoteReference"):
            runs.parts.append(raised(mark(name.removesuffix("Reference"), inner.get(W + "id", ""))))
        elif name == "sym":
            runs.parts.append(_symbol(inner.get(W + "char", "")))
        elif name == "commentReference":
            runs.warnings.append("The comments in the margin were left out.")
        elif name in ("drawing", "pict", "object", "AlternateContent"):
            found = len(runs.boxes)
            _walk(_chosen(inner) if name == "AlternateContent" else inner, runs, mark, depth + 1)
            if len(runs.boxes) == found and name != "AlternateContent":
                runs.warnings.append("Pictures were left out: nothing here reads what they show.")
        elif name not in _LEFT_OUT:
            _walk(inner, runs, mark, depth + 1)


def _chosen(element: Any) -> Any:
    """Of two ways to say one thing (new and old drawings), the first; both hold the same text."""
    return next((inner for inner in element if local(inner) in ("Choice", "Fallback")), element)


def _symbol(code: str) -> str:
    point = int(code, 16) if 0 < len(code) <= 5 and all(c in "0123456789abcdefABCDEF" for c in code) else 0
    return chr(point) if 31 < point < 0xD800 or 0xE000 <= point < 0xFFFE else ""
