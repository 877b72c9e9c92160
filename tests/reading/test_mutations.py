"""Damaged files: each is read whole or refused in one sentence, and none hangs. `make faults` tries thousands."""

from __future__ import annotations

import io
import random
import signal
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import FrameType

import openpyxl
import pytest

from cpbqa.domain import ReadingError
from cpbqa.reading import draft_of, report_of
from other_formats import as_pdf, as_word
from real_files import RAW, leaves, read

SMALL = (
    "Annual Report 2030/31\n\nForeword\n\n" + "The board met in May and heard from twelve young people. " * 6
    + "\n\n- one item\n- another\n\nAppendix A: Figures\n\nMeasure\t2028/29\t2029/30\t2030/31\tNational\n"
    "Care\t\t\t\t\nNumber of children\t9\t1,204\t<5\t\nPercentage with a plan\t61.0%\tc\tn/a\t75%\n\nAfter it, more.\n"
)  # fmt: skip
SECONDS = 30


class Hang(BaseException):
    """Nothing that a reader could take for a damaged file."""


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise Hang

    # Seconds of the processor: on a busy machine a whole report takes longer by the clock.
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@cache
def sample(kind: str, text: str = SMALL) -> bytes:
    """A report in a format."""
    report = read("2030/31", text)
    if kind == "docx":
        return as_word(report)
    if kind in ("pdf", "bare pdf"):
        return as_pdf(report, ruled=kind == "pdf")
    rows = [row.texts for block in report.blocks if block.kind == "table" and block.table for row in block.table.rows]
    if kind == "xlsx":
        book, stream = openpyxl.Workbook(), io.BytesIO()
        for row in rows:
            book.active.append(row)
        book.save(stream)
        return stream.getvalue()
    if kind == "csv":
        return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode()
    lines = []
    for block in report.blocks:
        told = [row.texts for row in block.table.rows] if block.table else []
        if kind == "html":
            cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in told)
            lines.append(f"<table>{cells}</table>" if told else f"<h2>{block.text}</h2>" if block.kind == "heading" else
                         f"<ul><li>{block.text}</ul>" if block.marker else f"<p>{block.text}</p>")  # fmt: skip
        elif kind == "md":
            table = [f"| {' | '.join(row)} |" for row in told]
            lines.append("\n".join([*table[:1], "|---" * len(told[0]) + "|", *table[1:]]) if told else
                         f"## {block.text}" if block.kind == "heading" else f"{block.marker} {block.text}")  # fmt: skip
        elif kind == "spaced":
            lines.append("\n".join("   ".join(f"{cell:<24}" for cell in row) for row in told) or block.text)
    if kind in ("html", "md", "spaced"):
        return ("<html><body>" * (kind == "html") + "\n\n".join(lines)).encode()
    return text.encode()


KINDS = ("txt", "spaced", "md", "html", "csv", "xlsx", "docx", "pdf", "bare pdf")


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The file with bytes changed, taken out, doubled or cut off; of a zip archive also inside its parts."""
    if data[:2] == b"PK" and chance.random() < 0.7:
        return _damaged_inside(data, chance)
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 40))):
        start = chance.randrange(len(found) + 1)
        end = min(len(found), start + chance.choice((1, 1, 4, 60, 900)))
        way = chance.randrange(6)
        if way == 0:
            del found[start:end]
        elif way == 1:
            found[start:start] = found[start:end] * chance.choice((1, 2, 30))
        elif way == 2:
            del found[start if chance.random() < 0.2 else len(found) :]
        elif way == 3 and start < len(found):
            found[start] ^= 1 << chance.randrange(8)
        elif way == 4:
            found[start:end] = chance.randbytes(end - start)
        else:
            other = chance.randrange(len(found) + 1)
            found[start:end] = found[other : other + end - start]
        if not found:
            break
    return bytes(found)


def _damaged_inside(data: bytes, chance: random.Random) -> bytes:
    stream = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(data))
    names = [name for name in source.namelist() if name.endswith((".xml", ".rels"))]
    chosen = set(chance.sample(names, min(len(names), chance.choice((1, 1, 2)))))
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name in chosen and chance.random() < 0.1:
                continue
            target.writestr(name, damaged(part, chance) if name in chosen else part)
    return stream.getvalue()


def survives(data: bytes) -> str:
    """Read it: "" where a whole report came of it, else the one sentence of the refusal."""
    with no_longer_than(SECONDS):
        try:
            report = report_of("2030/31", "A report", draft_of("2030/31", data), ())
        except ReadingError as refusal:
            sentence = str(refusal)
            assert sentence.startswith("The report 2030/31 ")
            assert sentence.endswith(".")
            assert "\n" not in sentence
            return sentence
    assert leaves(report) == report.raw
    assert report.model_dump_json()
    return ""


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_file_is_read(kind: str) -> None:
    assert survives(sample(kind)) == ""


def _try(kind: str, count: int, text: str = SMALL) -> list[str]:
    chance = random.Random(kind)
    whole = sample(kind, text)
    return [survives(damaged(whole, chance)) for _ in range(count)]


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_are_read_or_refused(kind: str) -> None:
    outcomes = _try(kind, 25)
    assert len(outcomes) == 25
    assert kind in ("csv", "xlsx") or "" in outcomes


@pytest.mark.faults
@pytest.mark.parametrize("kind", KINDS)
def test_thousands_of_damaged_files_are_read_or_refused(kind: str) -> None:
    assert len(_try(kind, 10_000 // len(KINDS) + 1)) > 1_000


@pytest.mark.faults
@pytest.mark.parametrize("kind", KINDS)
def test_damaged_whole_reports_are_read_or_refused(kind: str) -> None:
    assert len(_try(kind, 20, RAW["2024/25"])) == 20
