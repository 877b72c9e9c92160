"""What is written in rows of its own between the rows of a table of figures."""

from __future__ import annotations

from cpbqa.passages.rows import table_entries
from cpbqa.reading import read_report

TABLE = """Appendix C

Ref\tMeasure\t2029/30\t2030/31
CT/L07\tChildren who changed school\t10\t8
CT/L07\tA change of school now needs the written approval of the Head of Service.\t\t
CT/L08\tVisits on time\t81\t82
Note: the figures of the year before were counted again in the spring.\t\t\t
CT/L09\tReviews. On time.\t91\t92
"""


def test_a_sentence_between_figures_is_a_passage_and_a_note_or_a_label_is_none() -> None:
    report = read_report("2030/31", "A report", TABLE.encode())
    tables = [block.table for block in report.blocks if block.table]
    told = [(kind, text) for table in tables for kind, text, _, _ in table_entries(table, 600)]
    assert told == [("paragraph", "A change of school now needs the written approval of the Head of Service.")]
