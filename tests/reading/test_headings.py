"""Headings that no file marks: the outline of both reports, section paths, and the pages of sections."""

from __future__ import annotations

import pytest

from cpbqa.domain import Report
from cpbqa.reading import read_report
from real_files import read, starting

APPENDIX_A = (
    "Appendix A: Membership list for the Corporate Parenting Board (including officers who also report to the board)"
)


# --- headings and their paths -----------------------------------------------------------------------------------

# Section, part and topics as a reader of the two files finds them. "" stands for topics right under the section.
OUTLINE_2023_24 = {
    "Foreword": {},
    "Introduction from the Tower Hamlets Children Living in Care Council": {},
    "The children we care for and care experienced young people": {
        "": [
            "Children Looked After",
            "Care experienced young people",
            "Accommodation",
            "Health",
            "Education, training and employment",
        ]
    },
    "Governance": {
        "": [
            "The national strategic context",
            "Legal Context",
            "The corporate parenting principles",
            "Tower Hamlets Better Together Practice Framework",
        ]
    },
    "Membership of the Corporate Parenting Board": {},
    "Raising the game on corporate parenting": {
        "": [
            "Tower Hamlets Corporate Parenting Board (CPB)",
            "Development of the Corporate Parenting Strategy 2023- 2028",
        ]
    },
    "Key messages from care experienced children & young people (from Tower Hamlets Corporate Parenting Strategy "
    "2023-2028)": {
        "": [
            "Visit from National Implementation Adviser for Care Leavers",
            "Adopting Care Experience as a Protected Characteristic",
        ]
    },
    "The role of Foster Carers": {"": ["Tower Hamlets Foster Carers' Association (FCA)", "Mockingbird Programme"]},
    "Priority One: Safe and stable homes": {
        "Key achievements in 2023/24": [
            "Recruitment of Foster Carers",
            "Training for Foster Carers",
            "Training for Fostering Panel members",
            "Maintaining and improving stability",
            "Placement Stability Panel",
            "The Therapeutic Fostering and Care Team (TFACT),",
            "Specialist training within Youth Justice Service",
        ],
        "Activity highlights for 2024/25": [
            "Foster Carer Recruitment Hub",
            "A Restorative approach to supporting children to remain living with their carers",
            "Development of the Mockingbird Programme",
        ],
        "Experiences of children: safe and stable home": [],
    },
    "Priority Two: Trusted and strong relationships": {
        "Key achievements in 2023/24": [
            "Better Quality Care Plans",
            "Practice guidance around language",
            "Joint working with the Department for Work and Pensions (DWP)",
            "Care and Pathway Plans Audit",
            "Service audit in Spring 2024",
        ],
        "Activity highlights for 2024/25": [
            "Children’s participation in Care Plans",
            "Lifelong Links Service",
            "Developing our practice around language",
        ],
        "Experiences of children: trusted and strong relationships": [],
    },
    "Priority Three: Education and aspirations": {
        "Key achievements in 2023/24": [
            "The Tower Hamlets Virtual School",
            "VS Annual Awards (February 2024)",
            "‘Give it a Go’ Enrichment Programme",
            "Council Apprenticeships Initiative",
            "Education, Employment & Training (EET) Advisors",
        ],
        "Activity highlights for 2024/25": [
            "Virtual School Priorities",
            "Further development of joint working with the Department of Work and Pensions",
            "Council Apprenticeships Initiative",
        ],
        "Experiences of children: education and aspirations": [],
    },
    "Priority Four: Health and emotional wellbeing": {
        "Key achievements in 2023/24": [
            "Health information in the Local Offer for Care Leavers",
            "Emotional wellbeing support for care experienced children",
            "Improving awareness and understanding of health assessments",
            "Identifying need at the earliest opportunity",
            "Training and awareness for professionals",
            "Health Strategy for Children Looked After and Care Leavers",
            "Enhanced support for children in contact with the Youth Justice Service",
            "Quality assurance work on Review Health Assessments",
        ],
        "Activity highlights for 2024/25": [
            "Health & Emotional Wellbeing assessment for unaccompanied children seeking asylum",
            "Launch of Health Strategy for Children Looked After and Care Leavers",
            "Strengthening joint working with Barnardos",
            "Children we care for & with care experience - Joint Strategic Needs Assessment (JSNA)",
        ],
        "Experiences of children: health and emotional wellbeing": [],
    },
    "Priority Five: Co-production and engagement": {
        "Key achievements in 2023/24": [
            "Children Living in Care Council (CLICC)",
            "Programme for CLICC Plus Group",
            "Strengthening links with Foster Carers",
            "Just4U Event",
            "Increasing ways to give feedback",
            "‘Know Now’ App for Care Experienced Young People",
        ],
        "Activity highlights for 2024/25": [
            "Refurbishment of Kitcat Terrace",
            "Strengthening and expanding the offer at Kitcat Terrace",
            "Enhancing information sharing",
        ],
    },
    APPENDIX_A: {},
    "Appendix B – CPB Meetings and Agendas 2023/24": {},
    "Appendix C – Children's Social Care Key Performance Indicator Report Extract March 2024": {},
}
OUTLINE_2024_25 = {
    "Foreword": {},
    "Introduction from the Chair of the Children Living in Care Council": {},
    "The children we care for and care experienced young people": {
        "": [
            "Children Looked After",
            "Accommodation",
            "Care experienced young people",
            "Health",
            "Education, training and employment",
        ]
    },
    "Governance": {
        "": [
            "Children's Wellbeing and Schools Bill 2024",
            "Legal Context",
            "The corporate parenting principles",
            "Tower Hamlets Better Together Practice Framework",
        ]
    },
    "Membership of the Corporate Parenting Board": {},
    "Raising the game on corporate parenting": {
        "": [
            "'Outstanding' Tower Hamlets’ Children’s Services",
            "Tower Hamlets Corporate Parenting Board (CPB)",
            "Corporate Parenting Strategy 2023 to 2028",
        ]
    },
    "Key messages from care experienced children & young people (from Tower Hamlets Corporate Parenting Strategy "
    "2023-2028)": {},
    "The Role of Foster Carers": {"": ["Tower Hamlets Foster Carers Association (FCA)", "Mockingbird Programme"]},
    "Priority One: Safe and stable homes": {
        "Key achievements in 2024/25": [
            "Recruitment of Foster Carers",
            "Local Community Fostering (LCF)",
            "Access to Fostering Scheme",
            "Training and development for Foster Carers",
            "Maintaining and improving stability",
            "Foundation for Attachment Therapeutic Programme",
        ],
        "Activity highlights for 2025/26": [],
    },
    "Priority Two: trusted and strong relationships": {
        "Key achievements in 2024/25": [
            "Lifelong Links (LL)",
            "Family Group Experts",
            "Kinship Care Pilot",
            "Developing our practice around language",
            "Working with Foster Carers around reviews",
        ],
        "Activity highlights for 2025/26": [],
    },
    "Priority Three: education and aspirations": {
        "Key achievements in 2024/25": [
            "Tower Hamlets Virtual School",
            "A Research-Based Approach",
            "Personal Education Plans (PEPs)",
            "Supporting attendance",
            "Enrichment Opportunities",
            "Guidance on preparing for independence",
            "Education, Employment and Training support",
        ],
        "Activity highlights for 2025/26": [],
    },
    "Priority Four: health and emotional wellbeing": {
        "Key achievements in 2024/25": [
            "Child and Adolescent Mental Health Services (CAMHS) in Social Care",
            "Emotional Wellbeing Screenings",
            "Enhanced Initial Health Assessments (IHA) for Children Seeking Asylum",
            "Collaboration with the Learning Academy for the Children’s Services Workforce",
            "Quality Assuring Initial Health Assessments",
            "Social Worker Support at Health Assessments",
            "Welcoming new members of staff",
            "Careers for young people in health services",
        ],
        "Activity highlights for 2025/26": [],
    },
    "Priority Five: co-production and engagement": {
        "Key achievements in 2024/25": [
            "Children Living in Care Council (CLICC)",
            "Refurbishment of Kitcat Terrace",
            "University College London (UCL) Citizen Science Academy",
            "Virtual School and Participation Team Partnership",
            "National Care Leavers Week",
            "Podcasting to share experiences",
        ],
        "Activity highlights for 2025/26": [],
    },
    APPENDIX_A: {},
    "Appendix B – CPB Meetings and Agendas 2024/25": {},
    "Appendix C – Children's Social Care Key Performance Indicator Report": {},
}


