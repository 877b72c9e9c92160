"""Many reports: what it costs to build a corpus of N different, real-sized reports, one of them changed, and none.

    many_reports.py FOLDER N [--bare] [--alike]

The N reports are made up of the real ones, in turns, each as of its own year from 2010/11 on: in its prose every few
words are another report's, and in its tables every figure is another one, the same wherever two reports print a
measure's figure for the same year. The build is killed once in its midst and goes on. `--bare` also encodes the same
texts with sentence-transformers alone. With `--alike` only the tables and headlines differ from year to year, and the
prose of every other report is the same: then a build embeds little, and what it holds in memory is seen within minutes.
FOLDER is made anew.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cpbqa.domain import Block, Period, Report
from cpbqa.figures import observe
from cpbqa.figures.linking import same_label
from cpbqa.reading.corpus import Corpus, load_corpus
from measuring import HERE, machine, memory, progress, say, told

CORPUS = HERE.parent / "corpus"
FIRST = 2010
ALIKE = "alike"
# One word in so many of the prose is another one.
CHANGED = 7
_YEARS = re.compile(r"\b(20\d\d)(\s*[/–-]\s*)(20)?(\d\d)\b(?![/–-])|\b(20\d\d)\b")
_WORD = re.compile(r"[a-z]{5,}")
Edit = tuple[int, int, str]


@dataclass(frozen=True)
class Source:
    """A real report, and of each label that its tables print the id of its measure."""

    report: Report
    measures: dict[str, str]


def sources(corpus: Corpus) -> list[Source]:
    reports = tuple(corpus.reports())
    linked = observe(reports, corpus.authority, corpus.measures, corpus.vocabulary)
    return [
        Source(report, {same_label(o.label): o.measure for o in linked.observations if o.report == report.id})
        for report in reports
    ]


def made_up(source: Source, start: int, words: list[str], prose: str) -> str:
    """The report as of the year that begins in `start`. `prose` seeds its other words; ALIKE also keeps its years."""
    raw, shift = source.report.raw, start - int(source.report.id[:4])
    parts = []
    for number, block in enumerate(source.report.blocks):
        edits: Iterator[Edit] = iter(())
        worded = block.kind in ("paragraph", "bullet", "quote") and "this was" not in block.text
        if block.table:
            edits = _other_figures(block, source, shift)
        elif worded:
            edits = _other_words(raw, block, words, random.Random(f"{prose} {number}"))
        text, offset = raw[block.span.start : block.span.end], block.span.start
        for begin, end, other in sorted(edits, reverse=True):
            text = text[: begin - offset] + other + text[end - offset :]
        kept = prose.startswith(ALIKE) and (worded or block.kind == "heading")
        parts.append(text if kept else _YEARS.sub(lambda match: _shifted(match, shift), text))
    return "".join(parts)


def _other_words(raw: str, block: Block, words: list[str], chance: random.Random) -> Iterator[Edit]:
    for match in _WORD.finditer(raw, block.span.start, block.span.end):
        # In a mark of the word processor ([bookmark: ...]) another word would be prose.
        if chance.random() < 1 / CHANGED and raw[match.start() - 1] != "[":
            yield match.start(), match.end(), chance.choice(words)


def _other_figures(block: Block, source: Source, shift: int) -> Iterator[Edit]:
    """Each figure of a table with other digits, by its measure and year; each year of a header in plain digits."""
    raw, periods = source.report.raw, dict[int, Period]()
    for row in block.table.rows if block.table else ():
        named = {i: period for i, text in enumerate(row.texts) if (period := Period.parse(text))}
        periods = named if len(named) > 1 else periods
        measure = source.measures.get(same_label(row.texts[0]))
        for index, cell in enumerate(row.cells):
            start = raw.find(cell.text, cell.span.start, cell.span.end) if cell.text else -1
            if index in named and len(named) > 1:
                text = raw[cell.span.start : cell.span.end]
                inside = text.strip()
                yield (
                    cell.span.start + text.find(inside),
                    cell.span.start + text.find(inside) + len(inside),
                    str(named[index]),
                )
            elif measure and index and start >= 0 and re.search(r"\d", cell.text):
                period = periods.get(index)
                told = period.shifted(shift) if period else f"{source.report.id} {shift} {index}"
                yield start, start + len(cell.text), _other_digits(cell.text, random.Random(f"{measure} {told}"))


def _other_digits(text: str, chance: random.Random) -> str:
    """Another number of the same form; a share stays below 100%."""
    if text.startswith("100"):
        return text
    return re.sub(r"\d", lambda match: str(chance.randint(1, 9)), text)


def _shifted(match: re.Match[str], shift: int) -> str:
    if match[5]:
        return str(int(match[5]) + shift)
    start = int(match[1]) + shift
    end = start + (int(match[4]) - int(match[1])) % 100
    return f"{start}{match[2]}{end if match[3] else f'{end % 100:02d}'}"


class Maker:
    """Makes reports, and the corpus folder that names them."""

    def __init__(self, alike: bool) -> None:
        self.alike = alike
        self.corpus = load_corpus(CORPUS)
        self.sources = sources(self.corpus)
        self.words = sorted({word for source in self.sources for word in _WORD.findall(source.report.raw)})

    def write(self, folder: Path, count: int, changed: int | None = None) -> Path:
        """A corpus folder with so many reports; the one of number `changed` with other words in its prose."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(CORPUS, folder, ignore=shutil.ignore_patterns("reports", "gold.jsonl", "corpus.toml"))
        (folder / "reports").mkdir()
        entries = "".join(self._entry(folder, number, number == changed) for number in range(count))
        (folder / "corpus.toml").write_text(f'authority = "{self.corpus.authority}"\n{entries}', encoding="utf-8")
        return folder

    def _entry(self, folder: Path, number: int, changed: bool) -> str:
        start = FIRST + number
        name, file = str(Period(start=start)), f"{start}.txt"
        prose = ALIKE if self.alike and not changed else f"{start} {changed}"
        data = made_up(self.sources[number % len(self.sources)], start, self.words, prose).encode()
        (folder / "reports" / file).write_bytes(data)
        return (
            f'\n[[report]]\nid = "{name}"\ntitle = "Report {name}"\nfile = "{file}"\ndate = {start + 1}-03-31\n'
            f'sha256 = "{hashlib.sha256(data).hexdigest()}"\ncopyright = "none"\n'
        )


