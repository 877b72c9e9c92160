"""What can go wrong, as a tree. Every message is one plain sentence for a person: what, where, and what to do next.

CpbqaError                     anything this package raises on purpose
├── UsageError                 the caller's mistake: an option, a path or a name that does not exist (exit code 2)
├── CorpusError                the corpus folder: manifest, digests, vocabulary, measures
│   └── ReadingError           one report that cannot be read as a report
├── EncoderError               weights that are missing, changed or do not fit the index
└── SnapshotError              an index that is missing, damaged or from another version
    ├── CheckError             a new index that does not pass its checks, and so is not published
    └── CitationError          words that do not stand where a citation says
"""


class CpbqaError(Exception):
    """Base of every error that this package raises on purpose."""


class UsageError(CpbqaError):
    """The caller asked for something that does not exist."""


class CorpusError(CpbqaError):
    """The corpus folder is not what its manifest says."""


class ReadingError(CorpusError):
    """A report that cannot be read as a report."""


class EncoderError(CpbqaError):
    """Encoder weights are missing, changed, or do not fit the index."""


class SnapshotError(CpbqaError):
    """A snapshot is missing, damaged or from another version."""


class CheckError(SnapshotError):
    """A new index was built and did not pass its checks; what was published before stays."""


class CitationError(SnapshotError):
    """Words do not stand in the report, or not in the place, that a citation names."""
