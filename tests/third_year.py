"""A made-up third report, 2025/26, that follows on the two real ones and changes what a new report may change.

What is changed stands in the constants below, so that a test can ask for each of them and for nothing else. The report
is a list of blocks; `as_text` writes it as text, and other writers may make other files of the same blocks.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

REPORT, TITLE = "2025/26", "Tower Hamlets Corporate Parenting Board Annual Report 2025/26"

# new label: the label of the 2024/25 report
RENAMED = {
    "Children who started to be looked after during the year": "Number of children becoming Looked After",
    "Share of children starting to be looked after who had left care in the 2 years before": (
        "Percentage of children becoming Looked After that were re-entries within 2 years"
    ),
    "Children in our care in a stable long term placement": "Long term stability of Looked After Children",
    "Care leavers known to be in education, employment or training": (
        "Percentage of allocated care experienced young people ‘in touch‘ and known to be in education, employment "
        "or training"
    ),
    "Care leavers known to be in suitable accommodation": (
        "Percentage of allocated care experienced young people ‘in touch’ and known to be in suitable accommodation"
    ),
    "Initial visits to prospective foster carers made within five working days": (
        "Percentage of Foster Carer initial visits completed within five working days"
    ),
}
# (label, year): the print of the 2024/25 report, that of this one
RESTATED = {
    ("Percentage of children becoming Looked After with health assessment done within 20 days", "2023/24"): (
        "53.5%",
        "54.8%",
    ),
    ("Average time between a child entering care and moving in with the adoptive family", "2024/25"): (
        "560.0",
        "558.5",
    ),
    ("Percentage of allocated care experienced young people with a pathway plan", "2024/25"): ("97.5%", "96.9%"),
    ("Number of Foster Carer Enquiries (initial contact)", "2024/25"): ("141", "146"),
    ("Total Approved Foster Carers (incl. family & friends)", "2024/25"): ("96", "99"),
    # The headlines of 2024/25 and of this report say 94%: that disagrees with the table as it did before.
    ("Percentage of children Looked After continuously for 12 months + with up-to-date Dental checks", "2024/25"): (
        "91.5%",
        "91.8%",
    ),
}
NEW = (
    "Percentage of children with an up-to-date strengths and difficulties questionnaire",
    "Number of children reported missing three times or more",
    "Number of children living with connected carers",
)
DROPPED = (
    "Maximum number of children Looked After placement moves",
    "Percentage of children Looked After with a named Social Worker (key worker or personal advisor)",
    "Percentage of allocated care experienced young people with pathway plans updated in the last six months",
)
UNSAID = "allocated care experienced young people (17 -25) were in employment, education or training"
"""A figure that stood in a sentence alone, which the report leaves out."""
BROKEN = "Percentage of children Looked After continuously for 12 months + with up-to-date Dental checks"
NOTE = "Counted by a new method from April 2025; not comparable with earlier years."
# (label, year): the sign that is printed
SUPPRESSED = {
    ("Number of children reported missing three times or more", "2025/26"): "c",
    ("Number of Foster Carer Enquiries leading to Initial Visits", "2025/26"): "<5",
    ("Percentage of black and minority ethnic children leaving care who are adopted", "2025/26"): "x",
}
_SOON_MOVED = "Percentage of children waiting less than 14 months between entering care and moving in with their family"
NOT_APPLICABLE = {(_SOON_MOVED, "2025/26"): "n/a"}
SPENT = ("Foster care allowances", "Residential placements", "Leaving care support")
"""Rows of a table of its own, which lists kinds of spending and no measures."""
CONTRADICTION = ("74%", "71.2%")
"""Long term stability: what the headline says, and what the table prints."""
IN_PROSE = ("98", "101")
"""Children with in-house foster carers: what a sentence of the prose says, and what the table prints."""

_YEARS = "Performance Measure|2022/23|2023/24|2024/25|2025/26|Period|National|Statistical Neighbours"
_TERMS = "Performance Measure|2023/24 Spring|2024/25 Spring|2025/26 Autumn|2025/26 Spring|Period"
_TABLES = (
    (
        _YEARS,
        "Looked After Children",
        "Number of Looked after Children at 31 March|301|277|284|291|Snapshot||",
        "Children Looked After - rate per 10,000|46.8|43.1|45.0|46.2|Snapshot|68|67",
        "Children who started to be looked after during the year|134|149|168|155|Year to Date||",
        "Number of children ceasing to be Looked After|167|168|160|148|Year to Date||",
        "Share of children starting to be looked after who had left care in the 2 years before"
        "|2.2%|6.7%|4.2%|5.1%|Year to Date||",
        "Average number of children Looked After placement moves|1.6|1.4|1.4|1.3|Rolling Year||",
        "Children in our care in a stable long term placement|48%|68.8%|74.4%|71.2%|Snapshot|67%|65%",
        "Percentage of children becoming Looked After with health assessment done within 20 days"
        "|55.5%|54.8%|53%|61%|Year to Date||",
        "Percentage of children Looked After continuously for 12 months + with up-to-date Health assessments"
        "|82.4%|92.7%|90.4%|94.0%|Snapshot|90%|93%",
        f"{BROKEN}*|90.7%|93.2%|91.8%|83.0%|Snapshot|80%|81%",
        "Percentage of children with an up-to-date strengths and difficulties questionnaire||||78%|Snapshot||",
        "Number of children reported missing three times or more|||8|c|Year to Date||",
    ),
    (
        _YEARS,
        "Care experienced young people",
        "Percentage of allocated care experienced young people ‘in touch’ (17,18,19,20,21 year olds with activity "
        "updated within last year)|98.1%|98.2%|98.5%|97.9%|Snapshot||",
        "Care leavers known to be in education, employment or training|77.3%|76.8%|77.0%|79.4%|Snapshot||",
        "Care leavers known to be in suitable accommodation|94.4%|92.8%|95.9%|95.2%|Snapshot||",
        "Percentage of allocated care experienced young people with a pathway plan|95%|97.9%|96.9%|98.0%|Snapshot||",
    ),
    (
        _YEARS,
        "Fostering and Adoption",
        "Number of Foster Carer Enquiries (initial contact)|127|512|146|188|Year to Date||",
        "Number of Foster Carer Enquiries leading to Initial Visits|24|23|19|<5|Year to Date||",
        "Initial visits to prospective foster carers made within five working days|52.2%|50%|41%|47%|Year to Date||",
        "Total Approved Foster Carers (incl. family & friends)|115|116|99|104|Snapshot||",
        "Number of children placed with In-house Foster Carers|123|108|94|101|Snapshot||",
        "Number of children placed with Independent Fostering Agency Foster Carers|77|67|87|82|Snapshot||",
        "Number of children in Residential Placements (incl. dual registered schools and mother & baby units)"
        "|18|19|25|23|Snapshot||",
        "Number of children living with connected carers||||31|Snapshot||",
        "Average time between a child entering care and moving in with the adoptive family"
        "|572.4|600.4|558.5|541.0|Year to Date||",
        f"{_SOON_MOVED}|41.2%|57.1%|26.9%|n/a|Snapshot||",
        "Number of Adoptions|12|2|6|5|Year to Date||",
        "Percentage of children leaving care who are adopted|7.2%|1.2%|3.8%|3.4%|Year to Date|8%|7%",
        "Number of Special Guardianship Orders granted for Looked After Children|5|9|6|7|Year to Date||",
        "Percentage of black and minority ethnic children leaving care who are adopted|5.4%|1.3%|4.6%|x|Year to Date||",
        "Percentage of children ceasing to be Looked After because of Special Guardianship Orders"
        "|3%|5.2%|3.8%|4.7%|Year to Date|12%|9%",
        "Percentage of Children Looked After placed for adoption within 12 months of agency decision"
        "|75%|50%|100%|80%|Year to Date||",
    ),
    (
        _TERMS,
        "Virtual School",
        "Percentage of pupils making expected progress in English and Maths|58%|62%|66%|64%|Termly",
        "Percentage of pupils where a Pupil Education Plans (PEP) meeting took place in the term"
        "|99%|98%|97%|99%|Termly",
        "Percentage of Pupil Education Plans (PEPs) which were signed off and RAG rated green|84%|84%|85%|88%|Termly",
    ),
)
_SPENDING = (
    "Budget heading|2024/25 (£000)|2025/26 (£000)",
    *(f"{row}|{values}" for row, values in zip(SPENT, ("6,412|6,880", "9,105|10,240", "3,377|3,590"), strict=True)),
)
_FACTS = """
# The children we care for and care experienced young people
## Children Looked After
291 children were looked after by the local authority (at end of Mar 2026 - this was 284 for Mar 2025)
Under 5: 55
5 to 9: 41
10 to 15: 94
16 to 17: 101
There were 33 Unaccompanied Asylum-Seeking Children (UASC) (at end of Mar 2026 - this was 37 at Mar 2025)
‘Children Looked After’ long term placement stability 74% (end of Mar 2026 - this was 74% at Mar 2025)
Average no. of placement moves 1.3 (end of Mar 2026 - this was 1.4 at Mar 2025)
## Care experienced young people
95% of allocated care experienced young people (17-21) were in suitable accommodation (at end of Mar 2026 - this was \
96% at Mar 2025)
At 31st March 2026 the Through Care Service was working with a cohort of 439 young people, between the ages of 14 – 25 \
(this was 448 at Mar 2025)
## Health
94% of ‘Children Looked After’ had an annual health check within 12 months (end of Mar 2026 - this was 90% at Mar 2025)
83% of ‘Children Looked After’ had an annual dental check within 12 months (end of Mar 2026 - this was 94% at Mar 2025)
## Education, training and employment
64 % of pupils making expected progress (spring term 2025/26 - this was 62% for spring term 2024/25)
"""
_PROSE = """
# Foreword
Welcome to this year's report of the Corporate Parenting Board. It tells what the board has done and what comes next.
The new garden behind Kitcat Terrace opened in May 2025, and a beekeeper now teaches there on Saturdays.
# Priority One: Safe and stable homes
## Recruitment of Foster Carers
A campaign on local buses ran from September 2025 and brought in enquiries from every ward of the borough.
The Mockingbird constellation grew to three hub homes, each with a carer who is on call day and night.
- Two hub carers trained as mentors in November 2025.
- A summer picnic brought all constellations together in Mile End Park.
## Kinship care
Every kinship carer is offered a named worker and a place in the monthly evening group at the Brady Arts Centre. At \
31 March 2026, 98 children were placed with our own in-house foster carers, four more than a year before.
# Priority Two: Trusted and strong relationships
Lifelong Links reached accreditation in June 2025, and eleven young people met relatives they had never known.
A story group for children under ten began in January 2026 with a visiting illustrator.
# Priority Three: Education and aspirations
The Virtual School took forty pupils to see a launch at the National Space Centre in March 2026.
A laptop is now given to every pupil who starts secondary school.
# Priority Four: Health and emotional wellbeing
A sleep clinic for teenagers opened at the Wellbeing Hub in October 2025 and sees eight young people a week.
# Priority Five: Co-production and engagement
The Children Living in Care Council wrote a guide to care reviews, which every social worker now receives.
"""


@dataclass(frozen=True)
class Block:
    """A piece of the report. `level` is a heading's, from 1; `rows` are a table's, cell by cell."""

    kind: Literal["title", "heading", "paragraph", "bullet", "table"]
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


def blocks() -> list[Block]:
    """The whole report."""
    found = [Block("title", TITLE)]
    for line in (_FACTS + _PROSE).strip().split("\n"):
        marks = len(line) - len(line.lstrip("#"))
        if marks:
            found.append(Block("heading", line.lstrip("# "), marks))
        elif line.startswith("- "):
            found.append(Block("bullet", line[2:]))
        elif line:
            found.append(Block("paragraph", line))
    found.append(Block("heading", "Appendix C – Children's Social Care Key Performance Indicators March 2026", 1))
    for table in _TABLES:
        rows = [tuple(row.split("|")) for row in table]
        width = len(rows[0])
        found.append(Block("table", rows=tuple((*row, *[""] * (width - len(row))) for row in rows)))
        if any(BROKEN in row[0] for row in rows):
            found.append(Block("paragraph", f"* {NOTE}"))
    found.append(Block("heading", "Annex: What we spent", 1))
    found.append(Block("table", rows=tuple(tuple(row.split("|")) for row in _SPENDING)))
    return found


def as_text(report: list[Block]) -> str:
    """The report as the text that a Word file gives: a contents list, a table row a line, cells parted by tabs."""
    titles = [block.text for block in report if block.kind == "heading" and block.level == 1]
    lines = [report[0].text, "Contents", "\n".join(f"{title}.....\t{i + 2}" for i, title in enumerate(titles))]
    for block in report[1:]:
        if block.kind == "table":
            lines.append("\n".join("\t".join(row) for row in block.rows))
        else:
            lines.append(f"• {block.text}" if block.kind == "bullet" else block.text)
    return "\n\n".join(lines) + "\n"


def add_to(corpus: Path, data: bytes, file: str = "2025-26.txt") -> Path:
    """Put a file into a corpus folder as its report of 2025/26; it may be called again with other data."""
    path = corpus / "reports" / file
    path.write_bytes(data)
    manifest = (corpus / "corpus.toml").read_text(encoding="utf-8").split(f'\n[[report]]\nid = "{REPORT}"')[0]
    manifest += (
        f'\n[[report]]\nid = "{REPORT}"\ntitle = "{TITLE}"\nfile = "{file}"\ndate = 2026-03-31\n'
        f'sha256 = "{hashlib.sha256(data).hexdigest()}"\ncopyright = "© London Borough of Tower Hamlets"\n'
    )
    (corpus / "corpus.toml").write_text(manifest, encoding="utf-8")
    return corpus
