"""Pick rows of the frame of figures: the filters of `cpbqa figures`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .domain import Period, UsageError

if TYPE_CHECKING:
    import pandas as pd


def select(
    frame: pd.DataFrame,
    measure: str | None = None,
    period: str | None = None,
    geography: str | None = None,
    report: str | None = None,
) -> pd.DataFrame:
    """The rows that every given filter keeps, in their order.

    `measure` keeps labels and ids that hold each of its words; `geography` names that hold it. `period` is a financial
    year, which keeps its school terms too, or one term; `report` is the year of a report.
    """
    keep = frame["measure"].notna()
    for word in (measure or "").lower().split():
        names = (frame["measure"].astype(str) + " " + frame["measure_id"].astype(str)).str.lower()
        keep &= names.str.contains(word, regex=False)
    if geography:
        keep &= frame["geography"].astype(str).str.lower().str.contains(geography.lower().strip(), regex=False)
    if period:
        wanted = _read(period, "period")
        periods = frame["period"].astype(str)
        keep &= (periods == str(wanted)) | (periods.str.startswith(f"{wanted} ") & (wanted.term is None))
    if report:
        keep &= frame["report"].astype(str) == str(_read(report, "report"))
    return frame[keep]


def _read(text: str, option: str) -> Period:
    period = Period.heading(text)
    if period is None:
        form = "2023/24, or 2023/24 Autumn for a term" if option == "period" else "2023/24"
        raise UsageError(f"--{option} {text!r} is not a year; write it as {form}.")
    return period
