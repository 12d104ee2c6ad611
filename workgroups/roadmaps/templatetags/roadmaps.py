from datetime import date

from django import template

from hub.core.kit.dates import MONTHS, date_fr
from workgroups.roadmaps.models import RoadmapPage

register = template.Library()
UNE = {"phase": "une phase", "point": "un point", "jalon": "un jalon"}


@register.filter
def month_fr(day: date) -> str:
    """«nov. 2026»"""
    return f"{MONTHS[day.month - 1]} {day.year}"


@register.filter
def une(label: str) -> str:
    return UNE.get(label, label)


@register.filter
def released_words(roadmap: RoadmapPage) -> str:
    """«Version 3, publiée le 16 nov. 2026»"""
    when = f", publiée le {date_fr(roadmap.last_published_at, year=True)}" if roadmap.last_published_at else ""
    return f"Version {roadmap.version}{when}"
