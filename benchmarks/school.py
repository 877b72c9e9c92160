"""The engine asked many questions at once, and the cases it is asked: what learning and judging need."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from cpbqa.asking.deciding import Evidence
from cpbqa.asking.engine import Engine
from cpbqa.asking.known import KnownQuestions
from cpbqa.asking.ranking import Ranker
from cpbqa.domain import fold
from cpbqa.snapshot import Snapshot

HERE = Path(__file__).resolve().parent
GOLD = HERE.parent / "tests" / "gold"
# A cosine above this is that of a question with itself, kept as float16.
ITSELF = 0.999
Case = dict[str, Any]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", fold(text))).strip().lower()


def read(*paths: Path) -> list[Case]:
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def gold_of(case: Case) -> list[str]:
    return [plain(g["quote"]) for g in case["gold"]] if "gold" in case else [plain(case["quote"])]


class School:
    """The engine with what is needed to ask it many questions at once."""

    def __init__(self, index: Path, learning: bool = True) -> None:
        self.engine = Engine(Snapshot.open(index))
        self.search = self.engine.snapshot.search
        texts = self.search.texts
        self.rows = self.search.encoder.encode(texts) if learning else np.empty((0, 0), dtype=np.float32)
        said = [p.text for p in self.search.passages]
        self.plain_rows = [plain(text) for text in (*said, *texts[len(said) :])]

    def vectors(self, cases: Sequence[Case]) -> np.ndarray:
        return self.search.encoder.encode([self.mended(case) for case in cases])

    def mended(self, case: Case) -> str:
        return self.engine.speller.repair(case["question"])[0]

    def right_rows(self, cases: Sequence[Case]) -> np.ndarray:
        return np.array([[any(g in row for g in gold_of(case)) for row in self.plain_rows] for case in cases])

    def evidence(self, case: Case, vector: np.ndarray) -> Evidence:
        mended = self.mended(case)
        return self.engine.evidence(mended, self.engine.read(mended), vector)

    def know(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Ask with these known questions, of which none knows itself."""
        known = KnownQuestions(arrays["known"].astype(np.float32), arrays["asks"], arrays["marks"], most=ITSELF)
        self.engine.__dict__["learned"] = replace(self.engine.learned, known=known)

    def use(self, weights: dict[str, dict[str, float]]) -> None:
        engine, newest = self.engine, self.engine.table.reports[-1]
        vocabulary = engine.snapshot.vocabulary
        lexicon = engine.snapshot.lexicon
        ranker, sentence = weights["ranker"], weights["sentence"]
        engine.__dict__["ranker"] = Ranker(lexicon, vocabulary, ranker, sentence, newest, lambda: self.search)
