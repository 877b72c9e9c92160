"""Who is who and which meeting dealt with what: each entry of a table without figures is a passage; sentences between
the rows of a table of figures."""

from __future__ import annotations

import pytest

from cpbqa.domain import Passage, Report
from cpbqa.passages.rows import table_entries
from cpbqa.passages.splitting import LONGEST, split_report
from cpbqa.reading import read_report


@pytest.fixture(scope="module")
def passages(reports: dict[str, Report]) -> dict[str, list[Passage]]:
    return {report_id: split_report(report) for report_id, report in reports.items()}


def split_text(text: str) -> list[Passage]:
    return split_report(read_report("2030/31", "A report", text.encode()))


# --- people -----------------------------------------------------------------------------------------------------

PEOPLE_2023_24 = """\
Abdul Mannan: Councillor
Leo Major: Head of Children Looked After and Through Care Services
Samantha Anderson: Young Carers Engagement Officer, Young People Services, LBTH
Geraldine O'Donnell: Head of Safeguarding and Quality Assurance Service, LBTH
Susannah Beasley-Murray: Director, Supporting People, LBTH
Nji Oranu: Head of Children's Regulated Services and Resources, Supporting Families Division, LBTH
Natalie Bienfait: Councillor
Sheleena Powtoo: Improvement Delivery Lead, LBTH
Bodrul Choudhury: Councillor
Shirley Quarshie-Dunne: Child Protection and Reviewing Service, Children's Social Care, LBTH
Peter Cox: CAMHS in Social Care Team Lead, LBTH
Steve Reddy: Interim Corporate Director – Childrens Services
David Cregan: Headteacher Virtual School, LBTH
Foster Carer Representatives: Tower Hamlets Foster Carers Association
Kelly Duggan: Head of Youth Justice and Young Peoples Service, LBTH
Young People Representatives: Children Living in Care Council
Hasan Faruq: Youth Participation & Engagement Manage, Young People Services, LBTH
Lucy Satchell-Day: Head of Service, Tower Hamlets, Probation Service
Reagender Kang: Designated Nurse for CLA, NHS NEL CCG
Tracy Stanley: Strategy & Policy Officer - Children and Culture, LBTH
Ellie Kershaw: Director of Integrated Growth & Development, LBTH
Karen Swift: Director of Housing, LBTH
Julie Lorraine: Corporate Director Resources
Maium Talukdar: Chair / Councillor
Benjamin Yeboah: Group Manager, Through Care Service, LBTH"""
PEOPLE_2024_25 = """\
Benjamin Yeboah: Group Manager, Through Care Service, LBTH
Lucy Satchellday: HoS Probation Service
Cllr Abdul Mannan: Councillor, LBTH
Nji Oranu: Head of Children’s Regulated Services and Resources, LBTH
Cllr Bodrul Choudhury: Councillor, LBTH
Peter Cox: CAMHS in Social Care Team Lead, LBTH
Cllr Maium Talukdar: Chair of CPB, Cabinet Member for Education and Lifelong Learning
Dr Razan Hadad: Interim Designated Doctor for Looked After Children (TH), NEL ICB
Cllr Nathalie Bienfait: Councillor, LBTH
Reagender Kang: Designated Nurse Looked After Children (TH), NHS North East London
David Cregan: Executive Headteacher of the Virtual School, LBTH
Samantha Anderson: Engagement Officer, Young People’s Service (YPS), LBTH
FCA Representative: Foster Carers Association
Shahirul Bashar: Enrichment Education Offer, LBTH
Geraldine Donnell: Head of Service, Safeguarding and Quality Assurance Service, LBTH
Sheleena Powtoo: Improvement Delivery Lead, LBTH
Hasan Faruq: Youth Participation & Engagement Manager, Youth Service, LBTH
Shirley Quashie-Dunne: IRO Group Manager, Safeguarding & Quality Assurance Service, LBTH
Julie Lorraine: Corporate Director Resources
Steve Reddy: Director, Children's Services
Karen Swift: Director of Housing, LBTH
Susannah Beasley-Murray: Director of Supporting People, LBTH
Kelly Duggan: Head of Youth Justice and Young Peoples Service, LBTH
Suzanne Harding: Designated Nurse Looked After Children (Tower Hamlets), NHS North East London
Leo Major: Head of Service, Looked After Children and Through Care, LBTH
Tracy Stanley: Strategy & Policy Officer - Children and Culture, LBTH
Young People Representatives: Children Living in Care Council"""


