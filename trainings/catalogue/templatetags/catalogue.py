from typing import Any

from django import template

from trainings.catalogue.models import CoursePage
from trainings.catalogue.selectors import course_context

register = template.Library()


@register.simple_tag(takes_context=True)
def course_parts(context: template.Context, page: CoursePage) -> dict[str, Any]:
    """What the page of a programme shows to this reader; a page class cannot ask for it, selectors lie above models."""
    return course_context(page, context["actor"])
