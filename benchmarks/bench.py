"""Measure everything on this machine in one run, and write docs/benchmarks.md.

    python benchmarks/bench.py CORPUS --peers .venv-bench/bin/python      # `make bench` does just this
    python benchmarks/bench.py CORPUS --quick                             # small counts, for a look at the form

Every measurement is a process of its own, one after another: let the machine rest meanwhile.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import report
from cpbqa.bot import load
from cpbqa.domain import Answer, Citation, QuotedPassage
from cpbqa.evaluation import Case, evaluate, read_cases
from cpbqa.passages.encoders import weights_folder
from measuring import HERE, machine, progress, run, told

GOLD = HERE.parent / "tests" / "gold"
DEV, MORE = GOLD / "dev.jsonl", GOLD / "passages.jsonl"
FIGURE, PASSAGE = "how many kids in care do we have?", "what support is there at kitcat on wednesdays"
PYTHON = sys.executable
CPBQA = [PYTHON, "-m", "cpbqa"]


def probe(part: str, *args: object) -> dict[str, Any]:
    return told([PYTHON, str(HERE / f"{part.split()[0]}.py"), *part.split()[1:], *map(str, args)])


def cold(index: Path, question: str, times: int) -> dict[str, float]:
    """Whole processes from start to end, the best of some; the first one only warms the disk."""
    peak = (
        f"import runpy, sys; sys.argv = ['cpbqa', 'ask', '--index', {str(index)!r}, {question!r}]\n"
        "try: runpy.run_module('cpbqa', run_name='__main__')\n"
        "except SystemExit: pass\n"
        f"sys.path.insert(0, {str(HERE)!r}); from measuring import say; say()"
    )
    runs = [run([*CPBQA, "ask", "--index", str(index), question]) for _ in range(times + 1)][1:]
    return {"s": min(one.seconds for one in runs), "mb": told([PYTHON, "-c", peak])["peak_mb"]}


def build(corpus: Path, index: Path) -> dict[str, Any]:
    """A build from nothing and one with nothing to do, against encoding the same texts once."""
    command = [*CPBQA, "build", "--corpus", str(corpus), "--index", str(index)]
    whole = run(command).seconds
    again = run(command).seconds
    bare = probe("probe bare", index)
    return {"s": whole, "again_s": again, "bare_s": bare["process_s"], "bare": bare, "ratio": whole / bare["process_s"]}


def beside(python: Path, index: Path, folder: Path, scales: list[int]) -> Iterator[dict[str, Any]]:
    """The peers over the same passages and weights, judged as our own answers are."""
    bot = load(index)
    cases = [case for case in read_cases(DEV) if case.kind == "passage"]
    passages, texts = bot.snapshot.passages, bot.snapshot.search.texts
    file = folder / "peers.json"
    asked = {"weights": str(weights_folder()), "passages": texts[: len(passages)]}
    file.write_text(json.dumps({**asked, "questions": [case.question for case in cases]}), encoding="utf-8")
    for times in scales:
        for made, names in (("hybrid", ("hybrid", "txtai")), ("chromadb", ("chromadb",))):
            place = folder / f"{made}-{times}"
            place.mkdir()
            progress(f"{made}: building with {times} times the passages")
            command = [str(python), str(HERE / "peers.py")]
            built = told([*command, made, "build", str(file), str(place), str(times)])
            for name in names:
                progress(f"{name}: asking {len(cases)} questions")
                served = told([*command, name, "serve", str(file), str(place), str(times)])
                replies = [[passages[number] for number in numbers] for numbers in served.pop("found")]
                answers = [_quoting(case, shown) for case, shown in zip(cases, replies, strict=True)]
                yield {
                    "name": name,
                    "times": times,
                    "build_s": built["process_s"],
                    **served,
                    **_hits(cases, answers, bot),
                }


def _quoting(case: Case, shown: list[Any]) -> Answer:
    quoted = tuple(
        QuotedPassage(
            text=p.text, highlight=p.text, citation=Citation(report=p.report, location="there", quote=p.citation.quote)
        )
        for p in shown
    )
    return Answer(question=case.question, outcome="passages", text="", passages=quoted)


def _hits(cases: list[Case], answers: list[Answer], bot: Any) -> dict[str, float]:
    rates = {metric.name: metric.rate for metric in evaluate(cases, answers, bot.reports)}
    return {"hit1": rates["passage.hit@1"], "hit3": rates["passage.hit@3"]}


def grown(index: Path, folder: Path, times: int) -> dict[str, Any]:
    progress(f"the program with {times} times the passages")
    place = folder / f"grown-{times}"
    made = probe("probe grow", index, place, times)
    return {
        "times": times,
        "index_s": made["index_s"],
        "disk_mb": made["disk_mb"],
        **probe("probe grown", index, place, DEV, MORE),
    }


def measure(corpus: Path, peers: Path | None, quick: bool, folder: Path) -> dict[str, Any]:
    index = folder / "index"
    found: dict[str, Any] = {"machine": machine(), "quick": quick}
    progress("building from nothing, and encoding the same texts once")
    found["build"] = build(corpus, index)
    progress("cold: whole processes")
    found["cold"] = {"figure": cold(index, FIGURE, 5), "passage": cold(index, PASSAGE, 5)}
    progress("warm: 500 questions")
    found["warm"] = probe("probe warm", index, DEV, MORE)
    bot, cases = load(index), [case for case in read_cases(DEV) if case.kind == "passage"]
    found["hits"] = _hits(cases, [bot.ask(case.question) for case in cases], bot)
    found["grown"] = [grown(index, folder, times) for times in ((1, 10) if quick else (1, 10, 100))]
    found["types"] = []
    for times in (1, 10) if quick else (1, 10, 100, 1000):
        progress(f"kinds of index over {times} times the rows")
        told_types = probe("growth", index, times, DEV, MORE)
        found["types"].append({"times": times, "skipped": told_types.get("skipped"), "types": told_types["types"]})
    found["peers"] = list(beside(peers, index, folder, [1] if quick else [1, 10])) if peers else []
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--peers", type=Path, help="the Python of the benchmark environment; without it, no peers")
    parser.add_argument("--quick", action="store_true", help="small counts")
    parser.add_argument("--out", type=Path, default=HERE.parent / "docs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(options.corpus, options.peers, options.quick, Path(folder))
    report.write(found, options.out)
    progress(f"written to {options.out / report.PAGE}")


if __name__ == "__main__":
    main()
