"""The parts of a Word file: its text, styles, numbering and notes, as Office Open XML (ECMA-376) keeps them."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from .markup import local, parsed_xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_DEEPEST = 20


@dataclass(frozen=True)
class Style:
    """What a paragraph style says; None where it says nothing and its base decides."""

    name: str = ""
    base: str = ""
    level: int | None = None
    numbering: tuple[str, int] | None = None
    bold: bool | None = None
    size: float | None = None


class WordFile:
    """An opened Word file. Raises whatever zipfile and lxml raise where it is damaged."""

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._names = set(self._archive.namelist())
        self.main = self._main_part()
        self.body = next(child for child in self._root(self.main) if local(child) == "body")
        self.targets = self._targets()
        self.styles, self.default_size = _styles(self._related("styles"))
        self.numbering = Numbering(self._related("numbering"))
        self.footnotes = _notes(self._related("footnotes"))
        self.endnotes = _notes(self._related("endnotes"))

    def margins(self) -> list[Any]:
        """The roots of the page headers and footers."""
        return [self._root(path) for kind, path in self.targets if kind in ("header", "footer") and path in self._names]

    def has(self, folder: str) -> int:
        """How many parts stand in a folder beside the main part, as `charts`."""
        return sum(posixpath.dirname(name).endswith(folder) and name.endswith(".xml") for name in self._names)

    def style(self, name: str) -> list[Style]:
        """A paragraph style and what it is based on, nearest first."""
        chain: list[Style] = []
        while name in self.styles and len(chain) < _DEEPEST:
            chain.append(self.styles[name])
            name = self.styles[name].base
        return chain

    def _main_part(self) -> str:
        if "word/document.xml" in self._names:
            return "word/document.xml"
        types = self._archive.read("[Content_Types].xml").decode("utf-8", "replace")
        found = re.search(r'PartName="/([^"]+)"[^>]*(?:document|template)\.(?:macroEnabled\.)?main\+xml', types)
        return found[1] if found else "word/document.xml"

    def _targets(self) -> list[tuple[str, str]]:
        """Kind and path of each part that the main part names, such as `("header", "word/header1.xml")`."""
        folder, name = posixpath.split(self.main)
        path = f"{folder}/_rels/{name}.rels"
        if path not in self._names:
            return []
        found = []
        for relation in self._root(path):
            if relation.get("TargetMode") != "External" and relation.get("Type") and relation.get("Target"):
                target = posixpath.normpath(posixpath.join("/" + folder, relation.get("Target"))).lstrip("/")
                found.append((relation.get("Type").rsplit("/", 1)[-1], target))
        return found

    def _related(self, kind: str) -> Any:
        """The root of the one part of a kind; None where there is none."""
        path = next((path for name, path in self.targets if name == kind and path in self._names), None)
        return self._root(path) if path else None

    def _root(self, path: str) -> Any:
        # Strict files differ in their names only.
        data = self._archive.read(path).replace(_STRICT, W[1:-1].encode())
        return parsed_xml(data)


def child(element: Any, *names: str) -> Any:
    """The element below, by a path of names; None where there is none."""
    for name in names:
        if element is None:
            return None
        element = element.find(W + name)
    return element


def value(element: Any, *names: str) -> str | None:
    """The `val` of the element below, by a path of names."""
    found = child(element, *names)
    return None if found is None else found.get(W + "val")


def switched_on(element: Any, *names: str) -> bool | None:
    """Whether a switch such as bold is on; None where it is not named."""
    found = child(element, *names)
    return None if found is None else found.get(W + "val", "true") not in ("0", "false", "none", "off")


def number(text: str | None, least: int, most: int) -> int | None:
    """A whole number that a file names, kept between bounds; None where it is none."""
    if text is None or not re.fullmatch(r"[+-]?\d{1,9}(\.\d+)?", text):
        return None
    return min(max(int(float(text)), least), most)


def _styles(root: Any) -> tuple[dict[str, Style], float]:
    found: dict[str, Style] = {}
    size = 11.0
    for element in [] if root is None else root:
        if local(element) == "docDefaults":
            size = (number(value(element, "rPrDefault", "rPr", "sz"), 2, 400) or 22) / 2
        if local(element) != "style" or element.get(W + "type", "paragraph") != "paragraph":
            continue
        name = (value(element, "name") or "").lower()
        half = number(value(element, "rPr", "sz"), 2, 400)
        found[element.get(W + "styleId", "")] = Style(
            name=name,
            base=value(element, "basedOn") or "",
            level=_level(name, value(element, "pPr", "outlineLvl")),
            numbering=numbering_of(child(element, "pPr")),
            bold=switched_on(element, "rPr", "b"),
            size=None if half is None else half / 2,
        )
        if element.get(W + "default") in ("1", "true"):
            found.setdefault("", found[element.get(W + "styleId", "")])
    return found, size


def _level(name: str, outline: str | None) -> int | None:
    """A style's outline level, from 0; the name tells it too, in files of other programs."""
    match = re.fullmatch(r"heading ?(\d)", name)
    if match:
        return max(int(match[1]) - 1, 0)
    level = number(outline, 0, 9)
    return level if level is not None and level < 9 else None


