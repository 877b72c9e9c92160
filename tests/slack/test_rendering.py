"""What real answers look like in Slack: the printed values, the words that answer, the sources, to the letter."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import cpbqa
from cpbqa.bot import Bot
from cpbqa.domain import Answer
from cpbqa.evaluation import Case
from cpbqa.slack.rendering import chart_picture, render
from cpbqa.slack.reply import Action, Block, Reply
from cpbqa.slack.sources import source_view
from mini import OLD, build_mini, write_corpus
from validators import refused, texts


@pytest.fixture(scope="module")
def rendered(bot: Bot, asked: dict[str, list[tuple[Case, Answer]]]) -> list[tuple[Case, Answer, Reply]]:
    """The development cases, what the bot answers, and what that looks like."""
    return [(case, answer, render(answer, bot)) for case, answer in asked["dev"]]


def of(reply: Reply, kind: str) -> list[Block]:
    return [block for block in reply.variants[0] if block["type"] == kind]


def rows(block: Block) -> list[list[str]]:
    return [[cell["text"] for cell in row] for row in block["rows"]]


def bold(block: Any) -> list[str]:
    if isinstance(block, list):
        return [text for item in block for text in bold(item)]
    if not isinstance(block, dict):
        return []
    mine = [block["text"]] if block.get("style", {}).get("bold") else []
    return mine + [text for item in block.values() for text in bold(item)]


def buttons(reply: Reply, action: str) -> list[Block]:
    held = [block["accessory"] for block in reply.variants[0] if "accessory" in block]
    return [button for button in held if button["action_id"].startswith(action)]


def told(reply: Reply, variant: int = 0) -> str:
    return "\n".join(texts(list(reply.variants[variant])))


def test_a_figure_leads_large_with_its_change_and_its_years(bot: Bot) -> None:
    reply = render(bot.ask("how many kids in care do we have?"), bot)
    assert texts(of(reply, "header")) == ["284"]
    assert "Number of Looked after Children at 31 March" in bold(list(reply.variants[0]))
    assert "Tower Hamlets, at 31 March 2025" in told(reply)
    assert "7 more than the year before (277)" in told(reply)
    (chart,) = of(reply, "data_visualization")
    points = [(point["label"], point["value"]) for point in chart["chart"]["series"][0]["data"]]
    assert points == [("2020/21", 306), ("2021/22", 332), ("2022/23", 301), ("2023/24", 277), ("2024/25", 284)]
    (table,) = of(reply, "data_table")
    assert rows(table) == [
        ["Year", "Tower Hamlets"],
        ["2024/25", "284"],
        ["2023/24", "277"],
        ["2022/23", "301"],
        ["2021/22", "332"],
        ["2020/21", "306"],
    ]
    assert reply.attachments == ()


def test_every_cell_of_the_table_has_its_source(bot: Bot) -> None:
    reply = render(bot.ask("how many kids in care do we have?"), bot)
    where = "Appendix C, Looked After Children, row 1"
    assert f"Source: 2024/25 report, {where}, columns 2024/25 and 2023/24." in told(reply)
    assert f"Other years: 2024/25 report, {where}, columns 2022/23 and 2021/22." in told(reply)
    assert f"Other years: 2023/24 report, {where}, column 2020/21." in told(reply)


def test_a_restated_value_is_told_beside_the_figure_and_in_the_table(bot: Bot) -> None:
    reply = render(bot.ask("how many children left care in 2023/24?"), bot)
    assert texts(of(reply, "header")) == ["168"]
    said = [block["text"]["text"] for block in of(reply, "section") if "accessory" not in block]
    assert said == ["2023/24: first printed as 173 in the 2023/24 report, 168 in the 2024/25 report."]
    (table,) = of(reply, "data_table")
    assert rows(table)[0] == ["Year", "Tower Hamlets", "First printed as"]
    assert ["2023/24", "168", "173 (2023/24 report)"] in rows(table)
    assert ["2020/21", "131", "–"] in rows(table)


def test_an_older_print_keeps_to_its_own_report(bot: Bot) -> None:
    reply = render(bot.ask("in the 23/24 report, how many exits from care does it give for that year?"), bot)
    assert texts(of(reply, "header")) == ["173"]
    (table,) = of(reply, "data_table")
    assert rows(table)[1:] == [["2023/24", "173"], ["2022/23", "167"], ["2021/22", "157"], ["2020/21", "131"]]


def test_places_stand_beside_each_other(bot: Bot) -> None:
    reply = render(bot.ask("long term stability compared with national and neighbours"), bot)
    assert texts(of(reply, "header")) == ["74.4%"]
    assert {"68%", "66%"} <= set(bold(list(reply.variants[0])))
    assert "Tower Hamlets is 6.4 percentage points above the national figure, which is better." in told(reply)
    (table,) = of(reply, "data_table")
    assert rows(table)[:3] == [
        ["Year", "Tower Hamlets", "National", "Statistical Neighbours"],
        ["2024/25", "74.4%", "68%", "66%"],
        ["2023/24", "68.8%", "69%", "68%"],
    ]
    assert "National and Statistical Neighbours: shown under the year of the report that prints them." in told(reply)


def test_two_measures_each_lead_with_their_own_sentences(bot: Bot) -> None:
    reply = render(bot.ask("health check and dental check trend"), bot)
    shown = texts(list(reply.variants[0]))
    assert texts(of(reply, "header")) == ["90.4%", "91.5%"]
    assert shown.index("From 2020/21 to 2024/25: up 6.8 percentage points.") < shown.index("91.5%")
    assert shown.index("From 2020/21 to 2024/25: up 46.9 percentage points.") > shown.index("91.5%")
    assert len(of(reply, "data_visualization")) == 2
    assert len({chart["title"] for chart in of(reply, "data_visualization")}) == 2


def test_a_year_that_is_missing_is_a_gap_in_a_picture(bot: Bot) -> None:
    answer = bot.ask("PEP meetings all terms")
    reply = render(answer, bot)
    assert of(reply, "data_visualization") == []
    (picture,) = reply.attachments
    assert picture.content.startswith(b"\x89PNG")
    assert "2023/24 Summer: not printed" in picture.alt_text
    assert "2024/25 Spring: 98%" in picture.alt_text
    assert chart_picture(answer, bot) is None  # it is attached already


def test_a_chart_that_slack_refuses_can_be_sent_as_a_picture(bot: Bot) -> None:
    picture = chart_picture(bot.ask("how many kids in care do we have?"), bot)
    assert picture is not None
    assert "2020/21: 306" in picture.alt_text
    assert chart_picture(bot.ask("who is the prime minister?"), bot) is None


def test_each_variant_is_simpler_and_says_the_same(bot: Bot) -> None:
    reply = render(bot.ask("how many kids in care do we have?"), bot)
    kinds = [{block["type"] for block in blocks} for blocks in reply.variants]
    assert {"data_visualization", "data_table"} <= kinds[0]
    assert kinds[1] & {"data_visualization", "data_table"} == set()
    assert "table" in kinds[1]
    assert kinds[2] == {"section"}
    for variant in range(3):
        for value in ("284", "277", "301", "332", "306"):
            assert value in told(reply, variant)


def test_a_passage_is_a_quotation_with_the_answer_in_bold(bot: Bot) -> None:
    answer = bot.ask("what did Ofsted say about the corporate parenting board?")
    reply = render(answer, bot)
    quotes = [part for block in of(reply, "rich_text") for part in block["elements"]]
    assert {part["type"] for part in quotes} == {"rich_text_quote"}
    assert "".join(texts(quotes[0])) == answer.passages[0].text
    assert bold(quotes[0]) == [answer.passages[0].highlight]
    assert f"Source: 2024/25 report, {answer.passages[0].citation.location}." in told(reply)


def test_a_passage_says_who_speaks(bot: Bot) -> None:
    passage = bot.ask("what did Ofsted say about the corporate parenting board?").passages[0]
    spoken = passage.model_copy(update={"speaker": "A foster carer"})
    reply = render(Answer(question="", outcome="passages", text="", passages=(spoken,)), bot)
    assert "A foster carer\nSource: 2024/25 report, " in told(reply)


def test_of_a_long_passage_that_comes_after_only_the_answer_is_shown(bot: Bot) -> None:
    passage = bot.ask("what did Ofsted say about the corporate parenting board?").passages[0]
    long = passage.model_copy(update={"text": f"{'Before. ' * 60}It did. {'After. ' * 60}", "highlight": "It did."})
    answer = Answer(question="", outcome="passages", text="", passages=(passage, long))
    (_, second) = [part for block in of(render(answer, bot), "rich_text") for part in block["elements"]]
    assert "".join(texts(second)) == "… It did. …"


def test_options_complete_the_question(bot: Bot) -> None:
    answer = bot.ask("whats the position on foster carers this yr")
    assert answer.outcome == "clarify"
    reply = render(answer, bot)
    pressed = buttons(reply, Action.OPTION)
    assert [button["value"] for button in pressed] == list(answer.options)
    assert [button["action_id"] for button in pressed] == [f"cpbqa_option_{n}" for n in range(1, len(pressed) + 1)]
    said = [block["text"]["text"] for block in of(reply, "section")]
    lead, others = said[0].split("\n")
    assert lead == "Several measures fit. Which one do you mean?"
    assert others == "Others fit as well: if yours is not among these, name it."
    assert said[1] == f"1. {answer.options[0]} (2020/21 to 2024/25)"
    thread = bot.conversation()
    thread.ask("whats the position on foster carers this yr")
    assert thread.ask(pressed[0]["value"]).figures[0].measure == answer.options[0]


def test_a_refusal_offers_what_is_near_and_never_as_the_answer(bot: Bot) -> None:
    reply = render(bot.ask("foster vacancy rate 2024/25?"), bot)
    assert of(reply, "header") == []
    assert of(reply, "data_visualization") == []
    assert "The last figure printed is 9.1% for 2023/24." in told(reply)
    (button,) = buttons(reply, Action.SOURCE)
    assert json.loads(button["value"])["location"] == "Appendix C, Fostering and Adoption, row 5"


def test_a_figure_that_is_only_near_does_not_lead(bot: Bot) -> None:
    reply = render(bot.ask("adoptions 2024/25 and court order to match 2024/25"), bot)
    assert texts(of(reply, "header")) == ["6"]
    assert "The last figure printed is 447 days for 2023/24." in told(reply)


def test_buttons_of_feedback_and_sharing(bot: Bot) -> None:
    answer = bot.ask("how many kids in care do we have?")
    (feedback,) = of(render(answer, bot), "context_actions")
    element = feedback["elements"][0]
    assert element["action_id"] == "cpbqa_feedback"
    assert [element[half]["value"] for half in ("positive_button", "negative_button")] == ["helpful", "unhelpful"]
    shared = render(answer, bot, shareable=True, feedback=False)
    assert of(shared, "context_actions") == []
    assert [b["action_id"] for block in of(shared, "actions") for b in block["elements"]] == ["cpbqa_share"]


def test_a_source_button_shows_the_printed_row_under_its_header(bot: Bot) -> None:
    reply = render(bot.ask("how many kids in care do we have?"), bot)
    (button,) = buttons(reply, Action.SOURCE)
    view = source_view(button["value"], bot)
    assert texts(view["title"]) == ["As printed"]
    shown = "".join(texts(view["blocks"]))
    assert "Tower Hamlets Corporate Parenting Board Annual Report 2024/25" in shown
    assert "Appendix C, Looked After Children, row 1" in shown
    assert "2021/22: 332" in shown
    assert "2024/25: 284" in shown
    assert "Period: Snapshot" in shown
    assert "National: (blank)" in shown
    assert "kids" not in button["value"]


def test_a_source_button_shows_a_row_of_years_by_what_its_columns_count(encoders: Path, tmp_path: Path) -> None:
    years = "Year\tTugs\tRate per harbour\n2029/30\t4\t61.5\n2030/31\t5\t63.0\n"
    write_corpus(tmp_path / "corpus", {"2030/31": f"{OLD}\nAppendix B: Tugs\n\n{years}"})
    build_mini(tmp_path / "corpus", tmp_path / "index", encoders)
    mini = cpbqa.load(tmp_path / "index")
    answer = mini.ask("rate per harbour 2029/30")
    assert [figure.value for figure in answer.figures] == ["61.5"]
    (button,) = buttons(render(answer, mini), Action.SOURCE)
    shown = "".join(texts(source_view(button["value"], mini)["blocks"]))
    assert "Rate per harbour: 61.5" in shown
    assert "Tugs: 4" in shown
    assert "2030/31: " not in shown


def test_a_source_button_shows_what_stands_around_a_passage(bot: Bot) -> None:
    answer = bot.ask("Please could you tell me the standing items at every CPB meeting?")
    for passage, button in zip(answer.passages, buttons(render(answer, bot), Action.SOURCE), strict=True):
        view = source_view(button["value"], bot)
        (quote,) = [p for b in view["blocks"] for p in b.get("elements", []) if p["type"] == "rich_text_quote"]
        assert "".join(texts(quote)) == passage.text
        assert passage.citation.location in "".join(texts(view["blocks"]))


def test_a_button_of_an_older_index_says_that_the_place_is_gone(bot: Bot) -> None:
    value = '{"kind":"figure","report":"2019/20","location":"Appendix Z, row 1","starts":"Number"}'
    assert "not in the reports that are open now" in "".join(texts(source_view(value, bot)["blocks"]))


def test_a_long_table_is_cut_with_the_whole_attached(bot: Bot) -> None:
    figure = bot.ask("how many kids in care do we have?").figures[0]
    many = tuple(
        figure.model_copy(update={"period": f"{1800 + i}/{(1801 + i) % 100:02d}", "value": f"={i}", "measure_id": "x"})
        for i in range(150)
    )
    reply = render(Answer(question="", outcome="figures", text="", figures=many), bot)
    (table,) = of(reply, "data_table")
    assert len(table["rows"]) == 100
    assert [refused(blocks) for blocks in reply.variants] == [[], [], []]
    (file,) = [file for file in reply.attachments if file.filename == "figures.csv"]
    lines = file.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 151
    assert ",'=149," in lines[-1]  # no spreadsheet takes it for a formula


NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def test_every_development_case_keeps_its_answer(bot: Bot, rendered: list[tuple[Case, Answer, Reply]]) -> None:
    """Values to the letter, the whole text, nothing Slack refuses, and no number that is not in the index."""
    printed = {
        n for o in bot.snapshot.observations for n in NUMBER.findall(f"{o.quantity.printed} {o.period} {o.label}")
    }
    printed |= {
        n for o in bot.snapshot.observations for n in NUMBER.findall(f"{o.citation.location} {o.period.start + 1}")
    }
    for case, answer, reply in rendered:
        for number, blocks in enumerate(reply.variants):
            assert refused(blocks) == [], case.id
            shown = "\n".join(texts(list(blocks)))
            for figure in answer.figures:
                assert figure.value in shown, (case.id, number)
        for line in answer.text.split("\n"):
            assert line.startswith("Source: ") or line in reply.text, case.id
        known = printed | set(NUMBER.findall(answer.model_dump_json()))
        for text in texts(list(reply.variants[0])):
            # What is computed here is a difference of two cells; everything else stands in the index or the answer.
            said = re.sub(r"(?:Up|Down) [\d.,]+ |^\d+ (?:more|fewer) |\n[\d.]+ (?:more|fewer) than", " ", text)
            assert set(NUMBER.findall(said)) <= known | {"31"}, (case.id, text)


@pytest.mark.parametrize("variant", [0, 1])
def test_passages_of_development_cases_are_verbatim(rendered: list[tuple[Case, Answer, Reply]], variant: int) -> None:
    for case, answer, reply in rendered:
        if answer.outcome != "passages":
            continue
        shown = " ".join(" ".join(texts(list(reply.variants[variant]))).split())
        for passage in answer.passages:
            assert " ".join(passage.highlight.split()) in shown, case.id


BROKEN = """Northbrook Board Annual Report 2031/32

