"""corpus.toml and measures.toml with one thing more; comments and everything else stay as they are."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Protocol

from cpbqa.domain import CorpusError

_TABLE = re.compile(r"^[ \t]*\[", re.M)
_REPORT = re.compile(r"^[ \t]*\[\[[ \t]*report[ \t]*\]\]", re.M)

_VALUE = r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[^\s#\"']+"


class Told(Protocol):
    """What corpus.toml says of a report."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def copyright(self) -> str: ...
    @property
    def date(self) -> object: ...


def with_entry(text: str, entry: Told) -> str:
    """corpus.toml with this report: in the place of the one with its id, or at the end. Raises CorpusError where the
    file is written in a way that it cannot be put into."""
    lines = {
        "id": _string(entry.id),
        "title": _string(entry.title),
        "file": _string(entry.file),
        "date": str(entry.date),
        "sha256": _string(entry.sha256),
        "copyright": _string(entry.copyright),
    }
    start, end = _block(text, entry.id)
    if start is None:
        told = "\n".join(f"{name} = {value}" for name, value in lines.items())
        new = f"{text.rstrip()}\n\n[[report]]\n{told}\n".lstrip()
    else:
        block = text[start:end]
        for name, value in lines.items():
            found = re.search(rf"^[ \t]*{name}[ \t]*=[ \t]*({_VALUE})", block, re.M)
            if found:
                block = block[: found.start(1)] + value + block[found.end(1) :]
        new = text[:start] + block + text[end:]
    _check(new, entry)
    return new


def _block(text: str, name: str) -> tuple[int | None, int]:
    """Where the report of that id stands in the file."""
    for match in _REPORT.finditer(text):
        following = _TABLE.search(text, match.end())
        end = following.start() if following else len(text)
        found = re.search(r"^[ \t]*id[ \t]*=[ \t]*[\"']([^\"']*)[\"']", text[match.end() : end], re.M)
        if found and found[1] == name:
            return match.end(), end
    return None, len(text)


def _check(text: str, entry: Told) -> None:
    """The file says of the report what it should, as TOML reads it."""
    try:
        told = [report for report in tomllib.loads(text).get("report", []) if report.get("id") == entry.id]
    except tomllib.TOMLDecodeError:
        told = []
    if [(r.get("file"), r.get("sha256"), r.get("title")) for r in told] != [(entry.file, entry.sha256, entry.title)]:
        raise CorpusError(
            f"corpus.toml is written in a way that the report {entry.id} cannot be put into. Write its lines by hand."
        )


def with_measure(text: str, older: str, newer: str, same: bool) -> str:
    """measures.toml with a person's word: two labels name one measure, or two."""
    key = "also" if same else "never"
    # The new table comes before the identities, which end the file.
    found = re.search(r"^[ \t]*\[\[[ \t]*identity[ \t]*\]\]", text, re.M)
    place = found.start() if found else len(text)
    new = f"[[measure]]\nlabel = {_string(older)}\n{key} = [{_string(newer)}]\n"
    head, tail = text[:place].rstrip(), text[place:]
    return f"{head}\n\n{new}".lstrip() + (f"\n{tail}" if tail else "")


def _string(text: str) -> str:
    """A TOML string. JSON writes one that TOML reads, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