def numbering_of(properties: Any) -> tuple[str, int] | None:
    """The list that paragraph properties name, and the level in it; the list `0` is none."""
    name = value(properties, "numPr", "numId")
    level = number(value(properties, "numPr", "ilvl"), 0, 8)
    if name is None:
        return None if level is None else ("", level)
    return name, level or 0


def _notes(root: Any) -> dict[str, Any]:
    """Footnotes or endnotes by id, without those that only draw a line."""
    elements = [] if root is None else root
    return {note.get(W + "id", ""): note for note in elements if note.get(W + "type", "normal") == "normal"}


class Numbering:
    """The lists of a file: what stands before each item, counted as the file is read."""

    def __init__(self, root: Any) -> None:
        kinds: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._lists: dict[str, str] = {}
        for element in [] if root is None else root:
            if local(element) == "abstractNum":
                levels = {number(level.get(W + "ilvl"), 0, 8) or 0: _form(level) for level in element.iter(W + "lvl")}
                kinds[element.get(W + "abstractNumId", "")] = levels
            elif local(element) == "num":
                self._lists[element.get(W + "numId", "")] = value(element, "abstractNumId") or ""
        self._kinds = kinds
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)

    def marker(self, name: str, level: int) -> str:
        """The mark of the next item of a list: a bullet, or a number such as `3.`."""
        levels = self._kinds.get(self._lists.get(name, ""), {})
        form, text, start = levels.get(level, ("bullet", "•", 1))
        if form in ("bullet", "none"):
            return text or "•"
        counts = self._counts[name]
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        return re.sub(r"%(\d)", lambda m: _counted(counts, levels, int(m[1]) - 1), text) or f"{counts[level]}."


def _form(level: Any) -> tuple[str, str, int]:
    start = number(value(level, "start"), 0, 100_000)
    return value(level, "numFmt") or "decimal", (value(level, "lvlText") or "")[:40], 1 if start is None else start


def _counted(counts: dict[int, int], levels: dict[int, tuple[str, str, int]], level: int) -> str:
    form, _, start = levels.get(level, ("decimal", "", 1))
    count = counts.get(level, start)
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (count - 1) % 26) * (1 + (count - 1) // 26 % 5)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        roman = _roman(count % 4000)
        return roman if form == "lowerRoman" else roman.upper()
    return str(count)


def _roman(count: int) -> str:
    steps = zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
                "m cm d cd c xc l xl x ix v iv i".split(), strict=True)  # fmt: skip
    told = ""
    for size, letters in steps:
        told += letters * (count // size)
        count %= size
    return told
