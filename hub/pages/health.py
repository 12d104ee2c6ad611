"""What `/sante/` and `bin/hub status` say of the site's own pages: what was set in Wagtail before the hub kept it from being set."""

from collections.abc import Iterator

from django.contrib.auth.models import Group
from django.db.models import Q
from wagtail.models import PageViewRestriction, WorkflowPage

from hub.core.accounts.services.identity import EDITORS
from hub.core.jobs.health import State
from hub.pages.kept import kept_sentence

MEND = "docs/hosting.md, « Watch »"


def site() -> tuple[State, str]:
    wrong = list(_wrong())
    return (State.WARN, " ".join(wrong)) if wrong else (State.OK, "Accueil et pages légales ouverts à tous")


def _wrong() -> Iterator[str]:
    for row in PageViewRestriction.objects.select_related("page"):
        if kept_sentence(row.page):
            yield f"La page « {row.page.title} » n’est pas ouverte à tous : bin/hub migrate la rouvre."
    if not Group.objects.filter(name=EDITORS).exists():
        yield f"Le groupe « {EDITORS} » de Wagtail manque : personne n’entre à la rédaction ({MEND})."
    sound = Q(workflow__active=True, workflow__workflow_tasks__task__active=True)
    for row in WorkflowPage.objects.exclude(pk__in=WorkflowPage.objects.filter(sound).values("pk")).select_related("workflow"):
        yield f"La relecture « {row.workflow.name} » est désactivée : rien ne peut lui être remis ({MEND})."
