from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from hub.core.accounts.actor import Actor
from hub.core.kit.dates import years_before
from hub.core.privacy.models import Erasure
from hub.core.ui.panels import Personal, personal, register

DO = "faire l’effacement demandé et pouvoir le montrer"
KEPT = "5 ans, par identifiant seul"
LEDGER = "keep: preuve que la demande a été suivie (RGPD art. 5), par identifiant seul"


def _asked(actor: Actor, subject: Any) -> QuerySet[Erasure]:
    return Erasure.objects.visible_to(actor).filter(done_at=None)


@register("home.due", "privacy", order=5, needs=_asked)
def erasure_coming(actor: Actor, subject: Any) -> dict[str, Any] | None:
    """The day on which her own account is erased, while she may still keep it."""
    items = [
        {
            "when": row.due_at, "note": "effacement", "tone": "warn", "title": "Votre compte et vos données s’effacent",
            "text": "Vous l’avez demandé. D’ici là vous pouvez changer d’avis ; les places que vous auriez ensuite seront rendues.",
            "url": reverse("privacy:own_data"), "area": "a-dir", "area_label": "Mes données", "action": "Revoir",
        }
        for row in _asked(actor, subject)
    ]  # fmt: skip
    return {"items": items} if items else None


def _done_long_ago(on: date) -> Q:
    return Q(done_at__date__lte=years_before(on, 5))


personal(
    Erasure,
    {
        "user": Personal(DO, KEPT, LEDGER, over=_done_long_ago),
        "due_at": Personal(DO, KEPT, LEDGER),
        "done_at": Personal(DO, KEPT, LEDGER),
    },
    other={"id", "created_at", "updated_at", "departed"},
)
