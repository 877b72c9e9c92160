"""How staff say it: each rule of reading a question, on the real reports, by what it gives."""

from __future__ import annotations

import pytest

from cpbqa.asking.mentions import TimeMentions, find_mentions
from cpbqa.asking.phrasing import Phrasing
from cpbqa.asking.prose import tells_time
from cpbqa.bot import Bot
from cpbqa.domain import Vocabulary
from cpbqa.domain.wording import Phrases
from inmemory import SPEECH


def mentions_in(question: str) -> TimeMentions:
    return find_mentions(question, Phrasing(SPEECH).times)


def read(bot: Bot, question: str):  # type: ignore[no-untyped-def]
    return bot._engine.read(question)


def lead(bot: Bot, question: str) -> tuple[str, str, str]:
    figure = bot.ask(question).figures[0]
    return figure.period, figure.geography, figure.value


@pytest.mark.parametrize(
    ("question", "base"),
    [
        ("enquiries since 2021/22", True),
        ("more enquiries than in 2021/22?", True),
        ("up on last year?", True),
        ("this year compared with last", True),
        ("enquiries on 31 March 2023", False),
        ("enquiries in 2021/22, did they go up?", False),
    ],
)
def test_a_period_held_against_another_is_told_from_one_asked_for(question: str, base: bool) -> None:
    assert mentions_in(question).periods[-1].base is base


@pytest.mark.parametrize(
    ("question", "spans"),
    [("pathway plans 2021 to 2025", True), ("2021/22 - 2024/25", True), ("2021/22 and 2024/25", False)],
)
def test_two_periods_may_be_the_ends_of_a_run(question: str, spans: bool) -> None:
    assert mentions_in(question).spans is spans


@pytest.mark.parametrize(
    ("question", "finer"),
    [
        ("children looked after at end of September 2024", True),
        ("entries to care in Q1 2024/25", True),
        ("children looked after at end of March 2024", False),
        ("PEP meetings, spring term 2024/25", False),
    ],
)
def test_times_finer_than_the_tables_are_noticed(question: str, finer: bool) -> None:
    assert mentions_in(question).finer is finer


def test_monthly_is_finer_too(bot: Bot) -> None:
    assert read(bot, "monthly numbers of looked after children for 2024/25").finer
    assert not read(bot, "looked after children for 2024/25").finer


def test_the_term_before_is_the_one_of_the_same_school_year() -> None:
    terms = mentions_in("english and maths: did spring 25 dip from the autumn before?").periods
    assert [str(mention.period) for mention in terms] == ["2024/25 Spring", "2024/25 Autumn"]


def test_a_sum_is_no_summer() -> None:
    told = mentions_in("the sum of 2024 and 2025, and green PEPs spr 25").periods
    assert [str(mention.period) for mention in told] == ["2023/24", "2024/25", "2024/25 Spring"]


def test_one_year_with_a_verb_of_change_leads_with_that_year(bot: Bot) -> None:
    assert lead(bot, "did long term stability improve in 2022/23?")[0] == "2022/23"


def test_a_year_held_against_leads_with_the_newest(bot: Bot) -> None:
    assert lead(bot, "has long term stability improved since 2021/22?") == ("2024/25", "Tower Hamlets", "74.4%")


def test_since_without_a_verb_of_change_is_a_run_from_that_year(bot: Bot) -> None:
    periods = [figure.period for figure in bot.ask("approved foster carers since 2021/22").figures]
    assert periods == ["2024/25", "2023/24", "2022/23", "2021/22"]


def test_a_run_stops_at_its_second_year(bot: Bot) -> None:
    periods = [figure.period for figure in bot.ask("approved foster carers, 2020/21 to 2022/23").figures]
    assert periods == ["2022/23", "2021/22", "2020/21"]


def test_us_in_the_name_of_others_is_not_ours(bot: Bot) -> None:
    assert read(bot, "annual medicals in authorities similar to us").geographies == ("Statistical Neighbours",)
    assert read(bot, "annual medicals, us against the neighbours").geographies[0] == "Tower Hamlets"