@pytest.mark.parametrize(("report_id", "people"), [("2023/24", PEOPLE_2023_24), ("2024/25", PEOPLE_2024_25)])
def test_everybody_of_appendix_a_is_a_name_with_a_role(
    passages: dict[str, list[Passage]], report_id: str, people: str
) -> None:
    found = [passage for passage in passages[report_id] if passage.kind == "person"]
    assert "\n".join(passage.text for passage in found) == people
    for passage in found:
        assert passage.citation.quote == passage.text.replace(": ", "\t", 1)
        assert passage.section[0].startswith("Appendix A: Membership list")
        assert passage.sentences == (passage.text,)


# --- agendas ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("report_id", "meetings"),
    [
        ("2023/24", {"Standing Items": 4, "February 2023": 3, "April 2023": 3, "July 2023": 4, "October 2023": 6,
                     "March 2024": 6}),
        ("2024/25", {"Standing Items": 3, "March 2024": 5, "May 2024": 4, "July 2024": 3, "October 2024": 5,
                     "January 2025": 6}),
    ],
)  # fmt: skip
def test_each_agenda_stands_under_its_meeting(
    passages: dict[str, list[Passage]], report_id: str, meetings: dict[str, int]
) -> None:
    agendas = [passage for passage in passages[report_id] if passage.kind == "agenda"]
    told = {}
    for passage in agendas:
        meeting, *items = passage.text.split("\n")
        assert meeting.endswith(":")
        assert all(item.startswith("• ") for item in items)
        assert passage.citation.quote == items[0].removeprefix("• ")
        assert passage.citation.location.startswith(f"Appendix B – CPB Meetings and Agendas {report_id}")
        told[meeting.removesuffix(":")] = len(items)
    assert told == meetings


def agenda(passages: list[Passage], meeting: str) -> str:
    (text,) = [p.text for p in passages if p.kind == "agenda" and p.text.startswith(f"{meeting}:")]
    return text


def test_agendas_word_for_word(passages: dict[str, list[Passage]]) -> None:
    assert agenda(passages["2024/25"], "July 2024") == (
        "July 2024:\n"
        "• Barts Health Youth Forum Steering Group – sharing experiences on engagement and co-production\n"
        "• Refurbishment of Kitcat Terrace – update on plans\n"
        "• Refurbishment of Kitcat Terrace – young people’s vision for the future (on the theme of co-production)"
    )
    assert agenda(passages["2023/24"], "April 2023").split("\n")[3] == (
        "• NHS NEL Looked After Children/Young People and Care Leavers Strategy"
    )


def test_tables_of_figures_are_no_passages(passages: dict[str, list[Passage]]) -> None:
    for found in passages.values():
        in_tables = [p for p in found if p.section[0].startswith("Appendix C")]
        assert in_tables == []
        bands = [p for p in found if p.text.startswith(("Under 5:", "5 to 9"))]
        assert [p.kind for p in bands] in ([], ["paragraph", "paragraph"])


def test_a_long_agenda_is_parted() -> None:
    items = "".join(f" • {number}. Report on the health of all the children looked after" for number in range(40))
    found = split_text(f"Appendix B: Agendas\n\nMEETING\tITEMS\nMay 2030\t{items}\n")
    assert {passage.kind for passage in found} == {"agenda"}
    assert max(len(passage.text) for passage in found) <= LONGEST
    told = [line for passage in found for line in passage.text.split("\n") if line != "May 2030:"]
    assert [line[:5].split(".")[0] for line in told] == [f"• {number}" for number in range(40)]


ROLE = "She chairs the board and speaks for its children. "


@pytest.mark.parametrize(
    ("cells", "kinds"),
    [
        (("Ada", ROLE * 40), {"person"}),
        ((ROLE * 40, "Ada"), {"paragraph"}),
        ((ROLE * 20, ROLE * 20), {"paragraph"}),
        (("Ada", "x" * 3_000), {"person"}),
    ],
)
def test_a_row_of_long_cells_is_parted_and_nothing_of_it_is_lost(cells: tuple[str, str], kinds: set[str]) -> None:
    found = split_text("Appendix A: People\n\nNAME\tROLE\n" + "\t".join(cells) + "\n")
    assert {passage.kind for passage in found} == kinds
    assert max(len(passage.text) for passage in found) <= LONGEST
    told = "".join(passage.text.removeprefix("Ada: ") for passage in found).replace(" ", "")
    assert told == "".join(cells).replace(" ", "").removeprefix("Ada")


def test_a_meeting_with_one_item_is_an_agenda() -> None:
    found = split_text("Appendix B: Agendas\n\nMEETING\tITEMS\nMay 2030\t<ul> • Annual Report\n")
    assert [(passage.kind, passage.text) for passage in found] == [("agenda", "May 2030:\n• Annual Report")]


# --- tables of figures ------------------------------------------------------------------------------------------

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
