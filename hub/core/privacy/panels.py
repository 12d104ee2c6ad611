from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.kit.dates import years_before
from hub.core.privacy import services
from hub.core.privacy.models import Erasure
from hub.core.ui.panels import Personal, personal, register

DO = "faire l’effacement demandé et pouvoir le montrer"
KEPT = "5 ans, par identifiant seul"
ASKED = {
    False: "Vous l’avez demandé.",
    True: "La coordination a noté une demande reçue de vive voix ou par lettre. Si vous n’avez rien demandé, gardez votre compte.",
}
LEDGER = "keep: preuve que la demande a été suivie (RGPD art. 5), par identifiant seul"


def _asked(actor: Actor, subject: Any) -> QuerySet[Erasure]:
    return Erasure.objects.visible_to(actor).filter(done_at=None)


@register("home.due", "privacy", order=5, needs=_asked)
def erasure_coming(actor: Actor, subject: Any) -> dict[str, Any] | None:
    """The day on which her own account is erased, while she may still keep it."""
    items = [
        {
            "when": row.due_at, "note": "effacement", "tone": "warn", "title": "Votre compte et vos données s’effacent",
            "text": f"{ASKED[row.entered_by_id is not None]} D’ici là vous pouvez changer d’avis ; les places que vous auriez ensuite seront rendues.",
            "url": reverse("privacy:own_data"), "area": "a-dir", "area_label": "Mes données", "action": "Revoir",
        }
        for row in _asked(actor, subject)
    ]  # fmt: skip
    return {"items": items} if items else None


@register("account", "privacy", template="privacy/panels/account.html")
def erasure_of(actor: Actor, person: User) -> dict[str, Any] | None:
    """For the coordinator, of somebody else: the day of a planned erasure with the way to keep the account, or the way to plan one."""
    return None if person.pk == actor.user_id else {"person": person, "erasure": services.pending(person)}


def _done_long_ago(on: date) -> Q:
    return Q(done_at__date__lte=years_before(on, 5))


personal(
    Erasure,
    {
        "user": Personal(DO, KEPT, LEDGER, over=_done_long_ago),
        "due_at": Personal(DO, KEPT, LEDGER),
        "done_at": Personal(DO, KEPT, LEDGER),
        "entered_by": Personal("dire à qui l’a noté que la personne garde son compte", "jusqu’à l’effacement", "anonymise"),
    },
    other={"id", "created_at", "updated_at", "departed"},
)
