"""What was measured, as docs/benchmarks.md and one picture. Nothing is measured here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

PAGE, PICTURE = "benchmarks.md", "benchmarks-growth.svg"
# What was asked for: seconds, milliseconds, megabytes, or a share.
ASKED = {"figure": 1.0, "passage": 1.6, "p50_ms": 8.0, "rest_p50_ms": 4.0, "rss_mb": 350.0, "build": 1.2}
OURS = "cpbqa"
Row = Sequence[object]


def write(found: dict[str, Any], folder: Path) -> None:
    """Write the page and its picture into a folder."""
    folder.mkdir(exist_ok=True)
    _picture(found, folder / PICTURE)
    (folder / PAGE).write_text("\n".join(_page(found)), encoding="utf-8")


def _page(found: dict[str, Any]) -> Iterable[str]:
    yield "# What it costs\n"
    yield "Written by `make bench`; do not edit. Seconds are of one machine and one day: ratios carry over.\n"
    if found["quick"]:
        yield "**A quick run with small counts, good only for a look at the form.**\n"
    yield from _machine(found["machine"])
    yield from _against_asked(found)
    yield from _peers(found)
    yield from _growth(found)
    yield from _types(found)


def _table(head: Sequence[str], rows: Iterable[Row]) -> Iterable[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"
    yield ""


def _machine(machine: dict[str, Any]) -> Iterable[str]:
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    yield (
        f"{machine['day']}; {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"{machine['system']}; Python {machine['python']}; {versions}. "
    )
    if machine["load"] > 0.5 * machine["cores"]:
        yield f"\n**The machine was busy with other work (load {machine['load']:.1f}): times are too high.**"
    yield ""


def _against_asked(found: dict[str, Any]) -> Iterable[str]:
    cold, warm, build = found["cold"], found["warm"], found["build"]
    rows = [
        ("`cpbqa ask`, process start to a figure, best of five", "figure", cold["figure"]["s"], "s"),
        ("the same to a passage", "passage", cold["passage"]["s"], "s"),
        ("warm passage reply, median", "p50_ms", warm["p50_ms"], "ms"),
        ("of it all but the encoder", "rest_p50_ms", warm["rest_p50_ms"], "ms"),
        ("serving process after 500 questions", "rss_mb", warm["rss_mb"], "MB"),
        ("building from nothing, against encoding the same texts once", "build", build["ratio"], "times"),
    ]
    yield "## Against what was asked\n"
    yield "The ratio is of the measured to the most that was asked for: below 1 is well.\n"
    limits = (
        (what, f"{value:.3g} {unit}", f"≤ {ASKED[key]:g} {unit}", f"{value / ASKED[key]:.2f}")
        for what, key, value, unit in rows
    )
    yield from _table(("what", "measured", "asked", "ratio"), limits)
    yield (
        f"One process holds {cold['figure']['mb']:.0f} MB at most for a figure, {cold['passage']['mb']:.0f} MB for a "
        f"passage; 95 of 100 warm replies take at most {warm['p95_ms']:.1f} ms. A build takes {build['s']:.1f} s from "
        f"nothing and {build['again_s']:.2f} s where nothing has changed. Encoding its {build['bare']['texts']:,} "
        f"texts once with sentence-transformers takes {build['bare_s']:.1f} s, {build['bare']['load_s']:.1f} s of them "
        "to load it.\n"
    )


def _peers(found: dict[str, Any]) -> Iterable[str]:
    if not found["peers"]:
        return
    yield "## Beside ready-made searches\n"
    versions = found["peers"][0]["versions"]
    yield (
        f"txtai {versions['txtai']} and chromadb {versions['chromadb']} over the same passages with their context and "
        "the same weights, from a local folder, in an environment of their own; `hybrid` is txtai's ready-made mixture "
        "of vectors and BM25. They give passages to every question and never decide whether one answers. Hits are on "
        "the passage cases of `tests/gold/dev.jsonl`, by the judge of `cpbqa eval`. In brackets: the ratio to ours.\n"
    )
    warm, cold = found["warm"], found["cold"]["passage"]
    ours = {g["times"]: g for g in found["grown"]}
    rows: list[Row] = []
    for times in sorted({peer["times"] for peer in found["peers"]}):
        mine = {"first_s": ours[times]["first_s"], "p50_ms": ours[times]["p50_ms"], "rss_mb": ours[times]["rss_mb"]}
        if times == 1:
            mine = {"first_s": cold["s"], "p50_ms": warm["p50_ms"], "rss_mb": warm["rss_mb"]}
        hits = found["hits"] if times == 1 else None
        rows.append(
            (
                OURS,
                times,
                *_hits(hits),
                f"{mine['first_s']:.2f} s",
                f"{mine['p50_ms']:.1f} ms",
                f"{mine['rss_mb']:.0f} MB",
            )
        )
        for peer in (p for p in found["peers"] if p["times"] == times):
            rows.append(
                (
                    peer["name"], times, *_hits(peer if times == 1 else None),
                    f"{peer['first_s']:.1f} s ({peer['first_s'] / mine['first_s']:.1f})",
                    f"{peer['p50_ms']:.1f} ms ({peer['p50_ms'] / mine['p50_ms']:.1f})",
                    f"{peer['rss_mb']:.0f} MB ({peer['rss_mb'] / mine['rss_mb']:.1f})",
                )
            )  # fmt: skip
    yield from _table(
        ("search", "times the passages", "hit@1", "hit@3", "start to first answer", "warm answer", "memory"), rows
    )


def _hits(told: dict[str, Any] | None) -> tuple[str, str]:
    return (f"{told['hit1']:.2f}", f"{told['hit3']:.2f}") if told else ("", "")


def _growth(found: dict[str, Any]) -> Iterable[str]:
    yield "## As the corpus grows\n"
    yield (
        "The real passages, and copies of them: each sentence marked, each vector with noise (a cosine of about 0.95). "
        "Ratios, in brackets, are to the corpus as it is.\n"
    )
    base = found["grown"][0]
    units = {"index_s": "s", "disk_mb": "MB", "first_s": "s", "p50_ms": "ms", "rest_p50_ms": "ms", "rss_mb": "MB"}
    rows = [
        (g["times"], f"{g['passages']:,}", f"{g['rows']:,}", *(_ratio(g, base, key, units[key]) for key in units))
        for g in found["grown"]
    ]
    head = ("times", "passages", "vectors", "indexing, without encoding", "on disk", "start to a passage", "warm reply",
            "all but the encoder", "memory")  # fmt: skip
    yield from _table(head, rows)


def _ratio(told: dict[str, Any], base: dict[str, Any], key: str, unit: str) -> str:
    return f"{told[key]:.3g} {unit} ({told[key] / base[key]:.1f})"


def _types(found: dict[str, Any]) -> Iterable[str]:
    yield "## Which kind of index\n"
    yield (
        "FAISS, one question at a time, the nearest 300 rows; recall@10 is against exact search. *Cells* are inverted "
        "lists (IVF), about twice the square root of the rows, of which so many are looked into; *8 bits* stores a "
        "quarter; the *graph* is HNSW with 32 links. Brackets: the ratio to exact search.\n"
    )
    rows: list[Row] = []
    for scale in found["types"]:
        if scale["skipped"]:
            rows.append((scale["times"], "", f"not measured: {scale['skipped']}", "", "", "", ""))
        exact = scale["types"][0] if scale["types"] else {}
        for kind in scale["types"]:
            name = f"{kind['kind']}, {kind['probes']} of {kind['cells']}" if "cells" in kind else kind["kind"]
            rows.append(
                (
                    scale["times"], f"{kind['rows']:,}", name, f"{kind['ms']:.2f} ms ({kind['ms'] / exact['ms']:.2g})",
                    f"{kind['recall']:.3f}", f"{kind['build_s']:.1f} s", f"{kind['mb']:,.0f} MB",
                )
            )  # fmt: skip
    yield from _table(("times", "rows", "kind", "one search", "recall@10", "to build", "memory"), rows)
    yield f"![Milliseconds of one search by the number of rows]({PICTURE})\n"
    yield from _advice(found)


def _advice(found: dict[str, Any]) -> Iterable[str]:
    encoder = found["warm"]["p50_ms"] - found["warm"]["rest_p50_ms"]
    exact = [kinds["types"][0] for kinds in found["types"] if kinds["types"]]
    fine = [kind["rows"] for kind in exact if kind["ms"] <= encoder]
    slow = [kind["rows"] for kind in exact if kind["ms"] > encoder]
    said = f"Exact search is quicker than encoding the question ({encoder:.1f} ms) up to {max(fine, default=0):,} rows"
    said += f" and slower at {min(slow):,}." if slow else ", the most measured here."
    cells = [k for kinds in found["types"] for k in kinds["types"] if k["kind"] == "cells" and k["rows"] in slow]
    good = [k for k in cells if k["recall"] >= 0.95]
    if good:
        first = min(good, key=lambda k: (k["rows"], k["ms"]))
        said += (
            f" From there cells pay: at {first['rows']:,} rows, looking into {first['probes']} of {first['cells']}, "
            f"they find {first['recall']:.1%} of the nearest ten in {first['ms']:.1f} ms."
        )
    yield f"{said}\n"


def _picture(found: dict[str, Any], path: Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "cpbqa"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    lines: dict[str, list[tuple[int, float]]] = {}
    for scale in found["types"]:
        for kind in scale["types"]:
            if kind.get("probes", 16) == 16:
                lines.setdefault(kind["kind"], []).append((kind["rows"], kind["ms"]))
    for (name, points), mark in zip(lines.items(), "os^D", strict=False):
        axes.plot(
            *zip(*points, strict=True), marker=mark, label=name + (" (16 looked into)" if "cells" in name else "")
        )
    encoder = found["warm"]["p50_ms"] - found["warm"]["rest_p50_ms"]
    axes.axhline(encoder, color="grey", linestyle=":", label="encoding the question")
    axes.set(xscale="log", yscale="log", xlabel="rows", ylabel="milliseconds of one search")
    axes.set_title("One search, by the number of rows", fontsize=10)
    figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
