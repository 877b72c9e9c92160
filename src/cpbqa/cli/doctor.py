"""The command that looks at everything the bot needs: doctor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from .options import CorpusOption, IndexOption, app

if TYPE_CHECKING:
    from ..slack.checkup import Finding

_WORDS = {"ok": "ok", "warning": "see to", "problem": "broken"}


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as one JSON object.")] = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Look at index, database, disk and the app in Slack; say what is wrong and how to mend it.

    Exit code: 0 all is well, 1 something is to be mended, 2 the bot cannot run.
    """
    from ..slack.checkup import examine, exit_code

    findings = []
    for finding in examine(index):
        findings.append(finding)
        if not as_json:
            _show(finding)
    if as_json:
        shown = {"exit_code": exit_code(findings), "findings": [vars(finding) for finding in findings]}
        print(json.dumps(shown, ensure_ascii=False, indent=1))
    raise typer.Exit(exit_code(findings))


def _show(finding: Finding) -> None:
    print(f"{_WORDS[finding.state]:8}{finding.part:16}{finding.text}", flush=True)
    if finding.mend:
        print(f"{'':24}-> {finding.mend}", flush=True)