def test_a_named_year_stands_over_now(bot: Bot) -> None:
    """The measure was dropped: what was last printed is offered as near, never as the answer."""
    answer = bot.ask("what's our foster occupancy now, march 2025")
    assert answer.outcome == "refusal"
    assert [(figure.period, figure.value) for figure in answer.figures] == [("2023/24", "73.9%")]


def test_what_is_set_aside_names_no_measure(bot: Bot) -> None:
    asked = read(bot, "how many adoptions in 22/23 (not adoptions and SGOs)")
    assert [measure.label for measure in asked.measures] == ["Number of Adoptions"]
    assert read(bot, "care leavers not in education, employment or training").asked.needed >= {"<care leaver>"}


def test_what_stands_before_a_colon_is_no_part_of_the_list(bot: Bot) -> None:
    labels = [m.label for m in read(bot, "virtual school: pep meetings and green peps, autumn 2024").measures]
    assert len(labels) == 2
    assert all("PEP" in label for label in labels)


def test_a_percentage_of_the_last_of_a_list_leaves_the_others_their_kind(bot: Bot) -> None:
    labels = [m.label for m in read(bot, "enquiries from foster carers and dental check % for 2023/24").measures]
    assert [label.split(" ")[0] for label in labels] == ["Number", "Percentage"]
    one = read(bot, "new into care and had their health assessment inside 20 days, latest %").measures
    assert [m.label for m in one] == [
        "Percentage of children becoming Looked After with health assessment done within 20 days"
    ]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("fostering vacancy n occupancy 2022/23", ["vacancy", "occupancy"]),
        ("placement moves, avg/max", ["Average", "Maximum"]),
        ("health checks as well as dental, March 2025", ["Health", "Dental"]),
        ("care leavers, % with a pathway plan and % where it was updated in six months", ["with a Pathway", "updated"]),
        ("of the children who left care, % adopted and % on an SGO", ["adopted", "Special Guardianship"]),
        ("10-15s and 16-17s in care, two numbers", ["10 to 15", "16 to 17"]),
        ("need them for the scorecard - LAC rate, long term stability, dental", ["Rate", "stability", "Dental"]),
        (
            "how many people enquired about fostering, and of those how many got an initial visit?",
            ["enquiries", "visits"],
        ),
    ],
)
def test_each_item_of_a_list_is_a_measure_of_its_own(bot: Bot, question: str, wanted: list[str]) -> None:
    labels = [m.label for m in read(bot, question).measures]
    assert len(labels) == len(wanted)
    assert [word for word, label in zip(wanted, labels, strict=True) if word.lower() not in label.lower()] == []


def test_two_halves_of_one_label_are_no_list(bot: Bot) -> None:
    assert len(read(bot, "children adopted, minority ethnic, % leaving care").measures) == 1
    assert len(read(bot, "how many children aged 5 to 9 - for the members' enquiry").measures) == 1


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("not agency, not residential - just our own foster carers' placements", "In-house"),
        ("I don't want adoptions, only the SGOs granted", "Special Guardianship"),
    ],
)
def test_what_is_not_wanted_is_set_aside(bot: Bot, question: str, label: str) -> None:
    (measure,) = read(bot, question).measures
    assert label in measure.label


def test_a_value_that_was_heard_names_no_measure(bot: Bot) -> None:
    assert lead(bot, "got 284 CLA down for march 2025, can you confirm") == ("2024/25", "Tower Hamlets", "284")


def test_the_year_to_a_date_is_one_year_and_no_run(bot: Bot) -> None:
    asked = read(bot, "in touch with care leavers over the year to march 2022")
    assert (asked.operation, [str(want.period) for want in asked.wanted]) == ("value", ["2021/22"])


@pytest.mark.parametrize(
    ("question", "operation"),
    [
        ("fostering vacancy rate 2020/21 onwards", "trend"),
        ("of all the terms, which had the fewest green PEPs", "worst"),
        ("residential now compared w four years ago", "change"),
    ],
)
def test_what_to_do_is_read_from_the_vocabulary(bot: Bot, question: str, operation: str) -> None:
    assert read(bot, question).operation == operation


