"""Commands of the Slack bot: slack, feedback."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import IndexOption, app


@app.command()
def slack(
    http: Annotated[bool, typer.Option("--http", help="Take signed requests over HTTP, not Socket Mode.")] = False,
    index: IndexOption = None,
) -> None:
    """Run the Slack bot until it is told to stop; its settings are in the environment (see bot/README.md)."""
    from ..inputs import index_folder
    from ..slack.settings import read_settings

    settings = read_settings(http=http)
    folder = index_folder(index)
    from ..slack.running import run

    run(settings, folder, http=http)


@app.command()
def feedback(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
) -> None:
    """List what people found unhelpful and what was refused, by measure and passage."""
    from ..slack.opinions import show
    from ..slack.settings import read_database

    show(read_database(), as_json=as_json)
