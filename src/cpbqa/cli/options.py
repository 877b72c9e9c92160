"""What every command shares: the program itself, the options for folders, and how an index is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..bot import Bot

app = typer.Typer(
    help="Answers from Corporate Parenting Board annual reports, always with the source.", add_completion=False
)

CorpusOption = Annotated[
    Path | None,
    typer.Option("--corpus", envvar="CPBQA_CORPUS", help="The corpus folder; else corpus/ here or in a parent folder."),
]
IndexOption = Annotated[
    Path | None,
    typer.Option("--index", envvar="CPBQA_INDEX", help="The index folder; else index/ here or in a parent folder."),
]


@app.callback(invoke_without_command=True)
def program(version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False) -> None:
    """Answers from Corporate Parenting Board annual reports, always with the source."""
    if version:
        from .. import __version__

        print(__version__)


def load(index: Path | None) -> Bot:
    import cpbqa

    from ..inputs import index_folder

    return cpbqa.load(index_folder(index))