def paths(outline: dict[str, dict[str, list[str]]]) -> list[tuple[str, ...]]:
    """The outline as section paths, in printed order."""
    found: list[tuple[str, ...]] = []
    for section, parts in outline.items():
        found.append((section,))
        for part, topics in parts.items():
            above = (section, part) if part else (section,)
            found += [above] if part else []
            found += [(*above, topic) for topic in topics]
    return found


@pytest.mark.parametrize(("report_id", "outline"), [("2023/24", OUTLINE_2023_24), ("2024/25", OUTLINE_2024_25)])
def test_the_headings_are_the_ones_a_reader_finds(
    reports: dict[str, Report], report_id: str, outline: dict[str, dict[str, list[str]]]
) -> None:
    printed = [block.section for block in reports[report_id].blocks if block.kind == "heading"]
    assert list(dict.fromkeys(printed)) == paths(outline)


@pytest.mark.parametrize(
    ("report_id", "start", "path"),
    [
        ("2023/24", "Welcome to the annual report", "Foreword"),
        ("2023/24", "277 children were", "The children we care for and care experienced young people > "
         "Children Looked After"),
        ("2023/24", "Despite the difficulties", "Priority One: Safe and stable homes > Key achievements in 2023/24 > "
         "Recruitment of Foster Carers"),
        ("2023/24", "In Oct 2023 there was a joint session", "Priority One: Safe and stable homes > "
         "Key achievements in 2023/24 > Training for Fostering Panel members"),
        ("2023/24", "'E' had been living", "Priority One: Safe and stable homes > "
         "Experiences of children: safe and stable home"),
        ("2023/24", "Ensuring children feel loved", "Priority One: Safe and stable homes"),
        ("2023/24", "Representatives from the Through Care", "Priority Two: Trusted and strong relationships > "
         "Key achievements in 2023/24 > Joint working with the Department for Work and Pensions (DWP)"),
        ("2023/24", "Additional support was provided by our HR", "Priority Three: Education and aspirations > "
         "Key achievements in 2023/24 > Council Apprenticeships Initiative"),
        ("2023/24", "We will review our initiative", "Priority Three: Education and aspirations > "
         "Activity highlights for 2024/25 > Council Apprenticeships Initiative"),
        ("2024/25", "Monthly meetings are held", "The Role of Foster Carers > "
         "Tower Hamlets Foster Carers Association (FCA)"),
        ("2024/25", "Our focus on continuous professional", "Priority One: Safe and stable homes > "
         "Key achievements in 2024/25 > Training and development for Foster Carers"),
        ("2024/25", "On 14 May 2025", "Priority One: Safe and stable homes > Activity highlights for 2025/26"),
        ("2024/25", "Instead of the standard consultation", "Priority Two: trusted and strong relationships > "
         "Key achievements in 2024/25 > Working with Foster Carers around reviews"),
        ("2024/25", "Ten assessments were audited", "Priority Four: health and emotional wellbeing > "
         "Key achievements in 2024/25 > Quality Assuring Initial Health Assessments"),
        ("2024/25", "Since December 2025, six", "Priority Five: co-production and engagement > "
         "Key achievements in 2024/25 > University College London (UCL) Citizen Science Academy"),
    ],
)  # fmt: skip
def test_a_paragraph_stands_under_its_headings(
    reports: dict[str, Report], report_id: str, start: str, path: str
) -> None:
    assert " > ".join(starting(reports[report_id], start).section) == path


