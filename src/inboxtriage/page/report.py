"""The report as one page: figures, words and places of charts go into report.html.jinja, which asks for nothing."""

from datetime import date
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from inboxtriage import __version__
from inboxtriage.journey.measures.months import Month
from inboxtriage.journey.measures.report import Report
from inboxtriage.journey.measures.rows import Period
from inboxtriage.journey.measures.service import Satisfaction
from inboxtriage.page import charts, words
from inboxtriage.page.charts import Column, Point
from inboxtriage.page.file import MARK

_TEMPLATE = "report.html.jinja"


def page(report: Report, practice: str | None, period: Period) -> str:
    """The page, whole: styles and drawings within, no script, no address."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "percent": words.percent,
        "of": words.of,
        "span": words.span,
        "plain": words.plain,
        "day": words.day,
        "moment": words.moment,
        "signed": words.signed,
        "sentence": words.sentence,
    }
    environment.globals |= {"many": words.many, "parts": charts.parts, "TOO_FEW": words.TOO_FEW}
    template = environment.from_string(files("inboxtriage.page").joinpath(_TEMPLATE).read_text("utf-8"))
    return template.render(
        report=report,
        practice=practice or "The practice",
        period=period,
        made=report.made_at.astimezone(period.zone),
        version=__version__,
        mark=MARK,
        style=files("inboxtriage.page").joinpath("report.css").read_text("utf-8"),
        dispositions=words.DISPOSITIONS,
        outcomes=words.OUTCOMES,
        all_mail=report.response[0],
        retained=next((one for one in report.retention if one.months == 6), report.retention[0]),
        asked=[one for one in report.satisfaction if one.sent or one.score.n],
        scores=scores,
        months=months(report.months),
        month_name=month_name,
        heights={"top": charts.TOP, "body": charts.HEIGHT, "foot": charts.FOOT},
    )


def scores(survey: Satisfaction) -> list[Column]:
    """How often each number was given."""
    return charts.columns([Point(str(one.score), one.n, text=str(one.n) if one.n else " ") for one in survey.scores])


def months(found: tuple[Month, ...]) -> list[tuple[str, list[Column]]]:
    """The charts month by month, each with its title."""
    made = [
        ("New people", charts.columns([_point(one, one.people) for one in found])),
        ("Became clients", charts.columns([_point(one, one.clients) for one in found])),
        (
            "Answered in time, percent",
            charts.columns([_point(one, _percent(one.kept.share)) for one in found], most=100),
        ),
        ("Median office hours to an answer", charts.columns([_point(one, one.hours.median) for one in found])),
    ]
    for title, values in (
        ("Revenue logged", [one.revenue for one in found]),
        ("Hours logged", [one.logged_hours for one in found]),
    ):
        if any(value is not None for value in values):
            points = [_point(one, value or 0) for one, value in zip(found, values, strict=True)]
            made.append((title, charts.columns(points)))
    return made


def month_name(month: str) -> str:
    """A month with its year, "Nov 2026" of "2026-11"."""
    return f"{date.fromisoformat(f'{month}-01'):%b %Y}"


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100)


def _point(month: Month, value: float | None) -> Point:
    return Point(words.month(month.month), value, month.whole)
