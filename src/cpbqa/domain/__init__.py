"""The words of the project: frozen models without I/O. Every other layer imports these and nothing else is shared."""

from .answers import Answer, Computation, EarlierPrint, Figure, Outcome, QuotedPassage
from .confirmed import ConfirmedMeasure, Identity
from .errors import (
    CheckError,
    CitationError,
    CorpusError,
    CpbqaError,
    EncoderError,
    ReadingError,
    SnapshotError,
    UsageError,
)
from .figures import NATIONAL, NEIGHBOURS, Better, Citation, Footnote, Measure, Observation, Source
from .links import Link, LinkBasis, PrintedLabel
from .passages import Passage, PassageKind
from .periods import PARTS, TERMS, Kind, Period, Term, part_of
from .quantities import MEANINGS, Quantity, Unit, without_marks
from .report import Block, BlockKind, Cell, Report, Row, Section, Span, Table, caption
from .saying import CellRef, Said, SaidKind
from .wording import Phrases, Vocabulary, fold, stem, stems, words

__all__ = [
    "MEANINGS",
    "NATIONAL",
    "NEIGHBOURS",
    "PARTS",
    "TERMS",
    "Answer",
    "Better",
    "Block",
    "BlockKind",
    "Cell",
    "CellRef",
    "CheckError",
    "Citation",
    "CitationError",
    "Computation",
    "ConfirmedMeasure",
    "CorpusError",
    "CpbqaError",
    "EarlierPrint",
    "EncoderError",
    "Figure",
    "Footnote",
    "Identity",
    "Kind",
    "Link",
    "LinkBasis",
    "Measure",
    "Observation",
    "Outcome",
    "Passage",
    "PassageKind",
    "Period",
    "Phrases",
    "PrintedLabel",
    "Quantity",
    "QuotedPassage",
    "ReadingError",
    "Report",
    "Row",
    "Said",
    "SaidKind",
    "Section",
    "SnapshotError",
    "Source",
    "Span",
    "Table",
    "Term",
    "Unit",
    "UsageError",
    "Vocabulary",
    "caption",
    "fold",
    "part_of",
    "stem",
    "stems",
    "without_marks",
    "words",
]
