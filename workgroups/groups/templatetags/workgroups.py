from typing import Any

from django import template

from hub.core.ui import panels
from workgroups.groups.models import Workgroup

register = template.Library()


@register.inclusion_tag("ui/tabs.html", takes_context=True)
def group_tabs(context: template.Context, group: Workgroup) -> dict[str, Any]:
    """The parts of a group that this reader may open; each package of working groups adds its own (place «workgroup.tab»)."""
    here = context["request"].path
    tabs = [dict(tab) for tab in panels.collect("workgroup.tab", context["actor"], group)]
    current = max((tab["url"] for tab in tabs if here.startswith(tab["url"])), key=len, default="")
    return {"label": "Groupe", "tabs": [tab | {"current": tab["url"] == current} for tab in tabs]}
