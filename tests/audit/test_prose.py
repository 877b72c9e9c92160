"""Sentences held against the tables: what one claims, which contradictions are found, and what raises no alarm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

import third_year
from cpbqa.audit import Finding, Printed
from cpbqa.audit.claims import claims_of
from cpbqa.audit.prose import prose_findings
from cpbqa.domain import Report
from cpbqa.figures import observe
from cpbqa.reading import read_report
from cpbqa.reading.corpus import load_corpus
from cpbqa.resolving import Resolver

CORPUS = load_corpus(Path(__file__).resolve().parents[2] / "corpus")


def printed_in(reports: Mapping[str, Report]) -> Printed:
    linked = observe(reports.values(), CORPUS.authority, CORPUS.measures, CORPUS.vocabulary)
    measures, observations = linked.measures, linked.observations
    return Printed(CORPUS.authority, reports, measures, observations, (), reports, CORPUS.vocabulary)


def with_sentences(reports: Mapping[str, Report], sentences: Sequence[str]) -> dict[str, Report]:
    """The real reports and the made-up third one, which says these, each in a paragraph of its own."""
    blocks = third_year.blocks()
    at = next(i for i, block in enumerate(blocks) if block.text.startswith("A laptop is now given"))
    said = [third_year.Block("paragraph", sentence) for sentence in sentences]
    text = third_year.as_text([*blocks[:at], *said, *blocks[at:]])
    return {**reports, third_year.REPORT: read_report(third_year.REPORT, third_year.TITLE, text.encode())}


def alarms(reports: Mapping[str, Report]) -> list[Finding]:
    """What is found beside the contradiction that the third report has anyway."""
    return [finding for finding in prose_findings(printed_in(reports)) if finding.values != third_year.IN_PROSE]


def test_the_real_reports_raise_no_alarm(reports: Mapping[str, Report]) -> None:
    assert list(prose_findings(printed_in(reports))) == []


SAID_OTHERWISE = {
    "At 31 March 2026, 84 children were placed with independent fostering agency carers.": ("84", "82"),
    "At the end of March 2026 there were 298 looked after children, which is 14 more than in 2025.": ("298", "291"),
    "Ninety-five children were placed with our in-house foster carers at 31 March 2026.": ("Ninety-five", "101"),
    "Long term stability of our looked after children fell to 68.4%, as two homes closed.": ("68.4%", "71.2%"),
    "Long term stability of our looked after children was 67.9%, mainly as two homes closed.": ("67.9%", "71.2%"),
    "In 2025/26 there were 7 adoptions, the most for six years.": ("7", "5"),
    "In 2024/25 Spring 88% of Pupil Education Plans were signed off and rated green.": ("88%", "84%"),
    "During the year 100 per cent of care experienced young people had a pathway plan.": ("100 per cent", "98.0%"),
}


def test_sentences_that_say_otherwise_are_found(reports: Mapping[str, Report]) -> None:
    whole = with_sentences(reports, list(SAID_OTHERWISE))
    found = alarms(whole)
    assert {finding.citations[0].quote: finding.values for finding in found} == SAID_OTHERWISE
    assert len(found) == len(SAID_OTHERWISE)
    resolver = Resolver(whole[third_year.REPORT], CORPUS.authority)
    for finding, (sentence, (said, printed)) in zip(found, SAID_OTHERWISE.items(), strict=True):
        assert finding.sentence == f"a sentence of the 2025/26 report says {said}, its table {printed}: “{sentence}”"
        words = [resolver.words(citation) for citation in finding.citations]
        assert words[0] == sentence
        assert printed in words[1].split("\t")


def test_a_number_in_the_cell_before_its_words_is_a_claim_too(reports: Mapping[str, Report]) -> None:
    facts = (("98", "approved foster carers in Tower Hamlets"), ("291", "children looked after"), ("97", "Brick Lane"))
    blocks = third_year.blocks()
    text = third_year.as_text([blocks[0], third_year.Block("heading", "At a glance", 1),
                               third_year.Block("table", rows=facts), *blocks[1:]])  # fmt: skip
    third = read_report(third_year.REPORT, third_year.TITLE, text.encode())
    (found,) = alarms({**reports, third.id: third})
    assert found.values == ("98", "104")
    assert Resolver(third, CORPUS.authority).words(found.citations[0]) == "98 approved foster carers in Tower Hamlets"


def test_what_says_something_else_raises_no_alarm(reports: Mapping[str, Report]) -> None:
    sentences = [
        "At 31 March 2026, 82 children were placed with independent fostering agency carers.",  # as the table has it
        "Long term stability of our looked after children was 71%.",  # rounded
        "At 31 March 2026, around 300 children were looked after.",
        "Long term stability of our looked after children was 73.4% last year.",
        "In 2024/25 long term stability of looked after children was 74.4%.",  # as the table has that year
        "Long term stability of our looked after children was 68.8%.",  # perhaps another year's
        "We want long term stability of our looked after children to be 75%.",
        "Long term stability of looked after children in England was 68%.",
        "Ten looked after children took part in the race.",
        "Of the 298 looked after children, 40 went on the trip.",  # two numbers
        "In November 2025 there were 298 looked after children.",  # not the year's end
        "Not one of the 298 children looked after was without a plan.",
        "At 31 March 2026 there were 270 looked after children over 5.",  # some of them
        "At 31 March 2026 there were 250 looked after boys.",
        "At 31 March 2026, 120 children were looked after by carers who live outside the borough in Essex and Kent.",
        "The average wait for an adoptive family was 530 weeks.",  # another unit
        "95 children were placed with in-house foster carers in the first quarter.",
        "In 2025/26 there were 20 adoptions.",  # too far off to be the same
    ]
    assert alarms(with_sentences(reports, sentences)) == []


def test_a_claim_is_one_number_and_the_words_around_it() -> None:
    text = "At 31 March 2026, 92 children were living with our foster carers, down from 94. Forty-one had no plan."
    one, other = claims_of(text)
    assert (one.told, str(one.period), one.quantity.number) == ("92", "2025/26", 92)
    assert one.about.split() == "At , children were living with our foster carers".split()
    assert (other.told, other.quantity.number, other.period, other.other) == ("Forty-one", 41, None, ("no",))


@pytest.mark.parametrize(
    "text",
    ["", "No number.", "In May 2025 it opened.", "Over 300 came.", "About 40% did.", "See page 12."],
)
def test_what_claims_nothing(text: str) -> None:
    assert list(claims_of(text)) == []
