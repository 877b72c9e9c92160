"""Commands for whoever rebuilds the index."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import CorpusOption, IndexOption, app


@app.command()
def build(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing unless something is wrong.")] = False,
    if_changed: Annotated[bool, typer.Option("--if-changed", help="Print nothing when nothing changed.")] = False,
) -> None:
    """Build the index from the corpus, where anything changed."""
    import cpbqa

    from ..inputs import corpus_folder, new_index_folder
    from ..terminal import BuildProgress

    source = corpus_folder(corpus)
    with BuildProgress() as progress:
        result = cpbqa.build(source, new_index_folder(index, source), progress=None if quiet else progress)
    if not quiet and (result.changed or not if_changed):
        print(result.summary)