def build(corpus: str, index: str) -> None:
    """In a process of its own: build, and print how far it is, and at last what it took."""
    import cpbqa

    started, stages = time.perf_counter(), dict[str, float]()

    def tell(stage: str, done: int, total: int) -> None:
        stages.setdefault(stage, round(time.perf_counter() - started, 2))
        print(json.dumps({"stage": stage, "done": done, "total": total, **memory()}), flush=True)

    result = cpbqa.build(corpus, index, tell)
    took = {"s": time.perf_counter() - started, "cpu_s": time.process_time()}
    say(changed=result.changed, summary=result.summary, began=stages, **took)


def built(corpus: Path, index: Path, kill_at: float = 2.0) -> dict[str, Any]:
    """Build in another process, killed once that share of the passages is embedded."""
    command = [sys.executable, __file__, "build", str(corpus), str(index)]
    last: dict[str, Any] = {}
    stage = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE) as process:
        for line in process.stdout or ():
            last = json.loads(line)
            if last.get("stage", "") not in ("", stage):
                stage = last["stage"]
                progress(f"{stage}: {last['total']:,}, holding {last['rss_mb']:.0f} MB")
            if stage.startswith("Embedding") and last.get("done", 0) >= kill_at * last.get("total", 1):
                process.send_signal(signal.SIGKILL)
    if process.returncode and kill_at > 1:
        raise RuntimeError(f"the build ended with {process.returncode}")
    return {key: value for key, value in last.items() if key not in ("stage",)}


def main(folder: Path, count: int, bare: bool, alike: bool) -> None:
    maker, index = Maker(alike), folder / "index"
    shutil.rmtree(folder, ignore_errors=True)
    corpus = maker.write(folder / "corpus", count)
    killed = built(corpus, index, kill_at=0.5)
    progress(f"killed when {killed['done']:,} of {killed['total']:,} texts were embedded")
    whole = built(corpus, index)
    again = built(corpus, index)
    maker.write(corpus, count, changed=count // 2)
    changed = built(corpus, index)
    found = {"machine": machine(), "reports": count, "killed": killed, "whole": whole, "again": again, "one": changed}
    if bare:
        found["bare"] = told([sys.executable, str(HERE / "probe.py"), "bare", str(index)])
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(*sys.argv[2:])
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]), "--bare" in sys.argv, "--alike" in sys.argv)
