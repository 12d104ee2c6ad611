from hub.core.privacy.models import Erasure
from hub.core.ui.panels import Personal, personal

LEDGER = "keep: preuve que la demande a été suivie (RGPD art. 5), par identifiant seul"
personal(
    Erasure,
    {
        name: Personal("faire l’effacement demandé et pouvoir le montrer", "5 ans, par identifiant seul", LEDGER)
        for name in ("user", "due_at", "done_at")
    },
    other={"id", "created_at", "updated_at"},
)
