from pathlib import Path
from typing import Any

from django import template
from django.conf import settings

from hub.core.accounts.models import Role
from hub.demo.loading import entries

register = template.Library()


@register.inclusion_tag("demo/_entries.html", takes_context=True)
def demo_entries(context: template.Context) -> dict[str, Any]:
    """The eight one-click entries, in a demo only."""
    people = entries(Path(settings.DATA_DIR) / "accounts.json") if settings.DEMO else []
    labels = dict(Role.objects.values_list("code", "label")) if people else {}
    rows = [{**one, "label": labels.get(str(one["roles"][0]), "")} for one in people]  # type: ignore[index]
    return {"people": rows, "csrf_token": context.get("csrf_token")}
