"""The corridor: data walks one way, a layer imports only earlier ones, and nothing grows past its idea."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "cpbqa"

# Each may import those before it. `__init__` is the public face, which the faces of the program use too.
CORRIDOR = [
    "domain",
    "durable",
    "reading",
    "figures",
    "passages",
    "resolving",
    "shelf",
    "snapshot",
    "history",
    "publishing",
    "embedding",
    "composing",
    "adding",
    "asking",
    "frame",
    "bot",
    "evaluation",
    "terminal",
    "audit",
    "changes",
    "checking",
    "building",
    "listing",
    "charting",
    "labelling",
    "drawing",
    "exporting",
    "__init__",
    "selection",
    "looking",
    "inputs",
    "slack",
    "cli",
    "__main__",
]
LONGEST_MODULE, LONGEST_FUNCTION = 320, 55

MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(module: Path) -> list[str]:
    """`reading/tables.py` -> [cpbqa, reading, tables]; a package's own file ends in `__init__`."""
    return ["cpbqa", *module.relative_to(PACKAGE).with_suffix("").parts]


def imports(module: Path) -> Iterator[tuple[int, list[str]]]:
    """Line and dotted name (as a list) of whatever of cpbqa the module imports, wherever in it the import stands."""
    here = name_of(module)
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level] if node.level else []
            source = [*base, *(node.module.split(".") if node.module else [])]
            if len(source) == 1:  # from cpbqa import X, from . import X
                yield from ((node.lineno, named(source[0], alias.name)) for alias in node.names)
            else:
                yield node.lineno, source


def named(package: str, name: str) -> list[str]:
    """A module of the package, or else a name of its public face."""
    is_module = (PACKAGE / f"{name}.py").is_file() or (PACKAGE / name).is_dir()
    return [package, name] if is_module else [package, "__init__"]


def crossings(module: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Imports from one layer into another: where, the layer it is in, and what it imports."""
    here = name_of(module)
    for line, target in imports(module):
        if target[0] == "cpbqa":
            target = target if len(target) > 1 else ["cpbqa", "__init__"]
            if target[1] != here[1]:
                yield f"{module.relative_to(PACKAGE)}:{line}", here[1], target


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_module_has_its_layer() -> None:
    layers = {name_of(module)[1] for module in MODULES}
    assert layers - set(CORRIDOR) == set(), "a new module takes its place in CORRIDOR, and in the README's table"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_a_layer_imports_earlier_layers_only(module: Path) -> None:
    back = [
        f"{where}: {layer} imports {'.'.join(target)}"
        for where, layer, target in crossings(module)
        if CORRIDOR.index(target[1]) > CORRIDOR.index(layer)
    ]
    # The public face names its modules as text, and so lazily; what it imports for type checkers is all before it.
    assert back == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_no_module_takes_what_another_keeps_to_itself(module: Path) -> None:
    taken = [
        f"{module.relative_to(PACKAGE)}:{node.lineno}: {alias.name}"
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith("cpbqa"))
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    ]
    assert taken == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_nothing_is_longer_than_one_idea(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert len(text.split("\n")) - 1 <= LONGEST_MODULE
    lengths = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions(ast.parse(text))}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_the_domain_does_no_input_or_output() -> None:
    outward = {
        "io",
        "logging",
        "os",
        "pathlib",
        "shutil",
        "socket",
        "sqlite3",
        "subprocess",
        "sys",
        "tempfile",
        "urllib",
    }
    outward |= {"bm25s", "faiss", "numpy", "onnxruntime", "pandas", "rich", "sentence_transformers", "torch", "typer"}
    found = {target[0] for module in (PACKAGE / "domain").glob("*.py") for _, target in imports(module)}
    assert found & outward == set()
