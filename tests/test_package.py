"""The public face: what it offers, and that importing it costs next to nothing."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import cpbqa

HEAVY = {
    "faiss", "matplotlib", "numpy", "onnx", "onnxruntime", "pandas", "pydantic", "rich", "sentence_transformers",
    "torch", "transformers", "typer",
}  # fmt: skip


def modules_after(code: str) -> set[str]:
    """The top-level modules that are loaded after the code has run in a new interpreter."""
    script = f"{code}\nimport json, sys; print(json.dumps([name.split('.')[0] for name in sys.modules]))"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    return set(json.loads(result.stdout.splitlines()[-1]))


def test_the_face_is_pinned() -> None:
    assert cpbqa.__all__ == ["Answer", "Bot", "__version__", "build", "load"]
    assert set(cpbqa.__all__) <= set(dir(cpbqa))


def test_each_name_is_there() -> None:
    for name in cpbqa.__all__:
        assert getattr(cpbqa, name) is not None


def test_a_name_that_is_not_there_is_told() -> None:
    with pytest.raises(AttributeError, match="'cpbqa' has no attribute 'answer'"):
        cpbqa.answer  # noqa: B018


def test_importing_the_package_brings_in_nothing() -> None:
    assert modules_after("import cpbqa") & HEAVY == set()


def test_importing_the_program_brings_in_typer_alone() -> None:
    assert modules_after("import cpbqa.cli") & HEAVY == {"typer"}
