from datetime import date

from django.db.models import Q

from hub.core.kit.dates import years_before
from hub.core.privacy.models import Erasure
from hub.core.ui.panels import Personal, personal

DO = "faire l’effacement demandé et pouvoir le montrer"
KEPT = "5 ans, par identifiant seul"
LEDGER = "keep: preuve que la demande a été suivie (RGPD art. 5), par identifiant seul"


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
