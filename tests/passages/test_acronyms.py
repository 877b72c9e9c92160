"""Acronyms that the reports explain, and those that they do not."""

from __future__ import annotations

import re

import pytest

from cpbqa.domain import Report
from cpbqa.passages.acronyms import acronyms_in
from cpbqa.reading import read_report


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("UASC", "unaccompanied asylum seeking children"),
        ("CLA", "children looked after"),
        ("CLICC", "children living in care council"),
        ("CAMHS", "child and adolescent mental health services"),
        ("CPB", "corporate parenting board"),
        ("EET", "education employment or training"),
        ("NEET", "not in education employment or training"),
        ("IFA", "independent fostering agency"),
        ("IRO", "independent reviewing officers"),
        ("PEP", "personal education plan"),
        ("VS", "virtual school"),
        ("FCA", "foster carers association"),
        ("DWP", "department for work and pensions"),
        ("TFACT", "therapeutic fostering and care team"),
        ("JSNA", "joint strategic needs assessment"),
        ("ESOL", "english for speakers of other languages"),
    ],
)
def test_acronyms_that_the_reports_explain(reports: dict[str, Report], short: str, long: str) -> None:
    assert acronyms_in(reports.values())[short] == long


def test_only_what_is_spelled_out_before_the_bracket_is_an_acronym(reports: dict[str, Report]) -> None:
    found = acronyms_in(reports.values())
    assert len(found) == 37
    # In brackets, but never spelled out just before them.
    assert not {"TH", "S", "NAVSH", "SENCO", "LBTH"} & found.keys()


@pytest.mark.parametrize(
    ("short", "long"), [("YPS", "young people's service"), ("ILACS", "inspecting local authority children's services")]
)
def test_acronyms_with_a_possessive(reports: dict[str, Report], short: str, long: str) -> None:
    found = acronyms_in(reports.values()).get(short, "")
    assert re.sub(r"[^a-z]", "", found) == re.sub(r"[^a-z]", "", long)


def test_the_form_printed_most_often_counts() -> None:
    text = (
        "Foreword\n\nThe Personal Education Plan (PEP) is made. A Pupil Education Plan (PEP) was.\n\n"
        "Each Personal Education Plan (PEPs) is good. See Public Health (ABC).\n"
    )
    report = read_report("2030/31", "A report", text.encode())
    assert acronyms_in([report]) == {"PEP": "personal education plan"}