def test_tables_stand_in_their_appendix(reports: dict[str, Report]) -> None:
    sizes = {
        report_id: [(b.section[0][:10], len(b.table.rows)) for b in report.blocks if b.kind == "table" and b.table]
        for report_id, report in reports.items()
    }
    assert sizes == {
        "2023/24": [
            ("Appendix A", 14), ("Appendix B", 7),
            ("Appendix C", 14), ("Appendix C", 7), ("Appendix C", 11), ("Appendix C", 10), ("Appendix C", 5),
        ],
        # The four age bands, then one region for each appendix: it spans the blank lines between its tables.
        "2024/25": [("The childr", 4), ("Appendix A", 15), ("Appendix B", 7), ("Appendix C", 59)],
    }  # fmt: skip


def heading_path(report: Report, text: str) -> list[tuple[str, ...]]:
    return [block.section for block in report.blocks if block.kind == "heading" and block.text == text]


def test_a_heading_repeated_on_the_next_page_opens_nothing_new(reports: dict[str, Report]) -> None:
    repeated = heading_path(reports["2023/24"], "Priority One: Safe and stable home")
    assert repeated == [
        (
            "Priority One: Safe and stable homes",
            "Key achievements in 2023/24",
            "Training for Foster Carers",
        ),
        (
            "Priority One: Safe and stable homes",
            "Key achievements in 2023/24",
            "Specialist training within Youth Justice Service",
        ),
    ]


TWO_SECTIONS = (
    "Section One: Safe homes\n\nKey news in 2030\n\nFoster carers\n\nThey came.\n\n"
    "Section One: Safe home\n\nKey news in 2030\n\nPanels\n\nThey met.\n\n"
    "Section Two: Good health\n\nKey news in 2031\n\nDentists\n\nThey saw us.\n"
)