Foreword

The garden in Elm Road opened in June 2031.

Appendix A: Indicators

Name of indicator\t2028/29\t2029/30\t2030/31\t2031/32
Harbour\t\t\t\t
Number of Boats*\t9\t10\t13\t17

* From 2030/31 rowing boats are counted too, so figures cannot be compared with earlier years.
"""


def test_nothing_is_compared_across_a_break_in_the_series(encoders: Path, tmp_path: Path) -> None:
    build_mini(write_corpus(tmp_path / "corpus", {"2031/32": BROKEN}), tmp_path / "index", encoders)
    small = cpbqa.load(tmp_path / "index")
    assert small.snapshot.measures["number-of-boats"].breaks != ()
    across = render(small.ask("Number of Boats in 2030/31?"), small)
    assert "year before" not in told(across)
    assert "Break in the series at 2030/31" in told(across)
    assert of(across, "data_visualization") == []  # Slack would draw the line across
    assert [file.filename for file in across.attachments] == ["years.png"]
    assert "4 more than the year before (13)" in told(render(small.ask("Number of Boats in 2031/32?"), small))


def test_a_suppressed_value_is_shown_as_printed_with_its_meaning(mini_index: Path) -> None:
    small = cpbqa.load(mini_index)
    reply = render(small.ask("percentage of boats with a named skipper 2031/32"), small)
    assert texts(of(reply, "header")) == ["c"]
    assert "Suppressed: the count is so small that a child could be recognised" in told(reply)
    assert "The year before: 70.4%" in told(reply)
    (table,) = of(reply, "data_table")
    assert rows(table)[1][0] == "2031/32"
    assert rows(table)[1][1].startswith("c (suppressed")
    assert refused(reply.variants[0]) == []