def test_a_word_without_vowels_is_read_as_the_one_it_stands_for(bot: Bot) -> None:
    repair = bot._engine.speller.repair
    assert repair("hlth checks for chldrn, grn PEPs")[0] == "health checks for children, green PEPs"
    assert repair("children who WEREN'T seen")[0] == "children who WEREN'T seen"
    assert repair("NHS, SGO, LAC, yrs")[0] == "NHS, SGO, LAC, yrs"


def test_what_is_somebodys_own_is_not_in_house(bot: Bot) -> None:
    assert "In-house" in read(bot, "children with our own carers").measures[0].label
    assert "named Social Worker" in read(bot, "% of children with their own named social worker").measures[0].label


@pytest.mark.parametrize(
    "question", ["PEP meetings held, by term", "EET across the yrs", "dental checks, show me the years"]
)
def test_years_and_terms_are_asked_for_in_many_ways(bot: Bot, question: str) -> None:
    assert read(bot, question).operation == "trend"


def test_the_most_is_said_by_one_name_only(bot: Bot) -> None:
    asked = read(bot, "highest number of moves for one child: 24/25 versus 2020/21")
    assert asked.measures[0].label == "Maximum number of children Looked After placement moves"
    assert asked.rivals == ()


@pytest.mark.parametrize(
    "question",
    [
        "haringey's long term stability % 24/25",
        "Hackney's rate of looked after children per 10,000?",
        "how many new entries to care in Q1 2024/25",
        "looked after total at end of Sept 2024",
    ],
)
def test_other_areas_and_finer_times_get_no_figure(bot: Bot, question: str) -> None:
    answer = bot.ask(question)
    assert answer.outcome != "figures"


def test_an_idle_word_is_idle_only_in_its_phrase() -> None:
    phrases = Phrases({"change": ["moved on"], "polite": ["please"]})
    assert phrases.said("they moved on, please") == {"move", "on", "pleas"}
    assert phrases.said("how many moves") == set()


def test_a_question_asks_for_what_no_figure_tells_only_by_the_vocabulary() -> None:
    from cpbqa.asking.wants import Wants

    wants = Wants(Vocabulary(wants={"reason": ("why",), "aim": ("target",)}))
    assert wants.of("why did we miss the target?") == {"reason", "aim"}
    assert wants.of("how many adoptions?") == set()


def told(bot: Bot, question: str) -> list[tuple[str, str, str]]:
    return [(figure.period, figure.geography, figure.value) for figure in bot.ask(question).figures]


def test_places_are_compared_in_every_year_asked_for(bot: Bot) -> None:
    assert told(bot, "long term stability against national, 23/24 and 24/25") == [
        ("2023/24", "Tower Hamlets", "68.8%"),
        ("2023/24", "National", "69%"),
        ("2024/25", "Tower Hamlets", "74.4%"),
        ("2024/25", "National", "68%"),
    ]


def test_a_year_held_against_beside_a_place_is_a_change(bot: Bot) -> None:
    question = "are we better than last year and better than england on dental checks"
    assert told(bot, question) == [
        ("2024/25", "Tower Hamlets", "91.5%"),
        ("2024/25", "National", "79%"),
        ("2023/24", "Tower Hamlets", "93.2%"),
    ]
    assert "down 1.7 percentage points" in bot.ask(question).text


def test_the_year_of_another_places_value_is_the_year_of_both(bot: Bot) -> None:
    question = "was long term stability lower than the 2023/24 national figure?"
    assert [period for period, _, _ in told(bot, question)] == ["2023/24", "2023/24"]


def test_now_is_a_year_where_another_is_held_against_it(bot: Bot) -> None:
    assert told(bot, "how does stability in 22/23 compare with now") == [
        ("2024/25", "Tower Hamlets", "74.4%"),
        ("2022/23", "Tower Hamlets", "48%"),
    ]


