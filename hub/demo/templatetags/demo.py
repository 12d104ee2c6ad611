from pathlib import Path
from typing import Any

from django import template
from django.conf import settings

from hub.core.accounts.models import Organisation, Role
from hub.demo.loading import entries

register = template.Library()


@register.inclusion_tag("demo/_entries.html", takes_context=True)
def demo_entries(context: template.Context) -> dict[str, Any]:
    """The eight one-click entries, in a demo only."""
    people = entries(Path(settings.DATA_DIR) / "accounts.json") if settings.DEMO else []
    labels = dict(Role.objects.values_list("code", "label")) if people else {}
    names = dict(Organisation.objects.filter(slug__in={one["organisation"] for one in people}).values_list("slug", "name"))
    rows = [
        {**one, "label": labels.get(str(one["roles"][0]), ""), "organisation": names.get(str(one["organisation"]), "")}  # type: ignore[index]  # a JSON file
        for one in people
    ]
    return {"people": rows, "csrf_token": context.get("csrf_token"), "redirect_field": context.get("redirect_field")}
