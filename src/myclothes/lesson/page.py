"""The lesson as one HTML file that needs nothing else."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from myclothes.lesson import charts
from myclothes.lesson.act import Act
from myclothes.lesson.charts import Bar
from myclothes.lesson.play import Lesson
from myclothes.lesson.words import COOKIE_LIMIT, KEPT_IN, STAND_IN, morals, verdict

_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)


def page(lesson: Lesson) -> str:
    acts = lesson.acts
    return _TEMPLATES.get_template("lesson.html").render(
        lesson=lesson,
        shoppers=acts[0].shoppers,
        pieces=round(acts[0].added / acts[0].shoppers),
        lost=_chart(
            [_lost(act, act.lost) for act in acts], max(act.added for act in acts), "Pieces lost while shopping"
        ),
        died=_chart(
            [_lost(act, act.lost_by_death) for act in acts if act.sticky or act.carts != "memory"],
            max(act.added for act in acts),
            "Pieces lost when an instance died",
        ),
        growth=_growth(lesson),
        cost=_chart([_cost(act) for act in acts], max(map(_cpu, acts)), "Processor time of an add"),
        kept_in=KEPT_IN,
        verdict=verdict,
        morals=morals(lesson),
        stand_in=STAND_IN,
        machine=f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
        made=f"{datetime.now(UTC):%Y-%m-%d}",
    )


def _growth(lesson: Lesson) -> Markup:
    flat = lesson.of("valkey").carried
    return Markup(charts.weights(lesson.wall.weights, COOKIE_LIMIT, flat, "Bytes of the cookie by lines"))  # noqa: S704


def _lost(act: Act, pieces: int) -> Bar:
    return Bar(act.name, pieces, f"{pieces} of {act.added}" if pieces else "none", bad=bool(pieces))


def _cost(act: Act) -> Bar:
    if act.carts == "dynamodb":
        return Bar(act.name, 0, "no figure: a stand-in")
    return Bar(act.name, _cpu(act), f"{act.cpu_us:,.0f} µs" if act.cpu_us else "not told here")


def _cpu(act: Act) -> float:
    return 0.0 if act.carts == "dynamodb" else act.cpu_us or 0.0


def _chart(rows: list[Bar], most: float, what: str) -> Markup:
    return Markup(charts.bars(rows, most, what))  # noqa: S704  (made of numbers and of names that are escaped there)
