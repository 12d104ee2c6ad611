from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hub.core.kit.dates import day_fr
from hub.core.ui import icons
from trainings.funding.dates import Due
from trainings.funding.models import FundingFile
from trainings.funding.tones import TONES

register = template.Library()


@register.simple_tag
def file_state(file: FundingFile) -> SafeString:
    """Where a file stands: shape, word, colour."""
    return icons.state(TONES[file.state], file.state.label)


@register.simple_tag
def due_day(due: Due, day: date) -> SafeString:
    """The day of a due date; a late or a near one says so by a shape and a word too."""
    when = format_html('<time datetime="{}">{}</time>', due.on.isoformat(), day_fr(due.on))
    if due.is_late(day):
        return format_html("{}<small>{}</small>", when, icons.state("bad" if due.is_limit else "none", "passée"))
    near = "aujourd’hui" if due.on == day else "proche"
    return format_html("{}<small>{}</small>", when, icons.state("warn", near)) if due.is_soon(day) else when
