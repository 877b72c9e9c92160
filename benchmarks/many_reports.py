"""Many reports: what it costs to build a corpus of N different, real-sized reports, one of them changed, and none.

    many_reports.py FOLDER N [--bare] [--alike] [--made-up]

The N reports are made up of the real ones, in turns, each as of its own year from 2010/11 on: in its prose every few
words are another report's, and in its tables every figure is another one, the same wherever two reports print a
measure's figure for the same year. The build is killed once in its midst and goes on. `--bare` also encodes the same
texts with sentence-transformers alone. With `--alike` only the tables and headlines differ from year to year, and the
prose of every other report is the same: then a build embeds little, and what it holds in memory is seen within minutes.
With `--made-up` each vector is a digest of its text: to embed hundreds of reports takes hours, all the rest minutes.
The encoder is then only loaded, in its own process, and exported. Memory is that of all processes of a build together,
looked at ten times a second. FOLDER is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpbqa import embedding, snapshot
from cpbqa.checking import GOLD
from cpbqa.domain import Block, Period, Report
from cpbqa.evaluation import FIGURE_KINDS, read_cases
from cpbqa.figures import observe
from cpbqa.figures.linking import same_label
from cpbqa.passages import process
from cpbqa.passages.encoders import encoder_identity
from cpbqa.passages.search import DIMENSION
from cpbqa.reading.corpus import Corpus, load_corpus
from measuring import HERE, held_together, machine, memory, progress, say, told

CORPUS = HERE.parent / "corpus"
FIRST = 2010
ALIKE, MADE_UP = "alike", "--made-up"
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
        shutil.copytree(CORPUS, folder, ignore=shutil.ignore_patterns("reports", GOLD, "corpus.toml"))
        (folder / "reports").mkdir()
        entries = "".join(self._entry(folder, number, number == changed) for number in range(count))
        # Where the vectors are made up, the answer to a question about prose may be another one: it must name no year.
        cases = [
            case for case in read_cases(CORPUS / GOLD) if case.kind in FIGURE_KINDS or not _YEARS.search(case.question)
        ]
        (folder / GOLD).write_text("".join(f"{case.model_dump_json()}\n" for case in cases), encoding="utf-8")
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


class MadeUp:
    """An encoder whose vectors are unit rows told by a digest of each text; its export is the real one's."""

    def __init__(self) -> None:
        self.dimension, self.id = DIMENSION, encoder_identity()

    def loaded(self) -> None:
        """There is nothing to load."""

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None, at_once: int = 1
    ) -> NDArray[np.float32]:
        digests = b"".join(hashlib.shake_128(text.encode()).digest(self.dimension) for text in texts)
        rows = np.frombuffer(digests, dtype=np.uint8).reshape(len(texts), self.dimension).astype(np.float32) - 127.5
        if progress:
            progress(len(texts))
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def export(self, folder: Path) -> None:
        with process.builder_process(threads=1) as real:
            real.export(folder)

    @classmethod
    def load(cls, folder: Path, threads: int | None = None) -> MadeUp:
        return cls()


@contextmanager
def made_up_process(threads: int) -> Iterator[MadeUp]:
    yield MadeUp()


def build(corpus: str, index: str, *options: str) -> None:
    """In a process of its own: build, and print how far it is, and at last what it took."""
    import cpbqa

    if MADE_UP in options:
        embedding.builder_process, embedding.ServingEncoder, snapshot.ServingEncoder = made_up_process, MadeUp, MadeUp
    started, stages = time.perf_counter(), dict[str, float]()

    def tell(stage: str, done: int, total: int) -> None:
        stages.setdefault(stage, round(time.perf_counter() - started, 2))
        print(json.dumps({"stage": stage, "done": done, "total": total, **memory()}), flush=True)

    result = cpbqa.build(corpus, index, tell)
    took = {"s": time.perf_counter() - started, "cpu_s": sum(os.times()[:4])}
    say(changed=result.changed, summary=result.summary, began=stages, **took)


class Watch(threading.Thread):
    """Looks at what a process and its children hold, until it is gone; `peak_mb` is the most that was seen."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak_mb, self.since_asked = pid, 0.0, 0.0
        self.start()

    def run(self) -> None:
        while held := held_together(self.pid):
            self.peak_mb, self.since_asked = max(self.peak_mb, held), max(self.since_asked, held)
            time.sleep(0.1)

    def asked(self) -> float:
        """The most that was seen since this was asked last."""
        told, self.since_asked = self.since_asked, 0.0
        return told


def built(corpus: Path, index: Path, options: Sequence[str] = (), kill_at: float = 2.0) -> dict[str, Any]:
    """Build in another process, killed once that share of the passages is embedded."""
    command = [sys.executable, __file__, "build", str(corpus), str(index), *options]
    last: dict[str, Any] = {}
    stage, stages = "", dict[str, float]()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE) as building:
        watch = Watch(building.pid)
        for line in building.stdout or ():
            last = json.loads(line)
            if last.get("stage", "") != stage:
                stages[stage or "begin"] = round(watch.asked())
                stage = last.get("stage", "")
                progress(f"{stage or 'end'}: holding {last['rss_mb']:.0f} MB, at most so far {watch.peak_mb:.0f}")
            if stage == "Embedding passages" and last.get("done", 0) >= kill_at * last.get("total", 1):
                building.send_signal(signal.SIGKILL)
    if building.returncode and kill_at > 1:
        raise RuntimeError(f"the build ended with {building.returncode}")
    last["together_mb"], last["most_mb"] = round(watch.peak_mb), stages
    return {key: value for key, value in last.items() if key not in ("stage",)}


def main(folder: Path, count: int, options: Sequence[str]) -> None:
    maker, index = Maker("--alike" in options), folder / "index"
    shutil.rmtree(folder, ignore_errors=True)
    corpus = maker.write(folder / "corpus", count)
    tell(machine=machine(), reports=count, options=list(options))
    tell(killed=built(corpus, index, options, kill_at=0.5))
    tell(whole=built(corpus, index, options))
    tell(again=built(corpus, index, options))
    maker.write(corpus, count, changed=count // 2)
    tell(one=built(corpus, index, options))
    if "--bare" in options:
        tell(bare=told([sys.executable, str(HERE / "probe.py"), "bare", str(index)]))


def tell(**found: Any) -> None:
    print(json.dumps(found, indent=1), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(*sys.argv[2:])
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
