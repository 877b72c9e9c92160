"""A made-up corpus, small enough to be built in a second: what a fault does to it shows as well as in the real one."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import cpbqa
from cpbqa.building import BuildResult
from cpbqa.snapshot import Layout

OLD = """Northbrook Board Annual Report 2030/31

Foreword

The ferry to Gull Island began in May 2030 and carries forty children to school. The harbour trust paid for it.

The choir of the Lighthouse Club won the county prize. Twelve young people sang in it.

Appendix A: Indicators

Name of indicator\t2028/29\t2029/30\t2030/31\tNational
Harbour\t\t\t\t
Number of Boats\t9\t10\t12\t
Percentage of boats with a named skipper\t61.0%\t62.5%\t70.4%\t75%
"""

NEW = """Northbrook Board Annual Report 2031/32

Foreword

The garden in Elm Road opened in June 2031. It has nine apple trees, a pond and a shed that children built.

The Lighthouse Club moved to the old customs house, where it meets on Thursdays.

Appendix A: Indicators

Name of indicator\t2029/30\t2030/31\t2031/32\tNational
Harbour\t\t\t\t
Number of Boats\t10\t13\t17\t
Percentage of boats with a named skipper\t62.5%\t70.4%\tc\t76%
"""

PROSE = """Northbrook Board Annual Report 2030/31

Foreword

The ferry to Gull Island began in May 2030 and carries forty children to school. The harbour trust paid for it.
"""

REPORTS = {"2030/31": OLD, "2031/32": NEW}
# How people put questions together is the same everywhere.
_SHIPPED = Path(__file__).parent.parent / "corpus" / "vocabulary.toml"
_SPEECH = re.search(r"^\[speech\..*", _SHIPPED.read_text(encoding="utf-8"), re.M | re.S)
assert _SPEECH, "corpus/vocabulary.toml ends with [speech]"
VOCABULARY = f'[same]\n"boat" = ["boat", "boats", "vessel", "vessels"]\n{_SPEECH[0]}'
MEASURES = '[[measure]]\nlabel = "Number of Boats"\naliases = ["size of the fleet"]\nbetter = "higher"\n'
BOATS, FERRY = "Number of Boats?", "when did the ferry to Gull Island begin?"


def write_corpus(
    folder: Path, reports: Mapping[str, str] = REPORTS, vocabulary: str = VOCABULARY, measures: str = MEASURES
) -> Path:
    """A corpus folder with these reports, by id."""
    (folder / "reports").mkdir(parents=True)
    manifest = 'authority = "Northbrook"\n'
    for name, text in reports.items():
        file = f"{name.replace('/', '-')}.txt"
        data = text.encode()
        (folder / "reports" / file).write_bytes(data)
        manifest += (
            f'\n[[report]]\nid = "{name}"\ntitle = "Northbrook Report {name}"\nfile = "{file}"\n'
            f'date = {name[:4]}-03-31\nsha256 = "{hashlib.sha256(data).hexdigest()}"\ncopyright = "© Northbrook"\n'
        )
    (folder / "corpus.toml").write_text(manifest, encoding="utf-8")
    (folder / "vocabulary.toml").write_text(vocabulary, encoding="utf-8")
    (folder / "measures.toml").write_text(measures, encoding="utf-8")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first `old` in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def build_mini(corpus: Path, index: Path, encoders: Path) -> BuildResult:
    """Build with encoders that are exported already (linked, not copied: do not write into them, see `replace`)."""
    if not (index / Layout.encoders).exists():
        shutil.copytree(encoders, index / Layout.encoders, copy_function=os.link)
    return cpbqa.build(corpus, index)


def copy_index(index: Path, to: Path) -> Path:
    """A copy of an index, to be damaged. Its files are links: change one only with `replace`."""
    return Path(shutil.copytree(index, to, copy_function=_link))


def _link(source: str, to: str) -> None:
    """What a build writes into in place is copied: the history, and the cache of vectors."""
    if Path(source).name == Layout.published or Path(source).parent.name == Layout.cache:
        shutil.copy2(source, to)
    else:
        os.link(source, to)


def replace(path: Path, data: bytes) -> None:
    """Put other bytes in the place of a file, without touching the files it is linked with."""
    path.unlink()
    path.write_bytes(data)
