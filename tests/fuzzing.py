"""A fuzzer: damaged files of all kinds until the time is up. Not run by pytest; `python tests/fuzzing.py SEED SECONDS`.

Each file is read whole or refused in one sentence; every figure and passage of what was read is found again in it. The
seconds are those of the processor. A file that fails is written to fuzzed.bin, and the run ends there.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent / "reading"))

from test_mutations import KINDS, SMALL, damaged, sample, survives

from cpbqa.domain import Report, fold
from cpbqa.figures import figures_of
from cpbqa.passages.acronyms import acronyms_in
from cpbqa.passages.splitting import LONGEST, split_report
from cpbqa.reading import draft_of, report_of
from cpbqa.reading.lines import searchable
from cpbqa.resolving import Resolver
from real_files import RAW

# What stands in reports and means something to a reader of them.
BITS = (
    "\n\n", "\n", "\t", "\n\t", "  ", "\n- ", "\n - ", "\n· ", "\n1. ", ":\n\n- ", "\n\n¹ Note.\n\n", "\n\n\n\n\n",
    "<b>", "</b>.", "<ul>", "[bookmark: _Hlk1]", "\u200b", "\u00a0", "Contents\n\nForeword\t1\nGovernance\t2\n\n",
    "\n\nForeword\n\n", "31 March 2030", "\t2029/30\t2030/31\n", "<5", "45.0%", "’s (CLA)", "Appendix C – ", "é", "😀",
    "Priority One: ",
)  # fmt: skip


def sown(data: bytes, chance: random.Random) -> bytes:
    """The file with such bits put in anywhere."""
    for _ in range(chance.choice((1, 3, 20))):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.choice(BITS).encode() * chance.choice((1, 1, 1, 30)) + data[at:]
    return data


def piece(text: str, chance: random.Random) -> str:
    start = chance.randrange(len(text))
    return text[start : start + chance.choice((100, 1_000, 5_000))]


def check(report: Report) -> None:
    """Every figure and passage is found again in its report, and no passage is too long to be quoted."""
    raw, seen = fold(report.raw), searchable(report.raw)
    for o in figures_of(report, "Northbrook").observations:
        assert fold(o.citation.quote) in seen, o
    resolver = Resolver(report, "Northbrook")
    for passage in split_report(report):
        assert 0 < len(passage.text) <= LONGEST, passage
        assert fold(passage.citation.quote) in raw, passage
        if passage.citation.quote:
            assert resolver.words(passage.citation) == passage.citation.quote
    acronyms_in([report])


def main(seed: int, seconds: float) -> None:
    chance, tried, worst = random.Random(seed), Counter[str](), (0.0, "")
    while time.process_time() < seconds:
        kind = chance.choice(KINDS)
        text = SMALL if kind != "txt" or chance.random() < 0.3 else piece(RAW[chance.choice(list(RAW))], chance)
        data = sample(kind) if kind != "txt" else text.encode()
        if kind in ("txt", "spaced", "md", "html", "csv"):
            data = sown(data, chance)
        if chance.random() < 0.7:
            data = damaged(data, chance)
        began = time.process_time()
        try:
            refused = survives(data)
            if not refused:
                check(report_of("2030/31", "A report", draft_of("2030/31", data), ()))
        except BaseException:
            Path("fuzzed.bin").write_bytes(data)
            print(f"seed {seed}, file {sum(tried.values())}, {kind}: see fuzzed.bin", flush=True)
            raise
        worst = max(worst, (time.process_time() - began, kind))
        tried[f"{kind}, {'refused' if refused else 'read'}"] += 1
    print(f"seed {seed}: {sum(tried.values())} files, the longest {worst[0]:.2f} s ({worst[1]})")
    print("\n".join(f"{count:8} {what}" for what, count in sorted(tried.items())))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
