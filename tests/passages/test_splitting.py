"""Splitting a report's prose into passages: whole sentences, lists whole and by item, quotations, case studies."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpbqa.domain import CitationError, Passage, Report
from cpbqa.passages.sentences import split_sentences
from cpbqa.passages.splitting import LONGEST, split_report
from cpbqa.reading import read_report
from cpbqa.resolving import Resolver

BOTH = pytest.mark.parametrize("report_id", ["2023/24", "2024/25"])


@pytest.fixture(scope="module")
def passages(reports: dict[str, Report]) -> dict[str, list[Passage]]:
    return {report_id: split_report(report) for report_id, report in reports.items()}


def folded(text: str) -> str:
    return " ".join(text.split())


def unmarked(passage: Passage) -> str:
    """The text of a passage, without the marks of its items: they are no part of a sentence."""
    if passage.kind not in ("list", "agenda"):
        return passage.text
    return re.sub(r"^(?:[-·•]|\d\.) ", "", passage.text, flags=re.M)


def starting(passages: list[Passage], start: str, kind: str) -> Passage:
    """The one passage of a kind whose text starts so."""
    found = [passage for passage in passages if passage.kind == kind and passage.text.startswith(start)]
    assert len(found) == 1, (start, kind, [passage.text for passage in found])
    return found[0]


# --- what holds for every passage -------------------------------------------------------------------------------


@BOTH
def test_each_passage_is_short_whole_and_stands_in_the_file(
    reports: dict[str, Report], passages: dict[str, list[Passage]], report_id: str
) -> None:
    printed = folded(reports[report_id].raw)
    for passage in passages[report_id]:
        assert 0 < len(passage.text) <= LONGEST == 1_200
        assert " ".join(passage.sentences) == folded(unmarked(passage))
        assert folded(passage.citation.quote) in printed
        assert passage.citation.report == passage.report == report_id
        assert passage.citation.location == reports[report_id].place(passage.section)
        assert passage.context.startswith(" > ".join(passage.section))


@BOTH
def test_every_sentence_of_the_prose_is_in_a_passage(
    reports: dict[str, Report], passages: dict[str, list[Passage]], report_id: str
) -> None:
    """Lead-ins aside, which stand with their list, each paragraph, bullet and quotation is a passage of its own."""
    prose = [b for b in reports[report_id].blocks if b.kind in ("paragraph", "bullet", "quote")]
    alone = [p.text for p in passages[report_id] if p.kind in ("paragraph", "item", "quote", "case study")]
    noted = [block for block in reports[report_id].blocks if not block.text.startswith("¹")]
    leads = [one.text for one, other in pairwise(noted)
             if one.kind == "paragraph" and other.kind == "bullet"
             and (one.text.endswith(":") or "the following behaviours" in one.text)]  # fmt: skip
    assert Counter(alone) == Counter(block.text for block in prose) - Counter(leads)
    assert len(leads) == {"2023/24": 17, "2024/25": 13}[report_id]
    lists = [p.text for p in passages[report_id] if p.kind == "list"]
    assert all(any(text.startswith(f"{lead}\n") for text in lists) for lead in leads)


@BOTH
def test_kinds_and_their_numbers(passages: dict[str, list[Passage]], report_id: str) -> None:
    assert Counter(passage.kind for passage in passages[report_id]) == {
        "2023/24": {
            "paragraph": 72, "item": 170, "list": 43, "quote": 6, "case study": 22, "person": 25, "agenda": 6,
        },
        "2024/25": {"paragraph": 116, "item": 109, "list": 27, "quote": 5, "person": 27, "agenda": 6},
    }[report_id]  # fmt: skip


def test_identifiers_are_stable_and_tell_passages_apart(
    reports: dict[str, Report], passages: dict[str, list[Passage]]
) -> None:
    assert split_report(reports["2023/24"]) == passages["2023/24"]
    ids = [passage.id for found in passages.values() for passage in found]
    assert len(set(ids)) == len(ids) == 344 + 290
    assert all(re.fullmatch(r"[0-9a-f]{16}", identifier) for identifier in ids)


# --- lists ------------------------------------------------------------------------------------------------------


def test_a_list_is_there_whole_with_its_lead_in(passages: dict[str, list[Passage]]) -> None:
    whole = starting(passages["2024/25"], "As ever, the FCA has organised", "list")
    assert whole.text == (
        "As ever, the FCA has organised trips, events and activities throughout the last year to bring together foster "
        "carers and children so that they get more chances to have fun together, build and strengthen relationships "
        "and support each other. The programme for 2024/25 included:\n"
        "· Visit to Colchester Zoo in May 2024\n"
        "· Lazer Quest Event in May 2024\n"
        "· Summer outing to Southend seaside in August 2024\n"
        "· Tower Hamlets FCA Summer Party in August 2024\n"
        "· Trip to the Pantomime in December 2024"
    )
    assert whole.sentences[1] == "The programme for 2024/25 included:"
    assert whole.sentences[-1] == "Trip to the Pantomime in December 2024"
    assert whole.citation.quote == whole.text
    assert whole.section == ("The Role of Foster Carers", "Tower Hamlets Foster Carers Association (FCA)")


def test_a_list_is_there_item_by_item_under_its_lead_in(passages: dict[str, list[Passage]]) -> None:
    item = starting(passages["2024/25"], "Lazer Quest", "item")
    assert (item.text, item.citation.quote) == ("Lazer Quest Event in May 2024", "Lazer Quest Event in May 2024")
    assert item.context.startswith(
        "The Role of Foster Carers > Tower Hamlets Foster Carers Association (FCA) > As ever"
    )
    assert item.context.endswith("The programme for 2024/25 included:")
    junior = starting(passages["2023/24"], "Junior CLICC", "item")
    assert junior.context.endswith("Three age-specific groups have been established:")


@pytest.mark.parametrize(
    ("report_id", "start", "items"),
    [
        ("2023/24", "Core messages:", 12),
        ("2023/24", "On 15th December 2023 the government", 4),
        ("2023/24", "Activities in 2023/24 have included:", 4),
        ("2023/24", "- There will be 10 hubs", 3),
        ("2024/25", "Core messages:", 12),
        ("2024/25", "In order to thrive", 7),
        ("2024/25", "During 2024/25 CLICC activities have included:", 8),
        ("2024/25", "An audit of IHA’s undertaken", 2),
    ],
)
def test_the_number_of_items_below_a_lead_in(
    passages: dict[str, list[Passage]], report_id: str, start: str, items: int
) -> None:
    lines = starting(passages[report_id], start, "list").text.split("\n")
    assert len(lines) == items + 1
    assert all(re.match(r"(?:[-·•]|\d\.) \S", line) for line in lines[1:])


def test_a_bullet_may_lead_in_the_bullets_below_it(passages: dict[str, list[Passage]]) -> None:
    item = starting(passages["2023/24"], "Boost retention", "item")
    assert item.context.endswith("The aims of the initiative are to:")
    nested = starting(passages["2023/24"], "- The Virtual School will continue", "list")
    assert [line[:22] for line in nested.text.split("\n")[1:3]] == ["- Monitoring of attend"] * 2


def test_the_lead_in_of_nested_bullets_ends_with_them(passages: dict[str, list[Passage]]) -> None:
    under = starting(passages["2023/24"], "Monitoring of attendance at", "item")
    assert under.context.endswith("The focus for 2024/25 will be:")
    after = starting(passages["2023/24"], "The Virtual School will participate", "item")
    assert "The focus for 2024/25 will be:" not in after.context


def test_each_bullet_stands_under_the_lead_in_above_it() -> None:
    text = "We do:\n- one of:\n - deep one\n - deep two:\n - deep three\n- next\n- flat:\n- last\n"
    _, found = split_text(f"Foreword\n\n{text}")
    under = {p.text: p.context.removeprefix("Foreword > ") for p in found if p.kind == "item"}
    assert under == {
        "one of:": "one of:", "deep one": "one of:", "deep two:": "deep two:", "deep three": "deep two:",
        "next": "We do:", "flat:": "flat:", "last": "flat:",
    }  # fmt: skip


def test_a_footnote_does_not_part_a_lead_in_from_its_list(passages: dict[str, list[Passage]]) -> None:
    item = starting(passages["2023/24"], "To act in the best interests", "item")
    assert item.context.endswith("as follows:")
    whole = starting(passages["2023/24"], "In order to thrive", "list")
    assert len(whole.text.split("\n")) == 8
    assert "guidance](#)" not in whole.text
    assert whole.citation.quote == whole.text.split("\n")[0]
    assert starting(passages["2023/24"], "¹ [Applying corporate parenting", "paragraph")


def test_footnotes_among_bullets_part_no_list_and_those_after_them_are_no_item() -> None:
    _, found = split_text("Foreword\n\nWe do:\n\n- one\n\n¹ First note.\n\n- two\n\n² Second note.\n\nWe care.\n")
    assert [(p.kind, p.text) for p in found] == [
        ("list", "We do:\n- one\n- two"), ("item", "one"), ("item", "two"), ("paragraph", "¹ First note."),
        ("paragraph", "² Second note."), ("paragraph", "We care."),
    ]  # fmt: skip


# --- quotations and case studies --------------------------------------------------------------------------------


def test_quotations_name_their_speaker(passages: dict[str, list[Passage]]) -> None:
    speakers = {
        report_id: Counter(p.speaker for p in found if p.kind == "quote") for report_id, found in passages.items()
    }
    assert speakers == {
        "2023/24": {"a young person": 6},
        "2024/25": {"Ofsted Inspection Nov 2024": 4, "Ofsted finding (Nov 2024 Inspection)": 1},
    }
    assert {p.speaker for found in passages.values() for p in found if p.kind != "quote"} == {None}
    quote = starting(passages["2023/24"], "Quote from a young person ‘X always", "quote")
    assert quote.sentences == (
        "Quote from a young person ‘X always responds to my messages and will call to check in on me for updates on "
        "how I am doing...he advocates on my behalf.",
        "I feel supported’",
    )


def test_case_studies_are_the_experiences_of_children(passages: dict[str, list[Passage]]) -> None:
    studies = [passage for passage in passages["2023/24"] if passage.kind == "case study"]
    assert Counter(passage.section[-1] for passage in studies) == {
        "Experiences of children: safe and stable home": 4,
        "Experiences of children: trusted and strong relationships": 7,
        "Experiences of children: education and aspirations": 5,
        "Experiences of children: health and emotional wellbeing": 6,
    }
    assert studies[0].text.startswith("'E' had been living with foster carers")
    assert studies[0].citation.location == (
        "Priority One: Safe and stable homes > Experiences of children: safe and stable home (pages 13–17)"
    )


# --- other reports ----------------------------------------------------------------------------------------------

SENTENCE = st.lists(st.sampled_from("we children care and looked after 2,345 homes PEPs ‘in touch’".split()),
                    min_size=3, max_size=60).map(lambda found: f"The {' '.join(found)}.")  # fmt: skip
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=12).map(" ".join)


def split_text(text: str) -> tuple[Report, list[Passage]]:
    report = read_report("2030/31", "A report", text.encode())
    return report, split_report(report)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(["", "", "- ", "· ", "1. "]), PARAGRAPH, st.booleans()), min_size=1, max_size=8)
)
def test_any_prose_is_split_into_whole_sentences_and_none_is_lost(
    written: list[tuple[str, str, bool]],
) -> None:
    lines = [f"{mark}{text[:-1]}:" if lead else f"{mark}{text}" for mark, text, lead in written]
    report, found = split_text("Foreword\n\n" + "\n\n".join(lines) + "\n")
    printed = folded(report.raw)
    for passage in found:
        assert len(passage.text) <= LONGEST
        assert folded(passage.citation.quote) in printed
        assert " ".join(passage.sentences) == folded(unmarked(passage))
    told = "\n".join(sentence for passage in found for sentence in passage.sentences)
    for _, text, lead in written:
        # A lead-in may leave no room for its list: see the next test.
        assert lead or all(sentence in told for sentence in split_sentences(text))


def test_a_long_lead_in_is_a_passage() -> None:
    lead = "We care for " + ", ".join(["children"] * 60) + ". We do it so:"
    item = "We listen to " + ", ".join(["children"] * 60) + "."
    _, found = split_text(f"Foreword\n\n{lead}\n\n- {item}\n- We care.\n")
    assert any("We do it so:" in passage.text for passage in found)


@pytest.mark.parametrize("after", ["", " The end."])
def test_a_sentence_longer_than_a_passage(after: str) -> None:
    sentence = "We care for " + ", ".join(["children"] * 150) + "."
    assert len(sentence) > LONGEST
    _, found = split_text(f"Foreword\n\n{sentence}{after}\n")
    assert max(len(passage.text) for passage in found) <= LONGEST
    # Cut between words: half a word stands in no sentence, and could not be quoted.
    assert folded(" ".join(passage.text for passage in found)) == sentence + after


def test_what_is_longer_than_a_passage_without_a_blank_is_quoted_in_parts() -> None:
    word = "".join(chr(65 + number % 26) * 7 for number in range(500))
    report, found = split_text(f"Foreword\n\nWe care for {word} children.\n")
    assert "".join(passage.text for passage in found).replace(" ", "") == f"Wecarefor{word}children."
    resolver = Resolver(report, "Anytown")
    for passage in found:
        assert resolver.words(passage.citation) == passage.citation.quote
        other = replace(passage.citation, quote=passage.citation.quote[:-1] + "#")
        with pytest.raises(CitationError):
            resolver.words(other)


@pytest.mark.parametrize("mark", ["[bookmark: _Hlk1]", "<b>"])
def test_a_mark_inside_a_paragraph_keeps_its_quote_in_the_file(mark: str) -> None:
    report, (passage,) = split_text(f"Foreword\n\nWe care about {mark}children.\n")
    assert passage.text == "We care about children."
    assert folded(passage.citation.quote) in folded(report.raw)
    assert passage.citation.quote == "We care about"


@pytest.mark.parametrize(
    ("line", "text", "quote"),
    [
        ("We care about <b>children</b>.", "We care about children.", "We care about"),
        ("<b>Kindness</b> in all.", "Kindness in all.", "in all."),
        ("- <b>Kindness</b>", "Kindness", "Kindness"),
        ("- We [bookmark: _Hlk1]stay in touch with them.", "We stay in touch with them.", "stay in touch with them."),
        ("We care \u200bfor chil\u200bdren.", "We care for children.", "We care"),
        ("Name\tRole\nAda\tChair of [bookmark: _Hlk1]all", "Ada: Chair of all", "Ada Chair of"),
        ("Name\tRole\nMay\t• Fees <b>and</b> costs • Homes", "May:\n• Fees and costs\n• Homes", "Fees"),
    ],
)
def test_marks_wherever_they_stand(line: str, text: str, quote: str) -> None:
    report, (passage,) = split_text(f"Foreword\n\n{line}\n")
    assert (passage.text, passage.citation.quote) == (text, quote)
    assert folded(quote) in folded(report.raw)
    assert Resolver(report, "Us").words(passage.citation) == quote


def test_short_lines_below_one_another_are_a_list_without_marks(passages: dict[str, list[Passage]]) -> None:
    whole = starting(passages["2024/25"], "Local Authority (Children’s Social Care, Virtual School", "list")
    assert whole.section[-1] == "Membership of the Corporate Parenting Board"
    assert len(whole.text.split("\n")) == 6
    assert whole.text.endswith("Tower Hamlets CAMHS in Social Care Team Lead")
    assert (
        starting(passages["2024/25"], "Foster Carer Representatives", "paragraph").text
        == "Foster Carer Representatives"
    )


def test_lines_with_an_empty_one_between_them_or_that_end_a_sentence_are_none() -> None:
    apart = split_report(read_report("2024/25", "R", b"Heading\n\nOne thing here\n\nAnother thing\n\nA third thing\n"))
    told = split_report(read_report("2024/25", "R", b"Heading\n\nOne thing here.\nAnother thing.\nA third thing.\n"))
    assert "list" not in {passage.kind for passage in (*apart, *told)}


def test_a_sentence_that_says_that_something_follows_leads_in_a_list(passages: dict[str, list[Passage]]) -> None:
    found = next(p for p in passages["2023/24"] if p.kind == "list" and "- Stay curious" in p.text)
    assert found.text.startswith("The framework includes the following behaviours and sets out 6 'Cs'")
    assert found.text.endswith("- Collaborate for change\n- Check back")


def test_a_sentence_that_says_nothing_of_the_sort_leads_in_none() -> None:
    _, found = split_text("Foreword\n\nWe care for all. We met in the following year.\n\n- One thing.\n- Two things.\n")
    assert [p.text for p in found if p.kind == "list"] == ["- One thing.\n- Two things."]
