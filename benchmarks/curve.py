"""The curve of answered against wrongly answered, for the two bars of the decision; docs/deciding.md shows it.

python benchmarks/curve.py INDEX tests/gold/dev.jsonl tests/gold/figures.jsonl ...
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cpbqa.asking.engine import Engine
from cpbqa.asking.figure_replies import figure_answer
from cpbqa.asking.passage_replies import passage_answer
from cpbqa.domain import Answer
from cpbqa.evaluation import Case, read_cases, score
from cpbqa.snapshot import Snapshot

FIGURES = ("figure", "compare", "trend")


@dataclass(frozen=True)
class Asked:
    """One case with both probabilities, and what each kind of reply would score."""

    kind: str
    figure: float
    passage: float
    figures_right: bool
    refuses: bool
    passages_right: bool


def asked(engine: Engine, case: Case) -> Asked:
    """Both replies to a case, whichever would be given, and how likely each of them is right."""
    mended, _ = engine.speller.repair(case.question)
    read = engine.read(mended)
    evidence = engine.evidence(mended, read)
    raw = {name: report.raw for name, report in engine.snapshot.reports.items()}

    def right(answer: Answer, metric: str) -> bool:
        return any(ok for name, ok in score(case, answer, raw).items() if name.endswith(metric))

    figures = figure_answer(case.question, read, engine.table) if read.matches else None
    passages = passage_answer(case.question, evidence.ranked)
    return Asked(
        kind=case.kind,
        figure=engine.decider.figure_probability(evidence),
        passage=engine.decider.passage_probability(evidence),
        figures_right=case.kind in FIGURES and figures is not None and right(figures, ".lead"),
        refuses=figures is None or figures.outcome == "refusal",
        passages_right=case.kind == "passage" and right(passages, "hit@3"),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("cases", type=Path, nargs="+")
    options = parser.parse_args()
    engine = Engine(Snapshot.open(options.index))
    cases = [asked(engine, case) for path in options.cases for case in read_cases(path)]
    wanted = [c for c in cases if c.kind in FIGURES]
    others = [c for c in cases if c.kind in ("passage", "unanswerable")]
    print("figure bar | figure questions led by the right figure | others given a figure")
    for bar in np.arange(0.05, 0.96, 0.05):
        right = np.mean([c.figure >= bar and c.figures_right for c in wanted])
        wrong = np.mean([c.figure >= bar and not c.refuses for c in others])
        print(f"{bar:.2f} | {right:.3f} | {wrong:.3f}")
    prose = [c for c in cases if c.kind == "passage"]
    none = [c for c in cases if c.kind == "unanswerable"]
    print("passage bar | passage questions answered | right within three | unanswerable refused")
    for bar in np.arange(0.05, 0.96, 0.05):
        answered = np.mean([c.passage >= bar for c in prose])
        right = np.mean([c.passage >= bar and c.passages_right for c in prose])
        print(f"{bar:.2f} | {answered:.3f} | {right:.3f} | {np.mean([c.passage < bar for c in none]):.3f}")


if __name__ == "__main__":
    main()