@pytest.mark.parametrize("below", ["", "\n\nDocuments\n\nName\tRole\nAda\tChair\n"], ids=["prose", "with a table"])
def test_levels_come_from_form_and_from_recurring_where_there_is_no_contents_list(below: str) -> None:
    report = read_report("2030/31", "A report", (TWO_SECTIONS + below).encode())
    paths = {block.text: block.section for block in report.blocks if block.kind == "paragraph"}
    assert paths == {
        "They came.": ("Section One: Safe homes", "Key news in 2030", "Foster carers"),
        # The same section and part, printed again at the top of the next page.
        "They met.": ("Section One: Safe homes", "Key news in 2030", "Panels"),
        "They saw us.": ("Section Two: Good health", "Key news in 2031", "Dentists"),
    }


# --- pages ------------------------------------------------------------------------------------------------------


def test_the_contents_list_gives_each_section_its_pages(reports: dict[str, Report]) -> None:
    sections = reports["2023/24"].sections
    assert [(section.title.split(":")[0].split(" – ")[0][:33], section.pages) for section in sections] == [
        ("Foreword", "page 2"),
        ("Introduction from the Tower Hamle", "page 3"),
        ("The children we care for and care", "page 4"),
        ("Governance", "pages 5–7"),
        ("Membership of the Corporate Paren", "page 8"),
        ("Raising the game on corporate par", "pages 8–9"),
        ("Key messages from care experience", "pages 10–11"),
        ("The role of Foster Carers", "page 12"),
        ("Priority One", "pages 13–17"),
        ("Priority Two", "pages 18–22"),
        ("Priority Three", "pages 23–26"),
        ("Priority Four", "pages 27–31"),
        ("Priority Five", "pages 32–35"),
        ("Appendix A", "page 36"),
        ("Appendix B", "page 37"),
        ("Appendix C", "page 38"),
    ]
    assert sections[-1].last_page is None
    assert reports["2024/25"].sections == ()


def test_a_citation_names_the_section_and_its_pages_only_where_the_file_has_them(reports: dict[str, Report]) -> None:
    path = ("Priority One: Safe and stable homes", "Key achievements in 2023/24")
    assert reports["2023/24"].place(path) == " > ".join(path) + " (pages 13–17)"
    assert reports["2024/25"].place(path) == " > ".join(path)
    assert reports["2023/24"].place(()) == "Tower Hamlets Corporate Parenting Board Annual Report 2023/24"


def test_prose_above_the_contents_list_is_prose() -> None:
    text = (
        "A report\n\nForeword\n\nWe care.\n\n1. First\n\nContents\n\nForeword\t1\nGovernance\t2\n\nGovernance\n\nOld.\n"
    )
    told = [(block.kind, block.marker, block.text) for block in read("2030/31", text).blocks]
    assert ("paragraph", "", "We care.") in told
    assert ("bullet", "1.", "First") in told
    assert [block.section for block in read("2030/31", text).blocks if block.kind in ("paragraph", "bullet")] == [
        ("Foreword",), ("Foreword",), ("Governance",),
    ]  # fmt: skip


def test_the_lines_of_a_cover_above_the_contents_list_are_not_quoted() -> None:
    cover = "A report\n\nTower Hamlets\nJuly 2031\n\nOur promise to every child\n\n"
    contents = "Contents\n\nForeword\t1\nGovernance\t2\n\nForeword\n\nOld.\n"
    kinds = [(block.kind, block.text) for block in read("2030/31", cover + contents).blocks]
    assert kinds[:4] == [
        ("title", "A report"), ("contents", "Tower Hamlets"), ("contents", "July 2031"),
        ("contents", "Our promise to every child"),
    ]  # fmt: skip
    told = [block.kind for block in read("2030/31", f"{cover}We care.\n\n{contents}").blocks]
    assert told[:5] == ["title", "contents", "contents", "heading", "paragraph"]


def test_the_front_matter_is_title_and_contents(reports: dict[str, Report]) -> None:
    first = reports["2023/24"].blocks[:4]
    assert [(block.kind, block.text) for block in first] == [
        ("title", "Tower Hamlets Corporate Parenting Board Annual Report 2023/24"),
        ("contents", "Contents"),
        ("contents", ""),
        ("heading", "Foreword"),
    ]
    assert first[2].table is not None
    assert first[2].table.rows[3].texts == ("Governance", "5")
    assert [block.kind for block in reports["2024/25"].blocks].count("contents") == 0


def test_a_caption_is_no_heading() -> None:
    text = "Homes\n\nWe found nine homes.\n\nTable 4: Children in care at 31 March\n\nThe count rose.\n"
    report = read_report("2030/31", "A report", f"Foreword\n\nWelcome to it.\n\n{text}".encode())
    assert [(b.kind, b.section) for b in report.blocks if b.text.startswith(("Table 4", "The count"))] == [
        ("paragraph", ("Foreword", "Homes")),
        ("paragraph", ("Foreword", "Homes")),
    ]
