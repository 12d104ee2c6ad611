"""Rows and filters of the list, written by code: as templates they took half of the time that the page may take.

Every value goes through `escape` on its way into one of the patterns below; nothing else is marked safe.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

from django import template
from django.utils.safestring import SafeString

from directory.people.selectors.rows import Row, SkillShown
from hub.core.kit.text import grouped
from hub.core.ui.facets import Facet
from hub.core.ui.icons import icon

register = template.Library()
Shapes = Mapping[str, str]

# the markup of ui/hit.html, ui/skills.html and ui/facet.html
ROW: Final = (
    '<li class="hit"><span class="face" aria-hidden="true">{}</span><div><h2><a href="{}">{}</a></h2>{}{}</div>'
    '<ul class="hit__side"><li>{}<b>{}</b></li>{}{}</ul></li>'
)
TICK: Final = '<label class="tick"><input type="checkbox" name="{}" value="{}"{}><span>{}</span><span class="n">{}</span></label>'


def _shapes() -> dict[str, str]:
    return {name: icon(name) for name in ("coop", "pin", "calendar", "e-0", "e-1", "e-2", "e-3")}


@register.simple_tag
def person_rows(rows: Iterable[Row]) -> SafeString:
    """The entries of `<ol class="hits">`."""
    shapes = _shapes()
    return SafeString("\n".join(_row(row, shapes) for row in rows))


def _row(row: Row, shapes: Shapes) -> str:
    return ROW.format(
        escape(row.initials), escape(row.url), escape(row.name), _line(row), _skills(row.skills, shapes),
        shapes["coop"], escape(row.organisation), _side(shapes["pin"], row.place), _side(shapes["calendar"], row.free),
    )  # fmt: skip


def _line(row: Row) -> str:
    trade_name = f"Enseigne <b>{escape(row.trade_name)}</b>" if row.trade_name else ""
    line = f"{escape(row.trades)}. {trade_name}" if row.trades and trade_name else escape(row.trades) or trade_name
    return f"<p>{line}</p>" if line else ""


def _side(shape: str, words: str) -> str:
    return f"<li>{shape}<span>{escape(words)}</span></li>" if words else ""


@register.simple_tag
def skill_list(skills: Iterable[SkillShown]) -> SafeString:
    return SafeString(_skills(skills, _shapes()))


def _skills(skills: Iterable[SkillShown], shapes: Shapes) -> str:
    items = "".join(_skill(skill, shapes) for skill in skills)
    return f'<ul class="skills">{items}</ul>' if items else ""


def _skill(skill: SkillShown, shapes: Shapes) -> str:
    detail = f' <span class="soft">{escape(skill.detail)}</span>' if skill.detail else ""
    shape = "" if skill.shape is None else shapes[f"e-{skill.shape}"]
    faded = ' class="fade"' if skill.is_faded else ""
    return f"<li{faded}>{shape}<b>{escape(skill.label)}</b>{detail}</li>"


@register.simple_tag
def facet_ticks(facet: Facet) -> SafeString:
    """The ticks of one group of filters, the chosen ones first."""
    ticks = (
        TICK.format(facet.name, escape(one.value), " checked" if one.checked else "", escape(one.label), grouped(one.count))
        for one in (*facet.head, *facet.tail)
    )
    return SafeString("\n".join(ticks))