def test_two_terms_of_one_year_may_name_it_once(bot: Bot) -> None:
    periods = [period for period, _, _ in told(bot, "compare pep meetings autumn and spring 24/25")]
    assert sorted(periods) == ["2024/25 Autumn", "2024/25 Spring"]


def test_a_word_that_asks_for_a_change_names_no_measure(bot: Bot) -> None:
    assert lead(bot, "net change in looked after children 2023/24 to 2024/25")[2] == "284"


def test_two_measures_may_be_told_apart_without_a_year(bot: Bot) -> None:
    assert [value for _, _, value in told(bot, "in-house vs agency placements")] == ["94", "87"]


@pytest.mark.parametrize(
    ("time", "text", "told"),
    [
        ("oct", "the board met in october 2023", True),
        ("oct", "a doctor was there", False),
        ("sep", "from sept to march", True),
        ("mar", "a market stall", False),
        ("may", "in may 2024", True),
        ("may", "this may help", False),
        ("2023", "in october 2023", True),
    ],
)
def test_a_month_is_no_part_of_another_word(time: str, text: str, told: bool) -> None:
    assert tells_time(time, text) is told


def test_a_month_that_is_named_leads_to_its_meeting(bot: Bot) -> None:
    for month in ("July", "October"):
        assert bot.ask(f"what did the board look at in {month} 2023").passages[0].text.startswith(f"{month} 2023:")


@pytest.mark.parametrize(
    ("question", "prose"),
    [
        ("who sits on CPB according to the 24/25 report", "who sits on CPB according to the report"),
        ("what was done in 2023/24?", "what was done in 2023/24?"),
        ("in the first report, who spoke?", "in the first report, who spoke?"),
    ],
)
def test_the_year_of_a_named_report_is_no_word_to_search_for(bot: Bot, question: str, prose: str) -> None:
    assert " ".join(mentions_in(question).prose.split()) == prose
    asked = read(bot, question)
    query = bot._engine.evidence(question, asked).query
    assert ("24" in query.terms) == ("2023/24" in question)
    assert bool(query.years) == ("2023/24" in question)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        # What an answer is for, and when it is due.
        (
            "total no. of children in care end of march 2023, scrutiny pack goes at 4",
            ("2022/23", "Tower Hamlets", "301"),
        ),
        ("how many in care right now? they'll want the actual number", ("2024/25", "Tower Hamlets", "284")),
        (
            "vacancy AND occupancy for foster carers 20/21, need the two side by side",
            ("2020/21", "Tower Hamlets", "14.5%"),
        ),
        # The past year is the newest, last year the one before.
        ("adoptions over the last year", ("2024/25", "Tower Hamlets", "6")),
        ("adoptions in the past 12 months", ("2024/25", "Tower Hamlets", "6")),
        ("adoptions last year", ("2023/24", "Tower Hamlets", "2")),
        # Years counted from a report do not name it.
        ("no of approved foster carers four yrs before the latest report", ("2020/21", "Tower Hamlets", "103")),
        ("did the re-entry rate come back down after 23/24", ("2024/25", "Tower Hamlets", "4.2%")),
        # A typo is mended in a noun with an ending, too.
        ("special gaurdianship orders granted 22/23", ("2022/23", "Tower Hamlets", "5")),
        # "I mean" is no average.
        ("national % of care leavers (kids leaving care I mean) who get adopted", ("2024/25", "National", "9%")),
    ],
)
def test_how_staff_say_it(bot: Bot, question: str, told: tuple[str, str, str]) -> None:
    assert lead(bot, question) == told


@pytest.mark.parametrize(
    "question", ["CPB july 2024 agenda, what was on it?", "what was on the CPB agenda in july 2024?"]
)
def test_the_agenda_of_another_month_is_no_answer(bot: Bot, question: str) -> None:
    answer = bot.ask(question)
    assert answer.outcome == "passages"
    assert answer.passages[0].text.startswith("July 2024:\n• Barts Health Youth Forum Steering Group")
    assert not any(p.text.startswith(("May 2024", "March 2024", "July 2023")) for p in answer.passages)
