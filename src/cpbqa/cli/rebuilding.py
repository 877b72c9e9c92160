"""Commands for whoever rebuilds the index: build, diff, snapshots, rollback."""

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
    kept: Annotated[
        int, typer.Option("--keep", min=1, envvar="CPBQA_KEEP", help="How many snapshots stay, with the new one.")
    ] = 5,
) -> None:
    """Build the index from the corpus where anything changed, check it, publish it, and say what changed."""
    from ..building import Refused
    from ..building import build as make
    from ..changes import page
    from ..inputs import corpus_folder, new_index_folder
    from ..terminal import BuildProgress, say

    source = corpus_folder(corpus)
    target = new_index_folder(index, source)
    try:
        with BuildProgress() as progress:
            result = make(source, target, None if quiet else progress, kept=kept, unless_rolled_back=if_changed)
    except Refused as refused:
        say(page(refused.changes))
        raise
    if not quiet and (result.changed or not if_changed):
        if result.changes is not None:
            say(page(result.changes) + "\n")
        print(result.summary)


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="A snapshot: its id, the start of it, `current` or `previous`.")],
    after: Annotated[str, typer.Argument(help="Another one.")] = "current",
    as_json: Annotated[bool, typer.Option("--json", help="Print the changes as one JSON object.")] = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Show what changed from one snapshot to another."""
    from ..changes import compare, page
    from ..history import named
    from ..inputs import index_folder
    from ..snapshot import Snapshot
    from ..terminal import say

    folder = index_folder(index)
    one, other = (Snapshot.open(folder, named(folder, text)) for text in (before, after))
    changes = compare(one, other)
    if as_json:
        print(changes.model_dump_json())
    else:
        say(page(changes))


@app.command()
def snapshots(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """List the snapshots that are there, the newest publication first."""
    from ..inputs import index_folder
    from ..listing import as_json as array_of
    from ..listing import as_lines, listed

    found = listed(index_folder(index))
    print(array_of(found) if as_json else "\n".join(as_lines(found)))


@app.command()
def rollback(
    to: Annotated[str | None, typer.Argument(help="A snapshot that was published; else the previous one.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Publish an earlier snapshot again, once it is found whole."""
    from ..building import rollback as take_back
    from ..inputs import index_folder

    name = take_back(index_folder(index), to)
    print(
        f"The snapshot {name} is published again. A reader that has the other one open keeps it until it starts anew."
    )
